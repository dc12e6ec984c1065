/* The index of networks, against a slow list of networks. */
#include <stdlib.h>
#include <string.h>

#include "gtb/report.h"
#include "src/core/nets.h"

#include "tests/unit/unit.h"

static struct gtb_net net_of(const char *text)
{
	struct gtb_net net;

	ck_assert_msg(gtb_net_parse(&net, text, strlen(text)) == GTB_NET_OK,
		      "%s", text);
	return net;
}

static const char *const listed[] = {
	"68.64.0.0/19", "68.64.4.0/24", "68.64.4.7", "173.199.0.0/18",
	"0.0.0.0/8", "255.0.0.0/8", "::/16", "2600:1f00::/32",
	"2600:1f00:1::/48", "ffff::/16", "68.64.4.0/24",
};

/* expected: the networks from the innermost outwards. */
static const struct {
	const char *addr;
	const char *expected;
} lookups[] = {
	{"68.63.255.255", ""},
	{"68.64.0.0", "68.64.0.0/19 "},
	{"68.64.3.255", "68.64.0.0/19 "},
	{"68.64.4.0", "68.64.4.0/24 68.64.0.0/19 "},
	{"68.64.4.7", "68.64.4.7/32 68.64.4.0/24 68.64.0.0/19 "},
	{"68.64.4.8", "68.64.4.0/24 68.64.0.0/19 "},
	{"68.64.5.0", "68.64.0.0/19 "},
	{"68.64.31.255", "68.64.0.0/19 "},
	{"68.64.32.0", ""},
	{"0.0.0.0", "0.0.0.0/8 "},
	{"255.255.255.255", "255.0.0.0/8 "},
	{"::1", "::/16 "},
	{"2600:1f00::1", "2600:1f00::/32 "},
	{"2600:1f00:1::", "2600:1f00:1::/48 2600:1f00::/32 "},
	{"2600:1f00:2::", "2600:1f00::/32 "},
	{"2600:1eff:ffff:ffff:ffff:ffff:ffff:ffff", ""},
	{"2600:1f01::", ""},
	{"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff::/16 "},
};

START_TEST(find)
{
	struct gtb_nets nets;
	struct gtb_addr addr;
	char chain[256] = "";

	gtb_nets_init(&nets);
	for (uint32_t i = 0; i < sizeof(listed) / sizeof(listed[0]); i++) {
		struct gtb_net net = net_of(listed[i]);

		ck_assert_int_eq(gtb_nets_add(&nets, &net, i, 0), GTB_OK);
	}
	ck_assert_int_eq(gtb_nets_build(&nets), GTB_OK);
	ck_assert(gtb_addr_parse(&addr, lookups[_i].addr,
				 strlen(lookups[_i].addr)));
	for (uint32_t n = gtb_nets_find(&nets, &addr); n != GTB_NETS_NONE;
	     n = nets.nodes[n].parent) {
		char text[GTB_NET_TEXT_SIZE];

		strcat(chain, gtb_net_text(&nets.nodes[n].net, text,
					   sizeof(text)));
		strcat(chain, " ");
	}
	ck_assert_str_eq(chain, lookups[_i].expected);
	gtb_nets_fini(&nets);
}
END_TEST

START_TEST(empty)
{
	struct gtb_nets nets;
	struct gtb_addr addr;

	gtb_nets_init(&nets);
	ck_assert_int_eq(gtb_nets_build(&nets), GTB_OK);
	ck_assert(gtb_addr_parse(&addr, "1.2.3.4", 7));
	ck_assert_uint_eq(gtb_nets_find(&nets, &addr), GTB_NETS_NONE);
	ck_assert(gtb_addr_parse(&addr, "::1", 3));
	ck_assert_uint_eq(gtb_nets_find(&nets, &addr), GTB_NETS_NONE);
	gtb_nets_fini(&nets);
}
END_TEST

/* A network of few bits, so that networks nest and touch. */
static struct gtb_net random_net(unsigned int *seed, bool v4)
{
	struct gtb_net net = {{0, 0}, 0};
	uint64_t bits = (uint64_t)(rand_r(seed) % 4096);
	int len = 1 + rand_r(seed) % 12;

	bits &= ~0ULL << (12 - len);
	if (v4) {
		net.addr.lo = 0x0000ffff00000000ULL | bits << 20;
		net.bits = (uint8_t)(96 + len);
	} else {
		net.addr.hi = bits << 52;
		net.bits = (uint8_t)len;
	}
	return net;
}

START_TEST(agrees_with_a_slow_list)
{
	enum { LISTED = 200, ASKED = 8000 };
	static struct gtb_net list[LISTED];
	struct gtb_nets nets;
	unsigned int seed = 7;
	int hits = 0;

	gtb_nets_init(&nets);
	for (uint32_t i = 0; i < LISTED; i++) {
		list[i] = random_net(&seed, i % 2);
		gtb_nets_add(&nets, &list[i], i, 0);
	}
	ck_assert_int_eq(gtb_nets_build(&nets), GTB_OK);
	for (int i = 0; i < ASKED; i++) {
		struct gtb_net asked = random_net(&seed, i % 2);
		struct gtb_addr addr = i % 3 ? asked.addr
					     : gtb_net_last(&asked);
		uint32_t node = gtb_nets_find(&nets, &addr);
		int best = -1;

		for (int k = 0; k < LISTED; k++)
			if (gtb_net_contains(&list[k], &addr) &&
			    (best < 0 || list[k].bits > list[best].bits))
				best = k;
		ck_assert_int_eq(best < 0, node == GTB_NETS_NONE);
		if (best < 0)
			continue;
		hits++;
		ck_assert_int_eq(gtb_net_compare(&nets.nodes[node].net,
						 &list[best]), 0);
	}
	ck_assert_int_gt(hits, 100);
	gtb_nets_fini(&nets);
}
END_TEST

Suite *suite_nets(void)
{
	Suite *suite = suite_create("nets");
	TCase *tcase = tcase_create("nets");

	tcase_add_loop_test(tcase, find, 0,
			    sizeof(lookups) / sizeof(lookups[0]));
	tcase_add_test(tcase, empty);
	tcase_add_test(tcase, agrees_with_a_slow_list);
	suite_add_tcase(suite, tcase);
	return suite;
}
