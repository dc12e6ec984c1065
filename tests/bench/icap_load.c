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
#include <unistd.h>

#include "clients.h"

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

static void arrived(void *context, void *connection)
{
	struct load *load = context;

	if (take(load, connection))
		ask(load, connection);
}

static double run(struct load *load, double seconds)
{
	return run_for(load->epoll, &load->samples, seconds, arrived, load);
}

int main(int argc, char **argv)
{
	static struct connection connections[CLIENTS_MAX];
	struct load load = {.epoll = epoll_create1(0)};
	struct sockaddr_in server;
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
	if (!load.requests || count < 1 || count > CLIENTS_MAX)
		return 2;
	for (size_t i = 0; i < load.count; i++)
		make(&load.requests[i], argv[1], argv[2], argv[5 + i]);
	server = loopback(strtol(argv[1], NULL, 10));
	for (long i = 0; i < count; i++) {
		connections[i].fd = dial(load.epoll, &server, &connections[i]);
		ask(&load, &connections[i]);
	}
	run(&load, WARM_S);
	samples_print(&load.samples, run(&load, seconds));
	printf(" %zu %zu\n", load.matched, load.all);
	return EXIT_SUCCESS;
}
