/* What the decision would be with other keys in the policy. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "why.h"

struct why_key cli_why_key(const struct gtb_verdict *v)
{
	const struct gtb_rule *rule = v->source.rule;
	struct why_key key = {.reason = v->reason};

	if (rule == NULL)
		return key;
	key.tier = rule->tier;
	key.products = rule->products;
	key.network = rule->network;
	snprintf(key.row, sizeof(key.row), "%s", rule->row);
	if (rule->text != NULL)
		snprintf(key.text, sizeof(key.text), "%s", rule->text);
	return key;
}

/* --- one key, in a policy just loaded ---------------------------------- */

static bool add_port(struct gtb_policy *policy, uint16_t port)
{
	uint16_t *ports = reallocarray(policy->ports, policy->ports_count + 1,
				       sizeof(*ports));

	if (ports == NULL)
		return false;
	ports[policy->ports_count++] = port;
	policy->ports = ports;
	return true;
}

static bool add_shared(struct gtb_policy *policy, const char *text)
{
	char **shared = reallocarray(policy->shared, policy->shared_count + 1,
				     sizeof(*shared));

	if (shared == NULL)
		return false;
	policy->shared = shared;
	shared[policy->shared_count] = strdup(text);
	if (shared[policy->shared_count] == NULL)
		return false;
	policy->shared_count++;
	return true;
}

/* False: it is not there, as of a list. */
static bool take_out(char **texts, size_t *count, const char *text)
{
	for (size_t i = 0; i < *count; i++) {
		if (strcmp(texts[i], text) != 0)
			continue;
		free(texts[i]);
		texts[i] = texts[--*count];
		return true;
	}
	return false;
}

static bool grant(struct gtb_policy *policy, const struct why_key *key,
		  unsigned int verdicts)
{
	if (key->tier != GTB_TIER_OWN) {
		policy->tiers[key->tier].bypass |= (uint8_t)verdicts;
		return true;
	}
	for (size_t i = 0; i < policy->own_count; i++) {
		if (strcmp(policy->own[i].row, key->row) != 0)
			continue;
		policy->own[i].bypass |= (uint8_t)verdicts;
		return true;
	}
	return false;
}

/* As good as an identity more: the request comes from one that is there. */
static bool serve_client(struct gtb_policy *policy, struct gtb_query *query,
			 unsigned int verdicts)
{
	struct gtb_policy_identity *identity = policy->identities;
	char *client;

	if (policy->identities_count == 0 || identity->clients_count == 0)
		return false;
	identity->bypass |= (uint8_t)verdicts;
	client = identity->clients[0];
	query->client.ptr = client;
	query->client.len = strcspn(client, "/");
	return true;
}

static bool change(struct gtb_policy *policy, const struct why *why,
		   const struct why_key *key, unsigned int verdicts,
		   struct gtb_query *query)
{
	switch (key->reason) {
	case GTB_REASON_PORT:
		return add_port(policy, why->port);
	case GTB_REASON_TIER_OFF:
		policy->tiers[key->tier].enabled = true;
		return true;
	case GTB_REASON_PRODUCT_OFF:
		policy->products |= key->products;
		return true;
	case GTB_REASON_SHARED_OFF:
		return add_shared(policy, key->text);
	case GTB_REASON_NOT_GRANTED:
		return grant(policy, key, verdicts);
	case GTB_REASON_EXCLUDED:
		if (key->network)
			return take_out(policy->exclude_networks,
					&policy->exclude_networks_count,
					key->text);
		return take_out(policy->exclude_names,
				&policy->exclude_names_count, key->text);
	case GTB_REASON_CLIENT:
		return serve_client(policy, query, verdicts);
	case GTB_REASON_NAME_ONLY:
		policy->name_only = GTB_DOUBT_BYPASS;
		return true;
	case GTB_REASON_DESTINATION_MISMATCH:
		policy->destination_mismatch = GTB_DOUBT_BYPASS;
		return true;
	default:
		return false;
	}
}

/* --- all of them -------------------------------------------------------- */

static bool change_all(struct gtb_policy *policy, const struct why *why,
		       const struct why_keys *keys, struct gtb_query *query)
{
	for (size_t i = 0; i < keys->count; i++)
		if (!change(policy, why, &keys->keys[i], keys->verdicts, query))
			return false;
	return true;
}

static struct gtb_ruleset *compile(const struct why *why,
				   const struct why_keys *keys,
				   struct gtb_query *query)
{
	struct gtb_ruleset *ruleset = NULL;
	struct gtb_catalog *catalog = NULL;
	struct gtb_policy *policy = NULL;

	if (gtb_catalog_load(why->files.catalog, &catalog, NULL) == GTB_OK &&
	    gtb_policy_load(why->files.policy, &policy, NULL) == GTB_OK &&
	    change_all(policy, why, keys, query)) {
		gtb_ruleset_compile(catalog, policy, NULL, &ruleset, NULL);
		return ruleset; /* which has taken both */
	}
	gtb_catalog_free(catalog);
	gtb_policy_free(policy);
	return NULL;
}

bool cli_why_try(const struct why *why, const struct why_keys *keys,
		 struct gtb_ruleset **ruleset, struct gtb_decision *decision)
{
	struct gtb_query query = why->query;

	*ruleset = compile(why, keys, &query);
	if (*ruleset == NULL)
		return false;
	gtb_decide(*ruleset, &query, decision);
	return true;
}
