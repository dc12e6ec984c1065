/*
 * Rows of a filter as instructions of classic BPF; the contract is in
 * filter.h. Between two rows the accumulator holds the number of the call.
 */
#include "config.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>

#include "filter.h"

#define NUMBER offsetof(struct seccomp_data, nr)
#define ARCH   offsetof(struct seccomp_data, arch)

/* Where the upper and lower half of an argument are. */
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define UPPER 0
#define LOWER 4
#else
#define UPPER 4
#define LOWER 0
#endif

static void put(struct gtb_filter *filter, unsigned int code, uint32_t operand,
		unsigned int unequal)
{
	struct sock_filter instruction = {
		.code = (uint16_t)code,
		.jf = (uint8_t)unequal,
		.k = operand,
	};

	if (filter->count == GTB_FILTER_SIZE)
		filter->full = true;
	else
		filter->code[filter->count++] = instruction;
}

static void put_load(struct gtb_filter *filter, size_t offset)
{
	put(filter, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0);
}

/* Pass over so many instructions when it is another value. */
static void put_equal(struct gtb_filter *filter, uint32_t value,
		      unsigned int pass)
{
	put(filter, BPF_JMP | BPF_JEQ | BPF_K, value, pass);
}

static void put_end(struct gtb_filter *filter, uint32_t what)
{
	put(filter, BPF_RET | BPF_K, what, 0);
}

bool gtb_filter_init(struct gtb_filter *filter, bool kill)
{
	uint32_t arch = seccomp_arch_native();

	filter->otherwise =
		kill ? SECCOMP_RET_KILL_PROCESS : SECCOMP_RET_ERRNO | EPERM;
	filter->count = 0;
	filter->full = false;
	put_load(filter, ARCH);
	put_equal(filter, arch, 1);
	put(filter, BPF_JMP | BPF_JA, 1, 0);
	put_end(filter, filter->otherwise);
	put_load(filter, NUMBER);
	return arch != 0;
}

static void add(struct gtb_filter *filter, const char *name, uint32_t what)
{
	int number = seccomp_syscall_resolve_name(name);

	if (number < 0)
		return;
	put_equal(filter, (uint32_t)number, 1);
	put_end(filter, what);
}

void gtb_filter_allow(struct gtb_filter *filter, const char *name)
{
	add(filter, name, SECCOMP_RET_ALLOW);
}

void gtb_filter_refuse(struct gtb_filter *filter, const char *name, int error)
{
	add(filter, name, SECCOMP_RET_ERRNO | (uint32_t)error);
}

void gtb_filter_allow_when(struct gtb_filter *filter, const char *name,
			   unsigned int argument, uint64_t mask, uint64_t value)
{
	size_t at = offsetof(struct seccomp_data, args) +
		    argument * sizeof(uint64_t);
	int number = seccomp_syscall_resolve_name(name);

	if (number < 0)
		return;
	put_equal(filter, (uint32_t)number, 8);
	put_load(filter, at + UPPER);
	put(filter, BPF_ALU | BPF_AND | BPF_K, (uint32_t)(mask >> 32), 0);
	put_equal(filter, (uint32_t)(value >> 32), 4);
	put_load(filter, at + LOWER);
	put(filter, BPF_ALU | BPF_AND | BPF_K, (uint32_t)mask, 0);
	put_equal(filter, (uint32_t)value, 1);
	put_end(filter, SECCOMP_RET_ALLOW);
	put_load(filter, NUMBER);
}

bool gtb_filter_enter(struct gtb_filter *filter)
{
	struct sock_fprog program;

	put_end(filter, filter->otherwise);
	program.len = filter->count;
	program.filter = filter->code;
	return !filter->full && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}
