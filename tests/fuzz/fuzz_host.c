/*
 * Fuzzer of hosts: any bytes as the host of a request and as an address.
 * Besides not crashing:
 * - name, address and host are what the slow readers of world.h make of them;
 * - what was read, written as text and read again, is the same;
 * - case and one trailing dot make no difference to the decision, which is
 *   the slow one.
 * The first byte chooses port, SNI and destination.
 */
#include "config.h"

#include <ctype.h>
#include <stdint.h>

#include "gtb/host.h"
#include "gtb/net.h"

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/world.h"

#define TEXT(string)                                                           \
	{                                                                      \
		string, sizeof(string) - 1                                     \
	}

static void check_same_bytes(const struct gtb_addr *addr,
			     const unsigned char bytes[16])
{
	uint64_t halves[2] = {0, 0};

	for (int i = 0; i < 16; i++)
		halves[i / 8] = halves[i / 8] << 8 | bytes[i];
	REQUIRE(addr->hi == halves[0] && addr->lo == halves[1]);
}

static void check_address(const struct gtb_text *text)
{
	char again[GTB_NET_TEXT_SIZE];
	unsigned char bytes[16];
	struct gtb_addr addr;
	struct gtb_addr same;

	if (!slow_address(text, bytes)) {
		REQUIRE(!gtb_addr_parse(&addr, text->ptr, text->len));
		return;
	}
	REQUIRE(gtb_addr_parse(&addr, text->ptr, text->len));
	check_same_bytes(&addr, bytes);
	gtb_addr_text(&addr, again, sizeof(again));
	REQUIRE(gtb_addr_parse(&same, again, strlen(again)));
	REQUIRE(gtb_addr_equal(&addr, &same));
}

static void check_name(const struct gtb_text *text)
{
	char slow[SLOW_NAME_SIZE];
	struct gtb_name name;

	if (!slow_name(text, slow)) {
		REQUIRE(!gtb_name_parse(&name, text->ptr, text->len));
		return;
	}
	REQUIRE(gtb_name_parse(&name, text->ptr, text->len));
	REQUIRE(strlen(slow) == name.len && strcmp(slow, name.text) == 0);
	REQUIRE(name.last < name.len);
	REQUIRE(gtb_name_label(&name, name.len) == name.last);
	fuzz_name(name.text);
}

static void check_host(const struct gtb_text *text)
{
	char name[SLOW_NAME_SIZE];
	unsigned char bytes[16];
	struct gtb_host host;

	gtb_host_parse(&host, text->ptr, text->len);
	switch (slow_host(text, name, bytes)) {
	case 'n':
		REQUIRE(host.kind == GTB_HOST_NAME);
		REQUIRE(strcmp(host.name.text, name) == 0);
		break;
	case 'a':
		REQUIRE(host.kind == GTB_HOST_ADDRESS);
		check_same_bytes(&host.addr, bytes);
		break;
	default:
		REQUIRE(host.kind == GTB_HOST_MALFORMED);
	}
}

/* The same host otherwise spelled. */
static void check_spelling(struct gtb_query *query,
			   const struct gtb_decision *decision)
{
	struct gtb_decision other;
	char text[SLOW_NAME_SIZE + 1];
	char name[SLOW_NAME_SIZE];
	size_t len;

	if (!slow_name(&query->host, name))
		return;
	len = strlen(name);
	for (size_t i = 0; i < len; i++)
		text[i] = (char)toupper((unsigned char)name[i]);
	text[len++] = '.';
	query->host.ptr = text;
	query->host.len = len;
	fuzz_decide(query, &other);
	REQUIRE(other.auth.bypass == decision->auth.bypass);
	REQUIRE(other.tls.bypass == decision->tls.bypass);
	REQUIRE(other.auth.reason == decision->auth.reason);
	REQUIRE(other.tls.reason == decision->tls.reason);
}

static const struct gtb_text ports[] = {TEXT("443"), TEXT("8443")};
static const struct gtb_text clients[] = {TEXT("10.1.2.3"), TEXT("10.9.0.1"),
					  TEXT("2001:db8:1::7")};
static const struct gtb_text facts[] = {{NULL, 0},
					TEXT("www.goto.com"),
					TEXT("launch.getgo.com"),
					TEXT("evil.example")};
static const struct gtb_text destinations[] = {
	{NULL, 0}, TEXT("68.64.1.1"), TEXT("192.0.2.1")};

#define PICK(table, number)                                                    \
	((table)[(number) % (sizeof(table) / sizeof((table)[0]))])

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gtb_query query = {.method = TEXT("CONNECT")};
	struct gtb_decision decision;

	if (size < 1)
		return 0;
	query.host.ptr = (const char *)data + 1;
	query.host.len = size - 1;
	check_address(&query.host);
	check_name(&query.host);
	check_host(&query.host);
	query.port = PICK(ports, data[0] & 1);
	query.sni = PICK(facts, data[0] >> 1 & 3);
	query.dst = PICK(destinations, data[0] >> 3 & 3);
	query.client = PICK(clients, data[0] >> 5 & 3);
	if ((data[0] & 0x80) != 0)
		query.sni = query.host;
	fuzz_decide(&query, &decision);
	if ((data[0] & 0x80) == 0)
		check_spelling(&query, &decision);
	return 0;
}
