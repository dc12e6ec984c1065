/* Work in pieces; the contract is in gtb/pace.h. */
#include "config.h"

#include <time.h>

#include "gtb/pace.h"

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void gtb_pace_begin(struct gtb_pace *pace)
{
	pace->since_us = now_us();
}

void gtb_pace_rest(void *context)
{
	const struct timespec rest = {.tv_nsec = GTB_PACE_REST_US * 1000};
	struct gtb_pace *pace = context;

	if (now_us() - pace->since_us < GTB_PACE_PIECE_US)
		return;
	/* A signal may cut it short: then this piece had less of a rest. */
	(void)nanosleep(&rest, NULL);
	gtb_pace_begin(pace);
}
