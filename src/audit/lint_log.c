/* L21: what a helper said, expected where the log cannot have it. */
#include "config.h"

#include <string.h>

#include "lint_values.h"

/* The annotation that lives as long as the connection. */
#define LASTING "clt_conn_tag"

static bool asks(const struct lint_run *run, enum lint_list which,
		 const struct lint_external *external)
{
	const struct lint_lines *list = &run->lists[which];

	for (size_t i = 0; i < list->count; i++)
		if (lint_asking_term(run, &list->lines[i], external) != NULL)
			return true;
	return false;
}

/* A helper that ssl_bump alone asks, or NULL. */
static const struct lint_external *asked_by_bump(const struct lint_run *run)
{
	for (size_t i = 0; i < run->externals_count; i++)
		if (asks(run, LINT_SSL_BUMP, &run->externals[i]) &&
		    !asks(run, LINT_HTTP_ACCESS, &run->externals[i]))
			return &run->externals[i];
	return NULL;
}

/* The length of a code behind its '%' that tells what a helper said, or 0. */
static size_t telling_code(const char *at)
{
	size_t braced = *at == '{' ? strcspn(at, "}") : 0;
	size_t shape = strspn(at, "#/[\"'-0123456789.");

	if (braced > 0 && strncmp(at + braced, "}note", 5) == 0)
		return braced + 5;
	at += shape;
	if (strncmp(at, "ea", 2) == 0 || strncmp(at, "et", 2) == 0)
		return shape + 2;
	if (strncmp(at, "note{", 5) == 0 &&
	    strncmp(at + 5, LASTING, strlen(LASTING)) != 0)
		return shape + strcspn(at, "}") + (strchr(at, '}') != NULL);
	return 0;
}

static bool check_word(struct lint_run *run, const struct gtb_conf_word *word,
		       const struct lint_external *external)
{
	const char *percent;
	size_t len = 0;

	for (percent = strchr(word->text, '%'); percent != NULL;
	     percent = strchr(percent + 1, '%')) {
		len = telling_code(percent + 1);
		if (len > 0)
			break;
	}
	if (percent == NULL)
		return false;
	lint_add_word(run, word, NULL,
		      "%.*s is - on the log's line about a spliced tunnel: "
		      "only ssl_bump asks helper %s, about the CONNECT before",
		      (int)len + 1, percent, external->name);
	return true;
}

static void check_format(struct lint_run *run,
			 const struct gtb_conf_directive *directive,
			 const struct lint_external *external)
{
	for (size_t i = 2; i < directive->count; i++)
		if (check_word(run, &directive->words[i], external))
			return;
}

void lint_l21(struct lint_run *run)
{
	const struct lint_external *external = asked_by_bump(run);
	size_t at = lint_directive_next(run, "logformat", 0);

	if (external == NULL)
		return;
	for (; at != GTB_CONF_NONE;
	     at = lint_directive_next(run, "logformat", at + 1))
		check_format(run, &run->directives[at], external);
}
