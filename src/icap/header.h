/*
 * header: header lines, "Name: value", read without trusting who wrote them.
 *
 * A name is compared without regard to case, and blanks between it and the
 * colon do not hide it. Lines are NUL-terminated and come as c-icap keeps
 * them: an array whose first element is the request line, which no function
 * here takes for a header.
 */
#ifndef GTB_HEADER_H
#define GTB_HEADER_H

#include <stdbool.h>
#include <stddef.h>

#include "gtb/decide.h"

/* The header that carries the verdict to Squid; nobody else may send it. */
#define GTB_HEADER_VERDICT "X-GoTo-Bypass"

/* True when the line has this name. */
bool gtb_header_is(const char *line, const char *name);

/* How many of count lines have this name. */
size_t gtb_header_count(char *const *lines, size_t count, const char *name);

/*
 * The value of the header, blanks around it left out, as a fact for a query:
 * not known when there is no such line or the value is "-"; an empty text,
 * which is malformed, when there are several. Lent from the lines.
 */
struct gtb_text gtb_header_fact(char *const *lines, size_t count,
				const char *name);

/*
 * A copy of the lines that do not have this name, the request line first, one
 * NUL-terminated string behind the other, *kept of them. NULL: memory ran
 * out. The caller frees it.
 */
char *gtb_header_without(char *const *lines, size_t count, const char *name,
			 size_t *kept);

#endif
