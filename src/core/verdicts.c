/*
 * A ruleset as lists of yes and of exceptions; the contract is at
 * gtb_ruleset_verdicts() in gtb/ruleset.h.
 *
 * Every node knows its parent, and parents come first: so one pass hands each
 * node what the node above decided, and tells only what it changes.
 */
#include "config.h"

#include <stdlib.h>

#include "compiled.h"

/* What holds at a node. */
enum state {
	STATE_NO,		/* nothing listed */
	STATE_YES,
	STATE_EXCEPTION,	/* no, inside a yes: two lists end here */
	STATE_EXCLUDED		/* no, and so is all below */
};

struct teller {
	const struct gtb_ruleset *ruleset;
	enum gtb_bypass verdict;
	uint64_t port;
	bool far; /* the destination is known, and in no network */
	gtb_ruleset_verdict_item *item;
	void *context;
	size_t stricter;
};

static bool grants(const struct teller *t, uint32_t rule)
{
	const struct gtb_rule *r = &t->ruleset->rules[rule];

	return r->enabled && (r->ports & t->port) != 0 &&
	       (r->bypass & t->verdict) != 0 &&
	       !(t->far && gtb_rule_needs_network(r, t->ruleset->policy));
}

/* From the state above to what is decided here. */
static enum state enter(struct teller *t, enum state above, bool yes)
{
	if (above == STATE_EXCLUDED)
		return above;
	if (above == STATE_EXCEPTION) {
		t->stricter += yes;
		return above;
	}
	if (yes)
		return STATE_YES;
	return above == STATE_YES ? STATE_EXCEPTION : STATE_NO;
}

/* What changes for a reader of the lists: into a yes, or out of one. */
static bool is_told(enum state above, enum state here)
{
	return (above == STATE_YES) != (here == STATE_YES);
}

/* --- names ------------------------------------------------------------- */

static bool name_grants(const struct teller *t,
			const struct gtb_names_node *node, bool wildcard)
{
	const struct gtb_names *names = &t->ruleset->names;

	for (uint32_t i = node->refs; i != GTB_NAMES_NONE;
	     i = names->refs[i].next) {
		const struct gtb_names_ref *ref = &names->refs[i];

		if (ref->wildcard == wildcard && ref->kind == GTB_NAMES_ON &&
		    grants(t, ref->rule))
			return true;
	}
	return false;
}

/* The state of a node's wildcard, or of the name itself. */
static enum state name_state(struct teller *t, enum state above,
			     const struct gtb_names_node *node, bool wildcard)
{
	uint8_t kinds = wildcard ? node->wildcard : node->exact;

	if (kinds & 1 << GTB_NAMES_EXCLUDE)
		return STATE_EXCLUDED;
	if ((kinds & 1 << GTB_NAMES_ON) == 0)
		return above;
	return enter(t, above, name_grants(t, node, wildcard));
}

static int tell_name(struct teller *t, uint32_t node, bool wildcard,
		     enum state state)
{
	char text[GTB_NAMES_TEXT_SIZE];

	gtb_names_text(&t->ruleset->names, node, wildcard, text);
	return t->item(t->context, text, NULL, state == STATE_YES);
}

static int tell_names(struct teller *t)
{
	const struct gtb_names *names = &t->ruleset->names;
	uint8_t *states = calloc(names->nodes_count, sizeof(*states));
	int rc = GTB_OK;

	if (states == NULL)
		return GTB_E_NOMEM;
	for (uint32_t n = 1; n < names->nodes_count && rc == GTB_OK; n++) {
		const struct gtb_names_node *node = &names->nodes[n];
		enum state above = (enum state)states[node->parent];
		enum state below = name_state(t, above, node, true);
		enum state here = name_state(t, below, node, false);

		states[n] = (uint8_t)below;
		if (is_told(above, below))
			rc = tell_name(t, n, true, below);
		if (is_told(below, here) && rc == GTB_OK)
			rc = tell_name(t, n, false, here);
	}
	free(states);
	return rc;
}

/* --- networks ---------------------------------------------------------- */

/* Networks that are told next, in order; neighbours become one. */
struct merged {
	struct gtb_net *nets;
	size_t count;
};

/* Two networks of one size, the second right behind the first, in one. */
static bool are_halves(const struct gtb_net *a, const struct gtb_net *b,
		       struct gtb_net *whole)
{
	struct gtb_addr whole_last;
	struct gtb_addr b_last = gtb_net_last(b);

	*whole = *a;
	if (a->bits != b->bits || a->bits == 0 ||
	    gtb_net_is_v4(a) != gtb_net_is_v4(b))
		return false;
	whole->bits--;
	whole_last = gtb_net_last(whole);
	return gtb_net_is_v4(whole) == gtb_net_is_v4(a) &&
	       gtb_addr_compare(&a->addr, &b->addr) < 0 &&
	       gtb_addr_equal(&whole_last, &b_last);
}

static void merge(struct merged *m, const struct gtb_net *net)
{
	struct gtb_net whole;

	m->nets[m->count++] = *net;
	while (m->count > 1 && are_halves(&m->nets[m->count - 2],
					  &m->nets[m->count - 1], &whole)) {
		m->count--;
		m->nets[m->count - 1] = whole;
	}
}

static enum state net_state(struct teller *t, enum state above,
			    const struct gtb_nets_node *node)
{
	const struct gtb_nets_item *items =
		&t->ruleset->nets.items[node->first];
	bool yes = above == STATE_YES;

	for (uint32_t i = 0; i < node->count; i++) {
		if (t->ruleset->rules[items[i].rule].excludes)
			return STATE_EXCLUDED;
		yes = yes || grants(t, items[i].rule);
	}
	return enter(t, above, yes);
}

static int tell_merged(struct teller *t, const struct merged *m, bool yes)
{
	int rc = GTB_OK;

	for (size_t i = 0; i < m->count && rc == GTB_OK; i++)
		rc = t->item(t->context, NULL, &m->nets[i], yes);
	return rc;
}

static int tell_nets(struct teller *t)
{
	const struct gtb_nets *nets = &t->ruleset->nets;
	uint8_t *states = calloc(nets->nodes_count + 1, sizeof(*states));
	struct merged yes = {calloc(nets->nodes_count + 1,
				    sizeof(*yes.nets)), 0};
	struct merged no = {calloc(nets->nodes_count + 1, sizeof(*no.nets)),
			    0};
	int rc = GTB_E_NOMEM;

	if (states == NULL || yes.nets == NULL || no.nets == NULL)
		goto out;
	for (size_t n = 0; n < nets->nodes_count; n++) {
		const struct gtb_nets_node *node = &nets->nodes[n];
		enum state above = node->parent == GTB_NETS_NONE
					   ? STATE_NO
					   : (enum state)states[node->parent];
		enum state here = net_state(t, above, node);

		states[n] = (uint8_t)here;
		if (is_told(above, here))
			merge(here == STATE_YES ? &yes : &no, &node->net);
	}
	rc = tell_merged(t, &yes, true);
	if (rc == GTB_OK)
		rc = tell_merged(t, &no, false);
out:
	free(states);
	free(yes.nets);
	free(no.nets);
	return rc;
}

static int tell(struct teller *t, size_t *stricter)
{
	int rc = tell_names(t);

	if (rc == GTB_OK && !t->far)
		rc = tell_nets(t);
	if (stricter != NULL)
		*stricter = t->stricter;
	return rc;
}

int gtb_ruleset_verdicts(const struct gtb_ruleset *ruleset,
			 enum gtb_bypass verdict, uint16_t port,
			 gtb_ruleset_verdict_item *item, void *context,
			 size_t *stricter)
{
	struct teller t = {ruleset, verdict,
			   gtb_ruleset_port_bit(ruleset, port), false, item,
			   context, 0};

	return tell(&t, stricter);
}

int gtb_ruleset_verdicts_far(const struct gtb_ruleset *ruleset,
			     enum gtb_bypass verdict, uint16_t port,
			     gtb_ruleset_verdict_item *item, void *context,
			     size_t *stricter)
{
	struct teller t = {ruleset, verdict,
			   gtb_ruleset_port_bit(ruleset, port), true, item,
			   context, 0};

	return tell(&t, stricter);
}
