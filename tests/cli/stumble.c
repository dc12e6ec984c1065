/*
 * Preloaded into goto-bypass: from the moment it takes the lock of its output
 * folder, the STUMBLE_AT-th system call that concerns files meets STUMBLE_HOW:
 * "kill" or "term" sends that signal before the call, "fail" refuses the call
 * with EIO. The name of the call goes to the file STUMBLE_LOG.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int begun;
static int count;

static void tell(const char *call)
{
	FILE *log = fopen(getenv("STUMBLE_LOG"), "w");

	if (log == NULL)
		abort();
	fputs(call, log);
	fclose(log);
}

/* Does the call fail? */
static int stumbles(const char *call)
{
	const char *at = getenv("STUMBLE_AT");
	const char *how = getenv("STUMBLE_HOW");

	if (!begun || ++count != atoi(at))
		return 0;
	begun = 0; /* tell() makes calls of its own */
	tell(call);
	if (strcmp(how, "kill") == 0)
		kill(getpid(), SIGKILL);
	if (strcmp(how, "term") == 0)
		kill(getpid(), SIGTERM);
	errno = EIO;
	return strcmp(how, "fail") == 0;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int openat(int folder, const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list args;

	va_start(args, flags);
	if ((flags & (O_CREAT | __O_TMPFILE)) != 0)
		mode = va_arg(args, mode_t);
	va_end(args);
	if (strcmp(path, ".goto-bypass.lock") == 0)
		begun = 1;
	if (stumbles("openat"))
		return -1;
	return REAL(openat)(folder, path, flags, mode);
}

ssize_t write(int fd, const void *data, size_t len)
{
	return stumbles("write") ? -1 : REAL(write)(fd, data, len);
}

int fchmod(int fd, mode_t mode)
{
	return stumbles("fchmod") ? -1 : REAL(fchmod)(fd, mode);
}

int fchown(int fd, uid_t owner, gid_t group)
{
	return stumbles("fchown") ? -1 : REAL(fchown)(fd, owner, group);
}

int fsync(int fd)
{
	return stumbles("fsync") ? -1 : REAL(fsync)(fd);
}

int renameat(int from, const char *old, int to, const char *new)
{
	return stumbles("renameat") ? -1 : REAL(renameat)(from, old, to, new);
}

int unlinkat(int folder, const char *path, int flags)
{
	return stumbles("unlinkat") ? -1 : REAL(unlinkat)(folder, path, flags);
}

int utimensat(int folder, const char *path, const struct timespec times[2],
	      int flags)
{
	return stumbles("utimensat") ? -1 :
		REAL(utimensat)(folder, path, times, flags);
}
