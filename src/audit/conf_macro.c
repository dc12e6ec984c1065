/*
 * ${service_name}, ${process_name} and ${process_number}, replaced in the
 * whole line, one after the other, before Squid looks at it.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "conf_parts.h"

bool conf_line_reserve(struct conf_reader *reader, struct conf_line *line,
		       size_t size)
{
	struct conf_spot *spots;
	size_t room = 256;
	char *text;

	if (size < line->size)
		return true;
	while (room <= size)
		room *= 2;
	text = realloc(line->text, room);
	if (text != NULL)
		line->text = text;
	spots = realloc(line->spots, room * sizeof(*spots));
	if (spots != NULL)
		line->spots = spots;
	if (text == NULL || spots == NULL) {
		reader->failed = true;
		return false;
	}
	line->size = room;
	return true;
}

static bool add_byte(struct conf_reader *reader, struct conf_line *line,
		     char byte, struct conf_spot spot)
{
	if (!conf_line_reserve(reader, line, line->len + 1))
		return false;
	line->text[line->len] = byte;
	line->spots[line->len++] = spot;
	line->text[line->len] = '\0';
	return true;
}

static bool ends_with(const struct conf_line *line, const char *macro,
		      size_t len)
{
	return line->len >= len &&
	       memcmp(line->text + line->len - len, macro, len) == 0;
}

/*
 * Byte by byte, so that a macro that comes about by replacing one within it
 * is seen, as Squid does by starting over; values hold no '}', see conf.c.
 */
static void expand(struct conf_reader *reader, struct conf_line *line,
		   const char *macro, const char *value)
{
	struct conf_line out = {0};
	size_t len = strlen(macro);

	for (size_t i = 0; i < line->len; i++) {
		struct conf_spot spot;

		if (!add_byte(reader, &out, line->text[i], line->spots[i]))
			break;
		if (!ends_with(&out, macro, len))
			continue;
		out.len -= len;
		spot = out.spots[out.len];
		spot.expanded = 1;
		for (const char *at = value; *at != '\0'; at++)
			if (!add_byte(reader, &out, *at, spot))
				break;
	}
	conf_line_fini(line);
	*line = out;
}

void conf_macros_expand(struct conf_reader *reader, struct conf_line *line)
{
	const struct {
		const char *macro;
		const char *value;
	} macros[] = {
		{"${service_name}", reader->options.service},
		{"${process_name}", reader->options.process},
		{"${process_number}", reader->number},
	};

	for (size_t i = 0; i < sizeof(macros) / sizeof(macros[0]); i++)
		if (!reader->failed &&
		    strstr(line->text, macros[i].macro) != NULL)
			expand(reader, line, macros[i].macro, macros[i].value);
}
