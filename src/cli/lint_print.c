/* goto-bypass lint, for people. */
#include "config.h"

#include <string.h>

#include "lint.h"

const char *cli_lint_safe_path(const char *path, char buffer[LINT_PATH_SIZE])
{
	return gtb_report_safe(path, strlen(path), buffer, LINT_PATH_SIZE);
}

static void print_place(const struct lint_item *item)
{
	char path[LINT_PATH_SIZE];

	printf("%s%s:", cli_colour(CLI_BOLD),
	       cli_lint_safe_path(item->file, path));
	if (item->place.line > 0)
		printf("%u:", item->place.line);
	if (item->place.line > 0 && item->place.column > 0)
		printf("%u:", item->place.column);
	fputs(cli_colour(CLI_PLAIN), stdout);
}

static void print_item(const struct lint_item *item)
{
	static const enum cli_colour colours[] = {
		[GTB_LINT_ERROR] = CLI_BAD,
		[GTB_LINT_WARNING] = CLI_BOLD,
		[GTB_LINT_NOTE] = CLI_DIM,
	};

	print_place(item);
	printf(" %s%s %s%s: %s", cli_colour(colours[item->level]),
	       item->rule->id, gtb_lint_level_word(item->level),
	       cli_colour(CLI_PLAIN), item->message);
	if (item->mend != NULL)
		printf("; %s", item->mend);
	putchar('\n');
}

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

static bool is_wanted(const struct lint *lint, const char *id)
{
	return (lint->wanted >> cli_lint_rule_index(id) & 1) != 0;
}

/* How much was looked at; a list of values is no configuration file. */
static void print_nothing(const struct lint *lint)
{
	const struct gtb_conf_file *files;
	size_t directives, count;
	size_t read = 0;

	gtb_conf_directives(lint->conf, &directives);
	files = gtb_conf_files(lint->conf, &count);
	for (size_t i = 0; i < count; i++)
		read += files[i].kind != GTB_CONF_LIST;
	printf("no findings in %zu directive%s of %zu file%s%s\n", directives,
	       plural(directives), read, plural(read),
	       lint->squid && is_wanted(lint, LINT_SQUID)
		       ? ", and squid -k parse has none either"
		       : "");
}

void cli_lint_print(const struct lint *lint)
{
	for (size_t i = 0; i < lint->count; i++)
		print_item(&lint->items[i]);
	if (lint->count == 0) {
		print_nothing(lint);
		return;
	}
	for (int i = 0; i < GTB_LINT_LEVEL_COUNT; i++)
		printf("%s%zu %s%s", i > 0 ? ", " : "", lint->levels[i],
		       gtb_lint_level_word((enum gtb_lint_level)i),
		       plural(lint->levels[i]));
	putchar('\n');
}
