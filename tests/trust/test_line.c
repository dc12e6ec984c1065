/*
 * Lines against a reader that goes field by field, on lines of all kinds and
 * on each byte in each place; lines that are cut.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/helper/line.h"
#include "tests/trust/random.h"
#include "tests/trust/unit.h"
#include "tests/unit/world.h"

#define FIELDS 9

/* What line.h says of an id. */
static bool plain_id(const char *text, size_t len)
{
	char digits[32] = "";

	if (len == 0 || len > 20)
		return false;
	for (size_t i = 0; i < len; i++)
		if (text[i] < '0' || text[i] > '9')
			return false;
	memcpy(digits + 20 - len, text, len);
	memset(digits, '0', 20 - len);
	return strcmp(digits, "18446744073709551615") <= 0;
}

static bool is_fact(const struct gtb_text *fact, const char *text, size_t len)
{
	if (len == 1 && text[0] == '-')
		return fact->ptr == NULL;
	return fact->ptr == text && fact->len == len;
}

/* Fields between single spaces, one space more allowed at the end. */
static size_t plain_fields(const char *text, size_t len, const char *at[FIELDS],
			   size_t lens[FIELDS])
{
	size_t count = 0;
	size_t start = 0;

	if (len > 0 && text[len - 1] == ' ')
		len--;
	for (size_t i = 0; i <= len; i++) {
		if (i < len && (text[i] < 0x20 || text[i] > 0x7e))
			return 0;
		if (i < len && text[i] != ' ')
			continue;
		if (i == start || count == FIELDS)
			return 0;
		at[count] = text + start;
		lens[count++] = i - start;
		start = i + 1;
	}
	return count;
}

static void check_facts(const struct gtb_line *line, const char *at[FIELDS],
			const size_t lens[FIELDS], size_t count)
{
	const struct gtb_query *query = &line->query;

	ck_assert(is_fact(&query->client, at[0], lens[0]));
	ck_assert(is_fact(&query->method, at[1], lens[1]));
	ck_assert(is_fact(&query->host, at[2], lens[2]));
	ck_assert(is_fact(&query->port, at[3], lens[3]));
	ck_assert(is_fact(&query->sni, at[4], lens[4]));
	if (count == 7)
		ck_assert(is_fact(&query->dst, at[5], lens[5]));
	else
		ck_assert_ptr_null(query->dst.ptr);
	ck_assert_int_eq(line->question, lens[count - 1] == 4
						 ? GTB_LINE_AUTH
						 : GTB_LINE_SPLICE);
}

static bool is_question(const char *text, size_t len)
{
	return (len == 4 && memcmp(text, "auth", 4) == 0) ||
	       (len == 6 && memcmp(text, "splice", 6) == 0);
}

/* A line in a stream with ids, read twice. */
static void compare(const char *text, size_t len)
{
	enum gtb_line_mode mode = GTB_LINE_CONCURRENT;
	struct gtb_line line;
	enum gtb_line_result got =
		gtb_line_parse(&line, &mode, text, len, false);
	const char *at[FIELDS];
	size_t lens[FIELDS];
	size_t id;
	size_t count;

	ck_assert_int_eq(mode, GTB_LINE_CONCURRENT);
	if (len > 0 && text[len - 1] == '\r')
		len--;
	for (id = 0; id < len && text[id] != ' '; id++)
		;
	if (len == 0 || !plain_id(text, id)) {
		ck_assert_int_eq(got, len == 0 ? GTB_LINE_EMPTY
					       : GTB_LINE_SILENT);
		ck_assert_ptr_null(line.id.ptr);
		return;
	}
	ck_assert(line.id.ptr == text && line.id.len == id);
	count = id == len ? 0 : plain_fields(text + id + 1, len - id - 1, at,
					     lens);
	if (count < 6 || count > 7 ||
	    !is_question(at[count - 1], lens[count - 1])) {
		ck_assert_msg(got == GTB_LINE_MALFORMED, "%.*s", (int)len,
			      text);
		return;
	}
	ck_assert_msg(got == GTB_LINE_OK, "%.*s", (int)len, text);
	check_facts(&line, at, lens, count);
}

static const char *const lines[] = {
	"7 192.0.2.7 CONNECT www.goto.com 443 - auth",
	"18446744073709551615 2001:db8::7 GET h 80 s 192.0.2.9 splice ",
	"0 a b c d e auth",
	"00000000000000000009 - - - - - - splice\r",
	"1 a b c d e f g auth",
	"12 a b c d auth",
};

/* Each byte in each place, put in and instead; each beginning. */
START_TEST(slips)
{
	const char *base = lines[_i];
	size_t len = strlen(base);
	char text[128];

	for (size_t at = 0; at <= len; at++) {
		compare(base, at);
		for (int byte = 0; byte < 256; byte++) {
			if (byte == '\n')
				continue;
			memcpy(text, base, at);
			text[at] = (char)byte;
			memcpy(text + at + 1, base + at, len - at);
			compare(text, len + 1);
			if (at == len)
				continue;
			memcpy(text + at + 1, base + at + 1, len - at - 1);
			compare(text, len);
		}
	}
}
END_TEST

START_TEST(random_lines)
{
	static const char *const words[] = {
		"auth", "splice", "-", "443", "www.goto.com", "CONNECT",
		"192.0.2.7", "\x7f", "\t", "\x80", "!", "~", "aut", "authx",
		"splicE", "splic", "xplice", "auti", "--", "a-",
	};
	struct random random = {(uint64_t)_i + 1};
	char text[512];

	for (int round = 0; round < 50000; round++) {
		uint32_t fields = 4 + random_below(&random, 6);
		int len = snprintf(text, sizeof(text), "%u",
				   random_below(&random, 1000));

		for (uint32_t i = 0; i < fields; i++) {
			uint32_t some = i + 1 < fields ? 20 : 2;
			const char *word = words[random_below(&random, some)];

			len += snprintf(text + len, sizeof(text) - (size_t)len,
					"%s%s", random_below(&random, 40)
							? " " : "  ", word);
		}
		if (random_below(&random, 8) == 0)
			text[len++] = random_below(&random, 2) ? ' ' : '\r';
		compare(text, (size_t)len);
	}
}
END_TEST

/* Ids of all lengths, around the greatest. */
START_TEST(ids)
{
	static const char *const greatest[] = {
		"18446744073709551614", "18446744073709551615",
		"18446744073709551616", "18446744073709551625",
		"19446744073709551615", "28446744073709551615",
		"99999999999999999999", "08446744073709551616",
		"1844674407370955161",	"184467440737095516150",
	};
	char text[80];

	for (size_t i = 0; i < sizeof(greatest) / sizeof(greatest[0]); i++) {
		snprintf(text, sizeof(text), "%s a b c d e auth", greatest[i]);
		compare(text, strlen(text));
	}
	for (int len = 1; len < 30; len++) {
		snprintf(text, sizeof(text), "%0*d a b c d e auth", len, 5);
		compare(text, strlen(text));
		snprintf(text, sizeof(text), "%0*d/ a b c d e auth", len, 5);
		compare(text, strlen(text));
		snprintf(text, sizeof(text), "%0*d: a b c d e auth", len, 5);
		compare(text, strlen(text));
	}
}
END_TEST

/* A CR at the end of what is cut is a byte of a longer line. */
/* What stands around a short line in memory is no part of it. */
START_TEST(short_lines)
{
	static const char around[] = "\n\n\n\n- - - - - auth\n\n\n\n";
	enum gtb_line_mode mode = GTB_LINE_PLAIN;
	struct gtb_line line;

	ck_assert_int_eq(gtb_line_parse(&line, &mode, around + 4, 14, false),
			 GTB_LINE_OK);
}
END_TEST

/* Two spaces are one too many wherever they stand. */
START_TEST(double_spaces)
{
	char text[300];
	char host[200];

	memset(host, 'a', sizeof(host));
	for (int len = 1; len < 200; len++) {
		for (int spaces = 1; spaces <= 2; spaces++) {
			enum gtb_line_mode mode = GTB_LINE_PLAIN;
			struct gtb_line line;
			int end = snprintf(text, sizeof(text),
					   "10.1.2.3 CONNECT %.*s%*s443 - auth",
					   len, host, spaces, "");

			ck_assert_int_eq(gtb_line_parse(&line, &mode, text,
							(size_t)end, false),
					 spaces == 1 ? GTB_LINE_OK
						     : GTB_LINE_MALFORMED);
		}
	}
}
END_TEST

START_TEST(cut_behind_a_cr)
{
	enum gtb_line_mode mode = GTB_LINE_CONCURRENT;
	struct gtb_line line;

	ck_assert_int_eq(gtb_line_parse(&line, &mode, "7\r", 2, true),
			 GTB_LINE_SILENT);
	ck_assert_int_eq(gtb_line_parse(&line, &mode, "7\r", 2, false),
			 GTB_LINE_MALFORMED);
}
END_TEST

/* Each byte that a name of the policy could hold, were it not checked. */
START_TEST(reply_bytes)
{
	for (int byte = 1; byte < 256; byte++) {
		char name[] = {'x', (char)byte, 'x', '\0'};
		struct gtb_policy_identity identity = {.name = name};
		struct gtb_decision decision = {
			.auth = {.identity = &identity}};
		struct gtb_line line = {.id = {"1", 1}};
		char buffer[GTB_LINE_REPLY_SIZE + 1];
		size_t len = gtb_line_reply(buffer, &line, &decision);
		bool safe = strchr("abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789-_.:", byte) != NULL;

		buffer[len] = '\0';
		ck_assert_int_eq(buffer[len - 1], '\n');
		ck_assert_int_eq(buffer[len - 2], 'x');
		ck_assert_int_eq(buffer[len - 3], safe ? (char)byte : '_');
		ck_assert_int_eq(buffer[len - 4], 'x');
	}
}
END_TEST

/* The entry is told as everywhere else, whatever the line of the list. */
START_TEST(reply_source)
{
	static const uint32_t numbers[] = {0, 1, 9, 10, 19, 90, 100, 12345,
					   4294967295};
	struct gtb_ruleset *ruleset = world_new(NULL);
	size_t count;
	const struct gtb_rule *rules = gtb_ruleset_rules(ruleset, &count);

	ck_assert_uint_gt(count, 10);
	for (size_t i = 0; i < count; i++) {
		for (size_t n = 0; n < 9; n++) {
			struct gtb_decision decision = {
				.tls = {.source = {&rules[i], numbers[n]}}};
			struct gtb_line line = {.question = GTB_LINE_SPLICE};
			char source[GTB_SOURCE_TEXT_SIZE];
			char expected[GTB_LINE_REPLY_SIZE];
			char buffer[GTB_LINE_REPLY_SIZE + 1];
			size_t len = gtb_line_reply(buffer, &line, &decision);

			gtb_source_text(&decision.tls.source, source,
					sizeof(source));
			snprintf(expected, sizeof(expected), "ERR gtb_auth_="
				 "require gtb_tls_=inspect gtb_reason_="
				 "listed-name gtb_rule_=%s gtb_identity_=-\n",
				 source);
			buffer[len] = '\0';
			ck_assert_str_eq(buffer, expected);
		}
	}
	gtb_ruleset_free(ruleset);
}
END_TEST

/* An identity alone, a rule alone, both, neither; yes and no. */
START_TEST(reply_parts)
{
	struct gtb_ruleset *ruleset = world_new(NULL);
	size_t count;
	const struct gtb_rule *rules = gtb_ruleset_rules(ruleset, &count);
	char name[] = "rooms";
	struct gtb_policy_identity identity = {.name = name};
	char buffer[GTB_LINE_REPLY_SIZE + 1];

	for (unsigned int bits = 0; bits < 32; bits++) {
		struct gtb_decision decision = {
			.auth = {.bypass = (bits & 1) != 0},
			.tls = {.bypass = (bits & 2) != 0}};
		struct gtb_line line = {
			.question = bits & 4 ? GTB_LINE_SPLICE
					     : GTB_LINE_AUTH};
		struct gtb_verdict *asked = bits & 4 ? &decision.tls
						     : &decision.auth;
		char expected[GTB_LINE_REPLY_SIZE];

		asked->source.rule = bits & 8 ? &rules[0] : NULL;
		asked->identity = bits & 16 ? &identity : NULL;
		asked->reason = GTB_REASON_PORT;
		snprintf(expected, sizeof(expected),
			 "%s gtb_auth_=%s gtb_tls_=%s gtb_reason_=port "
			 "gtb_rule_=%s gtb_identity_=%s\n",
			 asked->bypass ? "OK" : "ERR",
			 bits & 1 ? "bypass" : "require",
			 bits & 2 ? "splice" : "inspect",
			 bits & 8 ? "doc:net-1" : "-",
			 bits & 16 ? "rooms" : "-");
		buffer[gtb_line_reply(buffer, &line, &decision)] = '\0';
		ck_assert_str_eq(buffer, expected);
	}
	gtb_ruleset_free(ruleset);
}
END_TEST

Suite *suite_trust_line(void)
{
	Suite *suite = suite_create("trust_line");
	TCase *tcase = tcase_create("line");

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, slips, 0, sizeof(lines) / sizeof(lines[0]));
	tcase_add_loop_test(tcase, random_lines, 0, 2);
	tcase_add_test(tcase, ids);
	tcase_add_test(tcase, short_lines);
	tcase_add_test(tcase, double_spaces);
	tcase_add_test(tcase, cut_behind_a_cr);
	tcase_add_test(tcase, reply_bytes);
	tcase_add_test(tcase, reply_source);
	tcase_add_test(tcase, reply_parts);
	suite_add_tcase(suite, tcase);
	return suite;
}
