/*
 * Networks, and addresses but for their reading; the contract is in gtb/net.h.
 *
 * libcidr reads more than an operator means ("10" is 0.0.0.10, "010.0.0.1" is
 * 8.0.0.1) and reads before the start of short strings, so it is only given
 * text that inet_pton(3) takes, in canonical form, behind spare bytes.
 */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <libcidr.h>

#include "gtb/net.h"

#define V4_PREFIX GTB_ADDR_V4
#define V4_BITS 96
#define CIDR_SPARE 16	/* bytes libcidr may read before its argument */

/*
 * Ranges of no public host: RFC 6890 registries, RFC 5771, RFC 4291. Each is
 * written as the first 64 bits, the last 64 and the prefix of a network.
 */
#define V4(a, b, bits) \
	{{0, V4_PREFIX | (a##ULL) << 24 | (b##ULL) << 16}, V4_BITS + (bits)}
#define V4C(a, b, c, bits) \
	{{0, V4_PREFIX | (a##ULL) << 24 | (b##ULL) << 16 | (c##ULL) << 8}, \
	 V4_BITS + (bits)}
#define V6(hi, bits) {{hi, 0}, bits}

static const struct {
	struct gtb_net net;
	const char *name;
} special_ranges[] = {
	{V4(0, 0, 8), "this network (RFC 791)"},
	{V4(10, 0, 8), "private-use (RFC 1918)"},
	{V4(100, 64, 10), "shared address space (RFC 6598)"},
	{V4(127, 0, 8), "loopback (RFC 1122)"},
	{V4(169, 254, 16), "link-local (RFC 3927)"},
	{V4(172, 16, 12), "private-use (RFC 1918)"},
	{V4(192, 0, 24), "IETF protocol assignments (RFC 6890)"},
	{V4C(192, 0, 2, 24), "documentation (RFC 5737)"},
	{V4C(192, 88, 99, 24), "6to4 relay anycast (RFC 7526)"},
	{V4(192, 168, 16), "private-use (RFC 1918)"},
	{V4(198, 18, 15), "benchmarking (RFC 2544)"},
	{V4C(198, 51, 100, 24), "documentation (RFC 5737)"},
	{V4C(203, 0, 113, 24), "documentation (RFC 5737)"},
	{V4(224, 0, 4), "multicast (RFC 5771)"},
	{V4(240, 0, 4), "reserved (RFC 1112)"},
	{V6(0x0000000000000000, 32), "reserved by the IETF (RFC 4291)"},
	{V6(0x0064ff9b00000000, 96), "IPv4/IPv6 translation (RFC 6052)"},
	{V6(0x0064ff9b00010000, 48), "local-use translation (RFC 8215)"},
	{V6(0x0100000000000000, 64), "discard-only (RFC 6666)"},
	{V6(0x2001000000000000, 23), "IETF protocol assignments (RFC 2928)"},
	{V6(0x20010db800000000, 32), "documentation (RFC 3849)"},
	{V6(0x2002000000000000, 16), "6to4 (RFC 3056)"},
	{V6(0x3fff000000000000, 20), "documentation (RFC 9637)"},
	{V6(0x5f00000000000000, 16), "segment routing (RFC 9602)"},
	{V6(0xfc00000000000000, 7), "unique-local (RFC 4193)"},
	{V6(0xfe80000000000000, 10), "link-local (RFC 4291)"},
	{V6(0xfec0000000000000, 10), "site-local (RFC 3879)"},
	{V6(0xff00000000000000, 8), "multicast (RFC 4291)"},
};

static void write_be64(uint8_t *bytes, uint64_t value)
{
	for (int i = 7; i >= 0; i--) {
		bytes[i] = (uint8_t)value;
		value >>= 8;
	}
}

bool gtb_addr_equal(const struct gtb_addr *a, const struct gtb_addr *b)
{
	return a->hi == b->hi && a->lo == b->lo;
}

int gtb_addr_compare(const struct gtb_addr *a, const struct gtb_addr *b)
{
	if (a->hi != b->hi)
		return a->hi < b->hi ? -1 : 1;
	if (a->lo != b->lo)
		return a->lo < b->lo ? -1 : 1;
	return 0;
}

/* The network mask of a prefix, 0 to 128 bits. */
static struct gtb_addr mask_of(unsigned int bits)
{
	struct gtb_addr mask = {0, 0};

	if (bits > 64) {
		mask.hi = UINT64_MAX;
		mask.lo = bits >= 128 ? UINT64_MAX
				      : ~(UINT64_MAX >> (bits - 64));
	} else if (bits > 0) {
		mask.hi = bits == 64 ? UINT64_MAX : ~(UINT64_MAX >> bits);
	}
	return mask;
}

bool gtb_net_contains(const struct gtb_net *net, const struct gtb_addr *addr)
{
	struct gtb_addr mask = mask_of(net->bits);

	/* The IPv4 line lies inside ::/0, but no IPv6 network means it. */
	if (gtb_net_is_v4(net) != gtb_addr_is_v4(addr))
		return false;
	return ((addr->hi ^ net->addr.hi) & mask.hi) == 0 &&
	       ((addr->lo ^ net->addr.lo) & mask.lo) == 0;
}

bool gtb_net_covers(const struct gtb_net *outer, const struct gtb_net *inner)
{
	return outer->bits <= inner->bits &&
	       gtb_net_contains(outer, &inner->addr);
}

struct gtb_addr gtb_net_last(const struct gtb_net *net)
{
	struct gtb_addr mask = mask_of(net->bits);
	struct gtb_addr last = {net->addr.hi | ~mask.hi,
				net->addr.lo | ~mask.lo};

	return last;
}

int gtb_net_compare(const struct gtb_net *a, const struct gtb_net *b)
{
	int order = gtb_addr_compare(&a->addr, &b->addr);

	if (order != 0)
		return order;
	return a->bits < b->bits ? -1 : a->bits > b->bits;
}

bool gtb_net_is_v4(const struct gtb_net *net)
{
	return net->bits >= V4_BITS && gtb_addr_is_v4(&net->addr);
}

bool gtb_net_is_wide(const struct gtb_net *net)
{
	return gtb_net_is_v4(net) ? net->bits < V4_BITS + 16 : net->bits < 32;
}

int gtb_net_prefix(const char *text, size_t len, int max)
{
	int value = 0;

	if (len == 0 || len > 3 || (len > 1 && text[0] == '0'))
		return -1;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		value = value * 10 + (text[i] - '0');
	}
	return value <= max ? value : -1;
}

static bool has_host_bits(const struct gtb_net *net)
{
	struct gtb_addr mask = mask_of(net->bits);

	return (net->addr.hi & ~mask.hi) != 0 || (net->addr.lo & ~mask.lo) != 0;
}

/*
 * Does libcidr see another network in what passed our own gate? When memory
 * runs out it sees none, and does not say why: then ours holds.
 */
static bool is_disputed(const struct gtb_net *net)
{
	char spare[CIDR_SPARE + GTB_NET_TEXT_SIZE] = {0};
	bool disputed = false;
	CIDR *cidr;
	CIDR *lowest;

	gtb_net_text(net, spare + CIDR_SPARE, GTB_NET_TEXT_SIZE);
	cidr = cidr_from_str(spare + CIDR_SPARE);
	lowest = cidr != NULL ? cidr_addr_network(cidr) : NULL;
	if (lowest != NULL)
		disputed = (cidr_equals(cidr, lowest) != 0) !=
			   has_host_bits(net);
	if (lowest != NULL)
		cidr_free(lowest);
	if (cidr != NULL)
		cidr_free(cidr);
	return disputed;
}

enum gtb_net_result gtb_net_parse(struct gtb_net *net, const char *text,
				  size_t len)
{
	const char *slash = memchr(text, '/', len);
	size_t addr_len = slash != NULL ? (size_t)(slash - text) : len;
	bool dotted = memchr(text, ':', addr_len) == NULL;
	int bits = dotted ? 32 : 128;
	struct gtb_addr mask;

	if (!gtb_addr_parse(&net->addr, text, addr_len))
		return GTB_NET_BAD_ADDRESS;
	if (slash != NULL)
		bits = gtb_net_prefix(slash + 1, len - addr_len - 1, bits);
	if (bits == -1)
		return GTB_NET_BAD_PREFIX;
	if (dotted)
		bits += V4_BITS;
	net->bits = (uint8_t)bits;
	/* ::ffff:0:0/n with n < 96 is no IPv4 network and no IPv6 one. */
	if (bits < V4_BITS && gtb_addr_is_v4(&net->addr))
		return GTB_NET_BAD_PREFIX;
	if (is_disputed(net))
		return GTB_NET_BAD_ADDRESS;
	if (!has_host_bits(net))
		return GTB_NET_OK;
	mask = mask_of(net->bits);
	net->addr.hi &= mask.hi;
	net->addr.lo &= mask.lo;
	return GTB_NET_HOST_BITS;
}

const char *gtb_net_special(const struct gtb_net *net)
{
	for (size_t i = 0;
	     i < sizeof(special_ranges) / sizeof(special_ranges[0]); i++) {
		const struct gtb_net *range = &special_ranges[i].net;

		if (gtb_net_covers(range, net) || gtb_net_covers(net, range))
			return special_ranges[i].name;
	}
	return NULL;
}

const char *gtb_addr_text(const struct gtb_addr *addr, char *buffer,
			  size_t size)
{
	uint8_t bytes[16];
	const char *text;

	write_be64(bytes, addr->hi);
	write_be64(bytes + 8, addr->lo);
	if (gtb_addr_is_v4(addr))
		text = inet_ntop(AF_INET, bytes + 12, buffer, (socklen_t)size);
	else
		text = inet_ntop(AF_INET6, bytes, buffer, (socklen_t)size);
	if (text == NULL && size > 0)
		buffer[0] = '\0';
	return buffer;
}

const char *gtb_net_text(const struct gtb_net *net, char *buffer, size_t size)
{
	char addr[INET6_ADDRSTRLEN];
	int bits = net->bits;

	if (gtb_net_is_v4(net))
		bits -= V4_BITS;
	snprintf(buffer, size, "%s/%d",
		 gtb_addr_text(&net->addr, addr, sizeof(addr)), bits);
	return buffer;
}
