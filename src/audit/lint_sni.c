/* L09: the TLS server name, raw, where a newline in it ends a line. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lint_values.h"

#define CODE "ssl::>sni"

/* Where a line or a header is made of codes; options: words before them. */
struct place {
	const char *directive;
	enum gtb_lint_level level;
	const char *harm;
};

static const struct place places[] = {
	{"adaptation_meta", GTB_LINT_ERROR,
	 "a newline in it makes headers of its own"},
	{"logformat", GTB_LINT_WARNING,
	 "a newline in it forges a line of the log"},
	{"request_header_add", GTB_LINT_ERROR,
	 "a newline in it makes headers of its own"},
	{"store_id_extras", GTB_LINT_ERROR,
	 "a newline in it is one more question to the helper"},
	{"url_rewrite_extras", GTB_LINT_ERROR,
	 "a newline in it is one more question to the helper"},
};

/* What the text before a code opens, as Squid has it; '\0': nothing. */
static char step_quoting(char open, char c)
{
	if (c == '"' && open != '[')
		return open == '"' ? '\0' : '"';
	if (c == '[' && open == '\0')
		return '[';
	return c == ']' && open == '[' ? '\0' : open;
}

/*
 * The code at a percent sign: is it there, and nothing escapes a newline? Not
 * one of the marks "#" and "/", "[" and "\"", nor without a mark what *open
 * says the text around it does. "'" says that it is meant to be raw. *at
 * moves past what belongs to the code for sure.
 */
static bool is_raw_code(const char **at, char open)
{
	bool escapes;

	++*at;
	escapes = **at != '\'' &&
		  (open != '\0' ||
		   (**at != '\0' && strchr("#/[\"", **at) != NULL));
	*at += strspn(*at, "#/[\"'");
	*at += strspn(*at, "-0123456789.");
	return !escapes && strncmp(*at, CODE, strlen(CODE)) == 0;
}

/* *open goes on from one word of a format to the next. */
static bool has_raw_code(const char *text, char *open)
{
	while (*text != '\0') {
		if (*text != '%')
			*open = step_quoting(*open, *text++);
		else if (is_raw_code(&text, *open))
			return true;
	}
	return false;
}

static void check_external(struct lint_run *run,
			   const struct lint_external *external)
{
	const char *number = lint_external_option(external, "concurrency");
	bool numbered = number != NULL && atoi(number) > 0;

	for (size_t i = 0; i < external->format_count; i++) {
		const struct gtb_conf_word *word = &external->format[i];
		char open = '\0';

		if (!has_raw_code(word->text, &open))
			continue;
		lint_add_word(
			run, word, "write %#" CODE,
			"helper %s is shown the server name as the client "
			"sent it: a newline in it %s",
			external->name,
			numbered ? "lets the client number the answers, which "
				   "can be other clients', and can end Squid"
				 : "is one more question, and answers can "
				   "go to the wrong requests");
	}
}

static void check_directive(struct lint_run *run,
			    const struct gtb_conf_directive *directive,
			    const struct place *place)
{
	char open = '\0';

	for (size_t i = 1; i < directive->count; i++) {
		const struct gtb_conf_word *word = &directive->words[i];

		if (!has_raw_code(word->text, &open))
			continue;
		lint_add_as(run, place->level, word->file, word->place,
			    "write %#" CODE,
			    "%s holds the server name as the client sent it: "
			    "%s",
			    place->directive, place->harm);
	}
}

void lint_l09(struct lint_run *run)
{
	for (size_t i = 0; i < run->externals_count; i++)
		check_external(run, &run->externals[i]);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		const char *name = places[i].directive;
		size_t at = lint_directive_next(run, name, 0);

		for (; at != GTB_CONF_NONE;
		     at = lint_directive_next(run, name, at + 1))
			check_directive(run, &run->directives[at], &places[i]);
	}
}
