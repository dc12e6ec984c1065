/*
 * yaml_check: libyaml's tree against a libcyaml schema, all mistakes at once.
 * The second half of gtb_yaml_read(); nobody else needs it.
 */
#ifndef GTB_YAML_CHECK_H
#define GTB_YAML_CHECK_H

#include <cyaml/cyaml.h>
#include <stdbool.h>
#include <stddef.h>
#include <yaml.h>

#include "gtb/report.h"

/* The place of a node; columns of the tree are in bytes already. */
struct gtb_place gtb_yaml_node_place(const yaml_node_t *node);

/* Must the key be there? Not optional, or GTB_YAML_REQUIRED. */
bool gtb_yaml_is_required(const cyaml_schema_field_t *field);

/*
 * Report what the schema does not allow: keys, types, counts, words, lengths,
 * control characters. What is reported is taken out of the tree, so that
 * libcyaml takes the rest. The tree must not be deeper than
 * GTB_YAML_DEPTH_MAX. GTB_OK; GTB_E_INPUT: something was reported, and *rest
 * tells whether anything is left to read.
 */
int gtb_yaml_check(const char *source, yaml_document_t *document,
		   yaml_node_t *root, const cyaml_schema_value_t *schema,
		   bool *rest, struct gtb_report *report);

/*
 * The tree as text for libcyaml, in flow style; the caller frees it. NULL when
 * memory ran out.
 */
char *gtb_yaml_write(yaml_document_t *document, size_t *len);

#endif
