/*
 * Names and addresses a second time, as plainly as can be; the contract is in
 * world.h. No function is shared with src/core.
 */
#include "config.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "tests/fuzz/world.h"

bool slow_string(const struct gtb_text *text, char *string, size_t size)
{
	if (text->len >= size || memchr(text->ptr, '\0', text->len) != NULL)
		return false;
	memcpy(string, text->ptr, text->len);
	string[text->len] = '\0';
	return true;
}

static bool is_label(const char *label, size_t len)
{
	char copy[64];

	if (len < 1 || len > 63)
		return false;
	memcpy(copy, label, len);
	copy[len] = '\0';
	return strspn(copy, SLOW_LETTERS SLOW_DIGITS "-") == len &&
	       copy[0] != '-' && copy[len - 1] != '-';
}

bool slow_name(const struct gtb_text *text, char name[SLOW_NAME_SIZE])
{
	const char *label;

	if (!slow_string(text, name, SLOW_NAME_SIZE))
		return false;
	for (char *at = name; *at != '\0'; at++)
		if (*at >= 'A' && *at <= 'Z')
			*at = (char)(*at + 32);
	if (name[0] != '\0' && name[strlen(name) - 1] == '.')
		name[strlen(name) - 1] = '\0';
	if (strlen(name) > 253)
		return false;
	for (label = name; strchr(label, '.') != NULL;
	     label = strchr(label, '.') + 1)
		if (!is_label(label, strcspn(label, ".")))
			return false;
	return is_label(label, strlen(label)) &&
	       strspn(label, SLOW_DIGITS) != strlen(label);
}

bool slow_address(const struct gtb_text *text, unsigned char bytes[16])
{
	char string[64];

	if (!slow_string(text, string, sizeof(string)))
		return false;
	memset(bytes, 0, 16);
	bytes[10] = 0xff;
	bytes[11] = 0xff;
	return inet_pton(AF_INET, string, bytes + 12) == 1 ||
	       inet_pton(AF_INET6, string, bytes) == 1;
}

int slow_host(const struct gtb_text *text, char name[SLOW_NAME_SIZE],
	      unsigned char bytes[16])
{
	struct gtb_text inner = *text;
	char string[64];

	if (slow_name(text, name))
		return 'n';
	if (!slow_string(text, string, sizeof(string)))
		return 0;
	if (strncasecmp(string, "%5b", 3) == 0 && inner.len >= 6 &&
	    strcasecmp(string + inner.len - 3, "%5d") == 0) {
		inner.ptr += 3;
		inner.len -= 6;
	} else if (string[0] == '[' && inner.len >= 2 &&
		   string[inner.len - 1] == ']') {
		inner.ptr += 1;
		inner.len -= 2;
	}
	if (inner.len != text->len && strchr(string, ':') == NULL)
		return 0;
	return slow_address(&inner, bytes) ? 'a' : 0;
}
