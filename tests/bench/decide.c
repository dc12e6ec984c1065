/*
 * decide POLICY CATALOG ROUNDS [HOST...]: load, then decide each host ROUNDS
 * times; prints load time, memory and, under callgrind, leaves counting to
 * it: only the decisions are instrumented.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#if defined(__has_include)
#if __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>
#endif
#endif
#ifndef CALLGRIND_START_INSTRUMENTATION
#define CALLGRIND_START_INSTRUMENTATION
#define CALLGRIND_STOP_INSTRUMENTATION
#endif

#include "gtb/decide.h"

#define HOSTS_MAX 100

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static struct gtb_text text_of(const char *text)
{
	struct gtb_text t = {text, strlen(text)};

	return t;
}

/* A name is asked as an explicit proxy asks it at step 2, SNI known. */
static struct gtb_query query_of(const char *host)
{
	struct gtb_query query = {
		.client = text_of("10.1.2.3"),
		.method = text_of("CONNECT"),
		.host = text_of(host),
		.port = text_of("443"),
	};

	if (host[strspn(host, "0123456789.")] != '\0' &&
	    strchr(host, ':') == NULL)
		query.sni = query.host;
	return query;
}

static struct gtb_ruleset *load(const char *policy, const char *catalog)
{
	struct gtb_ruleset *ruleset;
	struct gtb_report report;
	char line[GTB_REPORT_LINE_SIZE];

	gtb_report_init(&report);
	if (gtb_ruleset_load(policy, catalog, NULL, &ruleset, &report) !=
	    GTB_OK) {
		for (size_t i = 0; i < report.count; i++)
			fprintf(stderr, "%s\n",
				gtb_report_line(&report.items[i], line,
						sizeof(line)));
		exit(EXIT_FAILURE);
	}
	gtb_report_fini(&report);
	return ruleset;
}

static long measure(const struct gtb_ruleset *ruleset,
		    const struct gtb_query *queries, int count, long rounds)
{
	struct gtb_decision decision;
	long yes = 0;

	CALLGRIND_START_INSTRUMENTATION;
	for (long round = 0; round < rounds; round++) {
		for (int i = 0; i < count; i++) {
			gtb_decide(ruleset, &queries[i], &decision);
			yes += decision.tls.bypass;
		}
	}
	CALLGRIND_STOP_INSTRUMENTATION;
	return yes;
}

int main(int argc, char **argv)
{
	struct gtb_query queries[HOSTS_MAX];
	struct gtb_ruleset *ruleset;
	struct rusage usage;
	double start = now_s();
	double loaded;
	long rounds;
	long yes;

	if (argc < 5 || argc - 4 > HOSTS_MAX) {
		fprintf(stderr, "usage: decide POLICY CATALOG ROUNDS HOST...\n");
		return EXIT_FAILURE;
	}
	for (int i = 4; i < argc; i++)
		queries[i - 4] = query_of(argv[i]);
	rounds = strtol(argv[3], NULL, 10);
	ruleset = load(argv[1], argv[2]);
	loaded = now_s();
	yes = measure(ruleset, queries, argc - 4, rounds);
	getrusage(RUSAGE_SELF, &usage);
	printf("load_ms %.1f\nmemory_mib %.1f\ndecisions %ld\nyes %ld\n"
	       "ns_each %.0f\n", (loaded - start) * 1e3,
	       (double)usage.ru_maxrss / 1024, rounds * (argc - 4), yes,
	       (now_s() - loaded) * 1e9 / (double)(rounds * (argc - 4)));
	gtb_ruleset_free(ruleset);
	return EXIT_SUCCESS;
}
