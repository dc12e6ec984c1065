/*
 * compiled: what a ruleset consists of. For the files that compile, walk and
 * decide; everybody else sees gtb/ruleset.h.
 */
#ifndef GTB_COMPILED_H
#define GTB_COMPILED_H

#include <stddef.h>
#include <stdint.h>

#include "gtb/digest.h"
#include "gtb/ruleset.h"

#include "names.h"
#include "nets.h"

struct gtb_ruleset {
	struct gtb_catalog *catalog;
	struct gtb_policy *policy;
	struct gtb_rule *rules;
	size_t rules_count;
	char **strings;		/* rows made here: "exclude-names-1", ... */
	size_t strings_count;
	uint16_t ports[GTB_RULESET_PORTS_MAX];
	size_t ports_count;
	uint64_t https;		/* the bit of port 443 */
	struct gtb_names names;
	struct gtb_nets nets;
	struct gtb_nets clients; /* items' rule: index of the identity */
	char digest[GTB_DIGEST_SIZE];
};

/* The bit of a TCP port in struct gtb_rule's ports; 0: no rule uses it. */
uint64_t gtb_ruleset_port_bit(const struct gtb_ruleset *ruleset,
			      uint16_t port);

/*
 * Is a name of the rule refused where the original destination is known and in
 * no network, because GoTo alone hosts it?
 */
bool gtb_rule_hosted_near(const struct gtb_rule *rule,
			  const struct gtb_policy *policy);

/* The same, or because the policy refuses whatever only a name proves? */
bool gtb_rule_needs_network(const struct gtb_rule *rule,
			    const struct gtb_policy *policy);

#endif
