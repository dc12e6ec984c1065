/*
 * serve: lines in, decisions, replies out, until Squid closes the stream.
 */
#ifndef GTB_SERVE_H
#define GTB_SERVE_H

#include "channel.h"
#include "log.h"
#include "reload.h"

/*
 * Answer requests until the end of input. Returns 0, or -1 when the stream
 * failed (logged). A line that began but never ended gets no answer.
 */
int gtb_serve(struct gtb_channel *channel, struct gtb_reload *reload,
	      struct gtb_log *log);

#endif
