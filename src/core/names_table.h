/*
 * names_table: how labels are found among the children of all nodes. A part of
 * names; all of it is inline, because every request goes through it.
 */
#ifndef GTB_NAMES_TABLE_H
#define GTB_NAMES_TABLE_H

#include <endian.h>
#include <string.h>

#include "gtb/scratch.h"
#include "gtb/sixteens.h"

#include "names.h"

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

static inline uint64_t gtb_names_hash(uint64_t seed, uint32_t parent,
				      const char *text, size_t len)
{
	uint64_t hash = seed + parent * 0x9e3779b97f4a7c15ULL + len;

	for (; len > 8; text += 8, len -= 8)
		hash = gtb_names_mix(hash ^ gtb_names_eight(text, 8),
				     0xd6e8feb86659fd93ULL);
	return gtb_names_mix(hash ^ gtb_names_eight(text, len),
			     0xa0761d6478bd642fULL);
}

static inline bool gtb_names_same(const char *a, const char *b, size_t len)
{
	for (; len > 8; a += 8, b += 8, len -= 8)
		if (gtb_names_eight(a, 8) != gtb_names_eight(b, 8))
			return false;
	return gtb_names_eight(a, len) == gtb_names_eight(b, len);
}

/* The two places of a hash, and what marks it there; a tag is never 0. */
static inline uint32_t gtb_names_bucket_of(const struct gtb_names *names,
					   uint64_t hash)
{
	return (uint32_t)hash & names->mask;
}

static inline uint32_t gtb_names_tag(uint64_t hash)
{
	return (uint32_t)(hash >> 32) | 1;
}

/* Each bucket is the other's other, so a move needs no label. */
static inline uint32_t gtb_names_other(const struct gtb_names *names,
				       uint32_t bucket, uint32_t tag)
{
	return (bucket ^ (tag * 0x5bd1e995u)) & names->mask;
}

/* Which slots bear the tag: four bits for each that does. */
static inline unsigned int
gtb_names_slots(const struct gtb_names_bucket *bucket, uint32_t tag)
{
	typedef uint32_t four __attribute__((vector_size(16)));
	four tags GTB_SCRATCH;

	_Static_assert(sizeof(tags) == sizeof(bucket->tags),
		       "all slots are compared at once");
	memcpy(&tags, bucket->tags, sizeof(tags));
	return gtb_sixteen_mask((gtb_sixteen)(tags == tag));
}

static inline bool gtb_names_is(const struct gtb_names *names, uint32_t node,
				uint32_t parent, const char *label, size_t len)
{
	const struct gtb_names_node *n = &names->nodes[node];

	return n->parent == parent && n->label_len == len &&
	       gtb_names_same(names->labels + n->label, label, len);
}

/* The child in one bucket, or GTB_NAMES_NONE. */
static inline uint32_t gtb_names_in(const struct gtb_names *names,
				    uint32_t bucket, uint32_t tag,
				    uint32_t parent, const char *label,
				    size_t len)
{
	const struct gtb_names_bucket *b = &names->buckets[bucket];
	unsigned int same = gtb_names_slots(b, tag);

	while (same != 0) {
		unsigned int slot = gtb_sixteen_first(same) / 4;

		if (gtb_names_is(names, b->nodes[slot], parent, label, len))
			return b->nodes[slot];
		same &= ~(0xfu << slot * 4);
	}
	return GTB_NAMES_NONE;
}

/* The child of a node that bears a label, or GTB_NAMES_NONE. */
static inline uint32_t gtb_names_child(const struct gtb_names *names,
				       uint32_t parent, const char *label,
				       size_t len)
{
	uint64_t hash = gtb_names_hash(names->seed, parent, label, len);
	uint32_t bucket = gtb_names_bucket_of(names, hash);
	uint32_t tag = gtb_names_tag(hash);
	uint32_t node = gtb_names_in(names, bucket, tag, parent, label, len);

	if (node != GTB_NAMES_NONE)
		return node;
	bucket = gtb_names_other(names, bucket, tag);
	return gtb_names_in(names, bucket, tag, parent, label, len);
}

/*
 * Where the first step of a walk begins: it takes the last two labels at once,
 * if there are two. Hardly any entry is a single label.
 */
static inline size_t gtb_names_first(const struct gtb_name *name)
{
	return name->last > 0 ? gtb_name_label(name, name->last - 1u) : 0;
}

/* The bit of an end; text has 8 bytes to be read. */
static inline uint64_t gtb_names_end_bit(const struct gtb_names *names,
					 const char *text)
{
	return gtb_names_mix(gtb_names_eight(text, names->ends_len),
			     0xa0761d6478bd642fULL) & names->ends_mask;
}

#endif
