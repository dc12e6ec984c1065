/* L16: certificates that nobody looks at. */
#include "config.h"

#include <string.h>

#include "lint_values.h"

/* The terms of "sslproxy_cert_error allow acl acl": words from here on. */
#define FIRST_TERM 2

/* The first acl of the line that says what is spliced, or has GoTo's hosts. */
static const struct gtb_conf_acl *
listed_term(const struct lint_run *run,
	    const struct gtb_conf_directive *directive,
	    const struct lint_grants *grants)
{
	for (size_t i = FIRST_TERM; i < directive->count; i++) {
		const char *name = directive->words[i].text;
		const struct gtb_conf_acl *acl =
			gtb_conf_acl_find(run->conf, name);
		unsigned int traits = lint_traits(run, acl);

		if (acl == NULL || (traits & LINT_DESTINATION) == 0)
			continue;
		if (grants->lines[acl - run->acls] != NULL ||
		    (traits & LINT_GOTO) != 0)
			return acl;
	}
	return NULL;
}

/* Every acl of the line matches everything. */
static bool is_for_all(const struct lint_run *run,
		       const struct gtb_conf_directive *directive)
{
	for (size_t i = FIRST_TERM; i < directive->count; i++) {
		const char *name = directive->words[i].text;

		if ((lint_traits(run, gtb_conf_acl_find(run->conf, name)) &
		     LINT_ALL) == 0)
			return false;
	}
	return directive->count > FIRST_TERM;
}

static void check_line(struct lint_run *run,
		       const struct gtb_conf_directive *directive,
		       const struct lint_grants *grants)
{
	const struct gtb_conf_acl *acl;

	if (directive->count <= FIRST_TERM ||
	    strcmp(directive->words[1].text, "allow") != 0)
		return;
	if (is_for_all(run, directive)) {
		lint_add(run, directive, NULL,
			 "no certificate of any server is looked at: where "
			 "TLS is inspected, anybody can pose as anybody");
		return;
	}
	acl = listed_term(run, directive, grants);
	if (acl != NULL && grants->lines[acl - run->acls] == NULL)
		lint_add(run, directive, NULL,
			 "acl %s has hosts of GoTo's: where they are "
			 "inspected, anybody can pose as them",
			 acl->name);
	else if (acl != NULL)
		lint_add(run, directive, NULL,
			 "acl %s is a list of what is not inspected, and "
			 "needs no line here; where it is inspected after "
			 "all, on another port for one, anybody can pose as "
			 "these hosts",
			 acl->name);
}

void lint_l16(struct lint_run *run)
{
	static const char name[] = "sslproxy_cert_error";
	struct lint_grants grants;
	size_t at = lint_directive_next(run, name, 0);

	if (lint_grants_make(run, LINT_LIST_BIT(LINT_SSL_BUMP), &grants))
		for (; at != GTB_CONF_NONE;
		     at = lint_directive_next(run, name, at + 1))
			check_line(run, &run->directives[at], &grants);
	lint_grants_fini(&grants);
}
