/*
 * gauge: one number for all processes, which goes up and down.
 *
 * c-icap's statistics only add up, over its processes and over those that
 * have ended. So one process at a time reports, in differences to what all
 * reporters have added before it; another takes over when it falls silent.
 */
#ifndef GTB_GAUGE_H
#define GTB_GAUGE_H

#include <stdbool.h>
#include <stdint.h>

struct gtb_gauge_shared;

/* What a process keeps; zero it at its start. */
struct gtb_gauge {
	struct gtb_gauge_shared *shared; /* NULL: nobody reports */
	int64_t added;			/* by this process */
};

/* Before processes fork. NULL: memory ran out. */
struct gtb_gauge_shared *gtb_gauge_share(void);

/*
 * True when this process is the reporter, at monotonic time now_s. One that
 * has not asked for silent_s seconds is replaced.
 */
bool gtb_gauge_reports(struct gtb_gauge *gauge, int64_t now_s,
		       int64_t silent_s);

/* For the reporter: what to add so that the sum is value. */
int64_t gtb_gauge_report(struct gtb_gauge *gauge, int64_t value);

/* At the end of a process: what to add so that it leaves nothing behind. */
int64_t gtb_gauge_resign(struct gtb_gauge *gauge);

/* NULL is allowed; other processes keep theirs. */
void gtb_gauge_unshare(struct gtb_gauge_shared *shared);

#endif
