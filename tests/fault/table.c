/* What can fail, how, and whether it does; the contract is in fault.h. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <string.h>

#include "fault.h"

/*
 * The ways are what the manual pages name for these calls on files, pipes and
 * sockets, and what can be helped. GLOB_* and what pthread and posix_spawn
 * functions return stand where others set errno.
 */
static const struct fault_call table[] = {
	{"malloc", FAULT_MEMORY, {ENOMEM}},
	{"calloc", FAULT_MEMORY, {ENOMEM}},
	{"realloc", FAULT_MEMORY, {ENOMEM}},
	{"reallocarray", FAULT_MEMORY, {ENOMEM}},
	{"memalign", FAULT_MEMORY, {ENOMEM}},
	{"posix_memalign", FAULT_MEMORY, {ENOMEM}},
	{"aligned_alloc", FAULT_MEMORY, {ENOMEM}},

	{"access", FAULT_CALL, {EACCES, EIO}},
	{"close", FAULT_CALL, {EIO, EINTR}},
	{"closedir", FAULT_CALL, {EIO}},
	{"fchmod", FAULT_CALL, {EPERM, EIO}},
	{"fchown", FAULT_CALL, {EPERM, EIO}},
	{"fdopendir", FAULT_CALL, {ENOMEM, EMFILE}},
	{"flock", FAULT_CALL, {ENOLCK, EINTR}},
	{"fstat", FAULT_CALL, {EIO, ENOMEM}},
	{"fstatat", FAULT_CALL, {EIO, ENOMEM, EACCES}},
	{"fsync", FAULT_CALL, {EIO, ENOSPC}},
	{"getcwd", FAULT_CALL, {EACCES, ENOMEM}},
	{"glob", FAULT_CALL, {GLOB_NOSPACE, GLOB_ABORTED}},
	{"kill", FAULT_CALL, {EPERM}},
	{"lseek", FAULT_CALL, {EIO}},
	{"lstat", FAULT_CALL, {EACCES, EIO, ENOMEM}},
	{"memfd_create", FAULT_CALL, {EMFILE, ENOMEM, ENOSYS}},
	{"mmap", FAULT_CALL, {ENOMEM}},
	{"open", FAULT_CALL, {EMFILE, ENOMEM, EACCES, EIO, EINTR}},
	{"openat", FAULT_CALL, {EMFILE, ENOMEM, EACCES, EIO, EINTR, ENOSPC}},
	{"opendir", FAULT_CALL, {EMFILE, ENOMEM, EACCES}},
	{"pipe2", FAULT_CALL, {EMFILE}},
	{"poll", FAULT_CALL, {EINTR, ENOMEM}},
	{"posix_spawn_file_actions_adddup2", FAULT_CALL, {ENOMEM}},
	{"posix_spawn_file_actions_addopen", FAULT_CALL, {ENOMEM}},
	{"posix_spawnp", FAULT_CALL, {EAGAIN, ENOMEM, EACCES}},
	{"prctl", FAULT_CALL, {EPERM, EINVAL}},
	{"pthread_cond_init", FAULT_CALL, {ENOMEM}},
	{"pthread_condattr_init", FAULT_CALL, {ENOMEM}},
	{"pthread_create", FAULT_CALL, {EAGAIN}},
	{"pthread_mutex_init", FAULT_CALL, {ENOMEM}},
	{"read", FAULT_CALL, {EIO, EINTR, FAULT_SHORT, FAULT_END}},
	{"readdir", FAULT_CALL, {EIO}},
	{"renameat", FAULT_CALL, {EIO, ENOSPC, EACCES}},
	{"setrlimit", FAULT_CALL, {EPERM}},
	{"setsockopt", FAULT_CALL, {ENOTSOCK, ENOMEM}},
	{"stat", FAULT_CALL, {EIO, ENOMEM, EACCES}},
	{"syscall", FAULT_CALL, {EPERM, ENOSYS, ENOMEM}},
	{"unlinkat", FAULT_CALL, {EIO, EACCES}},
	{"utimensat", FAULT_CALL, {EPERM, EROFS}},
	{"waitpid", FAULT_CALL, {EINTR}},
	{"write", FAULT_CALL, {EIO, ENOSPC, EINTR, EAGAIN, EPIPE, FAULT_SHORT}},
};

#define COUNT (sizeof(table) / sizeof(table[0]))

/* Interrupted and told to come back: the next try of the call works. */
static _Atomic bool is_due[COUNT];

struct fault_shared *fault_shared;

const struct fault_call *fault_table(size_t *count)
{
	*count = COUNT;
	return table;
}

static size_t find(const char *name)
{
	size_t i = 0;

	while (i < COUNT && strcmp(table[i].name, name) != 0)
		i++;
	return i;
}

static int way_of(const struct fault_call *call, uint32_t number)
{
	uint32_t count = 0;

	while (count < FAULT_WAYS && call->ways[count] != 0)
		count++;
	return call->ways[number % count];
}

static bool is_hit(const struct fault_shared *shared, uint32_t point,
		   bool channel)
{
	switch ((enum fault_mode)shared->mode) {
	case FAULT_ONCE:
		return point == shared->at;
	case FAULT_FROM:
		return point >= shared->at;
	case FAULT_FROM_BUT_CHANNEL:
		return point >= shared->at && !channel;
	case FAULT_NOT:
		break;
	}
	return false;
}

static bool passes(int way, size_t i)
{
	if (way != EINTR && way != EAGAIN)
		return false;
	return atomic_exchange(&is_due[i], !is_due[i]);
}

int fault_here(const char *name, int fd)
{
	struct fault_shared *shared = fault_shared;
	bool channel = fd == 0 || fd == 1;
	uint32_t point;
	size_t i;
	int way;

	if (shared == NULL)
		return 0;
	i = find(name);
	if (i == COUNT)
		__builtin_trap();
	point = atomic_fetch_add(&shared->points[table[i].kind], 1) + 1;
	if (point <= FAULT_POINTS)
		shared->names[table[i].kind][point - 1] =
			(uint16_t)(i | (channel ? FAULT_CHANNEL : 0));
	if (table[i].kind != shared->kind || !is_hit(shared, point, channel))
		return 0;
	way = way_of(&table[i], shared->way);
	if (passes(way, i))
		return 0;
	atomic_fetch_add(&shared->fired, 1);
	if (way > 0)
		errno = way;
	return way;
}
