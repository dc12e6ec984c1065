/* goto-bypass check: are policy and catalog right, and what is in them? */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "findings.h"

/* The text as it is printed. */
/* clang-format off */
static const char help[] =
"usage: goto-bypass check [--json] [--digest] [options]\n"
"\n"
"Reads policy and catalog, and says everything that is wrong with them as\n"
"file:line:column. Otherwise it tells what is in them: documents and their\n"
"age, entries by tier, what two documents say differently, and warnings.\n"
"\n"
"  --digest          only the digest of everything decisions rest on: two\n"
"                    machines with the same digest decide alike\n"
"  --today DATE      count ages up to YYYY-MM-DD instead of today\n"
"  --json            for programs\n"
"  -c, --policy FILE (" GTB_POLICY_PATH ")\n"
"  -C, --catalog DIR (" GTB_CATALOG_PATH ")\n"
"  -h, --help\n"
"\n"
"Examples:\n"
"  goto-bypass check\n"
"  goto-bypass check -c /tmp/new.yaml && mv /tmp/new.yaml policy.yaml\n"
"      look first, then put it into place\n"
"  ssh proxy2 goto-bypass check --digest\n"
"      does the other machine have the same files?\n"
"\n"
"Exit status: 0 fine (warnings or not), 1 policy or catalog are wrong,\n"
"2 wrong usage or a file could not be read.\n";
/* clang-format on */

enum own_option { OPTION_DIGEST = CLI_OPTION_OWN, OPTION_JSON, OPTION_TODAY };

static const struct option long_options[] = {
	{"digest", no_argument, NULL, OPTION_DIGEST},
	{"json", no_argument, NULL, OPTION_JSON},
	{"today", required_argument, NULL, OPTION_TODAY},
	CLI_LONG_OPTIONS,
	{NULL, 0, NULL, 0}};

#define DATE_SIZE sizeof("YYYY-MM-DD")

static const char *today_text(char buffer[DATE_SIZE])
{
	time_t now = time(NULL);
	struct tm tm;

	if (gmtime_r(&now, &tm) == NULL ||
	    strftime(buffer, DATE_SIZE, "%Y-%m-%d", &tm) == 0)
		buffer[0] = '\0';
	return buffer;
}

/* The catalog knows what a date is: measure one against itself. */
static bool is_date(const char *text)
{
	char checked[DATE_SIZE];
	struct gtb_document document = {.checked = checked};

	if (strlen(text) != DATE_SIZE - 1)
		return false;
	memcpy(checked, text, DATE_SIZE);
	return gtb_catalog_age_days(&document, text) == 0;
}

static int tell(struct check *check)
{
	if (check->digest) {
		puts(gtb_ruleset_digest(check->ruleset));
		return CLI_YES;
	}
	if (cli_check_count(check) != GTB_OK ||
	    cli_check_compare(check) != GTB_OK)
		return cli_no_memory();
	cli_check_warn(check);
	if (check->json)
		return cli_check_print_json(check);
	cli_check_print(check);
	return CLI_YES;
}

static int tell_errors(const struct check *check, int rc)
{
	int status = rc == GTB_E_INPUT ? CLI_NO : CLI_TROUBLE;

	if (check->json && rc != GTB_E_NOMEM &&
	    cli_check_print_json_errors(check->report) != CLI_YES)
		status = CLI_TROUBLE;
	return status;
}

static int run(struct check *check)
{
	struct gtb_ruleset *ruleset = NULL;
	struct gtb_report report;
	int status;
	int rc;

	gtb_report_init(&report);
	check->report = &report;
	rc = cli_load(&check->files, &ruleset, &report);
	check->ruleset = ruleset;
	if (rc == GTB_OK)
		status = tell(check);
	else
		status = tell_errors(check, rc);
	cli_check_fini(check);
	gtb_ruleset_free(ruleset);
	gtb_report_fini(&report);
	return status;
}

static bool take_option(void *context, int option)
{
	struct check *check = context;

	if (option == OPTION_DIGEST)
		check->digest = true;
	else if (option == OPTION_JSON)
		check->json = true;
	else if (option == OPTION_TODAY)
		check->today = optarg;
	else
		return cli_files_option(&check->files, option);
	return true;
}

int cli_check(int argc, char **argv)
{
	static const struct cli_options options = {"check", help, long_options,
						   take_option};
	struct check check = {.json = false};
	char date[DATE_SIZE];
	int status;

	cli_files_init(&check.files);
	check.today = today_text(date);
	if (!cli_read_options(&options, argc, argv, &check, &status))
		return status;
	if (optind < argc)
		return cli_usage("check", "what is \"%s\"?", argv[optind]);
	if (!is_date(check.today))
		return cli_usage("check",
				 "--today %s: must be a date, "
				 "YYYY-MM-DD",
				 check.today);
	if (check.digest && check.json)
		cli_error("warning: --json has no effect with --digest");
	return run(&check);
}
