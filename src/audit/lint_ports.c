/* L27: our file was made for other ports than Squid has. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "lint_order.h"

static bool holds(const struct gtb_conf_acl *acl, const char *value)
{
	for (size_t i = 0; acl != NULL && i < acl->values_count; i++)
		if (strcmp(acl->values[i].text, value) == 0)
			return true;
	return false;
}

/*
 * Then dst is what an intercepted client says, not where it went, and Squid
 * goes there all the same: the file's lines for explicit ports cannot tell.
 */
static bool believes_clients(const struct lint_run *run)
{
	size_t count;
	const struct gtb_conf_directive *all =
		gtb_conf_directives(run->conf, &count);
	bool off = false;

	for (size_t i = 0; i < count; i++)
		if (all[i].count > 1 &&
		    strcmp(all[i].words[0].text, "client_dst_passthru") == 0)
			off = strcmp(all[i].words[1].text, "off") == 0;
	return off;
}

/* Where TLS does not come by, next to nothing of GoTo does. */
static enum gtb_lint_level gravity(const struct lint_run *run,
				   const struct lint_port *port)
{
	if (believes_clients(run))
		return GTB_LINT_ERROR;
	return port->https || port->ssl_bump ? GTB_LINT_WARNING : GTB_LINT_NOTE;
}

static void check_port(struct lint_run *run, const struct lint_port *port,
		       const struct gtb_conf_acl *made_for)
{
	char mend[128];

	snprintf(mend, sizeof(mend),
		 "emit the file again with --port-name %.63s=%s for this port",
		 port->name, lint_port_word(port));
	if (lint_port_is_intercepted(port) && !holds(made_for, port->name))
		lint_add_as(run, gravity(run, port), port->directive->file,
			    port->directive->place, mend,
			    "the intercepted port \"%s\" is none that the "
			    "included file was made for%s",
			    port->name,
			    believes_clients(run)
				    ? ", and with client_dst_passthru off "
				      "whoever says a listed name there goes "
				      "anywhere"
				    : "");
	if (!lint_port_is_intercepted(port) && holds(made_for, port->name))
		lint_add(run, port->directive,
			 "emit the file again without this port's name, or "
			 "rename the port",
			 "the included file takes the port \"%s\" for an "
			 "intercepted one",
			 port->name);
}

/*
 * An intercepted port that the file has no lines for, if there is one by which
 * TLS comes; NULL: there is none.
 */
static const struct lint_port *left_out(const struct lint_run *run,
					const struct gtb_conf_acl *made_for)
{
	const struct lint_port *any = NULL;

	for (size_t i = 0; i < run->ports_count; i++) {
		const struct lint_port *port = &run->ports[i];

		if (!lint_port_is_intercepted(port) ||
		    holds(made_for, port->name))
			continue;
		if (port->https || port->ssl_bump)
			return port;
		any = any != NULL ? any : port;
	}
	return any;
}

static void say_no_port(struct lint_run *run,
			const struct gtb_conf_acl *made_for,
			const struct gtb_conf_word *word)
{
	const struct lint_port *port = left_out(run, made_for);
	char where[LINT_WHERE_SIZE];
	char mend[512];

	if (port != NULL)
		snprintf(mend, sizeof(mend),
			 "emit the file again with --port-name %.63s=%s, or "
			 "give the port of %s name=%.63s",
			 port->name, lint_port_word(port),
			 lint_where(run, port->directive, word->file, where),
			 word->text);
	lint_add_word(run, word, port != NULL ? mend : NULL,
		      "no http_port or https_port has the name \"%s\", so "
		      "what is intercepted there never meets these lines",
		      word->text);
}

/* A name that no port has leaves its lines without effect. */
static void check_names(struct lint_run *run,
			const struct gtb_conf_acl *made_for)
{
	for (size_t i = 0; i < made_for->values_count; i++) {
		const char *name = made_for->values[i].text;
		const struct gtb_conf_word *word = &made_for->values[i];
		bool found = false;

		for (size_t j = 0; j < run->ports_count; j++)
			found |= strcmp(run->ports[j].name, name) == 0;
		if (!found && lint_word_is_ours(run, word))
			say_no_port(run, made_for, word);
	}
}

/* Some bypass of ours is for ports that are not intercepted. */
static bool serves_explicit(const struct lint_run *run,
			    const struct lint_lines *lines,
			    const struct gtb_conf_acl *made_for)
{
	for (size_t i = 0; i < lines->count; i++) {
		const struct lint_line *line = &lines->lines[i];
		bool intercepted = false;

		for (size_t j = 0; j < line->count; j++)
			intercepted |= line->terms[j].acl == made_for &&
				       !line->terms[j].negated;
		if (line->ours && !intercepted && lint_line_bypasses(run, line))
			return true;
	}
	return false;
}

void lint_l27(struct lint_run *run)
{
	const struct gtb_conf_acl *made_for =
		gtb_conf_acl_find(run->conf, "gtb_intercepted");

	if (!lint_has_ours(run))
		return;
	for (size_t i = 0; i < run->ports_count; i++)
		check_port(run, &run->ports[i], made_for);
	if (made_for == NULL)
		return;
	check_names(run, made_for);
	if (serves_explicit(run, &run->lists[LINT_HTTP_ACCESS], made_for) ||
	    serves_explicit(run, &run->lists[LINT_SSL_BUMP], made_for))
		return;
	for (size_t i = 0; i < run->ports_count; i++) {
		const struct lint_port *port = &run->ports[i];

		if (port->mode != LINT_PORT_EXPLICIT || !port->ssl_bump ||
		    holds(made_for, port->name))
			continue;
		lint_add_as(run, GTB_LINT_NOTE, port->directive->file,
			    port->directive->place,
			    "emit the file again with --mode "
			    "explicit,intercept",
			    "the included file does nothing for this port: it "
			    "was made for intercepted ones alone");
	}
}
