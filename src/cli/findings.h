/*
 * findings: what goto-bypass check finds out, before it is printed as text or
 * JSON.
 */
#ifndef GTB_CLI_FINDINGS_H
#define GTB_CLI_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "gtb/catalog.h"
#include "gtb/report.h"
#include "gtb/ruleset.h"

#include "cli.h"
#include "excluded.h"

#define CHECK_STALE_DAYS 180 /* a document not compared for longer */

struct check_count {
	size_t entries;
	size_t on;
};

/* Two entries that do not say the same; neither is right by rule. */
struct check_conflict {
	enum check_conflict_kind {
		CHECK_HOSTING,	/* one name, two places it lives */
		CHECK_TIER,	/* one name or network, two tiers */
		CHECK_WILDCARD, /* b covers a, and they live elsewhere */
		CHECK_NETWORK	/* b covers a, in another document */
	} kind;
	const struct gtb_document *a_document;
	const struct gtb_entry *a;
	const struct gtb_document *b_document;
	const struct gtb_entry *b;
};

struct check {
	struct cli_files files;
	bool json;
	bool digest;
	const char *today; /* "YYYY-MM-DD" */
	const struct gtb_ruleset *ruleset;
	struct gtb_report *report;     /* warnings are added */
	struct check_count *documents; /* as in the catalog */
	struct check_count tiers[GTB_TIER_COUNT + 1];
	size_t *rule_items;    /* names and networks of each rule */
	size_t *rule_excluded; /* those of them that an exclusion covers */
	struct cli_excluded excluded;
	struct check_conflict *conflicts;
	size_t conflicts_count;
};

/* Count and compare. GTB_OK or GTB_E_NOMEM; check_fini() frees either way. */
int cli_check_count(struct check *check);
int cli_check_compare(struct check *check);

/* Names or networks of the policy's list number list, from 0. */
size_t cli_check_list_items(const struct check *check, size_t list);

/* Add warnings to the report. */
void cli_check_warn(struct check *check);

void cli_check_fini(struct check *check);

/* "hosting", "tier", "wildcard" or "network". */
const char *cli_check_kind_word(enum check_conflict_kind kind);

/* A conflict in words, cut at CLI_WORDS_SIZE. Returns buffer. */
const char *cli_check_conflict_text(const struct check_conflict *conflict,
				    char buffer[CLI_WORDS_SIZE]);

void cli_check_print(const struct check *check);
int cli_check_print_json(const struct check *check);

/* {"ok": false, "errors": [...], "warnings": [...]} */
int cli_check_print_json_errors(const struct gtb_report *report);

#endif
