/* Which keys of the policy would change a verdict. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "why.h"

/* The products that need an entry, as alternatives. */
static void hint_products(const struct why_key *key, char buffer[WHY_HINT_SIZE])
{
	size_t len = 0;

	for (unsigned int i = 0; i < GTB_PRODUCT_BITS; i++) {
		enum gtb_product bit = (enum gtb_product)(1u << i);

		if ((key->products & bit) == 0)
			continue;
		snprintf(buffer + len, WHY_HINT_SIZE - len,
			 "%sproducts.%s: true", len > 0 ? " or " : "",
			 gtb_product_word(bit));
		len = strlen(buffer);
	}
}

static void hint_exclusion(const struct why_key *key,
			   char buffer[WHY_HINT_SIZE])
{
	if (key->text[0] == '\0')
		snprintf(buffer, WHY_HINT_SIZE,
			 "lists: take the line out of %s", key->row);
	else
		snprintf(buffer, WHY_HINT_SIZE, "exclude.%s: without %s",
			 key->network ? "networks" : "names", key->text);
}

static void hint_grant(const struct why_key *key, const char *word,
		       char buffer[WHY_HINT_SIZE])
{
	if (key->tier == GTB_TIER_OWN)
		snprintf(buffer, WHY_HINT_SIZE, "the bypass of %s: with %s",
			 key->row, word);
	else
		snprintf(buffer, WHY_HINT_SIZE, "tiers.%s.bypass: with %s",
			 gtb_tier_word(key->tier), word);
}

/* What to write for one key; "": none is behind the reason. */
static void hint_key(const struct why *why, const struct why_key *key,
		     const char *word, char buffer[WHY_HINT_SIZE])
{
	buffer[0] = '\0';
	switch (key->reason) {
	case GTB_REASON_NOT_LISTED:
		snprintf(buffer, WHY_HINT_SIZE, "own: with an entry for it");
		break;
	case GTB_REASON_PORT:
		snprintf(buffer, WHY_HINT_SIZE,
			 "ports: with %u, where the document names it",
			 (unsigned int)why->port);
		break;
	case GTB_REASON_CLIENT:
		snprintf(buffer, WHY_HINT_SIZE,
			 "identities: one with this client, and %s in its "
			 "bypass",
			 word);
		break;
	case GTB_REASON_TIER_OFF:
		snprintf(buffer, WHY_HINT_SIZE, "tiers.%s.enabled: true",
			 gtb_tier_word(key->tier));
		break;
	case GTB_REASON_PRODUCT_OFF:
		hint_products(key, buffer);
		break;
	case GTB_REASON_SHARED_OFF:
		snprintf(buffer, WHY_HINT_SIZE, "shared: with %s", key->text);
		break;
	case GTB_REASON_NOT_GRANTED:
		hint_grant(key, word, buffer);
		break;
	case GTB_REASON_EXCLUDED:
		hint_exclusion(key, buffer);
		break;
	case GTB_REASON_NAME_ONLY:
		snprintf(buffer, WHY_HINT_SIZE, "name-only: bypass");
		break;
	case GTB_REASON_DESTINATION_MISMATCH:
		snprintf(buffer, WHY_HINT_SIZE, "destination-mismatch: bypass");
		break;
	default:
		break;
	}
}

/* --- what no key of its own can help ------------------------------------ */

/* The reason stayed, though its key was changed; "": nothing is known. */
static void hint_stuck(const struct why *why, const struct why_key *key,
		       char buffer[WHY_HINT_SIZE])
{
	unsigned int port = why->port;

	buffer[0] = '\0';
	if (key->reason == GTB_REASON_NAME_ONLY)
		snprintf(buffer, WHY_HINT_SIZE,
			 "no key: a plain request on an intercepted port "
			 "passes at addresses of GoTo's own networks alone");
	else if (key->reason != GTB_REASON_PORT)
		return;
	else if (key->tier == GTB_TIER_OWN)
		snprintf(buffer, WHY_HINT_SIZE, "the ports of %s: with %u",
			 key->row, port);
	else
		snprintf(buffer, WHY_HINT_SIZE,
			 "the document does not list TCP %u for this entry; "
			 "an own entry can",
			 port);
}

/* --- all keys ----------------------------------------------------------- */

static void append(char buffer[WHY_HINT_SIZE], const char *between,
		   const char *text)
{
	size_t len = strlen(buffer);

	snprintf(buffer + len, WHY_HINT_SIZE - len, "%s%s",
		 len > 0 ? between : "", text);
}

static bool same_key(const struct why_key *a, const struct why_key *b)
{
	return a->reason == b->reason && strcmp(a->row, b->row) == 0 &&
	       strcmp(a->text, b->text) == 0;
}

static void add_words(const struct why *why, const struct why_keys *keys,
		      char buffer[WHY_HINT_SIZE])
{
	static const char *const words[] = {"", "auth", "tls", "auth, tls"};
	char text[WHY_HINT_SIZE];

	buffer[0] = '\0';
	for (size_t i = 0; i < keys->count; i++) {
		hint_key(why, &keys->keys[i], words[keys->verdicts & 3], text);
		append(buffer, ", and ", text);
	}
}

/* The last key changed nothing: what is true instead. */
static void tell_stuck(const struct why *why, struct why_keys *keys,
		       char buffer[WHY_HINT_SIZE])
{
	const struct why_key *last = &keys->keys[--keys->count];
	char text[WHY_HINT_SIZE];

	hint_stuck(why, last, text);
	buffer[0] = '\0';
	if (last->reason != GTB_REASON_NAME_ONLY)
		add_words(why, keys, buffer);
	if (text[0] != '\0')
		append(buffer, ", and ", text);
}

/*
 * Change the key behind the verdict, look what stands against it then, and so
 * on; *now ends as the last key that was added, or as what no key is for.
 */
static bool find_keys(const struct why *why, struct why_keys *keys,
		      struct why_key *now, bool is_tls)
{
	struct gtb_ruleset *ruleset;
	struct gtb_decision then;
	const struct gtb_verdict *v = is_tls ? &then.tls : &then.auth;
	char text[WHY_HINT_SIZE];

	while (keys->count < WHY_KEYS_MAX) {
		hint_key(why, now, "", text);
		if (text[0] == '\0')
			return false;
		keys->keys[keys->count++] = *now;
		if (!cli_why_try(why, keys, &ruleset, &then))
			return true; /* told, but not tried */
		*now = cli_why_key(v);
		gtb_ruleset_free(ruleset);
		if (v->bypass)
			return true;
		if (same_key(now, &keys->keys[keys->count - 1]))
			return false;
	}
	return false;
}

static void hint_all(const struct why *why, const struct gtb_verdict *v,
		     unsigned int verdicts, char buffer[WHY_HINT_SIZE])
{
	struct why_keys keys = {.verdicts = verdicts};
	struct why_key now = cli_why_key(v);
	bool enough = find_keys(why, &keys, &now, v == &why->decision.tls);

	if (keys.count == 0)
		return;
	if (!enough && same_key(&now, &keys.keys[keys.count - 1])) {
		tell_stuck(why, &keys, buffer);
		return;
	}
	add_words(why, &keys, buffer);
	if (enough)
		return;
	append(buffer,
	       ", which alone is not enough: ", gtb_reason_word(now.reason));
}

/*
 * Where names are excluded, whichever they are, Squid reads the server name
 * before it splices; is it a no then?
 */
static void hint_sni_first(const struct why *why, const struct gtb_verdict *v,
			   char buffer[WHY_HINT_SIZE])
{
	const struct gtb_verdict *then;
	struct gtb_decision read;
	bool tls = v == &why->decision.tls;

	gtb_decide(why->ruleset, &why->query, &read);
	then = tls ? &read.tls : &read.auth;
	if (!then->bypass)
		snprintf(buffer, WHY_HINT_SIZE,
			 "exclude.names: with any name in it Squid reads the "
			 "server name first: %s (%s)",
			 tls ? gtb_tls_word(then) : gtb_auth_word(then),
			 gtb_reason_word(then->reason));
}

const char *cli_why_hint(const struct why *why, const struct gtb_verdict *v,
			 unsigned int verdicts, char buffer[WHY_HINT_SIZE])
{
	buffer[0] = '\0';
	if (v->bypass && why->spliced_first)
		hint_sni_first(why, v, buffer);
	else if (!v->bypass)
		hint_all(why, v, verdicts, buffer);
	return buffer;
}
