/* A tree against a schema; the contract is in yaml_check.h. */
#include "config.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "gtb/yaml.h"
#include "yaml_check.h"
#include "yaml_words.h"

#define SHOWN_SIZE 48 /* foreign text, in a message */
#define KEYS_MAX   64 /* a mapping of a schema */

struct check {
	const char *source;
	struct gtb_report *report;
	yaml_document_t *document;
	int rc;
};

/* The checks of values: true keeps the value, false was reported. */
static bool check_value(struct check *check, yaml_node_t *node,
			const cyaml_schema_value_t *schema, const char *what);

struct gtb_place gtb_yaml_node_place(const yaml_node_t *node)
{
	struct gtb_place place = {
		.line = (unsigned int)node->start_mark.line + 1,
		.column = (unsigned int)node->start_mark.column + 1,
	};

	return place;
}

#define REFUSE(check, node, ...)                                               \
	do {                                                                   \
		gtb_report_error((check)->report, (check)->source,             \
				 gtb_yaml_node_place(node), __VA_ARGS__);      \
		(check)->rc = GTB_E_INPUT;                                     \
	} while (0)

/* A scalar as it may stand in a message. */
static const char *shown(const yaml_node_t *node, char buffer[SHOWN_SIZE])
{
	return gtb_report_safe((const char *)node->data.scalar.value,
			       node->data.scalar.length, buffer, SHOWN_SIZE);
}

bool gtb_yaml_is_required(const cyaml_schema_field_t *field)
{
	return (field->value.flags & CYAML_FLAG_OPTIONAL) == 0 ||
	       (field->value.flags & GTB_YAML_REQUIRED_BIT) != 0;
}

static bool is_unknown(const yaml_node_t *key,
		       const struct gtb_yaml_words *words)
{
	return key->type == YAML_SCALAR_NODE &&
	       gtb_yaml_words_find(words, key) == words->count;
}

static void refuse_key(struct check *check, const yaml_node_t *key,
		       const struct gtb_yaml_words *words)
{
	char list[GTB_YAML_WORDS_SIZE];
	char text[SHOWN_SIZE];

	REFUSE(check, key, "unknown key \"%s\": %s", shown(key, text),
	       gtb_yaml_node_lacks_blank(key) ? "write a blank behind the colon"
				: gtb_yaml_words_advice(words, key, list));
}

static void refuse_twice(struct check *check, const yaml_node_t *key,
			 const yaml_node_t *first, const char *word)
{
	struct gtb_place place = gtb_yaml_node_place(first);

	REFUSE(check, key,
	       "%s is given twice, first at %u:%u: keep one, with all its "
	       "values",
	       word, place.line, place.column);
}

/* next is the key behind this pair; NULL for none. */
static bool check_pair(struct check *check, const yaml_node_t *key,
		       yaml_node_t *value, const yaml_node_t *next,
		       const struct gtb_yaml_words *words,
		       const yaml_node_t *seen[KEYS_MAX])
{
	const char *word;
	size_t i;

	if (key->type != YAML_SCALAR_NODE) {
		REFUSE(check, key, "a key must be a word");
		return false;
	}
	i = gtb_yaml_words_find(words, key);
	if (i == words->count) {
		refuse_key(check, key, words);
		return false;
	}
	word = words->fields[i].key;
	if (seen[i] != NULL) {
		refuse_twice(check, key, seen[i], word);
		return false;
	}
	seen[i] = key;
	if (gtb_yaml_node_is_null(value) && next != NULL &&
	    is_unknown(next, words)) {
		REFUSE(check, value,
		       "%s has no value: indent what belongs to it, or remove "
		       "it",
		       word);
		return false;
	}
	return check_value(check, value, &words->fields[i].value, word);
}

/* Check each pair of a mapping, note its keys, and keep the good pairs. */
static void check_pairs(struct check *check, yaml_node_t *node,
			const struct gtb_yaml_words *words,
			const yaml_node_t *seen[KEYS_MAX])
{
	yaml_document_t *document = check->document;
	yaml_node_pair_t *keep = node->data.mapping.pairs.start;
	yaml_node_pair_t *end = node->data.mapping.pairs.top;

	for (yaml_node_pair_t *pair = keep; pair < end; pair++) {
		const yaml_node_t *next = NULL;

		if (pair + 1 < end)
			next = yaml_document_get_node(document, pair[1].key);
		if (check_pair(check,
			       yaml_document_get_node(document, pair->key),
			       yaml_document_get_node(document, pair->value),
			       next, words, seen))
			*keep++ = *pair;
	}
	node->data.mapping.pairs.top = keep;
}

static bool check_mapping(struct check *check, yaml_node_t *node,
			  const cyaml_schema_value_t *schema, const char *what)
{
	struct gtb_yaml_words words =
		gtb_yaml_words_of_fields(schema->mapping.fields);
	const yaml_node_t *seen[KEYS_MAX] = {NULL};
	bool loadable = true;

	assert(words.count <= KEYS_MAX);
	if (node->type != YAML_MAPPING_NODE) {
		REFUSE(check, node, "%s must hold keys: %s", what,
		       gtb_yaml_node_lacks_blank(node) ? "write a blank behind the colon"
					 : "key: value");
		return false;
	}
	check_pairs(check, node, &words, seen);
	for (size_t i = 0; i < words.count; i++) {
		const cyaml_schema_field_t *field = &words.fields[i];

		if (!gtb_yaml_is_required(field) || seen[i] != NULL)
			continue;
		REFUSE(check, node, "%s is missing: add it", field->key);
		/* libcyaml misses only what is not optional to it. */
		if ((field->value.flags & CYAML_FLAG_OPTIONAL) == 0)
			loadable = false;
	}
	return loadable;
}

/* Check each item of a list and keep the good ones. */
static void check_items(struct check *check, yaml_node_t *node,
			const cyaml_schema_value_t *entry, const char *what)
{
	yaml_node_item_t *keep = node->data.sequence.items.start;

	for (yaml_node_item_t *item = keep;
	     item < node->data.sequence.items.top; item++)
		if (check_value(check,
				yaml_document_get_node(check->document, *item),
				entry, what))
			*keep++ = *item;
	node->data.sequence.items.top = keep;
}

static size_t items_count(const yaml_node_t *node)
{
	return (size_t)(node->data.sequence.items.top -
			node->data.sequence.items.start);
}

static bool check_sequence(struct check *check, yaml_node_t *node,
			   const cyaml_schema_value_t *schema, const char *what)
{
	size_t count;

	if (node->type != YAML_SEQUENCE_NODE) {
		REFUSE(check, node,
		       "%s must be a list: [one, two], or lines with \"- \"",
		       what);
		return false;
	}
	count = items_count(node);
	if (count < schema->sequence.min)
		REFUSE(check, node,
		       "%s needs at least %u: add one, or remove "
		       "the key",
		       what, schema->sequence.min);
	if (count > schema->sequence.max)
		REFUSE(check, node, "%s takes at most %u: remove some", what,
		       schema->sequence.max);
	check_items(check, node, schema->sequence.entry, what);
	count = items_count(node);
	return count >= schema->sequence.min && count <= schema->sequence.max;
}

static bool check_word(struct check *check, const yaml_node_t *node,
		       const cyaml_schema_value_t *schema, const char *what)
{
	struct gtb_yaml_words words = gtb_yaml_words_of_enum(schema);
	char list[GTB_YAML_WORDS_SIZE];
	char text[SHOWN_SIZE];

	if (gtb_yaml_words_find(&words, node) < words.count)
		return true;
	REFUSE(check, node, "%s is \"%s\": %s", what, shown(node, text),
	       gtb_yaml_words_advice(&words, node, list));
	return false;
}

/* One word of a list of words, each at most once. */
static bool check_flag(struct check *check, const yaml_node_t *node,
		       const cyaml_schema_value_t *schema, const char *what,
		       uint64_t *seen)
{
	struct gtb_yaml_words words = gtb_yaml_words_of_enum(schema);
	size_t i;

	if (node->type != YAML_SCALAR_NODE) {
		REFUSE(check, node, "%s must hold words", what);
		return false;
	}
	if (!check_word(check, node, schema, what))
		return false;
	i = gtb_yaml_words_find(&words, node);
	if ((*seen & (uint64_t)1 << i) != 0) {
		REFUSE(check, node, "%s stands twice in %s: keep one",
		       gtb_yaml_words_at(&words, i), what);
		return false;
	}
	*seen |= (uint64_t)1 << i;
	return true;
}

static bool check_flags(struct check *check, yaml_node_t *node,
			const cyaml_schema_value_t *schema, const char *what)
{
	yaml_node_item_t *keep;
	uint64_t seen = 0;
	bool empty;

	if (node->type != YAML_SEQUENCE_NODE) {
		REFUSE(check, node, "%s must be a list: [%s]", what,
		       schema->enumeration.strings[0].str);
		return false;
	}
	keep = node->data.sequence.items.start;
	empty = keep == node->data.sequence.items.top;
	for (yaml_node_item_t *item = keep;
	     item < node->data.sequence.items.top; item++)
		if (check_flag(check,
			       yaml_document_get_node(check->document, *item),
			       schema, what, &seen))
			*keep++ = *item;
	node->data.sequence.items.top = keep;
	/* Nothing but wrong words is not the same as no words. */
	return empty || keep > node->data.sequence.items.start;
}

static bool check_bool(struct check *check, const yaml_node_t *node,
		       const char *what)
{
	char text[SHOWN_SIZE];

	if (gtb_yaml_is_bool(node))
		return true;
	REFUSE(check, node, "%s is \"%s\": write yes or no", what,
	       shown(node, text));
	return false;
}

/* Decimal digits without sign or leading zero, within the C type. */
static bool check_number(struct check *check, const yaml_node_t *node,
			 const cyaml_schema_value_t *schema, const char *what)
{
	const unsigned char *digits = node->data.scalar.value;
	size_t len = node->data.scalar.length;
	uint64_t max = UINT64_MAX >> (64 - 8 * schema->data_size);
	uint64_t value = 0;
	bool good = len > 0 && (len == 1 || digits[0] != '0');

	if (schema->type == CYAML_INT)
		max >>= 1;
	for (size_t i = 0; good && i < len; i++) {
		unsigned int digit = digits[i] - (unsigned int)'0';

		good = digit <= 9 && value <= (max - digit) / 10;
		value = value * 10 + digit;
	}
	if (!good)
		REFUSE(check, node, "%s must be a whole number, at most %llu",
		       what, (unsigned long long)max);
	return good;
}

static bool check_string(struct check *check, const yaml_node_t *node,
			 const cyaml_schema_value_t *schema, const char *what)
{
	size_t len = node->data.scalar.length;

	if (len < schema->string.min)
		REFUSE(check, node, "%s is empty: write a value", what);
	else if (len > schema->string.max)
		REFUSE(check, node, "%s is longer than %u bytes: shorten it",
		       what, schema->string.max);
	else if (gtb_yaml_has_control(node))
		REFUSE(check, node,
		       "%s holds a control character or a line "
		       "break: keep it plain, on one line",
		       what);
	else
		return true;
	return false;
}

static bool check_scalar(struct check *check, const yaml_node_t *node,
			 const cyaml_schema_value_t *schema, const char *what)
{
	if (node->type != YAML_SCALAR_NODE) {
		REFUSE(check, node, "%s must be a single value", what);
		return false;
	}
	switch (schema->type) {
	case CYAML_STRING:
		return check_string(check, node, schema, what);
	case CYAML_BOOL:
		return check_bool(check, node, what);
	case CYAML_ENUM:
		return check_word(check, node, schema, what);
	case CYAML_INT:
	case CYAML_UINT:
		return check_number(check, node, schema, what);
	default:
		assert(!"a type that no schema of ours has");
		return false;
	}
}

static bool check_value(struct check *check, yaml_node_t *node,
			const cyaml_schema_value_t *schema, const char *what)
{
	if (gtb_yaml_node_is_null(node)) {
		REFUSE(check, node, "%s has no value: write one, or remove it",
		       what);
		return false;
	}
	switch (schema->type) {
	case CYAML_MAPPING:
		return check_mapping(check, node, schema, what);
	case CYAML_SEQUENCE:
		return check_sequence(check, node, schema, what);
	case CYAML_FLAGS:
		return check_flags(check, node, schema, what);
	default:
		return check_scalar(check, node, schema, what);
	}
}

int gtb_yaml_check(const char *source, yaml_document_t *document,
		   yaml_node_t *root, const cyaml_schema_value_t *schema,
		   bool *rest, struct gtb_report *report)
{
	struct check check = {
		.source = source, .report = report, .document = document};

	*rest = check_value(&check, root, schema, "the file");
	return check.rc;
}
