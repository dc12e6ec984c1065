/* How the names of a tree end, and their text; the contract is in names.h. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "gtb/report.h"

#include "names_table.h"

#define ENDS_MAX 8		/* bytes of an end */
#define BITS_FIRST 1024u
#define BITS_EACH 8u		/* bits a name, so that few share one */

/* Is it a name that was added, not only on the way to one? */
static bool is_entry(const struct gtb_names_node *node)
{
	return node->exact != 0 || node->wildcard != 0;
}

/* The length of a node's name, with its dots. */
static size_t name_len(const struct gtb_names *names, uint32_t node)
{
	size_t len = 0;

	for (; node != GTB_NAMES_ROOT; node = names->nodes[node].parent)
		len += names->nodes[node].label_len + 1u;
	return len - 1;
}

/* Ends are as long as the shortest name lets them be. */
static void measure(struct gtb_names *names)
{
	uint64_t bits = BITS_FIRST;

	names->ends_len = ENDS_MAX;
	for (uint32_t n = 1; n < names->nodes_count; n++) {
		if (is_entry(&names->nodes[n]) &&
		    name_len(names, n) < names->ends_len)
			names->ends_len = name_len(names, n);
	}
	while (bits < names->nodes_count * BITS_EACH)
		bits *= 2;
	names->ends_mask = bits - 1;
}

int gtb_names_build(struct gtb_names *names)
{
	/* Eight more are read behind the end. */
	char text[GTB_NAMES_TEXT_SIZE + ENDS_MAX] = "";

	measure(names);
	free(names->ends);
	names->ends = calloc((names->ends_mask + 1) / 64, sizeof(uint64_t));
	if (names->ends == NULL)
		return GTB_E_NOMEM;
	for (uint32_t n = 1; n < names->nodes_count; n++) {
		const char *end;
		uint64_t bit;

		if (!is_entry(&names->nodes[n]))
			continue;
		gtb_names_text(names, n, false, text);
		end = text + strlen(text) - names->ends_len;
		bit = gtb_names_end_bit(names, end);
		names->ends[bit / 64] |= 1ULL << bit % 64;
	}
	return GTB_OK;
}

const char *gtb_names_text(const struct gtb_names *names, uint32_t node,
			   bool wildcard, char buffer[GTB_NAMES_TEXT_SIZE])
{
	size_t len = 0;

	if (wildcard) {
		memcpy(buffer, "*.", 2);
		len = 2;
	}
	for (; node != GTB_NAMES_ROOT; node = names->nodes[node].parent) {
		const struct gtb_names_node *n = &names->nodes[node];

		memcpy(buffer + len, names->labels + n->label, n->label_len);
		len += n->label_len;
		if (n->parent != GTB_NAMES_ROOT)
			buffer[len++] = '.';
	}
	buffer[len] = '\0';
	return buffer;
}
