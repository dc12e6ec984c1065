/* Long work in pieces. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "gtb/catalog.h"
#include "gtb/list.h"
#include "gtb/pace.h"
#include "gtb/report.h"

#include "tests/unit/unit.h"

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

START_TEST(rests_when_a_piece_is_done)
{
	int64_t from = now_us();
	struct gtb_pace pace = {.since_us = from - GTB_PACE_PIECE_US};

	gtb_pace_rest(&pace);
	ck_assert_int_ge(now_us() - from, GTB_PACE_REST_US);
	ck_assert_int_ge(pace.since_us - from, GTB_PACE_REST_US);
}
END_TEST

/* An hour from now: the piece is not over, however slow this machine is. */
START_TEST(goes_on_within_a_piece)
{
	int64_t later = now_us() + INT64_C(3600000000);
	struct gtb_pace pace = {.since_us = later};

	gtb_pace_rest(&pace);
	ck_assert_int_eq(pace.since_us, later);
}
END_TEST

START_TEST(a_piece_begins_now)
{
	int64_t from = now_us();
	struct gtb_pace pace;

	gtb_pace_begin(&pace);
	ck_assert_int_ge(pace.since_us, from);
	ck_assert_int_le(pace.since_us, now_us());
}
END_TEST

/* --- who reads tells of pieces ------------------------------------------- */

static void count(void *context)
{
	++*(unsigned int *)context;
}

static int take(void *context, const struct gtb_name *name,
		bool wildcard, const struct gtb_net *net, uint32_t line)
{
	(void)context;
	(void)name;
	(void)wildcard;
	(void)net;
	(void)line;
	return GTB_OK;
}

START_TEST(a_list_is_read_in_pieces)
{
	static char text[1000 * 16];
	unsigned int pieces = 0;
	struct gtb_report report;
	size_t len = 0;

	for (int i = 0; i < 1000; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
					"n%d.example\n", i);
	gtb_report_init(&report);
	gtb_report_pauses(&report, count, &pieces);
	ck_assert_int_eq(gtb_list_parse("list", text, len, GTB_LIST_DSTDOMAIN,
					false, take, NULL, &report), GTB_OK);
	ck_assert_uint_ge(pieces, 10);
	gtb_report_fini(&report);
}
END_TEST

/* With mistakes, too: what is wrong is read as far as what is right. */
START_TEST(a_document_is_read_in_pieces)
{
	static const char text[] = "nonsense: [1, 2]\n";
	struct gtb_catalog *catalog;
	struct gtb_report report;
	unsigned int pieces = 0;

	gtb_report_init(&report);
	gtb_report_pauses(&report, count, &pieces);
	ck_assert_int_eq(gtb_catalog_parse("document", text, strlen(text),
					   &catalog, &report), GTB_E_INPUT);
	ck_assert_uint_ge(pieces, 3);
	gtb_report_fini(&report);
}
END_TEST

START_TEST(nobody_asked)
{
	struct gtb_report report;

	gtb_report_init(&report);
	gtb_report_piece(&report);
	gtb_report_piece(NULL);
	ck_assert_uint_eq(report.count, 0);
	gtb_report_fini(&report);
}
END_TEST

Suite *suite_pace(void)
{
	Suite *suite = suite_create("pace");
	TCase *tcase = tcase_create("pace");

	tcase_add_test(tcase, rests_when_a_piece_is_done);
	tcase_add_test(tcase, goes_on_within_a_piece);
	tcase_add_test(tcase, a_piece_begins_now);
	tcase_add_test(tcase, a_list_is_read_in_pieces);
	tcase_add_test(tcase, a_document_is_read_in_pieces);
	tcase_add_test(tcase, nobody_asked);
	suite_add_tcase(suite, tcase);
	return suite;
}
