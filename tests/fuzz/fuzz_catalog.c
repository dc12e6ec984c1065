/* Fuzzer of catalog documents: any bytes. */
#include "config.h"

#include "gtb/catalog.h"
#include "gtb/policy.h"
#include "tests/fuzz/fuzz.h"

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gtb_catalog *catalog;
	struct gtb_report report;
	int rc;

	gtb_report_init(&report);
	rc = gtb_catalog_parse("fuzz", (const char *)data, size, &catalog,
			       &report);
	fuzz_report(rc, &report);
	REQUIRE((rc == GTB_OK) == (catalog != NULL));
	if (catalog != NULL) {
		REQUIRE(catalog->count == 1);
		check_document(&catalog->documents[0]);
	}
	gtb_catalog_free(catalog);
	gtb_report_fini(&report);
	return 0;
}
