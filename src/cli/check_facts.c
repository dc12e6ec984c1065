/* What goto-bypass check counts, and what it compares. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "findings.h"

/* --- counting ---------------------------------------------------------- */

static int count_item(void *context, const char *name,
		      const struct gtb_net *net,
		      const struct gtb_source *source)
{
	struct check *check = context;
	size_t count;
	const struct gtb_rule *rules =
		gtb_ruleset_rules(check->ruleset, &count);

	check->rule_items[source->rule - rules]++;
	if (source->rule->enabled &&
	    cli_excluded_covers(&check->excluded, name, net))
		check->rule_excluded[source->rule - rules]++;
	return GTB_OK;
}

static void count_rule(struct check *check, const struct gtb_rule *rule,
		       size_t items, size_t on)
{
	const struct gtb_catalog *catalog = gtb_ruleset_catalog(check->ruleset);

	if (rule->excludes)
		return;
	check->tiers[rule->tier].entries += items;
	check->tiers[rule->tier].on += on;
	for (size_t i = 0; i < catalog->count; i++) {
		if (strcmp(catalog->documents[i].id, rule->document) != 0)
			continue;
		check->documents[i].entries += items;
		check->documents[i].on += on;
	}
}

int cli_check_count(struct check *check)
{
	size_t documents = gtb_ruleset_catalog(check->ruleset)->count;
	size_t count;
	const struct gtb_rule *rules =
		gtb_ruleset_rules(check->ruleset, &count);

	check->documents = calloc(documents + 1, sizeof(check->documents[0]));
	check->rule_items = calloc(count + 1, sizeof(check->rule_items[0]));
	check->rule_excluded =
		calloc(count + 1, sizeof(check->rule_excluded[0]));
	if (check->documents == NULL || check->rule_items == NULL ||
	    check->rule_excluded == NULL ||
	    cli_excluded_init(&check->excluded, check->ruleset) != GTB_OK)
		return GTB_E_NOMEM;
	gtb_ruleset_walk(check->ruleset, count_item, check);
	for (size_t i = 0; i < count; i++) {
		size_t items = check->rule_items[i];

		count_rule(check, &rules[i], items,
			   rules[i].enabled ? items - check->rule_excluded[i]
					    : 0);
	}
	return GTB_OK;
}

/* The policy's lists and the rules made of them have the same order. */
size_t cli_check_list_items(const struct check *check, size_t list)
{
	size_t count;
	const struct gtb_rule *rules =
		gtb_ruleset_rules(check->ruleset, &count);
	size_t seen = 0;

	for (size_t i = 0; i < count; i++)
		if (strcmp(rules[i].document, "list") == 0 && seen++ == list)
			return check->rule_items[i];
	return 0;
}

/* --- comparing --------------------------------------------------------- */

static int keep(struct check *check, const struct check_conflict *conflict)
{
	struct check_conflict *conflicts =
		reallocarray(check->conflicts, check->conflicts_count + 1,
			     sizeof(check->conflicts[0]));

	if (conflicts == NULL)
		return GTB_E_NOMEM;
	check->conflicts = conflicts;
	conflicts[check->conflicts_count++] = *conflict;
	return GTB_OK;
}

/* What a document does not say cannot differ. */
static bool lives_elsewhere(const struct gtb_entry *a,
			    const struct gtb_entry *b)
{
	return a->hosting != 0 && b->hosting != 0 && a->hosting != b->hosting;
}

/* A pair of the same name or network, looked at once. */
static int compare_same(struct check *check, struct check_conflict *pair)
{
	int rc = GTB_OK;

	if (lives_elsewhere(pair->a, pair->b)) {
		pair->kind = CHECK_HOSTING;
		rc = keep(check, pair);
	}
	if (rc == GTB_OK && pair->a->tier != pair->b->tier) {
		pair->kind = CHECK_TIER;
		rc = keep(check, pair);
	}
	return rc;
}

/* A pair in which b may cover a, looked at both ways round. */
static int compare_covering(struct check *check, struct check_conflict *pair)
{
	struct gtb_net a;
	struct gtb_net b;

	if (pair->a->name != NULL && pair->b->name != NULL) {
		pair->kind = CHECK_WILDCARD;
		if (cli_name_covers(pair->b->name, pair->a->name) &&
		    lives_elsewhere(pair->a, pair->b))
			return keep(check, pair);
		return GTB_OK;
	}
	if (pair->a_document == pair->b_document || pair->a->name != NULL ||
	    pair->b->name != NULL || !cli_net(&a, pair->a->network) ||
	    !cli_net(&b, pair->b->network) || !gtb_net_covers(&b, &a))
		return GTB_OK;
	pair->kind = CHECK_NETWORK;
	return keep(check, pair);
}

static const char *entry_text(const struct gtb_entry *entry)
{
	return entry->name != NULL ? entry->name : entry->network;
}

static int compare_pair(struct check *check, struct check_conflict *pair)
{
	if (strcmp(entry_text(pair->a), entry_text(pair->b)) != 0)
		return compare_covering(check, pair);
	/* The same text comes twice, as (a, b) and (b, a), or with itself. */
	if (pair->a >= pair->b && pair->a_document == pair->b_document)
		return GTB_OK;
	if (pair->a_document > pair->b_document)
		return GTB_OK;
	return compare_same(check, pair);
}

static int compare_entry(struct check *check, struct check_conflict *pair)
{
	const struct gtb_catalog *catalog = gtb_ruleset_catalog(check->ruleset);
	int rc = GTB_OK;

	for (size_t d = 0; d < catalog->count; d++) {
		pair->b_document = &catalog->documents[d];
		for (size_t i = 0;
		     i < pair->b_document->entries_count && rc == GTB_OK; i++) {
			pair->b = &pair->b_document->entries[i];
			rc = compare_pair(check, pair);
		}
	}
	return rc;
}

int cli_check_compare(struct check *check)
{
	const struct gtb_catalog *catalog = gtb_ruleset_catalog(check->ruleset);
	int rc = GTB_OK;

	for (size_t d = 0; d < catalog->count; d++) {
		const struct gtb_document *document = &catalog->documents[d];

		for (size_t i = 0; i < document->entries_count && rc == GTB_OK;
		     i++) {
			struct check_conflict pair = {
				.a_document = document,
				.a = &document->entries[i],
			};

			rc = compare_entry(check, &pair);
		}
	}
	return rc;
}

void cli_check_fini(struct check *check)
{
	free(check->documents);
	free(check->rule_items);
	free(check->rule_excluded);
	cli_excluded_fini(&check->excluded);
	free(check->conflicts);
}

/* --- in words ---------------------------------------------------------- */

const char *cli_check_kind_word(enum check_conflict_kind kind)
{
	static const char *const words[] = {
		[CHECK_HOSTING] = "hosting",
		[CHECK_TIER] = "tier",
		[CHECK_WILDCARD] = "wildcard",
		[CHECK_NETWORK] = "network",
	};

	return words[kind];
}

/* Texts of the catalog are of letters that need no care: names, networks,
 * ids and rows. */
const char *cli_check_conflict_text(const struct check_conflict *c,
				    char buffer[CLI_WORDS_SIZE])
{
	const char *a = entry_text(c->a);
	const char *b = entry_text(c->b);
	char a_hosting[CLI_WORDS_SIZE];
	char b_hosting[CLI_WORDS_SIZE];

	cli_hosting_words(c->a->hosting, a_hosting);
	cli_hosting_words(c->b->hosting, b_hosting);
	switch (c->kind) {
	case CHECK_HOSTING:
		snprintf(buffer, CLI_WORDS_SIZE,
			 "%s lives in: %.64s (%s:%s), %.64s (%s:%s)", a,
			 a_hosting, c->a_document->id, c->a->row, b_hosting,
			 c->b_document->id, c->b->row);
		break;
	case CHECK_TIER:
		snprintf(buffer, CLI_WORDS_SIZE,
			 "%s is: %s (%s:%s), %s (%s:%s)", a,
			 gtb_tier_word(c->a->tier), c->a_document->id,
			 c->a->row, gtb_tier_word(c->b->tier),
			 c->b_document->id, c->b->row);
		break;
	case CHECK_WILDCARD:
		snprintf(buffer, CLI_WORDS_SIZE,
			 "%s lives in: %.64s (%s:%s), but %s in: %.64s (%s:%s)",
			 a, a_hosting, c->a_document->id, c->a->row, b,
			 b_hosting, c->b_document->id, c->b->row);
		break;
	case CHECK_NETWORK:
		snprintf(buffer, CLI_WORDS_SIZE,
			 "%s (%s:%s) is inside %s "
			 "(%s:%s)",
			 a, c->a_document->id, c->a->row, b, c->b_document->id,
			 c->b->row);
		break;
	}
	return buffer;
}
