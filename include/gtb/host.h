/*
 * host: what a request calls its destination, read strictly.
 *
 * A name is LDH labels (RFC 952, RFC 1123 2.1): letters, digits, hyphens, no
 * hyphen at either end, 1 to 63 bytes a label, at most 253 in all, ASCII only,
 * and a last label that is not all digits. One trailing dot is dropped. Case
 * is folded by a table of our own, so no locale has a say. Anything else is
 * malformed: nothing is decoded, trimmed or repaired.
 *
 * These functions read exactly len bytes, never a NUL-terminated string, do
 * not allocate and cannot fail otherwise than by refusing.
 */
#ifndef GTB_HOST_H
#define GTB_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gtb/net.h"

#define GTB_NAME_MAX 253	/* bytes, without the root dot; RFC 1035 3.1 */
#define GTB_LABEL_MAX 63	/* bytes; RFC 1035 2.3.4 */
#define GTB_LABELS_MAX 127	/* labels that fit into GTB_NAME_MAX */

struct gtb_name {
	uint8_t len;			/* bytes of text */
	uint8_t count;			/* labels, 1 to GTB_LABELS_MAX */
	uint8_t start[GTB_LABELS_MAX + 1]; /* offset of each label, left to
					 * right; start[count] == len + 1 */
	char text[GTB_NAME_MAX + 16]; /* lower case, NUL-terminated; spare
				       * bytes let it be read by sixteens */
};

enum gtb_host_kind {
	GTB_HOST_MALFORMED,
	GTB_HOST_NAME,		/* host.name is set */
	GTB_HOST_ADDRESS	/* host.addr is set */
};

struct gtb_host {
	enum gtb_host_kind kind;
	struct gtb_addr addr;
	struct gtb_name name;
};

/* Read a name. False: malformed, *name is not to be used. */
bool gtb_name_parse(struct gtb_name *name, const char *text, size_t len);

/*
 * Read a name or an address literal. IPv6 may stand in brackets, also as
 * %5B...%5D, which is how Squid hands them to a helper (%#>rd escapes them).
 * A name that consists of digits and dots is an address or malformed.
 */
void gtb_host_parse(struct gtb_host *host, const char *text, size_t len);

/* Fold one byte of a name to lower case; 0 for a byte no name may hold. */
char gtb_name_fold(char byte);

#endif
