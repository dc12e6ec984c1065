/* What a process keeps; the contract is in keeper.h. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "keeper.h"

#define SILENT_S 5		/* beyond the interval */

static int64_t now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

int gtb_keeper_init(struct gtb_keeper *keeper,
		    const struct gtb_setting *setting, gtb_reload_say *say,
		    void *context)
{
	memset(keeper, 0, sizeof(*keeper));
	keeper->silent_s = setting->interval_s + SILENT_S;
	keeper->store = gtb_store_new();
	if (!keeper->store)
		return GTB_E_NOMEM;
	keeper->reload = gtb_reload_new(setting->policy, setting->catalog,
					keeper->store, say, context);
	if (!keeper->reload) {
		gtb_keeper_fini(keeper);
		return GTB_E_NOMEM;
	}
	keeper->age.shared = gtb_gauge_share();
	keeper->digest.shared = gtb_gauge_share();
	return GTB_OK;
}

const char *gtb_keeper_digest(const struct gtb_ruleset *ruleset)
{
	return ruleset ? gtb_ruleset_digest(ruleset) : "no-ruleset";
}

/* What fits into an int; 0: there is no ruleset. */
static int64_t digest_number(const struct gtb_ruleset *ruleset)
{
	char digits[8];

	snprintf(digits, sizeof(digits), "%.7s",
		 ruleset ? gtb_ruleset_digest(ruleset) : "0");
	return strtol(digits, NULL, 16);
}

static void report_digest(struct gtb_keeper *keeper,
			  const struct gtb_counts *counts)
{
	const struct gtb_ruleset *newest = gtb_store_newest(keeper->store);

	if (keeper->digest.shared)
		gtb_counts_more(counts, GTB_COUNT_DIGEST,
				gtb_gauge_report(&keeper->digest,
					       digest_number(newest)));
}

/* One process counts the loads, though all load. */
static void report(struct gtb_keeper *keeper, enum gtb_reload_event event,
		   const struct gtb_counts *counts)
{
	int64_t age_s = 0;

	if (!gtb_gauge_reports(&keeper->age, now_s(), keeper->silent_s))
		return;
	if (gtb_store_newest(keeper->store))
		age_s = now_s() - keeper->loaded_s;
	gtb_counts_more(counts, GTB_COUNT_LOADED, event == GTB_RELOAD_LOADED);
	gtb_counts_more(counts, GTB_COUNT_FAILED, event == GTB_RELOAD_FAILED);
	gtb_counts_more(counts, GTB_COUNT_AGE,
			gtb_gauge_report(&keeper->age, age_s));
	report_digest(keeper, counts);
}

bool gtb_keeper_look(struct gtb_keeper *keeper, bool force,
		     const struct gtb_counts *counts)
{
	enum gtb_reload_event event = gtb_reload_look(keeper->reload, force);

	if (event == GTB_RELOAD_LOADED)
		keeper->loaded_s = now_s();
	if (counts)
		report(keeper, event, counts);
	return event == GTB_RELOAD_LOADED;
}

void gtb_keeper_resign(struct gtb_keeper *keeper,
		       const struct gtb_counts *counts)
{
	gtb_counts_more(counts, GTB_COUNT_AGE, gtb_gauge_resign(&keeper->age));
	gtb_counts_more(counts, GTB_COUNT_DIGEST,
			gtb_gauge_resign(&keeper->digest));
}

void gtb_keeper_fini(struct gtb_keeper *keeper)
{
	gtb_reload_free(keeper->reload);
	gtb_store_free(keeper->store);
	gtb_gauge_unshare(keeper->age.shared);
	gtb_gauge_unshare(keeper->digest.shared);
	memset(keeper, 0, sizeof(*keeper));
}
