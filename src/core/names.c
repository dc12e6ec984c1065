/* A tree of names; the contract is in names.h. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "gtb/report.h"

#include "names_table.h"

#define FIRST_BUCKETS 64u
#define MOVES_MAX 500		/* before the table is made larger */
#define SPARE 8			/* bytes behind the labels */

static bool put_in(struct gtb_names_bucket *bucket, uint32_t tag,
		   uint32_t node)
{
	for (int i = 0; i < GTB_NAMES_SLOTS; i++) {
		if (bucket->tags[i] == 0) {
			bucket->tags[i] = tag;
			bucket->nodes[i] = node;
			return true;
		}
	}
	return false;
}

/* Place a node, moving others to their other bucket; false: too full. */
static bool place(struct gtb_names *names, uint32_t node)
{
	const struct gtb_names_node *n = &names->nodes[node];
	uint64_t hash = gtb_names_hash(names->seed, n->parent,
				   names->labels + n->label, n->label_len);
	uint32_t bucket = gtb_names_bucket_of(names, hash);
	uint32_t tag = gtb_names_tag(hash);

	if (put_in(&names->buckets[bucket], tag, node))
		return true;
	bucket = gtb_names_other(names, bucket, tag);
	for (int moves = 0; moves < MOVES_MAX; moves++) {
		struct gtb_names_bucket *b = &names->buckets[bucket];
		int slot = moves % GTB_NAMES_SLOTS;
		uint32_t moved_tag = b->tags[slot];
		uint32_t moved_node = b->nodes[slot];

		if (put_in(b, tag, node))
			return true;
		b->tags[slot] = tag;
		b->nodes[slot] = node;
		tag = moved_tag;
		node = moved_node;
		bucket = gtb_names_other(names, bucket, tag);
	}
	return false;
}

/* Make the table new, with another seed, until every node has a place. */
static int rebuild(struct gtb_names *names, size_t buckets)
{
	for (int tries = 0; tries < 16; tries++) {
		struct gtb_names_bucket *table =
			calloc(buckets, sizeof(*table));
		size_t placed = 1;	/* the root is found without */

		if (table == NULL)
			return GTB_E_NOMEM;
		free(names->buckets);
		names->buckets = table;
		names->mask = (uint32_t)buckets - 1;
		names->seed = gtb_names_mix(names->seed + 0x2545f4914f6cdd1dULL,
					    0x9e3779b97f4a7c15ULL);
		while (placed < names->nodes_count &&
		       place(names, (uint32_t)placed))
			placed++;
		if (placed >= names->nodes_count)
			return GTB_OK;
		if (tries % 4 == 3)
			buckets *= 2;
	}
	return GTB_E_NOMEM;
}

/* An array with room for one more element; NULL: memory ran out. */
static void *reserve(void *array, size_t count, size_t *size, size_t element)
{
	size_t larger = *size + *size / 2 + 64;
	void *grown;

	if (count < *size)
		return array;
	if (larger >= GTB_NAMES_NONE)
		return NULL;
	grown = reallocarray(array, larger, element);
	if (grown != NULL)
		*size = larger;
	return grown;
}

/* Copy a label and its spare bytes; *offset is where it lies. */
static int keep_label(struct gtb_names *names, const char *label, size_t len,
		      uint32_t *offset)
{
	size_t needed = names->labels_len + len + SPARE;

	if (needed > names->labels_size) {
		size_t larger = needed + needed / 2 + 256;
		char *grown = NULL;

		if (larger < UINT32_MAX)
			grown = realloc(names->labels, larger);
		if (grown == NULL)
			return GTB_E_NOMEM;
		memset(grown + names->labels_size, 0,
		       larger - names->labels_size);
		names->labels = grown;
		names->labels_size = larger;
	}
	memcpy(names->labels + names->labels_len, label, len);
	*offset = (uint32_t)names->labels_len;
	names->labels_len += len;
	return GTB_OK;
}

static int add_child(struct gtb_names *names, uint32_t parent,
		     const char *label, size_t len, uint32_t *child)
{
	struct gtb_names_node node = {.parent = parent,
				      .refs = GTB_NAMES_NONE,
				      .label_len = (uint8_t)len};
	size_t buckets = (size_t)names->mask + 1;
	struct gtb_names_node *nodes =
		reserve(names->nodes, names->nodes_count, &names->nodes_size,
			sizeof(*nodes));

	if (nodes == NULL)
		return GTB_E_NOMEM;
	names->nodes = nodes;
	if (keep_label(names, label, len, &node.label) != GTB_OK)
		return GTB_E_NOMEM;
	*child = (uint32_t)names->nodes_count;
	names->nodes[names->nodes_count++] = node;
	names->nodes[parent].inner = true;
	/* Four slots in five full is where moves stay few. */
	if (names->nodes_count * 5 > buckets * GTB_NAMES_SLOTS * 4)
		return rebuild(names, buckets * 2);
	if (!place(names, *child))
		return rebuild(names, buckets);
	return GTB_OK;
}

int gtb_names_init(struct gtb_names *names)
{
	struct gtb_names_node root = {.parent = GTB_NAMES_NONE,
				      .refs = GTB_NAMES_NONE};
	uint32_t nothing;
	int rc;

	memset(names, 0, sizeof(*names));
	names->nodes = reserve(NULL, 0, &names->nodes_size,
			       sizeof(*names->nodes));
	if (names->nodes == NULL)
		return GTB_E_NOMEM;
	names->nodes[0] = root;
	names->nodes_count = 1;
	rc = keep_label(names, "", 0, &nothing);
	if (rc == GTB_OK)
		rc = rebuild(names, FIRST_BUCKETS);
	if (rc != GTB_OK)
		gtb_names_fini(names);
	return rc;
}

void gtb_names_fini(struct gtb_names *names)
{
	free(names->nodes);
	free(names->refs);
	free(names->labels);
	free(names->buckets);
	free(names->ends);
	memset(names, 0, sizeof(*names));
}

/* Hang a ref behind the others of its node, unless it is there already. */
static int add_ref(struct gtb_names *names, uint32_t node,
		   const struct gtb_names_ref *ref)
{
	struct gtb_names_ref *refs =
		reserve(names->refs, names->refs_count, &names->refs_size,
			sizeof(*refs));
	uint32_t *link = &names->nodes[node].refs;

	if (refs == NULL)
		return GTB_E_NOMEM;
	names->refs = refs;

	while (*link != GTB_NAMES_NONE) {
		struct gtb_names_ref *other = &refs[*link];

		if (other->rule == ref->rule &&
		    other->wildcard == ref->wildcard)
			return GTB_OK;
		link = &other->next;
	}
	*link = (uint32_t)names->refs_count;
	refs[names->refs_count++] = *ref;
	return GTB_OK;
}

/* Make the nodes of a name where there are none; *node is the last. */
static int add_nodes(struct gtb_names *names, const struct gtb_name *name,
		     uint32_t *node)
{
	size_t end = name->len;
	size_t start = gtb_names_first(name);

	if (name->last == 0)
		names->singles = true;
	*node = GTB_NAMES_ROOT;
	for (;;) {
		const char *label = name->text + start;
		size_t len = end - start;
		uint32_t child = gtb_names_child(names, *node, label, len);

		if (child == GTB_NAMES_NONE &&
		    add_child(names, *node, label, len, &child) != GTB_OK)
			return GTB_E_NOMEM;
		*node = child;
		if (start == 0)
			return GTB_OK;
		end = start - 1;
		start = gtb_name_label(name, end);
	}
}

int gtb_names_add(struct gtb_names *names, const struct gtb_name *name,
		  bool wildcard, enum gtb_names_kind kind, uint32_t rule,
		  uint32_t line)
{
	struct gtb_names_ref ref = {.rule = rule,
				    .line = line,
				    .next = GTB_NAMES_NONE,
				    .kind = (uint8_t)kind,
				    .wildcard = wildcard};
	uint32_t node;
	int rc = add_nodes(names, name, &node);

	if (rc == GTB_OK)
		rc = add_ref(names, node, &ref);
	if (rc != GTB_OK)
		return rc;
	if (wildcard)
		names->nodes[node].wildcard |= (uint8_t)(1 << kind);
	else
		names->nodes[node].exact |= (uint8_t)(1 << kind);
	return GTB_OK;
}
