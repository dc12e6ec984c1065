/* One rule of each entry; the contract is in rules.h. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gtb/file.h"
#include "gtb/list.h"

#include "rules.h"

#define ROW_SIZE 41		/* a list's row: its file name, cut */

/* --- ports ------------------------------------------------------------- */

static uint64_t port_bits(const struct gtb_ruleset *r, const uint16_t *ports,
			  size_t count)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < count; i++)
		bits |= gtb_ruleset_port_bit(r, ports[i]);
	return bits;
}

static bool in_ranges(const struct gtb_ports *ranges, size_t count,
		      uint16_t port)
{
	for (size_t i = 0; i < count; i++)
		if (port >= ranges[i].first && port <= ranges[i].last)
			return true;
	return false;
}

/* The entry's ports, and those its clients probe, that the policy enables. */
static uint64_t entry_ports(const struct gtb_ruleset *r,
			    const struct gtb_document *document,
			    const struct gtb_entry *entry)
{
	const struct gtb_policy *policy = r->policy;
	uint64_t bits = 0;

	if (entry->tcp_count == 0)
		return 0;
	for (size_t i = 0; i < policy->ports_count; i++) {
		uint16_t port = policy->ports[i];

		if (in_ranges(entry->tcp, entry->tcp_count, port) ||
		    in_ranges(document->probes, document->probes_count, port))
			bits |= gtb_ruleset_port_bit(r, port);
	}
	return bits;
}

/* --- rules ------------------------------------------------------------- */

static struct gtb_rule *new_rule(struct gtb_ruleset *r, uint32_t *index)
{
	*index = (uint32_t)r->rules_count;
	return &r->rules[r->rules_count++];
}

/* Keep a row made here for as long as the ruleset. NULL: no memory. */
static const char *keep_string(struct gtb_ruleset *r, char *string)
{
	if (string != NULL)
		r->strings[r->strings_count++] = string;
	return string;
}

_Static_assert(sizeof("list:") + ROW_SIZE <= GTB_RULE_LABEL_SIZE,
	       "the label of a list may be cut");

/*
 * Name the rule as answers, logs and statistics do. Ids and rows are checked
 * when they are read; should a byte ever get here that has a meaning in an
 * answer, it loses it.
 */
static void set_label(struct gtb_rule *rule, const char *document,
		      const char *row)
{
	char *at = rule->label;

	rule->document = document;
	rule->row = row;
	snprintf(at, sizeof(rule->label), "%s:%s", document, row);
	for (; *at != '\0'; at++)
		if (gtb_name_fold(*at) == 0 && *at != '_' && *at != ':')
			*at = '_';
	rule->label_len = (uint8_t)(at - rule->label);
}

static int add_name(struct gtb_ruleset *r, const char *text, uint32_t rule)
{
	const struct gtb_rule *made = &r->rules[rule];
	bool wildcard = strncmp(text, "*.", 2) == 0;
	enum gtb_names_kind kind = made->excludes  ? GTB_NAMES_EXCLUDE
				   : made->enabled ? GTB_NAMES_ON
						   : GTB_NAMES_OFF;
	struct gtb_name name;

	if (wildcard)
		text += 2;
	if (!gtb_name_parse(&name, text, strlen(text)))
		return GTB_E_INPUT;
	return gtb_names_add(&r->names, &name, wildcard, kind, rule, 0);
}

static int add_network(struct gtb_ruleset *r, const char *text, uint32_t rule)
{
	struct gtb_net net;

	if (gtb_net_parse(&net, text, strlen(text)) != GTB_NET_OK)
		return GTB_E_INPUT;
	return gtb_nets_add(&r->nets, &net, rule, 0);
}

static int add_text(struct gtb_ruleset *r, const char *name,
		    const char *network, uint32_t rule)
{
	return name != NULL ? add_name(r, name, rule)
			    : add_network(r, network, rule);
}

static bool opted_in(const struct gtb_policy *policy, const char *name)
{
	for (size_t i = 0; i < policy->shared_count; i++)
		if (strcmp(policy->shared[i], name) == 0)
			return true;
	return false;
}

static void switch_entry(const struct gtb_policy *policy,
			 const struct gtb_entry *entry, struct gtb_rule *rule)
{
	const struct gtb_policy_tier *tier = &policy->tiers[entry->tier];

	rule->enabled = false;
	if (!tier->enabled)
		rule->off = GTB_REASON_TIER_OFF;
	else if ((entry->products & policy->products) == 0)
		rule->off = GTB_REASON_PRODUCT_OFF;
	else if (entry->shared && !opted_in(policy, entry->name))
		rule->off = GTB_REASON_SHARED_OFF;
	else
		rule->enabled = true;
	rule->bypass = rule->enabled ? tier->bypass : 0;
}

int gtb_rules_add_entry(struct gtb_ruleset *r, const struct gtb_document *document,
		     const struct gtb_entry *entry)
{
	uint32_t index;
	struct gtb_rule *rule = new_rule(r, &index);

	set_label(rule, document->id, entry->row);
	rule->text = entry->name != NULL ? entry->name : entry->network;
	rule->use = entry->use;
	rule->tier = entry->tier;
	rule->hosting = entry->hosting;
	rule->products = entry->products;
	rule->network = entry->name == NULL;
	rule->ports = entry_ports(r, document, entry);
	switch_entry(r->policy, entry, rule);
	return add_text(r, entry->name, entry->network, index);
}

int gtb_rules_add_own(struct gtb_ruleset *r, const struct gtb_policy_own *own)
{
	uint32_t index;
	struct gtb_rule *rule = new_rule(r, &index);

	set_label(rule, "policy", own->row);
	rule->text = own->name != NULL ? own->name : own->network;
	rule->use = own->use;
	rule->tier = GTB_TIER_OWN;
	rule->hosting = own->hosting;
	rule->products = GTB_PRODUCT_ALL;
	rule->bypass = own->bypass;
	rule->enabled = true;
	rule->network = own->name == NULL;
	rule->ports = port_bits(r, own->ports, own->ports_count);
	return add_text(r, own->name, own->network, index);
}

int gtb_rules_add_exclusion(struct gtb_ruleset *r, const char *name,
			 const char *network, size_t number)
{
	uint32_t index;
	struct gtb_rule *rule = new_rule(r, &index);
	char *row = NULL;

	if (asprintf(&row, "exclude-%s-%zu",
		     name != NULL ? "names" : "networks", number) == -1)
		row = NULL;
	if (keep_string(r, row) == NULL)
		return GTB_E_NOMEM;
	set_label(rule, "policy", row);
	rule->text = name != NULL ? name : network;
	rule->tier = GTB_TIER_OWN;
	rule->excludes = true;
	rule->off = GTB_REASON_EXCLUDED;
	rule->network = name == NULL;
	return add_text(r, name, network, index);
}

/* --- list files -------------------------------------------------------- */

struct list_target {
	struct gtb_ruleset *ruleset;
	uint32_t rule;
	enum gtb_names_kind kind;
};

static int add_line(void *context, const struct gtb_name *name, bool wildcard,
		    const struct gtb_net *net, uint32_t line)
{
	struct list_target *target = context;

	if (net != NULL)
		return gtb_nets_add(&target->ruleset->nets, net, target->rule,
				    line);
	return gtb_names_add(&target->ruleset->names, name, wildcard,
			     target->kind, target->rule, line);
}

/* The file's name, of letters that may stand in an annotation. */
static char *list_row(const char *file)
{
	const char *base = strrchr(file, '/');
	char *row = calloc(1, ROW_SIZE);
	size_t len = 0;

	if (row == NULL)
		return NULL;
	for (base = base != NULL ? base + 1 : file;
	     *base != '\0' && len < ROW_SIZE - 1; base++) {
		char plain = gtb_name_fold(*base);

		row[len++] = plain == 0 && *base != '_' ? '-' : *base;
	}
	return row;
}

static int make_list_rule(struct gtb_ruleset *r,
			  const struct gtb_policy_list *list,
			  struct list_target *target)
{
	struct gtb_rule *rule = new_rule(r, &target->rule);
	const char *row = keep_string(r, list_row(list->file));

	if (row == NULL)
		return GTB_E_NOMEM;
	set_label(rule, "list", row);
	rule->tier = GTB_TIER_OWN;
	rule->products = GTB_PRODUCT_ALL;
	rule->network = list->kind == GTB_LIST_DST;
	rule->excludes = list->exclude;
	rule->enabled = !list->exclude;
	rule->off = GTB_REASON_EXCLUDED;
	rule->bypass = list->exclude ? 0 : list->bypass;
	rule->ports = port_bits(r, list->ports, list->ports_count);
	target->ruleset = r;
	target->kind = list->exclude ? GTB_NAMES_EXCLUDE : GTB_NAMES_ON;
	return GTB_OK;
}

void gtb_rules_add_digest(struct gtb_compiler *c, const char *digest)
{
	memcpy(c->digests + c->digests_len, digest, GTB_DIGEST_SIZE - 1);
	c->digests_len += GTB_DIGEST_SIZE - 1;
}

int gtb_rules_add_list(struct gtb_compiler *c, const struct gtb_policy_list *list)
{
	struct list_target target;
	char digest[GTB_DIGEST_SIZE];
	char *text = NULL;
	size_t len = 0;
	int rc;

	gtb_watch_add(c->watch, list->file);
	rc = gtb_file_read(list->file, GTB_FILE_LIST_MAX, &text, &len, NULL,
			   c->report);
	if (rc == GTB_E_IO || rc == GTB_E_INPUT)
		gtb_report_error(c->report, c->ruleset->policy->path,
				 list->place,
				 "cannot read the list %s named here",
				 list->file);
	if (rc == GTB_OK)
		rc = make_list_rule(c->ruleset, list, &target);
	if (rc == GTB_OK)
		rc = gtb_list_parse(list->file, text, len, list->kind,
				    list->exclude, add_line, &target,
				    c->report);
	if (rc == GTB_OK)
		gtb_rules_add_digest(c, gtb_digest_hex(text, len, digest));
	free(text);
	return rc;
}

