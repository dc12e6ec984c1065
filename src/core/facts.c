/* A request, read and looked up; the contract is in facts.h. */
#include "config.h"

#include <string.h>

#include "gtb/scratch.h"
#include "gtb/sixteens.h"

#include "facts.h"

#define METHOD_MAX 32		/* bytes; longer is no method anybody uses */

static bool known(const struct gtb_text *text)
{
	return text->ptr != NULL;
}

static bool equals(const struct gtb_text *text, const char *word)
{
	return text->len == strlen(word) &&
	       memcmp(text->ptr, word, text->len) == 0;
}

/* --- reading ----------------------------------------------------------- */

/* A decimal port without sign, blank or leading zero; 0: it is not one. */
static uint16_t read_port(const struct gtb_text *text)
{
	const char *at = text->ptr;
	const char *end = at + text->len;
	unsigned int value = 0;

	if (text->len == 0 || text->len > 5 || *at == '0')
		return 0;
	for (; at < end; at++) {
		unsigned int digit = (unsigned char)*at - (unsigned int)'0';

		if (digit > 9)
			return 0;
		value = value * 10 + digit;
	}
	return value <= UINT16_MAX ? (uint16_t)value : 0;
}

/* A token of RFC 9110 5.6.2 that a method may be. */
static bool is_method(const struct gtb_text *text)
{
	if (text->len == 0 || text->len > METHOD_MAX)
		return false;
	for (size_t i = 0; i < text->len; i++) {
		char byte = text->ptr[i];

		if (gtb_name_fold(byte) == 0 && byte != '_')
			return false;
	}
	return true;
}

static bool read_method(struct gtb_facts *facts, const struct gtb_text *method)
{
	facts->tunnel = true;
	if (!known(method))
		return true;
	if (equals(method, "CONNECT"))
		return true;
	facts->tunnel = equals(method, "NONE");
	return is_method(method);
}

/* --- looking up -------------------------------------------------------- */

struct gtb_source gtb_facts_source(const struct gtb_facts *facts,
				   uint32_t rule, uint32_t line)
{
	struct gtb_source source = {&facts->ruleset->rules[rule], line};

	return source;
}

/* What the networks around an address make of it. */
static void look_around(const struct gtb_ruleset *ruleset,
			struct gtb_place_facts *place)
{
	const struct gtb_nets *nets = &ruleset->nets;

	for (uint32_t n = place->node; n != GTB_NETS_NONE;
	     n = nets->nodes[n].parent) {
		const struct gtb_nets_node *node = &nets->nodes[n];

		for (uint32_t i = 0; i < node->count; i++) {
			uint32_t rule = nets->items[node->first + i].rule;

			if (ruleset->rules[rule].excludes)
				place->excluded = true;
			else if (ruleset->rules[rule].enabled)
				place->listed = true;
		}
	}
}

static void look_up_place(struct gtb_facts *facts,
			  struct gtb_place_facts *place)
{
	place->node = gtb_nets_find(&facts->ruleset->nets, &place->addr);
	if (place->node == GTB_NETS_NONE)
		return;
	facts->covered = true;
	look_around(facts->ruleset, place);
	if (place->excluded)
		facts->excluded = true;
}

static bool is_excluded(const struct gtb_names_match *match)
{
	return match->hits[GTB_NAMES_EXCLUDE].node != GTB_NAMES_NONE;
}

static void look_up_name(struct gtb_facts *facts, const struct gtb_name *name,
			 struct gtb_names_match *match)
{
	if (!gtb_names_find(&facts->ruleset->names, name, match))
		return;
	facts->covered = true;
	if (is_excluded(match))
		facts->excluded = true;
}

/* --- reading and looking up -------------------------------------------- */

static bool read_host(struct gtb_facts *facts, const struct gtb_text *text)
{
	struct gtb_host *host = &facts->host;

	if (!known(text))
		return false;
	gtb_host_parse(host, text->ptr, text->len);
	if (host->kind == GTB_HOST_NAME) {
		look_up_name(facts, &host->name, &facts->host_match);
	} else if (host->kind == GTB_HOST_ADDRESS) {
		facts->host_place.known = true;
		facts->host_place.addr = host->addr;
		look_up_place(facts, &facts->host_place);
	}
	return host->kind != GTB_HOST_MALFORMED;
}

/* Apart from the below, which is most often enough. */
__attribute__((noinline))
static bool read_another(struct gtb_facts *facts, const struct gtb_text *sni)
{
	struct gtb_name name GTB_SCRATCH;

	if (!gtb_name_parse(&name, sni->ptr, sni->len))
		return false;
	look_up_name(facts, &name, &facts->sni_match);
	return true;
}

/* Most often the SNI is the very host of the request: read it once. */
static bool read_sni(struct gtb_facts *facts, const struct gtb_query *query)
{
	const struct gtb_text *sni = &query->sni;

	facts->sni_is_host = false;
	facts->sni_known = known(sni);
	if (!facts->sni_known)
		return true;
	facts->sni_is_host = !facts->host_place.known &&
			     sni->len == query->host.len &&
			     gtb_sixteen_same(sni->ptr, query->host.ptr,
					      sni->len);
	return facts->sni_is_host || read_another(facts, sni);
}

/* Where the policy names no clients, it only has to be an address. */
static bool read_client(struct gtb_facts *facts, const struct gtb_text *text)
{
	facts->client_known = known(text);
	if (!facts->client_known)
		return true;
	if (facts->ruleset->policy->identities_count == 0)
		return gtb_addr_is_one(text->ptr, text->len);
	return gtb_addr_parse(&facts->client, text->ptr, text->len);
}

static bool read_destination(struct gtb_facts *facts,
			     const struct gtb_text *text)
{
	facts->dst.known = known(text);
	if (!facts->dst.known)
		return true;
	if (!gtb_addr_parse(&facts->dst.addr, text->ptr, text->len))
		return false;
	look_up_place(facts, &facts->dst);
	return true;
}

static bool read_port_bit(struct gtb_facts *facts, const struct gtb_text *text)
{
	uint16_t port;

	if (!known(text))
		return false;
	/* Nearly all requests are for this one. */
	if (equals(text, "443")) {
		facts->port = facts->ruleset->https;
		return true;
	}
	port = read_port(text);
	if (port == 0)
		return false;
	facts->port = gtb_ruleset_port_bit(facts->ruleset, port);
	return true;
}

static void know_nothing(struct gtb_place_facts *place)
{
	place->node = GTB_NETS_NONE;
	place->known = false;
	place->listed = false;
	place->excluded = false;
}

bool gtb_facts_read(struct gtb_facts *facts, const struct gtb_ruleset *ruleset,
		    const struct gtb_query *query)
{
	facts->ruleset = ruleset;
	facts->covered = false;
	facts->excluded = false;
	know_nothing(&facts->host_place);
	know_nothing(&facts->dst);
	return read_port_bit(facts, &query->port) &&
	       read_host(facts, &query->host) &&
	       read_method(facts, &query->method) &&
	       read_sni(facts, query) &&
	       read_client(facts, &query->client) &&
	       read_destination(facts, &query->dst);
}

/* --- exclusions -------------------------------------------------------- */

/* What excludes a name, the last of the entries. */
static struct gtb_source name_excluder(const struct gtb_facts *facts,
				       const struct gtb_names_match *match)
{
	const struct gtb_names *names = &facts->ruleset->names;
	const struct gtb_names_hit *hit = &match->hits[GTB_NAMES_EXCLUDE];
	struct gtb_source by = {NULL, 0};

	for (uint32_t i = names->nodes[hit->node].refs; i != GTB_NAMES_NONE;
	     i = names->refs[i].next) {
		const struct gtb_names_ref *ref = &names->refs[i];

		if (ref->kind == GTB_NAMES_EXCLUDE &&
		    ref->wildcard == hit->wildcard)
			by = gtb_facts_source(facts, ref->rule, ref->line);
	}
	return by;
}

/* What excludes a place, the widest of the networks. */
static struct gtb_source place_excluder(const struct gtb_facts *facts,
					const struct gtb_place_facts *place)
{
	const struct gtb_nets *nets = &facts->ruleset->nets;
	struct gtb_source by = {NULL, 0};

	for (uint32_t n = place->node; n != GTB_NETS_NONE;
	     n = nets->nodes[n].parent) {
		const struct gtb_nets_node *node = &nets->nodes[n];

		for (uint32_t i = 0; i < node->count; i++) {
			const struct gtb_nets_item *item =
				&nets->items[node->first + i];

			if (facts->ruleset->rules[item->rule].excludes)
				by = gtb_facts_source(facts, item->rule,
						      item->line);
		}
	}
	return by;
}

struct gtb_source gtb_facts_excluder(const struct gtb_facts *facts)
{
	if (facts->host_place.excluded)
		return place_excluder(facts, &facts->host_place);
	if (facts->dst.excluded)
		return place_excluder(facts, &facts->dst);
	if (!facts->host_place.known && is_excluded(&facts->host_match))
		return name_excluder(facts, &facts->host_match);
	return name_excluder(facts, &facts->sni_match);
}
