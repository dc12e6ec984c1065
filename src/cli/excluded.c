/* Which entries an exclusion covers as a whole. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gtb/decide.h"
#include "gtb/host.h"

#include "excluded.h"

/* A label that no policy names: what is excluded with it is excluded below. */
#define BELOW "any-name-below"

#define NAME_SIZE (GTB_NAME_MAX + sizeof(BELOW) + 1)

static int compare(const void *a, const void *b)
{
	return gtb_net_compare(a, b);
}

static int collect(void *context, const char *name, const struct gtb_net *net,
		   const struct gtb_source *source)
{
	struct cli_excluded *excluded = context;
	size_t room = excluded->room > 0 ? 2 * excluded->room : 16;
	struct gtb_net *nets = excluded->nets;

	if (name != NULL || !source->rule->excludes)
		return GTB_OK;
	if (excluded->count == excluded->room) {
		nets = reallocarray(nets, room, sizeof(nets[0]));
		if (nets == NULL)
			return GTB_E_NOMEM;
		excluded->nets = nets;
		excluded->room = room;
	}
	nets[excluded->count++] = *net;
	return GTB_OK;
}

/* A network stands before all it covers. */
static void drop_covered(struct cli_excluded *excluded)
{
	struct gtb_net *nets = excluded->nets;
	size_t kept = 0;

	for (size_t i = 0; i < excluded->count; i++)
		if (kept == 0 || !gtb_net_covers(&nets[kept - 1], &nets[i]))
			nets[kept++] = nets[i];
	excluded->count = kept;
}

int cli_excluded_init(struct cli_excluded *excluded,
		      const struct gtb_ruleset *ruleset)
{
	memset(excluded, 0, sizeof(*excluded));
	excluded->ruleset = ruleset;
	if (gtb_ruleset_walk(ruleset, collect, excluded) != GTB_OK)
		return GTB_E_NOMEM;
	if (excluded->count > 0)
		qsort(excluded->nets, excluded->count,
		      sizeof(excluded->nets[0]), compare);
	drop_covered(excluded);
	return GTB_OK;
}

void cli_excluded_fini(struct cli_excluded *excluded)
{
	free(excluded->nets);
}

/* The last one that stands before the network, or is the same. */
static bool covers_net(const struct cli_excluded *excluded,
		       const struct gtb_net *net)
{
	size_t low = 0;
	size_t high = excluded->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (gtb_net_compare(&excluded->nets[middle], net) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 && gtb_net_covers(&excluded->nets[low - 1], net);
}

/* The decision looks for exclusions before anything else. */
static bool covers_name(const struct cli_excluded *excluded, const char *name)
{
	struct gtb_query query = {.port = {"443", 3}};
	struct gtb_decision decision;
	char below[NAME_SIZE];

	query.host.ptr = name;
	if (strncmp(name, "*.", 2) == 0) {
		snprintf(below, sizeof(below), BELOW "%s", name + 1);
		query.host.ptr = below;
	}
	query.host.len = strlen(query.host.ptr);
	gtb_decide(excluded->ruleset, &query, &decision);
	return decision.auth.reason == GTB_REASON_EXCLUDED;
}

bool cli_excluded_covers(const struct cli_excluded *excluded, const char *name,
			 const struct gtb_net *net)
{
	if (name != NULL)
		return covers_name(excluded, name);
	return covers_net(excluded, net);
}
