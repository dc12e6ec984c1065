/* The command line of goto-bypass emit. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "gtb/quote.h"

#include "emit.h"
#include "emit_files.h"

static const struct option long_options[] = {
	{"mode", required_argument, NULL, OPTION_MODE},
	{"port-name", required_argument, NULL, OPTION_PORT_NAME},
	{"via", required_argument, NULL, OPTION_VIA},
	{"icap", required_argument, NULL, OPTION_ICAP},
	{"bypass", required_argument, NULL, OPTION_BYPASS},
	{"tail", required_argument, NULL, OPTION_TAIL},
	{"ttl", required_argument, NULL, OPTION_TTL},
	{"children", required_argument, NULL, OPTION_CHILDREN},
	{"concurrency", required_argument, NULL, OPTION_CONCURRENCY},
	{"squid", required_argument, NULL, OPTION_SQUID},
	{"auth-acl", required_argument, NULL, OPTION_AUTH_ACL},
	{"helper", required_argument, NULL, OPTION_HELPER},
	{"debug", no_argument, NULL, OPTION_DEBUG},
	{"output", required_argument, NULL, OPTION_OUTPUT},
	{"diff", no_argument, NULL, OPTION_DIFF},
	{"check", no_argument, NULL, OPTION_CHECK},
	CLI_LONG_OPTIONS,
	{NULL, 0, NULL, 0}};

/* --- options ----------------------------------------------------------- */

static bool was_given(const struct emit *emit, int option)
{
	return (emit->given >> (option - OPTION_MODE) & 1) != 0;
}

static int check_usage(const struct emit *emit, int argc, char **argv)
{
	if (argc - optind != 1 || strcmp(argv[optind], "squid") != 0)
		return cli_usage("emit", "say what to emit: squid");
	if (!was_given(emit, OPTION_MODE) &&
	    !was_given(emit, OPTION_PORT_NAME))
		return cli_usage("emit",
				 "--mode is missing: write --mode explicit "
				 "--via external");
	if (!was_given(emit, OPTION_VIA))
		return cli_usage("emit", "--via is missing: write --via "
					 "external, --via native or --via "
					 "icap");
	if (emit->look != 0 && emit->output == NULL)
		return cli_usage("emit", "--diff and --check compare with what "
					 "is installed: give --output DIR too");
	return CLI_YES;
}

/* Options that only look do not change what is emitted. */
static bool only_looks(const char *word)
{
	size_t len = strlen(word);

	return (len >= 3 && strncmp("--diff", word, len) == 0) ||
	       (len >= 4 && strncmp("--check", word, len) == 0);
}

/* argv as it was, before getopt. */
static void tell_command(struct emit *emit, int argc, char **argv)
{
	gtb_text_add(&emit->command, CLI_PROGRAM " emit");
	for (int i = 1; i < argc; i++) {
		if (only_looks(argv[i]))
			continue;
		gtb_text_add(&emit->command, " ");
		gtb_quote_string(&emit->command, GTB_QUOTE_SHELL_WORD, argv[i]);
	}
}

/* "--output", or an abbreviation that getopt takes? */
static bool is_output(const char *word, size_t len)
{
	return len >= 3 && len <= strlen("--output") &&
	       strncmp("--output", word, len) == 0;
}

/* "dir/" is "dir", in the text as in the paths. */
static void trim(char *path)
{
	size_t len = strlen(path);

	while (len > 1 && path[len - 1] == '/')
		path[--len] = '\0';
}

static void trim_output(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		size_t len = strcspn(argv[i], "=");

		if (!is_output(argv[i], len))
			continue;
		if (argv[i][len] == '=')
			trim(argv[i] + len + 1);
		else if (i + 1 < argc)
			trim(argv[++i]);
	}
}

/* --- what does nothing --------------------------------------------------- */

bool emit_has_port(const struct emit *emit, bool is_explicit)
{
	const unsigned int bit = GTB_SQUID_MODE_BIT(GTB_SQUID_EXPLICIT);

	if ((emit->squid.modes & (is_explicit ? bit : ~bit)) != 0)
		return true;
	for (size_t i = 0; i < emit->squid.ports_count; i++)
		if ((emit->ports[i].mode == GTB_SQUID_EXPLICIT) == is_explicit)
			return true;
	return false;
}

/* Why there is no helper; NULL: there is one. */
static const char *no_helper(const struct emit *emit)
{
	switch (emit->squid.via) {
	case GTB_SQUID_NATIVE:
		return "with --via native, which has no helper";
	case GTB_SQUID_ICAP:
		return "with --via icap, which has no helper";
	case GTB_SQUID_ICAP_EXTERNAL:
		if (!emit_has_port(emit, false))
			return "with --via icap,external where no port is "
			       "intercepted: the helper is asked on none";
		return NULL;
	case GTB_SQUID_EXTERNAL:
		return NULL;
	}
	return NULL;
}

bool emit_asks_helper(const struct emit *emit)
{
	return no_helper(emit) == NULL;
}

static void warn_no_effect(const struct emit *emit)
{
	static const struct {
		int option;
		const char *name;
	} helpers[] = {
		{OPTION_TTL, "--ttl"},
		{OPTION_CHILDREN, "--children"},
		{OPTION_CONCURRENCY, "--concurrency"},
		{OPTION_HELPER, "--helper"},
		{OPTION_DEBUG, "--debug"},
	};
	const char *why = no_helper(emit);

	if (was_given(emit, OPTION_AUTH_ACL) && !emit_has_port(emit, true))
		cli_error("warning: --auth-acl has no effect on intercepted "
			  "ports, where nobody can log in, and no port is "
			  "explicit");
	if (why == NULL)
		return;
	for (size_t i = 0; i < sizeof(helpers) / sizeof(helpers[0]); i++)
		if (was_given(emit, helpers[i].option))
			cli_error("warning: %s has no effect %s",
				  helpers[i].name, why);
}

int emit_read_options(struct emit *emit, int argc, char **argv, bool *helped)
{
	int status = CLI_YES;
	int option;

	*helped = false;
	trim_output(argc, argv);
	tell_command(emit, argc, argv);
	while (status == CLI_YES &&
	       (option = getopt_long(argc, argv, CLI_SHORT_OPTIONS,
				     long_options, NULL)) != -1) {
		if (option == 'h') {
			*helped = true;
			return CLI_YES;
		}
		if (option == '?')
			status = cli_hint("emit");
		else if (!cli_files_option(&emit->files, option))
			status = emit_read_word(emit, option);
	}
	if (status == CLI_YES)
		status = check_usage(emit, argc, argv);
	if (status == CLI_YES)
		warn_no_effect(emit);
	return status;
}

void emit_init(struct emit *emit)
{
	memset(emit, 0, sizeof(*emit));
	cli_files_init(&emit->files);
	gtb_text_init(&emit->command);
	gtb_squid_options_init(&emit->squid);
	emit->squid.modes = 0;
	emit->squid.ports = emit->ports;
	emit->squid.icap = emit->icap;
	emit->squid.helper = GTB_HELPER_PATH;
	emit->squid.program = CLI_PROGRAM " " PACKAGE_VERSION;
}

void emit_fini(struct emit *emit)
{
	for (size_t i = 0; i < EMIT_PATHS; i++)
		free(emit->paths[i]);
	for (size_t i = 0; i < emit->squid.ports_count; i++)
		free(emit->port_names[i]);
	gtb_text_fini(&emit->command);
}
