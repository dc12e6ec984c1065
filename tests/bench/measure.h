/* What the programs that measure share: time, percentiles, a way out. */
#ifndef GTB_BENCH_MEASURE_H
#define GTB_BENCH_MEASURE_H

#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct samples {
	uint32_t *us;
	size_t count;
	size_t size;
};

/* Prints why, from errno, and ends the program. */
static inline _Noreturn void die(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static inline double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static inline void samples_add(struct samples *samples, double seconds)
{
	if (samples->count == samples->size) {
		samples->size = samples->size ? samples->size * 2 : 65536;
		samples->us = realloc(samples->us,
				      samples->size * sizeof(*samples->us));
		if (!samples->us)
			die("samples");
	}
	samples->us[samples->count++] = (uint32_t)(seconds * 1e6);
}

static inline int samples_order(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a;
	uint32_t right = *(const uint32_t *)b;

	return (left > right) - (left < right);
}

/* Call it after qsort with samples_order; 0 when there are none. */
static inline uint32_t samples_at(const struct samples *samples, double part)
{
	if (samples->count == 0)
		return 0;
	return samples->us[(size_t)(part * (double)(samples->count - 1))];
}

/* On loopback; 0: any port. */
static inline struct sockaddr_in loopback(long port)
{
	struct sockaddr_in addr = {.sin_family = AF_INET};

	addr.sin_port = htons((uint16_t)port);
	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return addr;
}

#endif
