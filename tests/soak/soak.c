/*
 * soak [-s SECONDS] [-h HOLD] [-w CYCLES] [-l] [-c CLOCK] [-f FLOOR] HELPER
 * POLICY CATALOG FOLDER
 *
 * Runs HELPER on POLICY and CATALOG, which it changes all the time, and asks
 * it all the time: as fast as it goes, and 20,000 lines a second, in turns.
 * FOLDER is for the log and what else is needed; with the right to, it becomes
 * a small disk of this process alone, which is full at times. CLOCK is the
 * library that moves the helper's clock. FLOOR is a helper that does nothing
 * but answer: asked in turns with the other, while that one has the trouble,
 * it shows how much of the latency is the machine's. -h: milliseconds that
 * something stays wrong, -w: cycles of trouble before memory counts, -l:
 * without the limit on latency, for machines with other work to do.
 *
 * The last lines are the figures. Exit status 0: all limits were kept, 1: not,
 * 2: it could not be done.
 */
#include "config.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "tests/soak/soak.h"

#define RATE	       20000 /* lines a second of the paced part */
#define LATE_MAX_MS    1.0   /* at 999 of 1,000 lines */
#define GROWTH_MAX_KIB 256
#define TURN_NS	       INT64_C(2500000000)

struct options {
	long seconds;
	unsigned int hold_ms;
	unsigned int warm_cycles;
	bool any_latency;
	char *clock;
	char *floor;
	char *helper;
	char *policy;
	char *catalog;
	char *folder;
};

struct soak {
	struct options options;
	struct peer peer;
	struct peer floor;
	struct trouble trouble;
	char log[PATH_MAX + 8];
	char clock_file[PATH_MAX + 8];
	double flood_s;
	uint64_t flood_lines;
};

static bool read_options(struct options *options, int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "s:h:w:lc:f:")) != -1) {
		if (option == 's')
			options->seconds = strtol(optarg, NULL, 10);
		else if (option == 'h')
			options->hold_ms = (unsigned int)atoi(optarg);
		else if (option == 'w')
			options->warm_cycles = (unsigned int)atoi(optarg);
		else if (option == 'l')
			options->any_latency = true;
		else if (option == 'c')
			options->clock = optarg;
		else if (option == 'f')
			options->floor = optarg;
		else
			return false;
	}
	if (argc - optind != 4 || options->seconds <= 0)
		return false;
	options->helper = argv[optind];
	options->policy = argv[optind + 1];
	options->catalog = argv[optind + 2];
	options->folder = argv[optind + 3];
	return true;
}

/* --- the surroundings ----------------------------------------------------- */

/* A disk of 64 KiB, or what is always full. */
static void make_log(struct soak *soak)
{
	static char folder[PATH_MAX];

	snprintf(folder, sizeof(folder), "%s/disk", soak->options.folder);
	if (unshare(CLONE_NEWNS) == 0 &&
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	    mount("none", folder, "tmpfs", 0, "size=64k") == 0) {
		soak->trouble.log_folder = folder;
		snprintf(soak->log, sizeof(soak->log), "%s/log", folder);
		return;
	}
	printf("no disk of our own: the log is /dev/full\n");
	strcpy(soak->log, "/dev/full");
}

static bool make_clock(struct soak *soak)
{
	void *page;
	int fd;

	if (!soak->options.clock)
		return true;
	snprintf(soak->clock_file, sizeof(soak->clock_file), "%s/clock",
		 soak->options.folder);
	fd = open(soak->clock_file, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (fd == -1 || ftruncate(fd, 4096) == -1)
		return false;
	page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (page == MAP_FAILED)
		return false;
	soak->trouble.clock_s = page;
	return true;
}

/* The helper with either policy, so that the answers of both are known. */
static bool learn(struct soak *soak, enum truth policy)
{
	char *arguments[] = {soak->options.helper,  strdup("-c"),
			     soak->options.policy,  strdup("-C"),
			     soak->options.catalog, NULL};
	static char answers[PEER_KINDS][PEER_REPLY_MAX];
	bool done;

	memcpy(answers, soak->peer.answers[TRUTH_SECOND], sizeof(answers));
	done = trouble_policy(&soak->trouble, policy) &&
	       peer_start(&soak->peer, arguments, soak->log,
			  soak->options.clock, soak->clock_file) &&
	       peer_learn(&soak->peer, policy);
	if (policy == TRUTH_FIRST)
		memcpy(soak->peer.answers[TRUTH_SECOND], answers,
		       sizeof(answers));
	atomic_store(&soak->peer.truth, policy);
	atomic_store(&soak->peer.seen, policy);
	free(arguments[1]);
	free(arguments[3]);
	return done;
}

static bool start_floor(struct soak *soak)
{
	char *arguments[] = {soak->options.floor, NULL};

	if (!soak->options.floor)
		return true;
	if (!peer_start(&soak->floor, arguments, soak->log, NULL, NULL))
		return false;
	peer_learn_floor(&soak->floor);
	return true;
}

/* --- work ----------------------------------------------------------------- */

/* Nothing to go on for. */
static bool is_over(const struct soak *soak)
{
	return soak->peer.wrong >= PEER_WRONG_MAX ||
	       atomic_load(&soak->trouble.failed);
}

static int64_t turn_end(int64_t end)
{
	int64_t turn = now_ns() + TURN_NS;

	return turn < end ? turn : end;
}

static bool take_turns(struct soak *soak, int64_t end)
{
	struct peer *peer = &soak->peer;
	int64_t now;

	while ((now = now_ns()) < end && !is_over(soak)) {
		uint64_t before = peer->got;

		if (!peer_flood(peer, turn_end(end)))
			return false;
		soak->flood_s += (double)(now_ns() - now) / 1e9;
		soak->flood_lines += peer->got - before;
		if (!peer_pace(peer, NULL, turn_end(end), RATE))
			return false;
		if (soak->options.floor &&
		    !peer_pace(&soak->floor, peer, turn_end(end), RATE))
			return false;
	}
	return true;
}

/* At least one cycle after the warm-up, however long it takes. */
static bool work(struct soak *soak)
{
	struct trouble *trouble = &soak->trouble;
	int64_t end = now_ns() + soak->options.seconds * 1000000000;
	pthread_t thread;
	bool alive;

	if (pthread_create(&thread, NULL, trouble_main, trouble) != 0)
		return false;
	alive = take_turns(soak, end);
	while (alive && !is_over(soak) &&
	       atomic_load(&trouble->cycles) <= trouble->warm_cycles)
		alive = take_turns(soak, now_ns() + 2 * TURN_NS);
	atomic_store(&trouble->stopping, true);
	pthread_join(thread, NULL);
	return alive;
}

/* --- figures -------------------------------------------------------------- */

/* One line, and whether it is a reason to fail. */
static bool tell(bool good, const char *text)
{
	printf("%-8s %s\n", good ? "fine" : "SHORT", text);
	return good;
}

/* One line about the latency of one of the two. */
static bool tell_late(const struct late *late, const char *whose, double limit)
{
	double most = late_ms(late, 999000);
	char text[200];

	snprintf(text, sizeof(text),
		 "%s: p50 %.3f ms, p99 %.3f ms, p99.9 %.3f ms%s, longest "
		 "%.1f ms, of %llu lines", whose, late_ms(late, 500000),
		 late_ms(late, 990000), most, limit > 0 ? " (limit 1)" : "",
		 (double)late->longest_ns / 1e6,
		 (unsigned long long)late->count);
	return tell(limit <= 0 || most <= limit, text);
}

static bool tell_latency(const struct soak *soak)
{
	char whose[80];
	bool good;

	snprintf(whose, sizeof(whose), "%d lines/s, from when due", RATE);
	good = tell_late(&soak->peer.answered, whose,
			 soak->options.any_latency ? 0 : LATE_MAX_MS);
	tell_late(&soak->peer.asked, "  of it until asked", 0);
	if (soak->options.floor) {
		tell_late(&soak->floor.answered, "the floor, in turns", 0);
		tell_late(&soak->floor.asked, "  of it until asked", 0);
	}
	return good;
}

static bool tell_memory(struct trouble *trouble)
{
	long base = atomic_load(&trouble->base_kib);
	long most = atomic_load(&trouble->most_kib);
	char text[200];

	snprintf(text, sizeof(text),
		 "memory at rest %ld KiB after %u cycles, then at most %ld: "
		 "growth %ld (limit %d)",
		 base, trouble->warm_cycles, most,
		 most > base ? most - base : 0, GROWTH_MAX_KIB);
	return tell(base > 0 && most > 0 && most - base <= GROWTH_MAX_KIB,
		    text);
}

static bool tell_trouble(struct trouble *trouble)
{
	const char *failed = atomic_load(&trouble->failed);
	long least = atomic_load(&trouble->descriptors_least);
	long most = atomic_load(&trouble->descriptors_most);
	char text[200];
	bool good;

	snprintf(text, sizeof(text),
		 "%u troubles in %u cycles, a new policy in force after at "
		 "most %ld ms%s%s",
		 atomic_load(&trouble->steps), atomic_load(&trouble->cycles),
		 atomic_load(&trouble->noticed_ms),
		 failed ? "; could not go on: " : "", failed ? failed : "");
	good = tell(!failed, text);
	if (least == -1)
		return tell(true, "descriptors: only root can look") && good;
	snprintf(text, sizeof(text), "descriptors %ld to %ld", least, most);
	return tell(least == 3 && most == 3, text) && good;
}

static bool tell_all(struct soak *soak, int status)
{
	const struct peer *peer = &soak->peer;
	char text[200];
	bool good;

	snprintf(text, sizeof(text), "%llu lines, %.0f a second at full rate",
		 (unsigned long long)peer->got,
		 (double)soak->flood_lines / soak->flood_s);
	good = tell(peer->got > 0, text);
	snprintf(text, sizeof(text), "%llu wrong answers",
		 (unsigned long long)peer->wrong);
	good = tell(peer->wrong == 0, text) && good;
	good = tell_latency(soak) && good;
	good = tell_trouble(&soak->trouble) && good;
	good = tell_memory(&soak->trouble) && good;
	snprintf(text, sizeof(text), "exit status %d", status);
	return tell(status == 0, text) && good;
}

int main(int argc, char **argv)
{
	static struct soak soak = {
		.options = {.hold_ms = 450, .warm_cycles = 2}};
	bool good;

	setvbuf(stdout, NULL, _IOLBF, 0);
	prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
	if (!read_options(&soak.options, argc, argv)) {
		fprintf(stderr, "soak: wrong arguments\n");
		return 2;
	}
	soak.trouble.peer = &soak.peer;
	soak.trouble.policy = soak.options.policy;
	soak.trouble.catalog = soak.options.catalog;
	soak.trouble.hold_ms = soak.options.hold_ms;
	soak.trouble.warm_cycles = soak.options.warm_cycles;
	make_log(&soak);
	if (!trouble_init(&soak.trouble) || !make_clock(&soak) ||
	    !learn(&soak, TRUTH_SECOND) || peer_end(&soak.peer) != 0 ||
	    !learn(&soak, TRUTH_FIRST) || !start_floor(&soak)) {
		perror("soak: cannot begin");
		return 2;
	}
	good = work(&soak);
	if (!good)
		printf("the helper is gone\n");
	good = tell_all(&soak, peer_end(&soak.peer)) && good;
	trouble_fini(&soak.trouble);
	return good ? 0 : 1;
}
