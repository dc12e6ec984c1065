/*
 * stream: bytes in any pieces -> whole lines.
 *
 * Squid's requests come over a socket: a read may end anywhere. A line longer
 * than GTB_LINE_MAX is drained to its newline and handed over as its first
 * GTB_LINE_MAX bytes. A line whose newline never comes is never handed over.
 */
#ifndef GTB_STREAM_H
#define GTB_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "line.h"

struct gtb_stream {
	size_t len;		/* bytes held of a line that has not ended */
	bool cut;		/* it is too long; the rest is dropped */
	char held[GTB_LINE_MAX];
};

/* One line without its newline, lent for the call; cut: its beginning. */
typedef void gtb_stream_line(void *context, const char *text, size_t len,
			     bool cut);

void gtb_stream_init(struct gtb_stream *stream);

/* Take len more bytes; line is called for each line that ends in them. */
void gtb_stream_feed(struct gtb_stream *stream, const char *data, size_t len,
		     gtb_stream_line *line, void *context);

#endif
