/* Names that Squid never matches. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "lint_values.h"

#define MEND_SIZE 160

/* A certificate's names do hold a '*'. */
static bool is_name_list(const struct gtb_conf_acl *acl)
{
	return lint_acl_is(acl, "dstdomain") || lint_acl_is(acl, "srcdomain") ||
	       (lint_acl_is(acl, "ssl::server_name") &&
		!gtb_conf_acl_has(acl, "--server-provided"));
}

/* How many values hold a '*'; *first is the first of them. */
static size_t count_stars(const struct gtb_conf_acl *acl,
			  const struct gtb_conf_word **first)
{
	size_t count = 0;

	for (size_t i = 0; i < acl->values_count; i++) {
		if (strchr(acl->values[i].text, '*') == NULL)
			continue;
		if (count++ == 0)
			*first = &acl->values[i];
	}
	return count;
}

/* "*.x" has one meaning; what another '*' means is the admin's to say. */
static const char *mend_star(const char *value, char mend[MEND_SIZE])
{
	if (strncmp(value, "*.", 2) != 0 || strchr(value + 1, '*') != NULL ||
	    strlen(value) > MEND_SIZE / 2)
		return NULL;
	snprintf(mend, MEND_SIZE,
		 "write \"%s\", which matches %s and every name below it",
		 value + 1, value + 2);
	return mend;
}

static void check_stars(struct lint_run *run, const struct gtb_conf_acl *acl)
{
	const struct gtb_conf_word *first = NULL;
	size_t count = count_stars(acl, &first);
	char mend[MEND_SIZE];
	char more[64] = "";

	if (count == 0)
		return;
	if (count > 1)
		snprintf(more, sizeof(more),
			 ", and so for %zu more of its values", count - 1);
	lint_add_word(run, first, mend_star(first->text, mend),
		      "acl %s: \"%s\" matches no name that a client asks for: "
		      "Squid takes the * for a letter of the name%s",
		      acl->name, first->text, more);
}

void lint_l06(struct lint_run *run)
{
	for (size_t i = 0; i < run->acls_count; i++)
		if (!run->acls[i].builtin && is_name_list(&run->acls[i]))
			check_stars(run, &run->acls[i]);
}
