/*
 * report: what is wrong with a file, said so that it can be mended.
 *
 * Readers of files (catalog, policy, lists) fill a report and go on, so that
 * one run names every mistake of a file. They never print; a door does, with
 * gtb_report_line().
 */
#ifndef GTB_REPORT_H
#define GTB_REPORT_H

#include <stdbool.h>
#include <stddef.h>

/* Results of every gtb function that can fail; 0 is success. */
enum gtb_rc {
	GTB_OK = 0,
	GTB_E_INPUT = -1,	/* the input is wrong; the report says where */
	GTB_E_IO = -2,		/* the system refused; the report says why */
	GTB_E_NOMEM = -3	/* memory ran out; nothing was changed */
};

enum gtb_level {
	GTB_LEVEL_ERROR,	/* the file is refused */
	GTB_LEVEL_WARNING	/* the file is used; an admin should look */
};

struct gtb_place {
	unsigned int line;	/* from 1; 0 = the file as a whole */
	unsigned int column;	/* from 1, in bytes; 0 = the line as a whole */
};

struct gtb_report_item {
	enum gtb_level level;
	struct gtb_place place;
	char *source;		/* path as the caller gave it */
	char *message;		/* "what, and how to mend it"; no newline */
};

/* At most this many items are kept; the rest are only counted. */
#define GTB_REPORT_MAX 1000

/* Called between two pieces of reading. */
typedef void gtb_report_pause(void *context);

struct gtb_report {
	struct gtb_report_item *items;
	size_t count;
	size_t errors;		/* of level error, kept or not */
	size_t dropped;		/* beyond GTB_REPORT_MAX, or memory ran out */
	gtb_report_pause *pause; /* NULL: none */
	void *pause_context;
};

/* Longest line gtb_report_line() writes, with its NUL. */
#define GTB_REPORT_LINE_SIZE 1024

/* Make an empty report. Cannot fail. */
void gtb_report_init(struct gtb_report *report);

/*
 * Whoever reads in the background asks to be called while it lasts, so that
 * others are not kept waiting. context is lent for the life of the report.
 */
void gtb_report_pauses(struct gtb_report *report, gtb_report_pause *pause,
		       void *context);

/* A reader has done a piece. NULL is allowed. */
void gtb_report_piece(const struct gtb_report *report);

/*
 * Add an item; printf-style. A NULL report is allowed and drops it. Source
 * and message are copied; bytes outside printable ASCII are copied as \xNN.
 * Always counts the error, even when memory for the text cannot be had.
 */
void gtb_report_error(struct gtb_report *report, const char *source,
		      struct gtb_place place, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
void gtb_report_warning(struct gtb_report *report, const char *source,
			struct gtb_place place, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/*
 * Put the items from index first on into the order of their places; items of
 * one place keep theirs. For readers that look through a file more than once.
 */
void gtb_report_sort(struct gtb_report *report, size_t first);

/*
 * Write one item as "file:line:column: message" (parts that are 0 are left
 * out; a warning has "warning: " before its message) into buffer, cut at
 * size. Returns buffer.
 */
const char *gtb_report_line(const struct gtb_report_item *item, char *buffer,
			    size_t size);

/*
 * Copy foreign text so that it can stand in a log or on a terminal: printable
 * ASCII (0x20 to 0x7e) as it is, '\\' doubled, every other byte as \\xNN; cut
 * with "..." at size. Returns buffer.
 */
const char *gtb_report_safe(const char *text, size_t len, char *buffer,
			    size_t size);

/* Free what the report holds and make it empty again. */
void gtb_report_fini(struct gtb_report *report);

#endif
