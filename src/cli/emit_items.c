/* Which files of a folder are ours; the contract is in emit_items.h. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "emit_files.h"
#include "emit_items.h"

/* A line of every include file, near its beginning. */
#define INCLUDE_HEAD  "# Made by:  " CLI_PROGRAM " "
#define HEAD_SIZE     1024
#define LIST_PREFIX   "gtb_"
#define LIST_SUFFIX   ".acl"
#define DIGEST_DIGITS 8

/* --- which files -------------------------------------------------------- */

static bool add_item(struct emit_items *items, const char *name,
		     const char *data, size_t len)
{
	struct emit_item *larger = reallocarray(items->items, items->count + 1,
						sizeof(items->items[0]));

	if (larger == NULL)
		return false;
	items->items = larger;
	larger[items->count] = (struct emit_item){
		.name = strdup(name), .data = data, .len = len};
	if (larger[items->count].name == NULL)
		return false;
	items->count++;
	return true;
}

int emit_items_add(struct emit_items *items, const struct gtb_text_buffer *text,
		   const struct gtb_squid_files *files)
{
	for (size_t i = 0; i < files->count; i++)
		if (!add_item(items, files->files[i].name,
			      gtb_text_data(&files->files[i].text),
			      files->files[i].text.len))
			return cli_no_memory();
	if (!add_item(items, CLI_EMIT_NAME, gtb_text_data(text), text->len))
		return cli_no_memory();
	items->wanted = items->count;
	return CLI_YES;
}

void emit_items_fini(struct emit_items *items)
{
	for (size_t i = 0; i < items->count; i++)
		free(items->items[i].name);
	free(items->items);
	*items = (struct emit_items){.items = NULL};
}

/* --- what is left over -------------------------------------------------- */

/* "gtb_names_1.3f2a9c01.acl" */
static bool is_list_name(const char *name, size_t len)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_.";
	size_t end = strlen(LIST_SUFFIX);
	size_t start = strlen(LIST_PREFIX);

	if (len <= start + 1 + DIGEST_DIGITS + end ||
	    strncmp(name, LIST_PREFIX, start) != 0 ||
	    strspn(name, letters) < len ||
	    strncmp(name + len - end, LIST_SUFFIX, end) != 0)
		return false;
	name += len - end - DIGEST_DIGITS;
	return name[-1] == '.' &&
	       strspn(name, "0123456789abcdef") >= DIGEST_DIGITS;
}

static bool is_ours(const char *name, size_t len)
{
	return is_list_name(name, len) ||
	       (len == strlen(CLI_EMIT_NAME) &&
		strncmp(name, CLI_EMIT_NAME, len) == 0);
}

/*
 * Does the file begin with our first line? One of such a name that another
 * hand made is not ours to remove; nor is a link or a folder.
 */
static int look_at_head(const struct cli_store *store, const char *name,
			bool *ours)
{
	char head[sizeof(GTB_SQUID_FILE_HEAD) - 1];
	int fd = openat(store->fd, name,
			O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY |
				O_CLOEXEC);
	ssize_t got = -1;

	*ours = false;
	if (fd == -1 && (errno == ELOOP || errno == ENOENT))
		return CLI_YES;
	if (fd != -1)
		got = cli_store_fill(fd, head, sizeof(head));
	if (got == -1 && errno != EISDIR) {
		cli_store_trouble(store, name, "cannot read", errno);
		if (fd != -1)
			(void)close(fd);
		return CLI_TROUBLE;
	}
	*ours = got == (ssize_t)sizeof(head) &&
		memcmp(head, GTB_SQUID_FILE_HEAD, sizeof(head)) == 0;
	(void)close(fd);
	return CLI_YES;
}

static bool is_wanted(const struct emit_items *items, const char *name)
{
	for (size_t i = 0; i < items->wanted; i++)
		if (strcmp(items->items[i].name, name) == 0)
			return true;
	return false;
}

/* A list file that is no longer wanted is left over. */
static int look_at_list(const struct cli_store *store, struct emit_items *items,
			const char *name)
{
	bool ours;

	if (is_wanted(items, name))
		return CLI_YES;
	if (look_at_head(store, name, &ours) != CLI_YES)
		return CLI_TROUBLE;
	if (!ours)
		return CLI_YES;
	if (!add_item(items, name, NULL, 0))
		return cli_no_memory();
	items->items[items->count - 1].kept = cli_store_is_marked(store, name);
	return CLI_YES;
}

static int look_at_name(const struct cli_store *store, struct emit_items *items,
			const char *name)
{
	const char *base;
	size_t len;

	if (is_list_name(name, strlen(name)))
		return look_at_list(store, items, name);
	if (cli_store_is_lock(name))
		items->stale = true;
	if (!cli_store_is_temporary(name, &base, &len) || !is_ours(base, len))
		return CLI_YES;
	items->stale = true;
	/* Only who holds the lock knows that nobody writes it. */
	return store->lock != -1 ? cli_store_remove(store, name) : CLI_YES;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(((const struct emit_item *)a)->name,
		      ((const struct emit_item *)b)->name);
}

static int add_leftovers(const struct cli_store *store,
			 struct emit_items *items)
{
	int fd = openat(store->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *stream = fd != -1 ? fdopendir(fd) : NULL;
	struct dirent *entry;
	int status = CLI_YES;

	errno = stream == NULL ? errno : 0;
	while (stream != NULL && status == CLI_YES &&
	       (entry = readdir(stream)) != NULL) {
		status = look_at_name(store, items, entry->d_name);
		errno = 0;
	}
	if (status == CLI_YES && errno != 0)
		status = cli_store_trouble(store, NULL, "cannot list", errno);
	if (stream != NULL)
		(void)closedir(stream);
	else if (fd != -1)
		(void)close(fd);
	qsort(items->items + items->wanted, items->count - items->wanted,
	      sizeof(items->items[0]), compare_names);
	return status;
}

/* --- looking ------------------------------------------------------------ */

/* The first bytes of a file, as text. */
static int read_head(const struct cli_store *store, const char *name,
		     char head[HEAD_SIZE])
{
	int fd = openat(store->fd, name,
			O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY |
				O_CLOEXEC);
	ssize_t got = fd != -1 ? cli_store_fill(fd, head, HEAD_SIZE - 1) : -1;
	int error = errno;

	if (fd != -1)
		(void)close(fd);
	if (got == -1)
		return cli_store_trouble(store, name, "cannot read", error);
	head[got] = '\0';
	return CLI_YES;
}

/*
 * An include file that another hand made is not ours to replace. An empty one
 * holds nothing, and one that begins like ours has merely been damaged.
 */
static int check_include(const struct cli_store *store,
			 const struct emit_item *item)
{
	char head[HEAD_SIZE];

	if (item->state != CLI_STORE_DIFFERS)
		return CLI_YES;
	if (read_head(store, item->name, head) != CLI_YES)
		return CLI_TROUBLE;
	if (head[0] == '\0' || strstr(head, INCLUDE_HEAD) != NULL ||
	    strncmp(head, item->data, strcspn(item->data, "\n") + 1) == 0)
		return CLI_YES;
	return cli_store_trouble(store, item->name,
				 "is not of " CLI_PROGRAM "; move it away", 0);
}

bool emit_items_clean(const struct emit_items *items)
{
	for (size_t i = 0; i < items->count; i++) {
		const struct emit_item *item = &items->items[i];

		if (item->data != NULL ? item->state != CLI_STORE_SAME
				       : !item->kept)
			return false;
	}
	return true;
}

int emit_items_look(const struct cli_store *store, struct emit_items *items)
{
	int status = CLI_YES;

	while (items->count > items->wanted)
		free(items->items[--items->count].name);
	items->stale = false;
	for (size_t i = 0; i < items->wanted; i++) {
		struct emit_item *item = &items->items[i];

		item->state = cli_store_compare(store, item->name, item->data,
						item->len);
		if (item->state == CLI_STORE_TROUBLE)
			status = CLI_TROUBLE;
	}
	if (status == CLI_YES)
		status = check_include(store,
				       &items->items[items->wanted - 1]);
	return status == CLI_YES ? add_leftovers(store, items) : status;
}
