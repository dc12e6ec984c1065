/*
 * lint_goto: GoTo's names and networks, as they are kept for looking up.
 */
#ifndef GTB_LINT_GOTO_H
#define GTB_LINT_GOTO_H

#include <stddef.h>

#include "gtb/net.h"

struct lint_goto {
	char **names; /* "goto.com", sorted; a name stands for all below */
	size_t names_count;
	size_t names_size;
	struct gtb_net *nets; /* sorted, none inside another */
	size_t nets_count;
	size_t nets_size;
};

/* "*.x", ".x" and "x" are all about x here: points into name. */
const char *lint_goto_strip(const char *name);

/* The order of names, for sorting and searching an array of them. */
int lint_goto_compare(const void *a, const void *b);

#endif
