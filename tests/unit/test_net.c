/* Addresses and networks. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "gtb/net.h"

#include "tests/unit/unit.h"

static const struct {
	const char *input;
	enum gtb_net_result result;
	const char *expected;	/* as text; also for host bits */
} nets[] = {
	{"68.64.0.0/19", GTB_NET_OK, "68.64.0.0/19"},
	{"68.64.0.1", GTB_NET_OK, "68.64.0.1/32"},
	{"0.0.0.0/0", GTB_NET_OK, "0.0.0.0/0"},
	{"2001:DB8::/32", GTB_NET_OK, "2001:db8::/32"},
	{"2001:db8::1", GTB_NET_OK, "2001:db8::1/128"},
	{"::/0", GTB_NET_OK, "::/0"},
	{"::1", GTB_NET_OK, "::1/128"},
	{"::ffff:68.64.0.0/115", GTB_NET_OK, "68.64.0.0/19"},
	{"::ffff:68.64.0.1", GTB_NET_OK, "68.64.0.1/32"},
	{"68.64.1.0/19", GTB_NET_HOST_BITS, "68.64.0.0/19"},
	{"2001:db8::1/64", GTB_NET_HOST_BITS, "2001:db8::/64"},
	{"173.199.0.0/8", GTB_NET_HOST_BITS, "173.0.0.0/8"},
	{"::ffff:0.0.0.0/90", GTB_NET_BAD_PREFIX, NULL},
	{"68.64.0.0/33", GTB_NET_BAD_PREFIX, NULL},
	{"68.64.0.0/", GTB_NET_BAD_PREFIX, NULL},
	{"68.64.0.0/019", GTB_NET_BAD_PREFIX, NULL},
	{"68.64.0.0/+19", GTB_NET_BAD_PREFIX, NULL},
	{"68.64.0.0/-1", GTB_NET_BAD_PREFIX, NULL},
	{"68.64.0.0/1 ", GTB_NET_BAD_PREFIX, NULL},
	{"68.64.0.0/255.255.224.0", GTB_NET_BAD_PREFIX, NULL},
	{"68.64.0.0//19", GTB_NET_BAD_PREFIX, NULL},
	{"::/129", GTB_NET_BAD_PREFIX, NULL},
	{"", GTB_NET_BAD_ADDRESS, NULL},
	{"/19", GTB_NET_BAD_ADDRESS, NULL},
	{"10", GTB_NET_BAD_ADDRESS, NULL},
	{"10/8", GTB_NET_BAD_ADDRESS, NULL},
	{"192.0.2", GTB_NET_BAD_ADDRESS, NULL},
	{"010.0.0.1", GTB_NET_BAD_ADDRESS, NULL},
	{"0x0a000001", GTB_NET_BAD_ADDRESS, NULL},
	{"4.3.2.1.in-addr.arpa", GTB_NET_BAD_ADDRESS, NULL},
	{"1::2::3", GTB_NET_BAD_ADDRESS, NULL},
	{"fe80::1%eth0", GTB_NET_BAD_ADDRESS, NULL},
	{"www.goto.com", GTB_NET_BAD_ADDRESS, NULL},
};

START_TEST(net)
{
	struct gtb_net parsed;
	char text[GTB_NET_TEXT_SIZE];
	const char *input = nets[_i].input;

	ck_assert_msg(gtb_net_parse(&parsed, input, strlen(input)) ==
		      nets[_i].result, "%s", input);
	if (nets[_i].expected != NULL)
		ck_assert_str_eq(gtb_net_text(&parsed, text, sizeof(text)),
				 nets[_i].expected);
}
END_TEST

static const struct {
	const char *net;
	const char *addr;
	bool contains;
} members[] = {
	{"68.64.0.0/19", "68.64.0.0", true},
	{"68.64.0.0/19", "68.64.31.255", true},
	{"68.64.0.0/19", "68.63.255.255", false},
	{"68.64.0.0/19", "68.64.32.0", false},
	{"68.64.0.0/19", "::ffff:68.64.0.1", true},
	{"68.64.0.0/19", "::68.64.0.1", false},
	{"68.64.0.0/19", "2002:4440:1::", false},
	{"68.64.0.0/19", "64:ff9b::4440:1", false},
	{"0.0.0.0/0", "255.255.255.255", true},
	{"0.0.0.0/0", "2001:db8::1", false},
	{"::/0", "2001:db8::1", true},
	{"::/0", "68.64.0.1", false},
	{"2001:db8:8000::/33", "2001:db8:8000::", true},
	{"2001:db8:8000::/33", "2001:db8:7fff::", false},
	{"2001:db8::/64", "2001:db8::ffff:ffff:ffff:ffff", true},
	{"2001:db8::/64", "2001:db8:0:1::", false},
	{"2001:db8::/65", "2001:db8::8000:0:0:0", false},
	{"2001:db8::1", "2001:db8::1", true},
	{"2001:db8::1", "2001:db8::2", false},
};

START_TEST(contains)
{
	struct gtb_net n;
	struct gtb_addr a;

	ck_assert_int_eq(gtb_net_parse(&n, members[_i].net,
				       strlen(members[_i].net)), GTB_NET_OK);
	ck_assert(gtb_addr_parse(&a, members[_i].addr,
				 strlen(members[_i].addr)));
	ck_assert(gtb_net_contains(&n, &a) == members[_i].contains);
}
END_TEST

static const struct {
	const char *net;
	bool special;
	bool wide;
} kinds[] = {
	{"68.64.0.0/19", false, false},
	{"68.0.0.0/15", false, true},
	{"68.64.0.0/16", false, false},
	{"10.1.2.0/24", true, false},
	{"8.0.0.0/6", true, true},	/* holds 10.0.0.0/8 */
	{"169.254.169.254", true, false},
	{"127.0.0.1", true, false},
	{"100.64.0.0/10", true, true},
	{"100.128.0.0/16", false, false},
	{"224.0.0.1", true, false},
	{"255.255.255.255", true, false},
	{"2600:1f00::/32", false, false},
	{"2600:1f00::/31", false, true},
	{"2001:db8::/32", true, false},
	{"2001:db8:1::/48", true, false},
	{"fd00::/48", true, false},
	{"::1", true, false},
	{"64:ff9b::/96", true, false},
	{"2002:4440:1::/48", true, false},
	{"2a00::/32", false, false},
};

START_TEST(kind)
{
	struct gtb_net n;

	ck_assert_int_eq(gtb_net_parse(&n, kinds[_i].net,
				       strlen(kinds[_i].net)), GTB_NET_OK);
	ck_assert_msg((gtb_net_special(&n) != NULL) == kinds[_i].special,
		      "%s", kinds[_i].net);
	ck_assert_msg(gtb_net_is_wide(&n) == kinds[_i].wide, "%s",
		      kinds[_i].net);
}
END_TEST

/* Text of exactly len bytes, without a NUL behind it, is all that is read. */
START_TEST(length)
{
	const char text[] = {'1', '.', '2', '.', '3', '.', '4', '5'};
	struct gtb_addr addr;
	struct gtb_addr expected;

	ck_assert(gtb_addr_parse(&addr, text, 7));
	ck_assert(gtb_addr_parse(&expected, "1.2.3.4", 7));
	ck_assert(gtb_addr_equal(&addr, &expected));
	ck_assert(!gtb_addr_parse(&addr, "1.2.3.4\0", 8));
	ck_assert(!gtb_addr_parse(&addr, "", 0));
}
END_TEST

static void like_inet_pton(const char *text)
{
	struct gtb_addr addr = {0, 0};
	unsigned char bytes[4];
	bool good = inet_pton(AF_INET, text, bytes) == 1;

	ck_assert_msg(gtb_addr_parse(&addr, text, strlen(text)) == good, "%s",
		      text);
	if (!good)
		return;
	ck_assert_uint_eq(addr.hi, 0);
	ck_assert_uint_eq(addr.lo, 0xffff00000000u | (uint64_t)bytes[0] << 24 |
				   (uint64_t)bytes[1] << 16 |
				   (uint64_t)bytes[2] << 8 | bytes[3]);
}

/* The reader of dotted quads is ours: every text of these bytes, up to 9. */
START_TEST(every_short_quad)
{
	static const char bytes[] = {'.', '0', '3', '9'};
	char text[10];

	for (size_t len = 1; len < sizeof(text); len++) {
		text[len] = '\0';
		for (unsigned long n = 0; n < 1ul << 2 * len; n++) {
			for (size_t i = 0; i < len; i++)
				text[i] = bytes[n >> 2 * i & 3];
			like_inet_pton(text);
		}
	}
}
END_TEST

/* Each octet from 0 to 300 in each place, and each byte in the place of each
 * byte. */
START_TEST(every_octet_and_byte)
{
	static const char good[] = "203.0.113.99";
	char text[32];

	for (int octet = 0; octet <= 300; octet++) {
		for (int place = 0; place < 4; place++) {
			int o[4] = {7, 7, 7, 7};

			o[place] = octet;
			snprintf(text, sizeof(text), "%d.%d.%d.%d", o[0], o[1],
				 o[2], o[3]);
			like_inet_pton(text);
		}
	}
	for (size_t i = 0; i < sizeof(good) - 1; i++) {
		for (int byte = 1; byte < 256; byte++) {
			memcpy(text, good, sizeof(good));
			text[i] = (char)byte;
			if (byte != ':')
				like_inet_pton(text);
		}
	}
}
END_TEST

Suite *suite_net(void)
{
	Suite *suite = suite_create("net");
	TCase *tcase = tcase_create("net");

	tcase_add_loop_test(tcase, net, 0, sizeof(nets) / sizeof(nets[0]));
	tcase_add_loop_test(tcase, contains, 0,
			    sizeof(members) / sizeof(members[0]));
	tcase_add_loop_test(tcase, kind, 0, sizeof(kinds) / sizeof(kinds[0]));
	tcase_add_test(tcase, length);
	tcase_add_test(tcase, every_short_quad);
	tcase_add_test(tcase, every_octet_and_byte);
	suite_add_tcase(suite, tcase);
	return suite;
}
