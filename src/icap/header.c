/* Header lines; the contract is in header.h. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "header.h"

static char fold(char byte)
{
	return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n' ||
	       byte == '\v' || byte == '\f';
}

/* The colon behind the name; NULL: the line has another name. */
static const char *colon_behind(const char *line, const char *name)
{
	/* Most lines differ in the first byte already. */
	if (fold(*line) != fold(*name) && !is_blank(*line))
		return NULL;
	while (is_blank(*line))
		line++;
	for (; *name != '\0'; name++, line++)
		if (fold(*line) != fold(*name))
			return NULL;
	while (is_blank(*line))
		line++;
	return *line == ':' ? line : NULL;
}

bool gtb_header_is(const char *line, const char *name)
{
	return colon_behind(line, name) != NULL;
}

size_t gtb_header_count(char *const *lines, size_t count, const char *name)
{
	size_t found = 0;

	for (size_t i = 1; i < count; i++)
		if (gtb_header_is(lines[i], name))
			found++;
	return found;
}

static struct gtb_text trimmed(const char *text)
{
	size_t len;

	while (is_blank(*text))
		text++;
	len = strlen(text);
	while (len > 0 && is_blank(text[len - 1]))
		len--;
	return (struct gtb_text){text, len};
}

struct gtb_text gtb_header_fact(char *const *lines, size_t count,
				const char *name)
{
	static const struct gtb_text unknown = {NULL, 0};
	struct gtb_text fact = unknown;

	for (size_t i = 1; i < count; i++) {
		const char *colon = colon_behind(lines[i], name);

		if (!colon)
			continue;
		if (fact.ptr)
			return (struct gtb_text){"", 0};
		fact = trimmed(colon + 1);
	}
	return fact.len == 1 && fact.ptr[0] == '-' ? unknown : fact;
}

static bool is_kept(char *const *lines, size_t i, const char *name)
{
	return i == 0 || !gtb_header_is(lines[i], name);
}

char *gtb_header_without(char *const *lines, size_t count, const char *name,
			 size_t *kept)
{
	size_t size = 1;
	char *copy;
	char *at;

	*kept = 0;
	for (size_t i = 0; i < count; i++)
		if (is_kept(lines, i, name))
			size += strlen(lines[i]) + 1;
	copy = malloc(size);
	if (!copy)
		return NULL;
	at = copy;
	for (size_t i = 0; i < count; i++) {
		if (!is_kept(lines, i, name))
			continue;
		at = stpcpy(at, lines[i]) + 1;
		++*kept;
	}
	return copy;
}
