/* Looking at a ruleset from outside; the contract is in gtb/ruleset.h. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "compiled.h"

const struct gtb_catalog *gtb_ruleset_catalog(const struct gtb_ruleset *r)
{
	return r->catalog;
}

const struct gtb_policy *gtb_ruleset_policy(const struct gtb_ruleset *r)
{
	return r->policy;
}

const struct gtb_rule *gtb_ruleset_rules(const struct gtb_ruleset *r,
					 size_t *count)
{
	*count = r->rules_count;
	return r->rules;
}

const uint16_t *gtb_ruleset_ports(const struct gtb_ruleset *r, size_t *count)
{
	*count = r->ports_count;
	return r->ports;
}

size_t gtb_ruleset_names_count(const struct gtb_ruleset *r)
{
	return r->names.refs_count;
}

size_t gtb_ruleset_networks_count(const struct gtb_ruleset *r)
{
	return r->nets.items_count;
}

const char *gtb_ruleset_digest(const struct gtb_ruleset *r)
{
	return r->digest;
}

const char *gtb_source_text(const struct gtb_source *source, char *buffer,
			    size_t size)
{
	const struct gtb_rule *rule = source->rule;
	const char *text = rule ? rule->label : "-";
	size_t len;

	if (rule && source->line != 0) {
		snprintf(buffer, size, "%s:%u", text,
			 (unsigned int)source->line);
		return buffer;
	}
	/* A door asks for this with each answer. */
	len = strnlen(text, size - 1);
	memcpy(buffer, text, len);
	buffer[len] = '\0';
	return buffer;
}

static int walk_names(const struct gtb_ruleset *r, gtb_ruleset_item *item,
		      void *context)
{
	const struct gtb_names *names = &r->names;

	for (uint32_t n = 0; n < names->nodes_count; n++) {
		for (uint32_t i = names->nodes[n].refs; i != GTB_NAMES_NONE;
		     i = names->refs[i].next) {
			const struct gtb_names_ref *ref = &names->refs[i];
			struct gtb_source source = {&r->rules[ref->rule],
						    ref->line};
			char text[GTB_NAMES_TEXT_SIZE];
			int rc;

			gtb_names_text(names, n, ref->wildcard, text);
			rc = item(context, text, NULL, &source);
			if (rc != GTB_OK)
				return rc;
		}
	}
	return GTB_OK;
}

int gtb_ruleset_walk(const struct gtb_ruleset *r, gtb_ruleset_item *item,
		     void *context)
{
	const struct gtb_nets *nets = &r->nets;
	int rc = walk_names(r, item, context);

	for (size_t i = 0; i < nets->items_count && rc == GTB_OK; i++) {
		struct gtb_source source = {&r->rules[nets->items[i].rule],
					    nets->items[i].line};

		rc = item(context, NULL, &nets->items[i].net, &source);
	}
	return rc;
}
