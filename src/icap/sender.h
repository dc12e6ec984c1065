/*
 * sender: what an ICAP request tells of who asks, besides the HTTP request:
 * its ICAP headers, as facts for a query.
 */
#ifndef GTB_SENDER_H
#define GTB_SENDER_H

#include <stddef.h>

#include "gtb/decide.h"

struct gtb_sender {
	struct gtb_text client;		/* X-Client-IP */
	struct gtb_text sni;		/* X-GoTo-SNI */
	struct gtb_text dst;		/* X-GoTo-Dst */
	struct gtb_text await;		/* X-GoTo-Await */
	struct gtb_text within;		/* X-GoTo-Within */
};

/*
 * Read the lines of an ICAP request's head; see gtb_header_facts(). Lent from
 * the lines.
 */
void gtb_sender_read(struct gtb_sender *sender, char *const *lines,
		     size_t count);

#endif
