/*
 * store: files of one folder, replaced whole. A reader finds the old file or
 * the new one, never half of one, whatever ends this program meanwhile.
 *
 * A file is written under a temporary name, brought to the disk, and renamed.
 * One writer at a time holds the folder's lock file, so what it finds under
 * the temporary names was left by one that was killed. What goes wrong is
 * said on standard error.
 */
#ifndef GTB_STORE_H
#define GTB_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct cli_store {
	const char *folder; /* as it was given; lent */
	const char *model;  /* the file new files get mode and owner of, if it
			     * is there; lent */
	int fd;		    /* the folder's; -1: not open */
	int lock;	    /* -1: not held */
};

enum cli_store_state {
	CLI_STORE_SAME,
	CLI_STORE_DIFFERS,
	CLI_STORE_MISSING,
	CLI_STORE_TROUBLE /* said why */
};

/* Open a folder. CLI_YES or CLI_TROUBLE; either way it can be closed. */
int cli_store_open(struct cli_store *store, const char *folder,
		   const char *model);

/*
 * Say on standard error what happened to a file, or to the folder where name
 * is NULL; error is an errno or 0. CLI_TROUBLE.
 */
int cli_store_trouble(const struct cli_store *store, const char *name,
		      const char *what, int error);

/* Is the file what it should be? A symbolic link is trouble. */
enum cli_store_state cli_store_compare(const struct cli_store *store,
				       const char *name, const char *data,
				       size_t len);

/*
 * Read until size bytes are there or the file ends, however few come at a
 * time. Returns how many there are; -1: errno says why.
 */
ssize_t cli_store_fill(int fd, char *buffer, size_t size);

/*
 * A text file of less than max bytes; NULL when it is larger, holds NUL or
 * cannot be read. The caller frees it.
 */
char *cli_store_read(const struct cli_store *store, const char *name,
		     size_t max);

/* Wait until no other writer is in the folder. CLI_YES or CLI_TROUBLE. */
int cli_store_lock(struct cli_store *store);

/*
 * Replace or make a file; CLI_YES or CLI_TROUBLE, and then the file is as it
 * was and nothing temporary is left. It is sure to be found after a power cut
 * only once cli_store_sync() returned CLI_YES.
 */
int cli_store_put(const struct cli_store *store, const char *name,
		  const char *data, size_t len);
int cli_store_remove(const struct cli_store *store, const char *name);

/*
 * Mark a file as one of the time of the model as it is now, and look for that
 * mark; CLI_YES or CLI_TROUBLE. A changed model makes the mark void.
 */
int cli_store_mark(const struct cli_store *store, const char *name);
bool cli_store_is_marked(const struct cli_store *store, const char *name);

/* Bring renames and removals to the disk. */
int cli_store_sync(const struct cli_store *store);

/*
 * Is this the name of the lock, or of a temporary file? Of the latter *base
 * and *len are the name it would have got; *base points into name.
 */
bool cli_store_is_lock(const char *name);
bool cli_store_is_temporary(const char *name, const char **base, size_t *len);

/* Give up the lock and close the folder. */
void cli_store_close(struct cli_store *store);

#endif
