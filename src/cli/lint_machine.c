/*
 * goto-bypass lint: what the configuration needs of this machine: the helper,
 * and the files that the emitted lines were made from.
 */
#include "config.h"

#include <string.h>
#include <sys/stat.h>

#include "lint.h"

/* --- files that are not there ------------------------------------------- */

static const struct gtb_conf_field *find_field(const struct gtb_conf_file *file,
					       const char *name)
{
	for (size_t i = 0; i < file->fields_count; i++)
		if (strcmp(file->fields[i].name, name) == 0)
			return &file->fields[i];
	return NULL;
}

int cli_lint_add_missing(struct lint *lint, const char *name,
			 const struct gtb_report *report)
{
	size_t count;
	const struct gtb_conf_file *files = gtb_conf_files(lint->conf, &count);

	for (size_t i = 0; i < count && report->count > 0; i++) {
		const struct gtb_conf_field *field =
			find_field(&files[i], name);
		const struct gtb_report_item *item = &report->items[0];
		char message[GTB_REPORT_LINE_SIZE];
		char line[GTB_REPORT_LINE_SIZE];

		if (field == NULL)
			continue;
		snprintf(message, sizeof(message),
			 "what this file was made from is not there to be "
			 "read: %s",
			 gtb_report_line(item, line, sizeof(line)));
		return cli_lint_add(lint, LINT_POLICY, GTB_LINT_WARNING,
				    files[i].path,
				    (struct gtb_place){field->line, 1}, message,
				    "put it back, or emit the file again");
	}
	return GTB_OK;
}

/* --- the helper ---------------------------------------------------------- */

/* Squid starts our helper, which reads policy and catalog as its user. */
static bool has_helper(const struct lint *lint)
{
	static const char helper[] = "/ext_goto_bypass_acl";
	size_t count;
	const struct gtb_conf_directive *directives =
		gtb_conf_directives(lint->conf, &count);

	for (size_t i = 0; i < count; i++)
		if (strcmp(directives[i].words[0].text, "external_acl_type") ==
			    0 &&
		    strstr(directives[i].text, helper) != NULL)
			return true;
	return false;
}

/* The program is the first word with a path, behind options and formats. */
static const struct gtb_conf_word *
program_of(const struct gtb_conf_directive *directive)
{
	if (strcmp(directive->words[0].text, "external_acl_type") != 0)
		return NULL;
	for (size_t i = 2; i < directive->count; i++)
		if (directive->words[i].text[0] == '/')
			return &directive->words[i];
	return NULL;
}

/* On a line that we made, or ours by its name. */
static bool is_ours(const struct lint *lint, const struct gtb_conf_word *word)
{
	static const char ours[] = "/ext_goto_bypass_acl";
	size_t count;
	const struct gtb_conf_file *files = gtb_conf_files(lint->conf, &count);
	const struct gtb_conf_file *file = &files[word->file];
	size_t len = strlen(word->text);

	if (len >= sizeof(ours) - 1 &&
	    strcmp(word->text + len - (sizeof(ours) - 1), ours) == 0)
		return true;
	return file->fields_count > 0 && word->place.line >= file->made_from &&
	       (file->made_to == 0 || word->place.line <= file->made_to);
}

/* NULL: it can be started, as far as its mode tells. */
static const char *why_not(const char *path)
{
	const mode_t anybody = S_IXUSR | S_IXGRP | S_IXOTH;
	struct stat st;

	if (stat(path, &st) == -1)
		return "is not there";
	if (!S_ISREG(st.st_mode) || (st.st_mode & anybody) == 0)
		return "is no program";
	return NULL;
}

static int look_at_helpers(struct lint *lint)
{
	size_t count;
	const struct gtb_conf_directive *directives =
		gtb_conf_directives(lint->conf, &count);
	const struct gtb_conf_file *files;
	char message[GTB_REPORT_LINE_SIZE];
	int rc = GTB_OK;
	size_t unused;

	files = gtb_conf_files(lint->conf, &unused);
	for (size_t i = 0; i < count && rc == GTB_OK; i++) {
		const struct gtb_conf_word *word = program_of(&directives[i]);
		char safe[512];
		const char *why;

		if (word == NULL || !is_ours(lint, word) ||
		    (why = why_not(word->text)) == NULL)
			continue;
		snprintf(message, sizeof(message),
			 "the helper %s %s: Squid starts all the same, "
			 "and refuses GoTo to everybody, with a login too",
			 gtb_report_safe(word->text, strlen(word->text), safe,
					 sizeof(safe)),
			 why);
		rc = cli_lint_add(lint, LINT_MACHINE, GTB_LINT_WARNING,
				  files[word->file].path, word->place, message,
				  "install it, or emit the file again with "
				  "--helper PATH");
	}
	return rc == GTB_OK ? CLI_YES : cli_no_memory();
}

/* --- modes --------------------------------------------------------------- */

static int look_at_modes(struct lint *lint)
{
	struct gtb_report report;
	int rc;

	if (lint->ruleset == NULL || !has_helper(lint))
		return CLI_YES;
	gtb_report_init(&report);
	cli_warn_modes(lint->ruleset, &report);
	rc = cli_lint_add_report(lint, LINT_MODES, &report);
	gtb_report_fini(&report);
	return rc == GTB_OK ? CLI_YES : cli_no_memory();
}

/* Where policy or catalog were named the file may be another machine's. */
int cli_lint_look_at_machine(struct lint *lint, bool elsewhere)
{
	int status = elsewhere ? CLI_YES : look_at_helpers(lint);

	return status == CLI_YES ? look_at_modes(lint) : status;
}
