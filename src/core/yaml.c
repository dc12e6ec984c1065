/* YAML against a schema; the contract is in gtb/yaml.h. */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "gtb/yaml.h"
#include "yaml_check.h"
#include "yaml_text.h"
#include "yaml_words.h"

static const struct gtb_place whole_file = {0, 0};

struct gtb_yaml {
	yaml_document_t document;
	yaml_node_t *root; /* NULL: the text has no value */
};

/* libcyaml's memory is malloc's, so that strings can be taken out of data. */
static void *memory(void *context, void *ptr, size_t size)
{
	(void)context;
	if (size != 0)
		return realloc(ptr, size);
	free(ptr);
	return NULL;
}

static const cyaml_config_t config = {
	.log_level = CYAML_LOG_ERROR,
	.log_fn = NULL,
	.mem_fn = memory,
	.flags = CYAML_CFG_NO_ALIAS,
};

/* Characters to bytes in all marks of a tree; its nodes are in text order. */
static void count_bytes(yaml_document_t *document, const char *text, size_t len)
{
	struct gtb_yaml_cursor cursor = {.text = text, .len = len};

	for (yaml_node_t *node = document->nodes.start;
	     node < document->nodes.top; node++) {
		struct gtb_place place =
			gtb_yaml_cursor_place(&cursor, &node->start_mark);

		node->start_mark.column = place.column - 1;
	}
}

/* Build the tree of a text that gtb_yaml_text_check() passed. */
static int tree_load(const char *text, size_t len, struct gtb_yaml **yaml)
{
	struct gtb_yaml *tree = calloc(1, sizeof(*tree));
	yaml_parser_t parser;
	int rc = GTB_E_NOMEM;

	if (tree == NULL)
		return GTB_E_NOMEM;
	if (yaml_parser_initialize(&parser) == 0)
		goto out;
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
	/* The syntax was checked: only memory is left to fail. */
	if (yaml_parser_load(&parser, &tree->document) != 0) {
		tree->root = yaml_document_get_root_node(&tree->document);
		count_bytes(&tree->document, text, len);
		*yaml = tree;
		tree = NULL;
		rc = GTB_OK;
	}
	yaml_parser_delete(&parser);
out:
	free(tree);
	return rc;
}

/* Is an empty mapping enough? */
static bool may_be_empty(const cyaml_schema_value_t *schema)
{
	for (const cyaml_schema_field_t *field = schema->mapping.fields;
	     field->key != NULL; field++)
		if (gtb_yaml_is_required(field))
			return false;
	return true;
}

static int data_load(const char *source, const char *text, size_t len,
		     const cyaml_schema_value_t *schema, void **data,
		     struct gtb_report *report)
{
	cyaml_err_t err = cyaml_load_data((const uint8_t *)text, len, &config,
					  schema, data, NULL);

	if (err == CYAML_OK)
		return GTB_OK;
	*data = NULL;
	/* libyaml has parsed it before: now only memory is left to fail. */
	if (err == CYAML_ERR_OOM || err == CYAML_ERR_LIBYAML_PARSER_INIT ||
	    err == CYAML_ERR_LIBYAML_PARSER)
		return GTB_E_NOMEM;
	gtb_report_error(report, source, whole_file, "libcyaml refuses it: %s",
			 cyaml_strerror(err));
	return GTB_E_INPUT;
}

/*
 * A text without a value is never a mapping without keys: it is also what a
 * file looks like that somebody has begun to write, or that a full disk cut.
 */
static int refuse_empty(const char *source, const cyaml_schema_value_t *schema,
			struct gtb_report *report)
{
	gtb_report_error(report, source, whole_file, "%s",
			 may_be_empty(schema)
				 ? "the file has no keys: write {} for the "
				   "defaults"
				 : "the file is empty: fill it, or remove it");
	return GTB_E_INPUT;
}

/* A tree that has mistakes: load what is left of it, all the same. */
static int rest_load(const char *source, struct gtb_yaml *tree,
		     const cyaml_schema_value_t *schema, void **data)
{
	size_t len;
	char *text = gtb_yaml_write(&tree->document, &len);
	int rc;

	if (text == NULL)
		return GTB_E_NOMEM;
	/* Its mistakes are reported; more would only be noise. */
	rc = data_load(source, text, len, schema, data, NULL);
	free(text);
	return rc == GTB_E_NOMEM ? rc : GTB_E_INPUT;
}

static int any_load(const char *source, const char *text, size_t len,
		    struct gtb_yaml *tree, const cyaml_schema_value_t *schema,
		    void **data, struct gtb_report *report)
{
	bool rest;
	int rc;

	if (tree->root == NULL || gtb_yaml_node_is_null(tree->root))
		return refuse_empty(source, schema, report);
	rc = gtb_yaml_check(source, &tree->document, tree->root, schema, &rest,
			    report);
	gtb_report_piece(report);
	if (rc == GTB_OK)
		return data_load(source, text, len, schema, data, report);
	return rest ? rest_load(source, tree, schema, data) : rc;
}

int gtb_yaml_read(const char *source, const char *text, size_t len,
		  const cyaml_schema_value_t *schema, struct gtb_yaml **yaml,
		  void **data, struct gtb_report *report)
{
	struct gtb_yaml *tree = NULL;
	int rc;

	*yaml = NULL;
	*data = NULL;
	rc = gtb_yaml_text_check(source, text, len, report);
	if (rc == GTB_OK)
		rc = tree_load(text, len, &tree);
	gtb_report_piece(report);
	if (rc == GTB_OK)
		rc = any_load(source, text, len, tree, schema, data, report);
	if (*data != NULL)
		*yaml = tree;
	else
		gtb_yaml_free(tree);
	gtb_report_piece(report);
	return rc;
}

/* The value of a key; NULL: there is none. */
static const yaml_node_t *find_key(yaml_document_t *document,
				   const yaml_node_t *node, const char *key,
				   size_t len)
{
	if (node->type != YAML_MAPPING_NODE)
		return NULL;
	for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
	     pair < node->data.mapping.pairs.top; pair++) {
		const yaml_node_t *name =
			yaml_document_get_node(document, pair->key);

		if (name->type == YAML_SCALAR_NODE &&
		    name->data.scalar.length == len &&
		    memcmp(name->data.scalar.value, key, len) == 0)
			return yaml_document_get_node(document, pair->value);
	}
	return NULL;
}

/* The value at an index; NULL: there is none. */
static const yaml_node_t *find_index(yaml_document_t *document,
				     const yaml_node_t *node,
				     unsigned long index)
{
	if (node->type != YAML_SEQUENCE_NODE ||
	    index >= (unsigned long)(node->data.sequence.items.top -
				     node->data.sequence.items.start))
		return NULL;
	return yaml_document_get_node(document,
				      node->data.sequence.items.start[index]);
}

struct gtb_place gtb_yaml_place(const struct gtb_yaml *yaml,
				const char *path_format, ...)
{
	struct gtb_place nowhere = {0, 0};
	/* libyaml takes no const, but only looks. */
	yaml_document_t document = yaml->document;
	const yaml_node_t *node = yaml->root;
	const yaml_node_t *next = node;
	char path[128];
	const char *at = path;
	va_list args;

	va_start(args, path_format);
	vsnprintf(path, sizeof(path), path_format, args);
	va_end(args);
	if (node == NULL)
		return nowhere;
	while (next != NULL && *at != '\0') {
		node = next;
		if (*at == '[') {
			char *end;

			next = find_index(&document, node,
					  strtoul(at + 1, &end, 10));
			at = *end == ']' ? end + 1 : end;
		} else {
			size_t len = strcspn(at += *at == '.', ".[");

			next = find_key(&document, node, at, len);
			at += len;
		}
	}
	return gtb_yaml_node_place(next != NULL ? next : node);
}

void gtb_yaml_free(struct gtb_yaml *yaml)
{
	if (yaml == NULL)
		return;
	yaml_document_delete(&yaml->document);
	free(yaml);
}

void gtb_yaml_data_free(const cyaml_schema_value_t *schema, void *data)
{
	if (data != NULL)
		cyaml_free(&config, schema, data, 0);
}
