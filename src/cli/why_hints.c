/* Which keys of the policy would change a verdict. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "why.h"

/* The products that need an entry, as alternatives. */
static void hint_products(const struct gtb_rule *rule,
			  char buffer[WHY_HINT_SIZE])
{
	size_t len = 0;

	for (unsigned int i = 0; i < GTB_PRODUCT_BITS; i++) {
		enum gtb_product bit = (enum gtb_product)(1u << i);

		if ((rule->products & bit) == 0)
			continue;
		snprintf(buffer + len, WHY_HINT_SIZE - len,
			 "%sproducts.%s: true", len > 0 ? " or " : "",
			 gtb_product_word(bit));
		len = strlen(buffer);
	}
}

/* Add the request's port to a policy just loaded. */
static int add_port(struct gtb_policy *policy, uint16_t port)
{
	uint16_t *ports = realloc(policy->ports,
				  (policy->ports_count + 1) * sizeof(*ports));

	if (ports == NULL)
		return GTB_E_NOMEM;
	ports[policy->ports_count++] = port;
	policy->ports = ports;
	return GTB_OK;
}

/* The same files, and the port in the policy's ports; NULL: cannot be. */
static struct gtb_ruleset *with_port(const struct why *why)
{
	struct gtb_ruleset *ruleset = NULL;
	struct gtb_catalog *catalog = NULL;
	struct gtb_policy *policy = NULL;

	if (gtb_catalog_load(why->files.catalog, &catalog, NULL) == GTB_OK &&
	    gtb_policy_load(why->files.policy, &policy, NULL) == GTB_OK &&
	    add_port(policy, why->port) == GTB_OK) {
		gtb_ruleset_compile(catalog, policy, NULL, &ruleset, NULL);
		return ruleset; /* which has taken both */
	}
	gtb_catalog_free(catalog);
	gtb_policy_free(policy);
	return NULL;
}

/*
 * What the verdict would be. Several entries may have to do with a host, so
 * it is tried. The reason stays the port's when no policy can help.
 */
static enum gtb_reason reason_with_port(const struct why *why,
					const struct gtb_verdict *v,
					bool *bypass)
{
	struct gtb_ruleset *ruleset = with_port(why);
	const struct gtb_verdict *now;
	struct gtb_decision then;

	*bypass = false;
	if (ruleset == NULL)
		return v->reason;
	gtb_decide(ruleset, &why->query, &then);
	gtb_ruleset_free(ruleset);
	now = v == &why->decision.tls ? &then.tls : &then.auth;
	*bypass = now->bypass;
	return now->reason;
}

static void hint_port(const struct why *why, const struct gtb_verdict *v,
		      char buffer[WHY_HINT_SIZE])
{
	const struct gtb_rule *rule = v->source.rule;
	unsigned int port = why->port;
	bool bypass;
	enum gtb_reason reason = reason_with_port(why, v, &bypass);

	if (bypass)
		snprintf(buffer, WHY_HINT_SIZE,
			 "ports: with %u, where the document names it", port);
	else if (reason != v->reason)
		snprintf(buffer, WHY_HINT_SIZE,
			 "ports: with %u, which alone is not enough: %s", port,
			 gtb_reason_word(reason));
	else if (rule != NULL && rule->tier == GTB_TIER_OWN)
		snprintf(buffer, WHY_HINT_SIZE, "the ports of %s: with %u",
			 rule->row, port);
	else
		snprintf(buffer, WHY_HINT_SIZE,
			 "the document does not list TCP %u for this entry; "
			 "an own entry can",
			 port);
}

static void hint_exclusion(const struct gtb_rule *rule,
			   char buffer[WHY_HINT_SIZE])
{
	if (rule->text == NULL)
		snprintf(buffer, WHY_HINT_SIZE,
			 "lists: take the line out of %s", rule->row);
	else
		snprintf(buffer, WHY_HINT_SIZE, "exclude.%s: without %s",
			 rule->network ? "networks" : "names", rule->text);
}

/* For reasons that come with an entry. */
static void hint_entry(const struct gtb_verdict *v, const char *word,
		       char buffer[WHY_HINT_SIZE])
{
	const struct gtb_rule *rule = v->source.rule;

	switch (v->reason) {
	case GTB_REASON_TIER_OFF:
		snprintf(buffer, WHY_HINT_SIZE, "tiers.%s.enabled: true",
			 gtb_tier_word(rule->tier));
		break;
	case GTB_REASON_PRODUCT_OFF:
		hint_products(rule, buffer);
		break;
	case GTB_REASON_SHARED_OFF:
		snprintf(buffer, WHY_HINT_SIZE, "shared: with %s", rule->text);
		break;
	case GTB_REASON_NOT_GRANTED:
		if (rule->tier == GTB_TIER_OWN)
			snprintf(buffer, WHY_HINT_SIZE,
				 "the bypass of %s: with %s", rule->row, word);
		else
			snprintf(buffer, WHY_HINT_SIZE,
				 "tiers.%s.bypass: with %s",
				 gtb_tier_word(rule->tier), word);
		break;
	case GTB_REASON_EXCLUDED:
		hint_exclusion(rule, buffer);
		break;
	default:
		break;
	}
}

/*
 * Where names are excluded, whichever they are, Squid reads the server name
 * before it splices; is it a no then?
 */
static void hint_sni_first(const struct why *why, const struct gtb_verdict *v,
			   char buffer[WHY_HINT_SIZE])
{
	const struct gtb_verdict *then;
	struct gtb_decision read;
	bool tls = v == &why->decision.tls;

	gtb_decide(why->ruleset, &why->query, &read);
	then = tls ? &read.tls : &read.auth;
	if (!then->bypass)
		snprintf(buffer, WHY_HINT_SIZE,
			 "exclude.names: with any name in it Squid reads the "
			 "server name first: %s (%s)",
			 tls ? gtb_tls_word(then) : gtb_auth_word(then),
			 gtb_reason_word(then->reason));
}

const char *cli_why_hint(const struct why *why, const struct gtb_verdict *v,
			 unsigned int verdicts, char buffer[WHY_HINT_SIZE])
{
	static const char *const words[] = {"", "auth", "tls", "auth, tls"};
	const char *word = words[verdicts & 3];

	buffer[0] = '\0';
	if (v->bypass && why->spliced_first)
		hint_sni_first(why, v, buffer);
	if (v->bypass)
		return buffer;
	if (v->reason == GTB_REASON_NOT_LISTED)
		snprintf(buffer, WHY_HINT_SIZE, "own: with an entry for it");
	else if (v->reason == GTB_REASON_PORT)
		hint_port(why, v, buffer);
	else if (v->reason == GTB_REASON_CLIENT)
		snprintf(buffer, WHY_HINT_SIZE,
			 "identities: one with this client, and %s in its "
			 "bypass",
			 word);
	else if (v->source.rule != NULL)
		hint_entry(v, word, buffer);
	return buffer;
}
