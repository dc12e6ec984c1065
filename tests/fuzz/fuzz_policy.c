/*
 * Fuzzer of policies: any bytes. Besides not crashing, what is taken keeps
 * what readers of a policy rely on, and compiled with the catalog of world.h
 * lets no name of its own through that it excludes, that no entry of it
 * grants, or for a client of no identity. List files are not opened.
 */
#include "config.h"

#include "gtb/decide.h"
#include "gtb/policy.h"
#include "gtb/ruleset.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/world.h"

static void check_ports(const uint16_t *ports, size_t count)
{
	REQUIRE(count > 0);
	for (size_t i = 0; i < count; i++)
		REQUIRE(ports[i] != 0);
}

static void check_own(const struct gtb_policy_own *own)
{
	struct gtb_net net;

	REQUIRE((own->name != NULL) != (own->network != NULL));
	REQUIRE(own->bypass != 0);
	check_ports(own->ports, own->ports_count);
	if (own->name != NULL) {
		fuzz_name(own->name);
		return;
	}
	fuzz_network(own->network);
	gtb_net_parse(&net, own->network, strlen(own->network));
	REQUIRE(own->wide || !gtb_net_is_wide(&net));
	REQUIRE(own->special || gtb_net_special(&net) == NULL);
}

static void check_identity(const struct gtb_policy_identity *identity)
{
	REQUIRE(identity->name[0] != '\0');
	REQUIRE(strlen(identity->name) <= GTB_IDENTITY_NAME_MAX);
	REQUIRE(identity->clients_count > 0);
	REQUIRE(identity->bypass != 0);
	for (size_t i = 0; i < identity->clients_count; i++)
		fuzz_network(identity->clients[i]);
}

static void check_policy(const struct gtb_policy *policy)
{
	check_ports(policy->ports, policy->ports_count);
	for (size_t i = 0; i < GTB_TIER_COUNT; i++)
		REQUIRE(policy->tiers[i].bypass != 0);
	for (size_t i = 0; i < policy->shared_count; i++)
		REQUIRE(policy->shared[i][0] == '*');
	for (size_t i = 0; i < policy->identities_count; i++)
		check_identity(&policy->identities[i]);
	for (size_t i = 0; i < policy->exclude_names_count; i++)
		fuzz_name(policy->exclude_names[i]);
	for (size_t i = 0; i < policy->exclude_networks_count; i++)
		fuzz_network(policy->exclude_networks[i]);
	for (size_t i = 0; i < policy->own_count; i++)
		check_own(&policy->own[i]);
	for (size_t i = 0; i < policy->lists_count; i++) {
		REQUIRE(policy->lists[i].file[0] != '\0');
		check_ports(policy->lists[i].ports,
			    policy->lists[i].ports_count);
	}
}

static bool is_excluded(const struct gtb_policy *policy, const char *name)
{
	for (size_t i = 0; i < policy->exclude_names_count; i++)
		if (slow_covers(policy->exclude_names[i], name))
			return true;
	return false;
}

static bool has_port(const struct gtb_policy_own *own, unsigned int port)
{
	for (size_t i = 0; i < own->ports_count; i++)
		if (own->ports[i] == port)
			return true;
	return false;
}

static bool is_granted(const struct gtb_policy *policy, const char *name,
		       enum gtb_bypass bit)
{
	static const char *const listed[] = {"*.goto.com", "*.getgo.com",
					     "*.ld.com", "*.citrix.com"};

	for (size_t i = 0; i < policy->own_count; i++)
		if (policy->own[i].name != NULL &&
		    slow_covers(policy->own[i].name, name) &&
		    (policy->own[i].bypass & bit) != 0 &&
		    has_port(&policy->own[i], 443))
			return true;
	/* The document's own names, whichever the policy left on. */
	for (size_t i = 0; i < sizeof(listed) / sizeof(listed[0]); i++)
		if (slow_covers(listed[i], name))
			return true;
	return false;
}

static void ask(const struct gtb_ruleset *ruleset,
		const struct gtb_text *client, const char *name)
{
	const struct gtb_policy *policy = gtb_ruleset_policy(ruleset);
	struct gtb_query query = {.host = {name, strlen(name)},
				  .port = {"443", 3},
				  .method = {"CONNECT", 7},
				  .client = *client};
	struct gtb_decision decision;

	query.sni = query.host;
	gtb_decide(ruleset, &query, &decision);
	if (decision.auth.bypass)
		REQUIRE(is_granted(policy, name, GTB_BYPASS_AUTH));
	if (decision.tls.bypass)
		REQUIRE(is_granted(policy, name, GTB_BYPASS_TLS));
	if (decision.auth.bypass || decision.tls.bypass)
		REQUIRE(!is_excluded(policy, name) &&
			(policy->identities_count == 0 || client->ptr != NULL));
}

static void ask_all(const struct gtb_ruleset *ruleset,
		    const struct gtb_text *client)
{
	const struct gtb_policy *policy = gtb_ruleset_policy(ruleset);

	ask(ruleset, client, "evil.example");
	ask(ruleset, client, "www.goto.com");
	for (size_t i = 0; i < policy->own_count; i++) {
		const char *name = policy->own[i].name;

		if (name != NULL)
			ask(ruleset, client, name[0] == '*' ? name + 2 : name);
	}
}

/* The policy is taken. */
static void check_compiled(struct gtb_policy *policy)
{
	struct gtb_text client = {NULL, 0};
	struct gtb_ruleset *ruleset;
	struct gtb_catalog *catalog;

	REQUIRE(gtb_catalog_parse("catalog", fuzz_world_catalog,
				  strlen(fuzz_world_catalog), &catalog,
				  NULL) == GTB_OK);
	/* Too many ports are refused here; then it is freed. */
	if (gtb_ruleset_compile(catalog, policy, NULL, &ruleset, NULL) !=
	    GTB_OK)
		return;
	ask_all(ruleset, &client);
	if (policy->identities_count > 0) {
		client.ptr = policy->identities[0].clients[0];
		client.len = strcspn(client.ptr, "/");
		ask_all(ruleset, &client);
	}
	gtb_ruleset_free(ruleset);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gtb_policy *policy;
	struct gtb_report report;
	int rc;

	gtb_report_init(&report);
	rc = gtb_policy_parse("folder/fuzz", (const char *)data, size, &policy,
			      &report);
	fuzz_report(rc, &report);
	gtb_report_fini(&report);
	REQUIRE((rc == GTB_OK) == (policy != NULL));
	if (policy == NULL)
		return 0;
	check_policy(policy);
	if (policy->lists_count > 0)
		gtb_policy_free(policy);
	else
		check_compiled(policy);
	return 0;
}
