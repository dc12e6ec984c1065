/*
 * Names and literals against a reader that goes byte by byte: every byte in
 * every place, labels and names around their longest, brackets of every kind.
 */
#include <stdio.h>
#include <string.h>

#include "gtb/host.h"

#include "tests/trust/random.h"
#include "tests/trust/unit.h"

static bool is_name_byte(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') ||
	       byte == '-';
}

static char lower(char byte)
{
	return byte >= 'A' && byte <= 'Z' ? (char)(byte + 32) : byte;
}

/* One label of folded text; false: it is none. */
static bool plain_label(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!is_name_byte(text[i]))
			return false;
	return len >= 1 && len <= 63 && text[0] != '-' && text[len - 1] != '-';
}

/* The header's sentence about a name, read slowly. */
static bool plain_name(char *folded, const char *text, size_t len)
{
	size_t start = 0;
	size_t digits = 0;

	if (len > 0 && text[len - 1] == '.')
		len--;
	if (len < 1 || len > 253)
		return false;
	for (size_t i = 0; i < len; i++)
		folded[i] = lower(text[i]);
	folded[len] = '\0';
	for (size_t i = 0; i <= len; i++) {
		if (i < len && folded[i] != '.')
			continue;
		if (!plain_label(folded + start, i - start))
			return false;
		digits = strspn(folded + start, "0123456789");
		if (i == len)
			return digits < i - start;
		start = i + 1;
	}
	return false;
}

/* Do the labels' places fit the text? */
static bool places_fit(const struct gtb_name *name)
{
	size_t end = name->len;
	size_t start = gtb_name_label(name, end);

	if (name->last != start)
		return false;
	for (;;) {
		if (end <= start ||
		    memchr(name->text + start, '.', end - start) != NULL)
			return false;
		if (start == 0)
			return true;
		end = start - 1;
		if (name->text[end] != '.')
			return false;
		start = gtb_name_label(name, end);
	}
}

/* Both readers, on a copy with nothing readable behind it that would help. */
static void compare(const char *text, size_t len)
{
	char copy[600];
	char folded[600];
	struct gtb_name name;
	struct gtb_host host;
	bool expected = plain_name(folded, text, len);
	bool got;

	memset(copy, '.', sizeof(copy));
	memcpy(copy, text, len);
	got = gtb_name_parse(&name, copy, len);
	ck_assert_msg(got == expected, "\"%.*s\" of %zu bytes: %s", (int)len,
		      text, len, got ? "taken" : "refused");
	gtb_host_parse(&host, copy, len);
	ck_assert((host.kind == GTB_HOST_NAME) == expected);
	if (!got)
		return;
	ck_assert_str_eq(host.name.text, folded);
	ck_assert_str_eq(name.text, folded);
	ck_assert_uint_eq(name.len, strlen(folded));
	ck_assert(places_fit(&name));
}

START_TEST(every_byte_in_every_place)
{
	char text[20];
	size_t len = (size_t)_i;

	for (size_t at = 0; at < len; at++) {
		for (int byte = 0; byte < 256; byte++) {
			memset(text, 'a', sizeof(text));
			text[at] = (char)byte;
			compare(text, len);
			memset(text, '1', sizeof(text));
			text[at] = (char)byte;
			compare(text, len);
		}
	}
}
END_TEST

START_TEST(random_names)
{
	static const char bytes[] = "aaaabcZ019..--_*%[/:@`{^ \x0d\x0e\x80";
	struct random random = {(uint64_t)_i + 1};
	char text[80];

	for (int round = 0; round < 20000; round++) {
		size_t len = random_below(&random, sizeof(text));
		uint32_t kinds = 4 + random_below(&random, sizeof(bytes) - 4);

		for (size_t i = 0; i < len; i++)
			text[i] = bytes[random_below(&random, kinds)];
		compare(text, len);
	}
}
END_TEST

/* A label of each length, first, in the middle and last, at each offset. */
START_TEST(long_labels)
{
	char text[200];

	for (size_t label = 61; label <= 66; label++) {
		for (size_t before = 0; before < 10; before++) {
			memset(text, 'x', sizeof(text));
			if (before > 0)
				text[before - 1] = before > 1 ? '.' : 'x';
			compare(text, before + label);
			text[before + label] = '.';
			compare(text, before + label + 1);
			compare(text, before + label + 4);
		}
	}
}
END_TEST

START_TEST(long_names)
{
	char text[300];

	for (size_t len = 248; len <= 258; len++) {
		for (size_t step = 2; step <= 64; step += 31) {
			for (size_t i = 0; i < len; i++)
				text[i] = i % step == step - 1 ? '.' : 'y';
			text[len - 1] = 'y';
			text[len] = '.';
			compare(text, len);
			compare(text, len + 1);
		}
	}
}
END_TEST

/* --- brackets ---------------------------------------------------------- */

static const char *const lefts[] = {"", "[", "%5B", "%5b", "%5", "%4B", "%5C",
				    "%", "5B", "[[", "%5D", "]", "_5B", "%5["};
static const char *const rights[] = {"", "]", "%5D", "%5d", "%5", "%4D", "%5E",
				     "D", "5D", "]]", "%5B", "[", "_5D", "%5]"};
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The two that close: "[" with "]", and the escapes of them. */
static bool is_pair(size_t left, size_t right)
{
	if (left == 1)
		return right == 1;
	return (left == 2 || left == 3) && (right == 2 || right == 3);
}

START_TEST(brackets)
{
	static const char *const inside[] = {"2001:db8::1", "::", "192.0.2.1",
					     "", "a.b", "::ffff:192.0.2.1"};
	char text[80];
	struct gtb_host host;

	for (size_t l = 0; l < COUNT(lefts); l++) {
		for (size_t r = 0; r < COUNT(rights); r++) {
			const char *in = inside[_i];
			bool v6 = strchr(in, ':') != NULL;
			bool none = l == 0 && r == 0;
			enum gtb_host_kind expected = GTB_HOST_MALFORMED;

			snprintf(text, sizeof(text), "%s%s%s", lefts[l], in,
				 rights[r]);
			if (none ? in[0] != '\0' : v6 && is_pair(l, r))
				expected = GTB_HOST_ADDRESS;
			if (none && strcmp(in, "a.b") == 0)
				expected = GTB_HOST_NAME;
			/* "5B" and "D" alone are part of what they touch. */
			if (!none && strpbrk(text, "[]%_") == NULL)
				continue;
			gtb_host_parse(&host, text, strlen(text));
			ck_assert_msg(host.kind == expected, "%s: %d", text,
				      (int)host.kind);
		}
	}
}
END_TEST

/* What is cut in the middle of a bracket is not read beyond its end. */
START_TEST(brackets_cut)
{
	static const char text[] = "%5B2001:db8::1%5D";
	struct gtb_host host;

	for (size_t len = 0; len < sizeof(text) - 1; len++) {
		gtb_host_parse(&host, text, len);
		ck_assert_int_eq(host.kind, GTB_HOST_MALFORMED);
	}
	gtb_host_parse(&host, "[::1]", 4);
	ck_assert_int_eq(host.kind, GTB_HOST_MALFORMED);
	gtb_host_parse(&host, "[", 1);
	ck_assert_int_eq(host.kind, GTB_HOST_MALFORMED);
	gtb_host_parse(&host, "%5B%5", 5);
	ck_assert_int_eq(host.kind, GTB_HOST_MALFORMED);
}
END_TEST

Suite *suite_trust_host(void)
{
	Suite *suite = suite_create("trust_host");
	TCase *tcase = tcase_create("host");

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, every_byte_in_every_place, 1, 20);
	tcase_add_loop_test(tcase, random_names, 0, 4);
	tcase_add_test(tcase, long_labels);
	tcase_add_test(tcase, long_names);
	tcase_add_loop_test(tcase, brackets, 0, 6);
	tcase_add_test(tcase, brackets_cut);
	suite_add_tcase(suite, tcase);
	return suite;
}
