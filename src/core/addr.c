/*
 * Addresses as text; the contract is in gtb/net.h.
 *
 * Every request brings one or two, so they are not read by inet_pton(3); what
 * is taken is the same.
 */
#include "config.h"

#include <endian.h>
#include <string.h>

#include "gtb/net.h"
#include "gtb/scratch.h"
#include "gtb/sixteens.h"

#define V4_LEN_MIN 7	/* bytes of "0.0.0.0" */
#define V4_LEN_MAX 15	/* and of "255.255.255.255" */

/* So many bytes and zeros, in pieces that overlap: a copy would be a call. */
static inline gtb_sixteen load_v4(const char *text, size_t len)
{
	typedef uint64_t halves __attribute__((vector_size(16)));
	uint64_t first = 0;
	uint64_t last = 0;

	if (len < 8) {
		memcpy(&first, text, 4);
		memcpy((char *)&first + 3, text + 3, 4);
	} else {
		memcpy(&first, text, 8);
		memcpy(&last, text + len - 8, 8);
		last = htole64(le64toh(last) >> 8 * (15 - len) >> 8);
	}
	return (gtb_sixteen)(halves){first, last};
}

static inline bool is_three_bits(unsigned int mask)
{
	unsigned int last = mask & (mask - 1);

	last &= last - 1;
	return last != 0 && (last & (last - 1)) == 0;
}

/* Is one of the octets of three digits, which begin at those bits, too high? */
static inline bool is_above_255(gtb_sixteen digits, unsigned int three)
{
	unsigned int two = gtb_sixteen_mask((gtb_sixteen)(digits == '2'));
	unsigned int five = gtb_sixteen_mask((gtb_sixteen)(digits == '5'));
	unsigned int above_two =
		gtb_sixteen_mask(gtb_sixteen_between(digits, '3', '9'));
	unsigned int above_five =
		gtb_sixteen_mask(gtb_sixteen_between(digits, '6', '9'));
	unsigned int above_55 = above_five >> 1 | (five >> 1 & above_five >> 2);

	return (three & (above_two | (two & above_55))) != 0;
}

/*
 * A dotted quad as inet_pton(3) takes it: four times one to three digits, at
 * most 255, no leading zero. Most addresses of requests are of this kind, so
 * all bytes are looked at at once, each as a bit of a mask.
 */
__attribute__((always_inline))
static inline bool is_v4(const char *text, size_t len)
{
	unsigned int dots, digits, zero, begin, two, three, wrong;
	gtb_sixteen bytes;

	if (len < V4_LEN_MIN || len > V4_LEN_MAX)
		return false;
	bytes = load_v4(text, len);
	dots = gtb_sixteen_mask((gtb_sixteen)(bytes == '.'));
	digits = gtb_sixteen_mask(gtb_sixteen_between(bytes, '0', '9'));
	begin = dots << 1 | 1;
	two = begin & digits >> 1;
	three = two & digits >> 2;
	zero = gtb_sixteen_mask((gtb_sixteen)(bytes == '0'));
	/* Another byte, an empty octet, one too long, one with a zero. */
	wrong = ((dots | digits) ^ ((1u << len) - 1)) | (begin & ~digits) |
		(three & digits >> 3) | (two & zero);
	if (wrong != 0 || !is_three_bits(dots))
		return false;
	return three == 0 || !is_above_255(bytes, three);
}

/* Of what is_v4(). */
static uint32_t read_v4(const char *text, size_t len)
{
	uint32_t octet = 0;
	uint32_t sum = 0;

	for (size_t i = 0; i < len; i++) {
		if (text[i] == '.') {
			sum = sum << 8 | octet;
			octet = 0;
		} else {
			octet = octet * 10 + ((uint32_t)text[i] - '0');
		}
	}
	return sum << 8 | octet;
}

/* What a hexadecimal digit stands for; 16: it is none. */
static inline unsigned int hex_value(char byte)
{
	unsigned int digit = (unsigned char)byte - (unsigned int)'0';
	unsigned int letter = ((unsigned char)byte | 0x20u) - 'a';

	if (digit <= 9)
		return digit;
	return letter < 6 ? letter + 10 : 16;
}

__extension__ typedef unsigned __int128 number128;

/* An IPv6 address while it is read: groups of 16 bits, and "::" once. */
struct groups {
	number128 before;	/* the groups before "::" */
	number128 last;		/* those behind it, or all */
	unsigned int gap;	/* how many stand before it; NO_GAP: no "::" */
	unsigned int count;
};

#define GROUPS 8
#define NO_GAP (GROUPS + 1)

/* Read one to four digits; returns how many, 0: none or too many. */
static inline size_t read_group(unsigned int *value, const char *text,
				size_t len)
{
	size_t digits = 0;

	*value = 0;
	for (; digits < len; digits++) {
		unsigned int digit = hex_value(text[digits]);

		if (digit > 15)
			break;
		if (digits == 4)
			return 0;
		*value = *value << 4 | digit;
	}
	return digits;
}

/*
 * Read a group, or the last two as a dotted quad, and the colons behind.
 * Returns the bytes read, 0: it is not one, or one too many.
 */
static size_t read_part(struct groups *groups, const char *text, size_t len)
{
	unsigned int value;
	size_t at = read_group(&value, text, len);

	if (at == 0)
		return 0;
	if (at < len && text[at] == '.') {
		if (groups->count > GROUPS - 2 || !is_v4(text, len))
			return 0;
		groups->last = groups->last << 32 | read_v4(text, len);
		groups->count += 2;
		return len;
	}
	if (++groups->count > GROUPS)
		return 0;
	groups->last = groups->last << 16 | value;
	if (at == len)
		return at;
	/* A colon, and it is not the last byte, unless there are two. */
	if (text[at] != ':' || at + 1 == len)
		return 0;
	if (text[at + 1] != ':')
		return at + 1;
	if (groups->gap != NO_GAP)
		return 0;
	groups->gap = groups->count;
	groups->before = groups->last;
	groups->last = 0;
	return at + 2;
}

/* As inet_pton(3) does it, which takes three times as long. */
__attribute__((noinline))
static bool read_v6(struct gtb_addr *addr, const char *text, size_t len)
{
	struct groups groups = {.gap = NO_GAP};
	size_t at = 0;
	size_t part;

	if (len < 2)
		return false;
	if (text[0] == ':' && text[1] == ':') {
		groups.gap = 0;
		at = 2;
	}
	for (; at < len; at += part) {
		part = read_part(&groups, text + at, len - at);
		if (part == 0)
			return false;
	}
	if (groups.gap == NO_GAP ? groups.count != GROUPS
				 : groups.count == GROUPS)
		return false;
	if (groups.gap != NO_GAP && groups.gap > 0)
		groups.last |= groups.before << 16 * (GROUPS - groups.gap);
	addr->hi = (uint64_t)(groups.last >> 64);
	addr->lo = (uint64_t)groups.last;
	return true;
}

bool gtb_addr_parse(struct gtb_addr *addr, const char *text, size_t len)
{
	if (is_v4(text, len)) {
		addr->hi = 0;
		addr->lo = GTB_ADDR_V4 | read_v4(text, len);
		return true;
	}
	return read_v6(addr, text, len);
}

/* Apart from the below, which is most often enough. */
__attribute__((noinline))
static bool is_v6(const char *text, size_t len)
{
	struct gtb_addr addr GTB_SCRATCH;

	return read_v6(&addr, text, len);
}

bool gtb_addr_is_one(const char *text, size_t len)
{
	return is_v4(text, len) || is_v6(text, len);
}
