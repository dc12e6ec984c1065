/*
 * decide: may this request bypass proxy authentication, and may its TLS pass
 * uninspected?
 *
 * Pure and total: no input or output, no clock, no allocation, no locale; it
 * cannot fail. Any doubt is a no. The rules are in goto-bypass-policy(5).
 */
#ifndef GTB_DECIDE_H
#define GTB_DECIDE_H

#include <stdbool.h>
#include <stddef.h>

#include "gtb/catalog.h"
#include "gtb/reason.h"
#include "gtb/ruleset.h"

/* Text of a request: len bytes at ptr, not NUL-terminated; ptr NULL means the
 * fact is not known. An empty text is known, and malformed. */
struct gtb_text {
	const char *ptr;
	size_t len;
};

/* What is known of a request, as received: read here and nowhere else. */
struct gtb_query {
	struct gtb_text client;	/* address */
	struct gtb_text method;	/* "CONNECT", "GET", ...; "NONE" is Squid's for
				 * an intercepted connection at step 1 */
	struct gtb_text host;	/* name or address; must be known */
	struct gtb_text port;	/* decimal; must be known */
	struct gtb_text sni;	/* TLS server name */
	struct gtb_text dst;	/* original destination, intercepted ports
				 * only: address */
};

struct gtb_verdict {
	bool bypass;
	enum gtb_reason reason;
	struct gtb_source source;	/* the entry that decided, if any */
	const struct gtb_policy_identity *identity; /* that let it, if any */
};

struct gtb_decision {
	struct gtb_verdict auth;	/* bypass: no authentication asked */
	struct gtb_verdict tls;		/* bypass: spliced */
};

/*
 * Decide. A NULL ruleset gives no-ruleset for both verdicts. What the
 * decision points to is lent from the ruleset.
 */
void gtb_decide(const struct gtb_ruleset *ruleset,
		const struct gtb_query *query, struct gtb_decision *decision);

/*
 * The contract's words: "bypass" or "require" for auth, "splice" or "inspect"
 * for tls.
 */
const char *gtb_auth_word(const struct gtb_verdict *auth);
const char *gtb_tls_word(const struct gtb_verdict *tls);

#endif
