/*
 * if, else and endif, as Squid takes them: only the innermost one counts, so
 * that an "if true" within an "if false" is executed all the same.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "conf_parts.h"

/* Where the rest of the line begins if it is that statement; or NULL. */
static const char *statement(const struct conf_line *line, const char *word)
{
	const char *at = line->text;
	size_t len = strlen(word);

	if (strncmp(at, word, len) != 0)
		return NULL;
	at += len;
	if (*at != '\0' && !conf_is_space(*at))
		return NULL;
	while (conf_is_space(*at))
		at++;
	return at;
}

/* A whole text as an integer: decimal, 0x or 0 before it. */
static bool to_number(const char *text, long *number)
{
	char *end;

	*number = strtol(text, &end, 0);
	return end != text && *end == '\0';
}

/* N = N; false: it is none. */
static bool compare(struct conf_reader *reader, const char *text, bool *result)
{
	const char *equals = strchr(text, '=');
	size_t len = equals != NULL ? (size_t)(equals - text) : 0;
	char *left;
	long a;
	long b;

	if (equals == NULL)
		return false;
	while (len > 0 && conf_is_space(text[len - 1]))
		len--;
	do {
		equals++;
	} while (conf_is_space(*equals));
	left = conf_pool_copy(reader, text, len);
	if (left == NULL || !to_number(left, &a) || !to_number(equals, &b))
		return false;
	*result = a == b;
	return true;
}

static bool evaluate(struct conf_reader *reader, size_t file,
		     const struct conf_line *line, const char *text)
{
	bool result = true;

	if (strcmp(text, "true") == 0)
		return true;
	if (strcmp(text, "false") == 0)
		return false;
	if (!compare(reader, text, &result) && !reader->failed)
		conf_error(reader, file, conf_line_place(line, 0),
			   "Squid cannot tell whether this is so: write "
			   "\"if true\", \"if false\" or \"if NUMBER = "
			   "NUMBER\"");
	return result;
}

static void begin(struct conf_reader *reader, size_t file,
		  const struct conf_line *line, const char *text,
		  struct conf_ifs *ifs)
{
	struct gtb_place place = conf_line_place(line, 0);
	bool state = evaluate(reader, file, line, text);
	void *larger;

	if (ifs->count > 0 && !ifs->states[ifs->count - 1] && state)
		conf_warning(reader, file, place,
			     "Squid executes what follows although the if "
			     "around it is not true: it looks at the "
			     "innermost if alone");
	larger = conf_grow(reader, ifs->states, ifs->count,
			   sizeof(*ifs->states));
	if (larger == NULL)
		return;
	ifs->states = larger;
	larger = conf_grow(reader, ifs->places, ifs->count,
			   sizeof(*ifs->places));
	if (larger == NULL)
		return;
	ifs->places = larger;
	ifs->states[ifs->count] = state;
	ifs->places[ifs->count++] = place;
}

bool conf_if_take(struct conf_reader *reader, size_t file,
		  const struct conf_line *line, struct conf_ifs *ifs)
{
	const char *condition = statement(line, "if");
	bool is_end = statement(line, "endif") != NULL;

	if (condition != NULL) {
		begin(reader, file, line, condition, ifs);
		return true;
	}
	if (!is_end && statement(line, "else") == NULL)
		return false;
	if (ifs->count == 0)
		conf_error(reader, file, conf_line_place(line, 0),
			   "\"%s\" without an \"if\" in this file: take it "
			   "away, or begin with \"if\"",
			   is_end ? "endif" : "else");
	else if (is_end)
		ifs->count--;
	else
		ifs->states[ifs->count - 1] = !ifs->states[ifs->count - 1];
	return true;
}

void conf_if_end(struct conf_reader *reader, size_t file, struct conf_ifs *ifs)
{
	for (size_t i = 0; i < ifs->count && !reader->failed; i++)
		conf_error(reader, file, ifs->places[i],
			   "\"if\" without an \"endif\" in this file: write "
			   "one where it ends");
	free(ifs->states);
	free(ifs->places);
}
