/* Squid's acl files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gtb/list.h"

#include "tests/unit/unit.h"

/* Each item as "line:text " behind the others. */
static int collect(void *context, const struct gtb_name *name, bool wildcard,
		   const struct gtb_net *net, uint32_t line)
{
	char *out = context;
	char text[GTB_NET_TEXT_SIZE];

	ck_assert_int_eq(name != NULL, net == NULL);
	sprintf(out + strlen(out), "%u:%s%s ", line, wildcard ? "." : "",
		name != NULL ? name->text
			     : gtb_net_text(net, text, sizeof(text)));
	return GTB_OK;
}

/* The first error, without its file; "" when there is none. */
static const char *read_list(const char *text, size_t len,
			     enum gtb_list_kind kind, bool exclude, char *items,
			     char *error)
{
	struct gtb_report report;
	int rc;

	items[0] = '\0';
	error[0] = '\0';
	gtb_report_init(&report);
	rc = gtb_list_parse("l", text, len, kind, exclude, collect, items,
			    &report);
	ck_assert_int_eq(rc, report.errors == 0 ? GTB_OK : GTB_E_INPUT);
	if (report.count > 0)
		gtb_report_line(&report.items[0], error, GTB_REPORT_LINE_SIZE);
	gtb_report_fini(&report);
	return error;
}

#define NAMES GTB_LIST_DSTDOMAIN
#define NETS  GTB_LIST_DST

/* Items, and how the error begins and what it says. */
static const struct {
	enum gtb_list_kind kind;
	bool exclude;
	const char *input;
	const char *items;
	const char *error;
} lists[] = {
	{NAMES, false, "", "", ""},
	{NAMES, false, "\n\n", "", ""},
	{NAMES, false, "a.example", "1:a.example ", ""},
	{NAMES, false, ".a.example\nb.example\n", "1:.a.example 2:b.example ",
	 ""},
	{NAMES, false, "# x\n\n  A.Example. \t# y\r\n#\r\n\t.b.example#z\r\n",
	 "3:a.example 5:.b.example ", ""},
	{NAMES, false, "*.a.example", "", "l:1:1: Squid never matches"},
	{NAMES, false, " a b.example", "", "l:1:2: two items"},
	{NAMES, false, "a\tb.example", "", "l:1:1: two items"},
	{NAMES, false, ".", "", "l:1:1: \".\" is no host name"},
	{NAMES, false, "..a.example", "", "l:1:1: \"..a.example\" is no host"},
	{NAMES, false, "68.64.0.1", "", "l:1:1: \"68.64.0.1\" is no host name"},
	{NAMES, false, "a_b.example", "", "l:1:1: \"a_b.example\" is no host"},
	{NAMES, false, "\rx", "", "l:1:1: \"\\x0dx\" is no host name"},
	{NAMES, false, "ok.example\n.com\nx.example",
	 "1:ok.example 3:x.example ", "l:2:1: *.com covers names that"},
	{NAMES, false, "com", "1:com ", ""},
	{NAMES, false, ".firebase.app", "", "l:1:1: *.firebase.app covers"},
	{NAMES, true, ".com\n.firebase.app", "1:.com 2:.firebase.app ", ""},
	{NETS, false, "68.64.0.0/19", "1:68.64.0.0/19 ", ""},
	{NETS, false, " 68.64.0.1 # x\n2620:0:2d0::/48\n",
	 "1:68.64.0.1/32 2:2620:0:2d0::/48 ", ""},
	{NETS, false, "68.64.0.0/255.255.224.0", "1:68.64.0.0/19 ", ""},
	{NETS, false, "68.64.0.1/255.255.255.255", "1:68.64.0.1/32 ", ""},
	{NETS, true, "0.0.0.0/0.0.0.0", "1:0.0.0.0/0 ", ""},
	{NETS, false, "68.64.0.0/255.0.255.0", "", "l:1:1: \"68.64.0.0/255.0."},
	{NETS, false, "68.64.0.0/0.0.0.255", "", "l:1:1: \"68.64.0.0/0.0.0."},
	{NETS, false, "68.64.0.0/255.255", "", "l:1:1: \"68.64.0.0/255.255\""},
	{NETS, false, "2620::/255.255.0.0", "", "l:1:1: \"2620::/255.255.0.0"},
	{NETS, false, "68.64.0.1/19", "",
	 "l:1:1: \"68.64.0.1/19\" has bits set right of its prefix: write "
	 "68.64.0.0/19"},
	{NETS, false, "2620:0:2d0::1/64", "",
	 "l:1:1: \"2620:0:2d0::1/64\" has bits set right of its prefix: write "
	 "2620:0:2d0::/64"},
	{NETS, false, "68.64.0.1/255.255.224.0", "", "l:1:1: \"68.64.0.1/255."},
	{NETS, false, "68.64.0.0/33", "", "l:1:1: \"68.64.0.0/33\" has no"},
	{NETS, false, "68.64.0.0/", "", "l:1:1: \"68.64.0.0/\" has no"},
	{NETS, false, "68.64.0.0/019", "", "l:1:1: \"68.64.0.0/019\" has no"},
	{NETS, false, "68.64/19", "", "l:1:1: \"68.64/19\" is no address"},
	{NETS, false, "a.example", "", "l:1:1: \"a.example\" is no address"},
	{NETS, false, "all", "", "l:1:1: \"all\" is no address"},
	{NETS, false, "::ffff:68.64.0.0/115", "1:68.64.0.0/19 ", ""},
	{NETS, true, "::ffff:0.0.0.0/95", "", "l:1:1: \"::ffff:0.0.0.0/95\""},
	{NETS, false, "68.0.0.0/15", "", "l:1:1: 68.0.0.0/15 is wider than"},
	{NETS, false, "2620::/31", "", "l:1:1: 2620::/31 is wider than /32"},
	{NETS, false, "10.1.2.3", "", "l:1:1: 10.1.2.3/32 is not public"},
	{NETS, true, "68.0.0.0/8\n10.1.2.3", "1:68.0.0.0/8 2:10.1.2.3/32 ", ""},
	/* Ranges. */
	{NETS, false, "68.64.0.1-68.64.0.1", "1:68.64.0.1/32 ", ""},
	{NETS, false, "68.64.0.0-68.64.31.255", "1:68.64.0.0/19 ", ""},
	{NETS, false, "68.64.0.1-68.64.0.6",
	 "1:68.64.0.1/32 1:68.64.0.2/31 1:68.64.0.4/31 1:68.64.0.6/32 ", ""},
	{NETS, false, "2620:0:2d0::-2620:0:2d0::2",
	 "1:2620:0:2d0::/127 1:2620:0:2d0::2/128 ", ""},
	{NETS, true, "0.0.0.0-255.255.255.255", "1:0.0.0.0/0 ", ""},
	{NETS, true, "255.255.255.254-255.255.255.255", "1:255.255.255.254/31 ",
	 ""},
	{NETS, true, "fffe::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	 "1:fffe::/15 ", ""},
	{NETS, true, "2620:0:2d0:0:ffff:ffff:ffff:ffff-2620:0:2d0:1::",
	 "1:2620:0:2d0:0:ffff:ffff:ffff:ffff/128 1:2620:0:2d0:1::/128 ", ""},
	{NETS, false, "68.0.0.0-68.255.255.255", "", "l:1:1: 68.0.0.0/8 is"},
	{NETS, false, "9.255.255.255-10.0.0.0", "",
	 "l:1:1: 10.0.0.0/32 is not public"},
	{NETS, false, "68.64.0.2-68.64.0.1", "", "l:1:1: the range runs back"},
	{NETS, false, "68.64.0.2-", "", "l:1:1: no range"},
	{NETS, false, "-68.64.0.2", "", "l:1:1: no range"},
	{NETS, false, "68.64.0.2-::1", "", "l:1:1: no range"},
	{NETS, false, "68.64.0.0-68.64.0.9/24", "", "l:1:1: no range"},
	{NETS, false, "68.64.0.0 - 68.64.0.9", "", "l:1:1: two items"},
};

START_TEST(list)
{
	char items[400];
	char error[GTB_REPORT_LINE_SIZE];
	const char *input = lists[_i].input;

	read_list(input, strlen(input), lists[_i].kind, lists[_i].exclude,
		  items, error);
	ck_assert_str_eq(items, lists[_i].items);
	if (lists[_i].error[0] == '\0')
		ck_assert_str_eq(error, "");
	else
		ck_assert_msg(strstr(error, lists[_i].error) == error, "%s",
			      error);
}
END_TEST

START_TEST(bytes)
{
	char items[400];
	char error[GTB_REPORT_LINE_SIZE];

	ck_assert_str_eq(
		read_list("a\0.example", 10, NAMES, false, items, error),
		"l:1:1: \"a\\x00.example\" is no host name: letters, digits "
		"and hyphens between dots, 63 a label, 253 in all");
	read_list("68.64.0.1\0", 10, NETS, false, items, error);
	ck_assert_str_eq(items, "");
	/* Not a byte further than told. */
	read_list("a.example\n.com", 9, NAMES, false, items, error);
	ck_assert_str_eq(items, "1:a.example ");
}
END_TEST

START_TEST(all_errors)
{
	static const char text[] = "a_b\nok.example\n*.x\n.com\n a b\n";
	char items[100] = "";
	struct gtb_report report;

	gtb_report_init(&report);
	ck_assert_int_eq(gtb_list_parse("l", text, strlen(text), NAMES, false,
					collect, items, &report),
			 GTB_E_INPUT);
	ck_assert_str_eq(items, "2:ok.example ");
	ck_assert_uint_eq(report.errors, 4);
	ck_assert_uint_eq(report.items[3].place.line, 5);
	ck_assert_uint_eq(report.items[3].place.column, 2);
	gtb_report_fini(&report);
}
END_TEST

/* So many lines, in which "%d" is the number from 1. */
static void lines(char *text, const char *pattern, int count)
{
	size_t before = strcspn(pattern, "%");

	for (int i = 1; i <= count; i++)
		text += sprintf(text, "%.*s%d%s", (int)before, pattern, i,
				pattern + before + 2);
}

/* A list that is wrong throughout; how many errors, and what the last says. */
static const struct {
	enum gtb_list_kind kind;
	const char *format;
	int count;
	const char *before;
	size_t errors;
	const char *last;
} floods[] = {
	{NETS, "h%d.example\n", 20, "", 21,
	 "l: all lines are of the other form: is \"form: dstdomain\" meant?"},
	{NETS, ".h%d.example\n", 23, "# names\n", 22,
	 "l: all lines are of the other form: is \"form: dstdomain\" meant?"},
	{NAMES, "20.0.0.%d\n", 21, "", 22,
	 "l: all lines are of the other form: is \"form: dst\" meant?"},
	{NAMES, "20.0.%d.0/24\n", 2, "", 3,
	 "l: all lines are of the other form: is \"form: dst\" meant?"},
	{NAMES, "20.0.0.%d\n", 30, "a.example\n", 21,
	 "l: and 10 more wrong lines"},
	{NETS, "h%d.example\n", 30, "a b\n", 21,
	 "l: and 11 more wrong lines"},
	{NAMES, "a_%d\n", 20, "", 20, "l:20:"},
	{NETS, "h%d.example\n", 1, "", 1, "l:1:1: "},
};

START_TEST(flood)
{
	char text[2048];
	char items[64] = "";
	char line[GTB_REPORT_LINE_SIZE];
	struct gtb_report report;

	strcpy(text, floods[_i].before);
	lines(text + strlen(text), floods[_i].format, floods[_i].count);
	gtb_report_init(&report);
	ck_assert_int_eq(gtb_list_parse("l", text, strlen(text),
					floods[_i].kind, false, collect, items,
					&report),
			 GTB_E_INPUT);
	ck_assert_uint_eq(report.errors, floods[_i].errors);
	gtb_report_line(&report.items[report.count - 1], line, sizeof(line));
	ck_assert_msg(strncmp(line, floods[_i].last,
			      strlen(floods[_i].last)) == 0,
		      "%s", line);
	gtb_report_fini(&report);
}
END_TEST

static int stop(void *context, const struct gtb_name *name, bool wildcard,
		const struct gtb_net *net, uint32_t line)
{
	int *calls = context;

	(void)name;
	(void)wildcard;
	(void)net;
	(void)line;
	return ++*calls == 2 ? GTB_E_NOMEM : GTB_OK;
}

START_TEST(stopped)
{
	static const char names[] = "a.example\nb.example\nc.example\n";
	static const char range[] = "68.64.0.1-68.64.0.6\n";
	int calls = 0;

	ck_assert_int_eq(gtb_list_parse("l", names, strlen(names), NAMES, false,
					stop, &calls, NULL),
			 GTB_E_NOMEM);
	ck_assert_int_eq(calls, 2);
	calls = 0;
	ck_assert_int_eq(gtb_list_parse("l", range, strlen(range), NETS, false,
					stop, &calls, NULL),
			 GTB_E_NOMEM);
	ck_assert_int_eq(calls, 2);
}
END_TEST

static int count(void *context, const struct gtb_name *name, bool wildcard,
		 const struct gtb_net *net, uint32_t line)
{
	size_t *calls = context;

	(void)name;
	(void)wildcard;
	(void)net;
	(void)line;
	++*calls;
	return GTB_OK;
}

START_TEST(limit)
{
	static const char line[] = "a.b\n";
	size_t len = (GTB_LIST_LINES_MAX + 1) * strlen(line);
	char *text = malloc(len);
	size_t calls = 0;
	struct gtb_report report;

	ck_assert_ptr_nonnull(text);
	for (size_t i = 0; i < len; i += strlen(line))
		memcpy(text + i, line, strlen(line));
	gtb_report_init(&report);
	ck_assert_int_eq(gtb_list_parse("l", text, len - strlen(line), NAMES,
					false, count, &calls, &report),
			 GTB_OK);
	ck_assert_uint_eq(calls, GTB_LIST_LINES_MAX);
	ck_assert_int_eq(gtb_list_parse("l", text, len, NAMES, false, count,
					&calls, &report),
			 GTB_E_INPUT);
	ck_assert_uint_eq(report.errors, 1);
	ck_assert_uint_eq(report.items[0].place.line, GTB_LIST_LINES_MAX + 1);
	gtb_report_fini(&report);
	free(text);
}
END_TEST

Suite *suite_list(void)
{
	Suite *suite = suite_create("list");
	TCase *tcase = tcase_create("list");

	tcase_add_loop_test(tcase, list, 0, sizeof(lists) / sizeof(lists[0]));
	tcase_add_test(tcase, bytes);
	tcase_add_test(tcase, all_errors);
	tcase_add_loop_test(tcase, flood, 0,
			    sizeof(floods) / sizeof(floods[0]));
	tcase_add_test(tcase, stopped);
	tcase_add_test(tcase, limit);
	suite_add_tcase(suite, tcase);
	return suite;
}
