/*
 * Memory: every allocation of the program, of its libraries and of the C
 * library comes through here. What is handed out is remembered until it is
 * freed. The contract is in fault.h.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"

#define SLOTS 16384u		/* more than there are blocks at a time */
#define GONE  ((void *)1)	/* was there; the search goes on behind it */

struct block {
	void *at;
	const void *caller;
	size_t size;
	uint32_t number;
};

static struct block blocks[SLOTS];
static size_t used;		/* slots that are not NULL */
static uint32_t number;		/* of the newest */
static uint32_t live;
static atomic_flag busy = ATOMIC_FLAG_INIT;

static void lock(void)
{
	while (atomic_flag_test_and_set(&busy))
		sched_yield();
}

static void unlock(void)
{
	atomic_flag_clear(&busy);
}

static size_t slot_of(const void *at)
{
	uint64_t mixed = (uint64_t)(uintptr_t)at * UINT64_C(0x9e3779b97f4a7c15);

	return (size_t)(mixed >> 32) % SLOTS;
}

/* Most are freed soon: their slots are found again. */
static void remember(void *at, size_t size, const void *caller)
{
	size_t i = slot_of(at);

	if (fault_shared == NULL || at == NULL)
		return;
	lock();
	while (blocks[i].at != NULL && blocks[i].at != GONE)
		i = (i + 1) % SLOTS;
	if (blocks[i].at == NULL && ++used == SLOTS)
		__builtin_trap();
	blocks[i] = (struct block){at, caller, size, ++number};
	live++;
	unlock();
}

static void forget(const void *at)
{
	size_t i = slot_of(at);

	if (fault_shared == NULL || at == NULL)
		return;
	lock();
	while (blocks[i].at != NULL && blocks[i].at != at)
		i = (i + 1) % SLOTS;
	if (blocks[i].at == at) {
		blocks[i].at = GONE;
		live--;
	}
	unlock();
}

uint32_t fault_blocks_newest(void)
{
	return number;
}

void fault_blocks_forgive(uint32_t newest)
{
	for (size_t i = 0; i < SLOTS; i++) {
		struct block *block = &blocks[i];

		if (block->at == NULL || block->at == GONE ||
		    block->number <= newest)
			continue;
		block->at = GONE;
		live--;
	}
}

void fault_blocks_count(struct fault_shared *into)
{
	into->blocks = live;
	for (size_t i = 0; i < SLOTS && live > into->allowed; i++) {
		const struct block *block = &blocks[i];
		Dl_info object;

		if (block->at == NULL || block->at == GONE)
			continue;
		into->block_size = (uint32_t)block->size;
		into->block_caller = (uint64_t)(uintptr_t)block->caller;
		if (dladdr(block->caller, &object) != 0)
			into->block_caller -=
				(uint64_t)(uintptr_t)object.dli_fbase;
	}
}

/* --- while the functions below ours are looked up ------------------------ */

/* dlsym() itself may allocate, and libraries do before they are ready. */
static char early[16384];
static size_t early_len;
static volatile bool is_looking; /* dlsym() is said never to come back here */

static void *early_take(size_t size)
{
	char *at = early + early_len;

	early_len += (size + 15) / 16 * 16;
	if (early_len > sizeof(early))
		__builtin_trap();
	return at;
}

static bool is_early(const void *at)
{
	return (uintptr_t)at >= (uintptr_t)early &&
	       (uintptr_t)at < (uintptr_t)early + sizeof(early);
}

/* Declares real; what is asked for meanwhile is answered otherwise. */
#define REAL_OR(name, instead)                                               \
	static __typeof__(&name) real;                                       \
	if (real == NULL && is_looking)                                      \
		instead;                                                     \
	if (real == NULL) {                                                  \
		is_looking = true;                                           \
		*(void **)&real = dlsym(RTLD_NEXT, #name);                   \
		is_looking = false;                                          \
	}

/* --- what stands in front of the C library ------------------------------- */

static void *take(size_t size, const void *caller)
{
	void *at;

	REAL_OR(malloc, return early_take(size))
	if (fault_here("malloc", -1) != 0)
		return NULL;
	at = real(size);
	remember(at, size, caller);
	return at;
}

void *malloc(size_t size)
{
	return take(size, __builtin_return_address(0));
}

/* A sanitizer's would not come to our malloc(). */
char *strdup(const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = take(size, __builtin_return_address(0));

	return copy != NULL ? memcpy(copy, text, size) : NULL;
}

char *strndup(const char *text, size_t max)
{
	size_t len = strnlen(text, max);
	char *copy = take(len + 1, __builtin_return_address(0));

	if (copy == NULL)
		return NULL;
	copy[len] = '\0';
	return memcpy(copy, text, len);
}

void *calloc(size_t count, size_t size)
{
	void *at;

	REAL_OR(calloc, return early_take(count * size))
	if (fault_here("calloc", -1) != 0)
		return NULL;
	at = real(count, size);
	remember(at, count * size, __builtin_return_address(0));
	return at;
}

static void *resize(void *old, size_t size, const char *name,
		    const void *caller)
{
	void *at;

	REAL_OR(realloc, return NULL)
	if (fault_here(name, -1) != 0)
		return NULL;
	forget(old);
	at = real(old, size);
	remember(at != NULL ? at : size > 0 ? old : NULL, size, caller);
	return at;
}

void *realloc(void *old, size_t size)
{
	return resize(old, size, "realloc", __builtin_return_address(0));
}

void *reallocarray(void *old, size_t count, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(count, size, &total)) {
		errno = ENOMEM;
		return NULL;
	}
	return resize(old, total, "reallocarray", __builtin_return_address(0));
}

void *memalign(size_t alignment, size_t size)
{
	void *at;

	REAL_OR(memalign, return NULL)
	if (fault_here("memalign", -1) != 0)
		return NULL;
	at = real(alignment, size);
	remember(at, size, __builtin_return_address(0));
	return at;
}

void *aligned_alloc(size_t alignment, size_t size)
{
	void *at;

	REAL_OR(aligned_alloc, return NULL)
	if (fault_here("aligned_alloc", -1) != 0)
		return NULL;
	at = real(alignment, size);
	remember(at, size, __builtin_return_address(0));
	return at;
}

int posix_memalign(void **at, size_t alignment, size_t size)
{
	int rc;

	REAL_OR(posix_memalign, return ENOMEM)
	rc = fault_here("posix_memalign", -1);
	if (rc == 0)
		rc = real(at, alignment, size);
	if (rc == 0)
		remember(*at, size, __builtin_return_address(0));
	return rc;
}

void free(void *at)
{
	if (is_early(at))
		return;
	REAL_OR(free, return)
	forget(at);
	real(at);
}
