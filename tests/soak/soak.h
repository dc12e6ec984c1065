/*
 * soak: the helper at work for a long time while all around it goes wrong.
 *
 * peer.c talks to the helper as Squid does and knows the right answers;
 * trouble.c makes the trouble, in a thread of its own; soak.c is the whole.
 */
#ifndef GTB_SOAK_H
#define GTB_SOAK_H

#include <limits.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* --- peer: the helper, and requests ------------------------------------- */

#define PEER_KINDS     8    /* of requests */
#define PEER_WINDOW    1024 /* lines on their way; below 2^16 */
#define PEER_REPLY_MAX 256
#define PEER_WRONG_MAX 10 /* answers; then it is over */

/* Which of the two policies answers must be of; see trouble.c. */
enum truth {
	TRUTH_FIRST,
	TRUTH_SECOND,
	TRUTH_EITHER /* one has just taken the other's place */
};

#define LATE_SIZE 100000

/* How late things were, in slots of a microsecond; the last: more. */
struct late {
	uint64_t slots[LATE_SIZE];
	uint64_t count;
	int64_t longest_ns;
};

/* What so many of a million stay below. */
double late_ms(const struct late *late, unsigned int millionths);

struct peer {
	pid_t pid;
	int fd;
	_Atomic(enum truth) truth;
	_Atomic(enum truth) seen; /* of the last answer that tells */
	/* what follows the id: of each kind, by either policy */
	char answers[2][PEER_KINDS][PEER_REPLY_MAX];

	uint64_t sent; /* lines; the next id */
	uint64_t got;
	uint64_t wrong;
	int64_t due_ns[PEER_WINDOW];
	char input[65536];
	size_t input_len;

	/* of the paced part, from when a line was due */
	bool timing;
	struct late asked; /* it was sent: what this program is late */
	struct late answered;
};

int64_t now_ns(void);

/*
 * Start the helper; log is its standard error, clock a library to preload
 * (NULL: none) and clock_file what it reads. False: errno.
 */
bool peer_start(struct peer *peer, char *const arguments[], const char *log,
		const char *clock, const char *clock_file);

/* Ask one of each kind and keep the answers as those of a policy. */
bool peer_learn(struct peer *peer, enum truth policy);

/* It answers ERR to everything. */
void peer_learn_floor(struct peer *peer);

/*
 * Lines as fast as they go, until a time, or until too many answers were
 * wrong. False: the helper is gone.
 */
bool peer_flood(struct peer *peer, int64_t until_ns);

/*
 * The same, so many lines a second, one by one, whether the answers come or
 * not. aside (NULL: nobody) is asked a little at the same time, untimed.
 */
bool peer_pace(struct peer *peer, struct peer *aside, int64_t until_ns,
	       unsigned int rate);

/* End of input; the helper's exit status, or -1. */
int peer_end(struct peer *peer);

/* --- trouble ------------------------------------------------------------- */

struct trouble {
	struct peer *peer;
	const char *policy; /* paths */
	const char *catalog;
	const char *log_folder;	   /* a small disk, or NULL */
	_Atomic(int64_t) *clock_s; /* moves the helper's clock, or NULL */
	unsigned int hold_ms;	   /* how long it stays wrong */

	char *texts[2];	     /* the two policies */
	char *document_path; /* one of the catalog */
	char *document;
	enum truth in_force;

	atomic_bool stopping;
	atomic_uint cycles; /* finished */
	atomic_uint steps;
	atomic_long noticed_ms;	    /* the longest that a change took */
	const char *_Atomic failed; /* a step that could not be done */

	/* helper at rest, once a cycle */
	atomic_long base_kib; /* the most, in the warm-up */
	atomic_long most_kib; /* the most, since */
	atomic_long descriptors_least;
	atomic_long descriptors_most;
	unsigned int warm_cycles;
};

/* Read the files. False: errno. */
bool trouble_init(struct trouble *trouble);
void trouble_fini(struct trouble *trouble);

/* Put a policy in force by a rename. */
bool trouble_policy(struct trouble *trouble, enum truth policy);

/* The thread: cycle after cycle until stopping. context: struct trouble. */
void *trouble_main(void *context);

#endif
