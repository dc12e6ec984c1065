/* What a helper is shown: L08 too little, L10 a user. */
#include "config.h"

#include <string.h>

#include "lint_values.h"

/* --- L08: the destination is not in the question ----------------------- */

/* Is one of the codes among the FORMAT's tokens? */
static bool has_any(const struct lint_external *external,
		    const char *const *codes)
{
	for (; *codes != NULL; codes++)
		if (lint_external_token(external, *codes) != NULL)
			return true;
	return false;
}

static void check_question(struct lint_run *run,
			   const struct lint_external *external,
			   const struct lint_line *line)
{
	static const char *const hosts[] = {">rd", ">ru",      "ru",
					    ">la", ">h{Host}", NULL};
	static const char *const ports[] = {">rP", ">ru", "ru", ">lp", NULL};
	const struct gtb_conf_word *sni =
		lint_external_token(external, "ssl::>sni");
	char text[LINT_LINE_SIZE];

	if (sni == NULL)
		return;
	lint_line_text(run, line, sni->file, text);
	if (!has_any(external, hosts))
		lint_add_word(
			run, sni, NULL,
			"helper %s is shown the server name but not where "
			"the connection goes: its OK holds for whatever "
			"host a client names with that server name, and "
			"%s lets it through",
			external->name, text);
	else if (!has_any(external, ports))
		lint_add_as(run, GTB_LINT_WARNING, sni->file, sni->place, NULL,
			    "helper %s is not shown the port: its OK for one "
			    "port holds for every other, and %s lets it "
			    "through",
			    external->name, text);
}

void lint_l08(struct lint_run *run)
{
	struct lint_grants grants;
	const struct lint_line *line;

	if (lint_grants_make(run, LINT_LISTS_ALL, &grants)) {
		for (size_t i = 0; i < run->externals_count; i++) {
			line = lint_external_grant(run, &grants,
						   &run->externals[i], NULL);
			if (line != NULL)
				check_question(run, &run->externals[i], line);
		}
	}
	lint_grants_fini(&grants);
}

/* --- L10: a user is asked for ------------------------------------------ */

/* An allow line about GoTo, by acls beside the helper's. */
static bool is_bypass(const struct lint_run *run, const struct lint_line *line)
{
	return strcmp(line->action, "allow") == 0 &&
	       (lint_line_traits(run, line) & LINT_GOTO) != 0 &&
	       lint_line_reaches_goto(run, line, line->count);
}

static bool check_access(struct lint_run *run,
			 const struct lint_external *external,
			 const struct gtb_conf_word *user)
{
	const struct lint_lines *list = &run->lists[LINT_HTTP_ACCESS];
	char text[LINT_LINE_SIZE];

	for (size_t i = 0; i < list->count; i++) {
		const struct lint_line *line = &list->lines[i];

		if (!is_bypass(run, line) ||
		    lint_asking_term(run, line, external) == NULL)
			continue;
		lint_add_as(run,
			    external->ours ? GTB_LINT_ERROR : GTB_LINT_WARNING,
			    user->file, user->place, NULL,
			    "helper %s is shown the user (%s), so Squid asks "
			    "for one before it asks the helper: %s lets nobody "
			    "past the login",
			    external->name, user->text,
			    lint_line_text(run, line, user->file, text));
		return true;
	}
	return false;
}

static bool check_bump(struct lint_run *run,
		       const struct lint_external *external,
		       const struct gtb_conf_word *user)
{
	const struct lint_lines *list = &run->lists[LINT_SSL_BUMP];
	char text[LINT_LINE_SIZE];

	for (size_t i = 0; i < list->count; i++) {
		const struct lint_line *line = &list->lines[i];

		if (lint_asking_term(run, line, external) == NULL)
			continue;
		lint_add_word(run, user, NULL,
			      "helper %s is shown the user (%s), and ssl_bump "
			      "can ask nobody to log in: where %s has no user, "
			      "the list ends and Squid splices",
			      external->name, user->text,
			      lint_line_text(run, line, user->file, text));
		return true;
	}
	return false;
}

void lint_l10(struct lint_run *run)
{
	for (size_t i = 0; i < run->externals_count; i++) {
		const struct lint_external *external = &run->externals[i];
		const struct gtb_conf_word *user =
			lint_external_token(external, "ul");

		if (user != NULL && !check_bump(run, external, user))
			check_access(run, external, user);
	}
}
