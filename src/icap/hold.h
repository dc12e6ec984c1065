/*
 * hold: what is written to a connection in pieces leaves as one packet.
 *
 * c-icap writes a 200 in two pieces, its own head and the request's, and each
 * would be a packet that wakes up who asked. Nothing depends on it: where it
 * cannot be done the pieces go out as they are written.
 */
#ifndef GTB_HOLD_H
#define GTB_HOLD_H

#include <stdbool.h>

/*
 * Keep back what is written from now on, up to a whole packet, and for 200 ms
 * at most. False: nothing is kept back, there is nothing to end.
 */
bool gtb_hold_begin(int connection);

/* Send what was kept back, and keep back nothing more. */
void gtb_hold_end(int connection);

#endif
