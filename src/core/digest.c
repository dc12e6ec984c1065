/* SHA-256; the contract is in gtb/digest.h. */
#include "config.h"

#include <stdint.h>
#include <string.h>
#include <sys/types.h>

#include <sha2.h>

#include "gtb/digest.h"

const char *gtb_digest_hex(const void *data, size_t len,
			   char buffer[GTB_DIGEST_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	uint8_t digest[SHA256_DIGEST_LENGTH];
	SHA2_CTX context;

	SHA256Init(&context);
	SHA256Update(&context, data, len);
	SHA256Final(digest, &context);
	for (size_t i = 0; i < sizeof(digest); i++) {
		buffer[2 * i] = digits[digest[i] >> 4];
		buffer[2 * i + 1] = digits[digest[i] & 15];
	}
	buffer[2 * sizeof(digest)] = '\0';
	return buffer;
}
