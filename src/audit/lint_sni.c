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

/*
 * The code among text, without one of the marks that escape newlines: "#"
 * and "/", "[" and "\"". "'" says that it is meant to be raw.
 */
static bool has_raw_code(const char *text)
{
	const char *percent;

	for (percent = strchr(text, '%'); percent != NULL;
	     percent = strchr(percent + 1, '%')) {
		const char *at = percent + 1;
		bool escapes = *at != '\0' && strchr("#/[\"", *at) != NULL;

		at += strspn(at, "#/[\"'");
		at += strspn(at, "-0123456789.");
		if (!escapes && strncmp(at, CODE, strlen(CODE)) == 0)
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

		if (!has_raw_code(word->text))
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
	for (size_t i = 1; i < directive->count; i++) {
		const struct gtb_conf_word *word = &directive->words[i];

		if (!has_raw_code(word->text))
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
