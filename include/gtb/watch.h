/*
 * watch: notice that files changed since they were read.
 *
 * Looks at stamps, asks nobody to send a signal, and is not fooled by a clock
 * that goes backwards, by an equal size, or by two changes within the
 * file system's clock tick (such files are looked at twice).
 */
#ifndef GTB_WATCH_H
#define GTB_WATCH_H

#include <stdbool.h>

struct gtb_watch;

/* NULL: memory ran out. The caller frees it. */
struct gtb_watch *gtb_watch_new(void);

/*
 * Remember how a file or folder looks now; call it before reading. NULL for
 * watch is allowed and does nothing. When memory runs out the watch reports
 * a change at the next look, so nothing is missed.
 */
void gtb_watch_add(struct gtb_watch *watch, const char *path);

/*
 * The same for a folder and every file in it whose name ends in suffix, so
 * that files that come and go are noticed too.
 */
void gtb_watch_add_folder(struct gtb_watch *watch, const char *path,
			  const char *suffix);

/* True when any path looks different from when it was added. */
bool gtb_watch_changed(struct gtb_watch *watch);

void gtb_watch_free(struct gtb_watch *watch);

#endif
