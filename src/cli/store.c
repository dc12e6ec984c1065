/* Files replaced whole; the contract is in store.h. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "store.h"

/* Names that an include of every .conf in the folder passes by. */
#define LOCK_NAME	 ".goto-bypass.lock"
#define TEMPORARY_PREFIX "."
#define TEMPORARY_SUFFIX ".new"

#define NEW_MODE 0644

#define DAY_S 86400

int cli_store_trouble(const struct cli_store *store, const char *name,
		      const char *what, int error)
{
	char folder[CLI_WORDS_SIZE];
	char file[CLI_WORDS_SIZE];

	cli_error("%s%s%s: %s%s%s", cli_safe(store->folder, folder),
		  name != NULL ? "/" : "",
		  name != NULL ? cli_safe(name, file) : "", what,
		  error != 0 ? ": " : "", error != 0 ? strerror(error) : "");
	return CLI_TROUBLE;
}

int cli_store_open(struct cli_store *store, const char *folder,
		   const char *model)
{
	*store = (struct cli_store){folder, model, -1, -1};
	store->fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (store->fd == -1)
		return cli_store_trouble(store, NULL, "cannot open the folder",
					 errno);
	return CLI_YES;
}

/* --- comparing --------------------------------------------------------- */

ssize_t cli_store_fill(int fd, char *buffer, size_t size)
{
	size_t len = 0;

	while (len < size) {
		ssize_t got = read(fd, buffer + len, size - len);

		if (got == 0)
			break;
		if (got > 0)
			len += (size_t)got;
		else if (errno != EINTR)
			return -1;
	}
	return (ssize_t)len;
}

static bool has_content(int fd, const char *data, size_t len)
{
	char buffer[65536];
	size_t done = 0;
	bool same = true;
	ssize_t got = 0;

	while (same &&
	       (got = cli_store_fill(fd, buffer, sizeof(buffer))) > 0) {
		same = (size_t)got <= len - done &&
		       memcmp(buffer, data + done, (size_t)got) == 0;
		done += (size_t)got;
	}
	if (got != -1)
		errno = 0;
	return same && got == 0 && done == len;
}

/*
 * A link is refused, not followed and not replaced: what it points to may be
 * somebody else's, and whoever made it wanted it there.
 */
static int open_file(const struct cli_store *store, const char *name)
{
	int fd = openat(store->fd, name,
			O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY |
				O_CLOEXEC);

	if (fd != -1 || errno == ENOENT)
		return fd;
	if (errno == ELOOP)
		cli_store_trouble(
			store, name,
			"is a symbolic link: remove it, or give --output the "
			"folder it points into",
			0);
	else
		cli_store_trouble(store, name, "cannot open", errno);
	errno = EINVAL;
	return -1;
}

enum cli_store_state cli_store_compare(const struct cli_store *store,
				       const char *name, const char *data,
				       size_t len)
{
	enum cli_store_state state = CLI_STORE_TROUBLE;
	int fd = open_file(store, name);
	struct stat st;

	if (fd == -1)
		return errno == ENOENT ? CLI_STORE_MISSING : CLI_STORE_TROUBLE;
	if (fstat(fd, &st) == -1)
		cli_store_trouble(store, name, "cannot look at it", errno);
	else if (!S_ISREG(st.st_mode))
		cli_store_trouble(store, name,
				  "is not a regular file: remove it", 0);
	else if (has_content(fd, data, len))
		state = CLI_STORE_SAME;
	else if (errno != 0)
		cli_store_trouble(store, name, "cannot read", errno);
	else
		state = CLI_STORE_DIFFERS;
	(void)close(fd);
	return state;
}

char *cli_store_read(const struct cli_store *store, const char *name,
		     size_t max)
{
	int fd = open_file(store, name);
	char *text = fd != -1 ? malloc(max + 1) : NULL;
	ssize_t len = -1;

	if (text != NULL)
		len = cli_store_fill(fd, text, max);
	if (fd != -1)
		(void)close(fd);
	if (len == -1 || (size_t)len == max ||
	    memchr(text, '\0', (size_t)len) != NULL) {
		free(text);
		return NULL;
	}
	text[len] = '\0';
	return text;
}

/* --- one writer at a time ---------------------------------------------- */

/* The writer before us may have removed the file we were waiting for. */
static bool is_current(const struct cli_store *store, int fd)
{
	struct stat held;
	struct stat named;

	return fstat(fd, &held) == 0 &&
	       fstatat(store->fd, LOCK_NAME, &named, AT_SYMLINK_NOFOLLOW) ==
		       0 &&
	       held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

static int wait_for(int fd)
{
	int rc;

	do {
		rc = flock(fd, LOCK_EX);
	} while (rc == -1 && errno == EINTR);
	return rc;
}

int cli_store_lock(struct cli_store *store)
{
	for (;;) {
		int fd = openat(store->fd, LOCK_NAME,
				O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK |
					O_NOCTTY | O_CLOEXEC,
				S_IRUSR | S_IWUSR);

		if (fd == -1)
			return cli_store_trouble(store, NULL,
						 "cannot write here", errno);
		if (wait_for(fd) == -1) {
			cli_store_trouble(store, LOCK_NAME, "cannot lock",
					  errno);
			(void)close(fd);
			return CLI_TROUBLE;
		}
		store->lock = fd;
		if (is_current(store, fd))
			return CLI_YES;
		(void)close(fd);
		store->lock = -1;
	}
}

/* --- writing ----------------------------------------------------------- */

static bool write_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t put = write(fd, data, len);

		if (put == -1 && errno == EINTR)
			continue;
		if (put == -1)
			return false;
		data += put;
		len -= (size_t)put;
	}
	return true;
}

/* Mode and owner of the file that is replaced, or else of the model. */
static bool set_owner(const struct cli_store *store, int fd, const char *name)
{
	struct stat st;

	if (fstatat(store->fd, name, &st, AT_SYMLINK_NOFOLLOW) == -1 &&
	    fstatat(store->fd, store->model, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return fchmod(fd, NEW_MODE) == 0;
	if (geteuid() == 0 && fchown(fd, st.st_uid, st.st_gid) == -1)
		return false;
	return fchmod(fd, st.st_mode & ACCESSPERMS) == 0;
}

/* errno is the first thing that went wrong. */
static bool fill(const struct cli_store *store, const char *temporary,
		 const char *name, const char *data, size_t len)
{
	int fd = openat(store->fd, temporary,
			O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			S_IRUSR | S_IWUSR);
	bool good;
	int error;

	if (fd == -1)
		return false;
	good = write_all(fd, data, len) && set_owner(store, fd, name) &&
	       fsync(fd) == 0;
	error = errno;
	if (close(fd) == -1 && good)
		return false;
	errno = error;
	return good;
}

int cli_store_put(const struct cli_store *store, const char *name,
		  const char *data, size_t len)
{
	char *temporary;
	int status = CLI_YES;

	if (asprintf(&temporary, TEMPORARY_PREFIX "%s" TEMPORARY_SUFFIX,
		     name) == -1)
		return cli_no_memory();
	if (unlinkat(store->fd, temporary, 0) == -1 && errno != ENOENT)
		status = cli_store_trouble(store, temporary, "cannot remove",
					   errno);
	else if (!fill(store, temporary, name, data, len) ||
		 renameat(store->fd, temporary, store->fd, name) == -1)
		status = cli_store_trouble(store, name, "cannot write", errno);
	if (status != CLI_YES)
		(void)unlinkat(store->fd, temporary, 0);
	free(temporary);
	return status;
}

int cli_store_remove(const struct cli_store *store, const char *name)
{
	if (unlinkat(store->fd, name, 0) == -1 && errno != ENOENT)
		return cli_store_trouble(store, name, "cannot remove", errno);
	return CLI_YES;
}

/*
 * The mark is a time of last change that no file has by chance: a day before
 * the model's, to the nanosecond.
 */
static bool mark_time(const struct cli_store *store, struct timespec *mark)
{
	struct stat st;

	if (fstatat(store->fd, store->model, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return false;
	*mark = st.st_mtim;
	mark->tv_sec -= DAY_S;
	return true;
}

int cli_store_mark(const struct cli_store *store, const char *name)
{
	struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}};

	if (!mark_time(store, &times[1]) ||
	    utimensat(store->fd, name, times, AT_SYMLINK_NOFOLLOW) == -1)
		return cli_store_trouble(store, name, "cannot set its time",
					 errno);
	return CLI_YES;
}

bool cli_store_is_marked(const struct cli_store *store, const char *name)
{
	struct timespec mark;
	struct stat st;

	return mark_time(store, &mark) &&
	       fstatat(store->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       st.st_mtim.tv_sec == mark.tv_sec &&
	       st.st_mtim.tv_nsec == mark.tv_nsec;
}

int cli_store_sync(const struct cli_store *store)
{
	/* Some file systems cannot, and say so; they have nothing to sync. */
	if (fsync(store->fd) == -1 && errno != EINVAL)
		return cli_store_trouble(store, NULL,
					 "cannot bring it to the disk", errno);
	return CLI_YES;
}

bool cli_store_is_lock(const char *name)
{
	return strcmp(name, LOCK_NAME) == 0;
}

bool cli_store_is_temporary(const char *name, const char **base, size_t *len)
{
	size_t around = strlen(TEMPORARY_PREFIX) + strlen(TEMPORARY_SUFFIX);
	size_t name_len = strlen(name);

	if (name_len <= around ||
	    strncmp(name, TEMPORARY_PREFIX, strlen(TEMPORARY_PREFIX)) != 0)
		return false;
	*base = name + strlen(TEMPORARY_PREFIX);
	*len = name_len - around;
	return strcmp(*base + *len, TEMPORARY_SUFFIX) == 0;
}

void cli_store_close(struct cli_store *store)
{
	if (store->lock != -1) {
		(void)unlinkat(store->fd, LOCK_NAME, 0);
		(void)close(store->lock);
	}
	if (store->fd != -1)
		(void)close(store->fd);
	store->lock = -1;
	store->fd = -1;
}
