/* L14: nobody can log in on an intercepted port. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "lint_order.h"

static bool has_port_name(const struct gtb_conf_acl *acl,
			  const struct lint_port *port)
{
	for (size_t i = 0; i < acl->values_count; i++)
		if (strcmp(acl->values[i].text, port->name) == 0)
			return true;
	return false;
}

/*
 * No myportname of the line keeps out what comes by this port. What other
 * acls about our own ports come to cannot be told; they are trusted.
 */
static bool applies_to(const struct lint_run *run, const struct lint_line *line,
		       const struct lint_port *port)
{
	for (size_t i = 0; i < line->count; i++) {
		const struct lint_term *term = &line->terms[i];

		if ((lint_traits(run, term->acl) & LINT_LISTENER) == 0)
			continue;
		if (!lint_acl_is(term->acl, "myportname") ||
		    has_port_name(term->acl, port) == term->negated)
			return false;
	}
	return true;
}

/* What comes by the port goes no further, but for strangers maybe. */
static bool ends_port(const struct lint_run *run, const struct lint_line *line)
{
	bool allows = strcmp(line->action, "allow") == 0;

	for (size_t i = 0; i < line->count; i++) {
		const struct lint_term *term = &line->terms[i];
		unsigned int traits = lint_traits(run, term->acl);

		if (lint_acl_is(term->acl, "myportname"))
			continue;
		if (term->negated || ((traits & LINT_ALL) == 0 &&
				      !(allows && (traits & LINT_CLIENT) != 0)))
			return false;
	}
	return true;
}

/* The name of an acl for that port, which there may be already. */
static const char *port_acl(const struct lint_run *run,
			    const struct lint_port *port)
{
	for (size_t i = 0; i < run->acls_count; i++)
		if (lint_acl_is(&run->acls[i], "myportname") &&
		    run->acls[i].values_count == 1 &&
		    has_port_name(&run->acls[i], port))
			return run->acls[i].name;
	return NULL;
}

/* "deny !user" is what --auth-acl writes, but for intercepted ports. */
static const char *other_way(const struct lint_run *run,
			     const struct lint_line *line)
{
	if (!lint_has_ours(run) || strcmp(line->action, "deny") != 0 ||
	    line->count != 1 || !line->terms[0].negated)
		return "";
	return ", or take this line away and emit the file with --auth-acl";
}

static void say_login(struct lint_run *run, const struct lint_line *line,
		      const struct lint_term *term,
		      const struct lint_port *port)
{
	const char *list = line->directive->words[0].text;
	const char *name = port_acl(run, port);
	char where[LINT_WHERE_SIZE];
	char mend[512];

	if (line->ours)
		snprintf(mend, sizeof(mend),
			 "emit the file again with --port-name %.63s=%s",
			 port->name, lint_port_word(port));
	else if (name != NULL)
		snprintf(mend, sizeof(mend),
			 "write \"%s allow %.63s localnet\" and \"%s deny "
			 "%.63s\" above this line%s",
			 list, name, list, name, other_way(run, line));
	else
		snprintf(mend, sizeof(mend),
			 "write \"acl caught myportname %.63s\", \"%s allow "
			 "caught localnet\" and \"%s deny caught\" above this "
			 "line%s",
			 port->name, list, list, other_way(run, line));
	lint_where(run, port->directive, line->directive->file, where);
	lint_add(run, line->directive, mend,
		 "\"%s\" needs a user, and nobody can log in on the "
		 "intercepted port \"%s\" of %s",
		 term->name, port->name, where);
}

static void check_login(struct lint_run *run, const struct lint_lines *lines,
			const struct lint_port *port)
{
	for (size_t i = 0; i < lines->count; i++) {
		const struct lint_line *line = &lines->lines[i];
		const struct lint_term *term =
			lint_line_term(run, line, LINT_USER);

		if (!applies_to(run, line, port))
			continue;
		if (term != NULL) {
			say_login(run, line, term, port);
			return;
		}
		if (ends_port(run, line))
			return;
	}
}

void lint_l14(struct lint_run *run)
{
	for (size_t i = 0; i < run->ports_count; i++) {
		if (!lint_port_is_intercepted(&run->ports[i]))
			continue;
		check_login(run, &run->lists[LINT_HTTP_ACCESS], &run->ports[i]);
		check_login(run, &run->lists[LINT_ADAPTED_HTTP_ACCESS],
			    &run->ports[i]);
	}
}
