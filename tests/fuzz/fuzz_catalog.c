/*
 * Fuzzer of catalog documents: any bytes. Besides not crashing, what is taken
 * keeps what readers of a catalog rely on, and compiled with the plainest
 * policy it lets through what an entry covers, and nothing else.
 */
#include "config.h"

#include "gtb/catalog.h"
#include "gtb/decide.h"
#include "gtb/policy.h"
#include "gtb/ruleset.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/world.h"

static void check_ports(const struct gtb_ports *ports, size_t count)
{
	for (size_t i = 0; i < count; i++)
		REQUIRE(ports[i].first > 0 && ports[i].last >= ports[i].first);
}

/* What every reader of a catalog relies on. */
static void check_entry(const struct gtb_entry *entry)
{
	struct gtb_net net;

	REQUIRE((entry->name != NULL) != (entry->network != NULL));
	REQUIRE(strlen(entry->row) <= GTB_ROW_MAX);
	REQUIRE(entry->tier < GTB_TIER_COUNT);
	REQUIRE(entry->products != 0);
	REQUIRE(entry->tcp_count + entry->udp_count > 0);
	REQUIRE(entry->place.line > 0 && entry->place.column > 0);
	check_ports(entry->tcp, entry->tcp_count);
	check_ports(entry->udp, entry->udp_count);
	for (size_t i = 0; i < entry->names_count; i++)
		fuzz_name(entry->names[i]);
	if (entry->name != NULL) {
		fuzz_name(entry->name);
		return;
	}
	fuzz_network(entry->network);
	gtb_net_parse(&net, entry->network, strlen(entry->network));
	REQUIRE(entry->wide || !gtb_net_is_wide(&net));
	REQUIRE(gtb_net_special(&net) == NULL);
}

static void check_document(const struct gtb_document *document)
{
	REQUIRE(strlen(document->id) <= GTB_DOCUMENT_ID_MAX);
	REQUIRE(gtb_catalog_age_days(document, document->checked) == 0);
	REQUIRE(document->title != NULL && document->version != NULL &&
		document->source != NULL && document->status != NULL);
	REQUIRE(document->entries_count > 0);
	check_ports(document->probes, document->probes_count);
	for (size_t i = 0; i < document->entries_count; i++)
		check_entry(&document->entries[i]);
	for (size_t i = 0; i < document->modes_count; i++)
		REQUIRE(document->modes[i].row != NULL &&
			document->modes[i].rules_count > 0);
}

static bool has_port(const struct gtb_entry *entry, unsigned int port)
{
	for (size_t i = 0; i < entry->tcp_count; i++)
		if (entry->tcp[i].first <= port && entry->tcp[i].last >= port)
			return true;
	return false;
}

static bool probes_port(const struct gtb_document *document, unsigned int port)
{
	for (size_t i = 0; i < document->probes_count; i++)
		if (document->probes[i].first <= port &&
		    document->probes[i].last >= port)
			return true;
	return false;
}

/* An entry that is on by default, and covers the name at port 443. */
static bool is_covered(const struct gtb_document *document, const char *name)
{
	for (size_t i = 0; i < document->entries_count; i++) {
		const struct gtb_entry *entry = &document->entries[i];

		if (entry->name != NULL && slow_covers(entry->name, name) &&
		    entry->tier == GTB_TIER_REQUIRED && !entry->shared &&
		    entry->tcp_count > 0 &&
		    (has_port(entry, 443) || probes_port(document, 443)))
			return true;
	}
	return false;
}

static void ask(const struct gtb_ruleset *ruleset,
		const struct gtb_document *document, const char *name)
{
	struct gtb_query query = {.host = {name, strlen(name)},
				  .port = {"443", 3},
				  .method = {"CONNECT", 7}};
	struct gtb_decision decision;

	query.sni = query.host;
	gtb_decide(ruleset, &query, &decision);
	if (decision.auth.bypass || decision.tls.bypass)
		REQUIRE(is_covered(document, name));
}

/* The catalog is taken. */
static void check_compiled(struct gtb_catalog *catalog)
{
	const struct gtb_document *document = &catalog->documents[0];
	struct gtb_ruleset *ruleset;
	struct gtb_policy *policy;
	size_t count;

	REQUIRE(gtb_policy_parse("policy", "{}\n", 3, &policy, NULL) == GTB_OK);
	REQUIRE(gtb_ruleset_compile(catalog, policy, NULL, &ruleset, NULL) ==
		GTB_OK);
	(void)gtb_ruleset_rules(ruleset, &count);
	REQUIRE(count == document->entries_count);
	ask(ruleset, document, "evil.example");
	for (size_t i = 0; i < document->entries_count; i++) {
		const char *name = document->entries[i].name;

		if (name != NULL)
			ask(ruleset, document,
			    name[0] == '*' ? name + 2 : name);
	}
	gtb_ruleset_free(ruleset);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gtb_catalog *catalog;
	struct gtb_report report;
	int rc;

	gtb_report_init(&report);
	rc = gtb_catalog_parse("fuzz", (const char *)data, size, &catalog,
			       &report);
	fuzz_report(rc, &report);
	gtb_report_fini(&report);
	REQUIRE((rc == GTB_OK) == (catalog != NULL));
	if (catalog != NULL) {
		REQUIRE(catalog->count == 1);
		check_document(&catalog->documents[0]);
		check_compiled(catalog);
	}
	return 0;
}
