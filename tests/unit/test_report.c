/* Mistakes, as they are kept and shown. */
#include <string.h>

#include "gtb/report.h"

#include "tests/unit/unit.h"

static const struct {
	const char *input;
	size_t len;
	size_t size;
	const char *expected;
} safes[] = {
	{"plain", 5, 32, "plain"},
	{"", 0, 32, ""},
	{"a\nb", 3, 32, "a\\x0ab"},
	{"a\0b", 3, 32, "a\\x00b"},
	{"back\\slash", 10, 32, "back\\\\slash"},
	{"\xc3\xa9", 2, 32, "\\xc3\\xa9"},
	{"\x1b[31m", 5, 32, "\\x1b[31m"},
	{"\x7f~", 2, 32, "\\x7f~"},
	{"abcdefgh", 8, 9, "abcdefgh"},
	{"abcdefghi", 9, 9, "abcde..."},
	{"abc\n\n\n", 6, 10, "abc..."},
	{"\n\n\n", 3, 8, "\\x0a..."},
	{"abcd", 4, 4, "..."},
	{"abcd", 4, 2, "."},
	{"abcd", 4, 1, ""},
};

START_TEST(safe)
{
	char buffer[40];

	memset(buffer, '#', sizeof(buffer));
	ck_assert_str_eq(gtb_report_safe(safes[_i].input, safes[_i].len, buffer,
					 safes[_i].size),
			 safes[_i].expected);
	ck_assert_int_eq(buffer[safes[_i].size], '#');
}
END_TEST

static const struct {
	struct gtb_place place;
	enum gtb_level level;
	const char *expected;
} lines[] = {
	{{0, 0}, GTB_LEVEL_ERROR, "p.yaml: bad key"},
	{{7, 0}, GTB_LEVEL_ERROR, "p.yaml:7: bad key"},
	{{7, 3}, GTB_LEVEL_ERROR, "p.yaml:7:3: bad key"},
	{{7, 3}, GTB_LEVEL_WARNING, "p.yaml:7:3: warning: bad key"},
};

START_TEST(one_line)
{
	struct gtb_report report;
	char buffer[GTB_REPORT_LINE_SIZE];

	gtb_report_init(&report);
	if (lines[_i].level == GTB_LEVEL_ERROR)
		gtb_report_error(&report, "p.yaml", lines[_i].place, "bad %s",
				 "key");
	else
		gtb_report_warning(&report, "p.yaml", lines[_i].place, "bad %s",
				   "key");
	ck_assert_uint_eq(report.count, 1);
	ck_assert_uint_eq(report.errors, lines[_i].level == GTB_LEVEL_ERROR);
	ck_assert_str_eq(
		gtb_report_line(&report.items[0], buffer, sizeof(buffer)),
		lines[_i].expected);
	gtb_report_fini(&report);
	ck_assert_uint_eq(report.count, 0);
}
END_TEST

START_TEST(foreign)
{
	struct gtb_place place = {1, 2};
	struct gtb_report report;
	char line[GTB_REPORT_LINE_SIZE];
	char small[12];

	gtb_report_init(&report);
	gtb_report_error(&report, "a\nb", place, "%s", "x\r\ny\xff");
	ck_assert_str_eq(gtb_report_line(&report.items[0], line, sizeof(line)),
			 "a\\x0ab:1:2: x\\x0d\\x0ay\\xff");
	ck_assert_str_eq(
		gtb_report_line(&report.items[0], small, sizeof(small)),
		"a\\x0ab:1:2:");
	gtb_report_fini(&report);
}
END_TEST

START_TEST(many)
{
	struct gtb_place place = {1, 1};
	struct gtb_report report;

	gtb_report_init(&report);
	for (int i = 0; i < GTB_REPORT_MAX + 5; i++)
		gtb_report_error(&report, "s", place, "%d", i);
	gtb_report_warning(&report, "s", place, "last");
	ck_assert_uint_eq(report.count, GTB_REPORT_MAX);
	ck_assert_uint_eq(report.errors, GTB_REPORT_MAX + 5);
	ck_assert_uint_eq(report.dropped, 6);
	ck_assert_str_eq(report.items[GTB_REPORT_MAX - 1].message, "999");
	gtb_report_fini(&report);
	/* Nobody wants to know: nothing to do, nothing to free. */
	gtb_report_error(NULL, "s", place, "x");
	gtb_report_warning(NULL, "s", place, "x");
	gtb_report_sort(NULL, 0);
}
END_TEST

START_TEST(sort)
{
	static const struct gtb_place places[] = {{9, 9}, {3, 1}, {2, 7},
						  {2, 5}, {3, 1}, {0, 0}};
	struct gtb_report report;
	char order[8] = "";

	gtb_report_init(&report);
	for (int i = 0; i < 6; i++)
		gtb_report_error(&report, "s", places[i], "%d", i);
	gtb_report_sort(&report, 1);
	for (int i = 0; i < 6; i++)
		strcat(order, report.items[i].message);
	ck_assert_str_eq(order, "053214");
	gtb_report_fini(&report);
}
END_TEST

Suite *suite_report(void)
{
	Suite *suite = suite_create("report");
	TCase *tcase = tcase_create("report");

	tcase_add_loop_test(tcase, safe, 0, sizeof(safes) / sizeof(safes[0]));
	tcase_add_loop_test(tcase, one_line, 0,
			    sizeof(lines) / sizeof(lines[0]));
	tcase_add_test(tcase, foreign);
	tcase_add_test(tcase, many);
	tcase_add_test(tcase, sort);
	suite_add_tcase(suite, tcase);
	return suite;
}
