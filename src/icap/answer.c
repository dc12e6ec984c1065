/* One answer; the contract is in answer.h. */
#include "config.h"

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

/* Has the asker promised to look at the server name, and to ask again? */
static bool promises_sni(const struct gtb_sender *sender)
{
	static const char word[] = "sni";

	return sender->await.len == sizeof(word) - 1 &&
	       memcmp(sender->await.ptr, word, sizeof(word) - 1) == 0;
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

/* At most up to end, where the NUL has its place; returns that of the NUL. */
static char *put(char *at, const char *end, const char *text)
{
	while (at < end && *text != '\0')
		*at++ = *text++;
	*at = '\0';
	return at;
}

/* Not by snprintf, which takes as long for this as deciding does. */
static void put_both(char *text, size_t size, const char *auth,
		     const char *tls)
{
	const char *end = text + size - 1;
	char *at = put(text, end, "auth=");

	at = put(at, end, auth);
	at = put(at, end, ", tls=");
	put(at, end, tls);
}

static void put_rule(struct gtb_answer *answer,
		     const struct gtb_decision *decision)
{
	char auth[GTB_SOURCE_TEXT_SIZE];
	char tls[GTB_SOURCE_TEXT_SIZE];

	put_both(answer->rule, sizeof(answer->rule),
		 gtb_source_text(&decision->auth.source, auth, sizeof(auth)),
		 gtb_source_text(&decision->tls.source, tls, sizeof(tls)));
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

	decide(&decision, ruleset, line, sender);
	answer->auth = decision.auth.bypass;
	answer->splice = decision.tls.bypass ||
			 (decision.tls.reason == GTB_REASON_AWAITING_SNI &&
			  promises_sni(sender));
	answer->auth_reason = decision.auth.reason;
	answer->tls_reason = decision.tls.reason;
	answer->verdict = verdict_text(answer);
	put_both(answer->reason, sizeof(answer->reason),
		 gtb_reason_word(answer->auth_reason),
		 gtb_reason_word(answer->tls_reason));
	if (!decision.auth.source.rule && !decision.tls.source.rule)
		put_both(answer->rule, sizeof(answer->rule), "-", "-");
	else
		put_rule(answer, &decision);
	put_both(answer->identity, sizeof(answer->identity),
		 identity_name(&decision.auth), identity_name(&decision.tls));
}
