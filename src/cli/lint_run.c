/* goto-bypass lint: read, hold the rules against it, print. */
#include "config.h"

#include <string.h>

#include "lint.h"

/* --- policy and catalog ------------------------------------------------- */

/* A path that the head of an included emitted file names; NULL: none does. */
static const char *emitted_path(const struct lint *lint, const char *field)
{
	size_t count;
	const struct gtb_conf_file *files = gtb_conf_files(lint->conf, &count);

	for (size_t i = 0; i < count; i++) {
		const char *path = gtb_conf_file_field(&files[i], field);

		if (path != NULL)
			return path;
	}
	return NULL;
}

/* The line of a head that names a file which was not there to be read. */
static int find_missing(struct lint *lint, const struct cli_files *files,
			const struct gtb_report *report)
{
	bool policy = report->count > 0 &&
		      strcmp(report->items[0].source, files->policy) == 0;
	int rc = cli_lint_add_missing(lint, policy ? "Policy" : "Catalog",
				      report);

	return rc == GTB_OK ? CLI_YES : cli_no_memory();
}

static void choose_files(const struct lint *lint, struct cli_files *files)
{
	cli_files_init(files);
	if (lint->files.policy != NULL)
		files->policy = lint->files.policy;
	else if (emitted_path(lint, "Policy") != NULL)
		files->policy = emitted_path(lint, "Policy");
	if (lint->files.catalog != NULL)
		files->catalog = lint->files.catalog;
	else if (emitted_path(lint, "Catalog") != NULL)
		files->catalog = emitted_path(lint, "Catalog");
}

/*
 * Say which rules are left out; the reason comes first, unless it is among
 * the findings (report NULL).
 */
static void tell_skipped(struct lint *lint, const struct gtb_report *report)
{
	char line[GTB_REPORT_LINE_SIZE];
	char words[CLI_WORDS_SIZE] = "";
	const struct gtb_lint_rule *rule;

	for (size_t i = 0; (rule = cli_lint_rule_at(i)) != NULL; i++) {
		size_t len = strlen(words);

		if (!rule->needs_ruleset || (lint->wanted >> i & 1) == 0)
			continue;
		lint->skipped |= UINT64_C(1) << i;
		snprintf(words + len, sizeof(words) - len, " %s", rule->id);
	}
	if (lint->skipped == 0)
		return;
	if (report != NULL && report->count > 0)
		fprintf(stderr, "%s\n",
			gtb_report_line(&report->items[0], line, sizeof(line)));
	cli_error("without policy and catalog (-c and -C) only GoTo's main "
		  "domains are known, and these rules are left out:%s",
		  words);
}

static bool was_named(const struct lint *lint)
{
	return lint->files.policy != NULL || lint->files.catalog != NULL;
}

/*
 * What is wrong with policy or catalog is a finding: an error where the file
 * goes by them.
 */
static int find_wrong(struct lint *lint, const struct gtb_report *report)
{
	bool used = was_named(lint) || emitted_path(lint, "Policy") != NULL ||
		    emitted_path(lint, "Catalog") != NULL;
	int rc = GTB_OK;

	for (size_t i = 0; i < report->count && rc == GTB_OK; i++) {
		const struct gtb_report_item *item = &report->items[i];

		rc = cli_lint_add(lint, LINT_POLICY,
				  used && item->level == GTB_LEVEL_ERROR
					  ? GTB_LINT_ERROR
					  : GTB_LINT_WARNING,
				  item->source, item->place, item->message,
				  NULL);
	}
	return rc == GTB_OK ? CLI_YES : cli_no_memory();
}

/*
 * What was named must be readable. What is only usual may be missing: the
 * file may be for another machine.
 */
static int take_failure(struct lint *lint, int rc,
			const struct cli_files *files,
			const struct gtb_report *report)
{
	size_t found = lint->count;
	int status = CLI_YES;

	if (rc == GTB_E_NOMEM)
		return cli_no_memory();
	if (rc != GTB_E_INPUT && was_named(lint)) {
		cli_print_errors(report);
		return CLI_TROUBLE;
	}
	if (rc == GTB_E_INPUT)
		status = find_wrong(lint, report);
	else
		status = find_missing(lint, files, report);
	if (status == CLI_YES)
		tell_skipped(lint, lint->count == found ? report : NULL);
	return status;
}

static int load(struct lint *lint, struct cli_files *files,
		struct gtb_ruleset **ruleset)
{
	struct gtb_report report;
	int status = CLI_YES;
	int rc;

	gtb_report_init(&report);
	choose_files(lint, files);
	rc = gtb_ruleset_load(files->policy, files->catalog, NULL, ruleset,
			      &report);
	if (rc != GTB_OK)
		status = take_failure(lint, rc, files, &report);
	lint->ruleset = *ruleset;
	gtb_report_fini(&report);
	return status;
}

/* --- finding ------------------------------------------------------------ */

static int run_rules(struct lint *lint, const struct cli_files *files)
{
	const struct gtb_lint_options options = {
		.ruleset = lint->ruleset,
		.program = CLI_PROGRAM " " PACKAGE_VERSION,
		.policy = lint->ruleset != NULL ? files->policy : NULL,
		.catalog = lint->ruleset != NULL ? files->catalog : NULL,
		.squid = (unsigned int)lint->reading.version,
	};
	struct gtb_lint found;
	int rc = gtb_lint_run(lint->conf, &options, &found);

	if (rc == GTB_OK) {
		rc = cli_lint_add_findings(lint, &found);
		gtb_lint_fini(&found);
	}
	return rc == GTB_OK ? CLI_YES : cli_no_memory();
}

static int print(const struct lint *lint)
{
	int status = CLI_YES;

	if (lint->form == LINT_JSON)
		status = cli_lint_print_json(lint);
	else if (lint->form == LINT_SARIF)
		status = cli_lint_print_sarif(lint);
	else
		cli_lint_print(lint);
	if (status == CLI_YES && !cli_lint_ok(lint))
		status = CLI_NO;
	return status;
}

static int look(struct lint *lint)
{
	struct gtb_ruleset *ruleset = NULL;
	struct cli_files files;
	int status = load(lint, &files, &ruleset);

	if (status == CLI_YES)
		status = run_rules(lint, &files);
	if (status == CLI_YES)
		status = cli_lint_look_at_machine(lint, was_named(lint));
	if (status == CLI_YES && lint->squid)
		status = cli_lint_ask_squid(lint);
	if (status == CLI_YES) {
		cli_lint_sort(lint);
		status = print(lint);
	}
	gtb_ruleset_free(ruleset);
	return status;
}

int cli_lint_run(struct lint *lint)
{
	struct gtb_report report;
	int status = CLI_TROUBLE;
	int rc;

	gtb_report_init(&report);
	rc = gtb_conf_read(lint->path, &lint->reading, &lint->conf, &report);
	if (rc != GTB_E_NOMEM && lint->conf == NULL)
		cli_print_errors(&report);
	else if (rc == GTB_E_NOMEM ||
		 cli_lint_add_report(lint, LINT_READ, &report) != GTB_OK)
		cli_no_memory();
	else
		status = look(lint);
	cli_lint_fini(lint);
	gtb_report_fini(&report);
	return status;
}
