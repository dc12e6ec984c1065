/* L29: names and addresses that Squid looks up before it compares. */
#include "config.h"

#include <string.h>

#include "lint_values.h"

static bool is_name(const struct gtb_conf_acl *acl)
{
	return lint_acl_is(acl, "dstdomain") ||
	       lint_acl_is(acl, "dstdom_regex");
}

/* The acl looks up what the client asked for. */
static bool looks_up(const struct lint_run *run, const struct gtb_conf_acl *acl)
{
	return !acl->builtin && (is_name(acl) || lint_acl_is(acl, "dst")) &&
	       (lint_traits(run, acl) & LINT_GOTO) != 0 &&
	       !gtb_conf_acl_has(acl, "-n");
}

/* Past a user's name or past inspection; elsewhere it only takes time. */
static bool is_bypass(const struct lint_run *run, const struct lint_line *line)
{
	if (strcmp(line->directive->words[0].text, "ssl_bump") == 0)
		return true;
	for (int which = 0; which < LINT_SSL_BUMP; which++) {
		const struct lint_lines *list = &run->lists[which];

		for (size_t i = 0; i < list->count; i++)
			if (lint_line_term(run, &list->lines[i], LINT_USER) !=
			    NULL)
				return true;
	}
	return false;
}

static void check_acl(struct lint_run *run, const struct gtb_conf_acl *acl,
		      const struct lint_line *line)
{
	const struct gtb_conf_directive *directive =
		&run->directives[acl->directive];
	char text[LINT_LINE_SIZE];

	lint_line_text(run, line, directive->file, text);
	lint_add_as(
		run, is_bypass(run, line) ? run->rule->level : GTB_LINT_WARNING,
		directive->file, directive->place, NULL,
		is_name(acl) ? "acl %s has no -n: Squid asks the reverse DNS "
			       "about a bare address, and one whose owner "
			       "names it after GoTo passes %s"
			     : "acl %s has no -n: Squid asks the DNS about any "
			       "name that is requested, and one whose owner "
			       "points it at GoTo's networks passes %s",
		acl->name, text);
}

void lint_l29(struct lint_run *run)
{
	struct lint_grants grants;

	if (lint_grants_make(run, LINT_LISTS_ALL, &grants))
		for (size_t i = 0; i < run->acls_count; i++)
			if (grants.lines[i] != NULL &&
			    looks_up(run, &run->acls[i]))
				check_acl(run, &run->acls[i], grants.lines[i]);
	lint_grants_fini(&grants);
}
