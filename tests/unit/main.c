/* Runs every suite; TAP on standard output for automake's driver. */
#include <stdlib.h>

#include "tests/unit/unit.h"

int main(void)
{
	SRunner *runner = srunner_create(suite_host());

	srunner_add_suite(runner, suite_net());
	srunner_add_suite(runner, suite_watch());
	srunner_add_suite(runner, suite_pace());
	srunner_add_suite(runner, suite_verdicts());
	srunner_add_suite(runner, suite_ruleset());
	srunner_add_suite(runner, suite_decide());
	srunner_add_suite(runner, suite_nets());
	srunner_add_suite(runner, suite_names());
	srunner_add_suite(runner, suite_quote());
	srunner_add_suite(runner, suite_squid());
	srunner_add_suite(runner, suite_squid_icap());
	srunner_add_suite(runner, suite_intercepted());
	srunner_add_suite(runner, suite_text());
	srunner_add_suite(runner, suite_line());
	srunner_add_suite(runner, suite_stream());
	srunner_add_suite(runner, suite_report());
	srunner_add_suite(runner, suite_file());
	srunner_add_suite(runner, suite_suffix());
	srunner_add_suite(runner, suite_yaml());
	srunner_add_suite(runner, suite_cases());
	srunner_add_suite(runner, suite_catalog());
	srunner_add_suite(runner, suite_policy());
	srunner_add_suite(runner, suite_list());
	srunner_add_suite(runner, suite_conf());
	srunner_add_suite(runner, suite_conf_files());
	srunner_add_suite(runner, suite_lint());
	srunner_add_suite(runner, suite_lint_view());
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
