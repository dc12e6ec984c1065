/*
 * What is GoTo's: names and networks of the ruleset, or, without one, those
 * of the included snippet and a few domains that everybody writes.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "gtb/report.h"
#include "lint_goto.h"
#include "lint_view.h"

static const char *const known_domains[] = {
	"expertcity.com",   "getgo.com",       "getgocdn.com",
	"goto.com",	    "goto-rtc.com",    "gotomeeting.com",
	"gototraining.com", "gotowebinar.com", "logmeininc.com",
};

/* --- gathering --------------------------------------------------------- */

/* Room for one more of count items, doubling. */
static int reserve(void **items, size_t *size, size_t count, size_t item_size)
{
	size_t more = *size == 0 ? 64 : 2 * *size;
	void *moved;

	if (count < *size)
		return GTB_OK;
	moved = reallocarray(*items, more, item_size);
	if (moved == NULL)
		return GTB_E_NOMEM;
	*items = moved;
	*size = more;
	return GTB_OK;
}

static int add_name(struct lint_goto *known, const char *name)
{
	char *copy;
	void *items = known->names;

	if (reserve(&items, &known->names_size, known->names_count,
		    sizeof(known->names[0])) != GTB_OK)
		return GTB_E_NOMEM;
	known->names = items;
	copy = strdup(lint_goto_strip(name));
	if (copy == NULL)
		return GTB_E_NOMEM;
	for (char *c = copy; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	known->names[known->names_count++] = copy;
	return GTB_OK;
}

static int add_net(struct lint_goto *known, const struct gtb_net *net)
{
	void *items = known->nets;

	if (reserve(&items, &known->nets_size, known->nets_count,
		    sizeof(known->nets[0])) != GTB_OK)
		return GTB_E_NOMEM;
	known->nets = items;
	known->nets[known->nets_count++] = *net;
	return GTB_OK;
}

/* What somebody else runs is GoTo's only where the policy has it on. */
static bool is_gotos(const struct gtb_rule *rule)
{
	if (rule == NULL || rule->excludes)
		return false;
	return rule->enabled || rule->tier == GTB_TIER_REQUIRED ||
	       rule->tier == GTB_TIER_LEGACY;
}

static int walk_item(void *context, const char *name, const struct gtb_net *net,
		     const struct gtb_source *source)
{
	struct lint_goto *known = context;

	if (!is_gotos(source->rule))
		return GTB_OK;
	return name != NULL ? add_name(known, name) : add_net(known, net);
}

/* Our own lists: gtb_names_1, gtb_tls_nets_2, but no gtb_not_names_1. */
static int add_acl(struct lint_goto *known, const struct gtb_conf_acl *acl)
{
	if (strncmp(acl->name, "gtb_", 4) != 0 ||
	    strstr(acl->name, "_not_") != NULL)
		return GTB_OK;
	for (size_t i = 0; i < acl->values_count; i++) {
		const char *value = acl->values[i].text;
		struct gtb_net net;
		int rc = GTB_OK;

		if (lint_acl_is(acl, "dstdomain"))
			rc = add_name(known, value);
		else if (lint_acl_is(acl, "dst") &&
			 gtb_net_parse(&net, value, strlen(value)) ==
				 GTB_NET_OK)
			rc = add_net(known, &net);
		if (rc != GTB_OK)
			return rc;
	}
	return GTB_OK;
}

static int gather(struct lint_run *run)
{
	int rc = GTB_OK;

	if (run->options->ruleset != NULL)
		return gtb_ruleset_walk(run->options->ruleset, walk_item,
					run->known);
	for (size_t i = 0; i < run->acls_count && rc == GTB_OK; i++)
		rc = add_acl(run->known, &run->acls[i]);
	for (size_t i = 0; i < sizeof(known_domains) / sizeof(known_domains[0]);
	     i++)
		if (rc == GTB_OK)
			rc = add_name(run->known, known_domains[i]);
	return rc;
}

/* --- order ------------------------------------------------------------- */

int lint_goto_compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int compare_nets(const void *a, const void *b)
{
	return gtb_net_compare(a, b);
}

/* A network stands before all it covers, so one look back is enough. */
static void drop_covered(struct lint_goto *known)
{
	size_t kept = 0;

	for (size_t i = 0; i < known->nets_count; i++) {
		if (kept > 0 &&
		    gtb_net_covers(&known->nets[kept - 1], &known->nets[i]))
			continue;
		known->nets[kept++] = known->nets[i];
	}
	known->nets_count = kept;
}

int lint_goto_make(struct lint_run *run)
{
	struct lint_goto *known = calloc(1, sizeof(*known));
	int rc;

	if (known == NULL)
		return GTB_E_NOMEM;
	run->known = known;
	rc = gather(run);
	if (rc != GTB_OK)
		return rc;
	if (known->names_count > 0)
		qsort(known->names, known->names_count, sizeof(known->names[0]),
		      lint_goto_compare);
	if (known->nets_count > 0)
		qsort(known->nets, known->nets_count, sizeof(known->nets[0]),
		      compare_nets);
	drop_covered(known);
	return GTB_OK;
}

void lint_goto_fini(struct lint_run *run)
{
	if (run->known == NULL)
		return;
	for (size_t i = 0; i < run->known->names_count; i++)
		free(run->known->names[i]);
	free(run->known->names);
	free(run->known->nets);
	free(run->known);
	run->known = NULL;
}
