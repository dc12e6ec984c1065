/* The networks of a policy: who may bypass, and what nobody reaches. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "gtb/net.h"
#include "squid_parts.h"

static const enum gtb_bypass bits[SQUID_VERDICTS] = {
	[SQUID_AUTH] = GTB_BYPASS_AUTH,
	[SQUID_TLS] = GTB_BYPASS_TLS,
};

/* --- clients ----------------------------------------------------------- */

static size_t count_clients(const struct gtb_policy *policy,
			    enum gtb_bypass bit)
{
	size_t count = 0;

	for (size_t i = 0; i < policy->identities_count; i++)
		if ((policy->identities[i].bypass & bit) != 0)
			count += policy->identities[i].clients_count;
	return count;
}

int gtb_squid_plan_clients(struct squid_plan *plan, enum squid_verdict verdict)
{
	const struct gtb_policy *policy = gtb_ruleset_policy(plan->ruleset);
	struct squid_clients *clients = &plan->clients[verdict];
	size_t count = count_clients(policy, bits[verdict]);
	struct gtb_net *nets = NULL;
	size_t used = 0;

	clients->nobody = policy->identities_count > 0 && count == 0;
	if (count == 0)
		return GTB_OK;
	nets = calloc(count, sizeof(nets[0]));
	if (nets == NULL)
		return GTB_E_NOMEM;
	for (size_t i = 0; i < policy->identities_count; i++) {
		const struct gtb_policy_identity *id = &policy->identities[i];

		if ((id->bypass & bits[verdict]) == 0)
			continue;
		for (size_t j = 0; j < id->clients_count; j++)
			if (gtb_net_parse(&nets[used], id->clients[j],
					  strlen(id->clients[j])) == GTB_NET_OK)
				used++;
	}
	gtb_squid_add_nets(&clients->nets, nets, used);
	free(nets);
	return clients->nets.error;
}

/* --- exclusions -------------------------------------------------------- */

struct collected {
	struct gtb_net *nets;
	size_t count;
	size_t size;
};

static int collect_excluded(void *context, const char *name,
			    const struct gtb_net *net,
			    const struct gtb_source *source)
{
	struct collected *c = context;

	(void)name;
	if (net == NULL || !source->rule->excludes)
		return GTB_OK;
	if (c->count == c->size) {
		size_t size = c->size > 0 ? 2 * c->size : 16;
		struct gtb_net *nets =
			reallocarray(c->nets, size, sizeof(nets[0]));

		if (nets == NULL)
			return GTB_E_NOMEM;
		c->nets = nets;
		c->size = size;
	}
	c->nets[c->count++] = *net;
	return GTB_OK;
}

/* On intercepted ports a name may be at any address: so not at these. */
int gtb_squid_plan_excluded(struct squid_plan *plan)
{
	struct collected c = {NULL, 0, 0};
	int rc;

	if (!plan->intercepted)
		return GTB_OK;
	rc = gtb_ruleset_walk(plan->ruleset, collect_excluded, &c);
	if (rc == GTB_OK && c.count > 0)
		gtb_squid_add_nets(&plan->excluded, c.nets, c.count);
	free(c.nets);
	return rc != GTB_OK ? rc : plan->excluded.error;
}
