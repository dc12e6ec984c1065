/* Names and literals: what is taken, and what is refused. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gtb/host.h"
#include "gtb/sixteens.h"

#include "tests/unit/unit.h"

#define L16 "aaaaaaaaaaaaaaaa"
#define L63 L16 L16 L16 "aaaaaaaaaaaaaaa"
#define N253 L63 "." L63 "." L63 "." L16 L16 L16 "aaaaaaaaaaaaa"

/* expected NULL: malformed. */
static const struct {
	const char *input;
	size_t len;		/* 0: strlen */
	const char *expected;
} names[] = {
	{"www.goto.com", 0, "www.goto.com"},
	{"WwW.GOTO.Com", 0, "www.goto.com"},
	{"www.goto.com.", 0, "www.goto.com"},
	{"xn--gto-sed.com", 0, "xn--gto-sed.com"},
	{"a", 0, "a"},
	{"a.b.c.d.e.f", 0, "a.b.c.d.e.f"},
	{"3com.com", 0, "3com.com"},
	{"1.2.3.4a", 0, "1.2.3.4a"},
	{"a--b.c", 0, "a--b.c"},
	{N253, 0, N253},
	{N253 ".", 0, N253},
	{L63 ".com", 0, L63 ".com"},
	{"", 0, NULL},
	{".", 0, NULL},
	{"..", 0, NULL},
	{"www.goto.com..", 0, NULL},
	{".goto.com", 0, NULL},
	{"www..goto.com", 0, NULL},
	{"*.goto.com", 0, NULL},
	{"www_1.goto.com", 0, NULL},
	{"-www.goto.com", 0, NULL},
	{"www-.goto.com", 0, NULL},
	{"www.goto.com-", 0, NULL},
	{L63 "a.com", 0, NULL},
	{N253 "a", 0, NULL},
	{"www.goto.123", 0, NULL},
	{"1.2.3.4", 0, NULL},
	{"2.3", 0, NULL},
	{"7", 0, NULL},
	{"www.goto.com%2e", 0, NULL},
	{"evil.test%0Ax.goto.com", 0, NULL},
	{"user@www.goto.com", 0, NULL},
	{"www.goto.com:443", 0, NULL},
	{"www.goto.com/", 0, NULL},
	{"www.goto.com\\x", 0, NULL},
	{"www goto.com", 0, NULL},
	{"www\tgoto.com", 0, NULL},
	{"www.goto.com\n", 0, NULL},
	{"www.goto.com\0.evil", 18, NULL},
	{"g\xd0\xbeto.com", 0, NULL},
	{"goto\xe3\x80\x82" "com", 0, NULL},
	{"goto.com\xad", 0, NULL},
	{"[www.goto.com]", 0, NULL},
};

START_TEST(reads_name)
{
	const char *input = names[_i].input;
	size_t len = names[_i].len ? names[_i].len : strlen(input);
	struct gtb_name parsed;
	bool taken = gtb_name_parse(&parsed, input, len);

	ck_assert_msg(taken == (names[_i].expected != NULL), "%s", input);
	if (!taken)
		return;
	ck_assert_str_eq(parsed.text, names[_i].expected);
	ck_assert_uint_eq(parsed.len, strlen(names[_i].expected));
}
END_TEST

START_TEST(labels)
{
	struct gtb_name name;

	ck_assert(gtb_name_parse(&name, "a.bc.def.", 9));
	ck_assert_uint_eq(name.last, 5);
	ck_assert_uint_eq(gtb_name_label(&name, 8), 5);
	ck_assert_uint_eq(gtb_name_label(&name, 4), 2);
	ck_assert_uint_eq(gtb_name_label(&name, 1), 0);
}
END_TEST

START_TEST(most_labels)
{
	char text[GTB_NAME_MAX + 1];
	struct gtb_name name;

	for (int i = 0; i < GTB_NAME_MAX; i++)
		text[i] = i % 2 ? '.' : 'a';
	ck_assert(gtb_name_parse(&name, text, GTB_NAME_MAX));
	for (size_t end = GTB_NAME_MAX; end > 1; end -= 2)
		ck_assert_uint_eq(gtb_name_label(&name, end), end - 1);
}
END_TEST

/* expected NULL: malformed; "name": a name; else the address. */
static const struct {
	const char *input;
	const char *expected;
} hosts[] = {
	{"www.goto.com", "name"},
	{"68.64.0.10", "68.64.0.10"},
	{"2001:db8::1", "2001:db8::1"},
	{"[2001:db8::1]", "2001:db8::1"},
	{"%5B2001:db8::1%5D", "2001:db8::1"},
	{"%5b2001:db8::1%5d", "2001:db8::1"},
	{"::ffff:68.64.0.1", "68.64.0.1"},
	{"[::ffff:4440:1]", "68.64.0.1"},
	{"[68.64.0.10]", NULL},
	{"%5B68.64.0.10%5D", NULL},
	{"[2001:db8::1", NULL},
	{"2001:db8::1]", NULL},
	{"[[2001:db8::1]]", NULL},
	{"%255B2001:db8::1%255D", NULL},
	{"[2001:db8::1%5D", NULL},
	{"fe80::1%eth0", NULL},
	{"fe80::1%25lo", NULL},
	{"[v1.a]", NULL},
	{"[]", NULL},
	{"%5B%5D", NULL},
	{"68.64.0", NULL},
	{"68.64.0.1.", NULL},
	{"068.64.0.1", NULL},
	{"68.64.0.010", NULL},
	{"0x44.64.0.1", NULL},
	{"1145044993", NULL},
	{"68.64.0.1/32", NULL},
	{"68.64.0.256", NULL},
	{" 68.64.0.1", NULL},
	{"68.64.0.1 ", NULL},
	{"1.2.3.4.in-addr.arpa", "name"},
	{"", NULL},
};

START_TEST(reads_host)
{
	struct gtb_host parsed;
	char text[GTB_NET_TEXT_SIZE];
	const char *got = NULL;

	gtb_host_parse(&parsed, hosts[_i].input, strlen(hosts[_i].input));
	if (parsed.kind == GTB_HOST_NAME)
		got = "name";
	else if (parsed.kind == GTB_HOST_ADDRESS)
		got = gtb_addr_text(&parsed.addr, text, sizeof(text));
	ck_assert_msg((got == NULL) == (hosts[_i].expected == NULL), "%s: %s",
		      hosts[_i].input, got ? got : "malformed");
	if (got != NULL)
		ck_assert_str_eq(got, hosts[_i].expected);
}
END_TEST

/* Every byte: only those a name may hold are folded, all others refused. */
START_TEST(fold)
{
	const char *allowed = "abcdefghijklmnopqrstuvwxyz0123456789-.";

	for (int byte = 0; byte < 256; byte++) {
		char folded = gtb_name_fold((char)byte);
		int lower = byte >= 'A' && byte <= 'Z' ? byte + 32 : byte;

		if (byte != 0 && strchr(allowed, lower) != NULL)
			ck_assert_int_eq(folded, lower);
		else
			ck_assert_int_eq(folded, 0);
	}
}
END_TEST

/* A name, byte by byte, as gtb/host.h has it; false: it is none. */
static bool slow_name(const char *text, size_t len, char *folded)
{
	bool digits = true;
	size_t label = 0;

	if (len > 0 && text[len - 1] == '.')
		len--;
	if (len == 0 || len > GTB_NAME_MAX)
		return false;
	for (size_t i = 0; i < len; i++) {
		bool ends = i + 1 == len || text[i + 1] == '.';

		folded[i] = gtb_name_fold(text[i]);
		if (folded[i] == 0)
			return false;
		if (folded[i] == '.' && label == 0)
			return false;
		if (folded[i] == '-' && (label == 0 || ends))
			return false;
		if (label == 0)
			digits = true;
		if (folded[i] < '0' || folded[i] > '9')
			digits = false;
		label = folded[i] == '.' ? 0 : label + 1;
		if (label > GTB_LABEL_MAX)
			return false;
	}
	folded[len] = '\0';
	return label > 0 && !digits;
}

static void like_slow_name(const char *text, size_t len)
{
	char folded[300];
	struct gtb_name name;
	bool good = slow_name(text, len, folded);

	ck_assert_msg(gtb_name_parse(&name, text, len) == good, "%.*s",
		      (int)len, text);
	if (good)
		ck_assert_str_eq(name.text, folded);
}

/* Every byte in every place of a name longer than what is read at once. */
START_TEST(every_byte)
{
	static const char good[] = "Www-1.a.Launch-2.GoTo.example.Corp";
	char text[sizeof(good)];

	for (size_t i = 0; i < sizeof(good) - 1; i++) {
		for (int byte = 0; byte < 256; byte++) {
			memcpy(text, good, sizeof(good));
			text[i] = (char)byte;
			like_slow_name(text, sizeof(good) - 1);
		}
	}
}
END_TEST

/* Names of few bytes, so that dots, hyphens and digits meet often. */
START_TEST(random_bytes)
{
	static const char bytes[] = "aZ09aaaa-.aa";
	unsigned int seed = 1;
	char text[280];

	for (int i = 0; i < 100000; i++) {
		size_t len = (size_t)rand_r(&seed) % (i % 50 ? 40 : 260);

		for (size_t k = 0; k < len; k++)
			text[k] = bytes[(size_t)rand_r(&seed) %
					(sizeof(bytes) - 1)];
		like_slow_name(text, len);
	}
}
END_TEST

/* What this processor does at once is what any does one by one. */
START_TEST(sixteens)
{
	unsigned int seed = 1;

	for (int i = 0; i < 1000; i++) {
		char text[16];
		gtb_sixteen truth;
		unsigned int mask = 0;

		for (int k = 0; k < 16; k++) {
			text[k] = (char)(rand_r(&seed) % 256);
			if (text[k] >= 'a' && text[k] <= 'z')
				mask |= 1u << k;
		}
		truth = gtb_sixteen_between(gtb_sixteen_load(text), 'a', 'z');
		ck_assert_uint_eq(gtb_sixteen_mask(truth), mask);
		ck_assert_uint_eq(gtb_sixteen_mask_anywhere(truth), mask);
	}
}
END_TEST

Suite *suite_host(void)
{
	Suite *suite = suite_create("host");
	TCase *tcase = tcase_create("host");

	tcase_add_loop_test(tcase, reads_name, 0, sizeof(names) / sizeof(names[0]));
	tcase_add_loop_test(tcase, reads_host, 0, sizeof(hosts) / sizeof(hosts[0]));
	tcase_add_test(tcase, labels);
	tcase_add_test(tcase, most_labels);
	tcase_add_test(tcase, fold);
	tcase_add_test(tcase, every_byte);
	tcase_add_test(tcase, random_bytes);
	tcase_add_test(tcase, sixteens);
	suite_add_tcase(suite, tcase);
	return suite;
}
