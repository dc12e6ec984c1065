/*
 * driver: be Squid for one external ACL helper, and measure it.
 *
 *   driver [-d DEPTH] -t SECONDS LINES COMMAND...
 *           prints lines a second, and the nanoseconds of the processor's time
 *           that the helper took for each
 *   driver [-d DEPTH] -n COUNT LINES COMMAND...
 *           COUNT lines, no figure
 *   driver -s LINES COMMAND...
 *           microseconds from exec to the first answer
 *
 * As Squid does it: one TCP connection on loopback is the helper's standard
 * input and output; DEPTH lines are kept in flight; whatever came back makes
 * room for as many new ones, written at once; replies are read into 32 KiB.
 * The lines of the file LINES are sent as they are, again and again. A helper
 * that answers on another channel than it was asked on is an error.
 */
#include "config.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measure.h"

#define DEPTH_MAX 500		/* so that both sockets hold all of them */
#define WARM_S 0.1
#define READ_SIZE 32768

struct lines {
	char *text;
	size_t *start;		/* of each line, and of the end */
	size_t count;
};

struct helper {
	pid_t pid;
	int fd;
	size_t sent;		/* lines since the start */
	size_t answered;
	size_t held;		/* bytes of a reply that is not whole yet */
	char input[READ_SIZE];
};

/* --- the lines ---------------------------------------------------------- */

static char *read_file(const char *path, size_t *len)
{
	FILE *file = fopen(path, "r");
	char *text;
	long size;

	if (!file || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) <= 0)
		die(path);
	rewind(file);
	text = malloc((size_t)size);
	if (!text || fread(text, 1, (size_t)size, file) != (size_t)size)
		die(path);
	fclose(file);
	*len = (size_t)size;
	return text;
}

static void lines_read(struct lines *lines, const char *path)
{
	size_t len;

	lines->text = read_file(path, &len);
	lines->start = calloc(len + 1, sizeof(*lines->start));
	if (!lines->start)
		die(path);
	lines->count = 0;
	for (size_t i = 0; i < len; i++)
		if (lines->text[i] == '\n')
			lines->start[++lines->count] = i + 1;
	if (lines->count < DEPTH_MAX) {
		fprintf(stderr, "%s: fewer than %d lines\n", path, DEPTH_MAX);
		exit(EXIT_FAILURE);
	}
}

/* --- the helper ---------------------------------------------------------- */

static void quick(int fd)
{
	int on = 1;

	if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) == -1)
		die("TCP_NODELAY");
}

static void tcp_pair(int pair[2])
{
	struct sockaddr_in addr = loopback(0);
	socklen_t size = sizeof(addr);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	pair[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (listener == -1 || pair[0] == -1 ||
	    bind(listener, (struct sockaddr *)&addr, size) == -1 ||
	    listen(listener, 1) == -1 ||
	    getsockname(listener, (struct sockaddr *)&addr, &size) == -1 ||
	    connect(pair[0], (struct sockaddr *)&addr, size) == -1)
		die("loopback");
	pair[1] = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (pair[1] == -1)
		die("accept");
	close(listener);
	quick(pair[0]);
	quick(pair[1]);
}

static void helper_start(struct helper *helper, char **command)
{
	int pair[2];

	tcp_pair(pair);
	memset(helper, 0, sizeof(*helper));
	helper->pid = fork();
	if (helper->pid == -1)
		die("fork");
	if (helper->pid == 0) {
		dup2(pair[1], STDIN_FILENO);
		dup2(pair[1], STDOUT_FILENO);
		execvp(command[0], command);
		die(command[0]);
	}
	close(pair[1]);
	helper->fd = pair[0];
}

static void helper_send(struct helper *helper, const struct lines *lines,
			size_t count)
{
	while (count > 0) {
		size_t first = helper->sent % lines->count;
		size_t last = first + count < lines->count ? first + count
							   : lines->count;
		size_t len = lines->start[last] - lines->start[first];

		if (send(helper->fd, lines->text + lines->start[first], len,
			 MSG_NOSIGNAL) != (ssize_t)len)
			die("send");
		helper->sent += last - first;
		count -= last - first;
	}
}

/* The digits that a line begins with, as a field of their own: its channel. */
static size_t channel_len(const char *line)
{
	size_t len = 0;

	while (line[len] >= '0' && line[len] <= '9')
		len++;
	return line[len] == ' ' ? len : 0;
}

/* Is the reply on the channel of the line that it must be for? */
static void check(const struct helper *helper, const struct lines *lines,
		  const char *reply, size_t len)
{
	const char *line = lines->text +
			   lines->start[helper->answered % lines->count];
	size_t channel = channel_len(line);

	if (helper->answered == helper->sent || len < channel ||
	    memcmp(line, reply, channel) != 0) {
		fprintf(stderr, "an answer that was not asked for: %.*s\n",
			(int)len, reply);
		exit(EXIT_FAILURE);
	}
}

/* Wait for replies; how many came. */
static size_t helper_read(struct helper *helper, const struct lines *lines)
{
	const char *at = helper->input;
	const char *newline;
	const char *end;
	size_t count = 0;
	ssize_t got = recv(helper->fd, helper->input + helper->held,
			   sizeof(helper->input) - helper->held, 0);

	if (got <= 0) {
		fprintf(stderr, "the helper has ended, or fills %d bytes "
			"with one reply\n", READ_SIZE);
		exit(EXIT_FAILURE);
	}
	end = helper->input + helper->held + got;
	while ((newline = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		check(helper, lines, at, (size_t)(newline - at));
		helper->answered++;
		count++;
		at = newline + 1;
	}
	helper->held = (size_t)(end - at);
	memmove(helper->input, at, helper->held);
	return count;
}

static void helper_end(struct helper *helper)
{
	char rest[512];
	int status;

	shutdown(helper->fd, SHUT_WR);
	while (recv(helper->fd, rest, sizeof(rest), 0) > 0)
		continue;
	close(helper->fd);
	if (waitpid(helper->pid, &status, 0) == -1)
		die("waitpid");
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		fprintf(stderr, "the helper ended with %#x\n", status);
		exit(EXIT_FAILURE);
	}
}

/* --- measuring ----------------------------------------------------------- */

/* With what is in flight, for so long; the lines answered meanwhile. */
static size_t run_for(struct helper *helper, const struct lines *lines,
		      double seconds, double *took)
{
	size_t before = helper->answered;
	double start = now_s();

	do {
		helper_send(helper, lines, helper_read(helper, lines));
		*took = now_s() - start;
	} while (*took < seconds);
	return helper->answered - before;
}

/* The processor's time it has taken. */
static double helper_cpu_s(const struct helper *helper)
{
	struct timespec used;
	clockid_t clock;

	if (clock_getcpuclockid(helper->pid, &clock) != 0 ||
	    clock_gettime(clock, &used) == -1)
		die("the helper's time");
	return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

static void measure(struct helper *helper, const struct lines *lines,
		    size_t depth, double seconds)
{
	double took;
	double cpu;
	size_t count;

	helper_send(helper, lines, depth);
	run_for(helper, lines, WARM_S, &took);
	cpu = helper_cpu_s(helper);
	count = run_for(helper, lines, seconds, &took);
	cpu = helper_cpu_s(helper) - cpu;
	printf("%.0f %.0f\n", (double)count / took, cpu * 1e9 / (double)count);
	while (helper->answered < helper->sent)
		helper_read(helper, lines);
}

static void send_all(struct helper *helper, const struct lines *lines,
		     size_t depth, size_t total)
{
	helper_send(helper, lines, depth < total ? depth : total);
	while (helper->answered < total) {
		size_t room = helper_read(helper, lines);
		size_t left = total - helper->sent;

		helper_send(helper, lines, room < left ? room : left);
	}
}

static void measure_start(struct helper *helper, const struct lines *lines,
			  char **command)
{
	double start = now_s();

	helper_start(helper, command);
	send_all(helper, lines, 1, 1);
	printf("%.0f\n", (now_s() - start) * 1e6);
}

static int usage(void)
{
	fprintf(stderr, "usage: driver [-d DEPTH] -t SECONDS | -n COUNT | -s "
		"LINES COMMAND...\n");
	return 2;
}

int main(int argc, char **argv)
{
	static struct helper helper;
	struct lines lines;
	double seconds = 0;
	long depth = 1;
	long total = 0;
	int option;

	while ((option = getopt(argc, argv, "+d:t:n:s")) != -1) {
		if (option == 'd')
			depth = strtol(optarg, NULL, 10);
		else if (option == 't')
			seconds = strtod(optarg, NULL);
		else if (option == 'n')
			total = strtol(optarg, NULL, 10);
		else if (option != 's')
			return usage();
	}
	if (argc - optind < 2 || depth < 1 || depth > DEPTH_MAX)
		return usage();
	lines_read(&lines, argv[optind]);
	argv += optind + 1;
	if (seconds > 0) {
		helper_start(&helper, argv);
		measure(&helper, &lines, (size_t)depth, seconds);
	} else if (total > 0) {
		helper_start(&helper, argv);
		send_all(&helper, &lines, (size_t)depth, (size_t)total);
	} else {
		measure_start(&helper, &lines, argv);
	}
	helper_end(&helper);
	return EXIT_SUCCESS;
}
