/* How long an answer is kept, and when a helper starts: L19, L26. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "gtb/squid.h"
#include "lint_order.h"
#include "lint_values.h"

/* Squid's own, where a line says nothing; external_acl.cc. */
#define TTL_DEFAULT 3600

/* Seconds that a helper's answer may outlive its list; of ours, what emit
 * writes at most. */
#define TTL_MAX 300

/* The option's word, for its place; NULL: it is not set. */
static const struct gtb_conf_word *
option_word(const struct lint_external *external, const char *name)
{
	const char *value = lint_external_option(external, name);
	size_t len = strlen(name);

	if (value == NULL)
		return NULL;
	for (size_t i = external->options_count; i-- > 0;)
		if (value == external->options[i].text + len + 1)
			return &external->options[i];
	return NULL;
}

static long option_number(const struct lint_external *external,
			  const char *name, long otherwise)
{
	const char *value = lint_external_option(external, name);

	return value != NULL ? strtol(value, NULL, 10) : otherwise;
}

/* --- L19 --------------------------------------------------------------- */

static void check_ttl(struct lint_run *run,
		      const struct lint_external *external, long limit,
		      const struct lint_line *line)
{
	const struct gtb_conf_word *word = option_word(external, "ttl");
	const struct gtb_conf_directive *directive = external->directive;
	long ttl = option_number(external, "ttl", TTL_DEFAULT);
	char text[LINT_LINE_SIZE];

	if (ttl <= limit)
		return;
	lint_line_text(run, line, directive->file, text);
	if (word == NULL)
		word = &directive->words[0];
	lint_add_word(run, word, NULL,
		      "an OK of helper %s is kept for %ld seconds%s: what was "
		      "taken off its list passes %s for as long",
		      external->name, ttl,
		      word == &directive->words[0] ? ", as no ttl= is set" : "",
		      text);
}

static void check_negative(struct lint_run *run,
			   const struct lint_external *external, long limit)
{
	long ttl = option_number(external, "ttl", TTL_DEFAULT);
	const struct gtb_conf_word *word =
		option_word(external, "negative_ttl");
	long negative = option_number(external, "negative_ttl", ttl);

	if (word == NULL || negative <= limit)
		return;
	lint_add_as(run, GTB_LINT_NOTE, word->file, word->place, NULL,
		    "a no of helper %s is kept for %ld seconds: what is added "
		    "to its list waits as long",
		    external->name, negative);
}

static void check_kept(struct lint_run *run,
		       const struct lint_external *external,
		       const struct lint_line *line)
{
	long limit = external->ours ? GTB_SQUID_TTL_MAX : TTL_MAX;

	if (option_number(external, "cache", 1) <= 0)
		return;
	check_ttl(run, external, limit, line);
	check_negative(run, external, limit);
}

/* The helper is told where a request goes: it may be told of GoTo. */
static bool is_told(const struct lint_external *external)
{
	static const char *const codes[] = {">rd", ">ru", "ssl::>sni"};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (lint_external_token(external, codes[i]) != NULL)
			return true;
	return false;
}

/* A line of http_access below it asks GoTo for a user. */
static bool asks_below(const struct lint_run *run, const struct lint_line *line)
{
	const struct lint_lines *access = &run->lists[LINT_HTTP_ACCESS];
	size_t asking = lint_first_asking(run, access, 0);

	return asking < access->count &&
	       line->order < access->lines[asking].order;
}

/*
 * The helper's yes lets GoTo on without a user: "allow site" alone, or "deny
 * goto !site" with GoTo's own line below.
 */
static bool lets_on(const struct lint_run *run, const struct lint_line *line,
		    const struct lint_external *external)
{
	const struct lint_term *term = lint_asking_term(run, line, external);

	if (term == NULL)
		return false;
	if (external->ours)
		return true;
	if (lint_line_term(run, line, LINT_USER) != NULL ||
	    !lint_line_reaches_goto(run, line, line->count) ||
	    !(lint_line_matters(run, line) ||
	      (is_told(external) && asks_below(run, line))))
		return false;
	return strcmp(line->action, "deny") == 0
		       ? term->negated
		       : strcmp(line->action, "allow") == 0 && !term->negated;
}

/* The line where what it keeps counts; NULL: it is none of ours. */
static const struct lint_line *deciding(const struct lint_run *run,
					const struct lint_grants *grants,
					const struct lint_external *external)
{
	const struct lint_line *line =
		lint_external_grant(run, grants, external, NULL);

	if (line != NULL && (external->ours || lint_line_matters(run, line)))
		return line;
	for (int which = 0; which < LINT_LISTS; which++) {
		const struct lint_lines *list = &run->lists[which];

		for (size_t i = 0; i < list->count; i++)
			if (lets_on(run, &list->lines[i], external))
				return &list->lines[i];
	}
	return NULL;
}

void lint_l19(struct lint_run *run)
{
	struct lint_grants grants;
	const struct lint_line *line;

	if (lint_grants_make(run, LINT_LISTS_ALL, &grants)) {
		for (size_t i = 0; i < run->externals_count; i++) {
			line = deciding(run, &grants, &run->externals[i]);
			if (line != NULL)
				check_kept(run, &run->externals[i], line);
		}
	}
	lint_grants_fini(&grants);
}

/* --- L26 --------------------------------------------------------------- */

/* A line that matters asks the helper. */
static bool is_asked(const struct lint_run *run,
		     const struct lint_external *external)
{
	for (int which = 0; which < LINT_LISTS; which++) {
		const struct lint_lines *list = &run->lists[which];

		for (size_t i = 0; i < list->count; i++)
			if (lint_line_matters(run, &list->lines[i]) &&
			    lint_asking_term(run, &list->lines[i], external) !=
				    NULL)
				return true;
	}
	return false;
}

void lint_l26(struct lint_run *run)
{
	for (size_t i = 0; i < run->externals_count; i++) {
		const struct lint_external *external = &run->externals[i];
		const struct gtb_conf_word *word =
			option_word(external, "children-startup");
		bool matters = external->ours || is_asked(run, external);

		if (option_number(external, "children-startup", 0) < 1)
			continue;
		lint_add_as(run, matters ? GTB_LINT_WARNING : GTB_LINT_NOTE,
			    word->file, word->place, NULL,
			    "Squid starts helper %s with itself, and ends "
			    "when that ends before its first answer",
			    external->name);
	}
}
