/*
 * facts: a request, read strictly and looked up, ready to be judged.
 */
#ifndef GTB_FACTS_H
#define GTB_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "gtb/decide.h"
#include "gtb/host.h"
#include "gtb/net.h"

#include "compiled.h"

/* What an address says: is it in a listed network, is it excluded? */
struct gtb_place_facts {
	struct gtb_addr addr;
	uint32_t node;		/* innermost network, or GTB_NETS_NONE */
	bool known;		/* else addr and node say nothing */
	bool listed;		/* inside an enabled network */
	bool excluded;		/* inside an excluded one */
};

/* A request, read. */
struct gtb_facts {
	const struct gtb_ruleset *ruleset;
	bool covered;		/* some network or name of the ruleset covers
				 * host, SNI or destination */
	bool excluded;		/* one of those is an exclusion */
	struct gtb_host host;
	struct gtb_names_match host_match;	/* when a name */
	struct gtb_place_facts host_place;	/* when an address */
	bool sni_known;
	bool sni_is_host;		/* the same name: then only the host's
					 * match is set */
	struct gtb_names_match sni_match;
	struct gtb_place_facts dst;
	struct gtb_addr client;
	bool client_known;
	uint64_t port;			/* bit in the rules' ports */
	bool tunnel;			/* something TLS can run in */
};

/*
 * Read a query and look its names and addresses up. False: something that is
 * present is not well formed, or host or port is absent; *facts is then not
 * to be used.
 */
bool gtb_facts_read(struct gtb_facts *facts, const struct gtb_ruleset *ruleset,
		    const struct gtb_query *query);

/* The entry behind an index. */
struct gtb_source gtb_facts_source(const struct gtb_facts *facts,
				   uint32_t rule, uint32_t line);

/* What excludes a request that is excluded. */
struct gtb_source gtb_facts_excluder(const struct gtb_facts *facts);

#endif
