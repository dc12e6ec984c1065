/*
 * emit_files: an emitted text and its list files, in the folder Squid reads
 * them from: written, or compared with what is there.
 */
#ifndef GTB_EMIT_FILES_H
#define GTB_EMIT_FILES_H

#include <stddef.h>

#include "gtb/squid.h"
#include "gtb/text.h"

#include "store.h"

/* The name of the file to include. */
#define CLI_EMIT_NAME "goto-bypass.conf"

/* What to show of the differences; nothing is written then. */
enum cli_emit_look {
	CLI_EMIT_CHECK = 1, /* a line for each file that differs */
	CLI_EMIT_DIFF = 2   /* a unified diff */
};

/*
 * Bring text and files into a folder, list files first, so that the include
 * file never names one that is not there; what it no longer names is removed
 * by the run after the one that replaced it. A line on standard output says
 * what became of each file. CLI_YES, or CLI_TROUBLE and what the include file
 * says is as it was.
 *
 * With look (bits of enum cli_emit_look) nothing is written: CLI_YES when
 * all is in place, CLI_NO when something differs, CLI_TROUBLE.
 */
int cli_emit_files(const char *folder, unsigned int look,
		   const struct gtb_text_buffer *text,
		   const struct gtb_squid_files *files);

/*
 * Print, with diff(1), how a file differs from len bytes; both are told by
 * the file's path, and with NULL instead of data the file goes. Is the file
 * there at all? CLI_YES or CLI_TROUBLE, said on standard error.
 */
int cli_emit_diff(const char *folder, const char *name, bool is_there,
		  const char *data, size_t len);

#endif
