/* Checks that the readers share; the contract is in check.h. */
#include "config.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "gtb/policy.h"
#include "gtb/suffix.h"

#define SHOWN_SIZE 72 /* foreign text, in a message */

#define MESSAGE(...) (snprintf(message, GTB_CHECK_SIZE, __VA_ARGS__), message)

const char *gtb_check_net_result(enum gtb_net_result result, const char *text,
				 size_t len, const struct gtb_net *net,
				 char message[GTB_CHECK_SIZE])
{
	char shown[SHOWN_SIZE];
	char meant[GTB_NET_TEXT_SIZE];

	gtb_report_safe(text, len, shown, sizeof(shown));
	switch (result) {
	case GTB_NET_OK:
		return NULL;
	case GTB_NET_BAD_PREFIX:
		return MESSAGE("\"%s\" has no valid prefix: write a number "
			       "after the slash, at most 32 for IPv4, 128 for "
			       "IPv6",
			       shown);
	case GTB_NET_HOST_BITS:
		return MESSAGE("\"%s\" has bits set right of its prefix: write "
			       "%s if that network is meant",
			       shown, gtb_net_text(net, meant, sizeof(meant)));
	case GTB_NET_BAD_ADDRESS:
	default:
		return MESSAGE("\"%s\" is no address: write it like "
			       "68.64.0.0/19 or 2001:db8::/32",
			       shown);
	}
}

const char *gtb_check_net_cures(const struct gtb_net *net,
				const struct gtb_check_cures *cures,
				char message[GTB_CHECK_SIZE])
{
	const char *limit = gtb_net_is_v4(net) ? "/16" : "/32";
	bool wide = cures->wide != NULL && gtb_net_is_wide(net);
	const char *range =
		cures->special != NULL ? gtb_net_special(net) : NULL;
	char text[GTB_NET_TEXT_SIZE];

	if (!wide && range == NULL)
		return NULL;
	gtb_net_text(net, text, sizeof(text));
	if (range == NULL)
		return MESSAGE("%s is wider than %s: %s", text, limit,
			       cures->wide);
	if (!wide)
		return MESSAGE("%s is not public, it touches %s: %s", text,
			       range, cures->special);
	return MESSAGE("%s is wider than %s and not public, it touches %s: %s; "
		       "and %s",
		       text, limit, range, cures->wide, cures->special);
}

const char *gtb_check_net(const char *text, size_t len,
			  const struct gtb_check_cures *cures,
			  struct gtb_net *net, char message[GTB_CHECK_SIZE])
{
	enum gtb_net_result result = gtb_net_parse(net, text, len);

	if (result != GTB_NET_OK)
		return gtb_check_net_result(result, text, len, net, message);
	return gtb_check_net_cures(net, cures, message);
}

/* Why a text that is no name is none; in the order admins go wrong. */
static const char *name_cure(const char *text, size_t len)
{
	struct gtb_addr addr;

	if (memchr(text, '*', len) != NULL)
		return "a wildcard cannot stand here";
	if (gtb_addr_parse(&addr, text, len))
		return "an address goes where networks go";
	if (memchr(text, '/', len) != NULL || memchr(text, ':', len) != NULL)
		return "write the name alone, without scheme, port and path";
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] >= 0x80)
			return "write an international name in its xn-- form";
	return "letters, digits and hyphens between dots, 63 a label, 253 in "
	       "all";
}

static const char *no_name(const char *text, size_t len, const char *cure,
			   char message[GTB_CHECK_SIZE])
{
	char shown[SHOWN_SIZE];

	return MESSAGE("\"%s\" is no host name: %s",
		       gtb_report_safe(text, len, shown, sizeof(shown)), cure);
}

const char *gtb_check_name(const char *text, size_t len, struct gtb_name *name,
			   char message[GTB_CHECK_SIZE])
{
	if (gtb_name_parse(name, text, len))
		return NULL;
	return no_name(text, len, name_cure(text, len), message);
}

const char *gtb_check_wildcard(const struct gtb_name *name,
			       const struct gtb_check_cures *cures,
			       char message[GTB_CHECK_SIZE])
{
	char shown[SHOWN_SIZE];

	if (cures->shared == NULL || !gtb_suffix_is_shared(name->text))
		return NULL;
	return MESSAGE(
		"*.%s covers names that anybody can get: %s",
		gtb_report_safe(name->text, name->len, shown, sizeof(shown)),
		cures->shared);
}

/* Why a text that is neither name nor wildcard is neither. */
static const char *pattern_cure(const char *text, size_t len)
{
	if (len == 1 && text[0] == '*')
		return "it would be every host; name a domain, as in "
		       "*.example.com";
	if (memchr(text, '*', len) != NULL)
		return "a wildcard can only lead, as in *.example.com";
	if (len > 0 && text[0] == '.')
		return "for a name and all below it write *.example.com";
	return name_cure(text, len);
}

const char *gtb_check_pattern(const char *text, size_t len,
			      const struct gtb_check_cures *cures,
			      struct gtb_name *name, bool *wildcard,
			      char message[GTB_CHECK_SIZE])
{
	size_t lead = strlen("*.");

	*wildcard = len >= lead && memcmp(text, "*.", lead) == 0;
	if (!*wildcard)
		lead = 0;
	if (!gtb_name_parse(name, text + lead, len - lead))
		return no_name(text, len, pattern_cure(text, len), message);
	return *wildcard ? gtb_check_wildcard(name, cures, message) : NULL;
}

char *gtb_check_pattern_text(const struct gtb_name *name, bool wildcard)
{
	size_t lead = wildcard ? strlen("*.") : 0;
	char *text = malloc(lead + name->len + 1);

	if (text == NULL)
		return NULL;
	memcpy(text, "*.", lead);
	memcpy(text + lead, name->text, (size_t)name->len + 1);
	return text;
}

/* Read digits up to end; 0: they are no port. */
static uint16_t port_parse(const char *text, const char *end)
{
	unsigned int port = 0;

	if (text == end || end - text > 5 || *text == '0')
		return 0;
	for (; text < end; text++) {
		if (*text < '0' || *text > '9')
			return 0;
		port = port * 10 + (unsigned int)(*text - '0');
	}
	return port <= UINT16_MAX ? (uint16_t)port : 0;
}

const char *gtb_check_ports(const char *text, struct gtb_ports *ports,
			    char message[GTB_CHECK_SIZE])
{
	const char *end = text + strlen(text);
	const char *dash = strchr(text, '-');
	char shown[SHOWN_SIZE];

	ports->first = port_parse(text, dash != NULL ? dash : end);
	ports->last = dash != NULL ? port_parse(dash + 1, end) : ports->first;
	gtb_report_safe(text, (size_t)(end - text), shown, sizeof(shown));
	if (ports->first == 0 || ports->last == 0)
		return MESSAGE("\"%s\" is no port: write 1 to 65535, or a "
			       "range like 45000-49999",
			       shown);
	if (ports->last < ports->first)
		return MESSAGE("\"%s\" runs backwards: write %u-%u", shown,
			       (unsigned int)ports->last,
			       (unsigned int)ports->first);
	return NULL;
}

static bool is_lower(char byte)
{
	return byte >= 'a' && byte <= 'z';
}

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

const char *gtb_check_id(const char *text, size_t max,
			 char message[GTB_CHECK_SIZE])
{
	size_t len = strlen(text);
	char shown[SHOWN_SIZE];
	bool good = len > 0 && len <= max && text[0] != '-';

	for (size_t i = 0; good && i < len; i++)
		good = is_lower(text[i]) || is_digit(text[i]) || text[i] == '-';
	if (good)
		return NULL;
	return MESSAGE("\"%s\" will not do: lower case letters, digits and "
		       "hyphens, at most %zu, the first no hyphen",
		       gtb_report_safe(text, len, shown, sizeof(shown)), max);
}

const char *gtb_check_identity(const char *text, char message[GTB_CHECK_SIZE])
{
	size_t len = strlen(text);
	char shown[SHOWN_SIZE];
	bool good = len > 0 && len <= GTB_IDENTITY_NAME_MAX && text[0] != '-' &&
		    text[0] != '_';

	for (size_t i = 0; good && i < len; i++)
		good = is_lower(text[i]) || is_digit(text[i]) ||
		       (text[i] >= 'A' && text[i] <= 'Z') || text[i] == '-' ||
		       text[i] == '_';
	if (good)
		return NULL;
	return MESSAGE("\"%s\" will not do: letters, digits, '-' and '_', at "
		       "most %d, the first a letter or digit",
		       gtb_report_safe(text, len, shown, sizeof(shown)),
		       GTB_IDENTITY_NAME_MAX);
}

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Read count digits. -1: there are others. */
static int digits_parse(const char *text, size_t count)
{
	int value = 0;

	for (size_t i = 0; i < count; i++) {
		if (!is_digit(text[i]))
			return -1;
		value = value * 10 + (text[i] - '0');
	}
	return value;
}

bool gtb_check_date(const char *text, long *days)
{
	static const int months[] = {31, 28, 31, 30, 31, 30,
				     31, 31, 30, 31, 30, 31};
	int year;
	int month;
	int day;

	if (strlen(text) != strlen("YYYY-MM-DD") || text[4] != '-' ||
	    text[7] != '-')
		return false;
	year = digits_parse(text, 4);
	month = digits_parse(text + 5, 2);
	day = digits_parse(text + 8, 2);
	if (year < 1970 || month < 1 || month > 12 || day < 1 ||
	    day > months[month - 1] + (month == 2 && is_leap(year)))
		return false;
	*days = day - 1;
	for (int y = 1970; y < year; y++)
		*days += is_leap(y) ? 366 : 365;
	for (int m = 1; m < month; m++)
		*days += months[m - 1] + (m == 2 && is_leap(year));
	return true;
}

/* By text; among equals in the order of the file. */
static int compare(const void *a, const void *b)
{
	const struct gtb_check_item *left = a;
	const struct gtb_check_item *right = b;
	int order = strcmp(left->text, right->text);

	if (order != 0)
		return order;
	if (left->place.line != right->place.line)
		return left->place.line < right->place.line ? -1 : 1;
	return left->place.column < right->place.column
		       ? -1
		       : left->place.column > right->place.column;
}

bool gtb_check_unique(const char *source, struct gtb_check_item *items,
		      size_t count, struct gtb_report *report)
{
	char shown[SHOWN_SIZE];
	size_t first = 0;
	bool unique = true;

	if (count > 1)
		qsort(items, count, sizeof(*items), compare);
	for (size_t i = 1; i < count; i++) {
		const char *text = items[i].text;

		if (strcmp(text, items[first].text) != 0) {
			first = i;
			continue;
		}
		unique = false;
		gtb_report_safe(text, strlen(text), shown, sizeof(shown));
		gtb_report_error(report, source, items[i].place,
				 "%s stands in line %u already: remove one",
				 shown, items[first].place.line);
	}
	return unique;
}
