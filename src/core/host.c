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

/* No label may begin or end with a hyphen. */
static bool hyphens_inside(const struct gtb_name *name)
{
	for (int i = 0; i < name->count; i++)
		if (name->text[name->start[i]] == '-' ||
		    name->text[name->start[i + 1] - 2] == '-')
			return false;
	return true;
}

/*
 * Fold the text, len bytes and a dot, and note where its labels start; each
 * ends in a dot. False: it is no name.
 */
static bool read_labels(struct gtb_name *name, size_t len)
{
	unsigned int hyphens = 0;
	size_t start = 0;
	uint8_t count = 0;

	for (size_t at = 0; at <= len; at += 16) {
		gtb_sixteen bytes;
		unsigned int dots;

		if (!fold_sixteen(gtb_sixteen_load(name->text + at), &bytes))
			return false;
		gtb_sixteen_store(name->text + at, bytes);
		hyphens |= gtb_sixteen_mask((gtb_sixteen)(bytes == '-'));
		for (dots = gtb_sixteen_mask((gtb_sixteen)(bytes == '.'));
		     dots != 0; dots &= dots - 1) {
			size_t end = at + gtb_sixteen_first(dots);

			if (end == start || end - start > GTB_LABEL_MAX)
				return false;
			name->start[count++] = (uint8_t)start;
			start = end + 1;
		}
	}
	name->start[count] = (uint8_t)start;
	name->count = count;
	return hyphens == 0 || hyphens_inside(name);
}

bool gtb_name_parse(struct gtb_name *name, const char *text, size_t len)
{
	static const char after[16] = ".aaaaaaaaaaaaaaa";
	size_t last;

	if (len > 0 && text[len - 1] == '.')
		len--;
	if (len == 0 || len > GTB_NAME_MAX)
		return false;
	/* The last label gets a dot, too, and something to fill sixteen. */
	memcpy(name->text, text, len);
	memcpy(name->text + len, after, sizeof(after));
	if (!read_labels(name, len))
		return false;
	name->text[len] = '\0';
	name->len = (uint8_t)len;
	last = name->start[name->count - 1];
	return !is_digits(name->text + last, len - last);
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

void gtb_host_parse(struct gtb_host *host, const char *text, size_t len)
{
	bool bracketed;

	host->kind = GTB_HOST_MALFORMED;
	if (len == 0)
		return;
	/* A name never ends in a label of digits, so no address is one. */
	if (is_digits(text, 1) && gtb_addr_parse(&host->addr, text, len)) {
		host->kind = GTB_HOST_ADDRESS;
		return;
	}
	if (gtb_name_parse(&host->name, text, len)) {
		host->kind = GTB_HOST_NAME;
		return;
	}
	bracketed = unbracket(&text, &len);
	if (!gtb_addr_parse(&host->addr, text, len))
		return;
	/* Brackets are for IPv6 alone: RFC 3986 3.2.2. */
	if (bracketed && memchr(text, ':', len) == NULL)
		return;
	host->kind = GTB_HOST_ADDRESS;
}
