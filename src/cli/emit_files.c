/* Emitted files in their folder; the contract is in emit_files.h. */
#include "config.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "emit_files.h"
#include "emit_items.h"

/* The line of the include file that tells how it was made. */
#define COMMAND_MARK	 "# Command:  "
#define COMMAND_LINE_MAX 65536

/* --- looking ------------------------------------------------------------ */

static void print_line(const struct cli_store *store, const char *word,
		       const struct emit_item *item)
{
	printf("%-9s %s/%s\n", word, store->folder, item->name);
}

/* The same text but for the line that begins with the mark? */
static bool same_without(const char *mark, const char *a, const char *b)
{
	while (*a != '\0' && *b != '\0') {
		size_t a_len = strcspn(a, "\n");
		size_t b_len = strcspn(b, "\n");
		bool marked = strncmp(a, mark, strlen(mark)) == 0 &&
			      strncmp(b, mark, strlen(mark)) == 0;

		if (!marked &&
		    (a_len != b_len || memcmp(a, b, a_len) != 0))
			return false;
		a += a_len;
		b += b_len;
		if (*a != *b)
			return false;
		a += *a == '\n';
		b += *b == '\n';
	}
	return *a == *b;
}

/* Another spelling of the same options makes the same rules. */
static bool differs_in_command(const struct cli_store *store,
			       const struct emit_item *item)
{
	char *text = cli_store_read(store, item->name,
				    item->len + COMMAND_LINE_MAX);
	bool alone = text != NULL &&
		     same_without(COMMAND_MARK, text, item->data);

	free(text);
	return alone;
}

static void print_differs(const struct cli_store *store,
			  const struct emit_item *item)
{
	if (strcmp(item->name, CLI_EMIT_NAME) == 0 &&
	    differs_in_command(store, item))
		printf("differs in its command line alone: %s/%s\n",
		       store->folder, item->name);
	else
		print_line(store, "differs", item);
}

static void print_check(const struct cli_store *store,
			const struct emit_items *items)
{
	for (size_t i = 0; i < items->count; i++) {
		const struct emit_item *item = &items->items[i];

		if (item->data == NULL && !item->kept)
			print_line(store, "leftover", item);
		else if (item->state == CLI_STORE_DIFFERS)
			print_differs(store, item);
		else if (item->state == CLI_STORE_MISSING)
			print_line(store, "missing", item);
	}
}

static int print_diff(const struct cli_store *store,
		      const struct emit_items *items)
{
	int status = CLI_YES;

	for (size_t i = 0; i < items->count && status == CLI_YES; i++) {
		const struct emit_item *item = &items->items[i];

		if (item->data == NULL ? !item->kept
				       : item->state != CLI_STORE_SAME)
			status = cli_emit_diff(store->folder, item->name,
					       item->state != CLI_STORE_MISSING,
					       item->data, item->len);
	}
	return status;
}

/* --- writing ------------------------------------------------------------ */

/* What must not end it halfway. */
static void hold_signals(sigset_t *before)
{
	static const int held[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(held) / sizeof(held[0]); i++)
		sigaddset(&set, held[i]);
	sigprocmask(SIG_BLOCK, &set, before);
	/* A file larger than allowed is an error to tell, not to die of. */
	signal(SIGXFSZ, SIG_IGN);
}

static int put(const struct cli_store *store, struct emit_item *item)
{
	int status;

	if (item->state == CLI_STORE_SAME)
		return CLI_YES;
	status = cli_store_put(store, item->name, item->data, item->len);
	item->done = status == CLI_YES;
	return status;
}

/* List files that nothing names yet. */
static void take_back(const struct cli_store *store, struct emit_items *items)
{
	for (size_t i = 0; i + 1 < items->wanted; i++) {
		struct emit_item *item = &items->items[i];

		if (!item->done || item->state != CLI_STORE_MISSING)
			continue;
		item->done = false;
		(void)cli_store_remove(store, item->name);
	}
}

static int put_all(const struct cli_store *store, struct emit_items *items)
{
	int status = CLI_YES;

	for (size_t i = 0; i + 1 < items->wanted && status == CLI_YES; i++)
		status = put(store, &items->items[i]);
	if (status == CLI_YES && items->wanted > 1)
		status = cli_store_sync(store);
	if (status == CLI_YES)
		status = put(store, &items->items[items->wanted - 1]);
	if (status != CLI_YES)
		take_back(store, items);
	return status == CLI_YES ? cli_store_sync(store) : status;
}

/*
 * A Squid may be reading the include file that was just replaced, and takes
 * a list file that is gone for an empty one. So what that file named gets a
 * mark and stays until the next run.
 */
static int remove_leftovers(const struct cli_store *store,
			    struct emit_items *items)
{
	bool replaced = items->items[items->wanted - 1].done;
	int status = CLI_YES;

	for (size_t i = items->wanted; i < items->count; i++) {
		struct emit_item *item = &items->items[i];
		int rc;

		item->kept = replaced && !item->kept;
		if (item->kept)
			rc = cli_store_mark(store, item->name);
		else
			rc = cli_store_remove(store, item->name);
		item->done = rc == CLI_YES;
		if (rc != CLI_YES)
			status = CLI_TROUBLE;
	}
	return status;
}

static int write_all(struct cli_store *store, struct emit_items *items)
{
	sigset_t before;
	int status = cli_store_lock(store);

	if (status != CLI_YES)
		return status;
	hold_signals(&before);
	status = emit_items_look(store, items);
	if (status == CLI_YES)
		status = put_all(store, items);
	if (status == CLI_YES)
		status = remove_leftovers(store, items);
	cli_store_close(store);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return status;
}

static const char *done_word(const struct emit_item *item)
{
	if (item->data != NULL)
		return "written";
	return item->kept ? "kept" : "removed";
}

static void print_done(const struct cli_store *store,
		       const struct emit_items *items, int status)
{
	for (size_t i = 0; i < items->count; i++) {
		const struct emit_item *item = &items->items[i];

		if (item->done)
			print_line(store, done_word(item), item);
		else if (status == CLI_YES)
			print_line(store, "unchanged", item);
	}
}

/* --- the door ----------------------------------------------------------- */

int cli_emit_files(const char *folder, unsigned int wanted,
		   const struct gtb_text_buffer *text,
		   const struct gtb_squid_files *files)
{
	struct cli_store store;
	struct emit_items items = {.items = NULL};
	int status = cli_store_open(&store, folder, CLI_EMIT_NAME);

	if (status == CLI_YES)
		status = emit_items_add(&items, text, files);
	if (status == CLI_YES)
		status = emit_items_look(&store, &items);
	if (status == CLI_YES && wanted == 0) {
		if (!emit_items_clean(&items) || items.stale ||
		    items.count > items.wanted)
			status = write_all(&store, &items);
		print_done(&store, &items, status);
	} else if (status == CLI_YES && !emit_items_clean(&items)) {
		status = CLI_NO;
		if ((wanted & CLI_EMIT_CHECK) != 0)
			print_check(&store, &items);
		if ((wanted & CLI_EMIT_DIFF) != 0 &&
		    print_diff(&store, &items) != CLI_YES)
			status = CLI_TROUBLE;
	}
	cli_store_close(&store);
	emit_items_fini(&items);
	return status;
}
