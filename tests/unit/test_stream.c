#include "config.h"

#include <string.h>

#include "src/helper/stream.h"
#include "tests/unit/unit.h"

/* Lines as they came, joined: "text|" or "text...|" when cut. */
struct seen {
	size_t lines;
	size_t len;
	char text[64 * 1024];
};

static void see(void *context, const char *text, size_t len, bool cut)
{
	struct seen *seen = context;

	ck_assert_uint_le(len, GTB_LINE_MAX);
	ck_assert_uint_lt(seen->len + len + 4, sizeof(seen->text));
	memcpy(seen->text + seen->len, text, len);
	seen->len += len;
	strcpy(seen->text + seen->len, cut ? "...|" : "|");
	seen->len += strlen(seen->text + seen->len);
	seen->lines++;
}

static void feed_in_pieces(struct seen *seen, const char *data, size_t len,
			   size_t piece)
{
	struct gtb_stream stream;

	memset(seen, 0, sizeof(*seen));
	gtb_stream_init(&stream);
	for (size_t at = 0; at < len; at += piece) {
		size_t rest = len - at;

		gtb_stream_feed(&stream, data + at, rest < piece ? rest : piece,
				see, seen);
	}
}

static struct seen seen;

START_TEST(test_pieces)
{
	static const char data[] = "one\n\ntwo\r\n three \nnever ended";
	size_t piece = (size_t)_i;

	feed_in_pieces(&seen, data, sizeof(data) - 1, piece);
	ck_assert_str_eq(seen.text, "one||two\r| three |");
}
END_TEST

/* Around the limit: one line of a length, then a short one. */
static void check_length(size_t length, size_t piece, bool cut)
{
	static char data[GTB_LINE_MAX * 5];
	size_t kept = cut ? GTB_LINE_MAX : length;

	memset(data, 'x', length);
	memcpy(data + length, "\nshort\n", 7);
	feed_in_pieces(&seen, data, length + 7, piece);
	ck_assert_uint_eq(seen.lines, 2);
	ck_assert_uint_eq(strspn(seen.text, "x"), kept);
	ck_assert_str_eq(seen.text + kept, cut ? "...|short|" : "|short|");
}

START_TEST(test_limit)
{
	static const size_t pieces[] = {1, 2, 4095, 4096, 4097, 16384, 32768};
	size_t piece = pieces[_i];

	check_length(GTB_LINE_MAX - 1, piece, false);
	check_length(GTB_LINE_MAX, piece, false);
	check_length(GTB_LINE_MAX + 1, piece, true);
	check_length(GTB_LINE_MAX * 4, piece, true);
}
END_TEST

START_TEST(test_nul)
{
	static const char data[] = "a\0b\nc\n";

	feed_in_pieces(&seen, data, sizeof(data) - 1, 3);
	ck_assert_uint_eq(seen.lines, 2);
	ck_assert_uint_eq(seen.len, 6);
	ck_assert(memcmp(seen.text, "a\0b|c|", 6) == 0);
}
END_TEST

Suite *suite_stream(void)
{
	Suite *suite = suite_create("stream");
	TCase *tc = tcase_create("stream");

	tcase_add_loop_test(tc, test_pieces, 1, 32);
	tcase_add_loop_test(tc, test_limit, 0, 7);
	tcase_add_test(tc, test_nul);
	suite_add_tcase(suite, tc);
	return suite;
}
