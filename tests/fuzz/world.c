/* A small ruleset for fuzzers; the contract is in world.h. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "gtb/catalog.h"
#include "gtb/policy.h"
#include "gtb/ruleset.h"

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/world.h"

/* The tables of slow.c say the same a second time. */
const char fuzz_world_catalog[] =
	"document: doc\n"
	"title: A document\n"
	"version: \"1\"\n"
	"checked: 2026-11-20\n"
	"source: a test\n"
	"status: current\n"
	"products: [meeting, webinar, training, connect]\n"
	"probes: [8200]\n"
	"networks:\n"
	"  - {row: net-1, network: 68.64.0.0/19, use: media, tier: required,\n"
	"     tcp: [443]}\n"
	"  - {row: net-2, network: 2600:1f00::/32, use: media,\n"
	"     tier: required, tcp: [443]}\n"
	"  - {row: net-3, network: 216.219.112.0/20, use: old, tier: legacy,\n"
	"     tcp: [443]}\n"
	"  - {row: net-4, network: 78.108.112.0/20, use: flags,\n"
	"     tier: optional, tcp: [443]}\n"
	"names:\n"
	"  - {row: n-1, name: \"*.goto.com\", use: main, hosting: [aws],\n"
	"     tier: required, tcp: [443]}\n"
	"  - {row: n-2, name: \"*.getgo.com\", use: many, hosting: [aws],\n"
	"     tier: required, tcp: [443]}\n"
	"  - {row: n-3, name: launch.getgo.com, use: launch,\n"
	"     hosting: [goto], tier: required, tcp: [443]}\n"
	"  - {row: n-4, name: \"*.ld.com\", use: flags, hosting: [aws],\n"
	"     tier: optional, tcp: [443]}\n"
	"  - {row: n-5, name: \"*.citrix.com\", use: old, hosting: [goto],\n"
	"     tier: legacy, tcp: [443]}\n";

const char fuzz_world_policy[] =
	"ports: [443, 8200]\n"
	"tiers:\n"
	"  optional: {enabled: yes, bypass: [auth]}\n"
	"identities:\n"
	"  - {name: rooms, clients: [10.1.0.0/16, \"2001:db8:1::/48\"]}\n"
	"  - {name: phones, clients: [10.9.0.0/16], bypass: [auth]}\n"
	"exclude:\n"
	"  names: [\"*.bad.goto.com\", www.getgo.com]\n"
	"  networks: [68.64.8.0/24, \"2600:1f00:bad::/48\"]\n"
	"own:\n"
	"  - {name: t.own.net, bypass: [tls], ports: [8443]}\n"
	"  - {network: 10.5.0.0/16, special: yes}\n";

static struct gtb_ruleset *make(void)
{
	struct gtb_catalog *catalog;
	struct gtb_policy *policy;
	struct gtb_ruleset *ruleset;

	REQUIRE(gtb_catalog_parse("catalog", fuzz_world_catalog,
				  strlen(fuzz_world_catalog), &catalog,
				  NULL) == GTB_OK);
	REQUIRE(gtb_policy_parse("policy", fuzz_world_policy,
				 strlen(fuzz_world_policy), &policy,
				 NULL) == GTB_OK);
	REQUIRE(gtb_ruleset_compile(catalog, policy, NULL, &ruleset, NULL) ==
		GTB_OK);
	return ruleset;
}

const struct gtb_ruleset *fuzz_world(void)
{
	static struct gtb_ruleset *ruleset;

	if (ruleset == NULL)
		ruleset = make();
	return ruleset;
}

void fuzz_decide(const struct gtb_query *query, struct gtb_decision *decision)
{
	struct slow_verdicts slow = slow_decide(query);

	gtb_decide(fuzz_world(), query, decision);
	REQUIRE(decision->auth.bypass == slow.auth);
	REQUIRE(decision->tls.bypass == slow.tls);
	REQUIRE((decision->auth.reason == GTB_REASON_MALFORMED) ==
		!slow.well_formed);
	REQUIRE(decision->auth.reason < GTB_REASON_COUNT &&
		decision->tls.reason < GTB_REASON_COUNT);
	REQUIRE(!slow.auth || decision->auth.source.rule != NULL);
	REQUIRE(!slow.tls || decision->tls.source.rule != NULL);
	REQUIRE(!slow.auth || decision->auth.identity != NULL);
	REQUIRE(!slow.tls || decision->tls.identity != NULL);
}
