/*
 * emit_items: the files that should be in a folder, what is there instead,
 * and what is left over of ours.
 */
#ifndef GTB_EMIT_ITEMS_H
#define GTB_EMIT_ITEMS_H

#include <stdbool.h>
#include <stddef.h>

#include "gtb/squid.h"
#include "gtb/text.h"

#include "store.h"

/* A file that should be there, or one of ours that should not. */
struct emit_item {
	char *name;
	const char *data; /* NULL: it should not be there */
	size_t len;
	enum cli_store_state state;
	bool kept; /* left over: the include file before this one named it */
	bool done; /* written or removed */
};

/* The list files in their order, the include file, and what is left over. */
struct emit_items {
	struct emit_item *items;
	size_t count;
	size_t wanted; /* of count: those that should be there */
	bool stale;    /* a killed writer left something */
};

/* List what should be there; text and files are lent. CLI_YES or CLI_TROUBLE.
 */
int emit_items_add(struct emit_items *items, const struct gtb_text_buffer *text,
		   const struct gtb_squid_files *files);

/*
 * Compare with the folder, and list what is left over; again forgets what
 * was seen before. Who holds the folder's lock also removes what a killed
 * writer left. CLI_YES or CLI_TROUBLE, said why.
 */
int emit_items_look(const struct cli_store *store, struct emit_items *items);

/*
 * After a look: is everything in place, and nothing left over but what the
 * include file before this one named?
 */
bool emit_items_clean(const struct emit_items *items);

void emit_items_fini(struct emit_items *items);

#endif
