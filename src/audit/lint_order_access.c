/* Rules about http_access: L01, L02, L15. */
#include "config.h"

#include <string.h>

#include "lint_order.h"

/* A line of the admin's own that lets GoTo through without a user. */
static bool is_own_bypass(const struct lint_run *run,
			  const struct lint_line *line)
{
	return !line->ours && strcmp(line->action, "allow") == 0 &&
	       lint_line_bypasses(run, line);
}

static size_t first_own_bypass(const struct lint_run *run,
			       const struct lint_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		if (is_own_bypass(run, &lines->lines[i]))
			return i;
	return lines->count;
}

static bool has_bypass(const struct lint_run *run,
		       const struct lint_lines *lines, size_t to)
{
	for (size_t i = 0; i < to; i++)
		if (strcmp(lines->lines[i].action, "allow") == 0 &&
		    lint_line_bypasses(run, &lines->lines[i]))
			return true;
	return false;
}

/* --- L01: a bypass that is never reached ------------------------------- */

static void say_unreached(struct lint_run *run, const struct lint_line *line,
			  const struct lint_line *end)
{
	const struct lint_term *asks = lint_asks(run, end);
	char where[LINT_WHERE_SIZE];

	lint_where(run, end->directive, line->directive->file, where);
	if (asks != NULL)
		lint_add(run, line->directive, NULL,
			 "\"%s\" on %s asks for a user before this line lets "
			 "GoTo through, so it is never reached without one",
			 asks->name, where);
	else
		lint_add(run, line->directive, NULL,
			 "%s takes every request, so this line never lets "
			 "GoTo through",
			 where);
}

/* A visit: what a service wrote into the request. */
static bool is_header(const struct lint_run *run,
		      const struct gtb_conf_acl *acl, void *context)
{
	(void)run;
	(void)context;
	return lint_acl_is(acl, "req_header") && !lint_acl_is_credentials(acl);
}

/* Whom the service confirms need not be a user. */
static bool is_spared_by_service(const struct lint_run *run,
				 const struct lint_line *line)
{
	for (size_t i = 0; i < line->count; i++)
		if (line->terms[i].negated &&
		    lint_acl_any(run, line->terms[i].acl, is_header, NULL))
			return true;
	return false;
}

/* What http_access lets through meets adapted_http_access afterwards. */
static void check_adapted(struct lint_run *run)
{
	const struct lint_lines *access = &run->lists[LINT_HTTP_ACCESS];
	const struct lint_lines *adapted =
		&run->lists[LINT_ADAPTED_HTTP_ACCESS];
	size_t asking = lint_first_asking(run, adapted, 0);

	while (asking < adapted->count &&
	       is_spared_by_service(run, &adapted->lines[asking]))
		asking = lint_first_asking(run, adapted, asking + 1);
	if (asking == adapted->count ||
	    !has_bypass(run, access, access->count) ||
	    has_bypass(run, adapted, asking))
		return;
	lint_add(run, adapted->lines[asking].directive,
		 "put an adapted_http_access line that allows GoTo above it",
		 "\"%s\" asks for a user here, after http_access let GoTo "
		 "through without one",
		 lint_asks(run, &adapted->lines[asking])->name);
}

void lint_l01(struct lint_run *run)
{
	const struct lint_lines *access = &run->lists[LINT_HTTP_ACCESS];
	size_t end = lint_first_end(run, access, 0);

	for (size_t i = end + 1; i < access->count; i++)
		if (is_own_bypass(run, &access->lines[i]))
			say_unreached(run, &access->lines[i],
				      &access->lines[end]);
	check_adapted(run);
	lint_check_helper(run);
}

/* --- L02: GoTo for strangers ------------------------------------------- */

/* A line that has to stand above, unless the bypass says as much itself. */
struct needed {
	enum lint_guard guard;
	unsigned int trait;	   /* an acl of the bypass that will do */
	enum gtb_lint_level level; /* where there is no such line */
	const char *opens;
	const char *closes; /* what the guard does about it */
	const char *none;
	const char *move;
	const char *add;
};

static const struct needed needed[] = {
	{LINT_GUARD_CONNECT, LINT_PORTS, GTB_LINT_ERROR,
	 "allows tunnels to every port of these hosts", "refuses unsafe ports",
	 "and no line above it refuses unsafe ports",
	 "move it below that line, or put an acl of type port on it",
	 "put \"http_access deny CONNECT !SSL_ports\" above it"},
	{LINT_GUARD_CLIENTS, LINT_CLIENT, GTB_LINT_WARNING,
	 "lets anybody through who reaches the port", "keeps strangers out",
	 "and no line above it keeps strangers out",
	 "move it below that line, or put an acl of type src on it",
	 "put \"http_access deny !localnet\" above it, or an acl of type src "
	 "on it"},
};

static void check_needed(struct lint_run *run, size_t bypass,
			 const struct needed *need)
{
	const struct lint_lines *access = &run->lists[LINT_HTTP_ACCESS];
	const struct lint_line *line = &access->lines[bypass];
	const struct gtb_conf_directive *at = line->directive;
	char where[LINT_WHERE_SIZE];
	size_t guard;

	if ((lint_line_traits(run, line) & need->trait) != 0 ||
	    lint_guard_find(run, access, need->guard, 0, bypass) < bypass)
		return;
	guard = lint_guard_find(run, access, need->guard, bypass,
				access->count);
	if (guard < access->count)
		lint_add(run, at, need->move, "this line %s, before %s %s",
			 need->opens,
			 lint_where(run, access->lines[guard].directive,
				    at->file, where),
			 need->closes);
	else
		lint_add_as(run, need->level, at->file, at->place, need->add,
			    "this line %s, %s", need->opens, need->none);
}

void lint_l02(struct lint_run *run)
{
	const struct lint_lines *access = &run->lists[LINT_HTTP_ACCESS];
	size_t bypass = first_own_bypass(run, access);

	if (bypass == access->count || lint_first_end(run, access, 0) < bypass)
		return;
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (needed[i].guard != LINT_GUARD_CLIENTS ||
		    !lint_is_private(run))
			check_needed(run, bypass, &needed[i]);
}

/* --- L15: names alone -------------------------------------------------- */

/* What the line's negated acls are, all together. */
static unsigned int negated_traits(const struct lint_run *run,
				   const struct lint_line *line)
{
	unsigned int traits = 0;

	for (size_t i = 0; i < line->count; i++)
		if (line->terms[i].negated)
			traits |= lint_traits(run, line->terms[i].acl);
	return traits;
}

/* "deny !goto !users" asks all others for a user. */
static bool is_exempting(const struct lint_run *run,
			 const struct lint_line *line)
{
	const unsigned int both = LINT_GOTO | LINT_USER;

	return strcmp(line->action, "deny") == 0 &&
	       (negated_traits(run, line) & both) == both;
}

void lint_l15(struct lint_run *run)
{
	const struct lint_lines *access = &run->lists[LINT_HTTP_ACCESS];
	size_t first = access->count;

	for (size_t i = access->count; i-- > 0;) {
		const struct lint_line *line = &access->lines[i];
		bool exempts = is_exempting(run, line);
		unsigned int traits = exempts ? negated_traits(run, line)
					      : lint_line_traits(run, line);

		if (!exempts && (strcmp(line->action, "allow") != 0 ||
				 !lint_line_bypasses(run, line)))
			continue;
		if (line->ours || (traits & (LINT_NETS | LINT_HELPER)) != 0)
			return;
		first = i;
	}
	if (first == access->count ||
	    (!is_exempting(run, &access->lines[first]) &&
	     lint_first_asking(run, access, first) == access->count))
		return;
	lint_add(run, access->lines[first].directive, NULL,
		 "only names are let through here: GoTo's programs also ask "
		 "for bare addresses, and these are asked for a user");
}
