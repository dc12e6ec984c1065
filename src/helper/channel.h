/*
 * channel: the two ends of the stream to Squid.
 *
 * Squid 5 and 6 read replies into 32 KiB and mis-deliver one whose number is
 * cut by the end of a read. So replies are gathered and leave as whole lines,
 * at most GTB_CHANNEL_BATCH bytes a write(2).
 */
#ifndef GTB_CHANNEL_H
#define GTB_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>

#include "line.h"

#define GTB_CHANNEL_IDLE_MS 1000	/* a read waits no longer, or little */
#define GTB_CHANNEL_INPUT 16384	/* bytes a read */
#define GTB_CHANNEL_BATCH 16384	/* bytes a write */

enum gtb_channel_state {
	GTB_CHANNEL_OPEN,
	GTB_CHANNEL_ENDED,	/* end of input, or nobody reads replies */
	GTB_CHANNEL_FAILED	/* see error */
};

struct gtb_channel {
	int in;
	int out;
	bool timed;		/* a read(2) of it waits, but not for ever */
	enum gtb_channel_state state;
	int error;		/* errno of what failed */
	bool writing;		/* it was a write */
	size_t pending;		/* bytes of output */
	char input[GTB_CHANNEL_INPUT];
	char output[GTB_CHANNEL_BATCH];
};

/*
 * Use in and out, which may be the same socket, a pipe or a file, blocking or
 * not. They are not closed. A socket that blocks gets a time limit for reads,
 * so that waiting and reading are one system call; call this before the
 * sandbox forbids it.
 */
void gtb_channel_init(struct gtb_channel *channel, int in, int out);

/*
 * Wait a while for requests and read once into channel->input. Returns the
 * bytes read; 0: none came in time, or the state is not open.
 */
size_t gtb_channel_read(struct gtb_channel *channel);

/*
 * Room for one more reply, GTB_LINE_REPLY_SIZE bytes; a full batch is sent
 * first. gtb_channel_done() adds what was written there to the batch.
 */
static inline char *gtb_channel_room(struct gtb_channel *channel);
static inline void gtb_channel_done(struct gtb_channel *channel, size_t len);

/* Send what is pending, all of it, however many writes it takes. */
void gtb_channel_flush(struct gtb_channel *channel);

static inline char *gtb_channel_room(struct gtb_channel *channel)
{
	if (sizeof(channel->output) - channel->pending < GTB_LINE_REPLY_SIZE)
		gtb_channel_flush(channel);
	return channel->output + channel->pending;
}

static inline void gtb_channel_done(struct gtb_channel *channel, size_t len)
{
	channel->pending += len;
}

#endif
