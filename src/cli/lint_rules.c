/* goto-bypass lint: the rules by name, listed and explained. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "json.h"
#include "lint.h"

#define WIDTH	  79 /* columns of a paragraph */
#define RULES_MAX 64 /* a set is 64 bits */

/* Who else has something to say about a file. */
static const struct gtb_lint_rule others[] = {
	{.id = LINT_READ,
	 .level = GTB_LINT_ERROR,
	 .title = "the file cannot be read as it stands",
	 .wrong = "Squid would stop at this line, or it reads the line "
		  "otherwise than it looks",
	 .mend = "the message says what is expected",
	 .story = "A file that is not there, a missing endif or a line that is "
		  "too long stops Squid, and hides from the other rules "
		  "whatever it would have held. Such a line is an error; one "
		  "that Squid takes, but not as its writer meant it, is a "
		  "warning.",
	 .source = "Squid's cache_cf.cc, ConfigParser.cc"},
	{.id = LINT_POLICY,
	 .level = GTB_LINT_ERROR,
	 .title = "policy or catalog are wrong",
	 .wrong = "the policy or the catalog that the file goes by has a "
		  "mistake, and nothing is decided by it",
	 .mend = "the message says what is expected; goto-bypass check shows "
		 "the same",
	 .story = "With a policy or a catalog that cannot be used a helper or "
		  "a service that starts lets nothing through, and one that "
		  "runs keeps to the last good ones. Rules that need them are "
		  "left out. It is a warning where only the usual files are "
		  "wrong, and no emitted file names them, and where what an "
		  "emitted file names is not on this machine.",
	 .source = "goto-bypass-policy(5), goto-bypass-catalog(5)"},
	{.id = LINT_MACHINE,
	 .level = GTB_LINT_WARNING,
	 .title = "the helper is not there",
	 .wrong = "the program that decides about GoTo is not on this machine, "
		  "or cannot be started",
	 .mend = "install it, or emit the file again with --helper PATH",
	 .story = "Squid starts without its helper and says so in cache.log "
		  "alone. What asks the helper then ends in 403, for GoTo and "
		  "for nothing else, with a login too. It comes of make "
		  "uninstall, of another --libexecdir, and of a file that was "
		  "emitted elsewhere. With -c or -C the file is taken for "
		  "another machine's, and this is not looked at.",
	 .source = "Squid src/helper.cc; external_acl.cc"},
	{.id = LINT_MODES,
	 .level = GTB_LINT_WARNING,
	 .title = "Squid's user cannot read policy or catalog",
	 .wrong = "the helper, which Squid starts as its own user, does not "
		  "get at what it decides by",
	 .mend = "let others read the file (chmod o+r) and enter its folder "
		 "(chmod o+x), or give both Squid's group",
	 .story =
		 "A helper that cannot read the policy when it starts ends, "
		 "and "
		 "nothing is let through; one that runs keeps to the policy it "
		 "has. Editors and a strict umask leave a file that only root "
		 "can read. The modes of the files and of the folders they "
		 "stand in are looked at, where the configuration starts the "
		 "helper; goto-bypass check and emit say the same.",
	 .source = "goto-bypass(1), check"},
	{.id = LINT_SQUID,
	 .level = GTB_LINT_ERROR,
	 .title = "squid -k parse complains (with --squid)",
	 .wrong = "Squid itself says so of this file",
	 .mend = "the message is Squid's; after an error Squid does not start, "
		 "or does without the line",
	 .story =
		 "With --squid the program is run as squid -k parse over the "
		 "same file. Its FATAL and ERROR lines are errors, its WARNING "
		 "lines are warnings, its UPGRADE lines are notes. The line is "
		 "the one that Squid names or was working on; where neither "
		 "is known the finding is of the file as a whole.",
	 .source = "squid(8)"},
};

#define OTHERS_COUNT (sizeof(others) / sizeof(others[0]))

static size_t rules_count(void)
{
	size_t count = 0;

	while (gtb_lint_rule_at(count) != NULL)
		count++;
	return count;
}

const struct gtb_lint_rule *cli_lint_rule_at(size_t index)
{
	size_t count = rules_count();

	if (index < count)
		return gtb_lint_rule_at(index);
	return index - count < OTHERS_COUNT ? &others[index - count] : NULL;
}

size_t cli_lint_rule_index(const char *id)
{
	const struct gtb_lint_rule *rule;
	size_t i;

	for (i = 0; (rule = cli_lint_rule_at(i)) != NULL; i++)
		if (strcasecmp(rule->id, id) == 0)
			break;
	return i;
}

/* --- sets --------------------------------------------------------------- */

/* "L6" for L06. */
static const char *padded(const char *id)
{
	char full[4] = {'L', '0', id[0] != '\0' ? id[1] : '\0', '\0'};
	size_t index = cli_lint_rule_index(full);

	if (strlen(id) != 2 || (id[0] != 'L' && id[0] != 'l') ||
	    cli_lint_rule_at(index) == NULL)
		return NULL;
	return cli_lint_rule_at(index)->id;
}

static bool unknown_rule(const char *option, const char *id)
{
	const struct gtb_lint_rule *rule;
	const char *ids[RULES_MAX];
	const char *near;
	size_t count = 0;

	while (count < RULES_MAX && (rule = cli_lint_rule_at(count)) != NULL)
		ids[count++] = rule->id;
	near = strlen(id) > 3 ? cli_near(id, ids, count) : padded(id);
	if (near != NULL)
		cli_usage("lint",
			  "%s: there is no rule \"%s\"; did you mean %s?",
			  option, id, near);
	else
		cli_usage("lint",
			  "%s: there is no rule \"%s\"; " CLI_PROGRAM
			  " lint --rules lists them",
			  option, id);
	return false;
}

bool cli_lint_rule_set(const char *option, const char *list, uint64_t *set)
{
	char id[16];

	for (;;) {
		size_t len = strcspn(list, ",");
		size_t index;

		snprintf(id, sizeof(id), "%.*s", (int)(len < 15 ? len : 15),
			 list);
		index = cli_lint_rule_index(id);
		if (cli_lint_rule_at(index) == NULL)
			return unknown_rule(option, id);
		*set |= UINT64_C(1) << index;
		if (list[len] == '\0')
			return true;
		list += len + 1;
	}
}

/* --- for people --------------------------------------------------------- */

/* A paragraph after a label, its further lines below the first. */
static void print_paragraph(const char *label, const char *text)
{
	size_t indent = strlen(label);
	size_t column = indent;

	fputs(label, stdout);
	while (*text != '\0') {
		size_t len = strcspn(text, " ");

		if (column > indent && column + 1 + len > WIDTH) {
			printf("\n%*s", (int)indent, "");
			column = indent;
		} else if (column > indent) {
			putchar(' ');
			column++;
		}
		fwrite(text, 1, len, stdout);
		column += len;
		text += len + strspn(text + len, " ");
	}
	putchar('\n');
}

static void explain(const struct gtb_lint_rule *rule)
{
	printf("%s%s %s: %s%s\n\n", cli_colour(CLI_BOLD), rule->id,
	       gtb_lint_level_word(rule->level), rule->title,
	       cli_colour(CLI_PLAIN));
	print_paragraph("wrong    ", rule->wrong);
	print_paragraph("mend     ", rule->mend);
	putchar('\n');
	print_paragraph("", rule->story);
	putchar('\n');
	print_paragraph("source   ", rule->source);
}

int cli_lint_explain(const char *list)
{
	const struct gtb_lint_rule *rule;
	uint64_t set = 0;
	bool begun = false;

	if (strcmp(list, "all") == 0)
		set = UINT64_MAX;
	else if (!cli_lint_rule_set("--explain", list, &set))
		return CLI_TROUBLE;
	for (size_t i = 0; (rule = cli_lint_rule_at(i)) != NULL; i++) {
		if ((set >> i & 1) == 0)
			continue;
		if (begun)
			putchar('\n');
		begun = true;
		explain(rule);
	}
	return CLI_YES;
}

/* --- lists of them ------------------------------------------------------ */

static json_t *rule_json(const struct gtb_lint_rule *rule)
{
	const char *level = gtb_lint_level_word(rule->level);
	json_t *json = json_object();

	cli_json_set(&json, "id", json_string(rule->id));
	cli_json_set(&json, "level", json_string(level));
	cli_json_set(&json, "needs_policy", json_boolean(rule->needs_ruleset));
	cli_json_set(&json, "title", json_string(rule->title));
	cli_json_set(&json, "wrong", json_string(rule->wrong));
	cli_json_set(&json, "mend", json_string(rule->mend));
	cli_json_set(&json, "story", json_string(rule->story));
	cli_json_set(&json, "source", json_string(rule->source));
	return json;
}

static int print_rules_json(void)
{
	const struct gtb_lint_rule *rule;
	json_t *json = json_object();
	json_t *rules = json_array();

	for (size_t i = 0; (rule = cli_lint_rule_at(i)) != NULL; i++)
		cli_json_append(&rules, rule_json(rule));
	cli_json_set(&json, "rules", rules);
	return cli_json_print(json);
}

int cli_lint_print_rules(enum lint_form form)
{
	const struct gtb_lint_rule *rule;

	if (form == LINT_JSON)
		return print_rules_json();
	if (form == LINT_SARIF)
		return cli_usage("lint", "--rules is for people or --json");
	for (size_t i = 0; (rule = cli_lint_rule_at(i)) != NULL; i++)
		printf("%-5s  %-7s  %s\n", rule->id,
		       gtb_lint_level_word(rule->level), rule->title);
	return CLI_YES;
}
