/*
 * names: which of many names and wildcards cover a name.
 *
 * A tree of labels, from the right; the first step takes two of them at once,
 * for hardly any entry is a top-level domain. The children of all nodes are in
 * one hash table of buckets, where a label is in one of two buckets or nowhere.
 * So a label costs the same in a tree of fifty names and of a million, whatever
 * label it is, and a name with more labels than the tree is deep ends early.
 */
#ifndef GTB_NAMES_H
#define GTB_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
	uint8_t label_len;	/* two labels and a dot in the first step */
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
	bool singles;		/* some name is a single label */
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

#endif
