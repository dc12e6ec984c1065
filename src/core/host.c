/* Names and literals of requests; the contract is in gtb/host.h. */
#include "config.h"

#include <string.h>

#include "gtb/host.h"
#include "gtb/sixteens.h"

/*
 * What each byte is folded to: letters, digits, '-' and '.'; 0 refuses. Not
 * tolower(3): in a Turkish locale that is another table.
 */
static const char fold[256] = {
	['-'] = '-', ['.'] = '.',
	['0'] = '0', ['1'] = '1', ['2'] = '2', ['3'] = '3', ['4'] = '4',
	['5'] = '5', ['6'] = '6', ['7'] = '7', ['8'] = '8', ['9'] = '9',
	['a'] = 'a', ['b'] = 'b', ['c'] = 'c', ['d'] = 'd', ['e'] = 'e',
	['f'] = 'f', ['g'] = 'g', ['h'] = 'h', ['i'] = 'i', ['j'] = 'j',
	['k'] = 'k', ['l'] = 'l', ['m'] = 'm', ['n'] = 'n', ['o'] = 'o',
	['p'] = 'p', ['q'] = 'q', ['r'] = 'r', ['s'] = 's', ['t'] = 't',
	['u'] = 'u', ['v'] = 'v', ['w'] = 'w', ['x'] = 'x', ['y'] = 'y',
	['z'] = 'z',
	['A'] = 'a', ['B'] = 'b', ['C'] = 'c', ['D'] = 'd', ['E'] = 'e',
	['F'] = 'f', ['G'] = 'g', ['H'] = 'h', ['I'] = 'i', ['J'] = 'j',
	['K'] = 'k', ['L'] = 'l', ['M'] = 'm', ['N'] = 'n', ['O'] = 'o',
	['P'] = 'p', ['Q'] = 'q', ['R'] = 'r', ['S'] = 's', ['T'] = 't',
	['U'] = 'u', ['V'] = 'v', ['W'] = 'w', ['X'] = 'x', ['Y'] = 'y',
	['Z'] = 'z',
};

char gtb_name_fold(char byte)
{
	return fold[(unsigned char)byte];
}

static bool is_digits(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] < '0' || text[i] > '9')
			return false;
	return true;
}

/*
 * Fold sixteen bytes by the same table; false: one of them is in no name. Bit
 * 0x20 makes letters lower case, and digits, '-' and '.' have it already.
 */
static bool fold_sixteen(gtb_sixteen bytes, gtb_sixteen *folded)
{
	gtb_sixteen lower = bytes | 0x20;
	gtb_sixteen known;

	known = gtb_sixteen_between(lower, 'a', 'z') |
		gtb_sixteen_between(bytes, '0', '9') |
		gtb_sixteen_between(bytes, '-', '.');
	*folded = lower;
	return gtb_sixteen_mask(known) == GTB_SIXTEEN_ALL;
}

/*
 * Fold the text, sixteen bytes at a time up to the dot behind it, and note
 * where its dots are. False: a byte that is in no name, an empty label, or one
 * that begins or ends with a hyphen.
 */
__attribute__((always_inline))
static inline bool read_labels(struct gtb_name *name, size_t len)
{
	unsigned int behind_dot = 1;	/* a bit each: so is the first byte */
	unsigned int behind_hyphen = 0;

	memset(name->dots, 0, sizeof(name->dots));
	for (size_t at = 0; at <= len; at += 16) {
		gtb_sixteen bytes;
		unsigned int dots;
		unsigned int hyphens;

		if (!fold_sixteen(gtb_sixteen_load(name->text + at), &bytes))
			return false;
		gtb_sixteen_store(name->text + at, bytes);
		dots = gtb_sixteen_mask((gtb_sixteen)(bytes == '.'));
		hyphens = gtb_sixteen_mask((gtb_sixteen)(bytes == '-'));
		behind_dot |= dots << 1;
		behind_hyphen |= hyphens << 1;
		if ((behind_dot & (dots | hyphens)) != 0 ||
		    (behind_hyphen & dots) != 0)
			return false;
		name->dots[at / 64] |= (uint64_t)dots << at % 64;
		behind_dot >>= 16;
		behind_hyphen >>= 16;
	}
	return true;
}

/* Is any label longer than it may be? */
static bool has_long_label(const struct gtb_name *name)
{
	size_t end = name->len;
	size_t start = gtb_name_label(name, end);

	while (start > 0 && end - start <= GTB_LABEL_MAX) {
		end = start - 1;
		start = gtb_name_label(name, end);
	}
	return end - start > GTB_LABEL_MAX;
}

/*
 * Of a text that is not empty. Twice in the code, so that one call less is made
 * for each request.
 */
__attribute__((always_inline))
static inline bool read_name(struct gtb_name *name, const char *text,
			     size_t len)
{
	static const char after[16] = ".aaaaaaaaaaaaaaa";

	/* Of "." the dot stays, and is refused. */
	if (len > 1 && text[len - 1] == '.')
		len--;
	if (len > GTB_NAME_MAX)
		return false;
	/* The last label gets a dot, too, and something to fill sixteen. */
	gtb_sixteen_copy(name->text, text, len);
	memcpy(name->text + len, after, sizeof(after));
	if (!read_labels(name, len))
		return false;
	name->text[len] = '\0';
	name->len = (uint8_t)len;
	if (len > GTB_LABEL_MAX && has_long_label(name))
		return false;
	name->last = (uint8_t)gtb_name_label(name, len);
	return !is_digits(name->text + name->last, len - name->last);
}

bool gtb_name_parse(struct gtb_name *name, const char *text, size_t len)
{
	return len > 0 && read_name(name, text, len);
}

/* Take "[", "]" or "%5B", "%5D" off; false: only one of them is there. */
static bool unbracket(const char **text, size_t *len)
{
	const char *t = *text;
	size_t n = *len;

	if (n >= 2 && t[0] == '[' && t[n - 1] == ']') {
		*text = t + 1;
		*len = n - 2;
		return true;
	}
	if (n >= 6 && t[0] == '%' && t[1] == '5' &&
	    (t[2] == 'B' || t[2] == 'b') && t[n - 3] == '%' &&
	    t[n - 2] == '5' && (t[n - 1] == 'D' || t[n - 1] == 'd')) {
		*text = t + 3;
		*len = n - 6;
		return true;
	}
	return false;
}

static enum gtb_host_kind read_address(struct gtb_addr *addr, const char *text,
				       size_t len)
{
	bool bracketed = unbracket(&text, &len);

	if (!gtb_addr_parse(addr, text, len))
		return GTB_HOST_MALFORMED;
	/* Brackets are for IPv6 alone: RFC 3986 3.2.2. */
	if (bracketed && memchr(text, ':', len) == NULL)
		return GTB_HOST_MALFORMED;
	return GTB_HOST_ADDRESS;
}

/* Apart from the below: most hosts are names that begin with a letter. */
__attribute__((noinline))
static void read_another(struct gtb_host *host, const char *text, size_t len)
{
	/* A name never ends in a label of digits, so no address is one. */
	host->kind = len > 0 ? read_address(&host->addr, text, len)
			     : GTB_HOST_MALFORMED;
	if (host->kind == GTB_HOST_MALFORMED &&
	    gtb_name_parse(&host->name, text, len))
		host->kind = GTB_HOST_NAME;
}

void gtb_host_parse(struct gtb_host *host, const char *text, size_t len)
{
	bool letter = len > 0 && gtb_name_fold(text[0]) >= 'a';

	if (letter && read_name(&host->name, text, len))
		host->kind = GTB_HOST_NAME;
	else
		read_another(host, text, len);
}
