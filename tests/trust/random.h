/*
 * random: numbers that are the same on every machine (xorshift64*).
 */
#ifndef GTB_TRUST_RANDOM_H
#define GTB_TRUST_RANDOM_H

#include <stdint.h>

/* Any start but 0. */
struct random {
	uint64_t state;
};

/* 0 to below - 1; below is at least 1. */
static inline uint32_t random_below(struct random *random, uint32_t below)
{
	random->state ^= random->state >> 12;
	random->state ^= random->state << 25;
	random->state ^= random->state >> 27;
	return (uint32_t)((random->state * 0x2545f4914f6cdd1dULL) >> 32) %
	       below;
}

#endif
