/*
 * answer: what the service says of one request: the decision, and its words
 * for headers and logs. Pure, no allocation.
 */
#ifndef GTB_ANSWER_H
#define GTB_ANSWER_H

#include <stdbool.h>

#include "gtb/decide.h"
#include "gtb/policy.h"

/* What an ICAP request tells besides the HTTP request's line. */
struct gtb_sender {
	struct gtb_text client;		/* X-Client-IP */
	struct gtb_text sni;		/* X-GoTo-SNI */
	struct gtb_text dst;		/* X-GoTo-Dst */
	struct gtb_text await;		/* X-GoTo-Await */
};

struct gtb_answer {
	bool auth;			/* authentication is bypassed */
	bool splice;			/* TLS is spliced */
	enum gtb_reason auth_reason;
	enum gtb_reason tls_reason;
	const char *verdict;		/* "auth, splice"; "none" */
	char reason[64];		/* "auth=WORD, tls=WORD" */
	char rule[2 * GTB_SOURCE_TEXT_SIZE + 16]; /* "auth=..., tls=..." */
	char identity[2 * GTB_IDENTITY_NAME_MAX + 16];
};

/*
 * Decide and word it. line is the request line, NULL where there is none;
 * when it is not understood both reasons are malformed. A NULL ruleset gives
 * no-ruleset. Where the server name alone is missing and await is "sni", the
 * asker has promised to look at that name itself and to ask again: splice is
 * true then, with the reason awaiting-sni.
 */
void gtb_answer_make(struct gtb_answer *answer,
		     const struct gtb_ruleset *ruleset, const char *line,
		     const struct gtb_sender *sender);

#endif
