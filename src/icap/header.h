/*
 * header: header lines, "Name: value", read without trusting who wrote them.
 *
 * A name is compared without regard to case, and blanks between it and the
 * colon, or before it, do not hide it. Lines are NUL-terminated and come as
 * c-icap keeps them: an array whose first element is the request line, which
 * no function here takes for a header.
 */
#ifndef GTB_HEADER_H
#define GTB_HEADER_H

#include <stdbool.h>
#include <stddef.h>

#include "gtb/decide.h"

/* The header that carries the verdict to Squid; nobody else may send it. */
#define GTB_HEADER_VERDICT "X-GoTo-Bypass"

/* A name to look for, in small letters; it begins with "x". */
#define GTB_HEADER_NAME(name) {name, sizeof(name) - 1}

/* True when the line is a copy of the header that carries the verdict. */
bool gtb_header_is_verdict(const char *line);

/* How many of count lines are copies of it. */
size_t gtb_header_verdicts(char *const *lines, size_t count);

/*
 * The values of the named headers, blanks around them left out, as facts for
 * a query: not known when there is no such line or the value is "-"; an empty
 * text, which is malformed, when there are several. Lent from the lines.
 */
void gtb_header_facts(char *const *lines, size_t count,
		      const struct gtb_text *names, struct gtb_text *facts,
		      size_t facts_count);

/*
 * Do the lines follow one another up to end as c-icap writes them itself, each
 * with two bytes behind it, a NUL in place of CR, and LF?
 */
bool gtb_header_are_regular(char *const *lines, size_t count,
			    const char *end);

/*
 * A copy of the lines without copies of the verdict, the request line first,
 * one NUL-terminated string behind the other, *kept of them. NULL: memory ran
 * out. The caller frees it.
 */
char *gtb_header_without_verdict(char *const *lines, size_t count,
				 size_t *kept);

#endif
