/*
 * squid: the ruleset as lines of squid.conf, one file for one `include`.
 *
 * Fast ACLs from the ruleset stand before every external ACL, so the helper is
 * asked about GoTo-looking requests alone, and a second pass through
 * http_access refuses what was spliced without a clear answer. The same
 * ruleset and options give the same text, byte for byte.
 */
#ifndef GTB_SQUID_H
#define GTB_SQUID_H

#include <stddef.h>
#include <stdint.h>

#include "gtb/catalog.h"
#include "gtb/report.h"
#include "gtb/ruleset.h"
#include "gtb/text.h"

enum gtb_squid_mode {
	GTB_SQUID_EXPLICIT, /* clients are told of the proxy */
	GTB_SQUID_INTERCEPT,
	GTB_SQUID_TPROXY
};

enum gtb_squid_via {
	GTB_SQUID_EXTERNAL, /* the helper decides */
	GTB_SQUID_NATIVE,   /* Squid's own ACLs alone */
	GTB_SQUID_ICAP
};

/* What becomes of TLS that no line spliced. */
enum gtb_squid_tail {
	GTB_SQUID_TAIL_BUMP,	  /* inspected */
	GTB_SQUID_TAIL_TERMINATE, /* closed */
	GTB_SQUID_TAIL_NONE	  /* the admin's own lines follow */
};

#define GTB_SQUID_TTL_MIN 1  /* seconds */
#define GTB_SQUID_TTL_MAX 60 /* seconds; how long a revoked entry lives on */

struct gtb_squid_options {
	enum gtb_squid_mode mode;
	enum gtb_squid_via via;
	enum gtb_squid_tail tail;
	unsigned int bypass; /* enum gtb_bypass bits to write lines for */
	unsigned int ttl_s;  /* GTB_SQUID_TTL_MIN to GTB_SQUID_TTL_MAX */
	const char *helper;  /* absolute paths; helper and catalog are not */
	const char *policy;  /* used with GTB_SQUID_NATIVE, but named in */
	const char *catalog; /* comments */
	const char *program; /* "goto-bypass 0.1.0" */
	const char *command; /* how to make the text again; shell words */
};

/* The words of the command line; NULL when the value is none of the enum. */
const char *gtb_squid_mode_word(enum gtb_squid_mode mode);
const char *gtb_squid_via_word(enum gtb_squid_via via);
const char *gtb_squid_tail_word(enum gtb_squid_tail tail);

/* What a line of the text does. */
enum gtb_squid_role {
	GTB_SQUID_DENY,		  /* http_access deny: spliced but not proven,
				   * what SPLICE covers */
	GTB_SQUID_DENY_ADDRESS,	  /* what SPLICE_ADDRESS covers */
	GTB_SQUID_ALLOW,	  /* http_access allow: auth bypass */
	GTB_SQUID_PEEK,		  /* ssl_bump peek, to read the SNI */
	GTB_SQUID_SPLICE,	  /* ssl_bump splice: the SNI is listed */
	GTB_SQUID_SPLICE_ADDRESS, /* ssl_bump splice: address and no SNI */
	GTB_SQUID_ROLE_COUNT
};

struct gtb_squid_line {
	enum gtb_squid_role role;
	uint64_t ports;	     /* bit i: gtb_ruleset_ports()[i] */
	unsigned int number; /* from 1 */
	size_t start;	     /* of the line in the text, and its length */
	size_t len;	     /* without the newline, in bytes */
};

struct gtb_squid_index {
	struct gtb_squid_line *lines;
	size_t count;
};

/*
 * Append the text for a ruleset; index (may be NULL) tells which line does
 * what and is freed with gtb_squid_index_fini(). Other than GTB_OK nothing of
 * the text is of use and the report says why: GTB_E_INPUT an option is not in
 * this version or cannot be said in squid.conf, GTB_E_NOMEM.
 */
int gtb_squid_emit(const struct gtb_ruleset *ruleset,
		   const struct gtb_squid_options *options,
		   struct gtb_text_buffer *text, struct gtb_squid_index *index,
		   struct gtb_report *report);

/* The line with a role for a port, or NULL; lent from the index. */
const struct gtb_squid_line *
gtb_squid_index_find(const struct gtb_squid_index *index,
		     const struct gtb_ruleset *ruleset,
		     enum gtb_squid_role role, uint16_t port);

void gtb_squid_index_fini(struct gtb_squid_index *index);

#endif
