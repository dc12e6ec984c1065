/* The helper as a process, and what it is asked; the contract is in soak.h. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/soak/soak.h"

#define ASIDE_NS INT64_C(10000000)

/* The kind that tells the two policies apart. */
#define TELLING 2

/* What is asked; yes: at least one of the two policies says OK. */
static const struct {
	const char *line;
	bool yes[2];
} kinds[PEER_KINDS] = {
	{"192.0.2.7 CONNECT www.goto.com 443 - auth", {true, true}},
	{"192.0.2.7 CONNECT www.goto.com 443 www.goto.com splice",
	 {true, true}},
	{"192.0.2.7 CONNECT www.flip.example 443 - auth", {true, false}},
	{"192.0.2.7 CONNECT 68.64.1.1 443 - splice", {true, true}},
	{"192.0.2.7 CONNECT www.example.com 443 - auth", {false, false}},
	{"192.0.2.7 CONNECT evil.example 443 www.goto.com splice",
	 {false, false}},
	{"192.0.2.7 CONNECT out.goto.com 443 - auth", {false, false}},
	{"192.0.2.7 CONNECT www.goto.com", {false, false}},
};

int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static _Noreturn void become(char *const arguments[], int fd, const char *log,
			     const char *clock, const char *clock_file)
{
	int log_fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0644);

	if (log_fd == -1 || dup2(fd, STDIN_FILENO) == -1 ||
	    dup2(fd, STDOUT_FILENO) == -1 || dup2(log_fd, STDERR_FILENO) == -1)
		_exit(126);
	if (clock) {
		setenv("LD_PRELOAD", clock, 1);
		setenv("GTB_SOAK_CLOCK", clock_file, 1);
	}
	execv(arguments[0], arguments);
	_exit(127);
}

bool peer_start(struct peer *peer, char *const arguments[], const char *log,
		const char *clock, const char *clock_file)
{
	int fds[2];

	memset(peer, 0, sizeof(*peer));
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == -1)
		return false;
	peer->pid = fork();
	if (peer->pid == -1)
		return false;
	if (peer->pid == 0)
		become(arguments, fds[1], log, clock, clock_file);
	close(fds[1]);
	peer->fd = fds[0];
	return true;
}

static void late_add(struct late *late, int64_t ns)
{
	int64_t slot = ns / 1000;

	if (slot >= LATE_SIZE)
		slot = LATE_SIZE - 1;
	late->slots[slot]++;
	late->count++;
	if (ns > late->longest_ns)
		late->longest_ns = ns;
}

double late_ms(const struct late *late, unsigned int millionths)
{
	uint64_t want = late->count / 1000000 * millionths +
			late->count % 1000000 * millionths / 1000000;
	uint64_t sum = 0;

	for (size_t i = 0; i < LATE_SIZE; i++) {
		sum += late->slots[i];
		if (sum > want)
			return (double)(i + 1) / 1000;
	}
	return (double)LATE_SIZE / 1000;
}

/* --- sending and receiving ---------------------------------------------- */

static bool wait_for(struct peer *peer, short events, int64_t timeout_ns)
{
	struct pollfd poll_fd = {.fd = peer->fd, .events = events};
	struct timespec timeout = {.tv_sec = timeout_ns / 1000000000,
				   .tv_nsec = timeout_ns % 1000000000};

	if (timeout_ns < 0)
		timeout.tv_sec = timeout.tv_nsec = 0;
	return ppoll(&poll_fd, 1, &timeout, NULL) == 1;
}

#define LINE_MAX_LEN 128 /* bytes of a request */

static bool send_all(struct peer *peer, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t put = send(peer->fd, text, len, MSG_NOSIGNAL);

		if (put == -1 && errno != EINTR)
			return false;
		text += put > 0 ? put : 0;
		len -= put > 0 ? (size_t)put : 0;
	}
	return true;
}

/* The first was due then, each of the others so much after the one before. */
static bool send_lines(struct peer *peer, unsigned int count, int64_t due_ns,
		       int64_t step_ns)
{
	char text[PEER_WINDOW / 4 * LINE_MAX_LEN];
	int64_t now = now_ns();
	size_t len = 0;

	for (unsigned int i = 0; i < count; i++) {
		uint64_t id = peer->sent++;

		len += (size_t)snprintf(text + len, sizeof(text) - len,
					"%llu %s\n", (unsigned long long)id,
					kinds[id % PEER_KINDS].line);
		peer->due_ns[id % PEER_WINDOW] = due_ns;
		if (peer->timing)
			late_add(&peer->asked, now - due_ns);
		due_ns += step_ns;
	}
	return send_all(peer, text, len);
}

/* By which of the policies is this the answer? -1: by neither. */
static int policy_of(const struct peer *peer, unsigned int kind,
		     const char *answer)
{
	for (int policy = 0; policy < 2; policy++)
		if (strcmp(peer->answers[policy][kind], answer) == 0)
			return policy;
	return -1;
}

static bool is_right(struct peer *peer, unsigned int kind, const char *answer)
{
	enum truth truth = atomic_load(&peer->truth);
	int policy = policy_of(peer, kind, answer);

	if (policy == -1)
		return false;
	if (kind != TELLING)
		return true;
	/*
	 * The truth may have become "either" while this was on its way, never
	 * the reverse: that is only said once the new policy has been seen.
	 */
	if (truth != TRUTH_EITHER && policy != (int)truth)
		return atomic_load(&peer->truth) == TRUTH_EITHER;
	atomic_store(&peer->seen, (enum truth)policy);
	return true;
}

static void take_line(struct peer *peer, char *line, int64_t now)
{
	uint64_t id = peer->got++;
	char *answer;

	if (strtoull(line, &answer, 10) != id || *answer != ' ' ||
	    !is_right(peer, id % PEER_KINDS, answer + 1)) {
		peer->wrong++;
		if (peer->wrong <= PEER_WRONG_MAX)
			printf("wrong: request %llu \"%s\", reply \"%s\"\n",
			       (unsigned long long)id,
			       kinds[id % PEER_KINDS].line, line);
	}
	if (peer->timing)
		late_add(&peer->answered,
			 now - peer->due_ns[id % PEER_WINDOW]);
}

/* False: the helper is gone. */
static bool receive(struct peer *peer)
{
	ssize_t got = read(peer->fd, peer->input + peer->input_len,
			   sizeof(peer->input) - peer->input_len);
	char *at = peer->input;
	char *end;
	char *newline;
	int64_t now = now_ns();

	if (got <= 0)
		return got == -1 && errno == EINTR;
	end = peer->input + peer->input_len + got;
	while ((newline = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		*newline = '\0';
		take_line(peer, at, now);
		at = newline + 1;
	}
	peer->input_len = (size_t)(end - at);
	memmove(peer->input, at, peer->input_len);
	return true;
}

/* Until everything is answered. */
static bool drain(struct peer *peer)
{
	while (peer->got < peer->sent)
		if (!wait_for(peer, POLLIN, INT64_C(10000000000)) ||
		    !receive(peer))
			return false;
	return true;
}

/* --- what soak does with it ---------------------------------------------- */

static bool learn_line(struct peer *peer, enum truth policy, size_t kind)
{
	char line[PEER_REPLY_MAX * 2];
	size_t len = 0;
	char *answer;

	if (!send_lines(peer, 1, 0, 0))
		return false;
	while (len == 0 || line[len - 1] != '\n') {
		ssize_t got =
			read(peer->fd, line + len, sizeof(line) - len - 1);

		if (got <= 0)
			return false;
		len += (size_t)got;
	}
	line[len - 1] = '\0';
	answer = strchr(line, ' ');
	if (!answer || strlen(++answer) >= PEER_REPLY_MAX)
		return false;
	strcpy(peer->answers[policy][kind], answer);
	peer->got++;
	return strncmp(answer, kinds[kind].yes[policy] ? "OK " : "ERR ",
		       kinds[kind].yes[policy] ? 3 : 4) == 0;
}

void peer_learn_floor(struct peer *peer)
{
	for (size_t kind = 0; kind < PEER_KINDS; kind++)
		strcpy(peer->answers[TRUTH_FIRST][kind], "ERR");
	atomic_store(&peer->truth, TRUTH_EITHER);
}

bool peer_learn(struct peer *peer, enum truth policy)
{
	for (size_t kind = 0; kind < PEER_KINDS; kind++)
		if (!learn_line(peer, policy, kind)) {
			printf("not as it should be: \"%s\" answered \"%s\"\n",
			       kinds[kind].line, peer->answers[policy][kind]);
			return false;
		}
	return true;
}

bool peer_flood(struct peer *peer, int64_t until_ns)
{
	const unsigned int batch = PEER_WINDOW / 8;

	while (now_ns() < until_ns && peer->wrong < PEER_WRONG_MAX) {
		if (peer->sent - peer->got + batch <= PEER_WINDOW / 2) {
			if (!send_lines(peer, batch, 0, 0))
				return false;
		} else if (wait_for(peer, POLLIN, INT64_C(10000000000))) {
			if (!receive(peer))
				return false;
		} else {
			printf("no reply within 10 s\n");
			return false;
		}
	}
	return drain(peer);
}

/* All kinds once, when the last time is over and done. */
static bool ask_aside(struct peer *aside, int64_t *next_ns)
{
	int64_t now = now_ns();

	if (now < *next_ns || aside->got < aside->sent)
		return true;
	*next_ns = now + ASIDE_NS;
	return send_lines(aside, PEER_KINDS, 0, 0);
}

/* What either says until a time. False: it is gone. */
static bool listen_to(struct peer *peer, struct peer *aside, int64_t until_ns)
{
	struct pollfd fds[2] = {
		{.fd = peer->fd, .events = POLLIN},
		{.fd = aside ? aside->fd : -1, .events = POLLIN},
	};
	int64_t left = until_ns - now_ns();
	struct timespec timeout = {.tv_nsec = left > 0 ? left : 0};

	if (ppoll(fds, 2, &timeout, NULL) < 1)
		return true;
	return (!fds[0].revents || receive(peer)) &&
	       (!fds[1].revents || receive(aside));
}

bool peer_pace(struct peer *peer, struct peer *aside, int64_t until_ns,
	       unsigned int rate)
{
	int64_t step = 1000000000 / rate;
	int64_t due = now_ns();
	int64_t aside_ns = due;

	peer->timing = true;
	while (due < until_ns && peer->wrong < PEER_WRONG_MAX) {
		int64_t first = due;
		int64_t now = now_ns();
		uint64_t room = PEER_WINDOW / 2 - (peer->sent - peer->got);
		unsigned int count = 0;

		for (; due <= now && count < room && count < PEER_WINDOW / 8;
		     due += step)
			count++;
		if (count > 0 && !send_lines(peer, count, first, step))
			return false;
		if (aside && !ask_aside(aside, &aside_ns))
			return false;
		if (!listen_to(peer, aside, due))
			return false;
	}
	if (!drain(peer) || (aside && !drain(aside)))
		return false;
	peer->timing = false;
	return true;
}

int peer_end(struct peer *peer)
{
	int status;

	close(peer->fd);
	if (waitpid(peer->pid, &status, 0) != peer->pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}
