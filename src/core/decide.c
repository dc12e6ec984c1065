/* The decision; the contract is in gtb/decide.h. */
#include "config.h"

#include "gtb/decide.h"
#include "gtb/scratch.h"

#include "compiled.h"
#include "facts.h"
#include "judge.h"

static void refuse_both(struct gtb_decision *decision, enum gtb_reason reason)
{
	const struct gtb_verdict no = {.reason = reason};

	decision->auth = no;
	decision->tls = no;
}

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
static void join_sni(struct gtb_verdict *result, struct gtb_verdict *sni)
{
	if (result->bypass && !sni->bypass) {
		if (sni->reason == GTB_REASON_NOT_LISTED) {
			sni->reason = GTB_REASON_NAMES_DISAGREE;
			sni->source = result->source;
		}
		*result = *sni;
	} else if (result->reason == GTB_REASON_NOT_LISTED && sni->bypass) {
		result->reason = GTB_REASON_NAMES_DISAGREE;
		result->source = sni->source;
	}
}

__attribute__((noinline))
static void judge_sni(const struct gtb_facts *facts,
		      struct gtb_decision *result)
{
	struct gtb_decision sni GTB_SCRATCH;

	refuse_both(&sni, GTB_REASON_NOT_LISTED);
	gtb_judge_name(facts, &facts->sni_match, &sni);
	join_sni(&result->auth, &sni.auth);
	join_sni(&result->tls, &sni.tls);
}

/* An address that is listed, but is not where the connection goes. */
static void mistrust_host(struct gtb_verdict *result)
{
	if (!result->bypass)
		return;
	result->bypass = false;
	result->reason = GTB_REASON_DESTINATION_MISMATCH;
}

static void judge_host(const struct gtb_facts *facts,
		       struct gtb_decision *result)
{
	if (!facts->host_place.known) {
		gtb_judge_name(facts, &facts->host_match, result);
		return;
	}
	gtb_judge_place(facts, &facts->host_place, result);
	if (facts->dst.known && !facts->dst.listed) {
		mistrust_host(&result->auth);
		mistrust_host(&result->tls);
	}
}

/* All facts but the client; nothing is listed so far, nothing is excluded. */
static void judge_facts(const struct gtb_facts *facts,
			struct gtb_decision *result)
{
	if (!host_is_destination(facts)) {
		judge_host(facts, result);
		if (facts->sni_known && !facts->sni_is_host)
			judge_sni(facts, result);
	} else if (facts->sni_known) {
		gtb_judge_name(facts, &facts->sni_match, result);
	} else {
		gtb_judge_place(facts, &facts->dst, result);
	}
}

/*
 * The first identity that holds the client and is given the verdict; NULL:
 * there is none.
 */
static const struct gtb_policy_identity *
find_identity(const struct gtb_facts *facts, enum gtb_bypass verdict)
{
	const struct gtb_policy *policy = facts->ruleset->policy;
	const struct gtb_nets *clients = &facts->ruleset->clients;
	uint32_t n;

	if (!facts->client_known)
		return NULL;
	for (n = gtb_nets_find(clients, &facts->client); n != GTB_NETS_NONE;
	     n = clients->nodes[n].parent) {
		const struct gtb_nets_node *node = &clients->nodes[n];

		for (uint32_t i = 0; i < node->count; i++) {
			uint32_t rule = clients->items[node->first + i].rule;

			if (policy->identities[rule].bypass & verdict)
				return &policy->identities[rule];
		}
	}
	return NULL;
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

/* A yes needs a client that may have it. */
static void ask_client(const struct gtb_facts *facts, enum gtb_bypass verdict,
		       struct gtb_verdict *result)
{
	if (!result->bypass)
		return;
	result->identity = find_identity(facts, verdict);
	if (result->identity == NULL) {
		result->bypass = false;
		result->reason = GTB_REASON_CLIENT;
	}
}

static void ask_tunnel(const struct gtb_facts *facts,
		       struct gtb_verdict *result)
{
	enum gtb_reason refusal;

	if (!result->bypass)
		return;
	refusal = refuse_tls(facts);
	if (refusal != GTB_REASON_COUNT) {
		result->bypass = false;
		result->reason = refusal;
		result->identity = NULL;
	}
}

void gtb_decide(const struct gtb_ruleset *ruleset,
		const struct gtb_query *query, struct gtb_decision *decision)
{
	struct gtb_facts facts GTB_SCRATCH;

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
	if (facts.excluded) {
		refuse_both(decision, GTB_REASON_EXCLUDED);
		decision->auth.source = gtb_facts_excluder(&facts);
		decision->tls.source = decision->auth.source;
		return;
	}
	judge_facts(&facts, decision);
	/* Where the policy names no clients, all may. */
	if (ruleset->policy->identities_count > 0) {
		ask_client(&facts, GTB_BYPASS_AUTH, &decision->auth);
		ask_client(&facts, GTB_BYPASS_TLS, &decision->tls);
	}
	ask_tunnel(&facts, &decision->tls);
}

const char *gtb_auth_word(const struct gtb_verdict *auth)
{
	return auth->bypass ? "bypass" : "require";
}

const char *gtb_tls_word(const struct gtb_verdict *tls)
{
	return tls->bypass ? "splice" : "inspect";
}
