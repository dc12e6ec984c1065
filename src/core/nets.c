/* An index of networks; the contract is in nets.h. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "gtb/report.h"

#include "nets.h"

void gtb_nets_init(struct gtb_nets *nets)
{
	memset(nets, 0, sizeof(*nets));
}

static void borders_fini(struct gtb_nets_borders *borders)
{
	free(borders->starts);
	free(borders->nodes);
}

void gtb_nets_fini(struct gtb_nets *nets)
{
	free(nets->items);
	free(nets->nodes);
	borders_fini(&nets->v4);
	borders_fini(&nets->v6);
	memset(nets, 0, sizeof(*nets));
}

int gtb_nets_add(struct gtb_nets *nets, const struct gtb_net *net,
		 uint32_t rule, uint32_t line)
{
	if (nets->items_count == nets->items_size) {
		size_t size = nets->items_size ? nets->items_size * 2 : 64;
		struct gtb_nets_item *items =
			reallocarray(nets->items, size, sizeof(*items));

		if (items == NULL)
			return GTB_E_NOMEM;
		nets->items = items;
		nets->items_size = size;
	}
	nets->items[nets->items_count].net = *net;
	nets->items[nets->items_count].rule = rule;
	nets->items[nets->items_count].line = line;
	nets->items_count++;
	return GTB_OK;
}

/* Rules are numbered in the order they were added: equal networks keep it. */
static int compare_items(const void *left, const void *right)
{
	const struct gtb_nets_item *a = left;
	const struct gtb_nets_item *b = right;
	int order = gtb_net_compare(&a->net, &b->net);

	if (order != 0)
		return order;
	if (a->rule != b->rule)
		return a->rule < b->rule ? -1 : 1;
	return a->line < b->line ? -1 : a->line > b->line;
}

/* Keep one item of each network and rule: a list may name a network twice. */
static void drop_repeats(struct gtb_nets *nets)
{
	size_t kept = 0;

	for (size_t i = 0; i < nets->items_count; i++) {
		const struct gtb_nets_item *item = &nets->items[i];

		if (kept > 0 && nets->items[kept - 1].rule == item->rule &&
		    gtb_net_compare(&nets->items[kept - 1].net,
				    &item->net) == 0)
			continue;
		nets->items[kept++] = *item;
	}
	nets->items_count = kept;
}

/* Fold equal networks into nodes and link each to the next wider one. */
static void make_nodes(struct gtb_nets *nets)
{
	struct gtb_nets_node *node = NULL;
	uint32_t open[2] = {GTB_NETS_NONE, GTB_NETS_NONE};	/* v6, v4 */

	for (size_t i = 0; i < nets->items_count; i++) {
		const struct gtb_net *net = &nets->items[i].net;
		uint32_t *family = &open[gtb_net_is_v4(net)];

		if (node != NULL && gtb_net_compare(&node->net, net) == 0) {
			node->count++;
			continue;
		}
		while (*family != GTB_NETS_NONE &&
		       !gtb_net_covers(&nets->nodes[*family].net, net))
			*family = nets->nodes[*family].parent;
		node = &nets->nodes[nets->nodes_count];
		node->net = *net;
		node->parent = *family;
		node->first = (uint32_t)i;
		node->count = 1;
		*family = (uint32_t)nets->nodes_count++;
	}
}

/* From start on, node is the innermost; a later border at start wins. */
static void border(struct gtb_nets_borders *borders, struct gtb_addr start,
		   uint32_t node)
{
	if (borders->count > 0 &&
	    gtb_addr_equal(&borders->starts[borders->count - 1], &start))
		borders->count--;
	borders->starts[borders->count] = start;
	borders->nodes[borders->count] = node;
	borders->count++;
}

/* The address after the last of a network; false: there is none. */
static bool after(const struct gtb_net *net, struct gtb_addr *next)
{
	*next = gtb_net_last(net);
	next->lo++;
	if (next->lo == 0)
		next->hi++;
	return !(next->hi == 0 && next->lo == 0);
}

/* Close networks from open outwards until one covers upto (NULL: all). */
static uint32_t close_nodes(const struct gtb_nets *nets,
			    struct gtb_nets_borders *borders, uint32_t open,
			    const struct gtb_net *upto)
{
	while (open != GTB_NETS_NONE) {
		const struct gtb_nets_node *node = &nets->nodes[open];
		struct gtb_addr next;

		if (upto != NULL && gtb_net_covers(&node->net, upto))
			break;
		if (after(&node->net, &next))
			border(borders, next, node->parent);
		open = node->parent;
	}
	return open;
}

static int make_borders(struct gtb_nets *nets,
			struct gtb_nets_borders *borders, bool v4)
{
	size_t most = 2 * nets->nodes_count + 1;
	struct gtb_addr lowest = {0, 0};
	uint32_t open = GTB_NETS_NONE;

	borders->starts = calloc(most, sizeof(*borders->starts));
	borders->nodes = calloc(most, sizeof(*borders->nodes));
	if (borders->starts == NULL || borders->nodes == NULL)
		return GTB_E_NOMEM;
	border(borders, lowest, GTB_NETS_NONE);
	for (size_t i = 0; i < nets->nodes_count; i++) {
		const struct gtb_net *net = &nets->nodes[i].net;

		if (gtb_net_is_v4(net) != v4)
			continue;
		open = close_nodes(nets, borders, open, net);
		border(borders, net->addr, (uint32_t)i);
		open = (uint32_t)i;
	}
	close_nodes(nets, borders, open, NULL);
	return GTB_OK;
}

int gtb_nets_build(struct gtb_nets *nets)
{
	int rc;

	if (nets->items_count > UINT32_MAX / 4)
		return GTB_E_NOMEM;
	if (nets->items_count > 0)
		qsort(nets->items, nets->items_count, sizeof(*nets->items),
		      compare_items);
	drop_repeats(nets);
	nets->nodes = calloc(nets->items_count + 1, sizeof(*nets->nodes));
	if (nets->nodes == NULL)
		return GTB_E_NOMEM;
	make_nodes(nets);
	rc = make_borders(nets, &nets->v4, true);
	if (rc != GTB_OK)
		return rc;
	return make_borders(nets, &nets->v6, false);
}

__extension__ typedef unsigned __int128 number128;

/* As one number, so that comparing two needs no branch. */
static number128 number_of(const struct gtb_addr *addr)
{
	return (number128)addr->hi << 64 | addr->lo;
}

uint32_t gtb_nets_find(const struct gtb_nets *nets,
		       const struct gtb_addr *addr)
{
	const struct gtb_nets_borders *borders =
		gtb_addr_is_v4(addr) ? &nets->v4 : &nets->v6;
	const struct gtb_addr *base = borders->starts;
	const number128 number = number_of(addr);
	size_t count = borders->count;

	/* starts[0] is the lowest address, so base always stands before. */
	while (count > 1) {
		size_t half = count / 2;

		if (number_of(&base[half]) <= number)
			base += half;
		count -= half;
	}
	return borders->nodes[base - borders->starts];
}
