/*
 * yaml_words: the words a schema allows, keys and values alike, and advice for
 * who wrote another one. A part of yaml_check.
 */
#ifndef GTB_YAML_WORDS_H
#define GTB_YAML_WORDS_H

#include <cyaml/cyaml.h>
#include <stdbool.h>
#include <stddef.h>
#include <yaml.h>

#define GTB_YAML_WORDS_SIZE 400 /* bytes of advice, with its NUL */

/* Lent from a schema; one of the two is set. */
struct gtb_yaml_words {
	const cyaml_schema_field_t *fields;
	const cyaml_strval_t *strings;
	size_t count;
};

struct gtb_yaml_words
gtb_yaml_words_of_fields(const cyaml_schema_field_t *fields);
struct gtb_yaml_words
gtb_yaml_words_of_enum(const cyaml_schema_value_t *schema);

const char *gtb_yaml_words_at(const struct gtb_yaml_words *words, size_t i);

/* Is a scalar this word, byte for byte? */
bool gtb_yaml_is_word(const yaml_node_t *node, const char *word);

/* The index of a scalar among words; words->count: it is none of them. */
size_t gtb_yaml_words_find(const struct gtb_yaml_words *words,
			   const yaml_node_t *node);

/* Write "did you mean tier?" or "allowed: tier, use" into buffer. */
const char *gtb_yaml_words_advice(const struct gtb_yaml_words *words,
				  const yaml_node_t *node,
				  char buffer[GTB_YAML_WORDS_SIZE]);

/* A plain, empty or "null" value. */
bool gtb_yaml_node_is_null(const yaml_node_t *node);

/* Of a scalar: yes, no and their like? */
bool gtb_yaml_is_bool(const yaml_node_t *node);

/* Of a scalar: is a control character or a line break in it? */
bool gtb_yaml_has_control(const yaml_node_t *node);

/* A plain one that gtb_yaml_lacks_blank(). Any node will do. */
bool gtb_yaml_node_lacks_blank(const yaml_node_t *node);

#endif
