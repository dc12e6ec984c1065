/*
 * ext_goto_bypass_acl: Squid's external ACL helper. Reads the options, sets
 * up what the other rooms need, and leaves the work to serve.
 */
#include "config.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "channel.h"
#include "log.h"
#include "reload.h"
#include "sandbox.h"
#include "serve.h"

#define NAME "ext_goto_bypass_acl"

struct options {
	const char *policy;
	const char *catalog;
	bool debug;
};

static const char usage_text[] =
	"usage: " NAME " [-c policy.yaml] [-C catalog-folder] [-d] [-h] [-V]\n";

static const char help_text[] =
	"\n"
	"Squid external ACL helper: may a request to GoTo bypass proxy\n"
	"authentication (auth), may its TLS be spliced (splice)?\n"
	"\n"
	"  -c, --policy FILE     policy (" GTB_POLICY_PATH ")\n"
	"  -C, --catalog FOLDER  catalog (" GTB_CATALOG_PATH ")\n"
	"  -d, --debug           trace each decision on standard error\n"
	"  -h, --help            print this and exit\n"
	"  -V, --version         print the version and exit\n"
	"\n"
	"Request:  [id] client method host port sni [dst] auth|splice\n"
	"Reply:    [id] OK|ERR gtb_auth_=... gtb_tls_=... gtb_reason_=...\n"
	"          gtb_rule_=... gtb_identity_=...\n"
	"\n"
	"See ext_goto_bypass_acl(8) for the lines of squid.conf.\n";

static const char terminal_text[] =
	NAME ": this program speaks Squid's helper protocol; type a request\n"
	"such as the next line, or end with ^D (see --help):\n"
	"1 192.0.2.7 CONNECT www.goto.com 443 - auth\n";

static _Noreturn void finish(FILE *file, const char *text, const char *more,
			     int status)
{
	fputs(text, file);
	fputs(more, file);
	if (fflush(file) != 0)
		status = EXIT_FAILURE;
	exit(status);
}

static void read_options(struct options *options, int argc, char **argv)
{
	static const struct option names[] = {
		{"policy", required_argument, NULL, 'c'},
		{"catalog", required_argument, NULL, 'C'},
		{"debug", no_argument, NULL, 'd'},
		{"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'V'},
		{NULL, 0, NULL, 0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "c:C:dhV", names, NULL)) !=
	       -1) {
		switch (option) {
		case 'c':
			options->policy = optarg;
			break;
		case 'C':
			options->catalog = optarg;
			break;
		case 'd':
			options->debug = true;
			break;
		case 'h':
			finish(stdout, usage_text, help_text, EXIT_SUCCESS);
		case 'V':
			finish(stdout, NAME " " PACKAGE_VERSION "\n", "",
			       EXIT_SUCCESS);
		default:
			finish(stderr, usage_text, "", EXIT_FAILURE);
		}
	}
	if (optind != argc)
		finish(stderr, NAME ": too many arguments\n", usage_text,
		       EXIT_FAILURE);
}

/* The one line every start leaves in cache.log. */
static void announce(struct gtb_log *log, const struct gtb_ruleset *ruleset,
		     const struct gtb_sandbox *sandbox)
{
	char confined[GTB_SANDBOX_TEXT_SIZE];

	gtb_sandbox_text(sandbox, confined, sizeof(confined));
	if (!ruleset) {
		gtb_log(log, GTB_LOG_INFO, PACKAGE_VERSION
			" started without a ruleset; sandbox: %s", confined);
		return;
	}
	gtb_log(log, GTB_LOG_INFO, PACKAGE_VERSION
		" started with ruleset %.12s, %zu names, %zu networks; "
		"sandbox: %s", gtb_ruleset_digest(ruleset),
		gtb_ruleset_names_count(ruleset),
		gtb_ruleset_networks_count(ruleset), confined);
}

/*
 * Confine to what the ruleset was read from. Where there is none the policy
 * alone may be fine, and knows the folders of its lists.
 */
static void confine(const struct options *options, struct gtb_sandbox *sandbox,
		    const struct gtb_ruleset *ruleset)
{
	struct gtb_policy *alone = NULL;

	if (!ruleset)
		(void)gtb_policy_load(options->policy, &alone, NULL);
	gtb_sandbox_enter(sandbox, options->policy, options->catalog,
			  ruleset ? gtb_ruleset_policy(ruleset) : alone);
	gtb_policy_free(alone);
}

/* Confine, start the thread, answer. Returns the exit status. */
static int run(const struct options *options, struct gtb_sandbox *sandbox,
	       struct gtb_reload *reload, struct gtb_log *log)
{
	const struct gtb_ruleset *ruleset = gtb_reload_current(reload);
	struct gtb_channel channel;

	gtb_channel_init(&channel, STDIN_FILENO, STDOUT_FILENO);
	confine(options, sandbox, ruleset);
	gtb_reload_confine(reload, sandbox);
	gtb_reload_start(reload);
	gtb_sandbox_settle(sandbox);
	announce(log, ruleset, sandbox);
	return gtb_serve(&channel, reload, log) == 0 ? EXIT_SUCCESS
						     : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	struct options options = {GTB_POLICY_PATH, GTB_CATALOG_PATH, false};
	struct gtb_sandbox sandbox;
	struct gtb_reload reload;
	struct gtb_log log;
	int status;

	read_options(&options, argc, argv);
	gtb_sandbox_init(&sandbox);
	signal(SIGPIPE, SIG_IGN);
	if (isatty(STDIN_FILENO))
		fputs(terminal_text, stderr);
	gtb_log_init(&log, STDERR_FILENO, options.debug);
	gtb_reload_init(&reload, options.policy, options.catalog, &log);
	status = run(&options, &sandbox, &reload, &log);
	gtb_log_fini(&log);
	/* A thread in the middle of a load is not waited for: Squid is. */
	if (!gtb_reload_fini(&reload))
		_exit(status);
	gtb_sandbox_fini(&sandbox);
	return status;
}
