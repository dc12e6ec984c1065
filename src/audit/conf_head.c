/* What a file that we emitted says of itself in its comments. */
#include "config.h"

#include <string.h>

#include "gtb/squid.h"

#include "conf_parts.h"

#define NAME_MAX_LEN ((size_t)24)

/* The first line, and the first field, wherever in a file they stand. */
static const char title_begin[] = "# GoTo past ";
static const char title_end[] = ", and nothing else.";
static const char first_field[] = " Made by:";
static const char maker[] = "goto-bypass";

/* The next line, without its end; false: there is none. */
static bool next_line(const struct conf_source *source, size_t *at,
		      const char **text, size_t *len)
{
	const char *start = source->text + *at;
	size_t left = source->len - *at;
	const char *end;

	if (left == 0)
		return false;
	end = memchr(start, '\n', left);
	*text = start;
	*len = end != NULL ? (size_t)(end - start) : left;
	*at += end != NULL ? *len + 1 : left;
	if (*len > 0 && start[*len - 1] == '\r')
		(*len)--;
	return true;
}

/* The head, line by line, each without its '#'; false: it is over. */
static bool next_comment(const struct conf_source *source, size_t *at,
			 const char **text, size_t *len)
{
	if (!next_line(source, at, text, len) || *len == 0 || **text != '#')
		return false;
	(*text)++;
	(*len)--;
	return true;
}

static bool begins(const char *text, size_t len, const char *with)
{
	return len >= strlen(with) && memcmp(text, with, strlen(with)) == 0;
}

static bool ends(const char *text, size_t len, const char *with)
{
	size_t size = strlen(with);

	return len >= size && memcmp(text + len - size, with, size) == 0;
}

/* " Name:   value": the length of the name, or 0. */
static size_t name_len(const char *text, size_t len)
{
	const char *colon = memchr(text, ':', len);
	size_t name;

	if (len < 3 || text[0] != ' ' || colon == NULL)
		return 0;
	name = (size_t)(colon - text) - 1;
	if (name == 0 || name > NAME_MAX_LEN || text[1] < 'A' || text[1] > 'Z')
		return 0;
	return name;
}

/* "   id version ..." below the catalog is a document of it. */
static bool is_document(const char *text, size_t len)
{
	return len > 3 && memcmp(text, "   ", 3) == 0;
}

static void add_field(struct conf_reader *reader, struct gtb_conf_file *file,
		      struct gtb_conf_field *fields, const char *name,
		      size_t name_size, const char *value, size_t len,
		      unsigned int line)
{
	struct gtb_conf_field *field = &fields[file->fields_count];

	while (len > 0 && value[0] == ' ') {
		value++;
		len--;
	}
	field->name = conf_pool_copy(reader, name, name_size);
	field->value = conf_pool_copy(reader, value, strnlen(value, len));
	field->line = line;
	if (!reader->failed)
		file->fields_count++;
}

/* Lines from the first field on, up to an empty comment. */
static size_t count_lines(const struct conf_source *source, size_t at)
{
	const char *text;
	size_t count = 0;
	size_t len;

	while (next_comment(source, &at, &text, &len) && len > 0)
		count++;
	return count;
}

/* "# Made by:  goto-bypass ...": nobody else writes that of a file. */
static bool is_first(const char *text, size_t len)
{
	size_t at = sizeof(first_field);

	if (len < at || text[0] != '#' ||
	    !begins(text + 1, len - 1, first_field))
		return false;
	while (at < len && text[at] == ' ')
		at++;
	return begins(text + at, len - at, maker);
}

static bool is_title(const char *text, size_t len)
{
	return begins(text, len, title_begin) && ends(text, len, title_end);
}

static void read_fields(struct conf_reader *reader,
			const struct conf_source *source, size_t at,
			unsigned int line)
{
	struct gtb_conf_file *file = &reader->conf->files[source->file];
	struct gtb_conf_field *fields = conf_pool_take(
		reader, count_lines(source, at) * sizeof(*fields));
	const char *text;
	size_t len;

	while (!reader->failed && next_comment(source, &at, &text, &len) &&
	       len > 0) {
		size_t name = name_len(text, len);

		if (is_document(text, len))
			add_field(reader, file, fields, "Document", 8, text,
				  len, line);
		else if (name > 0)
			add_field(reader, file, fields, text + 1, name,
				  text + name + 2, len - name - 2, line);
		line++;
	}
	file->fields = fields;
}

static bool is_blank(const struct conf_source *source)
{
	for (size_t i = 0; i < source->len; i++)
		if (!conf_is_space(source->text[i]))
			return false;
	return true;
}

/* Other lines may stand above the head and below the end. */
void conf_head_read(struct conf_reader *reader,
		    const struct conf_source *source)
{
	struct gtb_conf_file *file = &reader->conf->files[source->file];
	unsigned int line = 1;
	const char *text;
	size_t begin = 0;
	size_t at = 0;
	size_t len;

	file->blank = is_blank(source);
	for (; file->made_to == 0 && next_line(source, &at, &text, &len);
	     line++) {
		bool first = file->fields == NULL && is_first(text, len);

		if (file->made_from == 0 && (first || is_title(text, len)))
			file->made_from = line;
		if (first)
			read_fields(reader, source, begin, line);
		if (file->made_from != 0 && len == strlen(GTB_SQUID_END) &&
		    begins(text, len, GTB_SQUID_END))
			file->made_to = line;
		if (reader->failed)
			return;
		begin = at;
	}
}
