/*
 * nets: which of many networks hold an address.
 *
 * CIDR networks nest or are disjoint, so all that hold an address are a chain
 * from the innermost outwards. The chain is found by one binary search over
 * the borders of the networks of its family; the cost grows with the
 * logarithm of their number and no query can make it worse.
 */
#ifndef GTB_NETS_H
#define GTB_NETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gtb/net.h"

#define GTB_NETS_NONE UINT32_MAX

/* What the maker put in: a value for a network. */
struct gtb_nets_item {
	struct gtb_net net;
	uint32_t rule;
	uint32_t line;
};

/* One network of the index; items of equal networks stand together. */
struct gtb_nets_node {
	struct gtb_net net;
	uint32_t parent;	/* the next wider network, or GTB_NETS_NONE */
	uint32_t first;		/* items [first, first + count) */
	uint32_t count;
};

/* The borders of one family; between two borders the answer is the same. */
struct gtb_nets_borders {
	struct gtb_addr *starts;	/* sorted; starts[0] is the lowest */
	uint32_t *nodes;		/* innermost node, or GTB_NETS_NONE */
	size_t count;
};

struct gtb_nets {
	struct gtb_nets_item *items;	/* sorted by network, then as added */
	size_t items_count;
	size_t items_size;
	struct gtb_nets_node *nodes;	/* wider before narrower */
	size_t nodes_count;
	struct gtb_nets_borders v4;
	struct gtb_nets_borders v6;
};

void gtb_nets_init(struct gtb_nets *nets);

/* Add a value; GTB_OK or GTB_E_NOMEM. Not after gtb_nets_build(). */
int gtb_nets_add(struct gtb_nets *nets, const struct gtb_net *net,
		 uint32_t rule, uint32_t line);

/* Make the index of all that was added; GTB_OK or GTB_E_NOMEM. */
int gtb_nets_build(struct gtb_nets *nets);

/* The innermost node that holds the address, or GTB_NETS_NONE. */
uint32_t gtb_nets_find(const struct gtb_nets *nets,
		       const struct gtb_addr *addr);

void gtb_nets_fini(struct gtb_nets *nets);

#endif
