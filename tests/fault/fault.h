/*
 * fault: a library to preload. It counts what a program asks of the C library
 * that can fail, makes chosen ones of these requests fail, keeps account of
 * blocks and descriptors, and holds the clock and the helper's second thread
 * still, so that the same run makes the same requests.
 */
#ifndef GTB_FAULT_H
#define GTB_FAULT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What fails is of one of these kinds; each is counted by itself. */
enum fault_kind { FAULT_MEMORY, FAULT_CALL, FAULT_KINDS };

/* How it fails. */
enum fault_mode {
	FAULT_NOT,
	FAULT_ONCE,
	FAULT_FROM,	       /* this one and all after it */
	FAULT_FROM_BUT_CHANNEL /* as above, but descriptors 0 and 1 work */
};

/* Ways to fail that are no errno. */
#define FAULT_SHORT (-1) /* one byte is read or written */
#define FAULT_END   (-2) /* the file ends here */

#define FAULT_WAYS   6
#define FAULT_POINTS 65536 /* of which the names are kept */

/* The calls, in the order of the table in table.c. */
struct fault_call {
	const char *name;
	enum fault_kind kind;
	int ways[FAULT_WAYS]; /* errno or FAULT_...; 0 ends */
};

/* Set in a point's name when it concerns descriptor 0 or 1. */
#define FAULT_CHANNEL 0x8000

/* Shared with whoever drives; fault.py knows this layout. */
struct fault_shared {
	/* set before a run */
	uint32_t kind;
	uint32_t mode;
	uint32_t at; /* from 1 */
	uint32_t way;
	uint32_t allowed; /* blocks that are not freed anyway */
	uint32_t unused;

	/* found after it */
	_Atomic uint32_t points[FAULT_KINDS];
	_Atomic uint32_t fired;
	uint32_t ended;	       /* main() has returned */
	uint32_t blocks;       /* not freed when it did */
	uint32_t descriptors;  /* open then */
	uint64_t block_caller; /* of one of them, relative to its object */
	uint32_t block_size;

	/* while it runs */
	_Atomic uint32_t threads;  /* started */
	_Atomic uint32_t waiting;  /* times the second thread began to wait */
	_Atomic uint32_t looks;	   /* times it may stop waiting */
	_Atomic uint32_t clock_ms; /* that the clocks are ahead */

	uint16_t names[FAULT_KINDS][FAULT_POINTS];
};

/*
 * One request, on descriptor fd, or -1. Returns 0 when it shall be made; else
 * how it fails, and errno is set where that is one.
 */
int fault_here(const char *name, int fd);

/* Where to count; NULL: nothing is counted, and nothing fails. */
extern struct fault_shared *fault_shared;

/* Give account of blocks that were not freed. */
void fault_blocks_count(struct fault_shared *into);

/* A mark for now, and to forget all blocks that are newer than one. */
uint32_t fault_blocks_newest(void);
void fault_blocks_forgive(uint32_t newest);

/* The table, for fault.py. */
const struct fault_call *fault_table(size_t *count);

#endif
