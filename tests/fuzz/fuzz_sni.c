/*
 * Fuzzer of the TLS server name: any bytes as the SNI of a request to one of
 * some hosts, which the first byte chooses, with the destination. Besides not
 * crashing:
 * - the decision is the slow one of world.h;
 * - an SNI takes away and never gives: what is no bypass without it is none
 *   with it, but for a tunnel that was waiting for the name, and for an
 *   intercepted connection, whose host is an address until then.
 */
#include "config.h"

#include <stdint.h>

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/world.h"

#define TEXT(string)                                                           \
	{                                                                      \
		string, sizeof(string) - 1                                     \
	}

static const struct gtb_text hosts[] = {
	TEXT("www.goto.com"),	TEXT("launch.getgo.com"),
	TEXT("evil.example"),	TEXT("68.64.1.1"),
	TEXT("[2600:1f00::1]"), TEXT("68.64.8.1"),
	TEXT("192.0.2.1"),	TEXT("ld.com")};
static const struct gtb_text destinations[] = {
	{NULL, 0}, TEXT("68.64.1.1"), TEXT("192.0.2.1"), TEXT("2600:1f00::1")};
static const struct gtb_text methods[] = {
	TEXT("CONNECT"), TEXT("NONE"), TEXT("GET"), {NULL, 0}};

static void check_only_takes(struct gtb_query query,
			     const struct gtb_decision *with)
{
	struct gtb_decision without;

	query.sni.ptr = NULL;
	fuzz_decide(&query, &without);
	if (query.dst.ptr != NULL)
		return;
	REQUIRE(!with->auth.bypass || without.auth.bypass);
	REQUIRE(!with->tls.bypass || without.tls.bypass ||
		without.tls.reason == GTB_REASON_AWAITING_SNI);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gtb_query query = {.client = TEXT("10.1.2.3"),
				  .port = TEXT("443")};
	struct gtb_decision decision;

	if (size < 1)
		return 0;
	query.host = hosts[data[0] & 7];
	query.dst = destinations[data[0] >> 3 & 3];
	query.method = methods[data[0] >> 5 & 3];
	query.sni.ptr = (const char *)data + 1;
	query.sni.len = size - 1;
	fuzz_decide(&query, &decision);
	check_only_takes(query, &decision);
	return 0;
}
