/*
 * sixteens: text looked at sixteen bytes at a time, where every byte of every
 * request has to be looked at.
 *
 * Sixteen bytes are compared as a whole: "bytes >= 'a'" is a byte of ones
 * where it is true and one of zeros where it is not. A mask has one bit for
 * each of them, that of the first byte lowest.
 */
#ifndef GTB_SIXTEENS_H
#define GTB_SIXTEENS_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

typedef unsigned char gtb_sixteen __attribute__((vector_size(16)));

#define GTB_SIXTEEN_ALL 0xffffu		/* the mask of all of them */

static inline gtb_sixteen gtb_sixteen_load(const char *text)
{
	gtb_sixteen bytes;

	memcpy(&bytes, text, sizeof(bytes));
	return bytes;
}

static inline void gtb_sixteen_store(char *text, gtb_sixteen bytes)
{
	memcpy(text, &bytes, sizeof(bytes));
}

/*
 * Copy a short text, its end in a piece that overlaps with the one before.
 * memcpy(3) would be a call, which costs more than some ten bytes do.
 */
static inline void gtb_sixteen_copy(char *to, const char *from, size_t len)
{
	if (len >= 16) {
		for (size_t at = 0; at + 16 < len; at += 16)
			memcpy(to + at, from + at, 16);
		memcpy(to + len - 16, from + len - 16, 16);
	} else if (len >= 8) {
		memcpy(to, from, 8);
		memcpy(to + len - 8, from + len - 8, 8);
	} else if (len >= 4) {
		memcpy(to, from, 4);
		memcpy(to + len - 4, from + len - 4, 4);
	} else if (len > 0) {
		to[0] = from[0];
		to[len / 2] = from[len / 2];
		to[len - 1] = from[len - 1];
	}
}

/* Are two short texts the same? memcmp(3), in the way of the above. */
static inline bool gtb_sixteen_same(const char *a, const char *b, size_t len)
{
	if (len < 8)
		return memcmp(a, b, len) == 0;
	for (size_t at = 0; at + 8 < len; at += 8)
		if (memcmp(a + at, b + at, 8) != 0)
			return false;
	return memcmp(a + len - 8, b + len - 8, 8) == 0;
}

/* True of all sixteen. */
static inline gtb_sixteen gtb_sixteen_all(void)
{
	return ~(gtb_sixteen){0};
}

/* Where a byte is from first to last. */
static inline gtb_sixteen gtb_sixteen_between(gtb_sixteen bytes,
					      unsigned char first,
					      unsigned char last)
{
	return (gtb_sixteen)(bytes - first <= (unsigned char)(last - first));
}

/* The mask of a comparison, on any processor. */
static inline unsigned int gtb_sixteen_mask_anywhere(gtb_sixteen truth)
{
	unsigned int mask = 0;

	for (unsigned int i = 0; i < 16; i++)
		mask |= (truth[i] & 1u) << i;
	return mask;
}

static inline unsigned int gtb_sixteen_mask(gtb_sixteen truth)
{
#ifdef __SSE2__
	typedef char signed_sixteen __attribute__((vector_size(16)));

	return (unsigned int)__builtin_ia32_pmovmskb128((signed_sixteen)truth);
#else
	return gtb_sixteen_mask_anywhere(truth);
#endif
}

/* The place of the first byte of a mask that is not 0. */
static inline unsigned int gtb_sixteen_first(unsigned int mask)
{
	return (unsigned int)__builtin_ctz(mask);
}

#endif
