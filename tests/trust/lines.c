/*
 * Lines without end for the helper, in pieces of any size, and a reader that
 * knows the closed grammar of replies:
 *
 *	lines HELPER POLICY CATALOG LINES [SEED]
 *
 * LINES lines with ids, then a tenth as many without. Every byte that comes
 * back must be part of a reply, every line that is owed one must get one, in
 * order, with the digits of its own id, and of the kind that its making
 * foretold. What goes to standard error must be whole lines of printable
 * ASCII. The last line printed tells the counts; the exit status is 0 when all
 * was so. The policy must list www.goto.com and 68.64.0.1 for port 443.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "src/helper/line.h"
#include "tests/trust/random.h"
#include "tests/trust/reply.h"

#define OWED_MAX 65536		/* replies outstanding; a power of two */
#define OUT_SIZE (1 << 18)
#define IN_SIZE (1 << 18)
#define BODY_MAX 9000		/* longest line made */
#define WAIT_MS 60000		/* for anything at all to happen */

/* What a line must be answered, by the way it was made. */
enum kind {
	KIND_YES,		/* OK */
	KIND_NO,		/* ERR, well formed */
	KIND_MALFORMED,		/* ERR malformed */
	KIND_ANY		/* a reply, of either word */
};

struct owed {
	char id[GTB_LINE_ID_MAX + 1];
	enum kind kind;
	bool splice;		/* the question; of YES and NO */
};

struct run {
	struct random random;
	bool plain;
	pid_t helper;
	int fd;			/* requests and replies */
	int log;		/* its standard error */
	uint64_t made;
	uint64_t wanted;
	uint64_t replied;
	uint64_t bytes;
	uint64_t owed_first;
	uint64_t owed_count;
	struct owed owed[OWED_MAX];
	size_t out_at;
	size_t out_len;
	char out[OUT_SIZE];
	size_t in_len;
	char in[IN_SIZE];
	bool log_open;		/* inside a line */
	uint64_t log_lines;
};

__attribute__((format(printf, 1, 2)))
static _Noreturn void fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	printf("FAILED: ");
	vprintf(format, arguments);
	printf("\n");
	va_end(arguments);
	exit(1);
}

/* --- making lines ------------------------------------------------------ */

static uint32_t roll(struct run *run, uint32_t sides)
{
	return random_below(&run->random, sides);
}

static const struct {
	const char *text;
	enum kind kind;
	bool splice;
} bodies[] = {
	{"192.0.2.7 CONNECT www.goto.com 443 www.goto.com auth", KIND_YES,
	 false},
	{"192.0.2.7 CONNECT www.goto.com 443 www.goto.com splice", KIND_YES,
	 true},
	{"2001:db8::7 CONNECT WWW.GoTo.Com. 443 - auth ", KIND_YES, false},
	{"192.0.2.7 CONNECT 68.64.0.1 443 - splice", KIND_YES, true},
	{"192.0.2.7 NONE 68.64.0.1 443 - 68.64.0.1 splice ", KIND_YES, true},
	{"192.0.2.7 CONNECT www.goto.com 443 - splice", KIND_NO, true},
	{"192.0.2.7 CONNECT evil.example 443 www.goto.com splice", KIND_NO,
	 true},
	{"192.0.2.7 CONNECT www.goto.com 443 evil.example auth", KIND_NO,
	 false},
	{"192.0.2.7 CONNECT goto.com.evil.example 443 - auth", KIND_NO, false},
	{"192.0.2.7 CONNECT www.goto.com 22 - auth", KIND_NO, false},
	{"192.0.2.7 CONNECT [2001:db8::1] 443 - splice", KIND_NO, true},
	{"192.0.2.7 CONNECT %5B2001:db8::1%5D 443 - auth", KIND_NO, false},
	{"192.0.2.7 CONNECT www.goto.com 443 - bump", KIND_MALFORMED, false},
	{"192.0.2.7 CONNECT www.goto.com 443 auth", KIND_MALFORMED, false},
	{"192.0.2.7 CONNECT www.goto.com 443 - - - auth", KIND_MALFORMED,
	 false},
	{"192.0.2.7  CONNECT www.goto.com 443 - auth", KIND_MALFORMED, false},
	{"192.0.2.7 CONNECT *.goto.com 443 - auth", KIND_MALFORMED, false},
	{"192.0.2.7 CONNECT www.goto.com 443 %00www.goto.com auth",
	 KIND_MALFORMED, false},
	{"192.0.2.7 CONNECT www.goto.com 0443 - auth", KIND_MALFORMED, false},
	{"-", KIND_MALFORMED, false},
	{"", KIND_MALFORMED, false},
};
#define BODIES (sizeof(bodies) / sizeof(bodies[0]))

/* Beginnings that are no id; the line behind them is owed nothing. */
static const char *const no_ids[] = {
	"-1 ", "+1 ", "0x1 ", " ", "\t1 ", "1\t", "1.5 ", "x ",
	"111111111111111111111 ", "18446744073709551616 ",
};
#define NO_IDS (sizeof(no_ids) / sizeof(no_ids[0]))

/* Any bytes but a newline; some are likely to mean something. */
static size_t make_rubbish(struct run *run, char *body, size_t len)
{
	static const char spice[] = "\t\r\0 %-az019.:[]/\x7f\x80\xff";

	for (size_t i = 0; i < len; i++) {
		body[i] = roll(run, 2) ? spice[roll(run, sizeof(spice))]
				       : (char)roll(run, 256);
		if (body[i] == '\n')
			body[i] = '.';
	}
	return len;
}

/* What stands behind the id; *owed is told what it is. */
static size_t make_body(struct run *run, char *body, struct owed *owed)
{
	size_t which = roll(run, BODIES);
	size_t len = strlen(bodies[which].text);

	memcpy(body, bodies[which].text, len);
	owed->kind = bodies[which].kind;
	owed->splice = bodies[which].splice;
	switch (roll(run, 16)) {
	case 0:			/* one or two bytes changed */
		owed->kind = KIND_ANY;
		for (uint32_t i = 0; len > 0 && i < 1 + roll(run, 2); i++)
			make_rubbish(run, body + roll(run, (uint32_t)len), 1);
		return len;
	case 1:
		owed->kind = KIND_MALFORMED;
		body[0] = '\x01';
		return 1 + make_rubbish(run, body + 1, roll(run, 60));
	case 2:
		if (roll(run, 64) != 0)
			return len;
		owed->kind = KIND_MALFORMED;
		len = 4090 + roll(run, BODY_MAX - 4200);
		memset(body, 'a', len);
		return len;
	default:
		return len;
	}
}

static void make_id(struct run *run, char *id)
{
	uint64_t number = run->made;

	if (roll(run, 4) == 0)
		number = (uint64_t)roll(run, UINT32_MAX) << 32 |
			 roll(run, UINT32_MAX);
	snprintf(id, GTB_LINE_ID_MAX + 1, roll(run, 8) ? "%llu" : "%020llu",
		 (unsigned long long)number);
}

static void owe(struct run *run, const struct owed *owed)
{
	run->owed[(run->owed_first + run->owed_count) % OWED_MAX] = *owed;
	run->owed_count++;
}

static void put(struct run *run, const char *text, size_t len)
{
	memcpy(run->out + run->out_len, text, len);
	run->out_len += len;
}

/* What a line begins with. */
enum start {
	START_NONE,		/* no id where there should be one */
	START_ALONE,		/* an id, and nothing behind it */
	START_BODY		/* what is right */
};

static enum start put_start(struct run *run, struct owed *owed)
{
	if (run->plain)
		return START_BODY;
	/* The first line has to settle what kind of stream it is. */
	if (run->made > 1 && roll(run, 10) == 0) {
		const char *none = no_ids[roll(run, NO_IDS)];

		put(run, none, strlen(none));
		return START_NONE;
	}
	make_id(run, owed->id);
	put(run, owed->id, strlen(owed->id));
	if (roll(run, 100) == 0)
		return START_ALONE;
	put(run, " ", 1);
	return START_BODY;
}

static void put_body(struct run *run, struct owed *owed)
{
	char body[BODY_MAX];

	if (run->made > 1) {
		put(run, body, make_body(run, body, owed));
		return;
	}
	put(run, bodies[0].text, strlen(bodies[0].text));
	owed->kind = bodies[0].kind;
	owed->splice = bodies[0].splice;
}

static void make_line(struct run *run)
{
	struct owed owed = {.kind = KIND_MALFORMED};
	enum start start;

	run->made++;
	start = put_start(run, &owed);
	if (start != START_ALONE)
		put_body(run, &owed);
	put(run, "\r\n", roll(run, 8) ? 0 : 1);
	put(run, "\n", 1);
	if (start != START_NONE)
		owe(run, &owed);
}

static void fill(struct run *run)
{
	if (run->out_at > OUT_SIZE / 2) {
		memmove(run->out, run->out + run->out_at,
			run->out_len - run->out_at);
		run->out_len -= run->out_at;
		run->out_at = 0;
	}
	while (run->made < run->wanted && run->owed_count < OWED_MAX &&
	       run->out_len + BODY_MAX + 64 < OUT_SIZE)
		make_line(run);
}

/* --- reading replies --------------------------------------------------- */

static bool is_foretold(const struct owed *owed, const struct reply *reply)
{
	bool malformed = reply->reason == GTB_REASON_MALFORMED;

	if (malformed && (reply->ok || reply->auth || reply->tls))
		return false;
	switch (owed->kind) {
	case KIND_YES:
		return reply->ok && (owed->splice ? reply->tls : reply->auth);
	case KIND_NO:
		return !reply->ok && !malformed &&
		       !(owed->splice ? reply->tls : reply->auth);
	case KIND_MALFORMED:
		return malformed;
	default:
		return !reply->ok || reply->auth || reply->tls;
	}
}

static void check_reply(struct run *run, const char *line, size_t len)
{
	const struct owed *owed;
	struct reply reply;

	if (run->owed_count == 0)
		fail("a reply that is owed to no line: %.*s", (int)len, line);
	owed = &run->owed[run->owed_first % OWED_MAX];
	if (len + 1 > GTB_LINE_REPLY_SIZE)
		fail("too long: %.*s", (int)len, line);
	if (!reply_read(&reply, owed->id, line, len))
		fail("reply %llu is none of the grammar, or not to \"%s\": "
		     "%.*s", (unsigned long long)run->replied, owed->id,
		     (int)len, line);
	if (!is_foretold(owed, &reply))
		fail("reply %llu should be of kind %d: %.*s",
		     (unsigned long long)run->replied, (int)owed->kind,
		     (int)len, line);
	run->owed_first++;
	run->owed_count--;
	run->replied++;
}

static void check_replies(struct run *run)
{
	char *at = run->in;
	char *end = run->in + run->in_len;
	char *newline;

	while ((newline = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		check_reply(run, at, (size_t)(newline - at));
		at = newline + 1;
	}
	run->in_len = (size_t)(end - at);
	if (run->in_len > GTB_LINE_REPLY_SIZE)
		fail("a reply without an end");
	memmove(run->in, at, run->in_len);
}

/* --- the two ends ------------------------------------------------------ */

static bool would_block(void)
{
	return errno == EAGAIN || errno == EINTR;
}

static void send_piece(struct run *run)
{
	static const size_t sizes[] = {1, 2, 7, 60, 300, 4096, 5000, 16384,
				       40000, 65536};
	size_t left = run->out_len - run->out_at;
	size_t piece = sizes[roll(run, sizeof(sizes) / sizeof(sizes[0]))];
	ssize_t put;

	if (piece > left)
		piece = left;
	put = send(run->fd, run->out + run->out_at, piece, MSG_NOSIGNAL);
	if (put >= 0)
		run->out_at += (size_t)put;
	else if (!would_block())
		fail("cannot send: %s", strerror(errno));
}

/* False: the helper has closed its end. */
static bool receive(struct run *run)
{
	ssize_t got = recv(run->fd, run->in + run->in_len,
			   IN_SIZE - run->in_len, 0);

	if (got > 0) {
		run->in_len += (size_t)got;
		run->bytes += (uint64_t)got;
		check_replies(run);
	} else if (got == -1 && !would_block()) {
		fail("cannot receive: %s", strerror(errno));
	}
	return got != 0;
}

/* False: standard error has ended. */
static bool read_log(struct run *run)
{
	char text[4096];
	ssize_t got = read(run->log, text, sizeof(text));

	for (ssize_t i = 0; i < got; i++) {
		if (text[i] != '\n' && (text[i] < 0x20 || text[i] > 0x7e))
			fail("byte 0x%02x in the log", (unsigned char)text[i]);
		run->log_open = text[i] != '\n';
		run->log_lines += text[i] == '\n';
	}
	return got > 0 || (got == -1 && would_block());
}

static void exchange(struct run *run)
{
	bool open = true;
	bool sending = true;

	while (open) {
		struct pollfd fds[2] = {{.fd = run->fd, .events = POLLIN},
					{.fd = run->log, .events = POLLIN}};

		fill(run);
		if (run->out_at < run->out_len)
			fds[0].events |= POLLOUT;
		else if (sending && run->made == run->wanted)
			sending = shutdown(run->fd, SHUT_WR) == -1;
		if (poll(fds, 2, WAIT_MS) == 0)
			fail("nothing for %d ms", WAIT_MS);
		if (fds[0].revents & (POLLIN | POLLHUP))
			open = receive(run);
		if (fds[0].revents & POLLOUT)
			send_piece(run);
		if (fds[1].revents != 0 && !read_log(run))
			run->log = -1;
	}
}

static void set_nonblocking(int fd)
{
	if (fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) == -1)
		fail("fcntl: %s", strerror(errno));
}

/* One socket for both ways, which is what Squid gives its helpers. */
static void start(struct run *run, char **argv)
{
	int ends[2];
	int log[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == -1 || pipe(log) == -1)
		fail("socketpair: %s", strerror(errno));
	run->helper = fork();
	if (run->helper == -1)
		fail("fork: %s", strerror(errno));
	if (run->helper == 0) {
		if (dup2(ends[1], STDIN_FILENO) == -1 ||
		    dup2(ends[1], STDOUT_FILENO) == -1 ||
		    dup2(log[1], STDERR_FILENO) == -1)
			_exit(99);
		close(ends[0]);
		close(ends[1]);
		close(log[0]);
		close(log[1]);
		execl(argv[1], argv[1], "-c", argv[2], "-C", argv[3], NULL);
		_exit(99);
	}
	close(ends[1]);
	close(log[1]);
	run->fd = ends[0];
	run->log = log[0];
	set_nonblocking(run->fd);
	set_nonblocking(run->log);
}

static void finish(struct run *run)
{
	int status;

	if (run->in_len != 0)
		fail("the last reply has no end");
	if (run->owed_count != 0)
		fail("%llu lines have no reply, the first has id \"%s\"",
		     (unsigned long long)run->owed_count,
		     run->owed[run->owed_first % OWED_MAX].id);
	if (waitpid(run->helper, &status, 0) == -1 || status != 0)
		fail("the helper ended with status 0x%x", (unsigned)status);
	while (run->log != -1 && read_log(run))
		;
	if (run->log_open)
		fail("the log ends inside a line");
	close(run->fd);
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void drive(char **argv, uint64_t lines, uint64_t seed, bool plain)
{
	struct run *run = calloc(1, sizeof(*run));
	double begin = seconds();

	if (run == NULL)
		fail("memory ran out");
	run->random.state = seed;
	run->plain = plain;
	run->wanted = lines;
	start(run, argv);
	exchange(run);
	finish(run);
	printf("%s: %llu lines, %llu replies, %llu bytes, %llu log lines, "
	       "%.1f s\n", plain ? "without ids" : "with ids",
	       (unsigned long long)run->made, (unsigned long long)run->replied,
	       (unsigned long long)run->bytes,
	       (unsigned long long)run->log_lines, seconds() - begin);
	free(run);
}

int main(int argc, char **argv)
{
	uint64_t lines = argc > 4 ? strtoull(argv[4], NULL, 10) : 0;
	uint64_t seed = argc > 5 ? strtoull(argv[5], NULL, 10) : 20261121;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (lines == 0 || seed == 0) {
		fprintf(stderr, "usage: lines HELPER POLICY CATALOG LINES "
			"[SEED]\n");
		return 2;
	}
	drive(argv, lines, seed, false);
	drive(argv, lines / 10 + 1, seed + 1, true);
	printf("grammar: %llu lines, every reply in the grammar, on its "
	       "channel, in order\n",
	       (unsigned long long)(lines + lines / 10 + 1));
	return 0;
}
