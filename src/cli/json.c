/* What the sub-commands' --json have in common. */
#include "config.h"

#include "cli.h"
#include "gtb/text.h"
#include "json.h"

void cli_json_set(json_t **object, const char *key, json_t *value)
{
	if (json_object_set_new(*object, key, value) == 0)
		return;
	json_decref(*object);
	*object = NULL;
}

void cli_json_append(json_t **array, json_t *value)
{
	if (json_array_append_new(*array, value) == 0)
		return;
	json_decref(*array);
	*array = NULL;
}

json_t *cli_json_ports(const struct gtb_ruleset *ruleset, uint64_t ports)
{
	size_t count;
	const uint16_t *numbers = gtb_ruleset_ports(ruleset, &count);
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++)
		if ((ports >> i & 1) != 0)
			cli_json_append(&array, json_integer(numbers[i]));
	return array;
}

json_t *cli_json_hosting(unsigned int hosting)
{
	json_t *array = json_array();

	for (unsigned int i = 0; i < GTB_HOSTING_BITS; i++) {
		enum gtb_hosting bit = (enum gtb_hosting)(1u << i);

		if ((hosting & bit) != 0)
			cli_json_append(&array,
					json_string(gtb_hosting_word(bit)));
	}
	return array;
}

json_t *cli_json_products(unsigned int products)
{
	json_t *array = json_array();

	for (unsigned int i = 0; i < GTB_PRODUCT_BITS; i++) {
		enum gtb_product bit = (enum gtb_product)(1u << i);

		if ((products & bit) != 0)
			cli_json_append(&array,
					json_string(gtb_product_word(bit)));
	}
	return array;
}

json_t *cli_json_safe(const char *text)
{
	char safe[CLI_WORDS_SIZE];

	return text != NULL ? json_string(cli_safe(text, safe)) : json_null();
}

static int take(const char *bytes, size_t len, void *context)
{
	struct gtb_text_buffer *text = context;

	gtb_text_add_bytes(text, bytes, len);
	return text->error == GTB_OK ? 0 : -1;
}

/* jansson passes over a failure within a key; the text remembers it. */
int cli_json_write(json_t *json, size_t flags)
{
	struct gtb_text_buffer text;
	int status = CLI_YES;

	gtb_text_init(&text);
	if (json == NULL || json_dump_callback(json, take, &text, flags) != 0 ||
	    text.error != GTB_OK)
		status = cli_no_memory();
	else
		fputs(gtb_text_data(&text), stdout);
	json_decref(json);
	gtb_text_fini(&text);
	return status;
}

int cli_json_print(json_t *json)
{
	int status = cli_json_write(json, JSON_INDENT(2));

	if (status == CLI_YES)
		putchar('\n');
	return status;
}
