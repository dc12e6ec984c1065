/* Reading and writing; the contract is in channel.h. */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "channel.h"

void gtb_channel_init(struct gtb_channel *channel, int in, int out)
{
	channel->in = in;
	channel->out = out;
	channel->state = GTB_CHANNEL_OPEN;
	channel->error = 0;
	channel->writing = false;
	channel->pending = 0;
}

/* A peer that has gone is the end; Squid leaves like that. */
static void stop(struct gtb_channel *channel, bool writing)
{
	channel->error = errno;
	channel->writing = writing;
	if (errno == EPIPE || errno == ECONNRESET)
		channel->state = GTB_CHANNEL_ENDED;
	else
		channel->state = GTB_CHANNEL_FAILED;
}

/* False: nothing came in time, or a signal did. */
static bool wait_for(int fd, short events, int timeout_ms)
{
	struct pollfd poll_fd = {.fd = fd, .events = events};

	return poll(&poll_fd, 1, timeout_ms) == 1;
}

size_t gtb_channel_read(struct gtb_channel *channel, int timeout_ms)
{
	ssize_t got;

	if (channel->state != GTB_CHANNEL_OPEN ||
	    !wait_for(channel->in, POLLIN, timeout_ms))
		return 0;
	got = read(channel->in, channel->input, sizeof(channel->input));
	if (got > 0)
		return (size_t)got;
	if (got == 0)
		channel->state = GTB_CHANNEL_ENDED;
	else if (errno != EINTR && errno != EAGAIN && errno != EWOULDBLOCK)
		stop(channel, false);
	return 0;
}

char *gtb_channel_room(struct gtb_channel *channel)
{
	if (sizeof(channel->output) - channel->pending < GTB_LINE_REPLY_SIZE)
		gtb_channel_flush(channel);
	return channel->output + channel->pending;
}

void gtb_channel_done(struct gtb_channel *channel, size_t len)
{
	channel->pending += len;
}

void gtb_channel_flush(struct gtb_channel *channel)
{
	const char *at = channel->output;
	size_t left = channel->pending;

	channel->pending = 0;
	while (left > 0 && channel->state != GTB_CHANNEL_FAILED) {
		ssize_t put = write(channel->out, at, left);

		if (put >= 0) {
			at += put;
			left -= (size_t)put;
		} else if (errno == EAGAIN || errno == EWOULDBLOCK) {
			wait_for(channel->out, POLLOUT, -1);
		} else if (errno != EINTR) {
			stop(channel, true);
			return;
		}
	}
}
