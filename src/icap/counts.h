/*
 * counts: what the service's statistics count. The numbers themselves are
 * c-icap's, which adds them up over its processes.
 */
#ifndef GTB_COUNTS_H
#define GTB_COUNTS_H

#include <stddef.h>
#include <stdint.h>

#include "answer.h"

/*      symbol      words of the label, behind "goto_bypass " */
#define GTB_COUNTS(X) \
	X(REQUESTS, "requests") \
	X(NONE,     "verdict none") \
	X(AUTH,     "verdict auth") \
	X(SPLICE,   "verdict splice") \
	X(BOTH,     "verdict auth, splice") \
	X(STRIPPED, "stripped headers") \
	X(LOADED,   "reloads good") \
	X(FAILED,   "reloads failed") \
	X(AGE,      "ruleset age in seconds") \
	X(DIGEST,   "ruleset digest, its first 7 digits in decimal")

/* Behind these stand one for each reason, "auth WORD" and "tls WORD". */
enum gtb_count {
#define GTB_COUNT_ENUM(symbol, words) GTB_COUNT_##symbol,
	GTB_COUNTS(GTB_COUNT_ENUM)
#undef GTB_COUNT_ENUM
	GTB_COUNT_AUTH_REASON,
	GTB_COUNT_TLS_REASON = GTB_COUNT_AUTH_REASON + GTB_REASON_COUNT,
	GTB_COUNT_END = GTB_COUNT_TLS_REASON + GTB_REASON_COUNT
};

/* How a number is had for a label, and how more is added to it. */
typedef int gtb_counts_register(const char *label);
typedef void gtb_counts_add(int number, int more);

struct gtb_counts {
	gtb_counts_add *add;
	int numbers[GTB_COUNT_END];
};

void gtb_counts_init(struct gtb_counts *counts, gtb_counts_register *take,
		     gtb_counts_add *add);

/* more may be negative. */
void gtb_counts_more(const struct gtb_counts *counts, int count, int64_t more);

/* One request, and the copies of our header that were taken off it. */
void gtb_counts_answer(const struct gtb_counts *counts,
		       const struct gtb_answer *answer, size_t stripped);

#endif
