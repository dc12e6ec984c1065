/* Header lines; the contract is in header.h. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "header.h"

static const struct gtb_text verdict = GTB_HEADER_NAME("x-goto-bypass");

_Static_assert(sizeof(GTB_HEADER_VERDICT) == sizeof("x-goto-bypass"),
	       "the same name in small letters");

static char fold(char byte)
{
	return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

static bool is_blank(char byte)
{
	return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* The colon behind the name, which is set; NULL: the line has none of ours. */
static const char *read_name(const char *line, struct gtb_text *name)
{
	const char *end;

	/* Most lines are told apart by the first byte. */
	if (fold(*line) != 'x' && !is_blank(*line))
		return NULL;
	while (is_blank(*line))
		line++;
	end = line;
	while ((unsigned char)*end > ' ' && *end != ':')
		end++;
	name->ptr = line;
	name->len = (size_t)(end - line);
	while (is_blank(*end))
		end++;
	return *end == ':' ? end : NULL;
}

static bool is_same(const struct gtb_text *name, const struct gtb_text *wanted)
{
	if (name->len != wanted->len)
		return false;
	for (size_t i = 0; i < name->len; i++)
		if (fold(name->ptr[i]) != wanted->ptr[i])
			return false;
	return true;
}

bool gtb_header_is_verdict(const char *line)
{
	struct gtb_text name;

	return read_name(line, &name) && is_same(&name, &verdict);
}

size_t gtb_header_verdicts(char *const *lines, size_t count)
{
	size_t found = 0;

	for (size_t i = 1; i < count; i++)
		if (gtb_header_is_verdict(lines[i]))
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

static void take_fact(const char *line, const struct gtb_text *names,
		      struct gtb_text *facts, size_t facts_count)
{
	struct gtb_text name;
	const char *colon = read_name(line, &name);

	for (size_t i = 0; colon && i < facts_count; i++) {
		if (!is_same(&name, &names[i]))
			continue;
		facts[i] = facts[i].ptr ? (struct gtb_text){"", 0}
					: trimmed(colon + 1);
		return;
	}
}

void gtb_header_facts(char *const *lines, size_t count,
		      const struct gtb_text *names, struct gtb_text *facts,
		      size_t facts_count)
{
	static const struct gtb_text unknown = {NULL, 0};

	for (size_t i = 0; i < facts_count; i++)
		facts[i] = unknown;
	for (size_t i = 1; i < count; i++)
		take_fact(lines[i], names, facts, facts_count);
	for (size_t i = 0; i < facts_count; i++)
		if (facts[i].len == 1 && facts[i].ptr[0] == '-')
			facts[i] = unknown;
}

bool gtb_header_are_regular(char *const *lines, size_t count, const char *end)
{
	for (size_t i = 0; i < count; i++) {
		const char *stop = lines[i] + strlen(lines[i]);
		const char *next = i + 1 < count ? lines[i + 1] : end;

		if (next != stop + 2 || stop[1] != '\n')
			return false;
	}
	return true;
}

static bool is_kept(char *const *lines, size_t i)
{
	return i == 0 || !gtb_header_is_verdict(lines[i]);
}

char *gtb_header_without_verdict(char *const *lines, size_t count,
				 size_t *kept)
{
	size_t size = 1;
	char *copy;
	char *at;

	*kept = 0;
	for (size_t i = 0; i < count; i++)
		if (is_kept(lines, i))
			size += strlen(lines[i]) + 1;
	copy = malloc(size);
	if (!copy)
		return NULL;
	at = copy;
	for (size_t i = 0; i < count; i++) {
		if (!is_kept(lines, i))
			continue;
		at = stpcpy(at, lines[i]) + 1;
		++*kept;
	}
	return copy;
}
