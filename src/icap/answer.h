/*
 * answer: what the service says of one request: the decision, and its words
 * for headers and logs. Pure, no allocation.
 */
#ifndef GTB_ANSWER_H
#define GTB_ANSWER_H

#include <stdbool.h>

#include "gtb/decide.h"
#include "gtb/policy.h"

#include "sender.h"

#define GTB_ANSWER_REASON "X-GoTo-Reason: "
#define GTB_ANSWER_RULE "X-GoTo-Rule: "
#define GTB_ANSWER_REASON_MAX 24	/* bytes of a reason's word */

/* "auth=WORD, tls=WORD" with words of max bytes, and a NUL. */
#define GTB_ANSWER_SIZE(max) (sizeof("auth=, tls=") + 2 * (max))

/* reason and rule point into it, so it is not to be copied. */
struct gtb_answer {
	bool auth;			/* authentication is bypassed */
	bool splice;			/* TLS is spliced */
	enum gtb_reason auth_reason;
	enum gtb_reason tls_reason;
	const char *header;		/* that tells the verdict, or NULL */
	const char *verdict;		/* "auth, splice"; "none" */
	const char *reason;		/* "auth=WORD, tls=WORD" */
	const char *rule;		/* "auth=..., tls=..." */
	/* The same two as headers. */
	char reason_header[sizeof(GTB_ANSWER_REASON) +
			   GTB_ANSWER_SIZE(GTB_ANSWER_REASON_MAX)];
	char rule_header[sizeof(GTB_ANSWER_RULE) +
			 GTB_ANSWER_SIZE(GTB_SOURCE_TEXT_SIZE)];
	char identity[GTB_ANSWER_SIZE(GTB_IDENTITY_NAME_MAX)];
};

/*
 * Decide and word it. line is the request line, NULL where there is none;
 * when it is not understood both reasons are malformed. A NULL ruleset gives
 * no-ruleset. Where the server name alone is missing and await is "sni", the
 * asker has promised to look at that name itself and to ask again: splice is
 * true then, with the reason awaiting-sni.
 *
 * A request inside an inspected connection goes to the host of that
 * connection's CONNECT, whatever its URL says: within is that host, and has to
 * be confirmed as well, unless the request is a CONNECT itself. Where it is not
 * told for https:// the answer is malformed.
 */
void gtb_answer_make(struct gtb_answer *answer,
		     const struct gtb_ruleset *ruleset, const char *line,
		     const struct gtb_sender *sender);

#endif
