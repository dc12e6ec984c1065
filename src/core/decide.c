/* The decision; the contract is in gtb/decide.h. */
#include "config.h"

#include "gtb/decide.h"

#include "compiled.h"
#include "facts.h"

/* What one fact says of one verdict. */
struct finding {
	bool yes;
	enum gtb_reason reason;
	struct gtb_source source;
};

/* --- judging one fact -------------------------------------------------- */

/* How near a refusal was to a yes; the nearest is the one to tell. */
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
		return 1;	/* the ways to be off */
	}
}

/* Keep the better of two findings: a yes, else the nearer no. */
static void keep_better(struct finding *best, const struct finding *other)
{
	if (best->yes)
		return;
	if (other->yes || nearness(other->reason) > nearness(best->reason))
		*best = *other;
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
static struct finding locate(const struct gtb_facts *facts,
			     const struct gtb_rule *rule)
{
	const struct gtb_policy *policy = facts->ruleset->policy;
	struct finding f = {true, GTB_REASON_LISTED_NAME, {NULL, 0}};

	if (!facts->dst.known || facts->dst.listed)
		return f;
	f.reason = gtb_rule_hosted_near(rule, policy)
			   ? GTB_REASON_DESTINATION_MISMATCH
			   : GTB_REASON_NAME_ONLY;
	f.yes = !gtb_rule_needs_network(rule, policy) &&
		(facts->tunnel || facts->sni_known);
	return f;
}

static struct finding judge_name_rule(const struct gtb_facts *facts,
				      uint32_t rule, uint32_t line,
				      enum gtb_bypass verdict)
{
	const struct gtb_rule *r = &facts->ruleset->rules[rule];
	enum gtb_reason refusal = refuse(facts, r, verdict);
	struct finding f = {false, refusal, {NULL, 0}};

	if (refusal == GTB_REASON_COUNT)
		f = locate(facts, r);
	f.source = gtb_facts_source(facts, rule, line);
	return f;
}

/* The rules of the most specific entry; any one that allows is enough. */
static struct finding judge_name(const struct gtb_facts *facts,
				 const struct gtb_names_match *match,
				 enum gtb_bypass verdict)
{
	const struct gtb_names *names = &facts->ruleset->names;
	enum gtb_names_kind kind = GTB_NAMES_ON;
	struct finding best = {false, GTB_REASON_NOT_LISTED, {NULL, 0}};

	if (match->hits[kind].node == GTB_NAMES_NONE)
		kind = GTB_NAMES_OFF;
	if (match->hits[kind].node == GTB_NAMES_NONE)
		return best;
	for (uint32_t i = names->nodes[match->hits[kind].node].refs;
	     i != GTB_NAMES_NONE; i = names->refs[i].next) {
		const struct gtb_names_ref *ref = &names->refs[i];
		struct finding f;

		if (ref->kind != kind ||
		    ref->wildcard != match->hits[kind].wildcard)
			continue;
		f = judge_name_rule(facts, ref->rule, ref->line, verdict);
		if (f.yes && f.reason == GTB_REASON_LISTED_NAME)
			return f;
		keep_better(&best, &f);
	}
	return best;
}

/* Any enabled network that holds the address, the narrowest first. */
static struct finding judge_place(const struct gtb_facts *facts,
				  const struct gtb_place_facts *place,
				  enum gtb_bypass verdict)
{
	const struct gtb_nets *nets = &facts->ruleset->nets;
	struct finding best = {false, GTB_REASON_NOT_LISTED, {NULL, 0}};

	for (uint32_t n = place->node; n != GTB_NETS_NONE && !best.yes;
	     n = nets->nodes[n].parent) {
		const struct gtb_nets_node *node = &nets->nodes[n];

		for (uint32_t i = 0; i < node->count && !best.yes; i++) {
			const struct gtb_nets_item *item =
				&nets->items[node->first + i];
			struct finding f = {false, GTB_REASON_COUNT,
					    {NULL, 0}};

			f.source = gtb_facts_source(facts, item->rule,
					     item->line);
			f.reason = refuse(facts, f.source.rule, verdict);
			if (f.reason == GTB_REASON_COUNT) {
				f.yes = true;
				f.reason = GTB_REASON_LISTED_NETWORK;
			}
			keep_better(&best, &f);
		}
	}
	return best;
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

static bool excluded_name(const struct gtb_facts *facts,
			  const struct gtb_names_match *match,
			  struct finding *f)
{
	const struct gtb_names *names = &facts->ruleset->names;
	const struct gtb_names_hit *hit = &match->hits[GTB_NAMES_EXCLUDE];
	uint32_t i;

	if (hit->node == GTB_NAMES_NONE)
		return false;
	for (i = names->nodes[hit->node].refs; i != GTB_NAMES_NONE;
	     i = names->refs[i].next) {
		const struct gtb_names_ref *ref = &names->refs[i];

		if (ref->kind == GTB_NAMES_EXCLUDE &&
		    ref->wildcard == hit->wildcard)
			f->source = gtb_facts_source(facts, ref->rule,
					      ref->line);
	}
	return true;
}

static bool excluded(const struct gtb_facts *facts, struct finding *f)
{
	f->yes = false;
	f->reason = GTB_REASON_EXCLUDED;
	if (facts->host_place.known && facts->host_place.excluded.rule) {
		f->source = facts->host_place.excluded;
		return true;
	}
	if (facts->dst.known && facts->dst.excluded.rule != NULL) {
		f->source = facts->dst.excluded;
		return true;
	}
	if (!facts->host_place.known &&
	    excluded_name(facts, &facts->host_match, f))
		return true;
	return facts->sni_known && !facts->sni_is_host &&
	       excluded_name(facts, &facts->sni_match, f);
}

/* Host and SNI are two names for one place: both must be allowed. */
static struct finding judge_names(const struct gtb_facts *facts,
				  const struct finding *host,
				  enum gtb_bypass verdict)
{
	struct finding sni;
	struct finding result = *host;

	if (!facts->sni_known || facts->sni_is_host)
		return result;
	sni = judge_name(facts, &facts->sni_match, verdict);
	if (host->yes && !sni.yes) {
		result = sni;
		if (sni.reason == GTB_REASON_NOT_LISTED) {
			result.reason = GTB_REASON_NAMES_DISAGREE;
			result.source = host->source;
		}
	} else if (host->reason == GTB_REASON_NOT_LISTED && sni.yes) {
		result.reason = GTB_REASON_NAMES_DISAGREE;
		result.source = sni.source;
	}
	return result;
}

/* All facts but the client, for one verdict. */
static struct finding judge_facts(const struct gtb_facts *facts,
				  enum gtb_bypass verdict)
{
	struct finding f;

	if (excluded(facts, &f))
		return f;
	if (host_is_destination(facts)) {
		if (facts->sni_known)
			return judge_name(facts, &facts->sni_match, verdict);
		return judge_place(facts, &facts->dst, verdict);
	}
	if (!facts->host_place.known) {
		f = judge_name(facts, &facts->host_match, verdict);
		return judge_names(facts, &f, verdict);
	}
	f = judge_place(facts, &facts->host_place, verdict);
	if (f.yes && facts->dst.known && !facts->dst.listed) {
		f.yes = false;
		f.reason = GTB_REASON_DESTINATION_MISMATCH;
	}
	return judge_names(facts, &f, verdict);
}

/* The first identity that holds the client and is given the verdict. */
static bool find_identity(const struct gtb_facts *facts, enum gtb_bypass verdict,
			  const struct gtb_policy_identity **identity)
{
	const struct gtb_policy *policy = facts->ruleset->policy;
	const struct gtb_nets *clients = &facts->ruleset->clients;
	uint32_t n;

	*identity = NULL;
	if (policy->identities_count == 0)
		return true;
	if (!facts->client_known)
		return false;
	for (n = gtb_nets_find(clients, &facts->client); n != GTB_NETS_NONE;
	     n = clients->nodes[n].parent) {
		const struct gtb_nets_node *node = &clients->nodes[n];

		for (uint32_t i = 0; i < node->count; i++) {
			uint32_t rule = clients->items[node->first + i].rule;

			*identity = &policy->identities[rule];
			if (((*identity)->bypass & verdict) != 0)
				return true;
		}
	}
	*identity = NULL;
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

static void judge(const struct gtb_facts *facts, enum gtb_bypass verdict,
		  struct gtb_verdict *result)
{
	struct finding f = judge_facts(facts, verdict);
	enum gtb_reason refusal = GTB_REASON_COUNT;

	if (f.yes && !find_identity(facts, verdict, &result->identity))
		refusal = GTB_REASON_CLIENT;
	else if (f.yes && verdict == GTB_BYPASS_TLS)
		refusal = refuse_tls(facts);
	if (refusal != GTB_REASON_COUNT) {
		f.yes = false;
		f.reason = refusal;
		result->identity = NULL;
	}
	result->bypass = f.yes;
	result->reason = f.reason;
	result->source = f.source;
}

void gtb_decide(const struct gtb_ruleset *ruleset,
		const struct gtb_query *query, struct gtb_decision *decision)
{
	const struct gtb_verdict no = {false, GTB_REASON_NO_RULESET,
				       {NULL, 0}, NULL};
	struct gtb_facts facts;

	decision->auth = no;
	decision->tls = no;
	if (ruleset == NULL)
		return;
	if (!gtb_facts_read(&facts, ruleset, query)) {
		decision->auth.reason = GTB_REASON_MALFORMED;
		decision->tls.reason = GTB_REASON_MALFORMED;
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
