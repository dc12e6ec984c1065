/* goto-bypass check, for programs. */
#include "config.h"

#include "findings.h"
#include "json.h"

static json_t *count_json(size_t count)
{
	return json_integer((json_int_t)count);
}

static json_t *item_json(const struct gtb_report_item *item)
{
	json_t *json = json_object();

	cli_json_set(&json, "source", cli_json_safe(item->source));
	cli_json_set(&json, "line", json_integer(item->place.line));
	cli_json_set(&json, "column", json_integer(item->place.column));
	cli_json_set(&json, "message", cli_json_safe(item->message));
	return json;
}

/* The report's items of one level. */
static json_t *items_json(const struct gtb_report *report, enum gtb_level level)
{
	json_t *array = json_array();

	for (size_t i = 0; i < report->count; i++)
		if (report->items[i].level == level)
			cli_json_append(&array, item_json(&report->items[i]));
	return array;
}

/* --- the catalog ------------------------------------------------------- */

static json_t *document_json(const struct gtb_document *document,
			     const struct check_count *count, int age_days)
{
	json_t *json = json_object();

	cli_json_set(&json, "id", cli_json_safe(document->id));
	cli_json_set(&json, "title", cli_json_safe(document->title));
	cli_json_set(&json, "version", cli_json_safe(document->version));
	cli_json_set(&json, "checked", cli_json_safe(document->checked));
	cli_json_set(&json, "age_days", json_integer(age_days));
	cli_json_set(&json, "status", cli_json_safe(document->status));
	cli_json_set(&json, "entries", count_json(count->entries));
	cli_json_set(&json, "on", count_json(count->on));
	return json;
}

static json_t *documents_json(const struct check *check)
{
	const struct gtb_catalog *catalog = gtb_ruleset_catalog(check->ruleset);
	json_t *array = json_array();

	for (size_t i = 0; i < catalog->count; i++) {
		const struct gtb_document *document = &catalog->documents[i];
		int age = gtb_catalog_age_days(document, check->today);

		cli_json_append(
			&array,
			document_json(document, &check->documents[i], age));
	}
	return array;
}

static json_t *reference_json(const struct gtb_document *document,
			      const struct gtb_entry *entry)
{
	json_t *json = json_object();

	cli_json_set(&json, "document", cli_json_safe(document->id));
	cli_json_set(&json, "row", cli_json_safe(entry->row));
	return json;
}

static json_t *conflict_json(const struct check_conflict *conflict)
{
	char text[CLI_WORDS_SIZE];
	json_t *between = json_array();
	json_t *json = json_object();

	cli_check_conflict_text(conflict, text);
	cli_json_append(&between,
			reference_json(conflict->a_document, conflict->a));
	cli_json_append(&between,
			reference_json(conflict->b_document, conflict->b));
	cli_json_set(&json, "kind",
		     json_string(cli_check_kind_word(conflict->kind)));
	cli_json_set(&json, "text", cli_json_safe(text));
	cli_json_set(&json, "between", between);
	return json;
}

static json_t *conflicts_json(const struct check *check)
{
	json_t *array = json_array();

	for (size_t i = 0; i < check->conflicts_count; i++)
		cli_json_append(&array, conflict_json(&check->conflicts[i]));
	return array;
}

/* --- the policy -------------------------------------------------------- */

static json_t *bypass_json(unsigned int bypass)
{
	json_t *json = json_object();

	cli_json_set(&json, "auth",
		     json_boolean((bypass & GTB_BYPASS_AUTH) != 0));
	cli_json_set(&json, "tls",
		     json_boolean((bypass & GTB_BYPASS_TLS) != 0));
	return json;
}

/* The policy's own entries each have their own bypass: null. */
static json_t *tier_json(const struct check *check, enum gtb_tier tier)
{
	const struct gtb_policy *policy = gtb_ruleset_policy(check->ruleset);
	const struct check_count *count = &check->tiers[tier];
	json_t *json = json_object();
	bool own = tier == GTB_TIER_OWN;

	cli_json_set(&json, "tier", json_string(gtb_tier_word(tier)));
	cli_json_set(&json, "enabled",
		     json_boolean(own || policy->tiers[tier].enabled));
	cli_json_set(&json, "bypass",
		     own ? json_null()
			 : bypass_json(policy->tiers[tier].bypass));
	cli_json_set(&json, "entries", count_json(count->entries));
	cli_json_set(&json, "on", count_json(count->on));
	return json;
}

static json_t *tiers_json(const struct check *check)
{
	json_t *array = json_array();

	for (int i = 0; i <= GTB_TIER_COUNT; i++)
		cli_json_append(&array, tier_json(check, (enum gtb_tier)i));
	return array;
}

static json_t *strings_json(char *const *strings, size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++)
		cli_json_append(&array, cli_json_safe(strings[i]));
	return array;
}

static json_t *identities_json(const struct gtb_policy *policy)
{
	json_t *array = json_array();

	for (size_t i = 0; i < policy->identities_count; i++) {
		const struct gtb_policy_identity *id = &policy->identities[i];
		json_t *json = json_object();

		cli_json_set(&json, "name", cli_json_safe(id->name));
		cli_json_set(&json, "clients",
			     strings_json(id->clients, id->clients_count));
		cli_json_set(&json, "bypass", bypass_json(id->bypass));
		cli_json_append(&array, json);
	}
	return array;
}

static json_t *exclusions_json(const struct gtb_policy *policy)
{
	json_t *json = json_object();

	cli_json_set(&json, "names",
		     strings_json(policy->exclude_names,
				  policy->exclude_names_count));
	cli_json_set(&json, "networks",
		     strings_json(policy->exclude_networks,
				  policy->exclude_networks_count));
	return json;
}

static json_t *lists_json(const struct check *check)
{
	const struct gtb_policy *policy = gtb_ruleset_policy(check->ruleset);
	json_t *array = json_array();

	for (size_t i = 0; i < policy->lists_count; i++) {
		const struct gtb_policy_list *list = &policy->lists[i];
		json_t *json = json_object();

		cli_json_set(&json, "file", cli_json_safe(list->file));
		cli_json_set(&json, "exclude", json_boolean(list->exclude));
		cli_json_set(&json, "items",
			     count_json(cli_check_list_items(check, i)));
		cli_json_append(&array, json);
	}
	return array;
}

/* --- all of it --------------------------------------------------------- */

int cli_check_print_json(const struct check *check)
{
	const struct gtb_ruleset *ruleset = check->ruleset;
	const struct gtb_policy *policy = gtb_ruleset_policy(ruleset);
	json_t *json = json_object();

	cli_json_set(&json, "ok", json_true());
	cli_json_set(&json, "policy", cli_json_safe(check->files.policy));
	cli_json_set(&json, "catalog", cli_json_safe(check->files.catalog));
	cli_json_set(&json, "digest", json_string(gtb_ruleset_digest(ruleset)));
	cli_json_set(&json, "names",
		     count_json(gtb_ruleset_names_count(ruleset)));
	cli_json_set(&json, "networks",
		     count_json(gtb_ruleset_networks_count(ruleset)));
	cli_json_set(&json, "ports", cli_json_ports(ruleset, UINT64_MAX));
	cli_json_set(&json, "documents", documents_json(check));
	cli_json_set(&json, "tiers", tiers_json(check));
	cli_json_set(&json, "identities", identities_json(policy));
	cli_json_set(&json, "exclusions", exclusions_json(policy));
	cli_json_set(&json, "lists", lists_json(check));
	cli_json_set(&json, "conflicts", conflicts_json(check));
	cli_json_set(&json, "warnings",
		     items_json(check->report, GTB_LEVEL_WARNING));
	return cli_json_print(json);
}

int cli_check_print_json_errors(const struct gtb_report *report)
{
	json_t *json = json_object();

	cli_json_set(&json, "ok", json_false());
	cli_json_set(&json, "errors", items_json(report, GTB_LEVEL_ERROR));
	cli_json_set(&json, "warnings", items_json(report, GTB_LEVEL_WARNING));
	return cli_json_print(json);
}
