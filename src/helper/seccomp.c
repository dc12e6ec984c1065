/*
 * The list of system calls; the contract is in sandbox.h. What is not on it
 * fails with EPERM: no new process, no program, no socket, no file for
 * writing, no executable memory.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "filter.h"
#include "sandbox.h"

/* Names a machine does not have are skipped. */
static const char *const always[] = {
	/* the stream and the log */
	"read", "write", "poll", "ppoll", "ppoll_time64", "close",
	/* files */
	"fstat", "fstat64", "fstatat64", "newfstatat", "statx", "lstat",
	"lstat64", "stat", "stat64", "lseek", "_llseek", "pread64", "readv",
	"getdents64", "fadvise64", "fadvise64_64",
	"getuid", "getuid32", "geteuid", "geteuid32", "getgid", "getgid32",
	"getegid", "getegid32",
	/* memory */
	"brk", "munmap", "mremap", "madvise",
	/* threads and time */
	"futex", "futex_time64", "set_robust_list", "rseq", "sched_yield",
	"sched_getaffinity", "clock_gettime", "clock_gettime64",
	"clock_nanosleep", "clock_nanosleep_time64", "nanosleep",
	"gettimeofday", "time",
	/* signals, abort(3) */
	"rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack",
	"restart_syscall", "getpid", "gettid",
	/* the C library */
	"getrandom", "membarrier",
	"exit", "exit_group",
};

static void add_always(struct gtb_filter *filter)
{
	for (size_t i = 0; i < sizeof(always) / sizeof(*always); i++)
		gtb_filter_allow(filter, always[i]);
}

#ifdef __s390__
#define CLONE_FLAGS 1	/* the argument that holds them */
#else
#define CLONE_FLAGS 0
#endif

/*
 * Threads yes, processes no. clone3 hides its flags behind a pointer; told
 * that there is none, the C library falls back to clone.
 */
static void add_threads(struct gtb_filter *filter)
{
	const uint64_t thread = CLONE_THREAD | CLONE_VM;

	gtb_filter_allow_when(filter, "clone", CLONE_FLAGS, thread, thread);
	gtb_filter_refuse(filter, "clone3", ENOSYS);
}

/* Allow a call when one argument has one value. */
static void add_equal(struct gtb_filter *filter, const char *name,
		      unsigned int argument, uint64_t value)
{
	gtb_filter_allow_when(filter, name, argument, UINT64_MAX, value);
}

/*
 * What opendir(3) asks about a descriptor; the limit of this process alone
 * that gtb_sandbox_settle() sets, and whatever is only asked.
 */
static void add_questions(struct gtb_filter *filter)
{
	static const struct {
		const char *name;
		unsigned int argument;
		uint64_t value;
	} rows[] = {
		{"fcntl", 1, F_GETFL},	{"fcntl", 1, F_GETFD},
		{"fcntl", 1, F_SETFD},	{"fcntl64", 1, F_GETFL},
		{"fcntl64", 1, F_GETFD}, {"fcntl64", 1, F_SETFD},
		{"prlimit64", 2, 0},	{"prlimit64", 1, RLIMIT_NPROC},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		add_equal(filter, rows[i].name, rows[i].argument,
			  rows[i].value);
}

static void add_limited(struct gtb_filter *filter)
{
	const uint64_t writing = O_ACCMODE | O_CREAT | O_TRUNC;
	bool has_mmap2 = seccomp_syscall_resolve_name("mmap2") >= 0;

	gtb_filter_allow_when(filter, "open", 1, writing, 0);
	gtb_filter_allow_when(filter, "openat", 2, writing, 0);
	/* Where both exist, mmap hides its arguments behind a pointer. */
	gtb_filter_allow_when(filter, has_mmap2 ? "mmap2" : "mmap", 2,
			      PROT_EXEC, 0);
	gtb_filter_allow_when(filter, "mprotect", 2, PROT_EXEC, 0);
	add_equal(filter, "tgkill", 0, (uint64_t)getpid());
}

bool gtb_seccomp_enter(bool kill)
{
	struct gtb_filter filter;

	if (!gtb_filter_init(&filter, kill))
		return false;
	add_always(&filter);
	add_limited(&filter);
	add_questions(&filter);
	add_threads(&filter);
	return gtb_filter_enter(&filter);
}
