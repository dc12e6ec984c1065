/* L18: networks that hold more than GoTo. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gtb/list.h"
#include "gtb/net.h"
#include "gtb/report.h"
#include "lint_values.h"

/* A network of so few bits is more than any vendor's. */
#define V4_BITS	     96
#define V4_BITS_WIDE 16
#define V6_BITS_WIDE 32

/* So many networks are named in a message; of more, only the first is. */
#define NAMED_MAX 3

/* The ruleset's networks, sorted. */
struct listed {
	struct gtb_net *nets;
	size_t count;
	size_t size;
};

/* One value of an acl, held against them. */
struct value {
	const struct listed *listed;
	bool wide;
	bool wider; /* than GoTo's networks that are inside */
	/* How many these are, and the first of them. */
	size_t count;
	struct gtb_net inside[NAMED_MAX];
};

/* --- GoTo's networks --------------------------------------------------- */

static int add_net(void *context, const char *name, const struct gtb_net *net,
		   const struct gtb_source *source)
{
	struct listed *listed = context;
	struct gtb_net *nets;

	if (name != NULL || source->rule == NULL || source->rule->excludes)
		return GTB_OK;
	if (listed->count == listed->size) {
		size_t size = listed->size == 0 ? 64 : 2 * listed->size;

		nets = reallocarray(listed->nets, size, sizeof(nets[0]));
		if (nets == NULL)
			return GTB_E_NOMEM;
		listed->nets = nets;
		listed->size = size;
	}
	listed->nets[listed->count++] = *net;
	return GTB_OK;
}

static int compare(const void *a, const void *b)
{
	return gtb_net_compare(a, b);
}

static bool gather(struct lint_run *run, struct listed *listed)
{
	if (run->options->ruleset == NULL)
		return true;
	if (gtb_ruleset_walk(run->options->ruleset, add_net, listed) !=
	    GTB_OK) {
		run->rc = GTB_E_NOMEM;
		return false;
	}
	if (listed->count > 0)
		qsort(listed->nets, listed->count, sizeof(listed->nets[0]),
		      compare);
	return true;
}

/* The first of the sorted networks that does not stand before net. */
static size_t lower_bound(const struct listed *listed,
			  const struct gtb_net *net)
{
	size_t low = 0;
	size_t high = listed->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (gtb_net_compare(&listed->nets[middle], net) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* --- one network of a value -------------------------------------------- */

static bool is_before(const struct gtb_addr *a, const struct gtb_addr *b)
{
	return gtb_addr_compare(a, b) < 0;
}

/* Listed networks that lie side by side inside net leave no address out. */
static bool is_filled(const struct listed *listed, const struct gtb_net *net)
{
	struct gtb_addr end = gtb_net_last(net);
	struct gtb_addr next = net->addr;

	for (size_t i = lower_bound(listed, net); i < listed->count; i++) {
		struct gtb_addr last = gtb_net_last(&listed->nets[i]);

		if (is_before(&next, &listed->nets[i].addr))
			return false;
		if (is_before(&last, &next))
			continue;
		if (!is_before(&last, &end))
			return true;
		next = last;
		next.lo++;
		next.hi += next.lo == 0;
	}
	return false;
}

static bool is_covered(const struct listed *listed, const struct gtb_net *net)
{
	for (size_t i = 0; i < listed->count; i++)
		if (gtb_net_covers(&listed->nets[i], net))
			return true;
	return is_filled(listed, net);
}

/* Private networks and the like lie in no vendor's list. */
static bool is_special(const struct gtb_net *net)
{
	struct gtb_addr end = gtb_net_last(net);
	struct gtb_net first = {net->addr, 128};
	struct gtb_net last = {end, 128};

	return gtb_net_special(&first) != NULL &&
	       gtb_net_special(&last) != NULL &&
	       gtb_net_special(&first) == gtb_net_special(&last);
}

static bool is_wide(const struct gtb_net *net)
{
	if (is_special(net))
		return false;
	return net->bits <=
	       (gtb_net_is_v4(net) ? V4_BITS + V4_BITS_WIDE : V6_BITS_WIDE);
}

/* A network that another holds is no further one. */
static void add_inside(struct value *value, const struct gtb_net *net)
{
	const struct listed *listed = value->listed;
	const struct gtb_net *last = NULL;

	for (size_t i = lower_bound(listed, net);
	     i < listed->count && gtb_net_covers(net, &listed->nets[i]); i++) {
		if (last != NULL && gtb_net_covers(last, &listed->nets[i]))
			continue;
		last = &listed->nets[i];
		if (value->count < NAMED_MAX)
			value->inside[value->count] = *last;
		value->count++;
	}
}

static int judge(void *context, const struct gtb_name *name, bool wildcard,
		 const struct gtb_net *net, uint32_t line)
{
	struct value *value = context;
	const struct listed *listed = value->listed;
	size_t at = lower_bound(listed, net);

	(void)name;
	(void)wildcard;
	(void)line;
	if (is_wide(net))
		value->wide = true;
	if (at < listed->count && gtb_net_covers(net, &listed->nets[at]) &&
	    !is_covered(listed, net)) {
		value->wider = true;
		add_inside(value, net);
	}
	return GTB_OK;
}

/* --- one acl ----------------------------------------------------------- */

/* "A", "A and B", "A, B and C", or "A and 41 more". */
static void name_inside(const struct value *value, char *text, size_t size)
{
	size_t named = value->count <= NAMED_MAX ? value->count : 1;
	size_t len = 0;

	for (size_t i = 0; i < named; i++) {
		char net[GTB_NET_TEXT_SIZE];
		const char *comma = i + 1 == value->count ? " and " : ", ";

		gtb_net_text(&value->inside[i], net, sizeof(net));
		len += (size_t)snprintf(text + len, size - len, "%s%s",
					i == 0 ? "" : comma, net);
	}
	if (value->count > named)
		snprintf(text + len, size - len, " and %zu more",
			 value->count - named);
}

static void say_wider(struct lint_run *run, const struct gtb_conf_acl *acl,
		      const struct gtb_conf_word *word,
		      const struct value *value, const struct lint_line *line)
{
	char inside[(NAMED_MAX + 1) * (GTB_NET_TEXT_SIZE + 8)];
	char mend[sizeof(inside) + 64];
	char text[LINT_LINE_SIZE];

	name_inside(value, inside, sizeof(inside));
	if (value->count <= NAMED_MAX)
		snprintf(mend, sizeof(mend), "write %s", inside);
	else
		snprintf(mend, sizeof(mend),
			 "write these %zu, which goto-bypass list prints",
			 value->count);
	lint_add_word(run, word, mend,
		      "acl %s: of %s only %s %s GoTo's, and %s lets all of "
		      "it through",
		      acl->name, word->text, inside,
		      value->count == 1 ? "is" : "are",
		      lint_line_text(run, line, word->file, text));
}

static void check_acl(struct lint_run *run, const struct gtb_conf_acl *acl,
		      const struct listed *listed, const struct lint_line *line)
{
	const struct gtb_conf_word *first = NULL;
	size_t wide = 0;
	char text[LINT_LINE_SIZE];

	for (size_t i = 0; i < acl->values_count; i++) {
		const struct gtb_conf_word *word = &acl->values[i];
		struct value value = {.listed = listed};
		int rc =
			gtb_list_parse("", word->text, strlen(word->text),
				       GTB_LIST_DST, true, judge, &value, NULL);

		if (rc == GTB_E_NOMEM)
			run->rc = rc;
		if (rc != GTB_OK)
			continue; /* a name, or what Squid will refuse */
		if (value.wider)
			say_wider(run, acl, word, &value, line);
		else if (value.wide && wide++ == 0)
			first = word;
	}
	/* Other networks than GoTo's may well be somebody's own. */
	if (first != NULL && (lint_traits(run, acl) & LINT_GOTO) != 0)
		lint_add_as(run, GTB_LINT_WARNING, first->file, first->place,
			    NULL,
			    "acl %s: %s is more than one vendor's%s, and %s "
			    "lets all of it through",
			    acl->name, first->text,
			    wide > 1 ? " (and it is not the only one)" : "",
			    lint_line_text(run, line, first->file, text));
}

void lint_l18(struct lint_run *run)
{
	struct listed listed = {.nets = NULL};
	struct lint_grants grants;

	if (lint_grants_make(run, LINT_LISTS_ALL, &grants) &&
	    gather(run, &listed))
		for (size_t i = 0; i < run->acls_count; i++)
			if (grants.lines[i] != NULL && !run->acls[i].builtin &&
			    lint_acl_is(&run->acls[i], "dst"))
				check_acl(run, &run->acls[i], &listed,
					  grants.lines[i]);
	free(listed.nets);
	lint_grants_fini(&grants);
}
