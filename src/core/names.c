/* A tree of names; the contract is in names.h. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "gtb/report.h"

#include "names.h"

#define FIRST_BUCKETS 64u
#define MOVES_MAX 500		/* before the table is made larger */
#define SPARE 8			/* bytes behind the labels */

static uint64_t hash_label(uint64_t seed, uint32_t parent, const char *text,
			   size_t len)
{
	uint64_t hash = seed + parent * 0x9e3779b97f4a7c15ULL + len;

	for (; len > 8; text += 8, len -= 8)
		hash = gtb_names_mix(hash ^ gtb_names_eight(text, 8), 0xd6e8feb86659fd93ULL);
	return gtb_names_mix(hash ^ gtb_names_eight(text, len), 0xa0761d6478bd642fULL);
}

static bool same_label(const char *a, const char *b, size_t len)
{
	for (; len > 8; a += 8, b += 8, len -= 8)
		if (gtb_names_eight(a, 8) != gtb_names_eight(b, 8))
			return false;
	return gtb_names_eight(a, len) == gtb_names_eight(b, len);
}

/* The two places of a hash, and what marks it there; a tag is never 0. */
static uint32_t first_bucket(const struct gtb_names *names, uint64_t hash)
{
	return (uint32_t)hash & names->mask;
}

static uint32_t tag_of(uint64_t hash)
{
	return (uint32_t)(hash >> 32) | 1;
}

/* Each bucket is the other's other, so a move needs no label. */
static uint32_t other_bucket(const struct gtb_names *names, uint32_t bucket,
			     uint32_t tag)
{
	return (bucket ^ (tag * 0x5bd1e995u)) & names->mask;
}

/* Most often the answer is no, and soon found. */
static bool has_tag(const struct gtb_names_bucket *bucket, uint32_t tag)
{
	_Static_assert(GTB_NAMES_SLOTS == 4, "each slot is looked at");
	return bucket->tags[0] == tag || bucket->tags[1] == tag ||
	       bucket->tags[2] == tag || bucket->tags[3] == tag;
}

static inline bool is_child(const struct gtb_names *names, uint32_t node,
			    uint32_t parent, const char *label, size_t len)
{
	const struct gtb_names_node *n = &names->nodes[node];

	return n->parent == parent && n->label_len == len &&
	       same_label(names->labels + n->label, label, len);
}

static inline uint32_t find_in(const struct gtb_names *names, uint32_t bucket,
			       uint32_t tag, uint32_t parent,
			       const char *label, size_t len)
{
	const struct gtb_names_bucket *b = &names->buckets[bucket];

	if (!has_tag(b, tag))
		return GTB_NAMES_NONE;
	for (int i = 0; i < GTB_NAMES_SLOTS; i++)
		if (b->tags[i] == tag &&
		    is_child(names, b->nodes[i], parent, label, len))
			return b->nodes[i];
	return GTB_NAMES_NONE;
}

static inline uint32_t find_child(const struct gtb_names *names,
				  uint32_t parent, const char *label,
				  size_t len)
{
	uint64_t hash = hash_label(names->seed, parent, label, len);
	uint32_t bucket = first_bucket(names, hash);
	uint32_t tag = tag_of(hash);

	for (int place = 0; place < 2; place++) {
		uint32_t node = find_in(names, bucket, tag, parent, label,
					len);

		if (node != GTB_NAMES_NONE)
			return node;
		bucket = other_bucket(names, bucket, tag);
	}
	return GTB_NAMES_NONE;
}

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
	uint64_t hash = hash_label(names->seed, n->parent,
				   names->labels + n->label, n->label_len);
	uint32_t bucket = first_bucket(names, hash);
	uint32_t tag = tag_of(hash);

	if (put_in(&names->buckets[bucket], tag, node))
		return true;
	bucket = other_bucket(names, bucket, tag);
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
		bucket = other_bucket(names, bucket, tag);
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

int gtb_names_add(struct gtb_names *names, const struct gtb_name *name,
		  bool wildcard, enum gtb_names_kind kind, uint32_t rule,
		  uint32_t line)
{
	struct gtb_names_ref ref = {.rule = rule,
				    .line = line,
				    .next = GTB_NAMES_NONE,
				    .kind = (uint8_t)kind,
				    .wildcard = wildcard};
	uint32_t node = GTB_NAMES_ROOT;
	int rc;

	for (int i = name->count - 1; i >= 0; i--) {
		const char *label = name->text + name->start[i];
		size_t len = (size_t)(name->start[i + 1] - name->start[i] - 1);
		uint32_t child = find_child(names, node, label, len);

		if (child == GTB_NAMES_NONE) {
			rc = add_child(names, node, label, len, &child);
			if (rc != GTB_OK)
				return rc;
		}
		node = child;
	}
	rc = add_ref(names, node, &ref);
	if (rc != GTB_OK)
		return rc;
	if (wildcard)
		names->nodes[node].wildcard |= (uint8_t)(1 << kind);
	else
		names->nodes[node].exact |= (uint8_t)(1 << kind);
	return GTB_OK;
}

static bool note_hits(struct gtb_names_match *match, uint32_t node,
		      uint8_t kinds, bool wildcard)
{
	for (int kind = 0; kinds >> kind != 0; kind++) {
		if ((kinds >> kind & 1) == 0)
			continue;
		match->hits[kind].node = node;
		match->hits[kind].wildcard = wildcard;
	}
	return true;
}

/* Apart from the below, which most often ends without this. */
__attribute__((noinline))
static bool walk_labels(const struct gtb_names *names,
			const struct gtb_name *name,
			struct gtb_names_match *match)
{
	uint32_t node = GTB_NAMES_ROOT;
	bool found = false;

	for (int i = name->count - 1; i >= 0; i--) {
		const char *label = name->text + name->start[i];
		size_t len = (size_t)(name->start[i + 1] - name->start[i] - 1);
		const struct gtb_names_node *n;

		node = find_child(names, node, label, len);
		if (node == GTB_NAMES_NONE)
			break;
		n = &names->nodes[node];
		if (n->wildcard != 0)
			found = note_hits(match, node, n->wildcard, true);
		if (i == 0 && n->exact != 0)
			found = note_hits(match, node, n->exact, false);
		if (!n->inner)
			break;
	}
	return found;
}

bool gtb_names_find(const struct gtb_names *names, const struct gtb_name *name,
		    struct gtb_names_match *match)
{
	for (int kind = 0; kind < GTB_NAMES_KINDS; kind++)
		match->hits[kind].node = GTB_NAMES_NONE;
	return gtb_names_may_end(names, name) &&
	       walk_labels(names, name, match);
}
