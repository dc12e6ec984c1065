/*
 * lint: what goto-bypass lint finds, before it is printed as text, JSON or
 * SARIF.
 */
#ifndef GTB_CLI_LINT_H
#define GTB_CLI_LINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gtb/conf.h"
#include "gtb/lint.h"
#include "gtb/report.h"
#include "gtb/ruleset.h"
#include "gtb/text.h"

#include "cli.h"

#define LINT_TIMEOUT_S 30	      /* seconds squid -k parse may take */
#define LINT_PATH_SIZE (4 * 4096 + 1) /* a path as printable ASCII */

enum lint_form { LINT_TEXT, LINT_JSON, LINT_SARIF };

/* One line of what is printed, whoever found it. */
struct lint_item {
	const struct gtb_lint_rule *rule;
	size_t index; /* of the rule */
	enum gtb_lint_level level;
	char *file;    /* as the reader names it */
	size_t order;  /* of the file, for sorting */
	size_t serial; /* of the item, likewise */
	struct gtb_place place;
	char *message;
	char *mend; /* NULL: the message says it */
};

struct lint {
	const char *path;	/* as given */
	struct cli_files files; /* NULL: not given */
	enum lint_form form;
	enum gtb_lint_level fail_on;
	uint64_t wanted; /* bit i: cli_lint_rule_at(i) */
	struct gtb_conf_options reading;
	bool squid; /* ask Squid, too */
	unsigned int timeout_s;
	const char *squid_program; /* NULL: look for it */

	struct gtb_conf *conf;
	const struct gtb_ruleset *ruleset; /* NULL: not to be had */
	uint64_t skipped; /* wanted, but they need the ruleset */
	struct lint_item *items;
	size_t count;
	size_t levels[GTB_LINT_LEVEL_COUNT];
};

/* Read lint->path and print what was found. The exit status. */
int cli_lint_run(struct lint *lint);

/*
 * lint_machine.c: what a head names ("Policy", "Catalog") and the report could
 * not open; the helper and modes of files, elsewhere: modes alone.
 */
int cli_lint_add_missing(struct lint *lint, const char *name,
			 const struct gtb_report *report);
int cli_lint_look_at_machine(struct lint *lint, bool elsewhere);

/* --- rules -------------------------------------------------------------- */

/*
 * The rules of gtb/lint.h, and after them "read", "policy", "helper", "modes"
 * and "squid", which stand for what the reader, policy and catalog, this
 * machine's files and their modes, and Squid itself say. NULL behind the last.
 */
const struct gtb_lint_rule *cli_lint_rule_at(size_t index);

/* Whatever its case; the index behind the last: there is none. */
size_t cli_lint_rule_index(const char *id);

#define LINT_READ  "read"
#define LINT_SQUID "squid"
#define LINT_MODES "modes"
#define LINT_POLICY "policy"
#define LINT_MACHINE "helper"

/* A set from "L01,l02"; false, said on standard error: one is unknown. */
bool cli_lint_rule_set(const char *option, const char *list, uint64_t *set);

/* --explain and --rules. The exit status. */
int cli_lint_explain(const char *list);
int cli_lint_print_rules(enum lint_form form);

/* --- items -------------------------------------------------------------- */

/* Everything is copied. An id that is not wanted adds nothing. */
int cli_lint_add(struct lint *lint, const char *id, enum gtb_lint_level level,
		 const char *file, struct gtb_place place, const char *message,
		 const char *mend);

/* GTB_OK or GTB_E_NOMEM: what the reader and the rules found. */
int cli_lint_add_report(struct lint *lint, const char *id,
			const struct gtb_report *report);
int cli_lint_add_findings(struct lint *lint, const struct gtb_lint *found);

/* By file as read, line, column, rule. */
void cli_lint_sort(struct lint *lint);

/* Is there nothing at or above --fail-on? */
bool cli_lint_ok(const struct lint *lint);

void cli_lint_fini(struct lint *lint);

/* --- Squid -------------------------------------------------------------- */

/*
 * Run squid -k parse over the file and add what it says. CLI_YES, or
 * CLI_TROUBLE, said on standard error.
 */
int cli_lint_ask_squid(struct lint *lint);

/* What it said, and its status from waitpid(). GTB_OK or GTB_E_NOMEM. */
int cli_lint_add_squid(struct lint *lint, const char *said, int status);

/* --- output ------------------------------------------------------------- */

/* Foreign text in printable ASCII, cut at the size. Returns buffer. */
const char *cli_lint_safe_path(const char *path, char buffer[LINT_PATH_SIZE]);

void cli_lint_print(const struct lint *lint);
int cli_lint_print_json(const struct lint *lint);
int cli_lint_print_sarif(const struct lint *lint);

#endif
