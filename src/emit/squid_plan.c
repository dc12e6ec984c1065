/* What is to be said, before anything is written. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "gtb/net.h"
#include "squid_parts.h"

static const enum gtb_bypass bits[SQUID_VERDICTS] = {
	[SQUID_AUTH] = GTB_BYPASS_AUTH,
	[SQUID_TLS] = GTB_BYPASS_TLS,
};

static bool texts_equal(const struct gtb_text_buffer *a,
			const struct gtb_text_buffer *b)
{
	return a->len == b->len &&
	       memcmp(gtb_text_data(a), gtb_text_data(b), a->len) == 0;
}

/* --- sets -------------------------------------------------------------- */

static void set_init(struct squid_set *set)
{
	gtb_text_init(&set->names);
	gtb_text_init(&set->not_names);
	gtb_text_init(&set->nets);
	gtb_text_init(&set->not_nets);
}

static void set_fini(struct squid_set *set)
{
	gtb_text_fini(&set->names);
	gtb_text_fini(&set->not_names);
	gtb_text_fini(&set->nets);
	gtb_text_fini(&set->not_nets);
}

static bool set_is_empty(const struct squid_set *set)
{
	return set->names.len == 0 && set->nets.len == 0;
}

static bool sets_equal(const struct squid_set *a, const struct squid_set *b)
{
	return texts_equal(&a->names, &b->names) &&
	       texts_equal(&a->not_names, &b->not_names) &&
	       texts_equal(&a->nets, &b->nets) &&
	       texts_equal(&a->not_nets, &b->not_nets);
}

/* "*.x" is ".x" for Squid; both cover x itself. */
static int add_item(void *context, const char *name, const struct gtb_net *net,
		    bool yes)
{
	struct squid_set *set = context;
	struct gtb_text_buffer *text = yes ? &set->names : &set->not_names;

	if (name != NULL) {
		gtb_text_addf(text, "%s\n", name[0] == '*' ? name + 1 : name);
	} else {
		text = yes ? &set->nets : &set->not_nets;
		gtb_squid_add_net(text, net);
	}
	return text->error;
}

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

static int plan_clients(struct squid_plan *plan, enum squid_verdict verdict)
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

/* --- groups ------------------------------------------------------------ */

static int fill_group(struct squid_plan *plan, struct squid_group *group,
		      uint16_t port)
{
	int rc = GTB_OK;

	for (int v = 0; v < SQUID_VERDICTS && rc == GTB_OK; v++) {
		size_t stricter = 0;

		if ((plan->options->bypass & bits[v]) == 0 ||
		    plan->clients[v].nobody)
			continue;
		rc = gtb_ruleset_verdicts(plan->ruleset, bits[v], port,
					  add_item, &group->sets[v], &stricter);
		if (stricter > plan->stricter)
			plan->stricter = stricter;
	}
	group->same =
		sets_equal(&group->sets[SQUID_AUTH], &group->sets[SQUID_TLS]);
	return rc;
}

static void group_fini(struct squid_group *group)
{
	for (int v = 0; v < SQUID_VERDICTS; v++)
		set_fini(&group->sets[v]);
}

static bool groups_equal(const struct squid_group *a,
			 const struct squid_group *b)
{
	return sets_equal(&a->sets[SQUID_AUTH], &b->sets[SQUID_AUTH]) &&
	       sets_equal(&a->sets[SQUID_TLS], &b->sets[SQUID_TLS]);
}

/* Take the group over: as a new one, into an equal one, or not at all. */
static void keep_group(struct squid_plan *plan, struct squid_group *group)
{
	for (size_t i = 0; i < plan->groups_count; i++) {
		if (!groups_equal(&plan->groups[i], group))
			continue;
		plan->groups[i].ports |= group->ports;
		group_fini(group);
		return;
	}
	if (gtb_squid_has(group, SQUID_AUTH) || gtb_squid_has(group, SQUID_TLS))
		plan->groups[plan->groups_count++] = *group;
	else
		group_fini(group);
}

static int plan_groups(struct squid_plan *plan)
{
	size_t count;
	const uint16_t *ports = gtb_ruleset_ports(plan->ruleset, &count);

	plan->groups = calloc(count > 0 ? count : 1, sizeof(plan->groups[0]));
	if (plan->groups == NULL)
		return GTB_E_NOMEM;
	for (size_t i = 0; i < count; i++) {
		struct squid_group group = {.ports = UINT64_C(1) << i};
		int rc;

		for (int v = 0; v < SQUID_VERDICTS; v++)
			set_init(&group.sets[v]);
		rc = fill_group(plan, &group, ports[i]);
		if (rc != GTB_OK) {
			group_fini(&group);
			return rc;
		}
		keep_group(plan, &group);
	}
	return GTB_OK;
}

/* --- the plan ---------------------------------------------------------- */

int gtb_squid_plan_make(struct squid_plan *plan,
			const struct gtb_ruleset *ruleset,
			const struct gtb_squid_options *options)
{
	int rc = GTB_OK;

	*plan = (struct squid_plan){.ruleset = ruleset, .options = options};
	for (int v = 0; v < SQUID_VERDICTS; v++)
		gtb_text_init(&plan->clients[v].nets);
	for (int v = 0; v < SQUID_VERDICTS && rc == GTB_OK; v++)
		rc = plan_clients(plan, (enum squid_verdict)v);
	plan->same_clients = texts_equal(&plan->clients[SQUID_AUTH].nets,
					 &plan->clients[SQUID_TLS].nets);
	if (rc == GTB_OK)
		rc = plan_groups(plan);
	return rc;
}

void gtb_squid_plan_fini(struct squid_plan *plan)
{
	for (size_t i = 0; i < plan->groups_count; i++)
		group_fini(&plan->groups[i]);
	free(plan->groups);
	for (int v = 0; v < SQUID_VERDICTS; v++)
		gtb_text_fini(&plan->clients[v].nets);
	*plan = (struct squid_plan){.groups = NULL};
}

bool gtb_squid_has(const struct squid_group *group, enum squid_verdict verdict)
{
	return !set_is_empty(&group->sets[verdict]);
}

bool gtb_squid_plan_has(const struct squid_plan *plan,
			enum squid_verdict verdict)
{
	for (size_t i = 0; i < plan->groups_count; i++)
		if (gtb_squid_has(&plan->groups[i], verdict))
			return true;
	return false;
}
