/* Noticing changed files; the contract is in gtb/watch.h. */
#include "config.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gtb/file.h"
#include "gtb/watch.h"

/*
 * File systems stamp with the kernel's clock tick (1 to 10 ms). A file that
 * changed this shortly before it was stamped may change again unseen.
 */
#define TICK_MS 50

struct watched {
	char *path;
	struct gtb_stamp stamp;
	int64_t seen_ms;	/* when it was stamped, by the wall clock */
	bool again;		/* changed too shortly before that */
};

struct gtb_watch {
	struct watched *files;
	size_t count;
	size_t size;
	bool lost;		/* a path could not be remembered */
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool is_fresh(const struct gtb_stamp *stamp, int64_t seen_ms)
{
	int64_t ctime_ms = stamp->ctime_s * 1000 + stamp->ctime_ns / 1000000;
	int64_t age = seen_ms - ctime_ms;

	return stamp->present && age > -TICK_MS && age < TICK_MS;
}

struct gtb_watch *gtb_watch_new(void)
{
	return calloc(1, sizeof(struct gtb_watch));
}

static bool reserve(struct gtb_watch *watch)
{
	size_t larger = watch->size * 2 + 16;
	struct watched *files;

	if (watch->count < watch->size)
		return true;
	files = reallocarray(watch->files, larger, sizeof(*files));
	if (files == NULL)
		return false;
	watch->files = files;
	watch->size = larger;
	return true;
}

void gtb_watch_add(struct gtb_watch *watch, const char *path)
{
	struct watched *file;

	if (watch == NULL)
		return;
	if (!reserve(watch)) {
		watch->lost = true;
		return;
	}
	file = &watch->files[watch->count];
	file->path = strdup(path);
	if (file->path == NULL) {
		watch->lost = true;
		return;
	}
	gtb_file_stamp(path, &file->stamp);
	file->seen_ms = now_ms();
	file->again = is_fresh(&file->stamp, file->seen_ms);
	watch->count++;
}

static bool ends_in(const char *name, const char *suffix)
{
	size_t name_len = strlen(name);
	size_t suffix_len = strlen(suffix);

	return name_len > suffix_len &&
	       strcmp(name + name_len - suffix_len, suffix) == 0;
}

void gtb_watch_add_folder(struct gtb_watch *watch, const char *path,
			  const char *suffix)
{
	const struct dirent *entry;
	DIR *folder;

	if (watch == NULL)
		return;
	gtb_watch_add(watch, path);
	folder = opendir(path);
	if (folder == NULL)
		return;
	while ((entry = readdir(folder)) != NULL) {
		char *file = NULL;

		if (!ends_in(entry->d_name, suffix))
			continue;
		if (asprintf(&file, "%s/%s", path, entry->d_name) == -1) {
			watch->lost = true;
			continue;
		}
		gtb_watch_add(watch, file);
		free(file);
	}
	closedir(folder);
}

/* Fresh files count as changed once, when their tick is certainly over. */
static bool must_look_again(struct watched *file, int64_t now)
{
	int64_t waited = now - file->seen_ms;

	if (!file->again || (waited >= 0 && waited < 2 * TICK_MS))
		return false;
	file->again = false;
	return true;
}

bool gtb_watch_changed(struct gtb_watch *watch)
{
	bool changed = watch->lost;
	int64_t now = now_ms();

	for (size_t i = 0; i < watch->count; i++) {
		struct watched *file = &watch->files[i];
		struct gtb_stamp stamp;

		gtb_file_stamp(file->path, &stamp);
		if (!gtb_stamp_equal(&stamp, &file->stamp) ||
		    must_look_again(file, now))
			changed = true;
	}
	return changed;
}

void gtb_watch_free(struct gtb_watch *watch)
{
	if (watch == NULL)
		return;
	for (size_t i = 0; i < watch->count; i++)
		free(watch->files[i].path);
	free(watch->files);
	free(watch);
}
