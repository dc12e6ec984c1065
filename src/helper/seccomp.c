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
#include <unistd.h>

#include "sandbox.h"

/* Names a machine does not have are skipped. */
static const char *const always[] = {
	/* the stream and the log */
	"read", "write", "poll", "ppoll", "ppoll_time64", "close",
	/* files */
	"fstat", "fstat64", "fstatat64", "newfstatat", "statx", "lstat",
	"lstat64", "stat", "stat64", "lseek", "_llseek", "pread64", "readv",
	"getdents64", "fcntl", "fcntl64", "fadvise64", "fadvise64_64",
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
	"getrandom", "prlimit64", "membarrier",
	"exit", "exit_group",
};

static int add_always(scmp_filter_ctx filter)
{
	for (size_t i = 0; i < sizeof(always) / sizeof(*always); i++) {
		int number = seccomp_syscall_resolve_name(always[i]);
		int rc;

		if (number < 0)
			continue;
		rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0);
		if (rc != 0)
			return rc;
	}
	return 0;
}

/* Allow a call when the bits of mask in one argument are all 0. */
static int add_without(scmp_filter_ctx filter, const char *name,
		       unsigned int argument, scmp_datum_t mask)
{
	int number = seccomp_syscall_resolve_name(name);

	if (number < 0)
		return 0;
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 1,
				SCMP_CMP(argument, SCMP_CMP_MASKED_EQ, mask,
					 0));
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
static int add_threads(scmp_filter_ctx filter)
{
	scmp_datum_t thread = CLONE_THREAD | CLONE_VM;
	int rc;

	rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
			      SCMP_CMP(CLONE_FLAGS, SCMP_CMP_MASKED_EQ, thread,
				       thread));
	if (rc != 0)
		return rc;
	return seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS),
				SCMP_SYS(clone3), 0);
}

static int add_limited(scmp_filter_ctx filter)
{
	scmp_datum_t writing = O_ACCMODE | O_CREAT | O_TRUNC;
	bool has_mmap2 = seccomp_syscall_resolve_name("mmap2") >= 0;
	int rc;

	rc = add_without(filter, "open", 1, writing);
	if (rc == 0)
		rc = add_without(filter, "openat", 2, writing);
	/* Where both exist, mmap hides its arguments behind a pointer. */
	if (rc == 0)
		rc = add_without(filter, has_mmap2 ? "mmap2" : "mmap", 2,
				 PROT_EXEC);
	if (rc == 0)
		rc = add_without(filter, "mprotect", 2, PROT_EXEC);
	if (rc == 0)
		rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill),
				      1, SCMP_CMP(0, SCMP_CMP_EQ,
						  (scmp_datum_t)getpid(), 0));
	return rc;
}

bool gtb_seccomp_enter(bool kill)
{
	scmp_filter_ctx filter = seccomp_init(kill ? SCMP_ACT_KILL_PROCESS
						   : SCMP_ACT_ERRNO(EPERM));
	bool entered;

	if (!filter)
		return false;
	entered = add_always(filter) == 0 && add_limited(filter) == 0 &&
		  add_threads(filter) == 0 && seccomp_load(filter) == 0;
	seccomp_release(filter);
	return entered;
}
