/* Allowed words; the contract is in yaml_words.h. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "gtb/host.h"
#include "gtb/slip.h"
#include "yaml_text.h"
#include "yaml_words.h"

#define GUESS_EDITS 2

bool gtb_yaml_is_word(const yaml_node_t *node, const char *word)
{
	return node->data.scalar.length == strlen(word) &&
	       memcmp(node->data.scalar.value, word, strlen(word)) == 0;
}

bool gtb_yaml_node_is_null(const yaml_node_t *node)
{
	static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};

	if (node->type != YAML_SCALAR_NODE ||
	    node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
		return false;
	for (size_t i = 0; i < sizeof(nulls) / sizeof(nulls[0]); i++)
		if (gtb_yaml_is_word(node, nulls[i]))
			return true;
	return false;
}

static bool is_word_folded(const yaml_node_t *node, const char *word)
{
	size_t len = strlen(word);

	if (node->data.scalar.length != len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (gtb_name_fold((char)node->data.scalar.value[i]) != word[i])
			return false;
	return true;
}

bool gtb_yaml_is_bool(const yaml_node_t *node)
{
	/* Of libcyaml's words those that YAML knows; it takes any other word
	 * for a yes. */
	static const char *const words[] = {"true", "false", "yes",
					    "no",   "on",    "off"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (is_word_folded(node, words[i]))
			return true;
	return false;
}

/* C0 and DEL as bytes, C1 in its two bytes of UTF-8. */
bool gtb_yaml_has_control(const yaml_node_t *node)
{
	const unsigned char *text = node->data.scalar.value;
	size_t len = node->data.scalar.length;

	for (size_t i = 0; i < len; i++) {
		if (text[i] < 0x20 || text[i] == 0x7f)
			return true;
		if (text[i] == 0xc2 && i + 1 < len && text[i + 1] < 0xa0)
			return true;
	}
	return false;
}

bool gtb_yaml_node_lacks_blank(const yaml_node_t *node)
{
	return node->type == YAML_SCALAR_NODE &&
	       node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
	       gtb_yaml_lacks_blank((const char *)node->data.scalar.value,
				    node->data.scalar.length);
}

/* Edits that a slip explains; more in a short word make another of it. */
static unsigned int edits_allowed(const char *a, size_t a_len, const char *b)
{
	if (a_len < 2)
		return 0;
	return a_len > 3 && a[0] == b[0] ? GUESS_EDITS : 1;
}

const char *gtb_yaml_words_at(const struct gtb_yaml_words *words, size_t i)
{
	return words->fields != NULL ? words->fields[i].key
				     : words->strings[i].str;
}

const char *gtb_yaml_words_advice(const struct gtb_yaml_words *words,
				  const yaml_node_t *node,
				  char buffer[GTB_YAML_WORDS_SIZE])
{
	const char *text = (const char *)node->data.scalar.value;
	size_t len = node->data.scalar.length;
	unsigned int least = GUESS_EDITS + 1;
	size_t used;

	for (size_t i = 0; i < words->count; i++) {
		const char *word = gtb_yaml_words_at(words, i);
		unsigned int far = gtb_slip_edits(text, len, word);

		if (far >= least || far > edits_allowed(text, len, word))
			continue;
		least = far;
		snprintf(buffer, GTB_YAML_WORDS_SIZE, "did you mean %s?", word);
	}
	if (least <= GUESS_EDITS)
		return buffer;
	used = (size_t)snprintf(buffer, GTB_YAML_WORDS_SIZE, "allowed: ");
	for (size_t i = 0; i < words->count && used < GTB_YAML_WORDS_SIZE; i++)
		used += (size_t)snprintf(
			buffer + used, GTB_YAML_WORDS_SIZE - used, "%s%s",
			i > 0 ? ", " : "", gtb_yaml_words_at(words, i));
	return buffer;
}

struct gtb_yaml_words
gtb_yaml_words_of_fields(const cyaml_schema_field_t *fields)
{
	struct gtb_yaml_words words = {.fields = fields};

	while (fields[words.count].key != NULL)
		words.count++;
	return words;
}

struct gtb_yaml_words gtb_yaml_words_of_enum(const cyaml_schema_value_t *schema)
{
	struct gtb_yaml_words words = {.strings = schema->enumeration.strings,
				       .count = schema->enumeration.count};

	return words;
}

size_t gtb_yaml_words_find(const struct gtb_yaml_words *words,
			   const yaml_node_t *node)
{
	size_t i = 0;

	while (i < words->count &&
	       !gtb_yaml_is_word(node, gtb_yaml_words_at(words, i)))
		i++;
	return i;
}
