/* A tree as text again; the contract is in yaml_check.h. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "yaml_check.h"

/* Text that grows; after a failure nothing more is written. */
struct text {
	char *bytes;
	size_t len;
	size_t size;
	bool failed;
};

static void put(struct text *text, const void *bytes, size_t len)
{
	if (text->failed)
		return;
	if (text->size - text->len <= len) {
		size_t size = 2 * (text->size + len) + 1;
		char *larger = realloc(text->bytes, size);

		if (larger == NULL) {
			text->failed = true;
			return;
		}
		text->bytes = larger;
		text->size = size;
	}
	memcpy(text->bytes + text->len, bytes, len);
	text->len += len;
}

/* In double quotes: the tree holds no control characters any more. */
static void put_scalar(struct text *text, const yaml_node_t *node)
{
	put(text, "\"", 1);
	for (size_t i = 0; i < node->data.scalar.length; i++) {
		const yaml_char_t *byte = node->data.scalar.value + i;

		if (*byte == '"' || *byte == '\\')
			put(text, "\\", 1);
		put(text, byte, 1);
	}
	put(text, "\"", 1);
}

/* Recursion ends with the depth of the tree, GTB_YAML_DEPTH_MAX. */
static void put_node(struct text *text, yaml_document_t *document, int index)
{
	const yaml_node_t *node = yaml_document_get_node(document, index);

	switch (node->type) {
	case YAML_MAPPING_NODE:
		put(text, "{", 1);
		for (const yaml_node_pair_t *pair =
			     node->data.mapping.pairs.start;
		     pair < node->data.mapping.pairs.top; pair++) {
			put_node(text, document, pair->key);
			put(text, ": ", 2);
			put_node(text, document, pair->value);
			put(text, ",\n", 2);
		}
		put(text, "}", 1);
		break;
	case YAML_SEQUENCE_NODE:
		put(text, "[", 1);
		for (const yaml_node_item_t *item =
			     node->data.sequence.items.start;
		     item < node->data.sequence.items.top; item++) {
			put_node(text, document, *item);
			put(text, ",\n", 2);
		}
		put(text, "]", 1);
		break;
	default:
		put_scalar(text, node);
	}
}

char *gtb_yaml_write(yaml_document_t *document, size_t *len)
{
	struct text text = {0};

	/* The root is node 1. */
	put_node(&text, document, 1);
	if (text.failed) {
		free(text.bytes);
		return NULL;
	}
	*len = text.len;
	return text.bytes;
}
