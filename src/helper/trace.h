/*
 * trace: what -d shows, one line for each request line. Only to be called
 * with -d: it is slow.
 */
#ifndef GTB_TRACE_H
#define GTB_TRACE_H

#include <stddef.h>

#include "line.h"
#include "log.h"

/* The request as received, both verdicts, and what decided them. */
void gtb_trace_decision(struct gtb_log *log, const struct gtb_line *line,
			const struct gtb_decision *decision);

/* A line that is answered without a decision; the beginning of it. */
void gtb_trace_malformed(struct gtb_log *log, const char *text, size_t len);

#endif
