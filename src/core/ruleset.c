/* Compiling catalog and policy; the contract is in gtb/ruleset.h. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "gtb/ruleset.h"

#include "rules.h"

static const struct gtb_place whole_file = {0, 0};

bool gtb_rule_hosted_near(const struct gtb_rule *rule,
			  const struct gtb_policy *policy)
{
	return rule->hosting == GTB_HOSTING_GOTO &&
	       policy->destination_mismatch == GTB_DOUBT_REFUSE;
}

bool gtb_rule_needs_network(const struct gtb_rule *rule,
			    const struct gtb_policy *policy)
{
	return gtb_rule_hosted_near(rule, policy) ||
	       policy->name_only == GTB_DOUBT_REFUSE;
}

uint64_t gtb_ruleset_port_bit(const struct gtb_ruleset *ruleset, uint16_t port)
{
	for (size_t i = 0; i < ruleset->ports_count; i++)
		if (ruleset->ports[i] == port)
			return 1ULL << i;
	return 0;
}

/* --- ports ------------------------------------------------------------- */

static int add_ports(struct gtb_compiler *c, const uint16_t *ports, size_t count)
{
	struct gtb_ruleset *r = c->ruleset;

	for (size_t i = 0; i < count; i++) {
		if (gtb_ruleset_port_bit(r, ports[i]) != 0)
			continue;
		if (r->ports_count == GTB_RULESET_PORTS_MAX) {
			gtb_report_error(c->report, r->policy->path,
					 whole_file,
					 "more than %d different TCP ports; "
					 "use fewer", GTB_RULESET_PORTS_MAX);
			return GTB_E_INPUT;
		}
		r->ports[r->ports_count++] = ports[i];
	}
	return GTB_OK;
}

/* --- all of it --------------------------------------------------------- */

/* Keep the graver of two results: memory, then the system, then the input. */
static void keep_graver(int *rc, int other)
{
	if (other < *rc)
		*rc = other;
}

static size_t count_rules(const struct gtb_ruleset *r)
{
	const struct gtb_policy *p = r->policy;
	size_t count = p->own_count + p->lists_count +
		       p->exclude_names_count + p->exclude_networks_count;

	for (size_t i = 0; i < r->catalog->count; i++)
		count += r->catalog->documents[i].entries_count;
	return count;
}

static int prepare(struct gtb_compiler *c)
{
	struct gtb_ruleset *r = c->ruleset;
	const struct gtb_policy *p = r->policy;
	size_t rules = count_rules(r);

	r->rules = calloc(rules + 1, sizeof(*r->rules));
	r->strings = calloc(rules + 1, sizeof(*r->strings));
	c->digests = calloc(r->catalog->count + p->lists_count + 1,
			    GTB_DIGEST_SIZE);
	if (r->rules == NULL || r->strings == NULL || c->digests == NULL)
		return GTB_E_NOMEM;
	return gtb_names_init(&r->names);
}

static int compile_ports(struct gtb_compiler *c)
{
	const struct gtb_policy *p = c->ruleset->policy;
	int rc = add_ports(c, p->ports, p->ports_count);

	for (size_t i = 0; i < p->own_count && rc == GTB_OK; i++)
		rc = add_ports(c, p->own[i].ports, p->own[i].ports_count);
	for (size_t i = 0; i < p->lists_count && rc == GTB_OK; i++)
		rc = add_ports(c, p->lists[i].ports, p->lists[i].ports_count);
	c->ruleset->https = gtb_ruleset_port_bit(c->ruleset, 443);
	return rc;
}

static int compile_documents(struct gtb_compiler *c)
{
	struct gtb_ruleset *r = c->ruleset;
	int rc = GTB_OK;

	for (size_t i = 0; i < r->catalog->count; i++) {
		const struct gtb_document *document =
			&r->catalog->documents[i];

		gtb_rules_add_digest(c, document->digest);
		for (size_t k = 0; k < document->entries_count; k++)
			keep_graver(&rc, gtb_rules_add_entry(r, document,
						   &document->entries[k]));
	}
	return rc;
}

static int compile_policy(struct gtb_compiler *c)
{
	struct gtb_ruleset *r = c->ruleset;
	const struct gtb_policy *p = r->policy;
	int rc = GTB_OK;

	gtb_rules_add_digest(c, p->digest);
	for (size_t i = 0; i < p->own_count; i++)
		keep_graver(&rc, gtb_rules_add_own(r, &p->own[i]));
	for (size_t i = 0; i < p->exclude_names_count; i++)
		keep_graver(&rc, gtb_rules_add_exclusion(r, p->exclude_names[i], NULL,
					       i + 1));
	for (size_t i = 0; i < p->exclude_networks_count; i++)
		keep_graver(&rc, gtb_rules_add_exclusion(r, NULL,
					       p->exclude_networks[i], i + 1));
	for (size_t i = 0; i < p->lists_count; i++)
		keep_graver(&rc, gtb_rules_add_list(c, &p->lists[i]));
	return rc;
}

static int compile_clients(struct gtb_ruleset *r)
{
	const struct gtb_policy *p = r->policy;

	for (size_t i = 0; i < p->identities_count; i++) {
		const struct gtb_policy_identity *identity =
			&p->identities[i];

		for (size_t k = 0; k < identity->clients_count; k++) {
			const char *text = identity->clients[k];
			struct gtb_net net;
			int rc;

			if (gtb_net_parse(&net, text, strlen(text)) !=
			    GTB_NET_OK)
				return GTB_E_INPUT;
			rc = gtb_nets_add(&r->clients, &net, (uint32_t)i, 0);
			if (rc != GTB_OK)
				return rc;
		}
	}
	return gtb_nets_build(&r->clients);
}

static int compile_all(struct gtb_compiler *c)
{
	int rc = prepare(c);

	if (rc == GTB_OK)
		rc = compile_ports(c);
	if (rc == GTB_OK)
		rc = compile_documents(c);
	if (rc == GTB_OK)
		rc = compile_policy(c);
	if (rc == GTB_OK)
		rc = compile_clients(c->ruleset);
	if (rc == GTB_OK)
		rc = gtb_nets_build(&c->ruleset->nets);
	if (rc == GTB_OK)
		rc = gtb_names_build(&c->ruleset->names);
	if (rc == GTB_OK)
		gtb_digest_hex(c->digests, c->digests_len,
			       c->ruleset->digest);
	return rc;
}

int gtb_ruleset_compile(struct gtb_catalog *catalog, struct gtb_policy *policy,
			struct gtb_watch *watch, struct gtb_ruleset **ruleset,
			struct gtb_report *report)
{
	struct gtb_compiler c = {calloc(1, sizeof(**ruleset)), watch, report, NULL,
			     0};
	int rc = GTB_E_NOMEM;

	*ruleset = NULL;
	if (c.ruleset == NULL) {
		gtb_catalog_free(catalog);
		gtb_policy_free(policy);
	} else {
		c.ruleset->catalog = catalog;
		c.ruleset->policy = policy;
		rc = compile_all(&c);
	}
	free(c.digests);
	if (rc == GTB_E_NOMEM)
		gtb_report_error(report, "ruleset", whole_file,
				 "memory ran out");
	if (rc != GTB_OK) {
		gtb_ruleset_free(c.ruleset);
		return rc;
	}
	*ruleset = c.ruleset;
	return GTB_OK;
}

int gtb_ruleset_load(const char *policy_path, const char *catalog_folder,
		     struct gtb_watch *watch, struct gtb_ruleset **ruleset,
		     struct gtb_report *report)
{
	struct gtb_catalog *catalog = NULL;
	struct gtb_policy *policy = NULL;
	int rc;

	*ruleset = NULL;
	gtb_watch_add(watch, policy_path);
	gtb_watch_add_folder(watch, catalog_folder, ".yaml");
	rc = gtb_policy_load(policy_path, &policy, report);
	keep_graver(&rc, gtb_catalog_load(catalog_folder, &catalog, report));
	if (rc == GTB_OK)
		return gtb_ruleset_compile(catalog, policy, watch, ruleset,
					   report);
	gtb_catalog_free(catalog);
	gtb_policy_free(policy);
	return rc;
}

void gtb_ruleset_free(struct gtb_ruleset *ruleset)
{
	if (ruleset == NULL)
		return;
	gtb_names_fini(&ruleset->names);
	gtb_nets_fini(&ruleset->nets);
	gtb_nets_fini(&ruleset->clients);
	for (size_t i = 0; i < ruleset->strings_count; i++)
		free(ruleset->strings[i]);
	free(ruleset->strings);
	free(ruleset->rules);
	gtb_catalog_free(ruleset->catalog);
	gtb_policy_free(ruleset->policy);
	free(ruleset);
}
