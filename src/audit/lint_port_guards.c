/* L03: ports that are refused before the line that lets GoTo through. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lint_order.h"

/* Beside 443, the port that is GoTo's own. */
#define PORT_OF_TLS  443
#define PORT_OF_GOTO 8200

/* So many of one guard, and the rest is as wrong. */
#define FINDINGS_MAX 8

struct port_set {
	unsigned char bits[65536 / 8];
};

/* False: it was in there before. */
static bool port_add(struct port_set *set, unsigned int port)
{
	unsigned char bit = (unsigned char)(1u << port % 8);

	if ((set->bits[port / 8] & bit) != 0)
		return false;
	set->bits[port / 8] |= bit;
	return true;
}

/*
 * The port acl that a line refuses everybody's tunnels outside of, or NULL;
 * of one whose list could not be read nothing is known.
 */
static const struct gtb_conf_acl *guard_ports(const struct lint_run *run,
					      const struct lint_line *line)
{
	const struct gtb_conf_acl *ports = NULL;

	if (strcmp(line->action, "deny") != 0)
		return NULL;
	for (size_t i = 0; i < line->count; i++) {
		const struct lint_term *term = &line->terms[i];

		if (!term->negated && (lint_traits(run, term->acl) &
				       (LINT_ALL | LINT_CONNECT)) != 0)
			continue;
		if (!term->negated || ports != NULL ||
		    !lint_acl_is(term->acl, "port") || term->acl->partial)
			return NULL;
		ports = term->acl;
	}
	return ports;
}

/* --- what is wanted ----------------------------------------------------- */

/* The line lets tunnels of GoTo's through. */
static bool lets_tunnels(const struct lint_run *run,
			 const struct lint_line *line)
{
	if (strcmp(line->action, "allow") != 0 ||
	    (lint_line_traits(run, line) & LINT_GOTO) == 0)
		return false;
	for (size_t i = 0; i < line->count; i++) {
		const struct lint_term *term = &line->terms[i];

		if (lint_acl_is(term->acl, "method") &&
		    term->negated ==
			    ((lint_traits(run, term->acl) & LINT_CONNECT) != 0))
			return false;
		/* A CONNECT has no scheme. */
		if (lint_acl_is(term->acl, "proto") && !term->negated)
			return false;
	}
	return true;
}

/* It does so for that port, by an acl of type port. */
static bool names_port(const struct lint_line *line, unsigned int port)
{
	bool names = false;

	for (size_t i = 0; i < line->count; i++) {
		const struct lint_term *term = &line->terms[i];

		if (!lint_acl_is(term->acl, "port") || term->negated)
			continue;
		if (!lint_acl_holds_port(term->acl, port))
			return false;
		names = true;
	}
	return names;
}

/* A later line that names the port, or one that names none. */
static const struct lint_line *wanting(const struct lint_run *run, size_t guard,
				       unsigned int port, bool by_name)
{
	const struct lint_lines *access = &run->lists[LINT_HTTP_ACCESS];

	for (size_t i = guard + 1; i < access->count; i++) {
		const struct lint_line *line = &access->lines[i];

		if (!lets_tunnels(run, line))
			continue;
		if (by_name ? names_port(line, port)
			    : (lint_line_traits(run, line) & LINT_PORTS) == 0)
			return line;
	}
	return NULL;
}

/* --- one guard ---------------------------------------------------------- */

/* What a guard refuses, while it is looked at. */
struct port_guard {
	struct lint_run *run;
	size_t index; /* of its line */
	const struct gtb_conf_acl *acl;
	struct port_set seen;
	unsigned int found;
};

static void say_lacking(const struct port_guard *guard,
			enum gtb_lint_level level, unsigned int port,
			const struct lint_line *wanted)
{
	const struct gtb_conf_directive *at =
		guard->run->lists[LINT_HTTP_ACCESS]
			.lines[guard->index]
			.directive;
	const char *name = guard->acl->name;
	char where[LINT_WHERE_SIZE];
	char mend[128];

	snprintf(mend, sizeof(mend), "add \"acl %.60s port %u\" above it", name,
		 port);
	lint_where(guard->run, wanted->directive, at->file, where);
	lint_add_as(guard->run, level, at->file, at->place, mend,
		    level == GTB_LINT_NOTE
			    ? "\"%s\" lacks port %u, which GoTo's programs "
			      "try too, so %s cannot let it through"
			    : "\"%s\" lacks port %u, so tunnels to it are "
			      "refused before %s lets them through",
		    name, port, where);
}

/* "deny CONNECT !SSL_ports" */
static bool is_for_tunnels(const struct port_guard *guard)
{
	const struct lint_line *line =
		&guard->run->lists[LINT_HTTP_ACCESS].lines[guard->index];

	return (lint_line_traits(guard->run, line) & LINT_CONNECT) != 0;
}

/* A port that a line names is wanted; 443 is, and 8200 may be, by any line. */
static void check_port(struct port_guard *guard, unsigned int port)
{
	const struct lint_line *wanted;
	enum gtb_lint_level level = GTB_LINT_WARNING;

	if (guard->found == FINDINGS_MAX || !port_add(&guard->seen, port) ||
	    lint_acl_holds_port(guard->acl, port))
		return;
	wanted = wanting(guard->run, guard->index, port, true);
	if (wanted == NULL && port != PORT_OF_TLS)
		level = GTB_LINT_NOTE;
	else if (port == PORT_OF_TLS || wanted->ours)
		level = guard->run->rule->level;
	if (wanted == NULL && (port == PORT_OF_TLS ||
			       (port == PORT_OF_GOTO && is_for_tunnels(guard))))
		wanted = wanting(guard->run, guard->index, port, false);
	if (wanted == NULL)
		return;
	guard->found++;
	say_lacking(guard, level, port, wanted);
}

/* Ports that the line names one by one. */
static void check_named(struct port_guard *guard, const struct lint_line *line)
{
	for (size_t i = 0; i < line->count; i++) {
		const struct gtb_conf_acl *acl = line->terms[i].acl;

		if (line->terms[i].negated || !lint_acl_is(acl, "port"))
			continue;
		for (size_t j = 0; j < acl->values_count; j++) {
			char *end;
			unsigned long port =
				strtoul(acl->values[j].text, &end, 10);

			if (*end == '\0' && port > 0 && port <= 65535)
				check_port(guard, (unsigned int)port);
		}
	}
}

static void check_guard(struct lint_run *run, size_t index)
{
	const struct lint_lines *access = &run->lists[LINT_HTTP_ACCESS];
	struct port_guard guard = {.run = run, .index = index};

	guard.acl = guard_ports(run, &access->lines[index]);
	if (guard.acl == NULL)
		return;
	check_port(&guard, PORT_OF_TLS);
	check_port(&guard, PORT_OF_GOTO);
	check_port(&guard, 80);
	for (size_t i = index + 1; i < access->count; i++)
		if (lets_tunnels(run, &access->lines[i]))
			check_named(&guard, &access->lines[i]);
}

void lint_l03(struct lint_run *run)
{
	const struct lint_lines *access = &run->lists[LINT_HTTP_ACCESS];

	for (size_t i = 0; i < access->count; i++)
		if (!access->lines[i].ours)
			check_guard(run, i);
}
