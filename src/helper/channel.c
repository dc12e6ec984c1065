/* Reading and writing; the contract is in channel.h. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "channel.h"

/* Half the time: where a socket stops blocking later, poll(2) waits, too. */
#define HALF_MS (GTB_CHANNEL_IDLE_MS / 2)

static bool limit_reads(int fd)
{
	const struct timeval half = {.tv_usec = HALF_MS * 1000};
	int flags = fcntl(fd, F_GETFL);

	return flags != -1 && (flags & O_NONBLOCK) == 0 &&
	       setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &half,
			  sizeof(half)) == 0;
}

void gtb_channel_init(struct gtb_channel *channel, int in, int out)
{
	channel->in = in;
	channel->out = out;
	channel->timed = limit_reads(in);
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

/*
 * False: nothing came in time, or a signal did. When the kernel cannot wait
 * for us, reading waits, too.
 */
static bool wait_for(int fd, short events, int timeout_ms)
{
	struct pollfd poll_fd = {.fd = fd, .events = events};
	int ready = poll(&poll_fd, 1, timeout_ms);

	return ready == 1 || (ready == -1 && errno != EINTR);
}

static bool is_nothing_yet(int error)
{
	return error == EAGAIN || error == EWOULDBLOCK;
}

size_t gtb_channel_read(struct gtb_channel *channel)
{
	ssize_t got;

	if (channel->state != GTB_CHANNEL_OPEN)
		return 0;
	if (!channel->timed &&
	    !wait_for(channel->in, POLLIN, GTB_CHANNEL_IDLE_MS))
		return 0;
	got = read(channel->in, channel->input, sizeof(channel->input));
	if (got > 0)
		return (size_t)got;
	if (got == 0)
		channel->state = GTB_CHANNEL_ENDED;
	else if (is_nothing_yet(errno))
		wait_for(channel->in, POLLIN, HALF_MS);
	else if (errno != EINTR)
		stop(channel, false);
	return 0;
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
		} else if (is_nothing_yet(errno)) {
			wait_for(channel->out, POLLOUT, -1);
		} else if (errno != EINTR) {
			stop(channel, true);
			return;
		}
	}
}
