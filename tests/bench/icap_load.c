/*
 * icap_load PORT SERVICE CONNECTIONS SECONDS HOST...: be Squid for an ICAP
 * service, and measure it.
 *
 * Each connection asks about one CONNECT after another, for the hosts in turn,
 * as Squid does: kept alive, one request in flight, Preview: 0, Allow: 204.
 * Prints requests a second; the median and the 99th percentile, in
 * microseconds; how many answers were 200, and how many there were in all, with
 * those that came before measuring began. One that is neither 200 nor 204 ends
 * it.
 */
#include "config.h"

#include <stdbool.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "measure.h"

#define WARM_S 0.2
#define CONNECTIONS_MAX 1000

struct request {
	char text[1024];
	size_t len;
};

struct connection {
	int fd;
	double start;
	size_t len;
	char reply[8192];
};

struct load {
	struct request *requests;
	size_t count;
	size_t next;
	size_t matched;
	size_t all;
	int epoll;
	struct samples samples;
};

static void make(struct request *request, const char *port,
		 const char *service, const char *host)
{
	char http[512];
	int len = snprintf(http, sizeof(http),
		"CONNECT %s:443 HTTP/1.1\r\n"
		"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) "
		"Gecko/20100101 Firefox/128.0\r\n"
		"Host: %s:443\r\n\r\n", host, host);

	request->len = (size_t)snprintf(request->text, sizeof(request->text),
		"REQMOD icap://127.0.0.1:%s/%s ICAP/1.0\r\n"
		"Host: 127.0.0.1:%s\r\n"
		"Date: Thu, 01 Jan 2026 00:00:00 GMT\r\n"
		"Encapsulated: req-hdr=0, null-body=%d\r\n"
		"Preview: 0\r\nAllow: 204, trailers\r\n"
		"X-Client-IP: 10.1.2.3\r\nX-GoTo-SNI: %s\r\n\r\n%s",
		port, service, port, len, host, http);
	if (request->len >= sizeof(request->text)) {
		fprintf(stderr, "%s is too long\n", host);
		exit(EXIT_FAILURE);
	}
}

static void ask(struct load *load, struct connection *connection)
{
	const struct request *request =
		&load->requests[load->next++ % load->count];

	connection->len = 0;
	connection->start = now_s();
	if (send(connection->fd, request->text, request->len, MSG_NOSIGNAL) !=
	    (ssize_t)request->len)
		die("send");
}

static _Noreturn void refuse(const struct connection *connection)
{
	fprintf(stderr, "not what an answer is: %.*s\n", (int)connection->len,
		connection->reply);
	exit(EXIT_FAILURE);
}

/* Has all of an answer come? 200 brings the request's head along. */
static bool is_whole(struct load *load, const struct connection *connection)
{
	const char *reply = connection->reply;
	const char *end = strstr(reply, "\r\n\r\n");
	const char *size;

	if (!end)
		return false;
	if (strncmp(reply, "ICAP/1.0 204 ", 13) == 0)
		return true;
	size = strstr(reply, "null-body=");
	if (strncmp(reply, "ICAP/1.0 200 ", 13) != 0 || !size || size > end)
		refuse(connection);
	if (connection->len < (size_t)(end + 4 - reply) +
	    strtoul(size + 10, NULL, 10))
		return false;
	load->matched++;
	return true;
}

/* Some bytes have come. True: that was the answer, the next may be asked. */
static bool take(struct load *load, struct connection *connection)
{
	char *at = connection->reply + connection->len;
	size_t room = sizeof(connection->reply) - 1 - connection->len;
	ssize_t got = recv(connection->fd, at, room, 0);

	if (got <= 0)
		refuse(connection);
	at[got] = '\0';
	connection->len += (size_t)got;
	if (!is_whole(load, connection))
		return false;
	samples_add(&load->samples, now_s() - connection->start);
	load->all++;
	return true;
}

static void open_one(struct load *load, struct connection *connection,
		     long port)
{
	struct sockaddr_in addr = loopback(port);
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};

	connection->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (connection->fd == -1 ||
	    connect(connection->fd, (struct sockaddr *)&addr,
		    sizeof(addr)) == -1 ||
	    epoll_ctl(load->epoll, EPOLL_CTL_ADD, connection->fd, &event) == -1)
		die("connect");
	ask(load, connection);
}

/* The time it took. */
static double run_for(struct load *load, double seconds)
{
	struct epoll_event events[64];
	double start = now_s();

	load->samples.count = 0;
	while (now_s() - start < seconds) {
		int count = epoll_wait(load->epoll, events, 64, 10000);

		if (count <= 0)
			die("no answer for ten seconds");
		for (int i = 0; i < count; i++)
			if (take(load, events[i].data.ptr))
				ask(load, events[i].data.ptr);
	}
	return now_s() - start;
}

static void print(struct load *load, double took)
{
	struct samples *samples = &load->samples;

	qsort(samples->us, samples->count, sizeof(*samples->us),
	      samples_order);
	printf("%.0f %u %u %zu %zu\n", (double)samples->count / took,
	       samples_at(samples, 0.5), samples_at(samples, 0.99),
	       load->matched, load->all);
}

int main(int argc, char **argv)
{
	static struct connection connections[CONNECTIONS_MAX];
	struct load load = {.epoll = epoll_create1(0)};
	long count;
	double seconds;

	if (argc < 6) {
		fprintf(stderr, "usage: icap_load PORT SERVICE CONNECTIONS "
			"SECONDS HOST...\n");
		return 2;
	}
	count = strtol(argv[3], NULL, 10);
	seconds = strtod(argv[4], NULL);
	load.count = (size_t)argc - 5;
	load.requests = calloc(load.count, sizeof(*load.requests));
	if (!load.requests || count < 1 || count > CONNECTIONS_MAX)
		return 2;
	for (size_t i = 0; i < load.count; i++)
		make(&load.requests[i], argv[1], argv[2], argv[5 + i]);
	for (long i = 0; i < count; i++)
		open_one(&load, &connections[i], strtol(argv[1], NULL, 10));
	run_for(&load, WARM_S);
	print(&load, run_for(&load, seconds));
	return EXIT_SUCCESS;
}
