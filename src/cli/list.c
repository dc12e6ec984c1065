/* goto-bypass list: the compiled ruleset, and where each line is from. */
#include "config.h"

#include <string.h>

#include "cli.h"
#include "excluded.h"
#include "json.h"

/* The text as it is printed. */
/* clang-format off */
static const char help[] =
"usage: goto-bypass list [--json] [--all] [options]\n"
"\n"
"Prints the entries that are on, and the exclusions: state, what may be\n"
"bypassed, TCP ports, tier, where the vendor says the name lives, source\n"
"(document:row, or list:file:line), the name or network, and what it is for.\n"
"\n"
"  --all             also what is off; the state says why\n"
"  --json            for programs, one entry a line\n"
"  -c, --policy FILE (" GTB_POLICY_PATH ")\n"
"  -C, --catalog DIR (" GTB_CATALOG_PATH ")\n"
"  -h, --help\n"
"\n"
"Examples:\n"
"  goto-bypass list\n"
"  goto-bypass list --all | grep tier-off\n"
"      what the policy could still turn on\n"
"  goto-bypass list --json | jq -r '.entries[].network | values'\n"
"      the networks alone\n"
"\n"
"Exit status: 0 printed, 2 wrong usage, or policy or catalog are wrong.\n";
/* clang-format on */

enum own_option { OPTION_ALL = CLI_OPTION_OWN, OPTION_JSON };

static const struct option long_options[] = {
	{"all", no_argument, NULL, OPTION_ALL},
	{"json", no_argument, NULL, OPTION_JSON},
	CLI_LONG_OPTIONS,
	{NULL, 0, NULL, 0}};

enum column {
	COLUMN_STATE,
	COLUMN_BYPASS,
	COLUMN_PORTS,
	COLUMN_TIER,
	COLUMN_HOSTING,
	COLUMN_SOURCE,
	COLUMN_ENTRY,
	COLUMN_USE,
	COLUMNS
};

static const char *const titles[COLUMNS] = {"STATE", "BYPASS",	"PORTS",
					    "TIER",  "HOSTING", "SOURCE",
					    "ENTRY", "USE"};

struct list {
	struct cli_files files;
	bool all;
	bool json;
	const struct gtb_ruleset *ruleset;
	struct cli_excluded excluded;
	size_t widths[COLUMNS];
	size_t terminal; /* columns; 0: no limit */
	size_t shown;
	size_t hidden; /* off, and --all not given */
};

/* --- entries ----------------------------------------------------------- */

/* An entry, and whether anything can pass by it. */
struct item {
	const char *name; /* NULL: a network */
	const struct gtb_net *net;
	const struct gtb_source *source;
	const struct gtb_rule *rule;
	bool excluded; /* on, but an exclusion covers all of it */
};

static struct item make_item(const struct list *list, const char *name,
			     const struct gtb_net *net,
			     const struct gtb_source *source)
{
	struct item item = {.name = name, .net = net, .source = source};

	item.rule = source->rule;
	item.excluded = item.rule->enabled && !item.rule->excludes &&
			cli_excluded_covers(&list->excluded, name, net);
	return item;
}

static bool is_on(const struct item *item)
{
	return item->rule->excludes || (item->rule->enabled && !item->excluded);
}

static const char *state_word(const struct item *item)
{
	if (item->rule->excludes)
		return "exclude";
	if (item->excluded)
		return gtb_reason_word(GTB_REASON_EXCLUDED);
	return item->rule->enabled ? "on" : gtb_reason_word(item->rule->off);
}

static unsigned int bypass_bits(const struct item *item)
{
	return item->excluded ? 0 : item->rule->bypass;
}

/* Count the entry in; false: it is not to be shown. */
static bool take(struct list *list, const struct item *item)
{
	if (!list->all && !is_on(item)) {
		list->hidden++;
		return false;
	}
	list->shown++;
	return true;
}

/* --- table ------------------------------------------------------------- */

struct cells {
	char text[COLUMNS][CLI_WORDS_SIZE];
};

static void fill_cells(const struct list *list, const struct item *item,
		       struct cells *cells)
{
	const struct gtb_rule *rule = item->rule;

	cli_safe(state_word(item), cells->text[COLUMN_STATE]);
	cli_bypass_words(bypass_bits(item), cells->text[COLUMN_BYPASS]);
	cli_port_words(list->ruleset, rule->ports, cells->text[COLUMN_PORTS]);
	cli_safe(gtb_tier_word(rule->tier), cells->text[COLUMN_TIER]);
	cli_hosting_words(rule->hosting, cells->text[COLUMN_HOSTING]);
	gtb_source_text(item->source, cells->text[COLUMN_SOURCE],
			CLI_WORDS_SIZE);
	if (item->name != NULL)
		cli_safe(item->name, cells->text[COLUMN_ENTRY]);
	else
		gtb_net_text(item->net, cells->text[COLUMN_ENTRY],
			     CLI_WORDS_SIZE);
	cli_safe(rule->use, cells->text[COLUMN_USE]);
}

static int measure(void *context, const char *name, const struct gtb_net *net,
		   const struct gtb_source *source)
{
	struct list *list = context;
	struct item item = make_item(list, name, net, source);
	struct cells cells;

	if (!list->all && !is_on(&item))
		return GTB_OK;
	fill_cells(list, &item, &cells);
	for (size_t i = 0; i < COLUMNS; i++) {
		size_t len = strlen(cells.text[i]);

		if (len > list->widths[i])
			list->widths[i] = len;
	}
	return GTB_OK;
}

/* The last column takes what the terminal has left, at least a bit. */
static void fit(struct list *list)
{
	size_t used = 0;

	for (size_t i = 0; i < COLUMN_USE; i++)
		used += list->widths[i] + 2;
	if (list->terminal > used + 10 &&
	    list->widths[COLUMN_USE] > list->terminal - used)
		list->widths[COLUMN_USE] = list->terminal - used;
}

static void print_cells(const struct list *list, const struct cells *cells)
{
	for (size_t i = 0; i < COLUMN_USE; i++)
		printf("%-*s  ", (int)list->widths[i], cells->text[i]);
	printf("%.*s\n", (int)list->widths[COLUMN_USE],
	       cells->text[COLUMN_USE]);
}

static int print_row(void *context, const char *name, const struct gtb_net *net,
		     const struct gtb_source *source)
{
	struct list *list = context;
	struct item item = make_item(list, name, net, source);
	struct cells cells;

	if (!take(list, &item))
		return GTB_OK;
	fill_cells(list, &item, &cells);
	print_cells(list, &cells);
	return GTB_OK;
}

static void print_table(struct list *list)
{
	struct cells cells;

	for (size_t i = 0; i < COLUMNS; i++) {
		cli_safe(titles[i], cells.text[i]);
		list->widths[i] = strlen(titles[i]);
	}
	list->terminal = cli_columns();
	gtb_ruleset_walk(list->ruleset, measure, list);
	fit(list);
	fputs(cli_colour(CLI_BOLD), stdout);
	print_cells(list, &cells);
	fputs(cli_colour(CLI_PLAIN), stdout);
	gtb_ruleset_walk(list->ruleset, print_row, list);
	if (list->hidden > 0)
		printf("%zu more are off; --all shows them\n", list->hidden);
}

/* --- JSON -------------------------------------------------------------- */

static json_t *entry_object(const struct list *list, const struct item *item)
{
	const struct gtb_source *source = item->source;
	const struct gtb_net *net = item->net;
	const struct gtb_rule *rule = item->rule;
	unsigned int bypass = bypass_bits(item);
	char network[GTB_NET_TEXT_SIZE];
	char text[GTB_SOURCE_TEXT_SIZE];
	json_t *json = json_object();

	if (net != NULL)
		gtb_net_text(net, network, sizeof(network));
	gtb_source_text(source, text, sizeof(text));
	cli_json_set(&json, "name", cli_json_safe(item->name));
	cli_json_set(&json, "network",
		     cli_json_safe(net != NULL ? network : NULL));
	cli_json_set(&json, "state", json_string(state_word(item)));
	cli_json_set(&json, "auth",
		     json_boolean((bypass & GTB_BYPASS_AUTH) != 0));
	cli_json_set(&json, "tls",
		     json_boolean((bypass & GTB_BYPASS_TLS) != 0));
	cli_json_set(&json, "ports",
		     cli_json_ports(list->ruleset, rule->ports));
	cli_json_set(&json, "tier", json_string(gtb_tier_word(rule->tier)));
	cli_json_set(&json, "hosting", cli_json_hosting(rule->hosting));
	cli_json_set(&json, "products", cli_json_products(rule->products));
	cli_json_set(&json, "document", cli_json_safe(rule->document));
	cli_json_set(&json, "row", cli_json_safe(rule->row));
	cli_json_set(&json, "line",
		     source->line != 0 ? json_integer(source->line)
				       : json_null());
	cli_json_set(&json, "source", json_string(text));
	cli_json_set(&json, "use", cli_json_safe(rule->use));
	return json;
}

/* Entries are written one by one: a million of them need no more memory. */
static int print_object(void *context, const char *name,
			const struct gtb_net *net,
			const struct gtb_source *source)
{
	struct list *list = context;
	struct item item = make_item(list, name, net, source);

	if (!take(list, &item))
		return GTB_OK;
	fputs(list->shown > 1 ? ",\n" : "\n", stdout);
	if (cli_json_write(entry_object(list, &item), 0) != CLI_YES)
		return GTB_E_NOMEM;
	return GTB_OK;
}

static int print_json(struct list *list)
{
	printf("{\"digest\": \"%s\", \"entries\": [",
	       gtb_ruleset_digest(list->ruleset));
	if (gtb_ruleset_walk(list->ruleset, print_object, list) != GTB_OK)
		return CLI_TROUBLE;
	printf("\n], \"hidden\": %zu}\n", list->hidden);
	return CLI_YES;
}

/* --- the command ------------------------------------------------------- */

static int print(struct list *list, const struct gtb_ruleset *ruleset)
{
	int status = CLI_YES;

	list->ruleset = ruleset;
	if (cli_excluded_init(&list->excluded, ruleset) != GTB_OK)
		status = cli_no_memory();
	else if (list->json)
		status = print_json(list);
	else
		print_table(list);
	cli_excluded_fini(&list->excluded);
	return status;
}

static int run(struct list *list)
{
	struct gtb_ruleset *ruleset = NULL;
	struct gtb_report report;
	int status = CLI_TROUBLE;

	gtb_report_init(&report);
	if (cli_load(&list->files, &ruleset, &report) == GTB_OK)
		status = print(list, ruleset);
	gtb_ruleset_free(ruleset);
	gtb_report_fini(&report);
	return status;
}

static bool take_option(void *context, int option)
{
	struct list *list = context;

	if (option == OPTION_ALL)
		list->all = true;
	else if (option == OPTION_JSON)
		list->json = true;
	else
		return cli_files_option(&list->files, option);
	return true;
}

int cli_list(int argc, char **argv)
{
	static const struct cli_options options = {"list", help, long_options,
						   take_option};
	struct list list = {.all = false};
	int status;

	cli_files_init(&list.files);
	if (!cli_read_options(&options, argc, argv, &list, &status))
		return status;
	if (optind < argc)
		return cli_usage("list", "what is \"%s\"?", argv[optind]);
	return run(&list);
}
