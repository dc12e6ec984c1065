/*
 * names: which of many names and wildcards cover a name.
 *
 * A tree of labels, from the right; the children of all nodes are in one hash
 * table of buckets, where a label is in one of two buckets or nowhere. So a
 * label costs the same in a tree of fifty names and of a million, whatever
 * label it is, and a name with more labels than the tree is deep ends early.
 */
#ifndef GTB_NAMES_H
#define GTB_NAMES_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "gtb/host.h"

#define GTB_NAMES_NONE UINT32_MAX
#define GTB_NAMES_ROOT 0

/* What a name is in the tree for. */
enum gtb_names_kind {
	GTB_NAMES_ON,		/* an enabled rule */
	GTB_NAMES_OFF,		/* a disabled rule, to say why */
	GTB_NAMES_EXCLUDE,	/* an exclusion */
	GTB_NAMES_KINDS
};

struct gtb_names_node {
	uint32_t parent;
	uint32_t label;		/* offset into labels */
	uint32_t refs;		/* first ref, or GTB_NAMES_NONE */
	uint8_t label_len;
	bool inner;		/* it has children */
	uint8_t exact;		/* bit k: refs of kind k for this name */
	uint8_t wildcard;	/* bit k: refs of kind k for it and below */
};

/* A value at a node. */
struct gtb_names_ref {
	uint32_t rule;
	uint32_t line;
	uint32_t next;		/* next ref of the node, or GTB_NAMES_NONE */
	uint8_t kind;		/* enum gtb_names_kind */
	bool wildcard;
};

#define GTB_NAMES_SLOTS 4	/* a bucket; 32 bytes, half a cache line */

struct gtb_names_bucket {
	uint32_t tags[GTB_NAMES_SLOTS];		/* part of the hash */
	uint32_t nodes[GTB_NAMES_SLOTS];	/* 0 (the root) = free */
};

struct gtb_names {
	struct gtb_names_node *nodes;
	size_t nodes_count;
	size_t nodes_size;
	struct gtb_names_ref *refs;
	size_t refs_count;
	size_t refs_size;
	char *labels;		/* with 8 spare bytes behind the last */
	size_t labels_len;
	size_t labels_size;
	struct gtb_names_bucket *buckets;
	uint32_t mask;		/* buckets - 1, a power of two */
	uint64_t seed;
	uint64_t *ends;		/* bits: how the names end; NULL: not known */
	uint64_t ends_mask;	/* bits - 1, a power of two */
	size_t ends_len;	/* bytes of an end, 1 to 8 */
};

/* A node, and whether its own name or its wildcard was meant. */
struct gtb_names_hit {
	uint32_t node;		/* GTB_NAMES_NONE: none */
	bool wildcard;
};

/* The most specific hit of each kind. */
struct gtb_names_match {
	struct gtb_names_hit hits[GTB_NAMES_KINDS];
};

/* Make an empty tree; GTB_OK or GTB_E_NOMEM. */
int gtb_names_init(struct gtb_names *names);

/*
 * Add a name; GTB_OK or GTB_E_NOMEM. The same rule twice at the same name is
 * kept once.
 */
int gtb_names_add(struct gtb_names *names, const struct gtb_name *name,
		  bool wildcard, enum gtb_names_kind kind, uint32_t rule,
		  uint32_t line);

/*
 * Find what covers a name; false: nothing does. An exact name beats a
 * wildcard, a longer wildcard beats a shorter one.
 */
bool gtb_names_find(const struct gtb_names *names, const struct gtb_name *name,
		    struct gtb_names_match *match);

/*
 * Note how the names end, when all are added: most names of requests end like
 * none of them, and gtb_names_find() is soon done with those. GTB_OK or
 * GTB_E_NOMEM. Not called, every name is looked for.
 */
int gtb_names_build(struct gtb_names *names);

/* Longest text gtb_names_text() writes, with its NUL. */
#define GTB_NAMES_TEXT_SIZE (2 + GTB_NAME_MAX + 1)

/* Write a node's name, with "*." when wildcard; returns buffer. */
const char *gtb_names_text(const struct gtb_names *names, uint32_t node,
			   bool wildcard, char buffer[GTB_NAMES_TEXT_SIZE]);

void gtb_names_fini(struct gtb_names *names);

/* --- for names.c and names_ends.c -------------------------------------- */

__extension__ typedef unsigned __int128 gtb_u128;

static inline uint64_t gtb_names_mix(uint64_t a, uint64_t b)
{
	gtb_u128 product = (gtb_u128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Up to 8 bytes of a name as a number; reads 8, keeps len. */
static inline uint64_t gtb_names_eight(const char *text, size_t len)
{
	static const uint64_t kept[] = {
		0, 0xff, 0xffff, 0xffffff, 0xffffffff, 0xffffffffff,
		0xffffffffffff, 0xffffffffffffff, UINT64_MAX
	};
	uint64_t value;

	memcpy(&value, text, sizeof(value));
	return le64toh(value) & kept[len];
}

/* The bit of an end; text has 8 bytes to be read. */
static inline uint64_t gtb_names_end_bit(const struct gtb_names *names,
					 const char *text)
{
	return gtb_names_mix(gtb_names_eight(text, names->ends_len),
			     0xa0761d6478bd642fULL) & names->ends_mask;
}

/*
 * False: no name of the tree covers this one. What covers it is its end, or
 * the whole of it; so it ends like one of them, if only in a few bytes.
 */
static inline bool gtb_names_may_end(const struct gtb_names *names,
				     const struct gtb_name *name)
{
	uint64_t bit;

	if (names->ends == NULL)
		return true;
	if (name->len < names->ends_len)
		return false;
	bit = gtb_names_end_bit(names,
				name->text + name->len - names->ends_len);
	return (names->ends[bit / 64] >> bit % 64 & 1) != 0;
}

#endif
