/* One number for all; the contract is in gauge.h. */
#include "config.h"

#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

#include "gauge.h"

struct gtb_gauge_shared {
	_Atomic int64_t reporter;	/* process id; 0: none */
	_Atomic int64_t asked_s;	/* when it asked last */
	_Atomic int64_t sum;		/* of what all have added */
};

struct gtb_gauge_shared *gtb_gauge_share(void)
{
	struct gtb_gauge_shared *shared =
		mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return shared == MAP_FAILED ? NULL : shared;
}

bool gtb_gauge_reports(struct gtb_gauge *gauge, int64_t now_s,
		       int64_t silent_s)
{
	struct gtb_gauge_shared *shared = gauge->shared;
	int64_t self = getpid();
	int64_t reporter;

	if (!shared)
		return false;
	reporter = atomic_load(&shared->reporter);
	if (reporter != self) {
		if (reporter != 0 &&
		    now_s - atomic_load(&shared->asked_s) < silent_s)
			return false;
		if (!atomic_compare_exchange_strong(&shared->reporter,
						    &reporter, self))
			return false;
	}
	atomic_store(&shared->asked_s, now_s);
	return true;
}

int64_t gtb_gauge_report(struct gtb_gauge *gauge, int64_t value)
{
	int64_t more = value - atomic_load(&gauge->shared->sum);

	atomic_fetch_add(&gauge->shared->sum, more);
	gauge->added += more;
	return more;
}

int64_t gtb_gauge_resign(struct gtb_gauge *gauge)
{
	int64_t more = -gauge->added;
	int64_t self = getpid();

	if (!gauge->shared)
		return 0;
	atomic_fetch_add(&gauge->shared->sum, more);
	gauge->added = 0;
	atomic_compare_exchange_strong(&gauge->shared->reporter, &self, 0);
	return more;
}

void gtb_gauge_unshare(struct gtb_gauge_shared *shared)
{
	if (shared)
		munmap(shared, sizeof(*shared));
}
