/*
 * Addresses against inet_pton(3), networks against single bits, prefixes
 * against every short text; and libcidr, when it sees things otherwise.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libcidr.h>

#include "gtb/net.h"

#include "tests/trust/random.h"
#include "tests/trust/unit.h"

/* --- addresses --------------------------------------------------------- */

/* inet_pton of a text with a length; mapped IPv4 is the same number. */
static bool plain_address(struct gtb_addr *addr, const char *text, size_t len)
{
	char copy[128];
	unsigned char bytes[16] = {0};

	if (len >= sizeof(copy) || memchr(text, '\0', len) != NULL)
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';
	if (inet_pton(AF_INET, copy, bytes + 12) == 1)
		bytes[10] = bytes[11] = 0xff;
	else if (inet_pton(AF_INET6, copy, bytes) != 1)
		return false;
	addr->hi = addr->lo = 0;
	for (int i = 0; i < 8; i++) {
		addr->hi = addr->hi << 8 | bytes[i];
		addr->lo = addr->lo << 8 | bytes[i + 8];
	}
	return true;
}

static void compare(const char *text, size_t len)
{
	struct gtb_addr expected;
	struct gtb_addr got;
	char copy[200];
	bool taken;

	/* Digits behind the end must not be read. */
	memset(copy, '1', sizeof(copy));
	memcpy(copy, text, len);
	taken = gtb_addr_parse(&got, copy, len);
	ck_assert_msg(taken == plain_address(&expected, text, len),
		      "\"%.*s\" of %zu bytes: %s", (int)len, text, len,
		      taken ? "taken" : "refused");
	ck_assert(gtb_addr_is_one(copy, len) == taken);
	if (taken)
		ck_assert(gtb_addr_equal(&got, &expected));
}

/* Each octet of each spelling, in each of the four places. */
START_TEST(octets)
{
	static const char *const around[][2] = {
		{"", ""}, {"0", ""}, {"00", ""}, {"", "0"}, {"+", ""},
		{"", " "}, {"0x", ""}, {"", "a"}, {".", ""}, {"", "."},
	};
	char octet[16];
	char text[64];

	for (int number = 0; number <= 300; number++) {
		for (int place = 0; place < 4; place++) {
			const char *parts[4] = {"192", "0", "2", "255"};

			snprintf(octet, sizeof(octet), "%s%d%s", around[_i][0],
				 number, around[_i][1]);
			parts[place] = octet;
			snprintf(text, sizeof(text), "%s.%s.%s.%s", parts[0],
				 parts[1], parts[2], parts[3]);
			compare(text, strlen(text));
			for (size_t cut = 0; place == 3 && cut < 12; cut++)
				compare(text, cut);
		}
	}
}
END_TEST

START_TEST(random_addresses)
{
	static const char *const kinds[] = {"012589.", "0125..", "01:f",
					    "0123456789abcdefABCDEF::::.",
					    "0:.fF9\x00\x80 %/"};
	static const size_t counts[] = {7, 6, 4, 27, 11};
	struct random random = {(uint64_t)_i + 1};
	char text[64];

	for (int round = 0; round < 30000; round++) {
		uint32_t kind = random_below(&random, 5);
		size_t len = random_below(&random, round % 8 ? 24 : 60);

		for (size_t i = 0; i < len; i++)
			text[i] = kinds[kind][random_below(&random,
						(uint32_t)counts[kind])];
		compare(text, len);
	}
}
END_TEST

/* Groups of every length, "::" in every place, a dotted quad behind. */
START_TEST(groups)
{
	static const char *const ends[] = {"", ":", "::", "1.2.3.4",
					   ":1.2.3.4", "::1.2.3.4", ".1"};
	static const char *const group[] = {"0", "f", "Ab", "123", "ffff",
					    "00000", "12345", ""};
	char text[128];
	size_t len;

	for (int count = 0; count <= 9; count++) {
		for (int gap = -1; gap <= count; gap++) {
			len = 0;
			for (int i = 0; i < count; i++)
				len += (size_t)sprintf(text + len, "%s%s",
						       i == gap ? "::" :
						       i > 0 ? ":" : "",
						       group[i == 0 ? _i : 1]);
			for (int end = 0; end < 7; end++) {
				strcpy(text + len, ends[end]);
				compare(text, strlen(text));
			}
		}
	}
}
END_TEST

static const char *const texts[] = {
	"255.255.255.255", "0.0.0.0", "68.64.0.10", "192.19.1.100",
	"::", "::1", "2001:db8::1", "1:2:3:4:5:6:7:8", "::ffff:68.64.0.10",
	"ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255",
	"1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8",
};

/* Addresses as they are written, with one byte changed, put in or gone. */
START_TEST(slips)
{
	const char *base = texts[_i];
	size_t len = strlen(base);
	char text[64];

	compare(base, len);
	for (size_t at = 0; at < len; at++) {
		memcpy(text, base, at);
		memcpy(text + at, base + at + 1, len - at - 1);
		compare(text, len - 1);
		for (int byte = 0; byte < 256; byte++) {
			memcpy(text + at + 1, base + at, len - at);
			text[at] = (char)byte;
			compare(text, len + 1);
			memcpy(text + at, base + at, len - at);
			text[at] = (char)byte;
			compare(text, len);
		}
	}
}
END_TEST

static struct gtb_addr address(const char *text)
{
	struct gtb_addr addr;

	ck_assert(gtb_addr_parse(&addr, text, strlen(text)));
	return addr;
}

START_TEST(order)
{
	static const char *const sorted[] = {
		"::", "::1", "0.0.0.0", "68.64.0.1", "255.255.255.255",
		"::1:0:0:0", "ff::", "2001:db8::", "2001:db8::ffff:0:0:0",
	};
	int count = sizeof(sorted) / sizeof(sorted[0]);

	for (int i = 0; i < count; i++) {
		for (int k = 0; k < count; k++) {
			struct gtb_addr a = address(sorted[i]);
			struct gtb_addr b = address(sorted[k]);

			ck_assert_int_eq(gtb_addr_compare(&a, &b),
					 i < k ? -1 : i > k);
			ck_assert(gtb_addr_equal(&a, &b) == (i == k));
		}
	}
}
END_TEST

/* --- networks ---------------------------------------------------------- */

/* Bit 0 is the leftmost. */
static void flip(struct gtb_addr *addr, unsigned int bit)
{
	if (bit < 64)
		addr->hi ^= 1ULL << (63 - bit);
	else
		addr->lo ^= 1ULL << (127 - bit);
}

/* Clear what is right of the prefix, or set it. */
static struct gtb_addr fill(struct gtb_addr addr, unsigned int bits, bool set)
{
	for (unsigned int bit = bits; bit < 128; bit++) {
		struct gtb_addr flipped = addr;

		flip(&flipped, bit);
		if ((gtb_addr_compare(&flipped, &addr) > 0) == set)
			addr = flipped;
	}
	return addr;
}

/* All of the bits left of the prefix decide, and none of the others. */
static void check_bits(const struct gtb_addr *base, unsigned int first,
		       unsigned int bits)
{
	struct gtb_net net = {fill(*base, bits, false), (uint8_t)bits};
	struct gtb_addr last = fill(*base, bits, true);
	struct gtb_addr got = gtb_net_last(&net);

	ck_assert(gtb_addr_equal(&got, &last));
	ck_assert(gtb_net_contains(&net, base));
	ck_assert(gtb_net_contains(&net, &net.addr));
	ck_assert(gtb_net_contains(&net, &last));
	for (unsigned int bit = first; bit < 128; bit++) {
		struct gtb_addr other = *base;

		flip(&other, bit);
		ck_assert(gtb_net_contains(&net, &other) == (bit >= bits));
	}
}

START_TEST(each_bit)
{
	struct gtb_addr six = address("2001:db8:aaaa:5555:5555:aaaa:5:a");
	struct gtb_addr four = address("68.64.170.85");

	for (unsigned int bits = 0; bits <= 128; bits++)
		check_bits(&six, 0, bits);
	for (unsigned int bits = 96; bits <= 128; bits++)
		check_bits(&four, 96, bits);
}
END_TEST

static struct gtb_net network(const char *text)
{
	struct gtb_net net;

	ck_assert_int_eq(gtb_net_parse(&net, text, strlen(text)), GTB_NET_OK);
	return net;
}

START_TEST(covering)
{
	struct gtb_net wide = network("68.64.0.0/19");
	struct gtb_net narrow = network("68.64.4.0/24");
	struct gtb_net other = network("68.64.32.0/19");
	struct gtb_net six = network("::/0");

	ck_assert(gtb_net_covers(&wide, &wide));
	ck_assert(gtb_net_covers(&wide, &narrow));
	ck_assert(!gtb_net_covers(&narrow, &wide));
	ck_assert(!gtb_net_covers(&wide, &other));
	ck_assert(!gtb_net_covers(&six, &wide));
	ck_assert_int_eq(gtb_net_compare(&wide, &wide), 0);
	ck_assert_int_lt(gtb_net_compare(&wide, &narrow), 0);
	ck_assert_int_gt(gtb_net_compare(&other, &narrow), 0);
	narrow = network("68.64.0.0/24");
	ck_assert_int_lt(gtb_net_compare(&wide, &narrow), 0);
	ck_assert_int_gt(gtb_net_compare(&narrow, &wide), 0);
	ck_assert(gtb_net_covers(&wide, &narrow));
	ck_assert(!gtb_net_covers(&narrow, &wide));
	ck_assert(gtb_net_is_v4(&wide));
	ck_assert(!gtb_net_is_v4(&six));
}
END_TEST

/* Of addresses between the two families none is taken for the other. */
START_TEST(families)
{
	static const char *const six[] = {"::fffe:ffff:ffff", "::1:0:0:0",
					  "::68.64.0.1", "1::ffff:68.64.0.1",
					  "::fffe:4440:1", "::1:ffff:4440:1"};

	for (size_t i = 0; i < sizeof(six) / sizeof(six[0]); i++) {
		struct gtb_addr addr = address(six[i]);

		ck_assert_msg(!gtb_addr_is_v4(&addr), "%s", six[i]);
	}
}
END_TEST

/* Every text of up to four of these bytes. */
START_TEST(prefixes)
{
	static const char bytes[] = "0123489 +-a/";
	const size_t kinds = sizeof(bytes) - 1;
	static const int limits[] = {32, 128};
	int max = limits[_i];

	for (size_t number = 0; number < kinds * kinds * kinds * kinds;
	     number++) {
		size_t rest = number;
		char text[5] = "";
		char again[16];
		int expected = -1;
		int value;
		size_t len;

		for (len = 0; rest > 0; rest /= kinds)
			text[len++] = bytes[rest % kinds];
		/* A number that is written as it was read. */
		value = atoi(text);
		snprintf(again, sizeof(again), "%d", value);
		if (strcmp(again, text) == 0 && value >= 0 && value <= max)
			expected = value;
		ck_assert_msg(gtb_net_prefix(text, len, max) == expected,
			      "\"%s\" of %d", text, max);
	}
}
END_TEST

START_TEST(prefix_of_nothing)
{
	ck_assert_int_eq(gtb_net_prefix("0", 1, 32), 0);
	ck_assert_int_eq(gtb_net_prefix("00", 2, 32), -1);
	ck_assert_int_eq(gtb_net_prefix("24", 0, 32), -1);
	ck_assert_int_eq(gtb_net_prefix("241", 2, 32), 24);
	ck_assert_int_eq(gtb_net_prefix("0128", 4, 128), -1);
}
END_TEST

static const struct {
	const char *net;
	bool wide;
} widths[] = {
	{"68.0.0.0/15", true},	{"68.64.0.0/16", false},
	{"68.64.0.0/17", false}, {"2600::/31", true},
	{"2600:1f00::/32", false}, {"2600:1f00::/33", false},
	{"::/0", true}, {"0.0.0.0/0", true},
};

START_TEST(width)
{
	struct gtb_net net = network(widths[_i].net);

	ck_assert(gtb_net_is_wide(&net) == widths[_i].wide);
}
END_TEST

/* A buffer that is too small holds an empty text, and none holds nothing. */
START_TEST(small_buffers)
{
	struct gtb_addr four = address("68.64.0.10");
	struct gtb_addr six = address("2001:db8::1");
	char buffer[8] = "before";

	ck_assert_str_eq(gtb_addr_text(&four, buffer, sizeof(buffer)), "");
	strcpy(buffer, "before");
	ck_assert_str_eq(gtb_addr_text(&six, buffer, sizeof(buffer)), "");
	strcpy(buffer, "before");
	ck_assert_str_eq(gtb_addr_text(&six, buffer, 0), "before");
}
END_TEST

/* --- libcidr that sees it otherwise ------------------------------------ */

/* Put in its place by the linker's --wrap: what it does from now on. */
static enum {
	CIDR_WORKS,
	CIDR_READS_NOTHING,	/* as when memory runs out */
	CIDR_FINDS_NOTHING,
	CIDR_DISPUTES		/* host bits where there are none, and none
				 * where there are */
} cidr_state;

CIDR *__real_cidr_from_str(const char *text);
CIDR *__wrap_cidr_from_str(const char *text);
CIDR *__real_cidr_addr_network(const CIDR *cidr);
CIDR *__wrap_cidr_addr_network(const CIDR *cidr);
int __real_cidr_equals(const CIDR *one, const CIDR *other);
int __wrap_cidr_equals(const CIDR *one, const CIDR *other);

CIDR *__wrap_cidr_from_str(const char *text)
{
	return cidr_state == CIDR_READS_NOTHING ? NULL
						: __real_cidr_from_str(text);
}

CIDR *__wrap_cidr_addr_network(const CIDR *cidr)
{
	return cidr_state == CIDR_FINDS_NOTHING
		       ? NULL
		       : __real_cidr_addr_network(cidr);
}

int __wrap_cidr_equals(const CIDR *one, const CIDR *other)
{
	int result = __real_cidr_equals(one, other);

	if (cidr_state != CIDR_DISPUTES)
		return result;
	return result == 0 ? -1 : 0;
}

/* With and without host bits, in the first and in the second half. */
static void check_libcidr(enum gtb_net_result good, enum gtb_net_result bits)
{
	struct gtb_net net;

	ck_assert_int_eq(gtb_net_parse(&net, "68.64.0.0/19", 12), good);
	ck_assert_int_eq(gtb_net_parse(&net, "68.64.1.0/19", 12), bits);
	ck_assert_int_eq(gtb_net_parse(&net, "2600:1f00::/32", 14), good);
	ck_assert_int_eq(gtb_net_parse(&net, "2600:1f01::/31", 14), bits);
}

START_TEST(libcidr)
{
	check_libcidr(GTB_NET_OK, GTB_NET_HOST_BITS);
	cidr_state = CIDR_READS_NOTHING;
	check_libcidr(GTB_NET_OK, GTB_NET_HOST_BITS);
	cidr_state = CIDR_FINDS_NOTHING;
	check_libcidr(GTB_NET_OK, GTB_NET_HOST_BITS);
	cidr_state = CIDR_DISPUTES;
	check_libcidr(GTB_NET_BAD_ADDRESS, GTB_NET_BAD_ADDRESS);
	cidr_state = CIDR_WORKS;
}
END_TEST

Suite *suite_trust_net(void)
{
	Suite *suite = suite_create("trust_net");
	TCase *tcase = tcase_create("net");

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, octets, 0, 10);
	tcase_add_loop_test(tcase, random_addresses, 0, 4);
	tcase_add_loop_test(tcase, groups, 0, 8);
	tcase_add_loop_test(tcase, slips, 0,
			    sizeof(texts) / sizeof(texts[0]));
	tcase_add_test(tcase, order);
	tcase_add_test(tcase, each_bit);
	tcase_add_test(tcase, covering);
	tcase_add_test(tcase, families);
	tcase_add_loop_test(tcase, prefixes, 0, 2);
	tcase_add_test(tcase, prefix_of_nothing);
	tcase_add_loop_test(tcase, width, 0,
			    sizeof(widths) / sizeof(widths[0]));
	tcase_add_test(tcase, small_buffers);
	tcase_add_test(tcase, libcidr);
	suite_add_tcase(suite, tcase);
	return suite;
}
