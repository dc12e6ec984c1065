/*
 * age: one number for all processes: the seconds since the ruleset in force
 * was loaded.
 *
 * c-icap's statistics only add up, over its processes and over those that
 * have ended. So one process at a time reports, in differences to what all
 * reporters have added before it; another takes over when it falls silent.
 * The digest of that ruleset is such a number, too.
 */
#ifndef GTB_AGE_H
#define GTB_AGE_H

#include <stdbool.h>
#include <stdint.h>

struct gtb_age_shared;

/* What a process keeps; zero it at its start. */
struct gtb_age {
	struct gtb_age_shared *shared;	/* NULL: nobody reports */
	int64_t added;			/* by this process */
};

/* Before processes fork. NULL: memory ran out. */
struct gtb_age_shared *gtb_age_share(void);

/*
 * True when this process is the reporter, at monotonic time now_s. One that
 * has not asked for silent_s seconds is replaced.
 */
bool gtb_age_reports(struct gtb_age *age, int64_t now_s, int64_t silent_s);

/* For the reporter: what to add so that the sum is age_s. */
int64_t gtb_age_report(struct gtb_age *age, int64_t age_s);

/* At the end of a process: what to add so that it leaves nothing behind. */
int64_t gtb_age_resign(struct gtb_age *age);

/* NULL is allowed; other processes keep theirs. */
void gtb_age_unshare(struct gtb_age_shared *shared);

#endif
