/* What the programs that are many clients at once share. */
#ifndef GTB_BENCH_CLIENTS_H
#define GTB_BENCH_CLIENTS_H

#include <stddef.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "measure.h"

#define WARM_S 0.2
#define CLIENTS_MAX 1000

/* A new connection; what arrives on it is told with the client. */
static inline int dial(int epoll, const struct sockaddr_in *server,
		       void *client)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd == -1 ||
	    connect(fd, (const struct sockaddr *)server, sizeof(*server)) ==
		    -1 ||
	    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == -1)
		die("connect");
	return fd;
}

/* Forgets the samples there are, and tells of what arrives; the time it took. */
static inline double run_for(int epoll, struct samples *samples,
			     double seconds,
			     void (*arrived)(void *load, void *client),
			     void *load)
{
	struct epoll_event events[64];
	double start = now_s();

	samples->count = 0;
	while (now_s() - start < seconds) {
		int count = epoll_wait(epoll, events, 64, 10000);

		if (count <= 0)
			die("no answer for ten seconds");
		for (int i = 0; i < count; i++)
			arrived(load, events[i].data.ptr);
	}
	return now_s() - start;
}

/* How many a second; the median and the 99th percentile. */
static inline void samples_print(struct samples *samples, double took)
{
	qsort(samples->us, samples->count, sizeof(*samples->us),
	      samples_order);
	printf("%.0f %u %u", (double)samples->count / took,
	       samples_at(samples, 0.5), samples_at(samples, 0.99));
}

#endif
