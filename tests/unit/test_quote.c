#include "config.h"

#include <string.h>

#include "gtb/quote.h"
#include "gtb/report.h"
#include "tests/unit/unit.h"

struct row {
	const char *name;
	enum gtb_quote_mode mode;
	const char *input;
	size_t len;
	const char *expected; /* NULL: refused */
};

#define IN(literal) literal, sizeof(literal) - 1
#define WORD	    GTB_QUOTE_SQUID_WORD
#define COMMENT	    GTB_QUOTE_SQUID_COMMENT
#define REPLY	    GTB_QUOTE_REPLY_VALUE
#define SHELL	    GTB_QUOTE_SHELL_WORD

static const struct row rows[] = {
	/* A word of squid.conf: as it is or not at all. */
	{"path", WORD, IN("/etc/squid/a-b_c.yaml"), "/etc/squid/a-b_c.yaml"},
	{"quote within", WORD, IN("/it's/a\"b"), "/it's/a\"b"},
	{"hash within", WORD, IN("/a#b"), "/a#b"},
	{"percent within", WORD, IN("/a%20b"), "/a%20b"},
	{"dollar", WORD, IN("/a$b"), "/a$b"},
	{"backslash within", WORD, IN("/a\\b"), "/a\\b"},
	{"e acute", WORD, IN("/caf\xc3\xa9"), "/caf\xc3\xa9"},
	{"four bytes", WORD, IN("/\xf0\x9f\x98\x80"), "/\xf0\x9f\x98\x80"},
	{"empty", WORD, IN(""), NULL},
	{"blank", WORD, IN("/a b"), NULL},
	{"tab", WORD, IN("/a\tb"), NULL},
	{"newline", WORD, IN("/a\nhttp_access allow all"), NULL},
	{"carriage return", WORD, IN("/a\rb"), NULL},
	{"nul", WORD, IN("/a\0b"), NULL},
	{"vertical tab", WORD, IN("/a\vb"), NULL},
	{"form feed", WORD, IN("/a\fb"), NULL},
	{"escape", WORD, IN("/a\x1b[m"), NULL},
	{"delete", WORD, IN("/a\x7f"), NULL},
	{"macro", WORD, IN("/a${process_name}"), NULL},
	{"leading hash", WORD, IN("#a"), NULL},
	{"leading quote", WORD, IN("\"a\""), NULL},
	{"leading apostrophe", WORD, IN("'a'"), NULL},
	{"leading percent", WORD, IN("%a"), NULL},
	{"trailing backslash", WORD, IN("/a\\"), NULL},
	{"lone high byte", WORD, IN("/a\xff"), NULL},
	{"lone continuation", WORD, IN("/a\x80"), NULL},
	{"cut sequence", WORD, IN("/a\xc3"), NULL},
	{"cut three", WORD, IN("/a\xe2\x82"), NULL},
	{"overlong slash", WORD, IN("/a\xc0\xaf"), NULL},
	{"overlong three", WORD, IN("/a\xe0\x80\xaf"), NULL},
	{"overlong four", WORD, IN("/a\xf0\x80\x80\xaf"), NULL},
	{"surrogate", WORD, IN("/a\xed\xa0\x80"), NULL},
	{"too large", WORD, IN("/a\xf4\x90\x80\x80"), NULL},
	{"c1 next line", WORD, IN("/a\xc2\x85"), NULL},
	{"no-break space", WORD, IN("/a\xc2\xa0z"), "/a\xc2\xa0z"},

	{"comment", COMMENT, IN("say \"it's\" #1 \\"), "say \"it's\" #1 \\"},
	{"empty comment", COMMENT, IN(""), ""},
	{"comment newline", COMMENT, IN("a\nssl_bump none all"), NULL},
	{"comment return", COMMENT, IN("a\rb"), NULL},
	{"comment nul", COMMENT, IN("a\0b"), NULL},
	{"comment tab", COMMENT, IN("a\tb"), NULL},

	{"source", REPLY, IN("list:nobump.txt:17"), "list:nobump.txt:17"},
	{"reply blank", REPLY, IN("a b"), "a%20b"},
	{"reply quote", REPLY, IN("\"a\\"), "%22a%5C"},
	{"reply percent", REPLY, IN("%"), "%25"},
	{"reply equals", REPLY, IN("a=b"), "a%3Db"},
	{"reply high", REPLY, IN("\xff"), "%FF"},
	{"reply newline", REPLY, IN("a\n2 OK"), NULL},
	{"reply return", REPLY, IN("a\r"), NULL},
	{"reply nul", REPLY, IN("a\0"), NULL},
	{"reply empty", REPLY, IN(""), NULL},

	{"plain word", SHELL, IN("--bypass=auth,tls"), "--bypass=auth,tls"},
	{"shell blank", SHELL, IN("/a b"), "'/a b'"},
	{"shell apostrophe", SHELL, IN("it's"), "'it'\\''s'"},
	{"shell command", SHELL, IN("$(id);"), "'$(id);'"},
	{"shell empty", SHELL, IN(""), "''"},
	{"shell newline", SHELL, IN("a\nb"), NULL},
	{"shell nul", SHELL, IN("a\0b"), NULL},
};

START_TEST(test_rows)
{
	const struct row *row = &rows[_i];
	const char *refusal =
		gtb_quote_refusal(row->mode, row->input, row->len);
	struct gtb_text_buffer text;

	gtb_text_init(&text);
	gtb_text_add(&text, "<");
	gtb_quote_add(&text, row->mode, row->input, row->len);
	ck_assert_msg((refusal == NULL) == (row->expected != NULL),
		      "%s: refusal %s", row->name, refusal ? refusal : "none");
	if (row->expected == NULL) {
		ck_assert_msg(text.error == GTB_E_INPUT, "%s", row->name);
		ck_assert_msg(text.len == 1, "%s: something written",
			      row->name);
	} else {
		ck_assert_msg(strcmp(gtb_text_data(&text) + 1, row->expected) ==
				      0,
			      "%s: %s", row->name, gtb_text_data(&text));
	}
	gtb_text_fini(&text);
}
END_TEST

/* No byte, alone or within, brings a line end or NUL through any mode. */
START_TEST(test_every_byte)
{
	char input[3] = {'a', (char)_i, 'b'};

	for (int mode = WORD; mode <= SHELL; mode++) {
		struct gtb_text_buffer text;

		gtb_text_init(&text);
		gtb_quote_add(&text, (enum gtb_quote_mode)mode, input, 3);
		ck_assert_uint_eq(strlen(gtb_text_data(&text)),
				  text.error == GTB_OK ? text.len : 0);
		ck_assert_ptr_null(strpbrk(gtb_text_data(&text), "\r\n"));
		gtb_text_fini(&text);
	}
}
END_TEST

START_TEST(test_string)
{
	struct gtb_text_buffer text;

	gtb_text_init(&text);
	gtb_quote_string(&text, SHELL, "a b");
	ck_assert_str_eq(gtb_text_data(&text), "'a b'");
	gtb_text_fini(&text);
}
END_TEST

Suite *suite_quote(void)
{
	Suite *suite = suite_create("quote");
	TCase *tcase = tcase_create("quote");

	tcase_add_loop_test(tcase, test_rows, 0,
			    sizeof(rows) / sizeof(rows[0]));
	tcase_add_loop_test(tcase, test_every_byte, 0, 256);
	tcase_add_test(tcase, test_string);
	suite_add_tcase(suite, tcase);
	return suite;
}
