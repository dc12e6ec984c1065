/*
 * The calls of the table in table.c that are about files and processes. What
 * shall not fail is handed on. The contract is in fault.h.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <pthread.h>
#include <regex.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault.h"
#include "real.h"

/* What a fortified or optimised build calls instead; no header has them. */
ssize_t __read_chk(int fd, void *data, size_t size, size_t room);
int __open_2(const char *path, int flags);
int __openat_2(int folder, const char *path, int flags);

/* A call that sets errno and returns -1. */
#define CALL(name, fd, types, values)                                        \
	int name types                                                       \
	{                                                                    \
		REAL(name);                                                  \
		return fault_here(#name, fd) != 0 ? -1 : real values;        \
	}

/* One that returns what went wrong. */
#define RETURNS(name, types, values)                                         \
	int name types                                                       \
	{                                                                    \
		int way = fault_here(#name, -1);                             \
									     \
		REAL(name);                                                  \
		return way != 0 ? way : real values;                         \
	}

CALL(access, -1, (const char *path, int mode), (path, mode))
CALL(fchmod, fd, (int fd, mode_t mode), (fd, mode))
CALL(fchown, fd, (int fd, uid_t owner, gid_t group), (fd, owner, group))
CALL(flock, fd, (int fd, int operation), (fd, operation))
CALL(fstat, fd, (int fd, struct stat *st), (fd, st))
CALL(fstatat, -1,
     (int folder, const char *path, struct stat *st, int flags),
     (folder, path, st, flags))
CALL(kill, -1, (pid_t pid, int number), (pid, number))
CALL(lstat, -1, (const char *path, struct stat *st), (path, st))
CALL(memfd_create, -1, (const char *name, unsigned int flags), (name, flags))
CALL(pipe2, -1, (int ends[2], int flags), (ends, flags))
CALL(poll, count > 0 ? fds[0].fd : -1,
     (struct pollfd *fds, nfds_t count, int timeout_ms),
     (fds, count, timeout_ms))
CALL(renameat, -1, (int from, const char *old, int to, const char *new),
     (from, old, to, new))
CALL(setsockopt, fd,
     (int fd, int level, int option, const void *value, socklen_t len),
     (fd, level, option, value, len))
CALL(setrlimit, -1,
     (__rlimit_resource_t resource, const struct rlimit *limits),
     (resource, limits))
CALL(stat, -1, (const char *path, struct stat *st), (path, st))
CALL(unlinkat, -1, (int folder, const char *path, int flags),
     (folder, path, flags))
CALL(utimensat, -1,
     (int folder, const char *path, const struct timespec times[2], int flags),
     (folder, path, times, flags))
CALL(waitpid, -1, (pid_t pid, int *status, int options),
     (pid, status, options))

RETURNS(glob,
	(const char *pattern, int flags, int (*wrong)(const char *, int),
	 glob_t *found),
	(pattern, flags, wrong, found))
RETURNS(posix_spawn_file_actions_adddup2,
	(posix_spawn_file_actions_t *actions, int from, int to),
	(actions, from, to))
RETURNS(posix_spawn_file_actions_addopen,
	(posix_spawn_file_actions_t *actions, int fd, const char *path,
	 int flags, mode_t mode),
	(actions, fd, path, flags, mode))
RETURNS(posix_spawnp,
	(pid_t *child, const char *program,
	 const posix_spawn_file_actions_t *actions,
	 const posix_spawnattr_t *attributes, char *const argv[],
	 char *const environment[]),
	(child, program, actions, attributes, argv, environment))
RETURNS(pthread_cond_init,
	(pthread_cond_t *cond, const pthread_condattr_t *attributes),
	(cond, attributes))
RETURNS(pthread_condattr_init, (pthread_condattr_t *attributes),
	(attributes))
RETURNS(pthread_mutex_init,
	(pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes),
	(mutex, attributes))

/* The C library's own leaks when memory runs out in it. */
int regcomp(regex_t *regex, const char *text, int flags)
{
	uint32_t newest = fault_blocks_newest();
	int rc;

	REAL(regcomp);
	rc = real(regex, text, flags);
	if (rc == REG_ESPACE)
		fault_blocks_forgive(newest);
	return rc;
}

/* There will be no power cut. */
int fsync(int fd)
{
	return fault_here("fsync", fd) != 0 ? -1 : 0;
}

off_t lseek(int fd, off_t offset, int whence)
{
	REAL(lseek);
	return fault_here("lseek", fd) != 0 ? -1 : real(fd, offset, whence);
}

char *getcwd(char *buffer, size_t size)
{
	REAL(getcwd);
	return fault_here("getcwd", -1) != 0 ? NULL : real(buffer, size);
}

void *mmap(void *at, size_t len, int protection, int flags, int fd,
	   off_t offset)
{
	REAL(mmap);
	return fault_here("mmap", -1) != 0
		       ? MAP_FAILED
		       : real(at, len, protection, flags, fd, offset);
}

/* --- opening and closing ------------------------------------------------ */

static mode_t mode_of(int flags, va_list *arguments)
{
	return (flags & (O_CREAT | __O_TMPFILE)) != 0
		       ? va_arg(*arguments, mode_t)
		       : 0;
}

int open(const char *path, int flags, ...)
{
	va_list arguments;
	mode_t mode;

	REAL(open);
	va_start(arguments, flags);
	mode = mode_of(flags, &arguments);
	va_end(arguments);
	return fault_here("open", -1) != 0 ? -1 : real(path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...)
{
	va_list arguments;
	mode_t mode;

	REAL(openat);
	va_start(arguments, flags);
	mode = mode_of(flags, &arguments);
	va_end(arguments);
	return fault_here("openat", -1) != 0 ? -1
					     : real(folder, path, flags, mode);
}

int __open_2(const char *path, int flags)
{
	return open(path, flags);
}

int __openat_2(int folder, const char *path, int flags)
{
	return openat(folder, path, flags);
}

/* Linux has closed it, whatever it says. */
int close(int fd)
{
	REAL(close);
	if (fault_here("close", fd) == 0)
		return real(fd);
	if (real(fd) == 0)
		errno = EIO;
	return -1;
}

/* --- reading and writing ------------------------------------------------ */

ssize_t read(int fd, void *data, size_t size)
{
	int way = fault_here("read", fd);

	REAL(read);
	if (way == FAULT_SHORT)
		return real(fd, data, size > 0 ? 1 : 0);
	if (way == FAULT_END)
		return 0;
	return way != 0 ? -1 : real(fd, data, size);
}

ssize_t __read_chk(int fd, void *data, size_t size, size_t room)
{
	if (size > room)
		__builtin_trap();
	return read(fd, data, size);
}

ssize_t write(int fd, const void *data, size_t len)
{
	int way = fault_here("write", fd);

	REAL(write);
	if (way == FAULT_SHORT)
		return real(fd, data, len > 0 ? 1 : 0);
	return way != 0 ? -1 : real(fd, data, len);
}

/* --- folders ------------------------------------------------------------ */

DIR *opendir(const char *path)
{
	REAL(opendir);
	return fault_here("opendir", -1) != 0 ? NULL : real(path);
}

DIR *fdopendir(int fd)
{
	REAL(fdopendir);
	return fault_here("fdopendir", -1) != 0 ? NULL : real(fd);
}

struct dirent *readdir(DIR *folder)
{
	REAL(readdir);
	return fault_here("readdir", -1) != 0 ? NULL : real(folder);
}

int closedir(DIR *folder)
{
	REAL(closedir);
	if (fault_here("closedir", -1) == 0)
		return real(folder);
	if (real(folder) == 0)
		errno = EIO;
	return -1;
}

/* --- what takes any number of arguments --------------------------------- */

#define TAKE_FOUR(last)                                                      \
	va_start(arguments, last);                                           \
	for (int i = 0; i < 4; i++)                                          \
		more[i] = va_arg(arguments, unsigned long);                  \
	va_end(arguments)

int prctl(int option, ...)
{
	unsigned long more[4];
	va_list arguments;

	REAL(prctl);
	TAKE_FOUR(option);
	return fault_here("prctl", -1) != 0
		       ? -1
		       : real(option, more[0], more[1], more[2], more[3]);
}

long syscall(long number, ...)
{
	unsigned long more[4];
	va_list arguments;

	REAL(syscall);
	TAKE_FOUR(number);
	return fault_here("syscall", -1) != 0
		       ? -1
		       : real(number, more[0], more[1], more[2], more[3]);
}
