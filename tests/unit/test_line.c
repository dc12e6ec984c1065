#include "config.h"

#include <stdio.h>
#include <string.h>

#include "src/helper/line.h"
#include "tests/unit/unit.h"

/* --- requests ---------------------------------------------------------- */

#define U GTB_LINE_UNSETTLED
#define C GTB_LINE_CONCURRENT
#define P GTB_LINE_PLAIN

struct request {
	const char *name;
	enum gtb_line_mode mode;
	const char *text;
	size_t len;
	enum gtb_line_result result;
	enum gtb_line_mode settled;
	const char *id;			/* NULL: none */
};

#define TEXT(s) s, sizeof(s) - 1

#define TAIL " 192.0.2.7 CONNECT www.goto.com 443 - auth"
#define TAIL_DST " 192.0.2.7 CONNECT www.goto.com 443 - 192.0.2.9 splice"

static const struct request requests[] = {
	{"six fields", U, TEXT("7" TAIL), GTB_LINE_OK, C, "7"},
	{"seven fields", U, TEXT("7" TAIL_DST), GTB_LINE_OK, C, "7"},
	{"trailing space", C, TEXT("7" TAIL " "), GTB_LINE_OK, C, "7"},
	{"CR", C, TEXT("7" TAIL "\r"), GTB_LINE_OK, C, "7"},
	{"trailing space and CR", C, TEXT("7" TAIL " \r"), GTB_LINE_OK, C, "7"},
	{"two CR", C, TEXT("7" TAIL "\r\r"), GTB_LINE_MALFORMED, C, "7"},
	{"two trailing spaces", C, TEXT("7" TAIL "  "), GTB_LINE_MALFORMED, C,
	 "7"},
	{"all unknown", C, TEXT("7 - - - - - - auth"), GTB_LINE_OK, C, "7"},
	{"percent is left alone", C, TEXT("7 a b %2e 443 - auth"), GTB_LINE_OK,
	 C, "7"},

	{"plain", U, TEXT("192.0.2.7 CONNECT h 443 - auth"), GTB_LINE_OK, P,
	 NULL},
	{"plain, IPv6", U, TEXT("2001:db8::7 CONNECT h 443 - auth"),
	 GTB_LINE_OK, P, NULL},
	{"plain, client unknown", P, TEXT("- CONNECT h 443 - auth"),
	 GTB_LINE_OK, P, NULL},
	{"plain, an id is a field", P, TEXT("7 - - - - - auth"), GTB_LINE_OK,
	 P, NULL},
	{"plain, an id is a field too many", P, TEXT("7" TAIL_DST),
	 GTB_LINE_MALFORMED, P, NULL},
	{"plain, settled by a malformed line", U, TEXT("192.0.2.7"),
	 GTB_LINE_MALFORMED, P, NULL},
	{"plain, rubbish", P, TEXT("rubbish"), GTB_LINE_MALFORMED, P, NULL},

	{"id 0", U, TEXT("0" TAIL), GTB_LINE_OK, C, "0"},
	{"leading zeros", U, TEXT("007" TAIL), GTB_LINE_OK, C, "007"},
	{"id of 11 digits", U, TEXT("99999999999" TAIL), GTB_LINE_OK, C,
	 "99999999999"},
	{"greatest id", U, TEXT("18446744073709551615" TAIL), GTB_LINE_OK, C,
	 "18446744073709551615"},
	{"id too great", C, TEXT("18446744073709551616" TAIL),
	 GTB_LINE_SILENT, C, NULL},
	{"id of 21 digits", C, TEXT("000000000000000000001" TAIL),
	 GTB_LINE_SILENT, C, NULL},
	{"id -1", C, TEXT("-1" TAIL), GTB_LINE_SILENT, C, NULL},
	{"id +1", C, TEXT("+1" TAIL), GTB_LINE_SILENT, C, NULL},
	{"id 0x1", C, TEXT("0x1" TAIL), GTB_LINE_SILENT, C, NULL},
	{"id 1.5", C, TEXT("1.5" TAIL), GTB_LINE_SILENT, C, NULL},
	{"id empty", C, TEXT(TAIL), GTB_LINE_SILENT, C, NULL},
	{"id then tab", C, TEXT("7\t" TAIL), GTB_LINE_SILENT, C, NULL},
	{"id then NUL", C, TEXT("7\0" TAIL), GTB_LINE_SILENT, C, NULL},
	{"address for an id", C, TEXT("192.0.2.7 CONNECT h 443 - auth"),
	 GTB_LINE_SILENT, C, NULL},
	{"nothing settles", U, TEXT("rubbish"), GTB_LINE_SILENT, U, NULL},
	{"unknown client settles nothing", U, TEXT("- CONNECT h 443 - auth"),
	 GTB_LINE_SILENT, U, NULL},
	{"no settling by a short address", U, TEXT("192.0.2 C h 443 - auth"),
	 GTB_LINE_SILENT, U, NULL},

	{"id alone", U, TEXT("7"), GTB_LINE_MALFORMED, C, "7"},
	{"id and space", U, TEXT("7 "), GTB_LINE_MALFORMED, C, "7"},
	{"id and CR", U, TEXT("7\r"), GTB_LINE_MALFORMED, C, "7"},
	{"too few", C, TEXT("7 192.0.2.7 CONNECT h 443 auth"),
	 GTB_LINE_MALFORMED, C, "7"},
	{"too many", C, TEXT("7 192.0.2.7 CONNECT h 443 - - auth auth"),
	 GTB_LINE_MALFORMED, C, "7"},
	{"two spaces", C, TEXT("7 192.0.2.7  CONNECT h 443 - auth"),
	 GTB_LINE_MALFORMED, C, "7"},
	{"two spaces after the id", C, TEXT("7 " TAIL), GTB_LINE_MALFORMED, C,
	 "7"},
	{"unknown question", C, TEXT("7 192.0.2.7 CONNECT h 443 - bump"),
	 GTB_LINE_MALFORMED, C, "7"},
	{"question in capitals", C, TEXT("7 192.0.2.7 CONNECT h 443 - AUTH"),
	 GTB_LINE_MALFORMED, C, "7"},
	{"question cut", C, TEXT("7 192.0.2.7 CONNECT h 443 - aut"),
	 GTB_LINE_MALFORMED, C, "7"},
	{"question unknown", C, TEXT("7 192.0.2.7 CONNECT h 443 - -"),
	 GTB_LINE_MALFORMED, C, "7"},
	{"NUL", C, TEXT("7 192.0.2.7 CONNECT h\0 443 - auth"),
	 GTB_LINE_MALFORMED, C, "7"},
	{"tab", C, TEXT("7 192.0.2.7 CONNECT h\t 443 - auth"),
	 GTB_LINE_MALFORMED, C, "7"},
	{"CR inside", C, TEXT("7 192.0.2.7 CONNECT h\r 443 - auth"),
	 GTB_LINE_MALFORMED, C, "7"},
	{"DEL", C, TEXT("7 192.0.2.7 CONNECT h\x7f 443 - auth"),
	 GTB_LINE_MALFORMED, C, "7"},
	{"UTF-8", C, TEXT("7 192.0.2.7 CONNECT g\xd0\xbeto.com 443 - auth"),
	 GTB_LINE_MALFORMED, C, "7"},

	{"empty", U, TEXT(""), GTB_LINE_EMPTY, U, NULL},
	{"empty, concurrent", C, TEXT(""), GTB_LINE_EMPTY, C, NULL},
	{"empty, plain", P, TEXT(""), GTB_LINE_MALFORMED, P, NULL},
	{"CR alone", U, TEXT("\r"), GTB_LINE_EMPTY, U, NULL},
	{"CR alone, plain", P, TEXT("\r"), GTB_LINE_MALFORMED, P, NULL},
	{"space alone", U, TEXT(" "), GTB_LINE_SILENT, U, NULL},
	{"space alone, concurrent", C, TEXT(" "), GTB_LINE_SILENT, C, NULL},
	{"space alone, plain", P, TEXT(" "), GTB_LINE_MALFORMED, P, NULL},
};

static bool text_is(const struct gtb_text *text, const char *expected)
{
	if (!text->ptr || !expected)
		return !text->ptr && !expected;
	return text->len == strlen(expected) &&
	       memcmp(text->ptr, expected, text->len) == 0;
}

START_TEST(test_request)
{
	const struct request *row = &requests[_i];
	enum gtb_line_mode mode = row->mode;
	struct gtb_line line;

	ck_assert_msg(gtb_line_parse(&line, &mode, row->text, row->len,
				     false) == row->result,
		      "%s: wrong result", row->name);
	ck_assert_msg(mode == row->settled, "%s: wrong mode", row->name);
	ck_assert_msg(text_is(&line.id, row->id), "%s: wrong id", row->name);
}
END_TEST

START_TEST(test_fields)
{
	static const char six[] = "1 a CONNECT h 443 - auth";
	static const char seven[] = "1 a CONNECT h 443 s d splice";
	enum gtb_line_mode mode = U;
	struct gtb_line line;

	ck_assert_int_eq(gtb_line_parse(&line, &mode, six, strlen(six), false),
			 GTB_LINE_OK);
	ck_assert(text_is(&line.query.client, "a"));
	ck_assert(text_is(&line.query.method, "CONNECT"));
	ck_assert(text_is(&line.query.host, "h"));
	ck_assert(text_is(&line.query.port, "443"));
	ck_assert(text_is(&line.query.sni, NULL));
	ck_assert(text_is(&line.query.dst, NULL));
	ck_assert_int_eq(line.question, GTB_LINE_AUTH);
	ck_assert_int_eq(gtb_line_parse(&line, &mode, seven, strlen(seven),
					false), GTB_LINE_OK);
	ck_assert(text_is(&line.query.sni, "s"));
	ck_assert(text_is(&line.query.dst, "d"));
	ck_assert_int_eq(line.question, GTB_LINE_SPLICE);
}
END_TEST

/* What is too long is malformed even where its beginning reads well. */
START_TEST(test_cut)
{
	static const char text[] = "7" TAIL;
	static const char none[] = "x" TAIL;
	static const char plain[] = "192.0.2.7 CONNECT h 443 - auth";
	enum gtb_line_mode mode = U;
	struct gtb_line line;

	ck_assert_int_eq(gtb_line_parse(&line, &mode, text, strlen(text),
					true), GTB_LINE_MALFORMED);
	ck_assert(text_is(&line.id, "7"));
	ck_assert_int_eq(gtb_line_parse(&line, &mode, none, strlen(none),
					true), GTB_LINE_SILENT);
	mode = U;
	ck_assert_int_eq(gtb_line_parse(&line, &mode, plain, strlen(plain),
					true), GTB_LINE_MALFORMED);
	ck_assert_int_eq(mode, P);
	ck_assert_ptr_null(line.id.ptr);
}
END_TEST

/* --- replies ----------------------------------------------------------- */

struct outcome {
	const char *name;
	const char *id;
	enum gtb_line_question question;
	bool auth;
	bool tls;
	const char *expected;
};

static const struct outcome outcomes[] = {
	{"auth yes", "7", GTB_LINE_AUTH, true, false,
	 "7 OK gtb_auth_=bypass gtb_tls_=inspect gtb_reason_=listed-name "
	 "gtb_rule_=doc:names-1 gtb_identity_=rooms\n"},
	{"splice no", "7", GTB_LINE_SPLICE, true, false,
	 "7 ERR gtb_auth_=bypass gtb_tls_=inspect gtb_reason_=awaiting-sni "
	 "gtb_rule_=- gtb_identity_=-\n"},
	{"splice yes", "8", GTB_LINE_SPLICE, false, true,
	 "8 OK gtb_auth_=require gtb_tls_=splice gtb_reason_=awaiting-sni "
	 "gtb_rule_=- gtb_identity_=-\n"},
	{"plain", NULL, GTB_LINE_AUTH, false, false,
	 "ERR gtb_auth_=require gtb_tls_=inspect gtb_reason_=listed-name "
	 "gtb_rule_=doc:names-1 gtb_identity_=rooms\n"},
};

START_TEST(test_reply)
{
	const struct outcome *row = &outcomes[_i];
	char name[] = "rooms";
	struct gtb_policy_identity identity = {.name = name};
	struct gtb_rule rule = {.label = "doc:names-1", .label_len = 11};
	struct gtb_decision decision = {
		.auth = {row->auth, GTB_REASON_LISTED_NAME, {&rule, 0},
			 &identity},
		.tls = {row->tls, GTB_REASON_AWAITING_SNI, {NULL, 0}, NULL},
	};
	struct gtb_line line = {
		.id = {row->id, row->id ? strlen(row->id) : 0},
		.question = row->question,
	};
	char buffer[GTB_LINE_REPLY_SIZE + 1] = "";
	size_t len = gtb_line_reply(buffer, &line, &decision);

	buffer[len] = '\0';
	ck_assert_str_eq(buffer, row->expected);
}
END_TEST

START_TEST(test_reply_malformed)
{
	struct gtb_line line = {.id = {"42", 2}};
	char buffer[GTB_LINE_REPLY_SIZE + 1] = "";
	size_t len = gtb_line_reply(buffer, &line, NULL);

	buffer[len] = '\0';
	ck_assert_str_eq(buffer, "42 ERR gtb_auth_=require gtb_tls_=inspect "
			 "gtb_reason_=malformed gtb_rule_=- gtb_identity_=-\n");
}
END_TEST

/* The longest of everything, for each reason; the limit holds, uncut. */
START_TEST(test_reply_longest)
{
	char name[GTB_IDENTITY_NAME_MAX + 1];
	char source[GTB_SOURCE_TEXT_SIZE];
	char expected[512];
	char buffer[GTB_LINE_REPLY_SIZE + 1];

	memset(name, 'i', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	struct gtb_policy_identity identity = {.name = name};
	struct gtb_rule rule = {.label_len = GTB_RULE_LABEL_SIZE - 1};
	struct gtb_decision decision = {
		.auth = {false, (enum gtb_reason)_i, {&rule, 0}, &identity},
		.tls = {false, (enum gtb_reason)_i, {&rule, 0}, &identity},
	};

	memset(rule.label, 'r', rule.label_len);
	struct gtb_line line = {.id = {"18446744073709551615", 20}};
	size_t len = gtb_line_reply(buffer, &line, &decision);

	buffer[len] = '\0';
	gtb_source_text(&decision.auth.source, source, sizeof(source));
	snprintf(expected, sizeof(expected), "18446744073709551615 ERR "
		 "gtb_auth_=require gtb_tls_=inspect gtb_reason_=%s "
		 "gtb_rule_=%s gtb_identity_=%s\n",
		 gtb_reason_word((enum gtb_reason)_i), source, name);
	ck_assert_str_eq(buffer, expected);
	ck_assert_uint_le(len, GTB_LINE_REPLY_SIZE);
}
END_TEST

/* Should a name ever hold what it must not, it cannot forge a reply. */
START_TEST(test_reply_foreign_bytes)
{
	char name[] = "a\nOK b=c\"%\x80";
	struct gtb_policy_identity identity = {.name = name};
	struct gtb_decision decision = {.auth = {.identity = &identity}};
	struct gtb_line line = {.id = {"1", 1}};
	char buffer[GTB_LINE_REPLY_SIZE + 1];
	size_t len = gtb_line_reply(buffer, &line, &decision);

	buffer[len] = '\0';
	ck_assert_ptr_nonnull(strstr(buffer, "gtb_identity_=a_OK_b_c___\n"));
	ck_assert_ptr_eq(strchr(buffer, '\n'), buffer + len - 1);
}
END_TEST

Suite *suite_line(void)
{
	Suite *suite = suite_create("line");
	TCase *tc = tcase_create("line");

	tcase_add_loop_test(tc, test_request, 0,
			    sizeof(requests) / sizeof(*requests));
	tcase_add_test(tc, test_fields);
	tcase_add_test(tc, test_cut);
	tcase_add_loop_test(tc, test_reply, 0,
			    sizeof(outcomes) / sizeof(*outcomes));
	tcase_add_test(tc, test_reply_malformed);
	tcase_add_loop_test(tc, test_reply_longest, 0, GTB_REASON_COUNT);
	tcase_add_test(tc, test_reply_foreign_bytes);
	suite_add_tcase(suite, tc);
	return suite;
}
