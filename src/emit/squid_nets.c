/* Networks, so that Squid means the same by them as we do. */
#include "config.h"

#include <stdlib.h>

#include "squid_parts.h"

#define V4_BITS 96 /* of the prefix that all of IPv4 has */

/* Where Squid, too, keeps IPv4: ::ffff:0:0. */
static const struct gtb_addr v4_line = {0, UINT64_C(0xffff) << 32};

/* The first bits bits of where IPv4 is, the last of them turned over. */
static struct gtb_net sibling_of_v4(uint8_t bits)
{
	struct gtb_net net = {v4_line, bits};

	if (bits <= 64) {
		net.addr.hi = UINT64_C(1) << (64 - bits);
		net.addr.lo = 0;
	} else {
		net.addr.lo ^= UINT64_C(1) << (128 - bits);
		net.addr.lo &= ~UINT64_C(0) << (128 - bits);
	}
	return net;
}

/* All bits of an IPv6 network are also those of where IPv4 is. */
static bool holds_v4_line(const struct gtb_net *net)
{
	if (gtb_net_is_v4(net) || net->bits >= V4_BITS || net->addr.hi != 0)
		return false;
	if (net->bits <= 64)
		return net->addr.lo == 0;
	return ((net->addr.lo ^ v4_line.lo) >> (128 - net->bits)) == 0;
}

/*
 * To Squid ::/0 holds IPv4 as well, to us it does not: so it is told as all
 * its parts but that one. 0.0.0.0/0 Squid calls an error and reads as "all":
 * so it is told as its halves.
 */
void gtb_squid_add_net(struct gtb_text_buffer *text, const struct gtb_net *net)
{
	char buffer[GTB_NET_TEXT_SIZE];

	if (gtb_net_is_v4(net) && net->bits == V4_BITS) {
		gtb_text_add(text, "0.0.0.0/1\n128.0.0.0/1\n");
		return;
	}
	if (!holds_v4_line(net)) {
		gtb_text_addf(text, "%s\n",
			      gtb_net_text(net, buffer, sizeof(buffer)));
		return;
	}
	for (uint8_t bits = net->bits + 1; bits <= V4_BITS; bits++) {
		struct gtb_net part = sibling_of_v4(bits);

		gtb_text_addf(text, "%s\n",
			      gtb_net_text(&part, buffer, sizeof(buffer)));
	}
}

static int compare_nets(const void *a, const void *b)
{
	return gtb_net_compare(a, b);
}

/* 0.0.0.0/0 and ::/0 together; both would be among the first of their kind. */
static bool is_everything(const struct gtb_net *nets, size_t count)
{
	bool v4 = false;
	bool v6 = false;

	for (size_t i = 0; i < count; i++) {
		v6 = v6 || nets[i].bits == 0;
		v4 = v4 || (gtb_net_is_v4(&nets[i]) && nets[i].bits == V4_BITS);
	}
	return v4 && v6;
}

/*
 * Squid warns of a network inside another, so those are left out. Sorted, a
 * network stands before what it covers, but IPv4 stands amid IPv6.
 */
void gtb_squid_add_nets(struct gtb_text_buffer *text, struct gtb_net *nets,
			size_t count)
{
	const struct gtb_net *last[2] = {NULL, NULL};

	if (is_everything(nets, count)) {
		gtb_text_add(text, "all\n");
		return;
	}
	qsort(nets, count, sizeof(nets[0]), compare_nets);
	for (size_t i = 0; i < count; i++) {
		const struct gtb_net **before = &last[gtb_net_is_v4(&nets[i])];

		if (*before != NULL && gtb_net_covers(*before, &nets[i]))
			continue;
		*before = &nets[i];
		gtb_squid_add_net(text, &nets[i]);
	}
}
