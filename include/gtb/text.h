/*
 * text: a growing text whose error sticks, so that a long writer checks once.
 *
 * After a failure every further call does nothing. The text is always
 * NUL-terminated. Nothing is quoted here; foreign text goes through
 * gtb/quote.h.
 */
#ifndef GTB_TEXT_H
#define GTB_TEXT_H

#include <stddef.h>

struct gtb_text_buffer {
	char *data;	    /* NULL while empty; see gtb_text_data() */
	size_t len;	    /* bytes without NUL */
	size_t size;	    /* capacity with NUL */
	unsigned int lines; /* newlines written */
	int error;	    /* enum gtb_rc; GTB_OK while all went well */
};

/* Make an empty text. Cannot fail, allocates nothing. */
void gtb_text_init(struct gtb_text_buffer *text);

/* Append a string, len bytes, or printf-style. GTB_E_NOMEM sticks. */
void gtb_text_add(struct gtb_text_buffer *text, const char *string);
void gtb_text_add_bytes(struct gtb_text_buffer *text, const char *bytes,
			size_t len);
void gtb_text_addf(struct gtb_text_buffer *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Make an error stick; the first one stays. */
void gtb_text_fail(struct gtb_text_buffer *text, int error);

/* What was written so far, or "" after a failure; lent until the next call. */
const char *gtb_text_data(const struct gtb_text_buffer *text);

/* Free what it holds and make it empty and fine again. */
void gtb_text_fini(struct gtb_text_buffer *text);

#endif
