/* Which acls let something pass, and on which line. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gtb/report.h"
#include "lint_values.h"

/* Groups in groups, deeper than anybody writes them. */
#define DEPTH_MAX 32

struct marks {
	struct lint_run *run;
	const struct lint_line *line;
	/* By acl: where its match passes, and where it does not. */
	const struct lint_line **passes;
	const struct lint_line **refuses;
};

static bool passes_by(const char *action)
{
	return strcmp(action, "allow") == 0 || strcmp(action, "splice") == 0 ||
	       strcmp(action, "none") == 0;
}

/* The first line stays: each acl is looked at twice at most. */
static void mark(const struct marks *marks, const struct gtb_conf_acl *acl,
		 bool passes, int depth)
{
	const struct lint_line **place;

	if (acl == NULL || depth >= DEPTH_MAX)
		return;
	place = passes ? marks->passes : marks->refuses;
	place += acl - marks->run->acls;
	if (*place != NULL)
		return;
	*place = marks->line;
	if (!lint_acl_is(acl, "any-of") && !lint_acl_is(acl, "all-of"))
		return;
	for (size_t i = 0; i < acl->values_count; i++) {
		const char *name = acl->values[i].text;
		bool negated = name[0] == '!';

		mark(marks, gtb_conf_acl_find(marks->run->conf, name + negated),
		     passes != negated, depth + 1);
	}
}

/* "peek" and "stare" only put the question off. */
static bool decides(const char *action)
{
	return strcmp(action, "peek") != 0 && strcmp(action, "stare") != 0;
}

/*
 * "bump !acl" leaves acl uninspected; "deny !acl" leaves it to the lines
 * below, and lets it pass only beside an acl that asks for a user.
 */
static bool spares(const struct lint_run *run, const struct lint_line *line)
{
	return strcmp(line->directive->words[0].text, "ssl_bump") == 0 ||
	       lint_line_term(run, line, LINT_USER) != NULL;
}

static void mark_line(struct marks *marks, const struct lint_line *line)
{
	bool passes = passes_by(line->action);
	bool spared = !passes && spares(marks->run, line);

	if (!decides(line->action) ||
	    (passes && lint_line_term(marks->run, line, LINT_USER) != NULL))
		return;
	marks->line = line;
	for (size_t i = 0; i < line->count; i++) {
		const struct lint_term *term = &line->terms[i];

		if (passes || spared || !term->negated)
			mark(marks, term->acl, passes != term->negated, 0);
	}
}

bool lint_grants_make(struct lint_run *run, unsigned int lists,
		      struct lint_grants *grants)
{
	size_t count = run->acls_count;
	struct marks marks = {.run = run};

	grants->lines = calloc(count + 1, sizeof(grants->lines[0]));
	grants->refusals = calloc(count + 1, sizeof(grants->refusals[0]));
	if (grants->lines == NULL || grants->refusals == NULL) {
		run->rc = GTB_E_NOMEM;
		return false;
	}
	marks.passes = grants->lines;
	marks.refuses = grants->refusals;
	for (unsigned int list = 0; list < LINT_LISTS; list++) {
		if ((lists & LINT_LIST_BIT(list)) == 0)
			continue;
		for (size_t i = 0; i < run->lists[list].count; i++)
			mark_line(&marks, &run->lists[list].lines[i]);
	}
	return true;
}

void lint_grants_fini(struct lint_grants *grants)
{
	free(grants->lines);
	free(grants->refusals);
	*grants = (struct lint_grants){.lines = NULL};
}

const struct lint_line *lint_external_grant(const struct lint_run *run,
					    const struct lint_grants *grants,
					    const struct lint_external *asked,
					    const struct gtb_conf_acl **acl)
{
	for (size_t i = 0; i < run->acls_count; i++) {
		if (grants->lines[i] == NULL ||
		    lint_acl_external(run, &run->acls[i]) != asked)
			continue;
		if (acl != NULL)
			*acl = &run->acls[i];
		return grants->lines[i];
	}
	return NULL;
}

bool lint_line_matters(const struct lint_run *run, const struct lint_line *line)
{
	return strcmp(line->directive->words[0].text, "ssl_bump") == 0 ||
	       (lint_line_traits(run, line) & LINT_GOTO) != 0;
}

struct asking {
	const struct lint_external *external;
};

static bool asks(const struct lint_run *run, const struct gtb_conf_acl *acl,
		 void *context)
{
	const struct asking *asking = context;

	return lint_acl_external(run, acl) == asking->external;
}

const struct lint_term *lint_asking_term(const struct lint_run *run,
					 const struct lint_line *line,
					 const struct lint_external *asked)
{
	struct asking asking = {.external = asked};

	for (size_t i = 0; i < line->count; i++)
		if (lint_acl_any(run, line->terms[i].acl, asks, &asking))
			return &line->terms[i];
	return NULL;
}

const char *lint_line_text(const struct lint_run *run,
			   const struct lint_line *line, size_t at,
			   char buffer[LINT_LINE_SIZE])
{
	char where[LINT_WHERE_SIZE];

	snprintf(buffer, LINT_LINE_SIZE, "%.24s %.16s on %s",
		 line->directive->words[0].text, line->action,
		 lint_where(run, line->directive, at, where));
	return buffer;
}
