/*
 * reason: why a verdict is what it is. The one table of words; annotations,
 * logs, `goto-bypass why`, statistics and the manual pages take them from
 * here. The words are a contract: they are added to, never changed.
 */
#ifndef GTB_REASON_H
#define GTB_REASON_H

/*      symbol               word                  sentence */
#define GTB_REASONS(X) \
	X(LISTED_NAME,       "listed-name", \
	  "the name is listed, and nothing contradicts it") \
	X(LISTED_NETWORK,    "listed-network", \
	  "the address is in a listed network, and nothing contradicts it") \
	X(NAME_ONLY,         "name-only", \
	  "the name is listed but lives in a shared cloud, so its address " \
	  "cannot prove it; the policy key name-only decides") \
	X(EXCLUDED,          "excluded", \
	  "the policy excludes this name or network") \
	X(NOT_LISTED,        "not-listed", \
	  "no enabled entry lists this host") \
	X(NAMES_DISAGREE,    "names-disagree", \
	  "the requested host and the TLS server name (SNI) are not both " \
	  "listed") \
	X(DESTINATION_MISMATCH, "destination-mismatch", \
	  "the name lives in GoTo's own networks alone, but the connection " \
	  "goes elsewhere") \
	X(PORT,              "port", \
	  "the entry does not list this TCP port, or the policy does not " \
	  "enable it") \
	X(METHOD,            "method", \
	  "only a CONNECT tunnel can be spliced") \
	X(CLIENT,            "client", \
	  "the client is in no identity that may bypass this") \
	X(TIER_OFF,          "tier-off", \
	  "the entry's tier is off in the policy") \
	X(PRODUCT_OFF,       "product-off", \
	  "every product that needs the entry is off in the policy") \
	X(SHARED_OFF,        "shared-off", \
	  "strangers can get names under this wildcard, and the policy does " \
	  "not opt in to it by name") \
	X(NOT_GRANTED,       "not-granted", \
	  "the entry is on, but the policy does not grant this verdict to it") \
	X(AWAITING_SNI,      "awaiting-sni", \
	  "the TLS server name (SNI) is not known, and no listed network " \
	  "vouches for the address") \
	X(MALFORMED,         "malformed", \
	  "the request is not well formed") \
	X(NO_RULESET,        "no-ruleset", \
	  "no catalog and policy could be loaded")

enum gtb_reason {
#define GTB_REASON_ENUM(symbol, word, sentence) GTB_REASON_##symbol,
	GTB_REASONS(GTB_REASON_ENUM)
#undef GTB_REASON_ENUM
	GTB_REASON_COUNT
};

/* The stable word, and a sentence for people; never NULL. */
const char *gtb_reason_word(enum gtb_reason reason);
const char *gtb_reason_text(enum gtb_reason reason);

#endif
