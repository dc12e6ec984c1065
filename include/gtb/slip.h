/*
 * slip: how far one word is from another, to guess what was meant.
 */
#ifndef GTB_SLIP_H
#define GTB_SLIP_H

#include <stddef.h>

#define GTB_SLIP_LEN  64	/* longer words are not compared */
#define GTB_SLIP_FAR  1000	/* told of those instead */

/*
 * Letters to add, to take away or to change (Levenshtein) between len bytes
 * and a word.
 */
unsigned int gtb_slip_edits(const char *text, size_t len, const char *word);

#endif
