/*
 * From bytes to logical lines, as parseOneConfigFile() of Squid does it.
 *
 * Squid reads with fgets(3) into 8 KiB, so a longer line is several to it; it
 * cuts each at the first CR, NUL or LF. A '\' at the very end continues
 * the line, and comments and empty lines in between do not end it.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "conf_parts.h"

bool conf_is_space(char byte)
{
	return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static void tell_long(struct conf_reader *reader,
		      const struct conf_source *source,
		      const struct conf_piece *piece, size_t size)
{
	if (source->at == source->len || source->text[source->at] == '\n')
		return;
	conf_warning(reader, source->file, piece->place,
		     "the line is longer than %zu bytes, and Squid takes the "
		     "rest for a line of its own: break the line%s",
		     size - 1, size == CONF_LINE_SIZE ? " with '\\'" : "");
}

static void tell_nul(struct conf_reader *reader, struct conf_source *source,
		     const struct conf_piece *piece)
{
	struct gtb_place place = piece->place;

	if (source->nul_told)
		return;
	source->nul_told = true;
	place.column += (unsigned int)piece->len;
	conf_warning(reader, source->file, place,
		     "Squid ignores the rest of a line from a NUL byte on: "
		     "save the file as plain text");
}

bool conf_piece_next(struct conf_reader *reader, struct conf_source *source,
		     size_t size, struct conf_piece *piece)
{
	const char *start = source->text + source->at;
	size_t left = source->len - source->at;
	size_t max = left < size - 1 ? left : size - 1;
	const char *end;

	if (left == 0)
		return false;
	end = memchr(start, '\n', max);
	piece->text = start;
	piece->place.line = source->line;
	piece->place.column =
		(unsigned int)(source->at - source->line_start) + 1;
	piece->len = end != NULL ? (size_t)(end - start) : max;
	source->at += piece->len;
	if (end != NULL) {
		source->at++;
		source->line++;
		source->line_start = source->at;
	} else {
		tell_long(reader, source, piece, size);
	}
	end = memchr(start, '\0', piece->len);
	if (end == NULL)
		return true;
	piece->len = (size_t)(end - start);
	tell_nul(reader, source, piece);
	return true;
}

/* Everything from a CR on; there is more behind it than the line's end. */
static void cut_cr(struct conf_reader *reader, struct conf_source *source,
		   struct conf_piece *piece)
{
	const char *cr = memchr(piece->text, '\r', piece->len);
	struct gtb_place place = piece->place;
	size_t len;

	if (cr == NULL)
		return;
	len = (size_t)(cr - piece->text);
	place.column += (unsigned int)len;
	if (len + 1 < piece->len && !source->cr_told) {
		source->cr_told = true;
		conf_warning(reader, source->file, place,
			     "Squid ignores the rest of a line from a carriage "
			     "return on: end lines with a line feed");
	}
	piece->len = len;
}

static void skip_blanks(struct conf_piece *piece)
{
	while (piece->len > 0 && conf_is_space(piece->text[0])) {
		piece->text++;
		piece->len--;
		piece->place.column++;
	}
}

static void check_mark(struct conf_reader *reader,
		       const struct conf_source *source,
		       const struct conf_piece *piece)
{
	if (piece->place.line == 1 && piece->place.column == 1 &&
	    piece->len >= 3 && memcmp(piece->text, "\xef\xbb\xbf", 3) == 0)
		conf_error(reader, source->file, piece->place,
			   "begins with a byte order mark, which Squid takes "
			   "for a directive: save the file without it");
}

static void append(struct conf_reader *reader, struct conf_line *line,
		   const struct conf_piece *piece)
{
	if (!conf_line_reserve(reader, line, line->len + piece->len))
		return;
	for (size_t i = 0; i < piece->len; i++) {
		struct conf_spot *spot = &line->spots[line->len + i];

		spot->line = piece->place.line;
		spot->column =
			(piece->place.column + (unsigned int)i) & 0x7fffffff;
		spot->expanded = 0;
	}
	memcpy(line->text + line->len, piece->text, piece->len);
	line->len += piece->len;
	line->text[line->len] = '\0';
}

static void trim(struct conf_line *line)
{
	while (line->len > 0 && conf_is_space(line->text[line->len - 1]))
		line->len--;
	line->text[line->len] = '\0';
}

bool conf_line_next(struct conf_reader *reader, struct conf_source *source,
		    struct conf_line *line)
{
	struct conf_piece piece;

	line->len = 0;
	while (!reader->failed &&
	       conf_piece_next(reader, source, CONF_LINE_SIZE, &piece)) {
		cut_cr(reader, source, &piece);
		check_mark(reader, source, &piece);
		skip_blanks(&piece);
		if (piece.len == 0 || piece.text[0] == '#')
			continue;
		append(reader, line, &piece);
		if (reader->failed)
			return false;
		if (line->text[line->len - 1] == '\\') {
			line->text[--line->len] = '\0';
			continue;
		}
		trim(line);
		conf_macros_expand(reader, line);
		return !reader->failed;
	}
	if (!reader->failed && line->len > 0)
		conf_warning(reader, source->file, conf_line_place(line, 0),
			     "Squid drops this line, because it ends in '\\' "
			     "and the file ends: take the '\\' away");
	return false;
}

void conf_line_set(struct conf_reader *reader, struct conf_line *line,
		   const struct conf_piece *piece)
{
	line->len = 0;
	append(reader, line, piece);
}

struct gtb_place conf_line_place(const struct conf_line *line, size_t at)
{
	struct gtb_place place = {0, 0};

	if (line->len == 0)
		return place;
	if (at >= line->len)
		at = line->len - 1;
	place.line = line->spots[at].line;
	place.column = line->spots[at].column;
	return place;
}

void conf_line_fini(struct conf_line *line)
{
	free(line->text);
	free(line->spots);
}
