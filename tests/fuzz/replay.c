/*
 * Runs a fuzzer over the seeds in a folder, without a fuzzing engine: the
 * argument, or the folder that was built in, below GTB_SRCDIR. Each file is
 * tried whole and cut short at up to 64 places. TAP on standard output.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SEED_MAX ((size_t)4 * 1024 * 1024)
#define CUTS	 64

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void fail(const char *what)
{
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(99);
}

/* The files of the working folder, sorted. */
static char **names_read(size_t *count)
{
	DIR *dir = opendir(".");
	char **names = NULL;
	const struct dirent *entry;

	if (dir == NULL)
		fail("seeds");
	*count = 0;
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		names = realloc(names, (*count + 1) * sizeof(*names));
		if (names == NULL)
			fail("seeds");
		names[*count] = strdup(entry->d_name);
		if (names[(*count)++] == NULL)
			fail("seeds");
	}
	(void)closedir(dir);
	if (*count > 0)
		qsort(names, *count, sizeof(*names), compare);
	return names;
}

static uint8_t *seed_read(const char *name, size_t *len)
{
	uint8_t *data = malloc(SEED_MAX);
	FILE *file = fopen(name, "rb");

	if (data == NULL || file == NULL)
		fail(name);
	*len = fread(data, 1, SEED_MAX, file);
	if (ferror(file) != 0 || fclose(file) != 0)
		fail(name);
	return data;
}

/* In memory of just this size, so that a sanitizer sees a step too far. */
static void try_bytes(const uint8_t *data, size_t len)
{
	uint8_t *copy = malloc(len > 0 ? len : 1);

	if (copy == NULL)
		fail("copy");
	memcpy(copy, data, len);
	(void)LLVMFuzzerTestOneInput(copy, len);
	free(copy);
}

int main(int argc, char **argv)
{
	const char *tree = getenv("GTB_SRCDIR");
	char folder[4096];
	size_t count;
	char **names;

	if (argc > 1)
		snprintf(folder, sizeof(folder), "%s", argv[1]);
	else
		snprintf(folder, sizeof(folder), "%s/tests/fuzz/%s.in",
			 tree != NULL ? tree : ".", GTB_FUZZER);
	if (chdir(folder) == -1)
		fail(folder);
	names = names_read(&count);
	printf("1..%zu\n", count);
	for (size_t i = 0; i < count; i++) {
		size_t len;
		uint8_t *data = seed_read(names[i], &len);

		for (size_t cut = 0; cut < len; cut += len / CUTS + 1)
			try_bytes(data, cut);
		try_bytes(data, len);
		/* A wrong answer aborts: who gets here has passed. */
		printf("ok %zu - %s %s\n", i + 1, GTB_FUZZER, names[i]);
		fflush(stdout);
		free(data);
		free(names[i]);
	}
	free(names);
	return EXIT_SUCCESS;
}
