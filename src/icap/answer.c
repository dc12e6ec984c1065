/* One answer; the contract is in answer.h. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "target.h"

static const struct gtb_decision malformed = {
	.auth = {.reason = GTB_REASON_MALFORMED},
	.tls = {.reason = GTB_REASON_MALFORMED},
};

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
}

static const char *verdict_text(const struct gtb_answer *answer)
{
	if (answer->auth)
		return answer->splice ? "auth, splice" : "auth";
	return answer->splice ? "splice" : "none";
}

static const char *identity_name(const struct gtb_verdict *verdict)
{
	return verdict->identity ? verdict->identity->name : "-";
}

/* The longest reason fits, whatever words are added to the table. */
#define REASON_MAX 24
_Static_assert(sizeof("auth=, tls=") + 2 * REASON_MAX <=
	       sizeof(((struct gtb_answer *)NULL)->reason),
	       "two reasons do not fit");

void gtb_answer_make(struct gtb_answer *answer,
		     const struct gtb_ruleset *ruleset, const char *line,
		     const struct gtb_sender *sender)
{
	struct gtb_decision decision;
	char auth[GTB_SOURCE_TEXT_SIZE];
	char tls[GTB_SOURCE_TEXT_SIZE];

	decide(&decision, ruleset, line, sender);
	answer->auth = decision.auth.bypass;
	answer->splice = decision.tls.bypass;
	answer->auth_reason = decision.auth.reason;
	answer->tls_reason = decision.tls.reason;
	snprintf(answer->verdict, sizeof(answer->verdict), "%s",
		 verdict_text(answer));
	snprintf(answer->reason, sizeof(answer->reason),
		 "auth=%.24s, tls=%.24s", gtb_reason_word(answer->auth_reason),
		 gtb_reason_word(answer->tls_reason));
	snprintf(answer->rule, sizeof(answer->rule), "auth=%s, tls=%s",
		 gtb_source_text(&decision.auth.source, auth, sizeof(auth)),
		 gtb_source_text(&decision.tls.source, tls, sizeof(tls)));
	snprintf(answer->identity, sizeof(answer->identity),
		 "auth=%.32s, tls=%.32s", identity_name(&decision.auth),
		 identity_name(&decision.tls));
}
