/*
 * The values of an acl in a file of their own, as strtokFile() of Squid takes
 * them: one a line, blanks inside belong to it, a word that begins with '#'
 * ends it.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "conf_parts.h"

#define BLANKS " \t\n\r"

static bool is_blank(char byte)
{
	return byte != '\0' && strchr(BLANKS, byte) != NULL;
}

static size_t skip(const struct conf_piece *piece, size_t at, bool blanks)
{
	while (at < piece->len && is_blank(piece->text[at]) == blanks)
		at++;
	return at;
}

/* Cut a line to its value; false: it holds none. */
static bool cut(struct conf_piece *piece)
{
	size_t start = skip(piece, 0, true);
	size_t end = skip(piece, start, false);
	size_t next = skip(piece, end, true);

	if (start == piece->len || piece->text[start] == '#')
		return false;
	while (next < piece->len && piece->text[next] != '#') {
		end = skip(piece, next, false);
		next = skip(piece, end, true);
	}
	piece->text += start;
	piece->len = end - start;
	piece->place.column += (unsigned int)start;
	return true;
}

static void read_lines(struct conf_reader *reader, struct gtb_conf_acl *acl,
		       struct conf_source *source)
{
	struct conf_piece piece;

	while (!reader->failed &&
	       conf_piece_next(reader, source, CONF_LIST_SIZE, &piece)) {
		struct gtb_conf_word word = {.file = source->file};

		if (!cut(&piece))
			continue;
		word.text = conf_pool_copy(reader, piece.text, piece.len);
		word.place = piece.place;
		if (!reader->failed)
			conf_acls_value(reader, acl, &word);
	}
}

bool conf_values_read(struct conf_reader *reader, struct gtb_conf_acl *acl,
		      const struct gtb_conf_word *word)
{
	struct conf_source source = {.line = 1};
	const char *start = word->text + 1;
	size_t len = strcspn(start, "\"'");
	const char *path;
	bool done;

	if (start[len] == '\0')
		conf_warning(reader, word->file, word->place,
			     "Squid ends the name of this file at the blank, "
			     "whatever quotes say: take blanks out of it");
	path = conf_pool_copy(reader, start, len);
	if (path != NULL)
		path = conf_file_path(reader, path);
	if (path == NULL)
		return false;
	done = conf_file_follow(reader, path, GTB_CONF_LIST, word->file,
				word->place, &source);
	if (done)
		read_lines(reader, acl, &source);
	free(source.text);
	return done;
}
