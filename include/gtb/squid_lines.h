/*
 * squid_lines: which line of an emitted text does what.
 */
#ifndef GTB_SQUID_LINES_H
#define GTB_SQUID_LINES_H

#include <stddef.h>
#include <stdint.h>

#include "gtb/ruleset.h"

/* What a line of the text does. */
enum gtb_squid_role {
	GTB_SQUID_DENY,		  /* http_access deny: spliced but not proven,
				   * what SPLICE covers */
	GTB_SQUID_DENY_ADDRESS,	  /* what SPLICE_ADDRESS covers */
	GTB_SQUID_ALLOW,	  /* http_access allow: auth bypass */
	GTB_SQUID_PEEK,		  /* ssl_bump peek, to read the SNI */
	GTB_SQUID_SPLICE,	  /* ssl_bump splice: the SNI is listed */
	GTB_SQUID_SPLICE_ADDRESS, /* ssl_bump splice: address and no SNI */

	/* The same on intercepted ports, "near": at a listed network */
	GTB_SQUID_INTERCEPTED_DENY,
	GTB_SQUID_INTERCEPTED_DENY_ADDRESS,
	GTB_SQUID_INTERCEPTED_ALLOW_TUNNEL,  /* what SPLICE covers */
	GTB_SQUID_INTERCEPTED_ALLOW_NEAR,    /* what SPLICE_NEAR covers */
	GTB_SQUID_INTERCEPTED_ALLOW_ADDRESS, /* what SPLICE_ADDRESS covers */
	GTB_SQUID_INTERCEPTED_DENY_FIRST,    /* what SPLICE_FIRST covers */
	GTB_SQUID_INTERCEPTED_ALLOW_FIRST,   /* at a listed network */
	GTB_SQUID_INTERCEPTED_ALLOW_ON,	     /* go on, to read the SNI */
	GTB_SQUID_INTERCEPTED_ALLOW_REQUEST, /* a request at a listed network */
	GTB_SQUID_INTERCEPTED_ALLOW_INNER,	/* in an inspected connection */
	GTB_SQUID_INTERCEPTED_SPLICE_FIRST,	/* by address, SNI not read */
	GTB_SQUID_INTERCEPTED_PEEK,
	GTB_SQUID_INTERCEPTED_SPLICE,	/* the SNI is listed */
	GTB_SQUID_INTERCEPTED_SPLICE_NEAR,	/* the same, at a listed network */
	GTB_SQUID_INTERCEPTED_SPLICE_ADDRESS, /* there, and no SNI */

	/*
	 * Where the service is asked an ALLOW lets go on to it, DENY is
	 * adapted_http_access, and besides there is what is marked for it,
	 * and what passes in an inspected connection.
	 */
	GTB_SQUID_MARK, /* what SPLICE and SPLICE_ADDRESS cover */
	GTB_SQUID_ALLOW_INNER,
	GTB_SQUID_ALLOW_INNER_ADDRESS,
	GTB_SQUID_INTERCEPTED_MARK_FIRST, /* what SPLICE_FIRST covers */
	GTB_SQUID_INTERCEPTED_MARK,	  /* what SPLICE_NEAR covers */
	GTB_SQUID_INTERCEPTED_MARK_ADDRESS,
	GTB_SQUID_INTERCEPTED_DENY_NEAR,
	GTB_SQUID_INTERCEPTED_ALLOW_INNER_NEAR,
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

/* The line with a role for a port, or NULL; lent from the index. */
const struct gtb_squid_line *
gtb_squid_index_find(const struct gtb_squid_index *index,
		     const struct gtb_ruleset *ruleset,
		     enum gtb_squid_role role, uint16_t port);

void gtb_squid_index_fini(struct gtb_squid_index *index);

#endif
