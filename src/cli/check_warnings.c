/* What an admin should look at, though nothing is wrong. */
#include "config.h"

#include <string.h>

#include "findings.h"

static const struct gtb_place whole = {0, 0};

static void warn_ages(struct check *check)
{
	const struct gtb_catalog *catalog = gtb_ruleset_catalog(check->ruleset);

	for (size_t i = 0; i < catalog->count; i++) {
		const struct gtb_document *document = &catalog->documents[i];
		int age = gtb_catalog_age_days(document, check->today);

		if (age > CHECK_STALE_DAYS)
			gtb_report_warning(check->report, document->path, whole,
					   "last compared with the vendor's "
					   "page %d days ago, on %s; look for "
					   "a newer catalog",
					   age, document->checked);
	}
}

static void warn_wide_network(struct check *check, const char *path,
			      struct gtb_place place, const char *network)
{
	struct gtb_net net;

	if (network == NULL || !cli_net(&net, network) ||
	    !gtb_net_is_wide(&net))
		return;
	gtb_report_warning(check->report, path, place,
			   "%s is very wide: "
			   "everything in it can bypass",
			   network);
}

static void warn_wide(struct check *check)
{
	const struct gtb_catalog *catalog = gtb_ruleset_catalog(check->ruleset);
	const struct gtb_policy *policy = gtb_ruleset_policy(check->ruleset);

	for (size_t i = 0; i < catalog->count; i++) {
		const struct gtb_document *d = &catalog->documents[i];

		for (size_t k = 0; k < d->entries_count; k++)
			warn_wide_network(check, d->path, d->entries[k].place,
					  d->entries[k].network);
	}
	for (size_t i = 0; i < policy->own_count; i++)
		warn_wide_network(check, policy->path, policy->own[i].place,
				  policy->own[i].network);
}

static void warn_legacy(struct check *check)
{
	const struct gtb_policy *policy = gtb_ruleset_policy(check->ruleset);
	size_t on = check->tiers[GTB_TIER_LEGACY].on;

	if (on > 0)
		gtb_report_warning(check->report, policy->path, whole,
				   "the tier \"legacy\" is on, entries of a "
				   "former time (%zu), some of which are not "
				   "GoTo's any more",
				   on);
}

static void warn_ports(struct check *check)
{
	const struct gtb_policy *policy = gtb_ruleset_policy(check->ruleset);
	size_t rules_count;
	const struct gtb_rule *rules =
		gtb_ruleset_rules(check->ruleset, &rules_count);
	size_t count;
	const uint16_t *ports = gtb_ruleset_ports(check->ruleset, &count);

	for (size_t i = 0; i < count; i++) {
		bool used = false;

		for (size_t k = 0; k < rules_count && !used; k++)
			used = rules[k].enabled && (rules[k].ports >> i & 1);
		if (!used)
			gtb_report_warning(check->report, policy->path, whole,
					   "no entry that is on lists TCP "
					   "port %u",
					   (unsigned int)ports[i]);
	}
}

/* --- identities -------------------------------------------------------- */

static bool is_everybody(const char *client)
{
	struct gtb_net net;

	return cli_net(&net, client) &&
	       (net.bits == 0 || (gtb_net_is_v4(&net) && net.bits == 96));
}

static void warn_identities(struct check *check)
{
	const struct gtb_policy *policy = gtb_ruleset_policy(check->ruleset);
	unsigned int granted = 0;

	for (size_t i = 0; i < policy->identities_count; i++) {
		const struct gtb_policy_identity *id = &policy->identities[i];

		granted |= id->bypass;
		for (size_t k = 0; k < id->clients_count; k++)
			if (is_everybody(id->clients[k]))
				gtb_report_warning(check->report, policy->path,
						   id->place,
						   "identity %s: "
						   "%s is everybody",
						   id->name, id->clients[k]);
	}
	if (policy->identities_count == 0)
		return;
	if ((granted & GTB_BYPASS_AUTH) == 0)
		gtb_report_warning(check->report, policy->path, whole,
				   "no identity has auth, so every client is "
				   "asked to log in");
	if ((granted & GTB_BYPASS_TLS) == 0)
		gtb_report_warning(check->report, policy->path, whole,
				   "no identity has tls, so everything is "
				   "inspected");
}

/* --- exclusions -------------------------------------------------------- */

struct exclusion {
	const char *name;
	struct gtb_net net;
	bool useful;
};

/* It excludes something when either covers the other. */
static int meet(void *context, const char *name, const struct gtb_net *net,
		const struct gtb_source *source)
{
	struct exclusion *e = context;

	if (!source->rule->enabled)
		return GTB_OK;
	if (e->name != NULL && name != NULL)
		e->useful = cli_name_covers(e->name, name) ||
			    cli_name_covers(name, e->name);
	else if (e->name == NULL && net != NULL)
		e->useful = gtb_net_covers(&e->net, net) ||
			    gtb_net_covers(net, &e->net);
	return e->useful ? GTB_E_INPUT : GTB_OK; /* enough: stop */
}

static void warn_exclusion(struct check *check, const char *name,
			   const char *network)
{
	const struct gtb_policy *policy = gtb_ruleset_policy(check->ruleset);
	struct exclusion e = {.name = name};

	if (name == NULL && !cli_net(&e.net, network))
		return;
	gtb_ruleset_walk(check->ruleset, meet, &e);
	if (!e.useful)
		gtb_report_warning(check->report, policy->path, whole,
				   "the exclusion %s excludes nothing: no "
				   "entry that is on has to do with it",
				   name != NULL ? name : network);
}

static void warn_exclusions(struct check *check)
{
	const struct gtb_policy *policy = gtb_ruleset_policy(check->ruleset);

	for (size_t i = 0; i < policy->exclude_names_count; i++)
		warn_exclusion(check, policy->exclude_names[i], NULL);
	for (size_t i = 0; i < policy->exclude_networks_count; i++)
		warn_exclusion(check, NULL, policy->exclude_networks[i]);
}

/* --- shared names ------------------------------------------------------ */

static const struct gtb_entry *find_shared(const struct gtb_catalog *catalog,
					   const char *name)
{
	for (size_t i = 0; i < catalog->count; i++) {
		const struct gtb_document *d = &catalog->documents[i];

		for (size_t k = 0; k < d->entries_count; k++)
			if (d->entries[k].shared &&
			    strcmp(d->entries[k].name, name) == 0)
				return &d->entries[k];
	}
	return NULL;
}

/* The shared wildcard of the catalog that may have been meant; NULL: none. */
static const char *near_shared(const struct gtb_catalog *catalog,
			       const char *name)
{
	const char *near = NULL;

	for (size_t i = 0; i < catalog->count && near == NULL; i++) {
		const struct gtb_document *d = &catalog->documents[i];

		for (size_t k = 0; k < d->entries_count && near == NULL; k++) {
			const char *word = d->entries[k].name;

			if (d->entries[k].shared)
				near = cli_near(name, &word, 1);
		}
	}
	return near;
}

static void warn_shared_name(struct check *check, const char *name)
{
	const struct gtb_catalog *catalog = gtb_ruleset_catalog(check->ruleset);
	const struct gtb_policy *policy = gtb_ruleset_policy(check->ruleset);
	const struct gtb_entry *entry = find_shared(catalog, name);
	const char *near = near_shared(catalog, name);

	if (entry == NULL)
		gtb_report_warning(check->report, policy->path, whole,
				   "shared: no shared entry of the catalog is "
				   "%s%s%s%s",
				   name, near != NULL ? "; did you mean " : "",
				   near != NULL ? near : "",
				   near != NULL ? "?" : "");
	else if (!policy->tiers[entry->tier].enabled)
		gtb_report_warning(check->report, policy->path, whole,
				   "shared: %s does nothing while its tier "
				   "\"%s\" is off",
				   name, gtb_tier_word(entry->tier));
}

static void warn_shared(struct check *check)
{
	const struct gtb_policy *policy = gtb_ruleset_policy(check->ruleset);

	for (size_t i = 0; i < policy->shared_count; i++)
		warn_shared_name(check, policy->shared[i]);
}

/* --- in doubt ---------------------------------------------------------- */

void cli_warn_name_only(const struct gtb_ruleset *ruleset,
			struct gtb_report *report)
{
	const struct gtb_policy *policy = gtb_ruleset_policy(ruleset);

	if (policy->name_only == GTB_DOUBT_REFUSE)
		gtb_report_warning(report, policy->path, whole,
				   "name-only: refuse holds on intercepted "
				   "ports alone: on an explicit port names in "
				   "shared clouds still pass; exclude.names "
				   "takes names away on every port");
}

/* --- lists ------------------------------------------------------------- */

static void warn_lists(struct check *check)
{
	const struct gtb_policy *policy = gtb_ruleset_policy(check->ruleset);

	for (size_t i = 0; i < policy->lists_count; i++)
		if (cli_check_list_items(check, i) == 0)
			gtb_report_warning(check->report, policy->path,
					   policy->lists[i].place,
					   "the list %s is empty",
					   policy->lists[i].file);
}

void cli_check_warn(struct check *check)
{
	warn_ages(check);
	warn_wide(check);
	warn_legacy(check);
	warn_ports(check);
	warn_identities(check);
	warn_exclusions(check);
	warn_shared(check);
	cli_warn_name_only(check->ruleset, check->report);
	cli_warn_modes(check->ruleset, check->report);
	warn_lists(check);
}
