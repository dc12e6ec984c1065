/* What is to be said, before anything is written. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "gtb/net.h"
#include "squid_parts.h"

/* Where no TLS is spoken. */
#define HTTP_PORT 80

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
	for (int i = 0; i < SQUID_LISTS; i++)
		gtb_text_init(&set->lists[i]);
}

static void set_fini(struct squid_set *set)
{
	for (int i = 0; i < SQUID_LISTS; i++)
		gtb_text_fini(&set->lists[i]);
}

static bool set_is_empty(const struct squid_set *set)
{
	return set->lists[SQUID_NAMES].len == 0 &&
	       set->lists[SQUID_NETS].len == 0;
}

static bool sets_equal(const struct squid_set *a, const struct squid_set *b)
{
	for (int i = 0; i < SQUID_LISTS; i++)
		if (!texts_equal(&a->lists[i], &b->lists[i]))
			return false;
	return true;
}

/* "*.x" is ".x" for Squid; both cover x itself. */
static void add_name(struct gtb_text_buffer *text, const char *name)
{
	gtb_text_addf(text, "%s\n", name[0] == '*' ? name + 1 : name);
}

static int add_item(void *context, const char *name, const struct gtb_net *net,
		    bool yes)
{
	struct squid_set *set = context;
	struct gtb_text_buffer *text;

	if (name != NULL) {
		text = &set->lists[yes ? SQUID_NAMES : SQUID_NOT_NAMES];
		add_name(text, name);
	} else {
		text = &set->lists[yes ? SQUID_NETS : SQUID_NOT_NETS];
		gtb_squid_add_net(text, net);
	}
	return text->error;
}

static int add_far_name(void *context, const char *name,
			const struct gtb_net *net, bool yes)
{
	struct squid_set *set = context;
	struct gtb_text_buffer *text =
		&set->lists[yes ? SQUID_FAR_NAMES : SQUID_NOT_FAR_NAMES];

	(void)net;
	add_name(text, name);
	return text->error;
}

/* --- ports ------------------------------------------------------------- */

/* Names of ports of which none was given. */
static const char *const port_names[] = {
	[GTB_SQUID_INTERCEPT] = "gtb_intercept",
	[GTB_SQUID_TPROXY] = "gtb_tproxy",
};

static bool is_named(const struct gtb_squid_options *options,
		     enum gtb_squid_mode mode)
{
	for (size_t i = 0; i < options->ports_count; i++)
		if (options->ports[i].mode == mode)
			return true;
	return false;
}

static bool has_mode(const struct gtb_squid_options *options,
		     enum gtb_squid_mode mode)
{
	return (options->modes & GTB_SQUID_MODE_BIT(mode)) != 0;
}

static void plan_ports(struct squid_plan *plan)
{
	const struct gtb_squid_options *options = plan->options;

	for (size_t i = 0; i < options->ports_count; i++)
		gtb_text_addf(options->ports[i].mode == GTB_SQUID_EXPLICIT
				      ? &plan->explicit_ports
				      : &plan->intercepted_ports,
			      "%s\n", options->ports[i].name);
	for (int m = GTB_SQUID_INTERCEPT; m <= GTB_SQUID_TPROXY; m++)
		if (has_mode(options, (enum gtb_squid_mode)m) &&
		    !is_named(options, (enum gtb_squid_mode)m))
			gtb_text_addf(&plan->intercepted_ports, "%s\n",
				      port_names[m]);
	plan->explicit_on = has_mode(options, GTB_SQUID_EXPLICIT) ||
			    plan->explicit_ports.len > 0;
	if (has_mode(options, GTB_SQUID_EXPLICIT))
		gtb_text_fini(&plan->explicit_ports);
	plan->intercepted = plan->intercepted_ports.len > 0;
}

enum gtb_squid_mode
gtb_squid_plan_intercepted_mode(const struct squid_plan *plan)
{
	const struct gtb_squid_options *options = plan->options;

	for (size_t i = 0; i < options->ports_count; i++)
		if (options->ports[i].mode != GTB_SQUID_EXPLICIT)
			return options->ports[i].mode;
	return has_mode(options, GTB_SQUID_INTERCEPT) ? GTB_SQUID_INTERCEPT
						      : GTB_SQUID_TPROXY;
}

/* Exclusions win over everything: where names are excluded, no address is
 * spliced before the name is known. */
static void plan_ways(struct squid_plan *plan)
{
	const struct gtb_squid_options *options = plan->options;
	const struct gtb_policy *policy = gtb_ruleset_policy(plan->ruleset);

	plan->external = gtb_squid_via_asks(options->via, GTB_SQUID_EXTERNAL);
	plan->icap = gtb_squid_via_asks(options->via, GTB_SQUID_ICAP);
	plan->sni_first = policy->exclude_names_count > 0;
	for (size_t i = 0; i < policy->lists_count; i++)
		if (policy->lists[i].exclude &&
		    policy->lists[i].kind == GTB_LIST_DSTDOMAIN)
			plan->sni_first = true;
	plan->goes_on = (options->bypass & GTB_BYPASS_TLS) != 0 &&
			options->tail != GTB_SQUID_TAIL_NONE;
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
		if (rc == GTB_OK && plan->intercepted && !plan->external &&
		    !plan->icap)
			rc = gtb_ruleset_verdicts_far(
				plan->ruleset, bits[v], port, add_far_name,
				&group->sets[v], &stricter);
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
		plan->groups[i].tls_ports |= group->tls_ports;
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

		if (ports[i] != HTTP_PORT)
			group.tls_ports = group.ports;
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
	gtb_text_init(&plan->explicit_ports);
	gtb_text_init(&plan->intercepted_ports);
	for (int v = 0; v < SQUID_VERDICTS; v++)
		gtb_text_init(&plan->clients[v].nets);
	plan_ports(plan);
	plan_ways(plan);
	if (plan->explicit_ports.error != GTB_OK)
		return plan->explicit_ports.error;
	if (plan->intercepted_ports.error != GTB_OK)
		return plan->intercepted_ports.error;
	for (int v = 0; v < SQUID_VERDICTS && rc == GTB_OK; v++)
		rc = gtb_squid_plan_clients(plan, (enum squid_verdict)v);
	plan->same_clients = texts_equal(&plan->clients[SQUID_AUTH].nets,
					 &plan->clients[SQUID_TLS].nets);
	if (rc == GTB_OK)
		rc = gtb_squid_plan_excluded(plan);
	if (rc == GTB_OK)
		rc = plan_groups(plan);
	return rc;
}

void gtb_squid_plan_fini(struct squid_plan *plan)
{
	for (size_t i = 0; i < plan->groups_count; i++)
		group_fini(&plan->groups[i]);
	gtb_text_fini(&plan->rules);
	gtb_text_fini(&plan->excluded);
	free(plan->groups);
	for (int v = 0; v < SQUID_VERDICTS; v++)
		gtb_text_fini(&plan->clients[v].nets);
	gtb_text_fini(&plan->explicit_ports);
	gtb_text_fini(&plan->intercepted_ports);
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

bool gtb_squid_has_tunnels(const struct squid_group *group,
			   enum squid_verdict verdict)
{
	return group->tls_ports != 0 && gtb_squid_has(group, verdict);
}

bool gtb_squid_plan_has_tunnels(const struct squid_plan *plan,
				enum squid_verdict verdict)
{
	for (size_t i = 0; i < plan->groups_count; i++)
		if (gtb_squid_has_tunnels(&plan->groups[i], verdict))
			return true;
	return false;
}

bool gtb_squid_has_list(const struct squid_group *group,
			enum squid_verdict verdict, enum squid_list list)
{
	return group->sets[verdict].lists[list].len > 0;
}

enum squid_list gtb_squid_tunnel_names(const struct squid_plan *plan)
{
	return plan->external ? SQUID_NAMES : SQUID_FAR_NAMES;
}

/* The service is asked before the server name is known. */
bool gtb_squid_names_count(const struct squid_plan *plan)
{
	return plan->external || !plan->icap;
}
