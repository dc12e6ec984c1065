/* goto-bypass emit: lines for squid.conf on standard output, all or none. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gtb/quote.h"
#include "gtb/squid.h"

#include "cli.h"

/* The text as it is printed. */
/* clang-format off */
static const char help[] =
"usage: goto-bypass emit squid --mode MODE --via VIA [options]\n"
"\n"
"Prints one file for one \"include\" in squid.conf. Its comments say where it\n"
"goes, what each block does and what it was made from.\n"
"\n"
"  --mode MODE       explicit: clients are told of the proxy, by a setting,\n"
"                    PAC or WPAD.\n"
"                    (intercept and tproxy are not in this version.)\n"
"  --via VIA         external: Squid's own lists, then the helper decides.\n"
"                    native: Squid's own lists alone, no helper.\n"
"                    (icap is not in this version.)\n"
"  --bypass WHAT     auth, tls or auth,tls (default): what to lift.\n"
"  --tail TAIL       what becomes of all other TLS: bump (default) inspects,\n"
"                    terminate closes it, none leaves it to your own\n"
"                    ssl_bump lines after the include.\n"
"  --ttl SECONDS     1 to 60 (default): how long Squid remembers an answer,\n"
"                    and so how long a revoked entry lives on.\n"
"  --helper PATH     the helper Squid starts\n"
"                    (" GTB_HELPER_PATH ")\n"
"  -c, --policy FILE (" GTB_POLICY_PATH ")\n"
"  -C, --catalog DIR (" GTB_CATALOG_PATH ")\n"
"  -h, --help\n"
"\n"
"Examples:\n"
"  goto-bypass emit squid --mode explicit --via external > goto-bypass.conf\n"
"      then, in squid.conf:  include /etc/squid/goto-bypass/goto-bypass.conf\n"
"      and look at it with:  squid -k parse\n"
"  goto-bypass emit squid --mode explicit --via native --bypass auth\n"
"      only lifts authentication; TLS inspection is not touched\n"
"\n"
"Exit status: 0 printed, 2 wrong usage, or policy or catalog are wrong.\n";
/* clang-format on */

enum own_option {
	OPTION_MODE = CLI_OPTION_OWN,
	OPTION_VIA,
	OPTION_BYPASS,
	OPTION_TAIL,
	OPTION_TTL,
	OPTION_HELPER
};

static const struct option long_options[] = {
	{"mode", required_argument, NULL, OPTION_MODE},
	{"via", required_argument, NULL, OPTION_VIA},
	{"bypass", required_argument, NULL, OPTION_BYPASS},
	{"tail", required_argument, NULL, OPTION_TAIL},
	{"ttl", required_argument, NULL, OPTION_TTL},
	{"helper", required_argument, NULL, OPTION_HELPER},
	CLI_LONG_OPTIONS,
	{NULL, 0, NULL, 0}};

struct emit {
	struct cli_files files;
	struct gtb_squid_options squid;
	unsigned int given; /* bit i: the own option of that order */
	char *paths[3];	    /* made absolute; NULL where they were */
	struct gtb_text_buffer command;
};

/* --- reading options --------------------------------------------------- */

static bool read_mode(struct emit *emit, const char *word)
{
	for (int i = 0; gtb_squid_mode_word((enum gtb_squid_mode)i); i++) {
		emit->squid.mode = (enum gtb_squid_mode)i;
		if (strcmp(gtb_squid_mode_word(emit->squid.mode), word) == 0)
			return true;
	}
	return false;
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

/* One or two digits; whether they are in range the emitter says. */
static bool read_ttl(struct emit *emit, const char *word)
{
	size_t len = strspn(word, "0123456789");

	if (len == 0 || len > 5 || word[len] != '\0')
		return false;
	emit->squid.ttl_s = (unsigned int)strtoul(word, NULL, 10);
	return true;
}

static bool read_helper(struct emit *emit, const char *word)
{
	emit->squid.helper = word;
	return word[0] != '\0';
}

static int read_own_option(struct emit *emit, int option)
{
	static const struct {
		bool (*read)(struct emit *emit, const char *word);
		const char *name;
		const char *words;
	} rows[] = {
		{read_mode, "--mode", "explicit, intercept or tproxy"},
		{read_via, "--via", "external, native or icap"},
		{read_bypass, "--bypass", "auth, tls or auth,tls"},
		{read_tail, "--tail", "bump, terminate or none"},
		{read_ttl, "--ttl", "a number of seconds"},
		{read_helper, "--helper", "a path"},
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

/* The emitter says so too, but only once there are files to emit from. */
static bool is_later(const struct emit *emit)
{
	if (emit->squid.mode != GTB_SQUID_EXPLICIT)
		cli_error("--mode %s is not in this version; write --mode "
			  "explicit",
			  gtb_squid_mode_word(emit->squid.mode));
	else if (was_given(emit, OPTION_VIA) &&
		 emit->squid.via == GTB_SQUID_ICAP)
		cli_error("--via icap is not in this version; write --via "
			  "external or --via native");
	else
		return false;
	return true;
}

static int check_usage(const struct emit *emit, int argc, char **argv)
{
	if (argc - optind != 1 || strcmp(argv[optind], "squid") != 0)
		return cli_usage("emit", "say what to emit: squid");
	if (!was_given(emit, OPTION_MODE))
		return cli_usage("emit",
				 "--mode is missing: write --mode explicit "
				 "--via external");
	if (is_later(emit))
		return CLI_TROUBLE;
	if (!was_given(emit, OPTION_VIA))
		return cli_usage("emit",
				 "--via is missing: write --mode explicit "
				 "--via external");
	return CLI_YES;
}

/* --- making the text --------------------------------------------------- */

/* Squid runs elsewhere, so paths are told from the root. NULL: said why. */
static char *make_absolute(const char *path)
{
	char *folder = NULL;
	char *absolute = NULL;

	if (path[0] == '/')
		absolute = strdup(path);
	else
		folder = getcwd(NULL, 0);
	if (folder != NULL &&
	    asprintf(&absolute, "%s/%s", strcmp(folder, "/") == 0 ? "" : folder,
		     path) == -1)
		absolute = NULL;
	if (absolute == NULL)
		cli_error("%s: %s", path, strerror(errno));
	free(folder);
	return absolute;
}

static int set_paths(struct emit *emit)
{
	emit->paths[0] = make_absolute(emit->files.policy);
	emit->paths[1] = make_absolute(emit->files.catalog);
	emit->paths[2] = make_absolute(emit->squid.helper);
	emit->squid.policy = emit->paths[0];
	emit->squid.catalog = emit->paths[1];
	emit->squid.helper = emit->paths[2];
	for (size_t i = 0; i < 3; i++)
		if (emit->paths[i] == NULL)
			return CLI_TROUBLE;
	return CLI_YES;
}

/* The command line as a shell takes it; argv as it was, before getopt. */
static void tell_command(struct emit *emit, int argc, char **argv)
{
	gtb_text_add(&emit->command, CLI_PROGRAM " emit");
	for (int i = 1; i < argc; i++) {
		gtb_text_add(&emit->command, " ");
		gtb_quote_string(&emit->command, GTB_QUOTE_SHELL_WORD, argv[i]);
	}
}

static int print_text(const struct emit *emit,
		      const struct gtb_ruleset *ruleset,
		      struct gtb_report *report)
{
	struct gtb_text_buffer text;
	int status = CLI_YES;
	int rc;

	gtb_text_init(&text);
	rc = gtb_squid_emit(ruleset, &emit->squid, &text, NULL, report);
	if (rc == GTB_OK) {
		fwrite(text.data, 1, text.len, stdout);
	} else if (rc == GTB_E_NOMEM) {
		status = cli_no_memory();
	} else {
		cli_print_errors(report);
		status = CLI_TROUBLE;
	}
	gtb_text_fini(&text);
	return status;
}

/* It may be installed later, or the text be for another machine. */
static void warn_helper(const struct emit *emit)
{
	char safe[CLI_WORDS_SIZE];

	if (emit->squid.via == GTB_SQUID_EXTERNAL &&
	    access(emit->squid.helper, F_OK) == -1)
		cli_error("warning: --helper: %s: %s",
			  cli_safe(emit->squid.helper, safe), strerror(errno));
}

static int emit_squid(struct emit *emit)
{
	struct gtb_ruleset *ruleset = NULL;
	struct gtb_report report;
	int status = CLI_TROUBLE;

	gtb_report_init(&report);
	if (emit->command.error == GTB_E_INPUT)
		cli_error("the command line holds control characters or "
			  "bytes that are not UTF-8");
	else if (emit->command.error != GTB_OK)
		cli_no_memory();
	else if (set_paths(emit) == CLI_YES &&
		 cli_load(&emit->files, &ruleset, &report) == GTB_OK)
		status = print_text(emit, ruleset, &report);
	if (status == CLI_YES)
		warn_helper(emit);
	gtb_ruleset_free(ruleset);
	gtb_report_fini(&report);
	return status;
}

static void emit_init(struct emit *emit)
{
	memset(emit, 0, sizeof(*emit));
	cli_files_init(&emit->files);
	gtb_text_init(&emit->command);
	emit->squid.bypass = GTB_BYPASS_AUTH | GTB_BYPASS_TLS;
	emit->squid.ttl_s = GTB_SQUID_TTL_MAX;
	emit->squid.helper = GTB_HELPER_PATH;
	emit->squid.program = CLI_PROGRAM " " PACKAGE_VERSION;
}

static void emit_fini(struct emit *emit)
{
	for (size_t i = 0; i < 3; i++)
		free(emit->paths[i]);
	gtb_text_fini(&emit->command);
}

int cli_emit(int argc, char **argv)
{
	struct emit emit;
	int status = CLI_YES;
	int option;

	emit_init(&emit);
	tell_command(&emit, argc, argv);
	while (status == CLI_YES &&
	       (option = getopt_long(argc, argv, CLI_SHORT_OPTIONS,
				     long_options, NULL)) != -1) {
		if (option == 'h') {
			fputs(help, stdout);
			goto out;
		}
		if (option == '?')
			status = cli_hint("emit");
		else if (!cli_files_option(&emit.files, option))
			status = read_own_option(&emit, option);
	}
	if (status == CLI_YES)
		status = check_usage(&emit, argc, argv);
	if (status == CLI_YES) {
		emit.squid.command = gtb_text_data(&emit.command);
		status = emit_squid(&emit);
	}
out:
	emit_fini(&emit);
	return status;
}
