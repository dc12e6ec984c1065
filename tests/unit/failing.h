/*
 * failing: memory that runs out at a chosen allocation. For a program of one
 * source that is linked with --wrap for the five functions below; what
 * libraries allocate themselves does not fail.
 */
#ifndef GTB_TESTS_FAILING_H
#define GTB_TESTS_FAILING_H

#include <stdbool.h>
#include <stddef.h>

/* Which allocation fails, from 1; 0: none. */
static size_t fail_at;
static bool fail_on;
static size_t calls;

static bool fails(void)
{
	calls++;
	return fail_at != 0 &&
	       (calls == fail_at || (fail_on && calls > fail_at));
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *ptr, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t len);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *ptr, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t len);

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *ptr, size_t size)
{
	return fails() ? NULL : __real_realloc(ptr, size);
}

char *__wrap_strdup(const char *text)
{
	return fails() ? NULL : __real_strdup(text);
}

char *__wrap_strndup(const char *text, size_t len)
{
	return fails() ? NULL : __real_strndup(text, len);
}

#endif
