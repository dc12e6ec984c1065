/* One answer; the contract is in answer.h. */
#include "config.h"

#include <string.h>

#include "answer.h"
#include "header.h"
#include "target.h"

static const struct gtb_decision malformed = {
	.auth = {.reason = GTB_REASON_MALFORMED},
	.tls = {.reason = GTB_REASON_MALFORMED},
};

/* A no for the CONNECT's host stands against any yes for the other. */
static void keep_no(struct gtb_verdict *verdict,
		    const struct gtb_verdict *outer)
{
	if (verdict->bypass && !outer->bypass)
		*verdict = *outer;
}

/* The host of the CONNECT, where it is not the one judged already. */
static void decide_within(struct gtb_decision *decision,
			  const struct gtb_ruleset *ruleset,
			  struct gtb_query *query,
			  const struct gtb_text *within)
{
	struct gtb_decision outer;

	if (!within->ptr) {
		*decision = malformed;
		return;
	}
	if (within->len == query->host.len &&
	    memcmp(within->ptr, query->host.ptr, within->len) == 0)
		return;
	query->host = *within;
	gtb_decide(ruleset, query, &outer);
	keep_no(&decision->auth, &outer.auth);
	keep_no(&decision->tls, &outer.tls);
}

/* An https:// request is inside for sure, any other where a host is told. */
static bool is_within(const struct gtb_target *target,
		      const struct gtb_sender *sender)
{
	static const char word[] = "CONNECT";

	return target->inner ||
	       (sender->within.ptr &&
		!(target->method.len == sizeof(word) - 1 &&
		  memcmp(target->method.ptr, word, sizeof(word) - 1) == 0));
}

static void decide(struct gtb_decision *decision,
		   const struct gtb_ruleset *ruleset, const char *line,
		   const struct gtb_sender *sender)
{
	struct gtb_target target;
	struct gtb_query query;

	if (!line || !gtb_target_parse(&target, line, strlen(line))) {
		*decision = malformed;
		return;
	}
	memset(&query, 0, sizeof(query));
	query.client = sender->client;
	query.method = target.method;
	query.host = target.host;
	query.port = target.port;
	query.sni = sender->sni;
	query.dst = sender->dst;
	gtb_decide(ruleset, &query, decision);
	if (is_within(&target, sender))
		decide_within(decision, ruleset, &query, &sender->within);
}

/* Has the asker promised to look at the server name, and to ask again? */
static bool promises_sni(const struct gtb_sender *sender)
{
	static const char word[] = "sni";

	return sender->await.len == sizeof(word) - 1 &&
	       memcmp(sender->await.ptr, word, sizeof(word) - 1) == 0;
}

#define VERDICT GTB_HEADER_VERDICT ": "

static void put_verdict(struct gtb_answer *answer)
{
	static const char *const headers[2][2] = {
		{NULL, VERDICT "splice"},
		{VERDICT "auth", VERDICT "auth, splice"},
	};

	answer->header = headers[answer->auth][answer->splice];
	answer->verdict = answer->header
		? answer->header + sizeof(VERDICT) - 1 : "none";
}

static const char none[] = "-";

static const char *identity_name(const struct gtb_verdict *verdict)
{
	return verdict->identity ? verdict->identity->name : none;
}

/* Up to max bytes; returns where it ended. */
static char *put(char *at, const char *text, size_t max)
{
	size_t len = strnlen(text, max);

	memcpy(at, text, len);
	return at + len;
}

/* Not by snprintf, which takes longer for this than deciding does. */
static void put_both(char *at, const char *auth, const char *tls, size_t max)
{
	static const char nothing[] = "auth=-, tls=-";

	if (auth == none && tls == none) {
		memcpy(at, nothing, sizeof(nothing));
		return;
	}
	at = put(stpcpy(at, "auth="), auth, max);
	at = put(stpcpy(at, ", tls="), tls, max);
	*at = '\0';
}

static const char *source_text(const struct gtb_source *source,
			       char text[GTB_SOURCE_TEXT_SIZE])
{
	return source->rule
		? gtb_source_text(source, text, GTB_SOURCE_TEXT_SIZE) : none;
}

static void put_rule(struct gtb_answer *answer,
		     const struct gtb_decision *decision)
{
	char auth[GTB_SOURCE_TEXT_SIZE];
	char tls[GTB_SOURCE_TEXT_SIZE];
	char *at = stpcpy(answer->rule_header, GTB_ANSWER_RULE);

	answer->rule = at;
	put_both(at, source_text(&decision->auth.source, auth),
		 source_text(&decision->tls.source, tls),
		 GTB_SOURCE_TEXT_SIZE);
}

static void put_reason(struct gtb_answer *answer)
{
	char *at = stpcpy(answer->reason_header, GTB_ANSWER_REASON);

	answer->reason = at;
	put_both(at, gtb_reason_word(answer->auth_reason),
		 gtb_reason_word(answer->tls_reason), GTB_ANSWER_REASON_MAX);
}

void gtb_answer_make(struct gtb_answer *answer,
		     const struct gtb_ruleset *ruleset, const char *line,
		     const struct gtb_sender *sender)
{
	struct gtb_decision decision;

	decide(&decision, ruleset, line, sender);
	answer->auth = decision.auth.bypass;
	answer->splice = decision.tls.bypass ||
			 (decision.tls.reason == GTB_REASON_AWAITING_SNI &&
			  promises_sni(sender));
	answer->auth_reason = decision.auth.reason;
	answer->tls_reason = decision.tls.reason;
	put_verdict(answer);
	put_reason(answer);
	put_rule(answer, &decision);
	put_both(answer->identity, identity_name(&decision.auth),
		 identity_name(&decision.tls), GTB_IDENTITY_NAME_MAX);
}
