/*
 * pace: long work in the background, a piece at a time.
 *
 * A scheduler may leave a CPU to one thread for milliseconds while another,
 * that has answers to give, waits for it; priorities do not prevent it. Work
 * that rests between its pieces keeps nobody waiting for longer than a piece.
 */
#ifndef GTB_PACE_H
#define GTB_PACE_H

#include <stdint.h>

#define GTB_PACE_PIECE_US 250	/* of work, before a rest */
#define GTB_PACE_REST_US 100	/* the least that the rest takes */

struct gtb_pace {
	int64_t since_us;	/* when this piece began, monotonic */
};

/* The first piece begins. */
void gtb_pace_begin(struct gtb_pace *pace);

/*
 * Rest, if the piece has lasted long enough; the next one begins then.
 * context: struct gtb_pace. For gtb_report_pauses().
 */
void gtb_pace_rest(void *context);

#endif
