/*
 * The clocks, and the helper's second thread. A wait with an end does not
 * wait for that end: it goes on when the driver says so, and then the clocks
 * are where they would have been. The contract is in fault.h.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "fault.h"
#include "real.h"

/* Files made just now are old: nobody looks at them twice to be sure. */
#define AHEAD_S 60

static atomic_bool is_signalled;

int clock_gettime(clockid_t clock, struct timespec *now)
{
	uint32_t ahead_ms;

	REAL(clock_gettime);
	if (real(clock, now) == -1)
		return -1;
	if (fault_shared == NULL)
		return 0;
	ahead_ms = atomic_load(&fault_shared->clock_ms);
	now->tv_sec += AHEAD_S + ahead_ms / 1000;
	now->tv_nsec += ahead_ms % 1000 * 1000000;
	if (now->tv_nsec >= 1000000000) {
		now->tv_nsec -= 1000000000;
		now->tv_sec++;
	}
	return 0;
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
		   void *(*routine)(void *), void *context)
{
	int way = fault_here("pthread_create", -1);
	int rc;

	REAL(pthread_create);
	rc = way != 0 ? way : real(thread, attributes, routine, context);
	if (rc == 0 && fault_shared != NULL)
		atomic_fetch_add(&fault_shared->threads, 1);
	return rc;
}

int pthread_cond_signal(pthread_cond_t *cond)
{
	REAL(pthread_cond_signal);
	atomic_store(&is_signalled, true);
	return real(cond);
}

/* Once for each look that the driver grants. */
static bool may_look(void)
{
	uint32_t looks = atomic_load(&fault_shared->looks);

	return looks > 0 && atomic_compare_exchange_strong(&fault_shared->looks,
							   &looks, looks - 1);
}

int pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex,
			   const struct timespec *until)
{
	static const struct timespec pause = {.tv_nsec = 50000};
	bool looks = false;

	(void)cond;
	(void)until;
	pthread_mutex_unlock(mutex);
	atomic_fetch_add(&fault_shared->waiting, 1);
	while (!atomic_load(&is_signalled) && !(looks = may_look()))
		nanosleep(&pause, NULL);
	pthread_mutex_lock(mutex);
	return looks ? ETIMEDOUT : 0;
}
