/*
 * reload: the files of the service, and the ruleset made of them.
 *
 * Somebody calls gtb_reload_look() about once a second, always from the same
 * thread of a process; it loads what has changed into the store. Files that
 * cannot be used leave the last good ruleset in force (or none), are told of
 * once, and are tried again when they change, and now and then.
 */
#ifndef GTB_RELOAD_H
#define GTB_RELOAD_H

#include <stdbool.h>

#include "store.h"

/* One line of text, printable ASCII, without a newline. */
typedef void gtb_reload_say(void *context, const char *text);

enum gtb_reload_event {
	GTB_RELOAD_QUIET,	/* nothing to load, or nothing new in it */
	GTB_RELOAD_LOADED,	/* another ruleset is in force */
	GTB_RELOAD_FAILED	/* what changed cannot be used */
};

struct gtb_reload;

/*
 * Nothing is loaded yet. Paths, store and context are lent for the life of
 * the result. NULL: memory ran out.
 */
struct gtb_reload *gtb_reload_new(const char *policy_path,
				  const char *catalog_folder,
				  struct gtb_store *store, gtb_reload_say *say,
				  void *context);

/* Load if something changed since the last look, or if forced to. */
enum gtb_reload_event gtb_reload_look(struct gtb_reload *reload, bool force);

/* NULL is allowed. */
void gtb_reload_free(struct gtb_reload *reload);

#endif
