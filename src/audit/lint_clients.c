/* L50, L53: clients whose address somebody tells. */
#include "config.h"

#include <string.h>

#include "lint_order.h"
#include "lint_services.h"

/* --- who is believed ----------------------------------------------------- */

/* Whoever has an address says nothing of where it is: 10.0.0.5, no range. */
static bool is_single(const char *value)
{
	const char *slash = strchr(value, '/');

	if (slash == NULL)
		return strchr(value, '-') == NULL;
	return strcmp(slash, "/32") == 0 || strcmp(slash, "/128") == 0;
}

static bool is_loopback(const char *value)
{
	return strncmp(value, "127.", 4) == 0 || strncmp(value, "::1", 3) == 0;
}

static bool holds_networks(const struct gtb_conf_acl *acl)
{
	for (size_t i = 0; i < acl->values_count; i++)
		if (!is_single(acl->values[i].text) &&
		    !is_loopback(acl->values[i].text))
			return true;
	return false;
}

/*
 * By what acl the line is limited: to some addresses, or in a way that cannot
 * be told. NULL: it is not.
 */
static const struct lint_term *limit_of(const struct lint_run *run,
					const struct lint_line *line)
{
	for (size_t i = 0; i < line->count; i++) {
		const struct lint_term *term = &line->terms[i];
		unsigned int traits = lint_traits(run, term->acl);

		if (term->acl == NULL)
			return term;
		if (!term->negated && (traits & LINT_ALL) == 0 &&
		    (traits & (LINT_CLIENT | LINT_SLOW | LINT_USER)) != 0)
			return term;
	}
	return NULL;
}

/* No line below is about strangers. */
static bool ends_strangers(const struct lint_run *run,
			   const struct lint_line *line)
{
	return lint_line_catches_all(run, line) ||
	       lint_is_guard(run, line, LINT_GUARD_CLIENTS);
}

/*
 * The line by which anybody is believed, or NULL. What no line matches meets
 * the opposite of the last one.
 */
static const struct lint_line *believes_all(const struct lint_run *run,
					    const struct lint_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++) {
		const struct lint_line *line = &lines->lines[i];

		if (strcmp(line->action, "deny") == 0) {
			if (ends_strangers(run, line))
				return NULL;
		} else if (limit_of(run, line) == NULL) {
			return line;
		}
	}
	if (lines->count > 0 &&
	    strcmp(lines->lines[lines->count - 1].action, "deny") == 0)
		return &lines->lines[lines->count - 1];
	return NULL;
}

/* http_access takes these addresses for clients. */
static bool are_clients(const struct lint_run *run,
			const struct gtb_conf_acl *acl)
{
	const struct lint_lines *access = &run->lists[LINT_HTTP_ACCESS];

	for (size_t i = 0; i < access->count; i++) {
		const struct lint_line *line = &access->lines[i];
		bool allows = strcmp(line->action, "allow") == 0;

		for (size_t j = 0; j < line->count; j++)
			if (line->terms[j].acl == acl &&
			    line->terms[j].negated != allows)
				return true;
	}
	return false;
}

/* The line by which the clients themselves are believed, or NULL. */
static const struct lint_line *believes_clients(const struct lint_run *run,
						const struct lint_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++) {
		const struct lint_line *line = &lines->lines[i];
		const struct lint_term *limit = limit_of(run, line);

		if (strcmp(line->action, "allow") == 0 && limit != NULL &&
		    lint_acl_is(limit->acl, "src") &&
		    holds_networks(limit->acl) && are_clients(run, limit->acl))
			return line;
	}
	return NULL;
}

/* --- what is at stake ---------------------------------------------------- */

/* A line lets GoTo pass; clients: to some clients alone. */
static bool bypasses(const struct lint_run *run, bool clients)
{
	for (int i = 0; i < LINT_LISTS; i++)
		for (size_t j = 0; j < run->lists[i].count; j++) {
			const struct lint_line *line = &run->lists[i].lines[j];

			if (lint_line_bypasses(run, line) &&
			    (!clients ||
			     (lint_line_traits(run, line) & LINT_CLIENT) != 0))
				return true;
		}
	return false;
}

static bool has_identities(const struct lint_run *run)
{
	const struct gtb_ruleset *ruleset = run->options->ruleset;

	return (ruleset != NULL &&
		gtb_ruleset_policy(ruleset)->identities_count > 0) ||
	       bypasses(run, true);
}

static bool has_guard(const struct lint_run *run)
{
	const struct lint_lines *access = &run->lists[LINT_HTTP_ACCESS];

	return lint_guard_find(run, access, LINT_GUARD_CLIENTS, 0,
			       access->count) < access->count;
}

/* --- saying so ----------------------------------------------------------- */

struct source {
	const struct lint_lines *lines;
	const char *means; /* by which an address is told */
};

static void say(struct lint_run *run, const struct lint_line *line,
		enum gtb_lint_level level, const char *means, const char *who)
{
	lint_add_as(run, level, line->directive->file, line->directive->place,
		    NULL, "%s, by %s", who, means);
}

static void check(struct lint_run *run, const struct source *source)
{
	const struct lint_line *all = believes_all(run, source->lines);
	const struct lint_line *some = believes_clients(run, source->lines);

	if (has_identities(run) && all != NULL)
		say(run, all, GTB_LINT_ERROR, source->means,
		    "any client gives itself the address of those for whom "
		    "GoTo is let through");
	else if (has_identities(run) && some != NULL)
		say(run, some, GTB_LINT_WARNING, source->means,
		    "clients are believed here, not proxies alone: each gives "
		    "itself the address of those for whom GoTo is let "
		    "through");
	else if (all != NULL && has_guard(run))
		say(run, all, GTB_LINT_NOTE, source->means,
		    "a stranger gives itself the address of one of your "
		    "clients");
}

static bool has_proxied_port(const struct lint_run *run)
{
	for (size_t i = 0; i < run->ports_count; i++)
		if (run->ports[i].proxied)
			return true;
	return false;
}

/* Acls of type src look at the address in X-Forwarded-For. */
static bool is_followed(const struct lint_run *run)
{
	return !lint_directive_says(
		lint_directive_last(run, "acl_uses_indirect_client"), "off");
}

void lint_l50(struct lint_run *run)
{
	const struct source forwarded = {&run->forwarded, "X-Forwarded-For"};
	const struct source proxied = {&run->proxied, "the PROXY protocol"};

	if (!bypasses(run, false) && lint_service_of_verdicts(run) == NULL)
		return;
	if (is_followed(run))
		check(run, &forwarded);
	if (has_proxied_port(run))
		check(run, &proxied);
}

/* --- L53: forgotten after the CONNECT ------------------------------------ */

/* The first line that believes somebody, or NULL. */
static const struct lint_line *first_believed(const struct lint_run *run)
{
	const struct lint_lines *lines = &run->forwarded;

	for (size_t i = 0; i < lines->count; i++) {
		if (strcmp(lines->lines[i].action, "allow") == 0)
			return &lines->lines[i];
		if (lint_line_catches_all(run, &lines->lines[i]))
			return NULL;
	}
	return NULL;
}

/* Where L50 has a word against the line it comes first. */
void lint_l53(struct lint_run *run)
{
	const struct lint_line *line = first_believed(run);

	if (line == NULL || !is_followed(run) || !bypasses(run, false) ||
	    !has_identities(run) || !lint_has_port(run, false, true) ||
	    run->lists[LINT_SSL_BUMP].count == 0 ||
	    believes_all(run, &run->forwarded) != NULL ||
	    believes_clients(run, &run->forwarded) != NULL)
		return;
	lint_add(run, line->directive, NULL,
		 "the address in X-Forwarded-For counts for the CONNECT "
		 "alone: once TLS begins the client is the proxy that sent "
		 "it, and GoTo is let through for others");
}
