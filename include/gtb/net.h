/*
 * net: addresses and networks, IPv4 and IPv6 alike.
 *
 * Both families share one number line: an IPv4 address is kept as its
 * IPv4-mapped IPv6 form (::ffff:a.b.c.d, RFC 4291 2.5.5.2), so the two ways
 * to write it are one address, and every network is a prefix of 128 bits.
 */
#ifndef GTB_NET_H
#define GTB_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gtb_addr {
	uint64_t hi;		/* the first 64 bits, host byte order */
	uint64_t lo;		/* the last 64 bits */
};

#define GTB_ADDR_V4 0x0000ffff00000000ULL /* lo of ::ffff:0:0, IPv4's first */

struct gtb_net {
	struct gtb_addr addr;	/* lowest address */
	uint8_t bits;		/* prefix, 0 to 128; IPv4 /n is 96 + n */
};

enum gtb_net_result {
	GTB_NET_OK = 0,
	GTB_NET_BAD_ADDRESS,	/* not what inet_pton(3) takes */
	GTB_NET_BAD_PREFIX,	/* not a decimal number in range */
	GTB_NET_HOST_BITS	/* bits right of the prefix are set; *net is
				 * what was most likely meant */
};

/* Longest text gtb_addr_text() and gtb_net_text() write, with its NUL. */
#define GTB_NET_TEXT_SIZE 50

/*
 * Read an address: exactly what inet_pton(3) takes for AF_INET or AF_INET6,
 * no brackets, no scope. False: anything else.
 */
bool gtb_addr_parse(struct gtb_addr *addr, const char *text, size_t len);

/* The same without reading it: would gtb_addr_parse() take it? */
bool gtb_addr_is_one(const char *text, size_t len);

static inline bool gtb_addr_is_v4(const struct gtb_addr *addr)
{
	return addr->hi == 0 && addr->lo >> 32 == GTB_ADDR_V4 >> 32;
}

bool gtb_addr_equal(const struct gtb_addr *a, const struct gtb_addr *b);

/* -1, 0 or 1 as a stands before, at or after b on the number line. */
int gtb_addr_compare(const struct gtb_addr *a, const struct gtb_addr *b);

/*
 * Read what stands behind the slash: a decimal number up to max, without sign
 * or leading zero. -1: anything else.
 */
int gtb_net_prefix(const char *text, size_t len, int max);

/* Read "address" or "address/prefix". */
enum gtb_net_result gtb_net_parse(struct gtb_net *net, const char *text,
				  size_t len);

bool gtb_net_is_v4(const struct gtb_net *net);
/*
 * Families do not mix: no IPv6 network contains an IPv4 address, though the
 * number line would have it so.
 */
bool gtb_net_contains(const struct gtb_net *net, const struct gtb_addr *addr);

/* True when every address of inner is in outer. */
bool gtb_net_covers(const struct gtb_net *outer, const struct gtb_net *inner);

/* The highest address of a network. */
struct gtb_addr gtb_net_last(const struct gtb_net *net);

/*
 * Order for sorting: by lowest address, then the wider network first, so that
 * a network stands before all it covers.
 */
int gtb_net_compare(const struct gtb_net *a, const struct gtb_net *b);

/* True when shorter than /16 (IPv4) or /32 (IPv6). */
bool gtb_net_is_wide(const struct gtb_net *net);

/*
 * The name of the special-purpose range (IANA registries of RFC 6890,
 * multicast, reserved) that the network touches, such as "private-use
 * (RFC 1918)"; NULL when it touches none.
 */
const char *gtb_net_special(const struct gtb_net *net);

/* Write as text ("68.64.0.0/19", "2001:db8::/32"); returns buffer. */
const char *gtb_addr_text(const struct gtb_addr *addr, char *buffer,
			  size_t size);
const char *gtb_net_text(const struct gtb_net *net, char *buffer, size_t size);

#endif
