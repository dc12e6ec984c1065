/*
 * keeper: what one process of the service keeps: the ruleset in force, the
 * loader that renews it, and its age for the statistics.
 *
 * Made in the first process and inherited by those it forks, which then go
 * on by themselves. Requests borrow from the store in any thread; everything
 * else is for one thread of the process.
 */
#ifndef GTB_KEEPER_H
#define GTB_KEEPER_H

#include <stdbool.h>
#include <stdint.h>

#include "counts.h"
#include "gauge.h"
#include "reload.h"
#include "setting.h"
#include "store.h"

struct gtb_keeper {
	struct gtb_store *store;
	struct gtb_reload *reload;
	struct gtb_gauge age;		/* of the ruleset, seconds */
	struct gtb_gauge digest;	/* its beginning, as a number */
	int64_t loaded_s;		/* monotonic */
	int64_t silent_s;		/* see gtb_gauge_reports() */
};

/*
 * Nothing is loaded yet. setting and context are lent. GTB_E_NOMEM: there is
 * nothing to free.
 */
int gtb_keeper_init(struct gtb_keeper *keeper,
		    const struct gtb_setting *setting, gtb_reload_say *say,
		    void *context);

/*
 * Look at the files and load what changed. True: another ruleset is in force.
 * counts NULL: this process has no statistics.
 */
bool gtb_keeper_look(struct gtb_keeper *keeper, bool force,
		     const struct gtb_counts *counts);

/* The digest of the ruleset, or "no-ruleset". */
const char *gtb_keeper_digest(const struct gtb_ruleset *ruleset);

/* At the end of a process that counts. */
void gtb_keeper_resign(struct gtb_keeper *keeper,
		       const struct gtb_counts *counts);

/* What a thread still borrows is left alone. */
void gtb_keeper_fini(struct gtb_keeper *keeper);

#endif
