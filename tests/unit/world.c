/* A small ruleset for tests; the contract is in world.h. */
#include <check.h>
#include <string.h>

#include "gtb/catalog.h"
#include "gtb/policy.h"

#include "tests/unit/world.h"

static const char catalog_text[] =
	"document: doc\n"
	"title: A test document\n"
	"version: \"1\"\n"
	"checked: 2026-11-20\n"
	"source: a test\n"
	"status: current\n"
	"products: [meeting, webinar, training, connect]\n"
	"probes: [80, 8200]\n"
	"networks:\n"
	"  - {row: net-1, network: 68.64.0.0/19, use: media, tier: required,\n"
	"     tcp: [443], udp: [8200]}\n"
	"  - {row: net-2, network: 2600:1f00::/32, use: media, tier: required,\n"
	"     tcp: [443]}\n"
	"  - {row: net-3, network: 216.219.112.0/20, use: old, tier: legacy,\n"
	"     tcp: [443]}\n"
	"  - {row: net-4, network: 68.64.4.0/24, use: turn, tier: required,\n"
	"     tcp: [3478]}\n"
	"names:\n"
	"  - {row: n-1, name: \"*.goto.com\", use: main, hosting: [aws],\n"
	"     tier: required, tcp: [443]}\n"
	"  - {row: n-2, name: \"*.expertcity.com\", use: audio,\n"
	"     hosting: [goto], tier: required, tcp: [443]}\n"
	"  - {row: n-3, name: \"*.getgo.com\", use: many, hosting: [aws],\n"
	"     tier: required, tcp: [443]}\n"
	"  - {row: n-4, name: launch.getgo.com, use: launch,\n"
	"     hosting: [goto], tier: required, tcp: [443]}\n"
	"  - {row: n-5, name: \"*.launchdarkly.com\", use: flags,\n"
	"     hosting: [google-cloud], tier: optional, tcp: [443]}\n"
	"  - {row: n-6, name: \"*.youtube.com\", use: video,\n"
	"     hosting: [third-party], tier: third-party, shared: yes,\n"
	"     tcp: [443]}\n"
	"  - {row: n-7, name: apis.google.com, use: drive,\n"
	"     hosting: [third-party], tier: third-party, tcp: [443]}\n"
	"  - {row: n-8, name: \"*.gotowebinar.com\", use: webinar,\n"
	"     hosting: [goto, aws], tier: required, products: [webinar],\n"
	"     tcp: [443]}\n"
	"  - {row: n-9, name: \"*.jive.com\", use: phones, tier: required,\n"
	"     tcp: [443]}\n";

static void give_up(const struct gtb_report *report)
{
	char line[GTB_REPORT_LINE_SIZE];

	ck_abort_msg("%s", report->count == 0
				   ? "no reason given"
				   : gtb_report_line(&report->items[0], line,
						     sizeof(line)));
}

struct gtb_ruleset *world_new(const char *policy_text)
{
	struct gtb_catalog *catalog;
	struct gtb_policy *policy;
	struct gtb_ruleset *ruleset;
	struct gtb_report report;

	gtb_report_init(&report);
	if (policy_text == NULL)
		policy_text = "{}\n";
	if (gtb_catalog_parse("catalog", catalog_text, strlen(catalog_text),
			      &catalog, &report) != GTB_OK)
		give_up(&report);
	if (gtb_policy_parse("policy", policy_text, strlen(policy_text),
			     &policy, &report) != GTB_OK)
		give_up(&report);
	if (gtb_ruleset_compile(catalog, policy, NULL, &ruleset, &report) !=
	    GTB_OK)
		give_up(&report);
	gtb_report_fini(&report);
	return ruleset;
}

bool world_has_line(const char *text, const char *expected)
{
	size_t len = strlen(expected);
	bool beginning = expected[len - 1] == '*';

	len -= beginning;
	for (; *text != '\0'; text += strcspn(text, "\n") + 1)
		if (strncmp(text, expected, len) == 0 &&
		    (beginning || text[len] == '\n'))
			return true;
	return false;
}
