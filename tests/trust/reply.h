/*
 * reply: a reply of the helper, read by the closed grammar of line.h, which
 * is written here a second time.
 */
#ifndef GTB_TRUST_REPLY_H
#define GTB_TRUST_REPLY_H

#include <stdbool.h>
#include <stddef.h>

#include "gtb/reason.h"

struct reply {
	bool ok;
	bool auth; /* bypass */
	bool tls;  /* splice */
	enum gtb_reason reason;
};

/*
 * Read a reply of len bytes, without its newline, to the request with this id
 * ("": it had none). False: it is none of the grammar, or not to that request.
 */
bool reply_read(struct reply *reply, const char *id, const char *text,
		size_t len);

#endif
