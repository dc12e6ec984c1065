/* Opening what squid.conf names, without being caught by what it is. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf_parts.h"

size_t conf_file_add(struct conf_reader *reader, const char *path,
		     enum gtb_conf_kind kind, size_t parent,
		     struct gtb_place place)
{
	struct gtb_conf *conf = reader->conf;
	struct gtb_conf_file *file;
	void *files;
	char *copy;

	if (conf->files_count == GTB_CONF_FILES_MAX) {
		conf_error(reader, parent, place,
			   "more than %zu files are named: name fewer",
			   GTB_CONF_FILES_MAX);
		return GTB_CONF_NONE;
	}
	files = conf_grow(reader, conf->files, conf->files_count,
			  sizeof(*conf->files));
	if (files == NULL)
		return GTB_CONF_NONE;
	conf->files = files;
	copy = conf_pool_copy(reader, path, strlen(path));
	if (copy == NULL)
		return GTB_CONF_NONE;
	file = &conf->files[conf->files_count];
	memset(file, 0, sizeof(*file));
	file->path = copy;
	file->kind = kind;
	file->parent = parent;
	file->place = place;
	return conf->files_count++;
}

/* Say it where the file is named; the main file is named by nobody. */
static bool refuse(struct conf_reader *reader, const struct conf_source *source,
		   const char *what)
{
	const struct gtb_conf_file *file = &reader->conf->files[source->file];

	if (file->kind == GTB_CONF_INCLUDE)
		reader->conf->misses = true;
	if (file->parent == GTB_CONF_NONE)
		conf_error(reader, source->file, file->place, "%s", what);
	else
		conf_error(reader, file->parent, file->place, "%s %s",
			   file->path, what);
	return false;
}

/* The same for what the system refused just now. */
static bool refuse_errno(struct conf_reader *reader,
			 const struct conf_source *source, const char *what)
{
	char text[GTB_REPORT_LINE_SIZE];

	snprintf(text, sizeof(text), "%s: %s", what, strerror(errno));
	return refuse(reader, source, text);
}

/* A pipe may never end, or hold nothing yet: Squid's file is a file. */
static bool check_kind(struct conf_reader *reader,
		       const struct conf_source *source, mode_t mode)
{
	if (S_ISREG(mode) || S_ISDIR(mode))
		return true;
	return refuse(reader, source,
		      S_ISFIFO(mode) ? "is a FIFO: name a file"
				     : "is no regular file: name one");
}

/* The same file further up would be read until Squid gives up. */
static bool check_loop(struct conf_reader *reader,
		       const struct conf_source *source)
{
	for (const struct conf_source *up = source->parent; up != NULL;
	     up = up->parent)
		if (up->device == source->device && up->inode == source->inode)
			return refuse(reader, source,
				      "includes itself: take this line away");
	return true;
}

static ssize_t read_some(int fd, char *buffer, size_t size)
{
	ssize_t got;

	do {
		got = read(fd, buffer, size);
	} while (got == -1 && errno == EINTR);
	return got;
}

/* How many bytes may still be read. */
static size_t limit_of(const struct conf_reader *reader)
{
	size_t left = GTB_CONF_TOTAL_MAX - reader->total;

	return left < GTB_CONF_FILE_MAX ? left : GTB_CONF_FILE_MAX;
}

/* Room for one more byte and a NUL; false: memory ran out. */
static bool make_room(struct conf_reader *reader, struct conf_source *source,
		      size_t *size, size_t limit)
{
	char *larger;

	if (source->text != NULL && source->len + 1 < *size)
		return true;
	if (source->text != NULL)
		*size = *size < limit ? *size * 2 : limit + 2;
	larger = realloc(source->text, *size);
	if (larger == NULL) {
		reader->failed = true;
		return false;
	}
	source->text = larger;
	return true;
}

/* Read to the end; false: reported, or memory ran out. */
static bool read_all(struct conf_reader *reader, struct conf_source *source,
		     int fd, size_t expected)
{
	size_t limit = limit_of(reader);
	size_t size = (expected < limit ? expected : limit) + 2;
	ssize_t got;

	do {
		if (!make_room(reader, source, &size, limit))
			return false;
		got = read_some(fd, source->text + source->len,
				size - source->len - 1);
		if (got > 0)
			source->len += (size_t)got;
		if (source->len > limit)
			return refuse(reader, source,
				      "is too large to be read");
	} while (got > 0);
	if (got == -1)
		return refuse_errno(reader, source, "cannot be read");
	source->text[source->len] = '\0';
	reader->total += source->len;
	return true;
}

/* Squid opens a folder, and finds no line in it. */
static bool tell_folder(struct conf_reader *reader,
			const struct conf_source *source)
{
	const struct gtb_conf_file *file = &reader->conf->files[source->file];

	if (file->parent == GTB_CONF_NONE)
		return refuse(reader, source, "is a folder: name a file");
	conf_warning(reader, file->parent, file->place,
		     "%s is a folder, of which Squid reads nothing: write "
		     "%s/*.conf for the files in it",
		     file->path, file->path);
	return false;
}

static bool read_open(struct conf_reader *reader, struct conf_source *source,
		      int fd)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return refuse_errno(reader, source, "cannot be read");
	source->device = st.st_dev;
	source->inode = st.st_ino;
	if (!check_kind(reader, source, st.st_mode) ||
	    !check_loop(reader, source))
		return false;
	if (S_ISDIR(st.st_mode))
		return tell_folder(reader, source);
	return read_all(reader, source, fd,
			st.st_size > 0 ? (size_t)st.st_size : 0);
}

bool conf_file_read(struct conf_reader *reader, struct conf_source *source)
{
	const char *path = reader->conf->files[source->file].path;
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	bool done;

	source->line = 1;
	if (fd == -1)
		return refuse_errno(reader, source, "cannot be opened");
	done = read_open(reader, source, fd);
	/* It was only read from: nothing can be lost by closing. */
	(void)close(fd);
	return done;
}

bool conf_file_follow(struct conf_reader *reader, const char *path,
		      enum gtb_conf_kind kind, size_t parent,
		      struct gtb_place place, struct conf_source *source)
{
	if (reader->options.alone) {
		conf_warning(reader, parent, place, "no other file is read: %s",
			     path);
		return false;
	}
	source->file = conf_file_add(reader, path, kind, parent, place);
	return source->file != GTB_CONF_NONE && conf_file_read(reader, source);
}

const char *conf_file_path(struct conf_reader *reader, const char *path)
{
	const char *directory = reader->options.directory;
	size_t len;
	char *joined;

	if (path[0] == '/' || directory == NULL)
		return path;
	len = strlen(directory);
	joined = conf_pool_take(reader, len + strlen(path) + 2);
	if (joined == NULL)
		return NULL;
	memcpy(joined, directory, len);
	joined[len] = '/';
	strcpy(joined + len + 1, path);
	return joined;
}
