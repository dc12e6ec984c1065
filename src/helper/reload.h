/*
 * reload: the ruleset in force, fresh within a second of a change.
 *
 * A thread of its own looks at the files five times a second, loads what has
 * changed and hands it over; it frees what is no longer used, too. The
 * deciding thread takes it between two batches, without a lock, an allocation
 * or a wait. Files that cannot be used leave the last good ruleset in force
 * (or none), are reported once, and are tried again when they change, and now
 * and then.
 */
#ifndef GTB_RELOAD_H
#define GTB_RELOAD_H

#include <stdbool.h>

#include "gtb/ruleset.h"
#include "log.h"
#include "sandbox.h"

struct gtb_reload;

/*
 * Load for the first time, at once. Paths and log are lent for the life of
 * the result. Files that cannot be used are no failure; NULL: memory ran out.
 */
struct gtb_reload *gtb_reload_new(const char *policy_path,
				  const char *catalog_folder,
				  struct gtb_log *log);

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
bool gtb_reload_free(struct gtb_reload *reload);

#endif
