/* The age of the ruleset; the contract is in age.h. */
#include "config.h"

#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

#include "age.h"

struct gtb_age_shared {
	_Atomic int64_t reporter;	/* process id; 0: none */
	_Atomic int64_t asked_s;	/* when it asked last */
	_Atomic int64_t sum;		/* of what all have added */
};

struct gtb_age_shared *gtb_age_share(void)
{
	struct gtb_age_shared *shared =
		mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return shared == MAP_FAILED ? NULL : shared;
}

bool gtb_age_reports(struct gtb_age *age, int64_t now_s, int64_t silent_s)
{
	struct gtb_age_shared *shared = age->shared;
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

int64_t gtb_age_report(struct gtb_age *age, int64_t age_s)
{
	int64_t more = age_s - atomic_load(&age->shared->sum);

	atomic_fetch_add(&age->shared->sum, more);
	age->added += more;
	return more;
}

int64_t gtb_age_resign(struct gtb_age *age)
{
	int64_t more = -age->added;
	int64_t self = getpid();

	if (!age->shared)
		return 0;
	atomic_fetch_add(&age->shared->sum, more);
	age->added = 0;
	atomic_compare_exchange_strong(&age->shared->reporter, &self, 0);
	return more;
}

void gtb_age_unshare(struct gtb_age_shared *shared)
{
	if (shared)
		munmap(shared, sizeof(*shared));
}
