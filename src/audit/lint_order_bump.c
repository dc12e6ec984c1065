/* Rules about ssl_bump: L04, L05, L11, L12, L20. */
#include "config.h"

#include <string.h>

#include "lint_order.h"

static bool goes_on(const struct lint_line *line)
{
	enum lint_action action = lint_action(line);

	return action == LINT_PEEK || action == LINT_STARE;
}

static bool looks_at(const struct lint_run *run, const struct lint_line *line,
		     unsigned int traits)
{
	return (lint_line_traits(run, line) & traits) != 0;
}

/* --- L04: peek at step 2, then bump ------------------------------------ */

static const struct lint_line *later_inspection(const struct lint_lines *lines,
						size_t from)
{
	for (size_t i = from; i < lines->count; i++) {
		enum lint_action action = lint_action(&lines->lines[i]);

		if (action == LINT_BUMP || action == LINT_TERMINATE ||
		    action == LINT_STARE)
			return &lines->lines[i];
	}
	return NULL;
}

static void say_too_late(struct lint_run *run, const struct lint_line *line,
			 const struct lint_line *other, const char *where)
{
	if (lint_action(other) == LINT_TERMINATE)
		lint_add(run, line->directive, NULL,
			 "this line peeks at step 2 too, and with TLS 1.3 "
			 "Squid then splices without a look at \"ssl_bump "
			 "%s\" on %s",
			 other->action, where);
	else
		lint_add(run, line->directive, NULL,
			 "this line peeks at step 2 too, and after that Squid "
			 "cannot inspect: \"ssl_bump %s\" on %s comes too "
			 "late, and all is spliced",
			 other->action, where);
}

void lint_l04(struct lint_run *run)
{
	const struct lint_lines *lines = &run->lists[LINT_SSL_BUMP];
	size_t end = lint_catching(run, lines, LINT_STEP_2);

	for (size_t i = 0; i < lines->count && i <= end; i++) {
		const struct lint_line *line = &lines->lines[i];
		const struct lint_line *other = later_inspection(lines, i + 1);
		char where[LINT_WHERE_SIZE];

		if (lint_action(line) != LINT_PEEK || other == NULL ||
		    (lint_line_steps(run, line) & LINT_STEP_2) == 0 ||
		    looks_at(run, line,
			     LINT_DESTINATION | LINT_NOTES | LINT_SLOW))
			continue;
		lint_where(run, other->directive, line->directive->file, where);
		say_too_late(run, line, other, where);
		return;
	}
}

/* --- L05: no peek before the server name is asked for ------------------ */

/* Some line reads the server name before every connection is decided. */
static bool reads_sni(const struct lint_run *run,
		      const struct lint_lines *lines)
{
	size_t end = lint_catching(run, lines, LINT_STEP_1);

	for (size_t i = 0; i < lines->count && i <= end; i++)
		if (goes_on(&lines->lines[i]) &&
		    (lint_line_steps(run, &lines->lines[i]) & LINT_STEP_1) != 0)
			return true;
	return false;
}

/* A visit: an external acl whose helper is told the server name. */
static bool tells_sni(const struct lint_run *run,
		      const struct gtb_conf_acl *acl, void *context)
{
	const struct lint_external *external = lint_acl_external(run, acl);

	(void)context;
	return external != NULL &&
	       lint_external_token(external, "ssl::>sni") != NULL;
}

static bool looks_at_sni(const struct lint_run *run,
			 const struct gtb_conf_acl *acl, void *context)
{
	(void)context;
	return (lint_traits(run, acl) & LINT_SNI) != 0;
}

/* The first term that a visit is true for, or NULL. */
static const struct lint_term *find_term(const struct lint_run *run,
					 const struct lint_line *line,
					 lint_visit *visit)
{
	for (size_t i = 0; i < line->count; i++)
		if (lint_acl_any(run, line->terms[i].acl, visit, NULL))
			return &line->terms[i];
	return NULL;
}

static bool check_sni(struct lint_run *run, const struct lint_line *line)
{
	const struct lint_term *term = find_term(run, line, tells_sni);
	enum gtb_lint_level level = GTB_LINT_ERROR;

	if (term != NULL) {
		lint_add(run, line->directive, NULL,
			 "no ssl_bump line peeks at step 1, so the helper of "
			 "\"%s\" gets \"-\" for the server name",
			 term->name);
		return true;
	}
	term = find_term(run, line, looks_at_sni);
	if (term == NULL)
		return false;
	/* A CONNECT names a host, and that stands in for the server name. */
	if (!lint_has_port(run, true, true))
		level = GTB_LINT_WARNING;
	lint_add_as(run, level, line->directive->file, line->directive->place,
		    NULL,
		    "no ssl_bump line peeks at step 1, so \"%s\" never sees a "
		    "server name%s",
		    term->name,
		    level == GTB_LINT_WARNING ? ", only the host of the CONNECT"
					      : "");
	return true;
}

void lint_l05(struct lint_run *run)
{
	const struct lint_lines *lines = &run->lists[LINT_SSL_BUMP];

	if (reads_sni(run, lines))
		return;
	for (size_t i = 0; i < lines->count; i++)
		if (check_sni(run, &lines->lines[i]))
			return;
}

/* --- L11: a helper that decides alone ---------------------------------- */

/* A quick acl that leaves few connections for what stands behind it. */
static bool narrows(const struct lint_run *run, const struct gtb_conf_acl *acl)
{
	unsigned int traits = lint_traits(run, acl);

	return (traits & (LINT_DESTINATION | LINT_NOTES)) != 0 &&
	       (traits & (LINT_SLOW | LINT_ALL)) == 0;
}

/* Groups ask their members in turn, as lines ask their acls. */
static bool group_asks_alone(const struct lint_run *run,
			     const struct gtb_conf_acl *group)
{
	bool any = lint_acl_is(group, "any-of");

	if (!any && !lint_acl_is(group, "all-of"))
		return (lint_traits(run, group) & LINT_SLOW) != 0;
	for (size_t i = 0; i < group->values_count; i++) {
		const char *name = group->values[i].text;
		bool negated = name[0] == '!';
		const struct gtb_conf_acl *acl =
			gtb_conf_acl_find(run->conf, name + negated);

		if (lint_acl_is(acl, "external"))
			return true;
		if (!any && !negated && narrows(run, acl))
			return false;
	}
	return false;
}

static const struct lint_term *asks_alone(const struct lint_run *run,
					  const struct lint_line *line)
{
	for (size_t i = 0; i < line->count; i++) {
		const struct lint_term *term = &line->terms[i];

		if (!term->negated && narrows(run, term->acl))
			return NULL;
		if (group_asks_alone(run, term->acl))
			return term;
	}
	return NULL;
}

/* An earlier line has decided for all but a few: "bump !goto_sni". */
static bool others_are_gone(const struct lint_run *run,
			    const struct lint_lines *lines, size_t index)
{
	unsigned int steps = lint_line_steps(run, &lines->lines[index]);

	for (size_t i = 0; i < index; i++) {
		const struct lint_line *line = &lines->lines[i];
		const struct lint_term *term = lint_only_term(run, line);

		if (term != NULL && term->negated && !goes_on(line) &&
		    narrows(run, term->acl) &&
		    (steps & ~lint_line_steps(run, line)) == 0)
			return true;
	}
	return false;
}

void lint_l11(struct lint_run *run)
{
	const struct lint_lines *lines = &run->lists[LINT_SSL_BUMP];

	for (size_t i = 0; i < lines->count; i++) {
		const struct lint_term *term =
			asks_alone(run, &lines->lines[i]);

		if (term != NULL && !others_are_gone(run, lines, i))
			lint_add_word(run, term->word, NULL,
				      "a helper is asked about every "
				      "connection by \"%s\": where it fails, "
				      "Squid splices them all",
				      term->name);
	}
}

/* --- L12: an end that is left to Squid --------------------------------- */

/* What it matched at step 2 it matches at step 3: not the certificate. */
static bool is_lasting(const struct gtb_conf_acl *acl)
{
	return (!lint_acl_is(acl, "ssl::server_name") &&
		!lint_acl_is(acl, "ssl::server_name_regex")) ||
	       gtb_conf_acl_has(acl, "--client-requested");
}

/* A line for the same connections stands at step 3. */
static bool goes_home(const struct lint_run *run,
		      const struct lint_lines *lines,
		      const struct lint_line *peek)
{
	const struct lint_term *term = lint_only_term(run, peek);

	if (term == NULL || !is_lasting(term->acl))
		return false;
	for (size_t i = 0; i < lines->count; i++) {
		const struct lint_line *line = &lines->lines[i];
		const struct lint_term *other = lint_only_term(run, line);

		if (other != NULL && other->acl == term->acl &&
		    other->negated == term->negated &&
		    (lint_line_steps(run, line) & LINT_STEP_3) != 0)
			return true;
	}
	return false;
}

/*
 * Some line up to and with end goes on to the next step, for connections that
 * have no line there. After stare at step 2 Squid bumps what no line matches,
 * which is no surprise.
 */
static bool leads_on(const struct lint_run *run, const struct lint_lines *lines,
		     unsigned int step, size_t end)
{
	for (size_t i = 0; i < lines->count && i <= end; i++) {
		const struct lint_line *line = &lines->lines[i];

		if (!goes_on(line) || (lint_line_steps(run, line) & step) == 0)
			continue;
		if (step == LINT_STEP_1 || (lint_action(line) == LINT_PEEK &&
					    !goes_home(run, lines, line)))
			return true;
	}
	return false;
}

/*
 * The line that takes everything at a step; count: there is none. After a peek
 * at step 2 only splice and terminate are left, and lines for anything else
 * are passed over.
 */
static size_t closing(const struct lint_run *run,
		      const struct lint_lines *lines, unsigned int step)
{
	size_t from = lint_catching(run, lines, step);

	if (step != LINT_STEP_3)
		return from;
	for (size_t i = from; i < lines->count; i++) {
		const struct lint_line *line = &lines->lines[i];
		enum lint_action action = lint_action(line);

		if ((action == LINT_SPLICE || action == LINT_TERMINATE) &&
		    (lint_line_steps(run, line) & LINT_STEP_3) != 0 &&
		    lint_line_catches_all(run, line))
			return i;
	}
	return lines->count;
}

/* The first step that is reached and leaves something over; 0: none. */
static unsigned int open_step(const struct lint_run *run,
			      const struct lint_lines *lines)
{
	static const unsigned int steps[] = {LINT_STEP_1, LINT_STEP_2,
					     LINT_STEP_3};

	for (unsigned int i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		size_t end = closing(run, lines, steps[i]);

		if (end == lines->count)
			return i + 1;
		if (!leads_on(run, lines, steps[i], end))
			return 0;
	}
	return 0;
}

void lint_l12(struct lint_run *run)
{
	const struct lint_lines *lines = &run->lists[LINT_SSL_BUMP];
	unsigned int step;
	size_t file;
	struct gtb_place place;

	if (lines->count == 0 || lint_is_ours_alone(run))
		return;
	step = open_step(run, lines);
	if (step == 0)
		return;
	place = lint_place(run, lines->lines[lines->count - 1].directive,
			   &file);
	if (step < 3)
		lint_add_as(run, run->rule->level, file, place, NULL,
			    "ssl_bump ends here without a line for what no "
			    "line matches at step %u, and Squid splices that",
			    step);
	else
		lint_add_as(run, run->rule->level, file, place,
			    "splice at step 2 instead of peeking (with TLS "
			    "1.3 step 3 is never asked), or end in \"ssl_bump "
			    "terminate\" for step 3",
			    "ssl_bump ends here without a line for what was "
			    "peeked at in step 2 and matches no line at step "
			    "3: Squid cannot bump that and splices it");
}

/* --- L20: what is no TLS ----------------------------------------------- */

void lint_l20(struct lint_run *run)
{
	const struct lint_lines *lines = &run->lists[LINT_SSL_BUMP];
	bool parses = false;

	for (size_t i = 0; i < lines->count; i++)
		if (lint_action(&lines->lines[i]) != LINT_SPLICE)
			parses = true;
	if (!parses || lint_directive_next(run, "on_unsupported_protocol", 0) !=
			       GTB_CONF_NONE)
		return;
	for (size_t i = 0; i < run->ports_count; i++) {
		if (!run->ports[i].ssl_bump)
			continue;
		lint_add(run, run->ports[i].directive, NULL,
			 "what is not TLS on this port is closed: no "
			 "on_unsupported_protocol line says otherwise");
		return;
	}
}
