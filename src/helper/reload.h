/*
 * reload: the ruleset in force, fresh within a second of a change.
 *
 * A thread of its own looks at the files five times a second, loads what has
 * changed, a piece at a time, and hands it over; it frees what is no longer
 * used, too. The deciding thread takes it between two batches, without a lock,
 * an allocation or a wait. Files that cannot be used leave the last good
 * ruleset in force (or none), are reported once, and are tried again when they
 * change, and now and then.
 */
#ifndef GTB_RELOAD_H
#define GTB_RELOAD_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "complaint.h"
#include "gtb/ruleset.h"
#include "gtb/watch.h"
#include "log.h"
#include "sandbox.h"

struct gtb_generation;

struct gtb_reload {
	const char *policy_path;
	const char *catalog_folder;
	struct gtb_log *log;

	/* of the deciding thread */
	struct gtb_generation *current;
	bool threaded;
	pthread_t thread;

	/* on their way */
	_Atomic(struct gtb_generation *) fresh;
	_Atomic(struct gtb_generation *) spent;

	/* of the loading thread */
	struct gtb_watch *watch;
	struct gtb_complaint complaint;
	const struct gtb_policy *policy; /* of the newest; NULL for none */
	char digest[65];		/* of the newest; "" for none */
	char cut[65];			/* a policy not taken yet */
	int64_t cut_ms;			/* when to take it */
	bool first;			/* the first load; others log it */
	bool background;		/* nobody waits for the load */
	int64_t look_ms;		/* when to look again */
	int64_t retry_ms;		/* when to try again; 0: not failing */
	int64_t retry_step_ms;

	int no_lock;			/* why there is no lock; 0: there is */
	pthread_mutex_t lock;		/* for the two below */
	pthread_cond_t wake;
	bool stopping;
	bool loading;
};

/*
 * Load for the first time, at once. Paths and log are lent for its life. This
 * cannot fail: with files that cannot be used, or without memory, there is no
 * ruleset for now.
 */
void gtb_reload_init(struct gtb_reload *reload, const char *policy_path,
		     const char *catalog_folder, struct gtb_log *log);

/*
 * Say that from now on only the sandbox's folders can be read; a report of a
 * file out of its reach then names that, too. The sandbox is lent for the life
 * of reload. Before gtb_reload_start().
 */
void gtb_reload_confine(struct gtb_reload *reload,
			const struct gtb_sandbox *sandbox);

/*
 * Start the thread. False: there is none (logged), and gtb_reload_current()
 * does its work, at the price of pauses.
 */
bool gtb_reload_start(struct gtb_reload *reload);

/*
 * The ruleset to decide with, NULL when there is none; for one thread alone.
 * Lent until the next call.
 */
const struct gtb_ruleset *gtb_reload_current(struct gtb_reload *reload);

/*
 * End the thread and free everything. False: the thread is busy with a load;
 * nothing is freed, and the process had better end.
 */
bool gtb_reload_fini(struct gtb_reload *reload);

#endif
