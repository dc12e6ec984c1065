/*
 * origin: everything beyond the proxy, at no cost. It prints its port, gives
 * every CONNECT a 200 and whatever follows the answer "origin"; it ends with
 * the process that started it. There is no TLS: nobody looks inside a tunnel.
 */
#include "config.h"

#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "measure.h"

static const char established[] = "HTTP/1.1 200 OK\r\n\r\n";
static const char answer[] = "origin";

static void watch(int epoll, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

	if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == -1)
		die("epoll_ctl");
}

static int listen_somewhere(void)
{
	struct sockaddr_in addr = loopback(0);
	socklen_t size = sizeof(addr);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	if (fd == -1 || bind(fd, (struct sockaddr *)&addr, size) == -1 ||
	    listen(fd, 512) == -1 ||
	    getsockname(fd, (struct sockaddr *)&addr, &size) == -1)
		die("listen");
	printf("%d\n", ntohs(addr.sin_port));
	fflush(stdout);
	return fd;
}

/* With a reset, so that no port waits for its time to pass. */
static void end(int fd)
{
	struct linger now = {.l_onoff = 1, .l_linger = 0};

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(fd);
}

/* A CONNECT's head comes in one piece: it is short, and loopback. */
static void serve(int fd)
{
	char buffer[16384];
	ssize_t got = recv(fd, buffer, sizeof(buffer), 0);
	const char *reply = answer;
	size_t len = sizeof(answer) - 1;

	if (got > 8 && memcmp(buffer, "CONNECT ", 8) == 0) {
		reply = established;
		len = sizeof(established) - 1;
	}
	if (got <= 0 || send(fd, reply, len, MSG_NOSIGNAL) == -1)
		end(fd);
}

int main(void)
{
	struct epoll_event events[64];
	int epoll = epoll_create1(0);
	int listener = listen_somewhere();

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	watch(epoll, listener);
	for (;;) {
		int count = epoll_wait(epoll, events, 64, -1);

		for (int i = 0; i < count; i++) {
			int fd = events[i].data.fd;

			if (fd != listener) {
				serve(fd);
				continue;
			}
			fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
			if (fd != -1)
				watch(epoll, fd);
		}
	}
}
