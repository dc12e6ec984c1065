/* What the unit tests of the rooms leave out; TAP on standard output. */
#include <stdlib.h>

#include "tests/trust/unit.h"

int main(void)
{
	SRunner *runner = srunner_create(suite_trust_net());
	int failed;

	srunner_add_suite(runner, suite_trust_host());
	srunner_add_suite(runner, suite_trust_decide());
	srunner_add_suite(runner, suite_trust_line());
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
