/*
 * why: what goto-bypass why finds out, before it is printed as text or JSON.
 */
#ifndef GTB_CLI_WHY_H
#define GTB_CLI_WHY_H

#include <stdbool.h>
#include <stddef.h>

#include "gtb/decide.h"
#include "gtb/host.h"
#include "gtb/ruleset.h"
#include "gtb/squid.h"

#include "cli.h"

#define WHY_CHANGES_MAX 24
#define WHY_HINT_SIZE	768
#define WHY_KEYS_MAX	6

/* The request with one fact changed, and what becomes of it then. */
struct why_change {
	char what[160];		       /* "if no SNI is sent" */
	char value[GTB_NET_TEXT_SIZE]; /* the changed fact's text */
	struct gtb_query query;
	struct gtb_decision decision;
};

/* The line of the emitted file that applies; number 0: none. */
struct why_line {
	unsigned int number;
	char *text;
};

/* An emitted file, and which of its lines does what. */
struct why_file {
	struct gtb_text_buffer text;
	struct gtb_squid_index index;
};

struct why {
	struct cli_files files;
	bool json;
	bool no_sni;
	bool sni_assumed;   /* not given: taken from the host */
	const char *target; /* HOST[:PORT] as given */
	const char *client; /* as given; NULL: not known */
	const char *dst;
	const char *method;
	const char *sni;
	enum gtb_squid_via via; /* whose lines are told */
	struct gtb_query query;
	struct gtb_host host; /* the query's host, read */
	uint16_t port;	      /* 0: not one */
	const struct gtb_ruleset *ruleset;
	struct gtb_decision decision;
	struct why_file explicit_file;
	struct why_file intercepted_file;
	struct why_change changes[WHY_CHANGES_MAX];
	size_t changes_count;
	struct why_line auth_line;
	struct why_line tls_line;
	struct why_line connect_line; /* lets the CONNECT pass all the same */
	bool spliced_first; /* intercepted, by address, the SNI not read */
	bool sni_dotted; /* Squid's own ACLs do not match the server name */
};

/*
 * Is what was asked for a request at all? CLI_YES, or CLI_TROUBLE and said
 * which argument is not, and how to write it.
 */
int cli_why_check(const struct why *why);

/* The part of a request that is malformed. */
struct why_fault {
	const char *part; /* "host" or "SNI" */
	const struct gtb_text *text;
	const char *what; /* "an empty label" */
	size_t column;	  /* from 1 */
};

/* False: neither host nor SNI is; the other parts cli_why_check() has seen. */
bool cli_why_fault(const struct why *why, struct why_fault *fault);

/* A decimal port without leading zeros; 0: it is not one. */
uint16_t cli_why_port(const struct gtb_text *text);

/* Make the files for explicit and for intercepted ports; GTB_OK or
 * GTB_E_NOMEM. */
int cli_why_emit(struct why *why);
void cli_why_file_fini(struct why_file *file);

/*
 * What Squid with the emitted file makes of a query. True: it splices in the
 * first pass on an intercepted port, where the address is all that is known,
 * and the decision is that of the address.
 */
bool cli_why_decide(const struct why *why, const struct gtb_query *query,
		    struct gtb_decision *decision);

/* What that first pass alone would say of a query with a destination. */
void cli_why_decide_first(const struct why *why, const struct gtb_query *query,
			  struct gtb_decision *decision);

/*
 * An identity of the policy that holds a client and has all the enum
 * gtb_bypass bits; NULL: none.
 */
const struct gtb_policy_identity *cli_why_identity(const struct why *why,
						   const char *client,
						   unsigned int bypass);

/* Fill in which single facts would change a verdict. */
void cli_why_find_changes(struct why *why);

/*
 * Fill in which lines of the emitted file apply; for a known destination those
 * of an intercepted port. GTB_OK or GTB_E_NOMEM.
 */
int cli_why_find_lines(struct why *why);

/* The mode the file is for. */
const char *cli_why_mode_word(const struct why *why);

/* A key of the policy that stands against a verdict. */
struct why_key {
	enum gtb_reason reason; /* the verdict's */
	enum gtb_tier tier;	/* of the entry */
	uint8_t products;
	bool network;
	char row[GTB_ROW_MAX + 1];
	char text[GTB_NAME_MAX + 3]; /* "*.x", or a network; "" for a list */
};

/* Keys that have to change together, for these enum gtb_bypass bits. */
struct why_keys {
	struct why_key keys[WHY_KEYS_MAX];
	size_t count;
	unsigned int verdicts;
};

/* The key behind a verdict that is no bypass. */
struct why_key cli_why_key(const struct gtb_verdict *v);

/*
 * The same files with these keys changed, and the decision then; false: it
 * cannot be tried. The caller frees *ruleset.
 */
bool cli_why_try(const struct why *why, const struct why_keys *keys,
		 struct gtb_ruleset **ruleset, struct gtb_decision *decision);

/*
 * Which keys of the policy would change a verdict, in words, all of them where
 * one is not enough; "" when the policy has no say, or it is a bypass, but for
 * one that only the first pass gives. Verdicts are the enum gtb_bypass bits it
 * would be for. Returns buffer.
 */
const char *cli_why_hint(const struct why *why, const struct gtb_verdict *v,
			 unsigned int verdicts, char buffer[WHY_HINT_SIZE]);

/* What the lines do not show; NULL: nothing. */
const char *cli_why_auth_note(const struct why *why,
			      char buffer[WHY_HINT_SIZE]);
const char *cli_why_tls_note(const struct why *why);

/* The document of a verdict's entry; NULL: none, or the policy itself. */
const struct gtb_document *cli_why_document(const struct why *why,
					    const struct gtb_verdict *v);

void cli_why_print(const struct why *why);
int cli_why_print_json(const struct why *why);

#endif
