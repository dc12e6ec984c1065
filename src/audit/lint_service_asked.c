/* Is the service asked, about what, and before any other? L34, L35, L36. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "lint_services.h"

static const char *group_name(const struct lint_line *line)
{
	return line->directive->count > 1 ? line->directive->words[1].text : "";
}

static bool allows(const struct lint_line *line)
{
	return strcmp(line->action, "allow") == 0;
}

/* --- L34: not asked ---------------------------------------------------- */

static const char *switch_of(const struct lint_service *service)
{
	return strncmp(service->uri, "ecap:", 5) == 0 ? "ecap_enable"
						      : "icap_enable";
}

static void say_off(struct lint_run *run, const struct lint_service *service)
{
	const char *name = switch_of(service);
	const struct gtb_conf_directive *last = lint_directive_last(run, name);
	char mend[64];

	snprintf(mend, sizeof(mend), "write \"%s on\"%s", name,
		 last != NULL ? ", or take this line away" : "");
	lint_add(run, last != NULL ? last : service->directive, mend,
		 last != NULL ? "%s: service %s is never asked, so nothing is "
				"let through by its word"
			      : "without \"%s on\" service %s is never asked, "
				"so nothing is let through by its word",
		 last != NULL ? last->text : name, service->name);
}

static bool is_allowed(const struct lint_run *run)
{
	for (size_t i = 0; i < run->adaptation.count; i++)
		if (run->groups[i].verdict && allows(&run->adaptation.lines[i]))
			return true;
	return false;
}

void lint_l34(struct lint_run *run)
{
	const struct lint_service *service = lint_service_of_verdicts(run);
	char mend[160];

	if (service == NULL)
		return;
	if (!lint_directive_says(lint_directive_last(run, switch_of(service)),
				 "on")) {
		say_off(run, service);
		return;
	}
	if (is_allowed(run))
		return;
	snprintf(mend, sizeof(mend),
		 "write \"adaptation_access %.60s allow\" with an acl of "
		 "GoTo's names, and one of its networks",
		 service->name);
	lint_add(run, service->directive, mend,
		 "no adaptation_access line allows service %s, so it is never "
		 "asked",
		 service->name);
}

/* --- L35: asked about everything --------------------------------------- */

/* What is left for the lines below is about some destinations alone. */
static bool leaves_some(const struct lint_run *run,
			const struct lint_line *line)
{
	for (size_t i = 0; i < line->count; i++)
		if (!line->terms[i].negated ||
		    (lint_traits(run, line->terms[i].acl) & LINT_DESTINATION) ==
			    0)
			return false;
	return line->count > 0;
}

/* localip is where an intercepted client went; a note is by another line. */
static bool is_about_some(const struct lint_run *run,
			  const struct lint_line *line)
{
	return (lint_line_traits(run, line) &
		(LINT_DESTINATION | LINT_LISTENER | LINT_NOTES)) != 0;
}

static void check_limit(struct lint_run *run, size_t first)
{
	for (size_t i = first; i != GTB_CONF_NONE; i = run->groups[i].next) {
		const struct lint_line *line = &run->adaptation.lines[i];

		if (line->ours || (!allows(line) && leaves_some(run, line)))
			return;
		if (!allows(line) || is_about_some(run, line))
			continue;
		lint_add(run, line->directive, NULL,
			 "\"%s\" is asked about every request here, so all "
			 "traffic waits for it and not GoTo's alone",
			 group_name(line));
		return;
	}
}

void lint_l35(struct lint_run *run)
{
	for (size_t i = 0; i < run->adaptation.count; i++)
		if (run->groups[i].first && run->groups[i].verdict)
			check_limit(run, i);
}

/* --- L36: another one is asked instead --------------------------------- */

/* The group's line that has it asked about GoTo, or NULL. */
static const struct lint_line *takes_goto(const struct lint_run *run,
					  size_t first)
{
	for (size_t i = first; i != GTB_CONF_NONE; i = run->groups[i].next) {
		const struct lint_line *line = &run->adaptation.lines[i];

		if (lint_line_reaches_goto(run, line, line->count))
			return allows(line) ? line : NULL;
	}
	return NULL;
}

static void say_instead(struct lint_run *run, const struct lint_line *taken,
			const struct lint_line *first)
{
	char where[LINT_WHERE_SIZE];

	lint_where(run, first->directive, taken->directive->file, where);
	lint_add(run, taken->directive, NULL,
		 "\"%s\" is asked about GoTo's requests, and Squid asks no "
		 "second one: \"%s\", which comes later on %s, never says "
		 "anything",
		 group_name(taken), group_name(first), where);
}

static void say_unseen(struct lint_run *run, const struct lint_line *taken,
		       const struct lint_line *first)
{
	lint_add_as(run, GTB_LINT_NOTE, taken->directive->file,
		    taken->directive->place,
		    "where it must see them, put both into an "
		    "adaptation_service_chain, and the adaptation_access lines "
		    "of the chain above the others",
		    "requests that \"%s\" is asked about are not shown to "
		    "\"%s\"",
		    group_name(first), group_name(taken));
}

/* One that decides itself, and no chain with another behind it. */
static bool is_service(const struct lint_run *run, size_t i)
{
	return run->groups[i].verdict &&
	       lint_service_find(run, group_name(&run->adaptation.lines[i])) !=
		       NULL;
}

void lint_l36(struct lint_run *run)
{
	const struct lint_lines *list = &run->adaptation;
	size_t ours = 0;

	while (ours < list->count && !run->groups[ours].verdict)
		ours++;
	for (size_t i = 0; ours < list->count && i < list->count; i++) {
		const struct lint_line *taken;

		if (!run->groups[i].first || !run->groups[i].requests ||
		    i == ours || is_service(run, i))
			continue;
		taken = takes_goto(run, i);
		if (taken != NULL && i < ours)
			say_instead(run, taken, &list->lines[ours]);
		else if (taken != NULL)
			say_unseen(run, taken, &list->lines[ours]);
	}
}
