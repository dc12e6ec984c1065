/* goto-bypass lint: is somebody's squid.conf right, as far as GoTo goes? */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lint.h"

/* The text as it is printed. */
/* clang-format off */
static const char help[] =
"usage: goto-bypass lint [options] SQUID.CONF\n"
"       goto-bypass lint --explain RULE[,RULE]... | --explain all\n"
"       goto-bypass lint --rules [--json]\n"
"\n"
"Reads a squid.conf, and all it includes, as Squid does, and tells what keeps\n"
"GoTo's meetings from working or lets more through than them: a line each,\n"
"file:line:column: RULE LEVEL: what goes wrong; how to mend it. Levels are\n"
"error, warning and note. Nothing is changed; Squid is not started.\n"
"\n"
"  --explain RULES   the story of a rule, and its source; \"all\" for all\n"
"  --rules           every rule, a line each\n"
"  --only RULES      these rules alone: L01,L02\n"
"  --ignore RULES    without these\n"
"  --fail-on LEVEL   the status is 1 for findings of this level or a graver\n"
"                    one: error (default), warning or note\n"
"  --squid[=PROGRAM] run squid -k parse too, and tell what it says\n"
"  --timeout SECONDS how long that may take, by default 30\n"
"  --squid-version N 5 (default), 6 or 7: the Squid the file is for\n"
"  --service-name N  what ${service_name} is (squid -n), by default squid\n"
"  --json            for programs\n"
"  --sarif           for editors and CI: SARIF 2.1.0\n"
"  -c, --policy FILE (" GTB_POLICY_PATH ")\n"
"  -C, --catalog DIR (" GTB_CATALOG_PATH ")\n"
"                    what emitted lines are held against; not given: what\n"
"                    they name themselves, else these\n"
"  -h, --help\n"
"\n"
"Examples:\n"
"  goto-bypass lint /etc/squid/squid.conf\n"
"  goto-bypass lint --explain L09\n"
"  goto-bypass lint --fail-on warning --squid /etc/squid/squid.conf\n"
"      before squid -k reconfigure\n"
"  goto-bypass lint --sarif squid.conf > squid.sarif\n"
"\n"
"Exit status: 0 nothing at or above --fail-on, 1 something, 2 wrong usage or\n"
"the file could not be read.\n";
/* clang-format on */

enum own_option {
	OPTION_EXPLAIN = CLI_OPTION_OWN,
	OPTION_RULES,
	OPTION_ONLY,
	OPTION_IGNORE,
	OPTION_FAIL_ON,
	OPTION_SQUID,
	OPTION_TIMEOUT,
	OPTION_SQUID_VERSION,
	OPTION_SERVICE_NAME,
	OPTION_JSON,
	OPTION_SARIF
};

static const struct option long_options[] = {
	{"explain", required_argument, NULL, OPTION_EXPLAIN},
	{"rules", no_argument, NULL, OPTION_RULES},
	{"only", required_argument, NULL, OPTION_ONLY},
	{"ignore", required_argument, NULL, OPTION_IGNORE},
	{"fail-on", required_argument, NULL, OPTION_FAIL_ON},
	{"squid", optional_argument, NULL, OPTION_SQUID},
	{"timeout", required_argument, NULL, OPTION_TIMEOUT},
	{"squid-version", required_argument, NULL, OPTION_SQUID_VERSION},
	{"service-name", required_argument, NULL, OPTION_SERVICE_NAME},
	{"json", no_argument, NULL, OPTION_JSON},
	{"sarif", no_argument, NULL, OPTION_SARIF},
	CLI_LONG_OPTIONS,
	{NULL, 0, NULL, 0}};

/* What the command line asks for besides what struct lint keeps. */
struct request {
	struct lint lint;
	const char *explain;
	bool rules;
	bool help;
	uint64_t only; /* 0: all */
	uint64_t ignored;
};

static int take_level(struct lint *lint, const char *word)
{
	for (int i = 0; i < GTB_LINT_LEVEL_COUNT; i++) {
		lint->fail_on = (enum gtb_lint_level)i;
		if (strcmp(word, gtb_lint_level_word(lint->fail_on)) == 0)
			return CLI_YES;
	}
	return cli_usage("lint", "--fail-on %s: must be error, warning or note",
			 word);
}

static int take_version(struct lint *lint, const char *word)
{
	if (strlen(word) != 1 || word[0] < '5' || word[0] > '7')
		return cli_usage("lint",
				 "--squid-version %s: must be 5, 6 or 7", word);
	lint->reading.version = word[0] - '0';
	return CLI_YES;
}

/* What squid -n takes. */
static int take_service(struct lint *lint, const char *word)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

	if (word[0] == '\0' || word[strspn(word, good)] != '\0')
		return cli_usage("lint",
				 "--service-name %s: must be letters and "
				 "digits",
				 word);
	lint->reading.service = word;
	return CLI_YES;
}

static int take_timeout(struct lint *lint, const char *word)
{
	size_t len = strlen(word);

	lint->timeout_s = (unsigned int)strtoul(word, NULL, 10);
	if (len > 0 && len <= 4 && strspn(word, "0123456789") == len &&
	    lint->timeout_s > 0)
		return CLI_YES;
	return cli_usage("lint", "--timeout %s: must be seconds, 1 to 9999",
			 word);
}

static int take_form(struct lint *lint, enum lint_form form)
{
	if (lint->form != LINT_TEXT && lint->form != form)
		return cli_usage("lint", "--json and --sarif exclude each "
					 "other");
	lint->form = form;
	return CLI_YES;
}

static int take_set(const char *option, uint64_t *set)
{
	return cli_lint_rule_set(option, optarg, set) ? CLI_YES : CLI_TROUBLE;
}

static int take_own_option(struct request *request, int option)
{
	struct lint *lint = &request->lint;

	switch (option) {
	case OPTION_EXPLAIN:
		request->explain = optarg;
		return CLI_YES;
	case OPTION_RULES:
		request->rules = true;
		return CLI_YES;
	case OPTION_ONLY:
		return take_set("--only", &request->only);
	case OPTION_IGNORE:
		return take_set("--ignore", &request->ignored);
	case OPTION_FAIL_ON:
		return take_level(lint, optarg);
	case OPTION_SQUID:
		lint->squid = true;
		lint->squid_program = optarg;
		return CLI_YES;
	case OPTION_TIMEOUT:
		return take_timeout(lint, optarg);
	case OPTION_SQUID_VERSION:
		return take_version(lint, optarg);
	case OPTION_SERVICE_NAME:
		return take_service(lint, optarg);
	case OPTION_JSON:
		return take_form(lint, LINT_JSON);
	case OPTION_SARIF:
		return take_form(lint, LINT_SARIF);
	default:
		return cli_hint("lint");
	}
}

static int take_options(struct request *request, int argc, char **argv)
{
	int status = CLI_YES;
	int option;

	while (status == CLI_YES && !request->help &&
	       (option = getopt_long(argc, argv, CLI_SHORT_OPTIONS,
				     long_options, NULL)) != -1) {
		if (option == 'h')
			request->help = true;
		else if (!cli_files_option(&request->lint.files, option))
			status = take_own_option(request, option);
	}
	return status;
}

static int lint_file(struct request *request, int argc, char **argv)
{
	struct lint *lint = &request->lint;

	if (argc - optind != 1)
		return cli_usage("lint", "give one SQUID.CONF; it usually is "
					 "/etc/squid/squid.conf");
	lint->path = argv[optind];
	lint->wanted = request->only != 0 ? request->only : UINT64_MAX;
	lint->wanted &= ~request->ignored;
	return cli_lint_run(lint);
}

int cli_lint(int argc, char **argv)
{
	struct request request = {.lint = {.fail_on = GTB_LINT_ERROR,
					   .timeout_s = LINT_TIMEOUT_S}};
	int status = take_options(&request, argc, argv);

	if (status != CLI_YES)
		return status;
	if (request.help) {
		fputs(help, stdout);
		return CLI_YES;
	}
	if ((request.explain != NULL || request.rules) && optind < argc)
		return cli_usage("lint", "what is \"%s\"?", argv[optind]);
	if (request.explain != NULL)
		return cli_lint_explain(request.explain);
	if (request.rules)
		return cli_lint_print_rules(request.lint.form);
	return lint_file(&request, argc, argv);
}
