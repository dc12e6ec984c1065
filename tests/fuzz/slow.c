/*
 * The decision a second time, as plainly as can be; the contract is in
 * world.h. Speed does not count here, sharing nothing with src/core does.
 */
#include "config.h"

#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/world.h"

/* --- the world of world.c, as tables ----------------------------------- */

#define P443  1
#define P8200 2
#define P8443 4

struct slow_entry {
	const char *text; /* a name, or the first address of a network */
	int bits;	  /* of a network; names: 1 for "*.x" */
	bool auth;
	bool tls;
	bool near; /* GoTo alone hosts it */
	int ports;
	unsigned char first[16]; /* a network's, once it was looked at */
	int length;		 /* the same: bits, of 128; 0: not yet */
};

#define ENTRY(...)                                                             \
	{                                                                      \
		__VA_ARGS__, {0}, 0                                            \
	}

static const struct slow_entry names[] = {
	ENTRY("goto.com", 1, true, true, false, P443 | P8200),
	ENTRY("getgo.com", 1, true, true, false, P443 | P8200),
	ENTRY("launch.getgo.com", 0, true, true, true, P443 | P8200),
	ENTRY("ld.com", 1, true, false, false, P443 | P8200),
	ENTRY("t.own.net", 0, false, true, false, P8443),
};

static struct slow_entry networks[] = {
	ENTRY("68.64.0.0", 19, true, true, false, P443 | P8200),
	ENTRY("2600:1f00::", 32, true, true, false, P443 | P8200),
	ENTRY("78.108.112.0", 20, true, false, false, P443 | P8200),
	ENTRY("10.5.0.0", 16, true, true, false, P443),
};

static const struct slow_entry excluded_names[] = {
	ENTRY("bad.goto.com", 1, false, false, false, 0),
	ENTRY("www.getgo.com", 0, false, false, false, 0),
};

static struct slow_entry excluded_networks[] = {
	ENTRY("68.64.8.0", 24, false, false, false, 0),
	ENTRY("2600:1f00:bad::", 48, false, false, false, 0),
};

static struct slow_entry clients[] = {
	ENTRY("10.1.0.0", 16, true, true, false, 0),
	ENTRY("2001:db8:1::", 48, true, true, false, 0),
	ENTRY("10.9.0.0", 16, true, false, false, 0),
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* --- asking the tables ------------------------------------------------- */

static bool bit(const unsigned char *bytes, int number)
{
	return (bytes[number / 8] >> (7 - number % 8)) & 1;
}

static void look_at(struct slow_entry *network)
{
	struct gtb_text text = {network->text, strlen(network->text)};

	REQUIRE(slow_address(&text, network->first));
	network->length = network->bits;
	if (strchr(network->text, ':') == NULL)
		network->length += 96;
}

static bool in_network(struct slow_entry *network,
		       const unsigned char bytes[16])
{
	if (network->length == 0)
		look_at(network);
	for (int i = 0; i < network->length; i++)
		if (bit(network->first, i) != bit(bytes, i))
			return false;
	return true;
}

static bool is_below(const char *name, const char *above)
{
	size_t len = strlen(above);
	size_t name_len = strlen(name);

	return name_len > len && name[name_len - len - 1] == '.' &&
	       strcmp(name + name_len - len, above) == 0;
}

bool slow_covers(const char *entry, const char *name)
{
	if (entry[0] != '*')
		return strcmp(entry, name) == 0;
	return strcmp(entry + 2, name) == 0 || is_below(name, entry + 2);
}

static bool covers(const struct slow_entry *entry, const char *name)
{
	return strcmp(entry->text, name) == 0 ||
	       (entry->bits == 1 && is_below(name, entry->text));
}

/* The longest entry that covers the name; of two as long the exact one. */
static const struct slow_entry *find_name(const char *name)
{
	const struct slow_entry *best = NULL;

	for (size_t i = 0; i < COUNT(names); i++)
		if (covers(&names[i], name) &&
		    (best == NULL ||
		     strlen(names[i].text) > strlen(best->text)))
			best = &names[i];
	return best;
}

static bool is_excluded_name(const char *name)
{
	for (size_t i = 0; i < COUNT(excluded_names); i++)
		if (covers(&excluded_names[i], name))
			return true;
	return false;
}

static bool in_any(struct slow_entry *table, size_t count,
		   const unsigned char bytes[16])
{
	for (size_t i = 0; i < count; i++)
		if (in_network(&table[i], bytes))
			return true;
	return false;
}

static bool grants(const struct slow_entry *entry, bool tls, int port)
{
	return (tls ? entry->tls : entry->auth) && (entry->ports & port) != 0;
}

/* --- deciding ---------------------------------------------------------- */

struct slow_facts {
	char host_name[SLOW_NAME_SIZE]; /* "": it is an address */
	char sni[SLOW_NAME_SIZE];
	unsigned char host[16];
	unsigned char client[16];
	unsigned char dst[16];
	bool has_client;
	bool has_sni;
	bool has_dst;
	bool tunnel;
	int port; /* 0: of no entry */
};

static bool is_word(const struct gtb_text *text, const char *word)
{
	return text->len == strlen(word) &&
	       memcmp(text->ptr, word, text->len) == 0;
}

static bool read_port(struct slow_facts *facts, const struct gtb_text *text)
{
	char string[8];
	int value = 0;

	if (text->ptr == NULL || !slow_string(text, string, 6) ||
	    strspn(string, SLOW_DIGITS) != text->len || string[0] == '0' ||
	    text->len == 0)
		return false;
	for (const char *at = string; *at != '\0'; at++)
		value = value * 10 + (*at - '0');
	facts->port = value == 443    ? P443
		      : value == 8200 ? P8200
		      : value == 8443 ? P8443
				      : 0;
	return value <= 65535;
}

static bool read_method(struct slow_facts *facts, const struct gtb_text *text)
{
	char string[33];

	facts->tunnel = text->ptr == NULL || is_word(text, "CONNECT") ||
			is_word(text, "NONE");
	if (text->ptr == NULL)
		return true;
	return text->len > 0 && slow_string(text, string, sizeof(string)) &&
	       strspn(string, SLOW_LETTERS SLOW_DIGITS
		      "ABCDEFGHIJKLMNOPQRSTUVWXYZ-._") == text->len;
}

static bool read_facts(struct slow_facts *facts, const struct gtb_query *query)
{
	memset(facts, 0, sizeof(*facts));
	facts->has_client = query->client.ptr != NULL;
	facts->has_sni = query->sni.ptr != NULL;
	facts->has_dst = query->dst.ptr != NULL;
	if (!read_port(facts, &query->port) ||
	    !read_method(facts, &query->method) || query->host.ptr == NULL)
		return false;
	switch (slow_host(&query->host, facts->host_name, facts->host)) {
	case 'n':
		break;
	case 'a':
		facts->host_name[0] = '\0';
		break;
	default:
		return false;
	}
	return (!facts->has_client ||
		slow_address(&query->client, facts->client)) &&
	       (!facts->has_sni || slow_name(&query->sni, facts->sni)) &&
	       (!facts->has_dst || slow_address(&query->dst, facts->dst));
}

static bool is_excluded(const struct slow_facts *facts)
{
	if (facts->has_sni && is_excluded_name(facts->sni))
		return true;
	if (facts->has_dst &&
	    in_any(excluded_networks, COUNT(excluded_networks), facts->dst))
		return true;
	if (facts->host_name[0] != '\0')
		return is_excluded_name(facts->host_name);
	return in_any(excluded_networks, COUNT(excluded_networks), facts->host);
}

static bool is_listed(const unsigned char bytes[16])
{
	return in_any(networks, COUNT(networks), bytes);
}

static bool allows_name(const struct slow_facts *facts, const char *name,
			bool tls)
{
	const struct slow_entry *entry = find_name(name);

	if (entry == NULL || !grants(entry, tls, facts->port))
		return false;
	if (!facts->has_dst || is_listed(facts->dst))
		return true;
	/* The destination is elsewhere: only a name can vouch. */
	return !entry->near && (facts->tunnel || facts->has_sni);
}

static bool allows_address(const struct slow_facts *facts,
			   const unsigned char bytes[16], bool tls)
{
	for (size_t i = 0; i < COUNT(networks); i++)
		if (in_network(&networks[i], bytes) &&
		    grants(&networks[i], tls, facts->port))
			return true;
	return false;
}

static bool allows_client(const struct slow_facts *facts, bool tls)
{
	for (size_t i = 0; i < COUNT(clients) && facts->has_client; i++)
		if (in_network(&clients[i], facts->client) &&
		    (tls ? clients[i].tls : clients[i].auth))
			return true;
	return false;
}

/* Host, SNI and destination, each of those that are there. */
static bool allows_facts(const struct slow_facts *facts, bool tls)
{
	bool is_name = facts->host_name[0] != '\0';
	bool is_dst = !is_name && facts->has_dst &&
		      memcmp(facts->host, facts->dst, 16) == 0;

	if (facts->has_sni && !allows_name(facts, facts->sni, tls))
		return false;
	if (is_dst && facts->has_sni)
		return true;
	if (is_name)
		return allows_name(facts, facts->host_name, tls);
	if (facts->has_dst && !is_listed(facts->dst))
		return false;
	return allows_address(facts, facts->host, tls);
}

static bool can_splice(const struct slow_facts *facts)
{
	if (!facts->tunnel)
		return false;
	if (facts->has_sni || (facts->has_dst && is_listed(facts->dst)))
		return true;
	return facts->host_name[0] == '\0' && is_listed(facts->host);
}

struct slow_verdicts slow_decide(const struct gtb_query *query)
{
	struct slow_verdicts verdicts = {false, false, false};
	struct slow_facts facts;

	if (!read_facts(&facts, query))
		return verdicts;
	verdicts.well_formed = true;
	if (is_excluded(&facts))
		return verdicts;
	verdicts.auth =
		allows_facts(&facts, false) && allows_client(&facts, false);
	verdicts.tls = allows_facts(&facts, true) &&
		       allows_client(&facts, true) && can_splice(&facts);
	return verdicts;
}
