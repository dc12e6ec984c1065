/* The decision; the contract is in gtb/decide.h. */
#include "config.h"

#include "gtb/decide.h"
#include "gtb/scratch.h"

#include "compiled.h"
#include "facts.h"

/*
 * What the facts say is gathered in the verdict itself; its identity comes
 * last.
 */
static const struct gtb_verdict not_listed = {
	.reason = GTB_REASON_NOT_LISTED
};

/* --- judging one fact -------------------------------------------------- */

/*
 * How near a refusal was to a yes; the nearest is the one to tell. The ways to
 * be off are as near as each other.
 */
static int nearness(enum gtb_reason reason)
{
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

/* Keep the better of two findings: a yes, else the nearer no. */
static void keep_better(struct gtb_verdict *best, bool yes,
			enum gtb_reason reason, const struct gtb_rule *rule,
			uint32_t line)
{
	if (best->bypass)
		return;
	if (yes || nearness(reason) > nearness(best->reason))
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

static void judge_name_rule(const struct gtb_facts *facts,
			    const struct gtb_names_ref *ref,
			    enum gtb_bypass verdict, struct gtb_verdict *best)
{
	const struct gtb_rule *rule = &facts->ruleset->rules[ref->rule];
	enum gtb_reason reason = refuse(facts, rule, verdict);
	bool yes = false;

	if (reason == GTB_REASON_COUNT)
		yes = locate(facts, rule, &reason);
	/* Nothing is better than this, a yes in doubt neither. */
	if (yes && reason == GTB_REASON_LISTED_NAME)
		set(best, yes, reason, rule, ref->line);
	else
		keep_better(best, yes, reason, rule, ref->line);
}

/* The rules of the most specific entry; any one that allows is enough. */
static void judge_name(const struct gtb_facts *facts,
		       const struct gtb_names_match *match,
		       enum gtb_bypass verdict, struct gtb_verdict *best)
{
	const struct gtb_names *names = &facts->ruleset->names;
	enum gtb_names_kind kind = GTB_NAMES_ON;

	*best = not_listed;
	if (match->hits[kind].node == GTB_NAMES_NONE)
		kind = GTB_NAMES_OFF;
	if (match->hits[kind].node == GTB_NAMES_NONE)
		return;
	for (uint32_t i = names->nodes[match->hits[kind].node].refs;
	     i != GTB_NAMES_NONE; i = names->refs[i].next) {
		const struct gtb_names_ref *ref = &names->refs[i];

		if (ref->kind != kind ||
		    ref->wildcard != match->hits[kind].wildcard)
			continue;
		judge_name_rule(facts, ref, verdict, best);
		if (best->bypass && best->reason == GTB_REASON_LISTED_NAME)
			return;
	}
}

static void judge_network_rule(const struct gtb_facts *facts,
			       const struct gtb_nets_item *item,
			       enum gtb_bypass verdict,
			       struct gtb_verdict *best)
{
	const struct gtb_rule *rule = &facts->ruleset->rules[item->rule];
	enum gtb_reason reason = refuse(facts, rule, verdict);
	bool yes = reason == GTB_REASON_COUNT;

	if (yes)
		reason = GTB_REASON_LISTED_NETWORK;
	keep_better(best, yes, reason, rule, item->line);
}

/* Any enabled network that holds the address, the narrowest first. */
static void judge_place(const struct gtb_facts *facts,
			const struct gtb_place_facts *place,
			enum gtb_bypass verdict, struct gtb_verdict *best)
{
	const struct gtb_nets *nets = &facts->ruleset->nets;

	*best = not_listed;
	for (uint32_t n = place->node; n != GTB_NETS_NONE && !best->bypass;
	     n = nets->nodes[n].parent) {
		const struct gtb_nets_node *node = &nets->nodes[n];

		for (uint32_t i = 0; i < node->count && !best->bypass; i++)
			judge_network_rule(facts,
					   &nets->items[node->first + i],
					   verdict, best);
	}
}

/* --- judging the request ----------------------------------------------- */

/*
 * On an intercepted port the first host Squid knows is the destination
 * address itself: it is no second fact, and must not stand against the SNI.
 */
static bool host_is_destination(const struct gtb_facts *facts)
{
	return facts->host_place.known && facts->dst.known &&
	       gtb_addr_equal(&facts->host_place.addr, &facts->dst.addr);
}

/* Host and SNI are two names for one place: both must be allowed. */
static void judge_sni(const struct gtb_facts *facts, enum gtb_bypass verdict,
		      struct gtb_verdict *result)
{
	struct gtb_verdict sni;

	if (!facts->sni_known || facts->sni_is_host)
		return;
	judge_name(facts, &facts->sni_match, verdict, &sni);
	if (result->bypass && !sni.bypass) {
		if (sni.reason == GTB_REASON_NOT_LISTED) {
			sni.reason = GTB_REASON_NAMES_DISAGREE;
			sni.source = result->source;
		}
		*result = sni;
	} else if (result->reason == GTB_REASON_NOT_LISTED && sni.bypass) {
		result->reason = GTB_REASON_NAMES_DISAGREE;
		result->source = sni.source;
	}
}

static void judge_host(const struct gtb_facts *facts, enum gtb_bypass verdict,
		       struct gtb_verdict *result)
{
	if (!facts->host_place.known) {
		judge_name(facts, &facts->host_match, verdict, result);
		return;
	}
	judge_place(facts, &facts->host_place, verdict, result);
	if (result->bypass && facts->dst.known && !facts->dst.listed) {
		result->bypass = false;
		result->reason = GTB_REASON_DESTINATION_MISMATCH;
	}
}

/* All facts but the client, for one verdict; nothing is excluded. */
static void judge_facts(const struct gtb_facts *facts, enum gtb_bypass verdict,
			struct gtb_verdict *result)
{
	if (!host_is_destination(facts)) {
		judge_host(facts, verdict, result);
		judge_sni(facts, verdict, result);
	} else if (facts->sni_known) {
		judge_name(facts, &facts->sni_match, verdict, result);
	} else {
		judge_place(facts, &facts->dst, verdict, result);
	}
}

/*
 * The first identity that holds the client and is given the verdict. Where
 * the policy names none, everybody may, and *identity is not touched.
 */
static bool find_identity(const struct gtb_facts *facts,
			  enum gtb_bypass verdict,
			  const struct gtb_policy_identity **identity)
{
	const struct gtb_policy *policy = facts->ruleset->policy;
	const struct gtb_nets *clients = &facts->ruleset->clients;
	uint32_t n;

	if (policy->identities_count == 0)
		return true;
	if (!facts->client_known)
		return false;
	for (n = gtb_nets_find(clients, &facts->client); n != GTB_NETS_NONE;
	     n = clients->nodes[n].parent) {
		const struct gtb_nets_node *node = &clients->nodes[n];

		for (uint32_t i = 0; i < node->count; i++) {
			uint32_t rule = clients->items[node->first + i].rule;

			if ((policy->identities[rule].bypass & verdict) == 0)
				continue;
			*identity = &policy->identities[rule];
			return true;
		}
	}
	return false;
}

/* TLS needs more than a name: a tunnel, and an SNI or a listed address. */
static enum gtb_reason refuse_tls(const struct gtb_facts *facts)
{
	if (!facts->tunnel)
		return GTB_REASON_METHOD;
	if (!facts->sni_known && !facts->host_place.listed &&
	    !facts->dst.listed)
		return GTB_REASON_AWAITING_SNI;
	return GTB_REASON_COUNT;
}

/* *result has no identity yet. */
static void judge(const struct gtb_facts *facts, enum gtb_bypass verdict,
		  struct gtb_verdict *result)
{
	enum gtb_reason refusal = GTB_REASON_COUNT;

	judge_facts(facts, verdict, result);
	if (!result->bypass)
		return;
	if (!find_identity(facts, verdict, &result->identity))
		refusal = GTB_REASON_CLIENT;
	else if (verdict == GTB_BYPASS_TLS)
		refusal = refuse_tls(facts);
	if (refusal == GTB_REASON_COUNT)
		return;
	result->bypass = false;
	result->reason = refusal;
	result->identity = NULL;
}

static void refuse_both(struct gtb_decision *decision, enum gtb_reason reason)
{
	const struct gtb_verdict no = {.reason = reason};

	decision->auth = no;
	decision->tls = no;
}

void gtb_decide(const struct gtb_ruleset *ruleset,
		const struct gtb_query *query, struct gtb_decision *decision)
{
	struct gtb_facts facts GTB_SCRATCH;
	struct gtb_source by = {NULL, 0};

	if (ruleset == NULL) {
		refuse_both(decision, GTB_REASON_NO_RULESET);
		return;
	}
	if (!gtb_facts_read(&facts, ruleset, query)) {
		refuse_both(decision, GTB_REASON_MALFORMED);
		return;
	}
	refuse_both(decision, GTB_REASON_NOT_LISTED);
	/* Most requests are none of ours, and have been answered now. */
	if (!facts.covered)
		return;
	if (gtb_facts_excluded(&facts, &by)) {
		set(&decision->auth, false, GTB_REASON_EXCLUDED, by.rule,
		    by.line);
		decision->tls = decision->auth;
		return;
	}
	judge(&facts, GTB_BYPASS_AUTH, &decision->auth);
	judge(&facts, GTB_BYPASS_TLS, &decision->tls);
}

const char *gtb_auth_word(const struct gtb_verdict *auth)
{
	return auth->bypass ? "bypass" : "require";
}

const char *gtb_tls_word(const struct gtb_verdict *tls)
{
	return tls->bypass ? "splice" : "inspect";
}
