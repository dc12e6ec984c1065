/*
 * file: read a file that decides about security, or say why not.
 *
 * A file is trusted when it is a regular file (no symbolic link, FIFO, device
 * or directory), not writable by its group or by others, owned by root or by
 * the user who reads it, in a folder that others cannot write to (a sticky
 * folder such as /tmp is allowed), and not larger than the limit.
 */
#ifndef GTB_FILE_H
#define GTB_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gtb/report.h"

#define GTB_FILE_YAML_MAX ((size_t)4 * 1024 * 1024)	/* bytes */
#define GTB_FILE_LIST_MAX ((size_t)256 * 1024 * 1024)	/* bytes */

/*
 * What a file looked like when it was read. Two stamps that differ in any
 * member mean: read it again. Every member counts, because a rename can keep
 * size and mtime, and a clock can go backwards.
 */
struct gtb_stamp {
	bool present;		/* false: it could not be found */
	uint64_t device;
	uint64_t inode;
	uint64_t size;		/* bytes */
	int64_t mtime_s;
	int64_t mtime_ns;
	int64_t ctime_s;
	int64_t ctime_ns;
};

/*
 * Read the whole of a trusted file. On GTB_OK *text is a NUL-terminated copy
 * of *len bytes which the caller frees, and *stamp (may be NULL) is from the
 * same descriptor. Otherwise *text is NULL and the report holds the reason:
 * GTB_E_IO (cannot be opened or read), GTB_E_INPUT (not trusted, too large).
 */
int gtb_file_read(const char *path, size_t limit, char **text, size_t *len,
		  struct gtb_stamp *stamp, struct gtb_report *report);

/* Stamp a path as it is now (lstat); an absent file has present = false. */
void gtb_file_stamp(const char *path, struct gtb_stamp *stamp);

bool gtb_stamp_equal(const struct gtb_stamp *a, const struct gtb_stamp *b);

#endif
