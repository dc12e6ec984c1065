/* Rules about what is named and not there, or cut off: L31, L32, L33. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "gtb/slip.h"
#include "gtb/squid.h"

#include "lint_values.h"

/* --- L31: our file is cut short, or nothing at all ---------------------- */

/* Some line of http_access asks for a user. */
static bool has_users(const struct lint_run *run)
{
	const struct lint_lines *access = &run->lists[LINT_HTTP_ACCESS];

	for (size_t i = 0; i < access->count; i++)
		if (lint_line_term(run, &access->lines[i], LINT_USER) != NULL)
			return true;
	return false;
}

static void say_blank(struct lint_run *run, const struct gtb_conf_file *file)
{
	lint_add_as(run, GTB_LINT_WARNING, file->parent, file->place,
		    "if it is the emitted file, emit it again with --output, "
		    "which writes it whole or not at all",
		    "%s is empty, as it is after \"goto-bypass emit ... > "
		    "file\" when emit refused: nothing passes without a user",
		    file->path);
}

void lint_l31(struct lint_run *run)
{
	bool users = has_users(run);

	for (size_t i = 0; i < run->files_count; i++) {
		const struct gtb_conf_file *file = &run->files[i];
		struct gtb_place place = {file->made_from, 1};

		if (file->made_from != 0 && file->made_to == 0)
			lint_add_as(run, run->rule->level, i, place, NULL,
				    "what goto-bypass made is cut short: its "
				    "last line, \"" GTB_SQUID_END
				    "\", is not there");
		if (file->kind == GTB_CONF_INCLUDE && file->blank && users)
			say_blank(run, file);
	}
}

/* --- L32: a port that is not there -------------------------------------- */

/* An ftp_port is no port of the view: GoTo does not come in by one. */
static bool is_ftp_port(const struct gtb_conf_directive *directive,
			const char *name)
{
	const struct gtb_conf_word *words = directive->words;
	const char *is = directive->count > 1 ? words[1].text : "";

	for (size_t i = 2; i < directive->count; i++)
		if (strncmp(words[i].text, "name=", 5) == 0)
			is = words[i].text + 5;
	return strcmp(is, name) == 0;
}

/* ftp is the first ftp_port line, or none. */
static bool has_port(const struct lint_run *run, size_t ftp, const char *name)
{
	for (size_t i = 0; i < run->ports_count; i++)
		if (strcmp(run->ports[i].name, name) == 0)
			return true;
	for (; ftp != GTB_CONF_NONE;
	     ftp = lint_directive_next(run, "ftp_port", ftp + 1))
		if (is_ftp_port(&run->directives[ftp], name))
			return true;
	return false;
}

/*
 * One name that is there is enough: the same lines may serve several Squids.
 * Our own file's acls are L27's, which knows what for.
 */
static void check_ports(struct lint_run *run, size_t ftp,
			const struct gtb_conf_acl *acl)
{
	for (size_t i = 0; i < acl->values_count; i++)
		if (lint_word_is_ours(run, &acl->values[i]) ||
		    has_port(run, ftp, acl->values[i].text))
			return;
	if (acl->values_count > 0 && !acl->partial)
		lint_add_word(run, &acl->values[0], NULL,
			      "no port of Squid has the name \"%s\", so "
			      "\"%s\" never matches",
			      acl->values[0].text, acl->name);
}

void lint_l32(struct lint_run *run)
{
	size_t ftp = lint_directive_next(run, "ftp_port", 0);

	/* Ports may be another process's, or stand in another file. */
	if (run->ports_count == 0 || gtb_conf_skips(run->conf))
		return;
	for (size_t i = 0; i < run->acls_count; i++)
		if (lint_acl_is(&run->acls[i], "myportname"))
			check_ports(run, ftp, &run->acls[i]);
}

/* --- L33: an acl that is not there -------------------------------------- */

/* So many findings, and the file hardly is a squid.conf: guess no more. */
#define GUESSES_MAX 100

/* A name that may have been meant; NULL: none is near. */
static const char *near_name(const struct lint_run *run, const char *name)
{
	size_t len = strlen(name);
	unsigned int best = len > 4 ? 3 : 2;
	const char *near = NULL;

	for (size_t i = 0;
	     i < run->acls_count && run->found_count < GUESSES_MAX; i++) {
		unsigned int edits =
			gtb_slip_edits(name, len, run->acls[i].name);

		if (edits < best) {
			best = edits;
			near = run->acls[i].name;
		}
	}
	return near;
}

static void say_unknown(struct lint_run *run, const struct lint_term *term)
{
	const char *near = near_name(run, term->name);
	bool ours = lint_word_is_ours(run, term->word);
	char mend[256];

	snprintf(mend, sizeof(mend),
		 ours ? "did you mean \"%.80s\"? Emit the file again with the "
			"name, and include it below the acl line"
		      : "did you mean \"%.80s\"? Or put its acl line above",
		 near != NULL ? near : "");
	lint_add_word(run, term->word, near != NULL ? mend : NULL,
		      "there is no acl \"%s\": Squid does not start",
		      term->name);
}

static void check_terms(struct lint_run *run, const struct lint_line *line)
{
	for (size_t i = 0; i < line->count; i++) {
		const struct lint_term *term = &line->terms[i];
		char where[LINT_WHERE_SIZE];

		if (term->acl == NULL) {
			say_unknown(run, term);
			continue;
		}
		if (term->acl->directive == GTB_CONF_NONE ||
		    term->acl->directive < line->order)
			continue;
		lint_where(run, &run->directives[term->acl->directive],
			   term->word->file, where);
		lint_add_word(run, term->word,
			      "put the acl line above this one",
			      "the acl \"%s\" is defined only on %s, below: "
			      "Squid does not start",
			      term->name, where);
	}
}

static void check_lines(struct lint_run *run, const struct lint_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		check_terms(run, &lines->lines[i]);
}

void lint_l33(struct lint_run *run)
{
	for (int i = 0; i < LINT_LISTS; i++)
		check_lines(run, &run->lists[i]);
	check_lines(run, &run->adaptation);
	check_lines(run, &run->forwarded);
	check_lines(run, &run->proxied);
}
