/* What the rules say of one fact; the contract is in judge.h. */
#include "config.h"

#include "judge.h"

/*
 * How good a finding is: a yes that nothing speaks against, a yes in doubt or
 * by address, or how near a no was to a yes; the nearest is the one to tell.
 * The ways to be off are as near as each other.
 */
static int rank(bool yes, enum gtb_reason reason)
{
	if (yes)
		return reason == GTB_REASON_LISTED_NAME ? 7 : 6;
	switch (reason) {
	case GTB_REASON_NAME_ONLY:
		return 5;
	case GTB_REASON_DESTINATION_MISMATCH:
		return 4;
	case GTB_REASON_NOT_GRANTED:
		return 3;
	case GTB_REASON_PORT:
		return 2;
	case GTB_REASON_NOT_LISTED:
		return 0;
	default:
		return 1;
	}
}

static void set(struct gtb_verdict *verdict, bool yes, enum gtb_reason reason,
		const struct gtb_rule *rule, uint32_t line)
{
	verdict->bypass = yes;
	verdict->reason = reason;
	verdict->source.rule = rule;
	verdict->source.line = line;
}

/* Keep the better of two findings; the first one, when they are alike. */
static void keep_better(struct gtb_verdict *best, bool yes,
			enum gtb_reason reason, const struct gtb_rule *rule,
			uint32_t line)
{
	if (rank(yes, reason) > rank(best->bypass, best->reason))
		set(best, yes, reason, rule, line);
}

/* What every rule asks, whatever it lists. */
static enum gtb_reason refuse(const struct gtb_facts *facts,
			      const struct gtb_rule *rule,
			      enum gtb_bypass verdict)
{
	if (!rule->enabled)
		return rule->off;
	if ((rule->ports & facts->port) == 0)
		return GTB_REASON_PORT;
	if ((rule->bypass & verdict) == 0)
		return GTB_REASON_NOT_GRANTED;
	return GTB_REASON_COUNT;
}

/*
 * Keep what a rule says that lists the request: yes and reason, unless it
 * refuses before.
 */
__attribute__((noinline))
static void keep_for(struct gtb_verdict *best, const struct gtb_facts *facts,
		     enum gtb_bypass verdict, bool yes, enum gtb_reason reason,
		     const struct gtb_rule *rule, uint32_t line)
{
	enum gtb_reason refusal = refuse(facts, rule, verdict);

	if (refusal != GTB_REASON_COUNT) {
		yes = false;
		reason = refusal;
	}
	keep_better(best, yes, reason, rule, line);
}

/* For both verdicts. */
static void keep(struct gtb_decision *best, const struct gtb_facts *facts,
		 bool yes, enum gtb_reason reason, const struct gtb_rule *rule,
		 uint32_t line)
{
	keep_for(&best->auth, facts, GTB_BYPASS_AUTH, yes, reason, rule, line);
	keep_for(&best->tls, facts, GTB_BYPASS_TLS, yes, reason, rule, line);
}

/* Does the rule give both of itself? Most that list a request do. */
static inline bool gives_all(const struct gtb_facts *facts,
			     const struct gtb_rule *rule)
{
	const unsigned int all = GTB_BYPASS_AUTH | GTB_BYPASS_TLS;

	return rule->enabled && (rule->ports & facts->port) != 0 &&
	       (rule->bypass & all) == all;
}

/*
 * Does the original destination bear the name out? Where it cannot, a name is
 * only worth something if somebody else checks it: Squid's DNS check of a
 * tunnel, or the certificate of an inspected connection, which has an SNI. For
 * plain HTTP nobody does (hostHeaderVerifyFailed() lets it pass).
 */
static bool locate(const struct gtb_facts *facts, const struct gtb_rule *rule,
		   enum gtb_reason *reason)
{
	const struct gtb_policy *policy = facts->ruleset->policy;

	*reason = GTB_REASON_LISTED_NAME;
	if (!facts->dst.known || facts->dst.listed)
		return true;
	*reason = gtb_rule_hosted_near(rule, policy)
			  ? GTB_REASON_DESTINATION_MISMATCH
			  : GTB_REASON_NAME_ONLY;
	return !gtb_rule_needs_network(rule, policy) &&
	       (facts->tunnel || facts->sni_known);
}

/* A yes that nothing speaks against: no other rule can say better. */
static bool is_plain(const struct gtb_verdict *verdict)
{
	return verdict->bypass && verdict->reason == GTB_REASON_LISTED_NAME;
}

/* The ref from i on that is the hit's, or GTB_NAMES_NONE. */
static inline uint32_t find_ref(const struct gtb_names *names, uint32_t i,
				enum gtb_names_kind kind, bool wildcard)
{
	while (i != GTB_NAMES_NONE && (names->refs[i].kind != kind ||
				       names->refs[i].wildcard != wildcard))
		i = names->refs[i].next;
	return i;
}

/* The rules of a hit from a ref on; any one that allows is enough. */
__attribute__((noinline))
static void judge_refs(const struct gtb_facts *facts, uint32_t first,
		       struct gtb_decision *best)
{
	const struct gtb_names *names = &facts->ruleset->names;
	enum gtb_names_kind kind = names->refs[first].kind;
	bool wildcard = names->refs[first].wildcard;

	for (uint32_t i = first; i != GTB_NAMES_NONE;
	     i = find_ref(names, names->refs[i].next, kind, wildcard)) {
		const struct gtb_names_ref *ref = &names->refs[i];
		const struct gtb_rule *rule = &facts->ruleset->rules[ref->rule];
		enum gtb_reason reason;
		bool yes = locate(facts, rule, &reason);

		keep(best, facts, yes, reason, rule, ref->line);
		if (is_plain(&best->auth) && is_plain(&best->tls))
			return;
	}
}

/* The rules of the most specific entry; nothing is found so far. */
void gtb_judge_name(const struct gtb_facts *facts,
		    const struct gtb_names_match *match,
		    struct gtb_decision *best)
{
	const struct gtb_names *names = &facts->ruleset->names;
	enum gtb_names_kind kind = GTB_NAMES_ON;
	const struct gtb_rule *rule;
	uint32_t first;

	if (match->hits[kind].node == GTB_NAMES_NONE)
		kind = GTB_NAMES_OFF;
	if (match->hits[kind].node == GTB_NAMES_NONE)
		return;
	first = find_ref(names, names->nodes[match->hits[kind].node].refs,
			 kind, match->hits[kind].wildcard);
	rule = &facts->ruleset->rules[names->refs[first].rule];
	/* Most often the first one says it all, and nothing against it. */
	if (!gives_all(facts, rule) ||
	    (facts->dst.known && !facts->dst.listed)) {
		judge_refs(facts, first, best);
		return;
	}
	set(&best->auth, true, GTB_REASON_LISTED_NAME, rule,
	    names->refs[first].line);
	best->tls = best->auth;
}

static void judge_item(const struct gtb_facts *facts,
		       const struct gtb_nets_item *item,
		       struct gtb_decision *best)
{
	const struct gtb_rule *rule = &facts->ruleset->rules[item->rule];
	const enum gtb_reason reason = GTB_REASON_LISTED_NETWORK;

	if (best->auth.bypass || best->tls.bypass || !gives_all(facts, rule)) {
		keep(best, facts, true, reason, rule, item->line);
		return;
	}
	set(&best->auth, true, reason, rule, item->line);
	best->tls = best->auth;
}

/* Any enabled network that holds the address, the narrowest first. */
void gtb_judge_place(const struct gtb_facts *facts,
		     const struct gtb_place_facts *place,
		     struct gtb_decision *best)
{
	const struct gtb_nets *nets = &facts->ruleset->nets;

	for (uint32_t n = place->node; n != GTB_NETS_NONE;
	     n = nets->nodes[n].parent) {
		const struct gtb_nets_node *node = &nets->nodes[n];

		for (uint32_t i = 0; i < node->count; i++)
			judge_item(facts, &nets->items[node->first + i], best);
		if (best->auth.bypass && best->tls.bypass)
			return;
	}
}
