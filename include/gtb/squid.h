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

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gtb/catalog.h"
#include "gtb/report.h"
#include "gtb/ruleset.h"
#include "gtb/squid_lines.h"
#include "gtb/text.h"

enum gtb_squid_mode {
	GTB_SQUID_EXPLICIT, /* clients are told of the proxy */
	GTB_SQUID_INTERCEPT,
	GTB_SQUID_TPROXY
};

enum gtb_squid_via {
	GTB_SQUID_EXTERNAL, /* the helper decides */
	GTB_SQUID_NATIVE,   /* Squid's own ACLs alone */
	GTB_SQUID_ICAP,	    /* the ICAP service decides */
	GTB_SQUID_ICAP_EXTERNAL /* it does, and about server names of
				 * intercepted connections the helper */
};

/* What becomes of TLS that no line spliced. */
enum gtb_squid_tail {
	GTB_SQUID_TAIL_BUMP,	  /* inspected */
	GTB_SQUID_TAIL_TERMINATE, /* closed */
	GTB_SQUID_TAIL_NONE	  /* the admin's own lines follow */
};

#define GTB_SQUID_TTL_MIN 1  /* seconds */
#define GTB_SQUID_TTL_MAX 60 /* seconds; how long a revoked entry lives on */

/*
 * A reply has at most 256 bytes, and Squid 5 and 6 read 32 KiB of replies at
 * once (helper.cc:ReadBufSize); a reply that is cut in two goes astray.
 */
#define GTB_SQUID_CONCURRENCY_MAX 120
#define GTB_SQUID_CONCURRENCY	  100 /* the default */
#define GTB_SQUID_CHILDREN_MAX	  32
#define GTB_SQUID_CHILDREN	  4 /* the default */

/* Squid's own limit on the name of an ACL (acl/Acl.h:ACL_NAME_SZ). */
#define GTB_SQUID_NAME_MAX 63

/* Where the service is, when no other place is given; how many may be. */
#define GTB_SQUID_ICAP_URI "icap://127.0.0.1:1344/goto_bypass"
#define GTB_SQUID_ICAP_MAX 16
#define GTB_SQUID_ICAP_URI_MAX 255 /* bytes */

/* Ports of one Squid that are told apart by name. */
#define GTB_SQUID_PORTS_MAX 32

/* A port by the name=... of its http_port or https_port line. */
struct gtb_squid_port {
	const char *name;
	enum gtb_squid_mode mode;
};

#define GTB_SQUID_MODE_BIT(mode) (1u << (mode))

struct gtb_squid_options {
	/*
	 * Bits of the modes of ports not named below. Intercepted ports must
	 * have a name: without one it is "gtb_intercept" or "gtb_tproxy".
	 */
	unsigned int modes;
	const struct gtb_squid_port *ports;
	size_t ports_count;
	enum gtb_squid_via via;
	enum gtb_squid_tail tail;
	unsigned int bypass; /* enum gtb_bypass bits to write lines for */
	unsigned int ttl_s;  /* GTB_SQUID_TTL_MIN to GTB_SQUID_TTL_MAX */
	unsigned int children;	  /* 1 to GTB_SQUID_CHILDREN_MAX */
	unsigned int concurrency; /* 1 to GTB_SQUID_CONCURRENCY_MAX */
	unsigned int squid;   /* major version, 5 to 7; 0: all of them */
	const char *auth_acl; /* the admin's ACL that needs a user, or NULL */
	const char *const *icap; /* URIs of the service, in order; */
	size_t icap_count;	 /* 0: GTB_SQUID_ICAP_URI alone */
	bool debug;	      /* the helper is started with -d */
	const char *helper;   /* absolute paths; helper and catalog are not */
	const char *policy;   /* used with GTB_SQUID_NATIVE, but named in */
	const char *catalog;  /* comments */
	const char *program;  /* "goto-bypass 0.1.0" */
	const char *command;  /* how to make the text again; shell words */
	const char *lists_folder; /* absolute; where list files will be, or
				   * NULL: every value stands in the text */
};

/*
 * One explicit port, the helper, both bypasses, all other TLS inspected, and
 * the default numbers. Texts are NULL.
 */
void gtb_squid_options_init(struct gtb_squid_options *options);

/* The last line of every text: without it, it was cut short. */
#define GTB_SQUID_END "# End of what goto-bypass made."

/* An ACL with more values than this goes to a file, where there is a folder. */
#define GTB_SQUID_INLINE_MAX 200

/* What the first line of every such file begins with; Squid skips it. */
#define GTB_SQUID_FILE_HEAD "# Made by goto-bypass"

/* A file that the text names, beside the text. */
struct gtb_squid_file {
	char *name; /* "gtb_names_1.3f2a9c01.acl": its ACL and its content */
	struct gtb_text_buffer text;
};

struct gtb_squid_files {
	struct gtb_squid_file *files;
	size_t count;
};

/* The words of the command line; NULL when the value is none of the enum. */
const char *gtb_squid_mode_word(enum gtb_squid_mode mode);
const char *gtb_squid_via_word(enum gtb_squid_via via);
const char *gtb_squid_tail_word(enum gtb_squid_tail tail);

/* Is GTB_SQUID_EXTERNAL's helper, or GTB_SQUID_ICAP's service, asked? */
bool gtb_squid_via_asks(enum gtb_squid_via via, enum gtb_squid_via whom);

/*
 * Append the text for a ruleset; index (may be NULL) tells which line does
 * what and is freed with gtb_squid_index_fini(). files (NULL if and only if
 * the options give no lists_folder) holds the files the text names and is
 * freed with gtb_squid_files_fini(). Other than GTB_OK nothing of the text is
 * of use, index and files are empty and the report says why: GTB_E_INPUT an
 * option is not in this version or cannot be said in squid.conf, GTB_E_NOMEM.
 */
int gtb_squid_emit(const struct gtb_ruleset *ruleset,
		   const struct gtb_squid_options *options,
		   struct gtb_text_buffer *text, struct gtb_squid_index *index,
		   struct gtb_squid_files *files, struct gtb_report *report);

void gtb_squid_files_fini(struct gtb_squid_files *files);

#endif
