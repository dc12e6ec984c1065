/* goto-bypass why: both verdicts for a request, and what they rest on. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "why.h"

/* The text as it is printed. */
/* clang-format off */
static const char help[] =
"usage: goto-bypass why HOST[:PORT] [options]\n"
"\n"
"Tells what becomes of a request: is a login asked for, is its TLS inspected,\n"
"which entry decided, which line of the emitted file applies, and what would\n"
"change it. HOST is a name or an address, an IPv6 address with a port in\n"
"brackets; the port is 443 unless given.\n"
"\n"
"  --sni NAME        the TLS server name the client sends; not given: the\n"
"                    same as HOST, when that is a name\n"
"  --no-sni          the client sends none\n"
"  --client ADDRESS  where the request comes from\n"
"  --dst ADDRESS     intercepted ports: where the connection was going\n"
"  --method METHOD   CONNECT (default), GET, ...\n"
"  --via VIA         whose line is told: external (default), native, icap or\n"
"                    icap,external\n"
"  --json            for programs\n"
"  -c, --policy FILE (" GTB_POLICY_PATH ")\n"
"  -C, --catalog DIR (" GTB_CATALOG_PATH ")\n"
"  -h, --help\n"
"\n"
"Examples:\n"
"  goto-bypass why www.goto.com\n"
"  goto-bypass why 68.64.10.1 --no-sni\n"
"      a client that goes to an address, as GoTo's do\n"
"  goto-bypass why www.goto.com --sni evil.example\n"
"      a server name that does not fit\n"
"  goto-bypass why global.gotomeeting.com:8200 --client 10.1.2.3\n"
"  goto-bypass why '[2001:db8::1]:443'\n"
"\n"
"Exit status: 0 at least one of the two is bypassed, 1 neither is, 2 wrong\n"
"usage, or policy or catalog are wrong.\n";
/* clang-format on */

enum own_option {
	OPTION_SNI = CLI_OPTION_OWN,
	OPTION_NO_SNI,
	OPTION_CLIENT,
	OPTION_DST,
	OPTION_METHOD,
	OPTION_VIA,
	OPTION_JSON
};

static const struct option long_options[] = {
	{"sni", required_argument, NULL, OPTION_SNI},
	{"no-sni", no_argument, NULL, OPTION_NO_SNI},
	{"client", required_argument, NULL, OPTION_CLIENT},
	{"dst", required_argument, NULL, OPTION_DST},
	{"method", required_argument, NULL, OPTION_METHOD},
	{"via", required_argument, NULL, OPTION_VIA},
	{"json", no_argument, NULL, OPTION_JSON},
	CLI_LONG_OPTIONS,
	{NULL, 0, NULL, 0}};

/* --- the request ------------------------------------------------------- */

static struct gtb_text text_of(const char *string)
{
	struct gtb_text text = {string, string != NULL ? strlen(string) : 0};

	return text;
}

/*
 * "host", "host:port", "[v6]:port", or an IPv6 address as it is, which has
 * more than one colon. Wrong parts are found by cli_why_check().
 */
static void split_target(struct gtb_query *query, const char *target)
{
	const char *colon = strrchr(target, ':');

	query->host = text_of(target);
	query->port = text_of("443");
	if (colon == NULL)
		return;
	if (target[0] == '[' ? colon[-1] != ']' : strchr(target, ':') != colon)
		return;
	query->host.len = (size_t)(colon - target);
	query->port = text_of(colon + 1);
}

static void make_query(struct why *why)
{
	split_target(&why->query, why->target);
	why->port = cli_why_port(&why->query.port);
	why->query.client = text_of(why->client);
	why->query.method = text_of(why->method);
	why->query.dst = text_of(why->dst);
	why->query.sni = text_of(why->sni);
	gtb_host_parse(&why->host, why->query.host.ptr, why->query.host.len);
	if (why->sni != NULL || why->no_sni ||
	    why->host.kind != GTB_HOST_NAME ||
	    strcmp(why->method, "CONNECT") != 0)
		return;
	why->sni_assumed = true;
	why->query.sni = text_of(why->host.name.text);
}

/* --- the command ------------------------------------------------------- */

const struct gtb_document *cli_why_document(const struct why *why,
					    const struct gtb_verdict *v)
{
	const struct gtb_catalog *catalog = gtb_ruleset_catalog(why->ruleset);

	if (v->source.rule == NULL)
		return NULL;
	for (size_t i = 0; i < catalog->count; i++)
		if (strcmp(catalog->documents[i].id,
			   v->source.rule->document) == 0)
			return &catalog->documents[i];
	return NULL;
}

static int tell(struct why *why)
{
	const struct gtb_decision *decision = &why->decision;
	int status = CLI_YES;

	if (cli_why_emit(why) != GTB_OK)
		return cli_no_memory();
	why->spliced_first =
		cli_why_decide(why, &why->query, &why->decision);
	cli_why_find_changes(why);
	if (cli_why_find_lines(why) != GTB_OK)
		return cli_no_memory();
	if (why->json)
		status = cli_why_print_json(why);
	else
		cli_why_print(why);
	if (status == CLI_YES && !decision->auth.bypass &&
	    !decision->tls.bypass)
		status = CLI_NO;
	return status;
}

static int run(struct why *why)
{
	struct gtb_ruleset *ruleset = NULL;
	struct gtb_report report;
	int status = CLI_TROUBLE;

	make_query(why);
	if (cli_why_check(why) != CLI_YES)
		return CLI_TROUBLE;
	gtb_report_init(&report);
	gtb_text_init(&why->explicit_file.text);
	gtb_text_init(&why->intercepted_file.text);
	if (cli_load(&why->files, &ruleset, &report) == GTB_OK) {
		why->ruleset = ruleset;
		status = tell(why);
	}
	free(why->auth_line.text);
	free(why->tls_line.text);
	free(why->connect_line.text);
	cli_why_file_fini(&why->explicit_file);
	cli_why_file_fini(&why->intercepted_file);
	gtb_ruleset_free(ruleset);
	gtb_report_fini(&report);
	return status;
}

static bool read_via(struct why *why, const char *word)
{
	const char *known;

	for (int i = 0; (known = gtb_squid_via_word((enum gtb_squid_via)i));
	     i++) {
		why->via = (enum gtb_squid_via)i;
		if (strcmp(known, word) == 0)
			return true;
	}
	cli_error("why: --via %s: must be external, native, icap or "
		  "icap,external",
		  word);
	return false;
}

static bool take_option(void *context, int option)
{
	struct why *why = context;

	switch (option) {
	case OPTION_SNI:
		why->sni = optarg;
		return true;
	case OPTION_NO_SNI:
		why->no_sni = true;
		return true;
	case OPTION_CLIENT:
		why->client = optarg;
		return true;
	case OPTION_DST:
		why->dst = optarg;
		return true;
	case OPTION_METHOD:
		why->method = optarg;
		return true;
	case OPTION_VIA:
		return read_via(why, optarg);
	case OPTION_JSON:
		why->json = true;
		return true;
	default:
		return cli_files_option(&why->files, option);
	}
}

int cli_why(int argc, char **argv)
{
	static const struct cli_options options = {"why", help, long_options,
						   take_option};
	struct why why = {.method = "CONNECT"};
	int status;

	cli_files_init(&why.files);
	if (!cli_read_options(&options, argc, argv, &why, &status))
		return status;
	if (argc - optind != 1)
		return cli_usage("why", "give one HOST[:PORT]");
	why.target = argv[optind];
	if (strstr(why.target, "://") != NULL)
		return cli_usage("why", "give HOST[:PORT], not a URL");
	if (why.sni != NULL && why.no_sni)
		return cli_usage("why", "--sni and --no-sni exclude each "
					"other");
	return run(&why);
}
