/*
 * goto-bypass lint, for editors and CI: SARIF 2.1.0, the OASIS standard for
 * what static analysis finds.
 */
#include "config.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "lint.h"

#define SCHEMA                                                                 \
	"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"  \
	"sarif-schema-2.1.0.json"

/* { "text": ... } */
static json_t *text_json(const char *text)
{
	json_t *json = json_object();

	cli_json_set(&json, "text", json_string(text));
	return json;
}

/* What a writer made, as { "text": ... }; the writer is finished. */
static json_t *taken_json(struct gtb_text_buffer *text)
{
	json_t *json = NULL;

	if (text->error == GTB_OK)
		json = text_json(gtb_text_data(text));
	gtb_text_fini(text);
	return json;
}

/* --- rules -------------------------------------------------------------- */

static json_t *wrong_json(const struct gtb_lint_rule *rule)
{
	struct gtb_text_buffer text;

	gtb_text_init(&text);
	gtb_text_addf(&text, "%c%s.", toupper((unsigned char)rule->wrong[0]),
		      rule->wrong + 1);
	return taken_json(&text);
}

static json_t *help_json(const struct gtb_lint_rule *rule)
{
	struct gtb_text_buffer text;

	gtb_text_init(&text);
	gtb_text_addf(&text, "How to mend it: %s.\n\n%s\n\nSource: %s.",
		      rule->mend, rule->story, rule->source);
	return taken_json(&text);
}

static json_t *rule_json(const struct gtb_lint_rule *rule)
{
	const char *level = gtb_lint_level_word(rule->level);
	json_t *configuration = json_object();
	json_t *json = json_object();

	cli_json_set(&configuration, "level", json_string(level));
	cli_json_set(&json, "id", json_string(rule->id));
	cli_json_set(&json, "shortDescription", text_json(rule->title));
	cli_json_set(&json, "fullDescription", wrong_json(rule));
	cli_json_set(&json, "help", help_json(rule));
	cli_json_set(&json, "defaultConfiguration", configuration);
	return json;
}

static json_t *tool_json(void)
{
	const struct gtb_lint_rule *rule;
	json_t *rules = json_array();
	json_t *driver = json_object();
	json_t *json = json_object();

	for (size_t i = 0; (rule = cli_lint_rule_at(i)) != NULL; i++)
		cli_json_append(&rules, rule_json(rule));
	cli_json_set(&driver, "name", json_string(CLI_PROGRAM));
	cli_json_set(&driver, "version", json_string(PACKAGE_VERSION));
	cli_json_set(&driver, "rules", rules);
	cli_json_set(&json, "driver", driver);
	return json;
}

/* --- results ------------------------------------------------------------ */

/* Bytes that stand for themselves in the path of a URI (RFC 3986). */
static bool is_plain(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	       (byte >= '0' && byte <= '9') ||
	       (byte != '\0' && strchr("/-._~", byte) != NULL);
}

/* A path from the root becomes a file: URI, any other one a relative one. */
static json_t *uri_json(const char *path)
{
	struct gtb_text_buffer text;
	json_t *json = NULL;

	gtb_text_init(&text);
	while (strncmp(path, "./", 2) == 0)
		path += 2;
	if (path[0] == '/')
		gtb_text_add(&text, "file://");
	for (; *path != '\0'; path++) {
		if (is_plain(*path))
			gtb_text_add_bytes(&text, path, 1);
		else
			gtb_text_addf(&text, "%%%02X", (unsigned char)*path);
	}
	if (text.error == GTB_OK)
		json = json_string(gtb_text_data(&text));
	gtb_text_fini(&text);
	return json;
}

/* Lines count from 1; without one the finding is of the file as a whole. */
static json_t *location_json(const struct lint_item *item)
{
	json_t *artifact = json_object();
	json_t *region = json_object();
	json_t *physical = json_object();
	json_t *json = json_object();

	cli_json_set(&artifact, "uri", uri_json(item->file));
	cli_json_set(&physical, "artifactLocation", artifact);
	cli_json_set(&region, "startLine", json_integer(item->place.line));
	if (item->place.column > 0)
		cli_json_set(&region, "startColumn",
			     json_integer(item->place.column));
	if (item->place.line > 0)
		cli_json_set(&physical, "region", region);
	else
		json_decref(region);
	cli_json_set(&json, "physicalLocation", physical);
	return json;
}

/* In a message "{0}" is an argument, so a brace is written twice. */
static void add_message(struct gtb_text_buffer *text, const char *message)
{
	for (; *message != '\0'; message++) {
		gtb_text_add_bytes(text, message, 1);
		if (*message == '{' || *message == '}')
			gtb_text_add_bytes(text, message, 1);
	}
}

/* An identifier may begin it, so the case of its first letter is kept. */
static json_t *message_json(const struct lint_item *item)
{
	struct gtb_text_buffer text;

	gtb_text_init(&text);
	add_message(&text, item->message);
	if (item->mend != NULL) {
		gtb_text_add(&text, "; ");
		add_message(&text, item->mend);
	}
	gtb_text_add(&text, ".");
	return taken_json(&text);
}

static json_t *result_json(const struct lint_item *item)
{
	const char *level = gtb_lint_level_word(item->level);
	json_t *locations = json_array();
	json_t *json = json_object();

	cli_json_append(&locations, location_json(item));
	cli_json_set(&json, "ruleId", json_string(item->rule->id));
	cli_json_set(&json, "ruleIndex", json_integer((json_int_t)item->index));
	cli_json_set(&json, "level", json_string(level));
	cli_json_set(&json, "message", message_json(item));
	cli_json_set(&json, "locations", locations);
	return json;
}

int cli_lint_print_sarif(const struct lint *lint)
{
	json_t *results = json_array();
	json_t *runs = json_array();
	json_t *run = json_object();
	json_t *json = json_object();

	for (size_t i = 0; i < lint->count; i++)
		cli_json_append(&results, result_json(&lint->items[i]));
	cli_json_set(&run, "tool", tool_json());
	cli_json_set(&run, "columnKind", json_string("unicodeCodePoints"));
	cli_json_set(&run, "results", results);
	cli_json_append(&runs, run);
	cli_json_set(&json, "$schema", json_string(SCHEMA));
	cli_json_set(&json, "version", json_string("2.1.0"));
	cli_json_set(&json, "runs", runs);
	return cli_json_print(json);
}
