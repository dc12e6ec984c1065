/* goto-bypass emit: lines for squid.conf, all or none. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emit.h"
#include "emit_files.h"

/* The text as it is printed. */
/* clang-format off */
static const char help[] =
"usage: goto-bypass emit squid --mode MODE --via VIA [options]\n"
"       goto-bypass emit squid ... --output DIR [--diff] [--check]\n"
"\n"
"Prints one file for one \"include\" in squid.conf. Its comments say where it\n"
"goes, what each block does and what it was made from.\n"
"\n"
"  --mode MODE       explicit: clients are told of the proxy, by a setting,\n"
"                    PAC or WPAD. intercept, tproxy: they know of none.\n"
"                    Several for a Squid with several kinds of ports:\n"
"                    --mode explicit,intercept\n"
"  --port-name NAME=MODE\n"
"                    the mode of the http_port or https_port lines that say\n"
"                    name=NAME; once for each name. Intercepted ports need a\n"
"                    name; where none is given here it is gtb_intercept or\n"
"                    gtb_tproxy. --mode is for all ports not named.\n"
"  --via VIA         external: Squid's own lists, then the helper decides.\n"
"                    native: Squid's own lists alone, no helper.\n"
"                    icap: the lists, then the ICAP service decides; on\n"
"                    intercepted ports by address alone.\n"
"                    icap,external: the same, and the helper decides about\n"
"                    the names of intercepted connections.\n"
"  --icap URI        the service (" GTB_SQUID_ICAP_URI ").\n"
"                    Again for each further one: all are asked in turn, one\n"
"                    that is down is passed over, the last answer counts.\n"
"  --bypass WHAT     auth, tls or auth,tls (default): what to lift.\n"
"  --tail TAIL       what becomes of all other TLS: bump (default) inspects,\n"
"                    terminate closes it, none leaves it to your own\n"
"                    ssl_bump lines after the include.\n"
"  --auth-acl NAME   your ACL that needs a user, defined before the include:\n"
"                    ends in \"http_access deny !NAME\", but never on\n"
"                    intercepted ports, where nobody can log in. --via icap\n"
"                    needs it on explicit ports.\n"
"  --ttl SECONDS     1 to 60 (default): how long Squid remembers an answer,\n"
"                    and so how long a revoked entry lives on.\n"
"  --children N      1 to 32 (4): helpers at most.\n"
"  --concurrency N   1 to 120 (100): questions a helper has at a time.\n"
"  --squid VERSION   5, 6 or 7: named in the file. All read the same lines.\n"
"  --helper PATH     the helper Squid starts\n"
"                    (" GTB_HELPER_PATH ")\n"
"  --debug           the helper writes each question, and both verdicts with\n"
"                    their reasons, to Squid's cache.log\n"
"  -c, --policy FILE (" GTB_POLICY_PATH ")\n"
"  -C, --catalog DIR (" GTB_CATALOG_PATH ")\n"
"  -h, --help\n"
"\n"
"  --output DIR      writes DIR/goto-bypass.conf instead, and long lists to\n"
"                    files beside it. What is the same is not touched.\n"
"  --diff            writes nothing, shows what --output would change\n"
"  --check           writes nothing, names the files it would change\n"
"\n"
"Examples:\n"
"  goto-bypass emit squid --mode explicit --via external > goto-bypass.conf\n"
"      then, in squid.conf:  include /etc/squid/goto-bypass/goto-bypass.conf\n"
"      and look at it with:  squid -k parse\n"
"  goto-bypass emit squid --mode explicit --via native --bypass auth\n"
"      only lifts authentication; TLS inspection is not touched\n"
"  goto-bypass emit squid --mode explicit --via icap --auth-acl users \\\n"
"          --icap icap://10.0.0.5:1344/goto_bypass \\\n"
"          --icap icap://10.0.0.6:1344/goto_bypass\n"
"  goto-bypass emit squid --mode explicit --port-name tls=intercept \\\n"
"          --via external --output /etc/squid/goto-bypass\n"
"      with, in squid.conf:  https_port 3130 intercept ssl-bump name=tls ...\n"
"      the same with --check, from cron: has policy or catalog changed since?\n"
"\n"
"Exit status: 0 printed, written or (--diff, --check) the same, 1 something\n"
"differs, 2 wrong usage, policy or catalog are wrong, or a file could not be\n"
"written.\n";
/* clang-format on */

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
	const char *const given[EMIT_PATHS] = {
		[EMIT_POLICY] = emit->files.policy,
		[EMIT_CATALOG] = emit->files.catalog,
		[EMIT_HELPER] = emit->squid.helper,
		[EMIT_OUTPUT] = emit->output,
	};

	for (size_t i = 0; i < EMIT_PATHS; i++) {
		if (given[i] == NULL)
			continue;
		emit->paths[i] = make_absolute(given[i]);
		if (emit->paths[i] == NULL)
			return CLI_TROUBLE;
	}
	emit->squid.policy = emit->paths[EMIT_POLICY];
	emit->squid.catalog = emit->paths[EMIT_CATALOG];
	emit->squid.helper = emit->paths[EMIT_HELPER];
	emit->squid.lists_folder = emit->paths[EMIT_OUTPUT];
	return CLI_YES;
}

/* --- making the text --------------------------------------------------- */

static int bring_out(const struct emit *emit,
		     const struct gtb_text_buffer *text,
		     const struct gtb_squid_files *files)
{
	if (emit->output != NULL)
		return cli_emit_files(emit->squid.lists_folder, emit->look,
				      text, files);
	fwrite(text->data, 1, text->len, stdout);
	return CLI_YES;
}

static int make_text(const struct emit *emit, const struct gtb_ruleset *ruleset,
		     struct gtb_report *report)
{
	struct gtb_squid_files files = {.files = NULL};
	struct gtb_text_buffer text;
	int status = CLI_TROUBLE;
	int rc;

	gtb_text_init(&text);
	rc = gtb_squid_emit(ruleset, &emit->squid, &text, NULL,
			    emit->output != NULL ? &files : NULL, report);
	if (rc == GTB_OK)
		status = bring_out(emit, &text, &files);
	else if (rc == GTB_E_NOMEM)
		cli_no_memory();
	else
		cli_print_errors(report);
	gtb_squid_files_fini(&files);
	gtb_text_fini(&text);
	return status;
}

/* It may be installed later, or the text be for another machine. */
static void warn_helper(const struct emit *emit)
{
	char safe[CLI_WORDS_SIZE];

	if (emit_asks_helper(emit) && access(emit->squid.helper, F_OK) == -1)
		cli_error("warning: --helper: %s: %s",
			  cli_safe(emit->squid.helper, safe), strerror(errno));
}

/*
 * The helper reads them as Squid's user, the service of this machine as
 * c-icap's.
 */
static bool are_read_here(const struct emit *emit)
{
	return emit_asks_helper(emit) || (emit->squid.via != GTB_SQUID_NATIVE &&
					  emit->squid.icap_count == 0);
}

static void warn_policy(const struct emit *emit,
			const struct gtb_ruleset *ruleset)
{
	char line[GTB_REPORT_LINE_SIZE];
	struct gtb_report report;

	gtb_report_init(&report);
	if (are_read_here(emit))
		cli_warn_modes(ruleset, &report);
	if (emit_has_port(emit, true))
		cli_warn_name_only(ruleset, &report);
	for (size_t i = 0; i < report.count; i++)
		fprintf(stderr, "%s\n",
			gtb_report_line(&report.items[i], line, sizeof(line)));
	gtb_report_fini(&report);
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
		status = make_text(emit, ruleset, &report);
	if (status != CLI_TROUBLE) {
		warn_helper(emit);
		warn_policy(emit, ruleset);
	}
	gtb_ruleset_free(ruleset);
	gtb_report_fini(&report);
	return status;
}

int cli_emit(int argc, char **argv)
{
	struct emit emit;
	bool helped;
	int status;

	emit_init(&emit);
	status = emit_read_options(&emit, argc, argv, &helped);
	if (helped) {
		fputs(help, stdout);
	} else if (status == CLI_YES) {
		emit.squid.command = gtb_text_data(&emit.command);
		status = emit_squid(&emit);
	}
	emit_fini(&emit);
	return status;
}
