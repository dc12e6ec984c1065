/*
 * digest: SHA-256, to tell whether two machines decide from the same files.
 */
#ifndef GTB_DIGEST_H
#define GTB_DIGEST_H

#include <stddef.h>

#define GTB_DIGEST_SIZE 65	/* 64 hexadecimal digits and a NUL */

/* The digest of len bytes, lower case; returns buffer. */
const char *gtb_digest_hex(const void *data, size_t len,
			   char buffer[GTB_DIGEST_SIZE]);

#endif
