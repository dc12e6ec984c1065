/*
 * Preloaded into the helper: its wall clock, moved by so many seconds as stand
 * in a file, which is mapped before the helper confines itself. Clocks that
 * cannot be set are left alone, as they are by whoever sets the time.
 */
#include "config.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static _Atomic(int64_t) *moved_s;

__attribute__((constructor)) static void find(void)
{
	const char *path = getenv("GTB_SOAK_CLOCK");
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	void *page;

	if (fd == -1)
		_exit(125);
	page = mmap(NULL, sizeof(*moved_s), PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	if (page == MAP_FAILED)
		_exit(125);
	moved_s = page;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
	int rc = (int)syscall(SYS_clock_gettime, clock, now);

	if (rc == 0 && clock == CLOCK_REALTIME)
		now->tv_sec += (time_t)atomic_load(moved_s);
	return rc;
}
