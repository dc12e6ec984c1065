/* goto-bypass lint, for programs: its own JSON. */
#include "config.h"

#include "json.h"
#include "lint.h"

static json_t *count_json(size_t count)
{
	return json_integer((json_int_t)count);
}

static json_t *path_json(const char *path)
{
	char safe[LINT_PATH_SIZE];

	return json_string(cli_lint_safe_path(path, safe));
}

static json_t *item_json(const struct lint_item *item)
{
	json_t *json = json_object();

	cli_json_set(&json, "rule", json_string(item->rule->id));
	cli_json_set(&json, "level",
		     json_string(gtb_lint_level_word(item->level)));
	cli_json_set(&json, "file", path_json(item->file));
	cli_json_set(&json, "line", json_integer(item->place.line));
	cli_json_set(&json, "column", json_integer(item->place.column));
	cli_json_set(&json, "message", json_string(item->message));
	cli_json_set(&json, "mend",
		     item->mend != NULL ? json_string(item->mend)
					: json_null());
	return json;
}

static json_t *items_json(const struct lint *lint)
{
	json_t *array = json_array();

	for (size_t i = 0; i < lint->count; i++)
		cli_json_append(&array, item_json(&lint->items[i]));
	return array;
}

static json_t *files_json(const struct lint *lint)
{
	size_t count;
	const struct gtb_conf_file *files = gtb_conf_files(lint->conf, &count);
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++)
		cli_json_append(&array, path_json(files[i].path));
	return array;
}

static json_t *skipped_json(const struct lint *lint)
{
	const struct gtb_lint_rule *rule;
	json_t *array = json_array();

	for (size_t i = 0; (rule = cli_lint_rule_at(i)) != NULL; i++)
		if ((lint->skipped >> i & 1) != 0)
			cli_json_append(&array, json_string(rule->id));
	return array;
}

int cli_lint_print_json(const struct lint *lint)
{
	const char *fail_on = gtb_lint_level_word(lint->fail_on);
	json_t *json = json_object();
	size_t directives;

	gtb_conf_directives(lint->conf, &directives);
	cli_json_set(&json, "ok", json_boolean(cli_lint_ok(lint)));
	cli_json_set(&json, "fail_on", json_string(fail_on));
	cli_json_set(&json, "errors", count_json(lint->levels[GTB_LINT_ERROR]));
	cli_json_set(&json, "warnings",
		     count_json(lint->levels[GTB_LINT_WARNING]));
	cli_json_set(&json, "notes", count_json(lint->levels[GTB_LINT_NOTE]));
	cli_json_set(&json, "directives", count_json(directives));
	cli_json_set(&json, "files", files_json(lint));
	cli_json_set(&json, "skipped", skipped_json(lint));
	cli_json_set(&json, "findings", items_json(lint));
	return cli_json_print(json);
}
