/* L51: nothing is done for GoTo. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "lint_order.h"
#include "lint_services.h"

/* --- what there is ------------------------------------------------------- */

static bool list_speaks(const struct lint_run *run,
			const struct lint_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		if (lint_line_term(run, &lines->lines[i], LINT_GOTO) != NULL)
			return true;
	return false;
}

/* Some line is about GoTo, or asks those that decide about it. */
static bool speaks_of_goto(const struct lint_run *run)
{
	for (int i = 0; i < LINT_LISTS; i++)
		if (list_speaks(run, &run->lists[i]))
			return true;
	for (size_t i = 0; i < run->files_count; i++)
		if (lint_file_is_ours(run, i))
			return true;
	for (size_t i = 0; i < run->externals_count; i++)
		if (run->externals[i].ours)
			return true;
	return list_speaks(run, &run->adaptation) ||
	       lint_service_of_verdicts(run) != NULL;
}

/* GoTo's programs are asked for a user, if it can be asked for. */
static bool demands_user(const struct lint_run *run)
{
	const struct lint_lines *access = &run->lists[LINT_HTTP_ACCESS];
	size_t end = lint_first_end(run, access, 0);

	return end < access->count &&
	       lint_asks(run, &access->lines[end]) != NULL;
}

/*
 * A line for that step inspects, and no line above takes every connection
 * from it. *on: the next step follows.
 */
static bool inspects_at(const struct lint_run *run, unsigned int step, bool *on)
{
	const struct lint_lines *bump = &run->lists[LINT_SSL_BUMP];
	size_t end = lint_catching(run, bump, step);

	*on = false;
	for (size_t i = 0; i < bump->count && i <= end; i++) {
		const struct lint_line *line = &bump->lines[i];
		enum lint_action action = lint_action(line);

		if ((lint_line_steps(run, line) & step) == 0 ||
		    !lint_line_reaches_goto(run, line, line->count))
			continue;
		/* After a stare at step 2 Squid inspects by itself. */
		if (action == LINT_BUMP ||
		    (action == LINT_STARE && step == LINT_STEP_2))
			return true;
		*on = *on || action == LINT_PEEK || action == LINT_STARE;
	}
	return false;
}

/* TLS is inspected on some port. */
static bool inspects_some(const struct lint_run *run)
{
	bool on;

	if (!lint_has_port(run, false, true) && !lint_has_port(run, true, true))
		return false;
	return inspects_at(run, LINT_STEP_1, &on) ||
	       (on && inspects_at(run, LINT_STEP_2, &on));
}

/* Some other program's file, or a piece of one, has none of these. */
static bool is_proxy(const struct lint_run *run)
{
	return run->ports_count > 0 || run->lists[LINT_HTTP_ACCESS].count > 0 ||
	       run->lists[LINT_SSL_BUMP].count > 0;
}

/* What to emit for: the first port that is somebody's way out. */
static const char *mode_word(const struct lint_run *run)
{
	for (size_t i = 0; i < run->ports_count; i++)
		if (run->ports[i].mode != LINT_PORT_ACCEL)
			return lint_port_word(&run->ports[i]);
	return "explicit";
}

/* The line lets GoTo pass. */
static bool opens(const struct lint_run *run, const struct lint_line *line)
{
	return strcmp(line->action, "allow") == 0 &&
	       !lint_line_is_manager(line) &&
	       lint_line_reaches_goto(run, line, line->count);
}

/* Where our lines would have to stand in http_access: above this one. */
static const struct lint_line *first_open(const struct lint_run *run)
{
	const struct lint_lines *access = &run->lists[LINT_HTTP_ACCESS];

	for (size_t i = 0; i < access->count; i++) {
		const struct lint_line *line = &access->lines[i];

		if (lint_asks(run, line) != NULL ||
		    (opens(run, line) && !lint_line_names(line, "localhost")))
			return line;
	}
	return NULL;
}

/* There are lines of http_access, and none lets GoTo pass. */
static bool refuses_goto(const struct lint_run *run)
{
	const struct lint_lines *access = &run->lists[LINT_HTTP_ACCESS];

	for (size_t i = 0; i < access->count; i++)
		if (opens(run, &access->lines[i]))
			return false;
	return access->count > 0;
}

/* "above line 12 include the file ...", and what else has to be moved. */
static const char *say_how(const struct lint_run *run, const char *bypass,
			   char mend[LINT_WHERE_SIZE + 256])
{
	const struct lint_lines *bump = &run->lists[LINT_SSL_BUMP];
	const struct lint_line *first = first_open(run);
	bool late = first != NULL && bump->count > 0 &&
		    bump->lines[0].order < first->order;
	char where[LINT_WHERE_SIZE];

	if (first == NULL)
		first = &bump->lines[0]; /* who says this has seen one */
	snprintf(mend, LINT_WHERE_SIZE + 256,
		 "above %s include the file that \"goto-bypass emit squid "
		 "--mode %s --via external%s\" makes, see goto-bypass(1)%s",
		 lint_where(run, first->directive, 0, where), mode_word(run),
		 bypass,
		 late ? "; the ssl_bump lines must then stand below it" : "");
	return mend;
}

/* A list that a line asks for was not there to be read. */
static bool misses_list(const struct lint_run *run)
{
	for (size_t i = 0; i < run->acls_count; i++)
		if (run->acls[i].partial &&
		    (lint_traits(run, &run->acls[i]) & LINT_DESTINATION) != 0)
			return true;
	return false;
}

/* A line that was left out, or is in a list, may be the one. */
static void say_absent(struct lint_run *run, bool asks, bool inspects)
{
	bool unsure = gtb_conf_skips(run->conf) || misses_list(run);
	char mend[LINT_WHERE_SIZE + 256];

	lint_add_as(run, unsure ? GTB_LINT_NOTE : GTB_LINT_WARNING, 0,
		    (struct gtb_place){0, 0},
		    say_how(run, inspects ? "" : " --bypass auth", mend),
		    "nothing of goto-bypass is included and no line is about "
		    "GoTo%s: its programs are %s",
		    unsure ? ", as far as can be told" : "",
		    !asks	? "inspected"
		    : !inspects ? "asked for a user"
				: "asked for a user and inspected");
}

/* Where nothing lets GoTo pass there is nothing to be spared either. */
static void say_unneeded(struct lint_run *run)
{
	bool refused = refuses_goto(run);

	lint_add_as(run, GTB_LINT_NOTE, 0, (struct gtb_place){0, 0},
		    refused ? "where it is meant to pass, include the file "
			      "that goto-bypass emit makes"
			    : "when that changes, include the file that "
			      "goto-bypass emit makes",
		    refused ? "nothing of goto-bypass is included, and no "
			      "line lets GoTo's programs through"
			    : "nothing of goto-bypass is included, and "
			      "nothing here needs it: GoTo's programs are "
			      "neither asked for a user nor inspected");
}

/* Nobody can be asked where all ports are intercepted; L14 says so. */
static bool can_ask(const struct lint_run *run)
{
	return run->ports_count == 0 || lint_has_port(run, false, false);
}

/* It may be the one that was meant, and L31 has said so. */
static bool includes_nothing(const struct lint_run *run)
{
	for (size_t i = 0; i < run->files_count; i++)
		if (run->files[i].kind == GTB_CONF_INCLUDE &&
		    run->files[i].blank)
			return true;
	return false;
}

void lint_l51(struct lint_run *run)
{
	bool demands = demands_user(run);
	bool asks = demands && can_ask(run);
	bool inspects = inspects_some(run);

	/* What could not be read may be the very file. */
	if (!is_proxy(run) || gtb_conf_misses(run->conf) ||
	    speaks_of_goto(run) || (asks && includes_nothing(run)))
		return;
	if (asks || inspects)
		say_absent(run, asks, inspects);
	else if (!demands)
		say_unneeded(run);
}
