/* Fuzzer of policies: any bytes. */
#include "config.h"

#include "gtb/policy.h"
#include "tests/fuzz/fuzz.h"

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gtb_policy *policy;
	struct gtb_report report;
	int rc;

	gtb_report_init(&report);
	rc = gtb_policy_parse("folder/fuzz", (const char *)data, size, &policy,
			      &report);
	fuzz_report(rc, &report);
	REQUIRE((rc == GTB_OK) == (policy != NULL));
	if (policy != NULL)
		check_policy(policy);
	gtb_policy_free(policy);
	gtb_report_fini(&report);
	return 0;
}
