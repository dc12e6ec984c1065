/* What lets more through than our file does, in both lists: L24. */
#include "config.h"

#include <string.h>

#include "lint_order.h"

/* --- L24: more than our file lets through ------------------------------ */

/* A visit: the helper is told where the connection goes. */
static bool tells_host(const struct lint_run *run,
		       const struct gtb_conf_acl *acl, void *context)
{
	const struct lint_external *external = lint_acl_external(run, acl);

	(void)context;
	return external != NULL &&
	       (lint_external_token(external, ">rd") != NULL ||
		lint_external_token(external, ">ru") != NULL);
}

/* The certificate's names, which are not the client's to choose. */
static bool is_servers_word(const struct gtb_conf_acl *acl)
{
	return gtb_conf_acl_has(acl, "--server-provided");
}

static bool trusts_sni_alone(const struct lint_run *run,
			     const struct lint_line *line)
{
	bool sni = false;

	if (lint_action(line) != LINT_SPLICE ||
	    (lint_line_steps(run, line) & (LINT_STEP_2 | LINT_STEP_3)) == 0)
		return false;
	for (size_t i = 0; i < line->count; i++) {
		const struct lint_term *term = &line->terms[i];
		unsigned int traits = lint_traits(run, term->acl);

		if (term->negated)
			continue;
		if ((traits & (LINT_NAMES | LINT_NETS | LINT_NOTES)) != 0 ||
		    lint_acl_any(run, term->acl, tells_host, NULL))
			return false;
		if ((traits & LINT_SNI) != 0 && (traits & LINT_GOTO) != 0 &&
		    !is_servers_word(term->acl))
			sni = true;
	}
	return sni;
}

static void check_sni_alone(struct lint_run *run, const struct lint_line *line)
{
	const struct lint_term *term = lint_line_term(run, line, LINT_SNI);

	lint_add(run, line->directive,
		 "add an acl of type dstdomain -n or dst -n with the same "
		 "hosts to the line, or use what goto-bypass emits",
		 "\"%s\" is the client's word alone: with a server name of "
		 "GoTo's, a tunnel to any host is spliced",
		 term->name);
}

/* Lines of the admin's own do for GoTo what our file is there to decide. */
static bool overrules(const struct lint_run *run, const struct lint_line *line)
{
	return !line->ours && lint_has_ours(run) &&
	       lint_line_bypasses(run, line);
}

static void check_own(struct lint_run *run, const struct lint_line *line,
		      const char *what)
{
	lint_add_as(run, GTB_LINT_WARNING, line->directive->file,
		    line->directive->place,
		    "take GoTo's hosts out of its lists, and put what they "
		    "need into the policy",
		    "this line lets GoTo past %s whatever the policy of the "
		    "included file says",
		    what);
}

/* The first line of ours, or count. */
static size_t first_ours(const struct lint_lines *lines)
{
	size_t i = 0;

	while (i < lines->count && !lines->lines[i].ours)
		i++;
	return i;
}

/*
 * Lines before ours that take all connections: at step 1 for good, or at
 * step 2, where ours splice.
 */
static void check_taken(struct lint_run *run)
{
	const struct lint_lines *bump = &run->lists[LINT_SSL_BUMP];
	size_t ours = first_ours(bump);
	size_t first = lint_catching(run, bump, LINT_STEP_1);
	size_t second = lint_catching(run, bump, LINT_STEP_2);
	size_t taken = second < ours ? second : bump->count;

	if (first < ours && lint_action(&bump->lines[first]) != LINT_PEEK &&
	    lint_action(&bump->lines[first]) != LINT_STARE && first < taken)
		taken = first;
	if (ours == bump->count || taken >= ours)
		return;
	lint_add(run, bump->lines[taken].directive, "move it below the include",
		 "this line takes every connection before the included file's "
		 "ssl_bump lines, which never splice anything");
}

/* --- L24: more than GoTo, for all who may use this Squid --------------- */

/* "deny !localnet": whoever is left is in localnet. NULL: no such line. */
static const struct gtb_conf_acl *find_everybody(const struct lint_run *run)
{
	const struct lint_lines *access = &run->lists[LINT_HTTP_ACCESS];
	size_t guard = lint_guard_find(run, access, LINT_GUARD_CLIENTS, 0,
				       access->count);
	const struct lint_term *only;

	if (guard == access->count)
		return NULL;
	only = lint_only_term(run, &access->lines[guard]);
	return only != NULL ? only->acl : NULL;
}

/* The line takes whoever comes and is not GoTo, or everybody there is. */
static bool takes_all(const struct lint_run *run, const struct lint_line *line,
		      const struct gtb_conf_acl *everybody)
{
	const struct lint_term *only = lint_only_term(run, line);

	if (lint_line_catches_all(run, line))
		return true;
	return only != NULL && !only->negated && only->acl == everybody;
}

/*
 * A connection to any host's port 443 meets it: "ssl_bump splice SSL_ports".
 * Who may use this Squid is not asked for more.
 */
static bool takes_tunnels(const struct lint_run *run,
			  const struct lint_line *line,
			  const struct gtb_conf_acl *everybody)
{
	for (size_t i = 0; i < line->count; i++) {
		const struct lint_term *term = &line->terms[i];
		unsigned int traits = lint_traits(run, term->acl);

		if (lint_acl_is(term->acl, "at_step"))
			continue;
		if (term->negated)
			return false;
		if ((traits & (LINT_ALL | LINT_CONNECT)) == 0 &&
		    !(lint_acl_is(term->acl, "port") &&
		      lint_acl_holds_port(term->acl, 443)) &&
		    (term->acl == NULL || term->acl != everybody))
			return false;
	}
	return true;
}

/* Below such a line no login is asked for, and none stands above it. */
static void check_logins(struct lint_run *run,
			 const struct gtb_conf_acl *everybody)
{
	const struct lint_lines *access = &run->lists[LINT_HTTP_ACCESS];
	size_t asking = lint_first_asking(run, access, 0);
	char where[LINT_WHERE_SIZE];

	if (asking == access->count)
		return;
	for (size_t i = 0; i < asking; i++) {
		const struct lint_line *line = &access->lines[i];

		if (line->ours || strcmp(line->action, "allow") != 0 ||
		    !takes_all(run, line, everybody))
			continue;
		lint_where(run, access->lines[asking].directive,
			   line->directive->file, where);
		lint_add(run, line->directive,
			 "move it below the line that asks for a user",
			 "this line lets everybody through before %s asks for "
			 "a user: nobody is ever asked",
			 where);
		return;
	}
}

/* Some line from there on inspects. */
static bool has_inspection(const struct lint_lines *bump, size_t from)
{
	for (size_t i = from; i < bump->count; i++)
		if (lint_action(&bump->lines[i]) == LINT_BUMP ||
		    lint_action(&bump->lines[i]) == LINT_STARE)
			return true;
	return false;
}

/* What catches all by itself check_taken() has, or Squid's own order. */
static void check_inspection(struct lint_run *run,
			     const struct gtb_conf_acl *everybody)
{
	const struct lint_lines *bump = &run->lists[LINT_SSL_BUMP];

	for (size_t i = 0; i < bump->count; i++) {
		const struct lint_line *line = &bump->lines[i];

		if (lint_action(line) == LINT_BUMP)
			return;
		if (line->ours || lint_action(line) != LINT_SPLICE ||
		    (lint_line_steps(run, line) &
		     (LINT_STEP_1 | LINT_STEP_2)) == 0 ||
		    lint_line_catches_all(run, line) ||
		    !takes_tunnels(run, line, everybody) ||
		    !has_inspection(bump, i + 1))
			continue;
		lint_add(run, line->directive,
			 "limit it to what must not be inspected",
			 "this line splices whatever the clients that may use "
			 "this Squid ask for: nothing is inspected");
		return;
	}
}

void lint_l24(struct lint_run *run)
{
	const struct lint_lines *access = &run->lists[LINT_HTTP_ACCESS];
	const struct lint_lines *bump = &run->lists[LINT_SSL_BUMP];
	size_t end = lint_first_end(run, access, 0);
	bool explicit = lint_has_port(run, false, true);

	for (size_t i = 0; i < end; i++)
		if (overrules(run, &access->lines[i]))
			check_own(run, &access->lines[i], "authentication");
	for (size_t i = 0; i < bump->count; i++) {
		const struct lint_line *line = &bump->lines[i];

		if (explicit && !line->ours && trusts_sni_alone(run, line))
			check_sni_alone(run, line);
		else if (lint_action(line) == LINT_SPLICE &&
			 overrules(run, line))
			check_own(run, line, "inspection");
	}
	check_taken(run);
	if (lint_has_ours(run)) {
		check_logins(run, find_everybody(run));
		check_inspection(run, find_everybody(run));
	}
}
