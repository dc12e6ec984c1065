/* Login and service: which comes first, and what gets lost. L39, L40. */
#include "config.h"

#include <string.h>

#include "lint_order.h"
#include "lint_services.h"

/* --- L39: asked for a user before the service is asked ------------------ */

/*
 * The acl by which a header spares the login, after the service; or NULL. Of
 * the lines that we made L23 says where they belong.
 */
static const struct gtb_conf_acl *sparing_acl(const struct lint_run *run,
					      const struct lint_grants *grants)
{
	for (size_t i = 0; i < run->acls_count; i++)
		if (grants->lines[i] != NULL && !grants->lines[i]->ours &&
		    lint_acl_is(&run->acls[i], "req_header") &&
		    !lint_acl_is_credentials(&run->acls[i]))
			return &run->acls[i];
	return NULL;
}

static bool is_let_through_before(const struct lint_run *run, size_t index)
{
	const struct lint_lines *access = &run->lists[LINT_HTTP_ACCESS];

	for (size_t i = 0; i < index; i++) {
		const struct lint_line *line = &access->lines[i];

		if (strcmp(line->action, "allow") == 0 &&
		    !lint_line_is_manager(line) &&
		    !lint_line_names(line, "localhost") &&
		    lint_line_term(run, line, LINT_USER) == NULL &&
		    lint_line_reaches_goto(run, line, line->count))
			return true;
	}
	return false;
}

static void check_first(struct lint_run *run, const struct gtb_conf_acl *acl)
{
	const struct lint_lines *access = &run->lists[LINT_HTTP_ACCESS];
	size_t asking = lint_first_asking(run, access, 0);

	if (asking == access->count || is_let_through_before(run, asking))
		return;
	lint_add(run, access->lines[asking].directive, NULL,
		 "\"%s\" asks for a user here, before the service is asked: "
		 "acl %s comes too late to spare anybody the login",
		 lint_asks(run, &access->lines[asking])->name, acl->name);
}

void lint_l39(struct lint_run *run)
{
	const struct gtb_conf_acl *acl;
	struct lint_grants grants;

	if (lint_service_of_verdicts(run) != NULL &&
	    lint_grants_make(run, LINT_LIST_BIT(LINT_ADAPTED_HTTP_ACCESS),
			     &grants)) {
		acl = sparing_acl(run, &grants);
		if (acl != NULL)
			check_first(run, acl);
		lint_grants_fini(&grants);
	}
}

/* --- L40: credentials that the service's answer drops ------------------- */

/* Could a request to GoTo that brings credentials match the line? */
static bool reaches_user(const struct lint_run *run,
			 const struct lint_line *line)
{
	for (size_t i = 0; i < line->count; i++) {
		const struct lint_term *term = &line->terms[i];
		struct lint_line one = *line;

		one.terms = &line->terms[i];
		one.count = 1;
		if (lint_acl_is_credentials(term->acl)
			    ? term->negated
			    : !lint_line_reaches_goto(run, &one, 1))
			return false;
	}
	return true;
}

/* The line that lets it through without a look at the credentials. */
static const struct lint_line *unlooked(const struct lint_run *run)
{
	const struct lint_lines *access = &run->lists[LINT_HTTP_ACCESS];

	for (size_t i = 0; i < access->count; i++) {
		const struct lint_line *line = &access->lines[i];

		if (lint_line_term(run, line, LINT_USER) != NULL)
			return NULL;
		if (strcmp(line->action, "allow") == 0 &&
		    !lint_line_is_manager(line) &&
		    !lint_line_names(line, "localhost") &&
		    reaches_user(run, line))
			return line;
	}
	return NULL;
}

void lint_l40(struct lint_run *run)
{
	const struct lint_lines *adapted =
		&run->lists[LINT_ADAPTED_HTTP_ACCESS];
	const struct lint_line *allow = unlooked(run);
	char where[LINT_LINE_SIZE];

	if (lint_service_of_verdicts(run) == NULL || allow == NULL)
		return;
	for (size_t i = 0; i < adapted->count; i++) {
		const struct lint_line *line = &adapted->lines[i];
		const struct lint_term *user =
			lint_line_term(run, line, LINT_USER);

		if (user == NULL || line->ours)
			continue;
		lint_line_text(run, allow, line->directive->file, where);
		lint_add(run, line->directive, NULL,
			 "\"%s\" is first asked for here: %s let the request "
			 "through without a look at its credentials, and what "
			 "the service changed has none left",
			 user->name, where);
		return;
	}
}
