/* Is it GoTo's? Names, networks and regular expressions held against it. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "gtb/host.h"
#include "lint_goto.h"
#include "lint_view.h"

/* A wider network than this speaks of more than GoTo. */
#define NET_BITS_MIN 8
#define V4_BITS	     96

/* Shorter labels occur in too many words. */
#define LABEL_MIN 4

/* --- names ------------------------------------------------------------- */

const char *lint_goto_strip(const char *name)
{
	name += strncmp(name, "*.", 2) == 0 ? 2 : 0;
	return name + strspn(name, ".");
}

static bool has_name(const struct lint_goto *known, const char *name)
{
	return known->names_count > 0 &&
	       bsearch(&name, known->names, known->names_count,
		       sizeof(known->names[0]), lint_goto_compare) != NULL;
}

/* The name or anything above it is listed. name is lower case. */
static bool is_under(const struct lint_goto *known, const char *name)
{
	while (name != NULL && *name != '\0') {
		if (has_name(known, name))
			return true;
		name = strchr(name, '.');
		if (name != NULL)
			name++;
	}
	return false;
}

/* Lower case into a buffer; false: longer than any name. */
static bool fold(const char *text, size_t len, char folded[GTB_NAME_MAX + 2])
{
	if (len > GTB_NAME_MAX)
		return false;
	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		folded[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	folded[len] = '\0';
	return true;
}

bool lint_goto_name(const struct lint_run *run, const char *name)
{
	char folded[GTB_NAME_MAX + 2];

	name = lint_goto_strip(name);
	return fold(name, strlen(name), folded) && is_under(run->known, folded);
}

bool lint_goto_below(const struct lint_run *run, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < run->known->names_count; i++) {
		const char *below = run->known->names[i];
		size_t below_len = strlen(below);

		if (below_len > len &&
		    strcasecmp(below + below_len - len, name) == 0)
			return true;
	}
	return false;
}

/* --- networks ---------------------------------------------------------- */

/* Some address of the network is GoTo's. */
static bool overlaps(const struct lint_goto *known, const struct gtb_net *net)
{
	size_t low = 0;
	size_t high = known->nets_count;

	if (net->bits < NET_BITS_MIN ||
	    (gtb_net_is_v4(net) && net->bits < V4_BITS + NET_BITS_MIN))
		return false;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (gtb_net_compare(&known->nets[middle], net) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return (low > 0 && gtb_net_covers(&known->nets[low - 1], net)) ||
	       (low < known->nets_count &&
		gtb_net_covers(net, &known->nets[low]));
}

/* "255.255.224.0" as a prefix; -1: it is none. */
static int mask_bits(const char *text)
{
	struct gtb_addr mask;
	int bits = 0;

	if (!gtb_addr_parse(&mask, text, strlen(text)) ||
	    !gtb_addr_is_v4(&mask))
		return -1;
	while (bits < 32 && (mask.lo >> (31 - bits) & 1) != 0)
		bits++;
	return bits;
}

static bool parse_masked(const char *text, size_t len, const char *mask,
			 struct gtb_net *net)
{
	int bits = mask_bits(mask);

	if (bits == -1 || !gtb_addr_parse(&net->addr, text, len))
		return false;
	net->bits = (uint8_t)(V4_BITS + bits);
	return true;
}

bool lint_goto_net(const struct lint_run *run, const char *text)
{
	size_t len = strcspn(text, "-");
	const char *slash = strchr(text, '/');
	struct gtb_net net;
	enum gtb_net_result result;

	/* Of a range, its first address speaks for it. */
	result = gtb_net_parse(&net, text, len);
	if (result == GTB_NET_OK || result == GTB_NET_HOST_BITS)
		return overlaps(run->known, &net);
	if (slash != NULL && text[len] == '\0' &&
	    parse_masked(text, (size_t)(slash - text), slash + 1, &net))
		return overlaps(run->known, &net);
	return lint_goto_name(run, text);
}

/* --- regular expressions ----------------------------------------------- */

static bool is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '.';
}

/* The first of the sorted names that is not before text. */
static size_t lower_bound(const struct lint_goto *known, const char *text)
{
	size_t low = 0;
	size_t high = known->names_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(known->names[middle], text) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* "gotomeeting" without its ".com": a whole label of a listed domain. */
static bool is_label(const struct lint_goto *known, const char *label)
{
	size_t len = strlen(label);

	if (len < LABEL_MIN || strchr(label, '.') != NULL)
		return false;
	for (size_t i = lower_bound(known, label); i < known->names_count;
	     i++) {
		const char *name = known->names[i];

		if (strncmp(name, label, len) != 0)
			return false;
		if (name[len] == '.' && strchr(name + len + 1, '.') == NULL)
			return true;
	}
	return false;
}

/* A run of bytes that can stand in a name, backslashes taken out. */
static bool is_word(const struct lint_goto *known, char *word, size_t len)
{
	while (len > 0 && word[len - 1] == '.')
		len--;
	if (len == 0 || !fold(word, len, word))
		return false;
	return is_under(known, lint_goto_strip(word)) ||
	       is_label(known, lint_goto_strip(word));
}

bool lint_goto_regex(const struct lint_run *run, const char *regex)
{
	char word[GTB_NAME_MAX + 2];
	size_t len = 0;

	for (;; regex++) {
		bool escaped = *regex == '\\' && regex[1] != '\0';

		regex += escaped;
		/* "\." is a dot, "\b" and its like are none of a name. */
		if (is_name_byte(*regex) && len < GTB_NAME_MAX &&
		    !(escaped && *regex != '.' && *regex != '-')) {
			word[len++] = *regex;
			continue;
		}
		if (is_word(run->known, word, len))
			return true;
		if (*regex == '\0')
			return false;
		len = 0;
	}
}
