/* The command line of goto-bypass emit. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "gtb/quote.h"

#include "emit.h"
#include "emit_files.h"

enum own_option {
	OPTION_MODE = CLI_OPTION_OWN,
	OPTION_PORT_NAME,
	OPTION_VIA,
	OPTION_BYPASS,
	OPTION_TAIL,
	OPTION_TTL,
	OPTION_CHILDREN,
	OPTION_CONCURRENCY,
	OPTION_SQUID,
	OPTION_AUTH_ACL,
	OPTION_HELPER,
	OPTION_OUTPUT,
	OPTION_DIFF,
	OPTION_CHECK
};

static const struct option long_options[] = {
	{"mode", required_argument, NULL, OPTION_MODE},
	{"port-name", required_argument, NULL, OPTION_PORT_NAME},
	{"via", required_argument, NULL, OPTION_VIA},
	{"bypass", required_argument, NULL, OPTION_BYPASS},
	{"tail", required_argument, NULL, OPTION_TAIL},
	{"ttl", required_argument, NULL, OPTION_TTL},
	{"children", required_argument, NULL, OPTION_CHILDREN},
	{"concurrency", required_argument, NULL, OPTION_CONCURRENCY},
	{"squid", required_argument, NULL, OPTION_SQUID},
	{"auth-acl", required_argument, NULL, OPTION_AUTH_ACL},
	{"helper", required_argument, NULL, OPTION_HELPER},
	{"output", required_argument, NULL, OPTION_OUTPUT},
	{"diff", no_argument, NULL, OPTION_DIFF},
	{"check", no_argument, NULL, OPTION_CHECK},
	CLI_LONG_OPTIONS,
	{NULL, 0, NULL, 0}};

/* --- words ------------------------------------------------------------- */

static bool find_mode(const char *word, size_t len, enum gtb_squid_mode *mode)
{
	const char *known;

	for (int i = 0; (known = gtb_squid_mode_word((enum gtb_squid_mode)i));
	     i++) {
		*mode = (enum gtb_squid_mode)i;
		if (strlen(known) == len && memcmp(known, word, len) == 0)
			return true;
	}
	return false;
}

/* "explicit", "explicit,intercept"; again adds to what was given before. */
static bool read_mode(struct emit *emit, const char *word)
{
	while (true) {
		size_t len = strcspn(word, ",");
		enum gtb_squid_mode mode;

		if (!find_mode(word, len, &mode))
			return false;
		emit->squid.modes |= GTB_SQUID_MODE_BIT(mode);
		if (word[len] == '\0')
			return true;
		word += len + 1;
	}
}

/* NAME=MODE; the name may hold "=" itself, a mode does not. */
static bool read_port_name(struct emit *emit, const char *word)
{
	const char *equals = strrchr(word, '=');
	size_t count = emit->squid.ports_count;
	enum gtb_squid_mode mode;

	if (equals == NULL || equals == word || count == GTB_SQUID_PORTS_MAX ||
	    !find_mode(equals + 1, strlen(equals + 1), &mode))
		return false;
	emit->port_names[count] = strndup(word, (size_t)(equals - word));
	if (emit->port_names[count] == NULL)
		return false;
	emit->ports[count].name = emit->port_names[count];
	emit->ports[count].mode = mode;
	emit->squid.ports_count++;
	return true;
}

static bool read_via(struct emit *emit, const char *word)
{
	for (int i = 0; gtb_squid_via_word((enum gtb_squid_via)i); i++) {
		emit->squid.via = (enum gtb_squid_via)i;
		if (strcmp(gtb_squid_via_word(emit->squid.via), word) == 0)
			return true;
	}
	return false;
}

static bool read_tail(struct emit *emit, const char *word)
{
	for (int i = 0; gtb_squid_tail_word((enum gtb_squid_tail)i); i++) {
		emit->squid.tail = (enum gtb_squid_tail)i;
		if (strcmp(gtb_squid_tail_word(emit->squid.tail), word) == 0)
			return true;
	}
	return false;
}

static bool read_bypass(struct emit *emit, const char *word)
{
	static const struct {
		const char *word;
		unsigned int bypass;
	} rows[] = {
		{"auth", GTB_BYPASS_AUTH},
		{"tls", GTB_BYPASS_TLS},
		{"auth,tls", GTB_BYPASS_AUTH | GTB_BYPASS_TLS},
		{"tls,auth", GTB_BYPASS_AUTH | GTB_BYPASS_TLS},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(rows[i].word, word) != 0)
			continue;
		emit->squid.bypass = rows[i].bypass;
		return true;
	}
	return false;
}

/* A few digits; whether they are in range the emitter says. */
static bool read_number(unsigned int *number, const char *word)
{
	size_t len = strspn(word, "0123456789");

	if (len == 0 || len > 5 || word[len] != '\0')
		return false;
	*number = (unsigned int)strtoul(word, NULL, 10);
	return true;
}

static bool read_ttl(struct emit *emit, const char *word)
{
	return read_number(&emit->squid.ttl_s, word);
}

static bool read_children(struct emit *emit, const char *word)
{
	return read_number(&emit->squid.children, word);
}

static bool read_concurrency(struct emit *emit, const char *word)
{
	return read_number(&emit->squid.concurrency, word);
}

static bool read_squid(struct emit *emit, const char *word)
{
	return strlen(word) == 1 && strchr("567", word[0]) != NULL &&
	       read_number(&emit->squid.squid, word);
}

static bool read_auth_acl(struct emit *emit, const char *word)
{
	emit->squid.auth_acl = word;
	return word[0] != '\0';
}

static bool read_helper(struct emit *emit, const char *word)
{
	emit->squid.helper = word;
	return word[0] != '\0';
}

static bool read_output(struct emit *emit, const char *word)
{
	emit->output = word;
	return word[0] != '\0';
}

static bool read_diff(struct emit *emit, const char *word)
{
	(void)word;
	emit->look |= CLI_EMIT_DIFF;
	return true;
}

static bool read_check(struct emit *emit, const char *word)
{
	(void)word;
	emit->look |= CLI_EMIT_CHECK;
	return true;
}

/* --- options ----------------------------------------------------------- */

static int read_own_option(struct emit *emit, int option)
{
	static const struct {
		bool (*read)(struct emit *emit, const char *word);
		const char *name;
		const char *words;
	} rows[] = {
		{read_mode, "--mode", "explicit, intercept or tproxy"},
		{read_port_name, "--port-name",
		 "NAME=explicit, NAME=intercept or NAME=tproxy, at most 32 "
		 "times"},
		{read_via, "--via", "external or native"},
		{read_bypass, "--bypass", "auth, tls or auth,tls"},
		{read_tail, "--tail", "bump, terminate or none"},
		{read_ttl, "--ttl", "a number of seconds"},
		{read_children, "--children", "a number of helpers"},
		{read_concurrency, "--concurrency", "a number of questions"},
		{read_squid, "--squid", "5, 6 or 7"},
		{read_auth_acl, "--auth-acl", "the name of an ACL"},
		{read_helper, "--helper", "a path"},
		{read_output, "--output", "a folder"},
		{read_diff, "--diff", ""},
		{read_check, "--check", ""},
	};
	size_t i = (size_t)(option - OPTION_MODE);

	emit->given |= 1u << i;
	if (rows[i].read(emit, optarg))
		return CLI_YES;
	return cli_usage("emit", "%s %s: must be %s", rows[i].name, optarg,
			 rows[i].words);
}

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
	if (was_given(emit, OPTION_VIA) && emit->squid.via == GTB_SQUID_ICAP) {
		cli_error("--via icap is not in this version; write --via "
			  "external or --via native");
		return CLI_TROUBLE;
	}
	if (!was_given(emit, OPTION_VIA))
		return cli_usage("emit", "--via is missing: write --via "
					 "external or --via native");
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

static bool has_explicit_port(const struct emit *emit)
{
	if ((emit->squid.modes & GTB_SQUID_MODE_BIT(GTB_SQUID_EXPLICIT)) != 0)
		return true;
	for (size_t i = 0; i < emit->squid.ports_count; i++)
		if (emit->ports[i].mode == GTB_SQUID_EXPLICIT)
			return true;
	return false;
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
	};

	if (was_given(emit, OPTION_AUTH_ACL) && !has_explicit_port(emit))
		cli_error("warning: --auth-acl has no effect on intercepted "
			  "ports, where nobody can log in, and no port is "
			  "explicit");
	if (emit->squid.via != GTB_SQUID_NATIVE)
		return;
	for (size_t i = 0; i < sizeof(helpers) / sizeof(helpers[0]); i++)
		if (was_given(emit, helpers[i].option))
			cli_error("warning: %s has no effect with --via "
				  "native, which has no helper",
				  helpers[i].name);
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
			status = read_own_option(emit, option);
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
