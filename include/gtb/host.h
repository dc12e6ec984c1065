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
#define GTB_NAME_WORDS 4	/* words with a bit for each byte of a name */

struct gtb_name {
	uint8_t len;			/* bytes of text */
	uint8_t last;			/* where the last label begins */
	uint64_t dots[GTB_NAME_WORDS];	/* bit i % 64 of dots[i / 64]: text[i]
					 * is a dot, or the end */
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
 * Where the label begins that ends before text[end], at a dot or at the end.
 * The one before it ends one byte before that; the first label begins at 0.
 */
static inline size_t gtb_name_label(const struct gtb_name *name, size_t end)
{
	size_t word = end / 64;
	uint64_t dots = name->dots[word] & ((1ULL << end % 64) - 1);

	while (dots == 0 && word > 0)
		dots = name->dots[--word];
	if (dots == 0)
		return 0;
	return word * 64 + 64 - (unsigned int)__builtin_clzll(dots);
}

/*
 * Read a name or an address literal. IPv6 may stand in brackets, also as
 * %5B...%5D, which is how Squid hands them to a helper (%#>rd escapes them).
 * A name that consists of digits and dots is an address or malformed.
 */
void gtb_host_parse(struct gtb_host *host, const char *text, size_t len);

/* Fold one byte of a name to lower case; 0 for a byte no name may hold. */
char gtb_name_fold(char byte);

#endif
