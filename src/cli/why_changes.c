/* What would change a verdict: other facts, or another policy. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "why.h"

/* Addresses for documentation (RFC 5737, RFC 3849): nobody's. */
static const char *const nobodys[] = {"192.0.2.1", "198.51.100.1",
				      "203.0.113.1", "2001:db8::1"};

#define NOBODYS_COUNT (sizeof(nobodys) / sizeof(nobodys[0]))

/* --- one fact at a time ------------------------------------------------ */

/* A change to work on, with its what and value still empty; NULL: full. */
static struct why_change *begin(struct why *why)
{
	struct why_change *change;

	if (why->changes_count == WHY_CHANGES_MAX)
		return NULL;
	change = &why->changes[why->changes_count];
	change->what[0] = '\0';
	change->value[0] = '\0';
	change->query = why->query;
	return change;
}

/* Decide, and keep the change when a verdict is another one then. */
static bool keep(struct why *why, struct why_change *change)
{
	const struct gtb_decision *now = &why->decision;

	gtb_decide(why->ruleset, &change->query, &change->decision);
	if (change->decision.auth.bypass == now->auth.bypass &&
	    change->decision.tls.bypass == now->tls.bypass)
		return false;
	why->changes_count++;
	return true;
}

static void set_value(struct why_change *change, struct gtb_text *fact)
{
	fact->ptr = change->value;
	fact->len = strlen(change->value);
}

static void try_no_sni(struct why *why)
{
	struct why_change *change = begin(why);

	if (change == NULL || why->query.sni.ptr == NULL)
		return;
	snprintf(change->what, sizeof(change->what), "without an SNI");
	change->query.sni.ptr = NULL;
	keep(why, change);
}

static void try_sni_of_host(struct why *why)
{
	struct why_change *change = begin(why);

	if (change == NULL || why->host.kind != GTB_HOST_NAME)
		return;
	snprintf(change->what, sizeof(change->what),
		 "with the SNI equal to the host");
	change->query.sni.ptr = why->host.name.text;
	change->query.sni.len = why->host.name.len;
	keep(why, change);
}

static void try_port(struct why *why)
{
	struct why_change *change = begin(why);

	if (change == NULL || why->port == 443)
		return;
	snprintf(change->what, sizeof(change->what), "on port 443");
	snprintf(change->value, sizeof(change->value), "443");
	set_value(change, &change->query.port);
	keep(why, change);
}

static void try_connect(struct why *why)
{
	struct why_change *change = begin(why);

	if (change == NULL || strcmp(why->method, "CONNECT") == 0)
		return;
	snprintf(change->what, sizeof(change->what), "as a CONNECT");
	snprintf(change->value, sizeof(change->value), "CONNECT");
	set_value(change, &change->query.method);
	if (!why->no_sni && why->sni == NULL &&
	    why->host.kind == GTB_HOST_NAME) {
		change->query.sni.ptr = why->host.name.text;
		change->query.sni.len = why->host.name.len;
	}
	keep(why, change);
}

/* --- clients ----------------------------------------------------------- */

static void try_identity(struct why *why,
			 const struct gtb_policy_identity *identity)
{
	struct why_change *change = begin(why);
	char address[GTB_NET_TEXT_SIZE];
	struct gtb_net net;

	if (change == NULL || identity->clients_count == 0 ||
	    !cli_net(&net, identity->clients[0]))
		return;
	gtb_addr_text(&net.addr, address, sizeof(address));
	snprintf(change->value, sizeof(change->value), "%s", address);
	snprintf(change->what, sizeof(change->what),
		 "from a client in identity %.32s, such as %s", identity->name,
		 address);
	set_value(change, &change->query.client);
	keep(why, change);
}

static bool in_any_identity(const struct gtb_policy *policy,
			    const char *address)
{
	struct gtb_addr addr;
	struct gtb_net net;

	if (!gtb_addr_parse(&addr, address, strlen(address)))
		return false;
	for (size_t i = 0; i < policy->identities_count; i++)
		for (size_t k = 0; k < policy->identities[i].clients_count; k++)
			if (cli_net(&net, policy->identities[i].clients[k]) &&
			    gtb_net_contains(&net, &addr))
				return true;
	return false;
}

static void try_stranger(struct why *why)
{
	const struct gtb_policy *policy = gtb_ruleset_policy(why->ruleset);
	struct why_change *change = begin(why);
	size_t i = 0;

	while (i < NOBODYS_COUNT && in_any_identity(policy, nobodys[i]))
		i++;
	if (change == NULL || i == NOBODYS_COUNT)
		return;
	snprintf(change->what, sizeof(change->what),
		 "from a client in no identity");
	snprintf(change->value, sizeof(change->value), "%s", nobodys[i]);
	set_value(change, &change->query.client);
	keep(why, change);
}

static void try_clients(struct why *why)
{
	const struct gtb_policy *policy = gtb_ruleset_policy(why->ruleset);

	for (size_t i = 0; i < policy->identities_count; i++)
		try_identity(why, &policy->identities[i]);
	if (policy->identities_count > 0)
		try_stranger(why);
}

/* --- destinations ------------------------------------------------------ */

static int first_network(void *context, const char *name,
			 const struct gtb_net *net,
			 const struct gtb_source *source)
{
	struct gtb_net *found = context;

	if (name != NULL || !source->rule->enabled)
		return GTB_OK;
	*found = *net;
	return GTB_E_INPUT; /* enough: stop */
}

static void try_destination(struct why *why, const char *address,
			    const char *kind)
{
	struct why_change *change = begin(why);

	if (change == NULL)
		return;
	snprintf(change->value, sizeof(change->value), "%s", address);
	snprintf(change->what, sizeof(change->what),
		 "on an intercepted port, going to %s %s", address, kind);
	set_value(change, &change->query.dst);
	keep(why, change);
}

static void try_explicit(struct why *why)
{
	struct why_change *change = begin(why);

	if (change == NULL || why->query.dst.ptr == NULL)
		return;
	snprintf(change->what, sizeof(change->what),
		 "through an explicit proxy (no --dst)");
	change->query.dst.ptr = NULL;
	keep(why, change);
}

static void try_destinations(struct why *why)
{
	char address[GTB_NET_TEXT_SIZE];
	struct gtb_net net;

	try_explicit(why);
	if (why->host.kind == GTB_HOST_ADDRESS) {
		gtb_addr_text(&why->host.addr, address, sizeof(address));
		try_destination(why, address, "itself");
		return;
	}
	if (gtb_ruleset_walk(why->ruleset, first_network, &net) != GTB_OK)
		try_destination(
			why, gtb_addr_text(&net.addr, address, sizeof(address)),
			"(in a listed network)");
	try_destination(why, nobodys[0], "(in no listed network)");
}

void cli_why_find_changes(struct why *why)
{
	try_no_sni(why);
	try_sni_of_host(why);
	try_port(why);
	try_connect(why);
	try_clients(why);
	try_destinations(why);
}

/* --- the policy -------------------------------------------------------- */

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

const char *cli_why_hint(const struct why *why, const struct gtb_verdict *v,
			 unsigned int verdicts, char buffer[WHY_HINT_SIZE])
{
	static const char *const words[] = {"", "auth", "tls", "auth, tls"};
	const char *word = words[verdicts & 3];

	buffer[0] = '\0';
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
