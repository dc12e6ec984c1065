/* A request, read and looked up; the contract is in facts.h. */
#include "config.h"

#include <string.h>

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
	unsigned int value = 0;

	if (!known(text) || text->len == 0 || text->len > 5 ||
	    text->ptr[0] == '0')
		return 0;
	for (size_t i = 0; i < text->len; i++) {
		unsigned int digit = (unsigned char)text->ptr[i] - '0';

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

static bool read_address(const struct gtb_text *text, bool *is_known,
			 struct gtb_addr *addr)
{
	*is_known = known(text);
	return !*is_known || gtb_addr_parse(addr, text->ptr, text->len);
}

/* Most often the SNI is the very host of the request: read it once. */
static bool read_sni(struct gtb_facts *facts, const struct gtb_query *query)
{
	const struct gtb_text *sni = &query->sni;

	facts->sni_known = known(sni);
	facts->sni_is_host = facts->sni_known &&
			     facts->host.kind == GTB_HOST_NAME &&
			     sni->len == query->host.len &&
			     memcmp(sni->ptr, query->host.ptr, sni->len) == 0;
	if (!facts->sni_known || facts->sni_is_host)
		return true;
	return gtb_name_parse(&facts->sni, sni->ptr, sni->len);
}

/* Everything present must be well formed; host and port must be present. */
static bool read_facts(struct gtb_facts *facts, const struct gtb_query *query)
{
	uint16_t port = read_port(&query->port);

	if (port == 0 || !known(&query->host))
		return false;
	facts->port = gtb_ruleset_port_bit(facts->ruleset, port);
	gtb_host_parse(&facts->host, query->host.ptr, query->host.len);
	return facts->host.kind != GTB_HOST_MALFORMED &&
	       read_method(facts, &query->method) &&
	       read_sni(facts, query) &&
	       read_address(&query->client, &facts->client_known,
			    &facts->client) &&
	       read_address(&query->dst, &facts->dst.known, &facts->dst.addr);
}

/* --- looking up -------------------------------------------------------- */

struct gtb_source gtb_facts_source(const struct gtb_facts *facts,
				   uint32_t rule, uint32_t line)
{
	struct gtb_source source = {&facts->ruleset->rules[rule], line};

	return source;
}

static void look_up_place(const struct gtb_facts *facts,
			  struct gtb_place_facts *place)
{
	const struct gtb_nets *nets = &facts->ruleset->nets;

	place->node = gtb_nets_find(nets, &place->addr);
	for (uint32_t n = place->node; n != GTB_NETS_NONE;
	     n = nets->nodes[n].parent) {
		const struct gtb_nets_node *node = &nets->nodes[n];

		for (uint32_t i = 0; i < node->count; i++) {
			const struct gtb_nets_item *item =
				&nets->items[node->first + i];
			const struct gtb_rule *rule =
				&facts->ruleset->rules[item->rule];

			if (rule->excludes)
				place->excluded = gtb_facts_source(
					facts, item->rule, item->line);
			else if (rule->enabled)
				place->listed = true;
		}
	}
}

static void look_up(struct gtb_facts *facts)
{
	const struct gtb_ruleset *ruleset = facts->ruleset;

	facts->host_place.known = facts->host.kind == GTB_HOST_ADDRESS;
	if (facts->host_place.known) {
		facts->host_place.addr = facts->host.addr;
		look_up_place(facts, &facts->host_place);
	} else {
		gtb_names_find(&ruleset->names, &facts->host.name,
			       &facts->host_match);
	}
	if (facts->dst.known)
		look_up_place(facts, &facts->dst);
	if (facts->sni_known && !facts->sni_is_host)
		gtb_names_find(&ruleset->names, &facts->sni,
			       &facts->sni_match);
}

bool gtb_facts_read(struct gtb_facts *facts, const struct gtb_ruleset *ruleset,
		    const struct gtb_query *query)
{
	facts->ruleset = ruleset;
	memset(&facts->host_place, 0, sizeof(facts->host_place));
	memset(&facts->dst, 0, sizeof(facts->dst));
	if (!read_facts(facts, query))
		return false;
	look_up(facts);
	return true;
}
