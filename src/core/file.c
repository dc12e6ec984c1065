/* Reading files that decide about security; the contract is in gtb/file.h. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gtb/file.h"

#define WRITABLE (S_IWGRP | S_IWOTH)

static const struct gtb_place whole_file = {0, 0};

static void stamp_set(struct gtb_stamp *stamp, const struct stat *st)
{
	stamp->present = true;
	stamp->device = (uint64_t)st->st_dev;
	stamp->inode = (uint64_t)st->st_ino;
	stamp->size = (uint64_t)st->st_size;
	stamp->mtime_s = (int64_t)st->st_mtim.tv_sec;
	stamp->mtime_ns = (int64_t)st->st_mtim.tv_nsec;
	stamp->ctime_s = (int64_t)st->st_ctim.tv_sec;
	stamp->ctime_ns = (int64_t)st->st_ctim.tv_nsec;
}

static bool is_trusted_owner(const struct stat *st)
{
	return st->st_uid == 0 || st->st_uid == geteuid();
}

/*
 * Open the folder of a path; -1: reported, *rc says what it was. Sets *base to
 * the file's name.
 */
static int folder_open(const char *path, const char **base, int *rc,
		       struct gtb_report *report)
{
	const char *slash = strrchr(path, '/');
	size_t folder_len = 1;
	char *folder;
	int fd;

	*base = slash != NULL ? slash + 1 : path;
	if (slash != NULL && slash != path)
		folder_len = (size_t)(slash - path);
	folder = slash != NULL ? strndup(path, folder_len) : strdup(".");
	if (folder == NULL) {
		gtb_report_error(report, path, whole_file, "out of memory");
		*rc = GTB_E_NOMEM;
		return -1;
	}
	fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1) {
		gtb_report_error(report, path, whole_file,
				 "cannot open its folder %s: %s", folder,
				 strerror(errno));
		*rc = GTB_E_IO;
	}
	free(folder);
	return fd;
}

static int folder_check(int fd, const char *path, struct gtb_report *report)
{
	struct stat st;

	if (fstat(fd, &st) == -1) {
		gtb_report_error(report, path, whole_file,
				 "cannot look at its folder: %s",
				 strerror(errno));
		return GTB_E_IO;
	}
	if ((st.st_mode & WRITABLE) != 0 && (st.st_mode & S_ISVTX) == 0) {
		gtb_report_error(report, path, whole_file,
				 "its folder is writable by its group or by "
				 "others, who could replace the file: chmod "
				 "go-w \"$(dirname %s)\"",
				 path);
		return GTB_E_INPUT;
	}
	if (!is_trusted_owner(&st)) {
		gtb_report_error(report, path, whole_file,
				 "its folder belongs to user %lu, neither root "
				 "nor the user who reads it: chown root "
				 "\"$(dirname %s)\"",
				 (unsigned long)st.st_uid, path);
		return GTB_E_INPUT;
	}
	return GTB_OK;
}

static const char *kind_of(mode_t mode)
{
	if (S_ISDIR(mode))
		return "folder";
	if (S_ISFIFO(mode))
		return "FIFO";
	return S_ISSOCK(mode) ? "socket" : "device";
}

static int file_check(const struct stat *st, size_t limit, const char *path,
		      struct gtb_report *report)
{
	if (!S_ISREG(st->st_mode)) {
		gtb_report_error(report, path, whole_file,
				 "is a %s: name a regular file",
				 kind_of(st->st_mode));
		return GTB_E_INPUT;
	}
	if ((st->st_mode & WRITABLE) != 0) {
		gtb_report_error(report, path, whole_file,
				 "is writable by its group or by others: chmod "
				 "go-w %s",
				 path);
		return GTB_E_INPUT;
	}
	if (!is_trusted_owner(st)) {
		gtb_report_error(report, path, whole_file,
				 "belongs to user %lu, neither root nor the "
				 "user who reads it: chown root %s",
				 (unsigned long)st->st_uid, path);
		return GTB_E_INPUT;
	}
	if ((uint64_t)st->st_size > limit) {
		gtb_report_error(report, path, whole_file,
				 "is larger than %zu bytes: make it smaller",
				 limit);
		return GTB_E_INPUT;
	}
	return GTB_OK;
}

/* Open a file below its folder; -1: reported, *rc says what it was. */
static int file_open(int folder, const char *base, const char *path, int *rc,
		     struct gtb_report *report)
{
	/* O_NONBLOCK: a FIFO must not keep us waiting for its writer. */
	int fd = openat(folder, base,
			O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY |
				O_CLOEXEC);

	if (fd != -1)
		return fd;
	*rc = errno == ELOOP || errno == ENXIO ? GTB_E_INPUT : GTB_E_IO;
	if (errno == ELOOP)
		gtb_report_error(report, path, whole_file,
				 "is a symbolic link: name the file itself");
	else
		gtb_report_error(report, path, whole_file, "cannot open: %s",
				 strerror(errno));
	return -1;
}

/* read(2), again when a signal came in between. */
static ssize_t read_some(int fd, char *buffer, size_t size)
{
	ssize_t got;

	do {
		got = read(fd, buffer, size);
	} while (got == -1 && errno == EINTR);
	return got;
}

/*
 * Read to the end of the file, whatever its size was a moment ago, but never
 * more than limit + 1 bytes.
 */
static int read_all(int fd, size_t expected, size_t limit, char **text,
		    size_t *len)
{
	size_t size = expected + 2; /* one to see the end, one for NUL */
	char *buffer = malloc(size);
	size_t used = 0;
	ssize_t got;

	if (buffer == NULL)
		return GTB_E_NOMEM;
	while ((got = read_some(fd, buffer + used, size - used - 1)) > 0) {
		char *larger;

		used += (size_t)got;
		if (used > limit || used + 1 < size)
			continue;
		size = size > limit / 2 ? limit + 2 : size * 2;
		larger = realloc(buffer, size);
		if (larger == NULL) {
			free(buffer);
			return GTB_E_NOMEM;
		}
		buffer = larger;
	}
	if (got == -1) {
		free(buffer);
		return GTB_E_IO;
	}
	buffer[used] = '\0';
	*text = buffer;
	*len = used;
	return GTB_OK;
}

/* Read an open file; a file that changes meanwhile may be half of each. */
static int file_take(int fd, const char *path, size_t limit, char **text,
		     size_t *len, struct gtb_stamp *stamp,
		     struct gtb_report *report)
{
	struct gtb_stamp after;
	struct stat st;
	int rc;

	if (fstat(fd, &st) == -1)
		goto refused;
	rc = file_check(&st, limit, path, report);
	if (rc != GTB_OK)
		return rc;
	stamp_set(stamp, &st);
	rc = read_all(fd, (size_t)st.st_size, limit, text, len);
	if (rc == GTB_E_NOMEM)
		gtb_report_error(report, path, whole_file, "out of memory");
	if (rc == GTB_E_NOMEM)
		return rc;
	if (rc != GTB_OK || fstat(fd, &st) == -1)
		goto refused;
	stamp_set(&after, &st);
	if (gtb_stamp_equal(stamp, &after) && *len == (size_t)st.st_size)
		return GTB_OK;
	gtb_report_error(report, path, whole_file,
			 "changed while it was read: replace it by renaming a "
			 "finished file over it");
	return GTB_E_IO;
refused:
	gtb_report_error(report, path, whole_file, "cannot read: %s",
			 strerror(errno));
	return GTB_E_IO;
}

int gtb_file_read(const char *path, size_t limit, char **text, size_t *len,
		  struct gtb_stamp *stamp, struct gtb_report *report)
{
	struct gtb_stamp unwanted;
	const char *base;
	int folder;
	int fd = -1;
	int rc;

	*text = NULL;
	*len = 0;
	folder = folder_open(path, &base, &rc, report);
	if (folder == -1)
		return rc;
	rc = folder_check(folder, path, report);
	if (rc != GTB_OK)
		goto out;
	fd = file_open(folder, base, path, &rc, report);
	if (fd == -1)
		goto out;
	rc = file_take(fd, path, limit, text, len,
		       stamp != NULL ? stamp : &unwanted, report);
	if (rc != GTB_OK) {
		free(*text);
		*text = NULL;
		*len = 0;
	}
out:
	/* Both were only read from: nothing can be lost by closing. */
	if (fd != -1)
		(void)close(fd);
	(void)close(folder);
	return rc;
}

void gtb_file_stamp(const char *path, struct gtb_stamp *stamp)
{
	struct stat st;

	memset(stamp, 0, sizeof(*stamp));
	if (lstat(path, &st) == 0)
		stamp_set(stamp, &st);
}

bool gtb_stamp_equal(const struct gtb_stamp *a, const struct gtb_stamp *b)
{
	return a->present == b->present && a->device == b->device &&
	       a->inode == b->inode && a->size == b->size &&
	       a->mtime_s == b->mtime_s && a->mtime_ns == b->mtime_ns &&
	       a->ctime_s == b->ctime_s && a->ctime_ns == b->ctime_ns;
}
