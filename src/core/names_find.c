/* Finding what covers a name; the contract is in names.h. */
#include "config.h"

#include "names_table.h"

/* Note what a node says of a name that ends there or goes on. */
static bool note_hits(const struct gtb_names_node *node, uint32_t number,
		      bool ends, struct gtb_names_match *match)
{
	unsigned int exact = ends ? node->exact : 0;
	unsigned int kinds = exact | node->wildcard;
	unsigned int left;

	for (left = kinds; left != 0; left &= left - 1) {
		unsigned int kind = (unsigned int)__builtin_ctz(left);

		match->hits[kind].node = number;
		match->hits[kind].wildcard = (exact >> kind & 1) == 0;
	}
	return kinds != 0;
}

/* Apart from gtb_names_find(), which most often ends without this. */
__attribute__((noinline))
static bool walk_labels(const struct gtb_names *names,
			const struct gtb_name *name,
			struct gtb_names_match *match)
{
	bool found = false;
	uint32_t node = GTB_NAMES_ROOT;
	size_t end = name->len;
	size_t start = gtb_names_first(name);

	for (;;) {
		const struct gtb_names_node *n;

		node = gtb_names_child(names, node, name->text + start,
				       end - start);
		if (node == GTB_NAMES_NONE)
			return found;
		n = &names->nodes[node];
		if (note_hits(n, node, start == 0, match))
			found = true;
		if (start == 0 || !n->inner)
			return found;
		end = start - 1;
		start = gtb_name_label(name, end);
	}
}

/* Where some entry is a single label, "*.example". */
__attribute__((noinline))
static bool walk_from_single(const struct gtb_names *names,
			     const struct gtb_name *name,
			     struct gtb_names_match *match)
{
	uint32_t node = gtb_names_child(names, GTB_NAMES_ROOT,
					name->text + name->last,
					(size_t)(name->len - name->last));
	bool found = node != GTB_NAMES_NONE &&
		     note_hits(&names->nodes[node], node, name->last == 0,
			       match);

	/* What is more specific comes later, and stays. */
	return walk_labels(names, name, match) || found;
}

/*
 * False: no name of the tree covers this one. What covers it is its end, or
 * the whole of it; so it ends like one of them, if only in a few bytes.
 */
static inline bool may_end(const struct gtb_names *names,
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

bool gtb_names_find(const struct gtb_names *names, const struct gtb_name *name,
		    struct gtb_names_match *match)
{
	for (int kind = 0; kind < GTB_NAMES_KINDS; kind++)
		match->hits[kind].node = GTB_NAMES_NONE;
	if (!may_end(names, name))
		return false;
	return names->singles ? walk_from_single(names, name, match)
			      : walk_labels(names, name, match);
}
