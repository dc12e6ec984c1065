#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "gtb/report.h"
#include "gtb/text.h"
#include "tests/unit/unit.h"

START_TEST(test_empty)
{
	struct gtb_text_buffer text;

	gtb_text_init(&text);
	ck_assert_str_eq(gtb_text_data(&text), "");
	ck_assert_int_eq(text.error, GTB_OK);
	gtb_text_add_bytes(&text, "", 0);
	ck_assert_str_eq(gtb_text_data(&text), "");
	gtb_text_fini(&text);
}
END_TEST

START_TEST(test_append)
{
	struct gtb_text_buffer text;

	gtb_text_init(&text);
	gtb_text_add(&text, "one\n");
	gtb_text_add_bytes(&text, "two and more", 3);
	gtb_text_addf(&text, " %d%s\n", 3, "!");
	ck_assert_str_eq(gtb_text_data(&text), "one\ntwo 3!\n");
	ck_assert_uint_eq(text.len, 11);
	ck_assert_uint_eq(text.lines, 2);
	gtb_text_fini(&text);
	ck_assert_uint_eq(text.len, 0);
}
END_TEST

/* Sizes around every doubling: each byte is where it belongs. */
START_TEST(test_growth)
{
	struct gtb_text_buffer text;
	char piece[2] = "a";

	gtb_text_init(&text);
	for (size_t i = 0; i < 5000; i++) {
		piece[0] = (char)('a' + i % 26);
		if (i % 3 == 0)
			gtb_text_addf(&text, "%s", piece);
		else
			gtb_text_add(&text, piece);
	}
	ck_assert_uint_eq(strlen(gtb_text_data(&text)), 5000);
	for (size_t i = 0; i < 5000; i++)
		ck_assert_int_eq(text.data[i], (char)('a' + i % 26));
	gtb_text_fini(&text);
}
END_TEST

START_TEST(test_large_piece)
{
	struct gtb_text_buffer text;
	size_t len = 1000000;
	char *piece = malloc(len);

	ck_assert_ptr_nonnull(piece);
	memset(piece, '\n', len);
	gtb_text_init(&text);
	gtb_text_add_bytes(&text, piece, len);
	ck_assert_uint_eq(text.len, len);
	ck_assert_uint_eq(text.lines, len);
	gtb_text_fini(&text);
	free(piece);
}
END_TEST

START_TEST(test_error_sticks)
{
	struct gtb_text_buffer text;

	gtb_text_init(&text);
	gtb_text_add(&text, "kept");
	gtb_text_fail(&text, GTB_E_INPUT);
	gtb_text_fail(&text, GTB_E_NOMEM);
	gtb_text_add(&text, "lost");
	gtb_text_addf(&text, "%s", "lost");
	ck_assert_int_eq(text.error, GTB_E_INPUT);
	ck_assert_str_eq(gtb_text_data(&text), "");
	ck_assert_uint_eq(text.len, 4);
	gtb_text_fini(&text);
	ck_assert_int_eq(text.error, GTB_OK);
}
END_TEST

Suite *suite_text(void)
{
	Suite *suite = suite_create("text");
	TCase *tcase = tcase_create("text");

	tcase_add_test(tcase, test_empty);
	tcase_add_test(tcase, test_append);
	tcase_add_test(tcase, test_growth);
	tcase_add_test(tcase, test_large_piece);
	tcase_add_test(tcase, test_error_sticks);
	suite_add_tcase(suite, tcase);
	return suite;
}
