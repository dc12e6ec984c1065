/* L52: --auth-acl with an acl that asks nobody. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "lint_order.h"
#include "lint_services.h"

/* What a person has no say in. */
#define IMPERSONAL                                                             \
	(LINT_DESTINATION | LINT_CLIENT | LINT_PORTS | LINT_STEP |             \
	 LINT_CONNECT | LINT_ALL | LINT_LISTENER)

/* A helper, a note or a header may stand for a login. */
static bool asks_nobody(const struct lint_run *run,
			const struct gtb_conf_acl *acl)
{
	unsigned int traits = lint_traits(run, acl);

	return (traits & IMPERSONAL) != 0 &&
	       (traits & (LINT_USER | LINT_SLOW | LINT_NOTES)) == 0;
}

/*
 * "http_access deny !NAME" of ours, where an acl about our ports may come
 * first: the name that --auth-acl was given.
 */
static const struct lint_term *demand_of(const struct lint_line *line)
{
	const struct lint_term *last;

	if (!line->ours || line->count == 0 || line->count > 2 ||
	    strcmp(line->action, "deny") != 0)
		return NULL;
	last = &line->terms[line->count - 1];
	if (!last->negated || strncmp(last->name, "gtb_", 4) == 0)
		return NULL;
	return last;
}

/* An acl of the admin's that does ask for a user, or NULL. */
static const struct gtb_conf_acl *asking_acl(const struct lint_run *run)
{
	for (size_t i = 0; i < run->acls_count; i++)
		if (!run->acls[i].builtin &&
		    (lint_traits(run, &run->acls[i]) & LINT_USER) != 0)
			return &run->acls[i];
	return NULL;
}

static void say_nobody(struct lint_run *run, const struct lint_line *line,
		       const char *name)
{
	const struct gtb_conf_acl *meant = asking_acl(run);
	struct gtb_place place;
	char mend[128];
	size_t file;

	snprintf(mend, sizeof(mend),
		 "emit the file again with --auth-acl %.60s, which does",
		 meant != NULL ? meant->name : "");
	place = lint_place(run, line->directive, &file);
	lint_add_as(run, run->rule->level, file, place,
		    meant != NULL ? mend : NULL,
		    "\"%s\", which --auth-acl was given, asks nobody for a "
		    "user",
		    name);
}

void lint_l52(struct lint_run *run)
{
	const struct lint_lines *access = &run->lists[LINT_HTTP_ACCESS];

	for (size_t i = 0; i < access->count; i++) {
		const struct lint_term *term = demand_of(&access->lines[i]);

		if (term != NULL && term->acl != NULL &&
		    asks_nobody(run, term->acl)) {
			say_nobody(run, &access->lines[i], term->name);
			return;
		}
	}
}
