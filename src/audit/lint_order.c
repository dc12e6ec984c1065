/* What the rules about order share. */
#include "config.h"

#include <string.h>

#include "lint_order.h"

/* --- http_access ------------------------------------------------------- */

const struct lint_term *lint_asks(const struct lint_run *run,
				  const struct lint_line *line)
{
	for (size_t i = 0; i < line->count; i++) {
		if ((lint_traits(run, line->terms[i].acl) & LINT_USER) == 0)
			continue;
		if (!lint_line_reaches_goto(run, line, i))
			return NULL;
		return &line->terms[i];
	}
	return NULL;
}

size_t lint_first_end(const struct lint_run *run,
		      const struct lint_lines *lines, size_t from)
{
	for (size_t i = from; i < lines->count; i++)
		if (lint_asks(run, &lines->lines[i]) != NULL ||
		    lint_line_catches_all(run, &lines->lines[i]))
			return i;
	return lines->count;
}

size_t lint_first_asking(const struct lint_run *run,
			 const struct lint_lines *lines, size_t from)
{
	for (size_t i = from; i < lines->count; i++)
		if (lint_asks(run, &lines->lines[i]) != NULL)
			return i;
	return lines->count;
}

bool lint_line_names(const struct lint_line *line, const char *name)
{
	for (size_t i = 0; i < line->count; i++)
		if (!line->terms[i].negated &&
		    strcmp(line->terms[i].name, name) == 0)
			return true;
	return false;
}

static bool has_negated(const struct lint_run *run,
			const struct lint_line *line, unsigned int traits)
{
	for (size_t i = 0; i < line->count; i++)
		if (line->terms[i].negated &&
		    (lint_traits(run, line->terms[i].acl) & traits) != 0)
			return true;
	return false;
}

/* Clients are all that the line asks about, and these are not among them. */
static bool keeps_strangers_out(const struct lint_run *run,
				const struct lint_line *line)
{
	for (size_t i = 0; i < line->count; i++) {
		const struct lint_term *term = &line->terms[i];
		unsigned int traits = lint_traits(run, term->acl);

		if (term->negated ? (traits & LINT_CLIENT) == 0
				  : (traits & (LINT_ALL | LINT_CONNECT)) == 0)
			return false;
	}
	return has_negated(run, line, LINT_CLIENT);
}

bool lint_is_guard(const struct lint_run *run, const struct lint_line *line,
		   enum lint_guard guard)
{
	bool connect = (lint_line_traits(run, line) & LINT_CONNECT) != 0;

	if (strcmp(line->action, "deny") != 0)
		return false;
	switch (guard) {
	case LINT_GUARD_PORTS:
		return has_negated(run, line, LINT_PORTS) && !connect;
	case LINT_GUARD_CONNECT:
		return has_negated(run, line, LINT_PORTS) && connect;
	default:
		return keeps_strangers_out(run, line);
	}
}

size_t lint_guard_find(const struct lint_run *run,
		       const struct lint_lines *lines, enum lint_guard guard,
		       size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (lint_is_guard(run, &lines->lines[i], guard))
			return i;
	return to;
}

bool lint_is_private(const struct lint_run *run)
{
	for (size_t i = 0; i < run->ports_count; i++) {
		const char *address = run->ports[i].address;

		if (strncmp(address, "127.", 4) != 0 &&
		    strncmp(address, "[::1]", 5) != 0 &&
		    strncmp(address, "localhost:", 10) != 0)
			return false;
	}
	return run->ports_count > 0;
}

/* --- ports ------------------------------------------------------------- */

bool lint_port_is_intercepted(const struct lint_port *port)
{
	return port->mode == LINT_PORT_INTERCEPT ||
	       port->mode == LINT_PORT_TPROXY;
}

const char *lint_port_word(const struct lint_port *port)
{
	if (port->mode == LINT_PORT_INTERCEPT)
		return "intercept";
	return port->mode == LINT_PORT_TPROXY ? "tproxy" : "explicit";
}

bool lint_has_port(const struct lint_run *run, bool intercepted, bool ssl_bump)
{
	for (size_t i = 0; i < run->ports_count; i++)
		if (lint_port_is_intercepted(&run->ports[i]) == intercepted &&
		    run->ports[i].mode != LINT_PORT_ACCEL &&
		    (run->ports[i].ssl_bump || !ssl_bump))
			return true;
	return false;
}

/* --- ssl_bump ---------------------------------------------------------- */

enum lint_action lint_action(const struct lint_line *line)
{
	static const struct {
		const char *word;
		enum lint_action action;
	} words[] = {
		{"splice", LINT_SPLICE},     {"none", LINT_SPLICE},
		{"bump", LINT_BUMP},	     {"client-first", LINT_BUMP},
		{"server-first", LINT_BUMP}, {"terminate", LINT_TERMINATE},
		{"peek", LINT_PEEK},	     {"stare", LINT_STARE},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(line->action, words[i].word) == 0)
			return words[i].action;
	return LINT_OTHER;
}

const struct lint_term *lint_only_term(const struct lint_run *run,
				       const struct lint_line *line)
{
	const struct lint_term *only = NULL;

	for (size_t i = 0; i < line->count; i++) {
		const struct lint_term *term = &line->terms[i];

		if (lint_acl_is(term->acl, "at_step") ||
		    (!term->negated &&
		     (lint_traits(run, term->acl) & LINT_ALL) != 0))
			continue;
		if (only != NULL || term->acl == NULL)
			return NULL;
		only = term;
	}
	return only;
}

/* Line index is for !X, or X, and an earlier one for the other. */
static bool completes(const struct lint_run *run,
		      const struct lint_lines *lines, size_t index,
		      unsigned int step)
{
	const struct lint_term *term =
		lint_only_term(run, &lines->lines[index]);

	for (size_t i = 0; term != NULL && i < index; i++) {
		const struct lint_line *line = &lines->lines[i];
		const struct lint_term *other = lint_only_term(run, line);

		if (other != NULL && other->acl == term->acl &&
		    other->negated != term->negated &&
		    (lint_line_steps(run, line) & step) != 0)
			return true;
	}
	return false;
}

size_t lint_catching(const struct lint_run *run, const struct lint_lines *lines,
		     unsigned int step)
{
	for (size_t i = 0; i < lines->count; i++) {
		if ((lint_line_steps(run, &lines->lines[i]) & step) == 0)
			continue;
		if (lint_line_catches_all(run, &lines->lines[i]) ||
		    completes(run, lines, i, step))
			return i;
	}
	return lines->count;
}

/* --- files ------------------------------------------------------------- */

bool lint_is_included(const struct lint_run *run, size_t file)
{
	return lint_file_is_ours(run, file) &&
	       (run->files[file].parent != GTB_CONF_NONE ||
		run->files[file].mixed);
}

struct gtb_place lint_include_place(const struct lint_run *run, size_t *file)
{
	const struct gtb_conf_file *ours = &run->files[*file];

	if (ours->mixed || ours->parent == GTB_CONF_NONE)
		return (struct gtb_place){ours->made_from, 1};
	*file = ours->parent;
	return ours->place;
}

struct gtb_place lint_place(const struct lint_run *run,
			    const struct gtb_conf_directive *directive,
			    size_t *file)
{
	*file = directive->file;
	if (!lint_is_included(run, *file) || !lint_is_ours(run, directive))
		return directive->place;
	return lint_include_place(run, file);
}

bool lint_has_ours(const struct lint_run *run)
{
	for (size_t i = 0; i < run->files_count; i++)
		if (lint_is_included(run, i))
			return true;
	return false;
}

bool lint_is_ours_alone(const struct lint_run *run)
{
	return run->files_count > 0 && lint_file_is_ours(run, 0) &&
	       !run->files[0].mixed;
}
