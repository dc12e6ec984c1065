/*
 * connect_load [-u CREDENTIALS] PORT CONNECTIONS SECONDS WANTED HOST: clients
 * of a proxy, each after the other making a connection, a CONNECT to HOST:443
 * and, after a 200, sending a TLS ClientHello with HOST as its server name.
 *
 * A "%d" in HOST is counted up; "%D" is counted up to 16 and begins anew.
 * WANTED is what has to come of it: "407"; "spliced", the ClientHello came to
 * origin.c and its answer back; "bumped", the proxy answered in TLS itself.
 * Anything else ends it. CREDENTIALS are for Basic, in base64.
 *
 * Prints connections a second; the median and the 99th percentile, in
 * microseconds, from connect(2) until that answer; and how many there were in
 * all, with those that came before measuring began.
 */
#include "config.h"

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "clients.h"

#define NAMES 16

enum wanted { WANTED_407, WANTED_SPLICED, WANTED_BUMPED };

enum step {
	STEP_CONNECT,		/* a CONNECT is sent, its answer awaited */
	STEP_HELLO,		/* a ClientHello is sent */
};

struct client {
	int fd;
	enum step step;
	double start;
	char host[128];
};

struct load {
	struct sockaddr_in proxy;
	const char *host;		/* a pattern */
	const char *credentials;	/* NULL: none */
	enum wanted wanted;
	unsigned int number;
	int epoll;
	struct samples samples;
	size_t all;
};

/* --- what is sent --------------------------------------------------------- */

static void name_next(struct load *load, struct client *client)
{
	const char *mark = strchr(load->host, '%');
	unsigned int number = load->number++;

	if (!mark) {
		snprintf(client->host, sizeof(client->host), "%s", load->host);
		return;
	}
	snprintf(client->host, sizeof(client->host), "%.*s%u%s",
		 (int)(mark - load->host), load->host,
		 mark[1] == 'D' ? number % NAMES : number, mark + 2);
}

static void send_connect(const struct load *load, const struct client *client)
{
	char text[1024];
	int len = snprintf(text, sizeof(text),
		"CONNECT %s:443 HTTP/1.1\r\nHost: %s:443\r\n%s%s%s\r\n",
		client->host, client->host,
		load->credentials ? "Proxy-Authorization: Basic " : "",
		load->credentials ? load->credentials : "",
		load->credentials ? "\r\n" : "");

	if (send(client->fd, text, (size_t)len, MSG_NOSIGNAL) != len)
		die("send");
}

static unsigned char *put16(unsigned char *at, size_t number)
{
	*at++ = (unsigned char)(number >> 8);
	*at++ = (unsigned char)number;
	return at;
}

/* What follows the server name: groups, point formats, signatures. */
static const unsigned char extensions[] = {
	0, 10, 0, 8, 0, 6, 0, 29, 0, 23, 0, 24,
	0, 11, 0, 2, 1, 0,
	0, 13, 0, 10, 0, 8, 4, 3, 8, 4, 4, 1, 6, 1,
};

static const unsigned char ciphers[] = {
	0xc0, 0x2f, 0xc0, 0x30, 0xc0, 0x2b, 0xc0, 0x2c,
};

/* From the record down to the name, each length is that of the rest. */
static size_t make_hello(unsigned char *hello, const char *host)
{
	const size_t name = strlen(host);
	const size_t exts = 9 + name + sizeof(extensions);
	const size_t body = 2 + 32 + 1 + 2 + sizeof(ciphers) + 2 + 2 + exts;
	unsigned char *at = hello;

	at = put16(at, 0x1603);			/* handshake, TLS 1.0 */
	*at++ = 1;
	at = put16(at, body + 4);
	at = put16(at, 0x0100);			/* ClientHello */
	at = put16(at, body);
	at = put16(at, 0x0303);			/* TLS 1.2 */
	for (int i = 0; i < 32; i++)
		*at++ = (unsigned char)(i * 7 + 1);
	*at++ = 0;				/* no session */
	at = put16(at, sizeof(ciphers));
	at = mempcpy(at, ciphers, sizeof(ciphers));
	at = put16(at, 0x0100);			/* no compression */
	at = put16(at, exts);
	at = put16(at, 0);			/* server_name */
	at = put16(at, name + 5);
	at = put16(at, name + 3);
	*at++ = 0;
	at = put16(at, name);
	at = mempcpy(at, host, name);
	at = mempcpy(at, extensions, sizeof(extensions));
	return (size_t)(at - hello);
}

static void send_hello(const struct client *client)
{
	unsigned char hello[512];
	size_t len = make_hello(hello, client->host);

	if (send(client->fd, hello, len, MSG_NOSIGNAL) != (ssize_t)len)
		die("send");
}

/* --- one client ----------------------------------------------------------- */

static void begin(struct load *load, struct client *client)
{
	name_next(load, client);
	client->step = STEP_CONNECT;
	client->start = now_s();
	client->fd = dial(load->epoll, &load->proxy, client);
	send_connect(load, client);
}

/* With a reset, so that no port waits for its time to pass. */
static void end(struct client *client)
{
	struct linger now = {.l_onoff = 1, .l_linger = 0};

	setsockopt(client->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(client->fd);
}

static _Noreturn void refuse(const struct client *client, const char *reply,
			     ssize_t got)
{
	fprintf(stderr, "%s, %s: not what was wanted: %.*s\n", client->host,
		client->step == STEP_CONNECT ? "CONNECT" : "ClientHello",
		got < 0 ? 0 : (int)strnlen(reply, (size_t)got), reply);
	exit(EXIT_FAILURE);
}

static bool is_end(const struct load *load, const struct client *client,
		   const char *reply, ssize_t got)
{
	if (load->wanted == WANTED_407)
		return strncmp(reply, "HTTP/1.1 407 ", 13) == 0;
	if (client->step == STEP_CONNECT)
		return false;
	if (load->wanted == WANTED_SPLICED)
		return got >= 6 && memcmp(reply, "origin", 6) == 0;
	return reply[0] == 0x16;
}

/* Something has come. True: that was all of this connection. */
static bool take(struct load *load, struct client *client)
{
	char reply[16385];
	ssize_t got = recv(client->fd, reply, sizeof(reply) - 1, 0);

	reply[got > 0 ? got : 0] = '\0';
	if (got > 0 && is_end(load, client, reply, got)) {
		samples_add(&load->samples, now_s() - client->start);
		load->all++;
		return true;
	}
	if (got <= 0 || client->step == STEP_HELLO ||
	    strncmp(reply, "HTTP/1.1 200 ", 13) != 0)
		refuse(client, reply, got);
	client->step = STEP_HELLO;
	send_hello(client);
	return false;
}

/* --- all of them ---------------------------------------------------------- */

static void arrived(void *context, void *data)
{
	struct load *load = context;
	struct client *client = data;

	if (!take(load, client))
		return;
	end(client);
	begin(load, client);
}

static double run(struct load *load, double seconds)
{
	return run_for(load->epoll, &load->samples, seconds, arrived, load);
}

static int usage(void)
{
	fprintf(stderr, "usage: connect_load [-u CREDENTIALS] PORT "
		"CONNECTIONS SECONDS 407|spliced|bumped HOST\n");
	return 2;
}

int main(int argc, char **argv)
{
	static struct client clients[CLIENTS_MAX];
	struct load load = {.epoll = epoll_create1(0)};
	double seconds;
	long count;

	if (argc > 2 && strcmp(argv[1], "-u") == 0) {
		load.credentials = argv[2];
		argv += 2;
		argc -= 2;
	}
	if (argc != 6)
		return usage();
	load.proxy = loopback(strtol(argv[1], NULL, 10));
	count = strtol(argv[2], NULL, 10);
	seconds = strtod(argv[3], NULL);
	load.wanted = argv[4][0] == '4' ? WANTED_407 :
		      argv[4][0] == 's' ? WANTED_SPLICED : WANTED_BUMPED;
	load.host = argv[5];
	if (count < 1 || count > CLIENTS_MAX || strlen(load.host) > 100)
		return usage();
	for (long i = 0; i < count; i++)
		begin(&load, &clients[i]);
	run(&load, WARM_S);
	samples_print(&load.samples, run(&load, seconds));
	printf(" %zu\n", load.all);
	return EXIT_SUCCESS;
}
