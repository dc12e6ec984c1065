/* goto-bypass check, for people. */
#include "config.h"

#include <string.h>

#include "findings.h"

#define LABEL_WIDTH 12

static void print_heading(const char *text)
{
	printf("\n%s%s%s\n", cli_colour(CLI_BOLD), text, cli_colour(CLI_PLAIN));
}

static void print_field(const char *label, const char *value)
{
	char safe[CLI_WORDS_SIZE];

	printf("%-*s%s\n", LABEL_WIDTH, label, cli_safe(value, safe));
}

/* --- documents and tiers ----------------------------------------------- */

static void print_documents(const struct check *check)
{
	const struct gtb_catalog *catalog = gtb_ruleset_catalog(check->ruleset);
	char safe[CLI_WORDS_SIZE];

	print_heading("DOCUMENT          CHECKED     DAYS AGO  ENTRIES   ON  "
		      "STATUS   VERSION");
	for (size_t i = 0; i < catalog->count; i++) {
		const struct gtb_document *document = &catalog->documents[i];
		const struct check_count *count = &check->documents[i];

		printf("%-16s  %-10s  %8d  %7zu  %3zu  %-7s  %s\n",
		       document->id, document->checked,
		       gtb_catalog_age_days(document, check->today),
		       count->entries, count->on, document->status,
		       cli_safe(document->version, safe));
	}
}

static void print_tier(const struct check *check, enum gtb_tier tier)
{
	const struct gtb_policy *policy = gtb_ruleset_policy(check->ruleset);
	const struct check_count *count = &check->tiers[tier];
	const char *state = "on";
	char words[CLI_WORDS_SIZE] = "each its own";

	if (tier != GTB_TIER_OWN) {
		state = policy->tiers[tier].enabled ? "on" : "off";
		cli_bypass_words(policy->tiers[tier].bypass, words);
	}
	printf("%-16s  %-5s  %7zu  %3zu  %s\n", gtb_tier_word(tier), state,
	       count->entries, count->on, words);
}

static void print_tiers(const struct check *check)
{
	print_heading("TIER              STATE  ENTRIES   ON  BYPASS");
	for (int tier = 0; tier < GTB_TIER_COUNT; tier++)
		print_tier(check, (enum gtb_tier)tier);
	if (check->tiers[GTB_TIER_OWN].entries > 0)
		print_tier(check, GTB_TIER_OWN);
}

/* --- the policy -------------------------------------------------------- */

static void print_identities(const struct gtb_policy *policy)
{
	char words[CLI_WORDS_SIZE];

	if (policy->identities_count == 0)
		print_field("clients", "any");
	for (size_t i = 0; i < policy->identities_count; i++) {
		const struct gtb_policy_identity *id = &policy->identities[i];

		printf("%-*s%s: networks %zu, %s\n", LABEL_WIDTH,
		       i == 0 ? "clients" : "", id->name, id->clients_count,
		       cli_bypass_words(id->bypass, words));
	}
}

static void print_lists(const struct check *check)
{
	const struct gtb_policy *policy = gtb_ruleset_policy(check->ruleset);
	char safe[CLI_WORDS_SIZE];

	for (size_t i = 0; i < policy->lists_count; i++) {
		const struct gtb_policy_list *list = &policy->lists[i];

		printf("%-*s%s: %s %zu%s\n", LABEL_WIDTH, i == 0 ? "lists" : "",
		       cli_safe(list->file, safe),
		       list->kind == GTB_LIST_DST ? "networks" : "names",
		       cli_check_list_items(check, i),
		       list->exclude ? ", excluded" : "");
	}
}

static void print_policy(const struct check *check)
{
	const struct gtb_policy *policy = gtb_ruleset_policy(check->ruleset);
	char words[CLI_WORDS_SIZE];
	size_t excluded =
		policy->exclude_names_count + policy->exclude_networks_count;

	putchar('\n');
	print_field("TCP ports",
		    cli_port_words(check->ruleset, UINT64_MAX, words));
	print_identities(policy);
	if (excluded > 0)
		printf("%-*snames %zu, networks %zu\n", LABEL_WIDTH,
		       "exclusions", policy->exclude_names_count,
		       policy->exclude_networks_count);
	print_lists(check);
}

/* --- what to look at --------------------------------------------------- */

static void print_conflicts(const struct check *check)
{
	char text[CLI_WORDS_SIZE];

	if (check->conflicts_count == 0)
		return;
	print_heading("What the documents say differently (all of it stays; an "
		      "exact name beats a wildcard)");
	for (size_t i = 0; i < check->conflicts_count; i++)
		printf("  %s\n",
		       cli_check_conflict_text(&check->conflicts[i], text));
}

static void print_warnings(const struct check *check)
{
	const struct gtb_report *report = check->report;
	char line[GTB_REPORT_LINE_SIZE];

	if (report->count == 0)
		return;
	print_heading("Warnings");
	for (size_t i = 0; i < report->count; i++)
		printf("  %s\n",
		       gtb_report_line(&report->items[i], line, sizeof(line)));
	if (report->dropped > 0)
		printf("  and %zu more\n", report->dropped);
}

void cli_check_print(const struct check *check)
{
	print_field("policy", check->files.policy);
	print_field("catalog", check->files.catalog);
	print_field("digest", gtb_ruleset_digest(check->ruleset));
	print_documents(check);
	print_tiers(check);
	print_policy(check);
	print_conflicts(check);
	print_warnings(check);
	printf("\n%sfine%s: names %zu, networks %zu, warnings %zu\n",
	       cli_colour(CLI_GOOD), cli_colour(CLI_PLAIN),
	       gtb_ruleset_names_count(check->ruleset),
	       gtb_ruleset_networks_count(check->ruleset),
	       check->report->count + check->report->dropped);
}
