/* The lines of a file and of what it includes, in the order of execution. */
#include "config.h"

#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "conf_parts.h"

/* A path of an include line, unquoted, in a buffer as long as the line. */
struct pattern {
	char *text;
	struct gtb_place place;
};

/* One byte after a '\'; within quotes the '\' itself is dropped. */
static char unescape(const char **at, bool quoted)
{
	char byte;

	if (quoted)
		(*at)++;
	byte = **at;
	if (byte != '\0')
		(*at)++;
	if (quoted && byte == 'n')
		return '\n';
	if (quoted && byte == 'r')
		return '\r';
	return byte;
}

/* The next path, as strwordtok() of Squid finds it; false: no more. */
static bool next_pattern(const struct conf_line *line, size_t *offset,
			 struct pattern *pattern)
{
	const char *at = line->text + *offset;
	bool quoted = false;
	size_t len = 0;

	while (conf_is_space(*at))
		at++;
	if (*at == '\0')
		return false;
	pattern->place = conf_line_place(line, (size_t)(at - line->text));
	while (*at != '\0' && (quoted || !conf_is_space(*at))) {
		if (*at == '"') {
			quoted = !quoted;
			at++;
		} else if (*at == '\\') {
			pattern->text[len++] = unescape(&at, quoted);
		} else {
			pattern->text[len++] = *at++;
		}
	}
	pattern->text[len] = '\0';
	*offset = (size_t)(at - line->text);
	return true;
}

static void include_one(struct conf_reader *reader,
			const struct conf_source *parent, const char *path,
			struct gtb_place place)
{
	struct conf_source source = {.parent = parent,
				     .depth = parent->depth + 1};

	if (source.depth > CONF_DEPTH_MAX) {
		conf_error(reader, parent->file, place,
			   "includes are nested deeper than %d: Squid gives "
			   "up",
			   CONF_DEPTH_MAX);
		return;
	}
	if (path[0] == '!' || path[0] == '|') {
		conf_error(reader, parent->file, place,
			   "Squid takes \"%s\" for a command to start: write "
			   "./ before it",
			   path);
		return;
	}
	if (conf_file_follow(reader, path, GTB_CONF_INCLUDE, parent->file,
			     place, &source))
		conf_flow_read(reader, &source);
	free(source.text);
}

/* Quote a folder's name for glob(3) in front of a pattern. */
static char *glob_pattern(struct conf_reader *reader, const char *text)
{
	const char *directory = reader->options.directory;
	size_t len = 0;
	char *joined;

	if (text[0] == '/' || directory == NULL)
		return conf_pool_copy(reader, text, strlen(text));
	joined = conf_pool_take(reader,
				strlen(directory) * 2 + strlen(text) + 2);
	if (joined == NULL)
		return NULL;
	for (const char *at = directory; *at != '\0'; at++) {
		if (strchr("*?[\\", *at) != NULL)
			joined[len++] = '\\';
		joined[len++] = *at;
	}
	joined[len++] = '/';
	strcpy(joined + len, text);
	return joined;
}

/* Left alone, glob(3) takes a folder it could not read for an empty one. */
static int is_grave(const char *folder, int error)
{
	(void)folder;
	return error != EACCES && error != ENOENT && error != ELOOP;
}

static void refuse_pattern(struct conf_reader *reader,
			   const struct conf_source *source,
			   const struct pattern *pattern, const char *text,
			   int rc)
{
	reader->conf->misses = true;
	if (rc == GLOB_NOSPACE || (rc == GLOB_ABORTED && errno == ENOMEM))
		reader->failed = true;
	else if (rc == GLOB_ABORTED)
		conf_error(reader, source->file, pattern->place,
			   "files %s cannot be looked for: %s", text,
			   strerror(errno));
	else
		conf_error(reader, source->file, pattern->place,
			   "there is no file %s, and Squid does not start "
			   "without: make one, or take the include away",
			   text);
}

static void include_pattern(struct conf_reader *reader,
			    const struct conf_source *source,
			    const struct pattern *pattern)
{
	char *text = glob_pattern(reader, pattern->text);
	glob_t found = {0};
	int rc;

	if (text == NULL)
		return;
	rc = glob(text, 0, is_grave, &found);
	if (rc != 0)
		refuse_pattern(reader, source, pattern, text, rc);
	for (size_t i = 0; rc == 0 && i < found.gl_pathc && !reader->failed;
	     i++)
		include_one(reader, source, found.gl_pathv[i], pattern->place);
	globfree(&found);
}

static void include(struct conf_reader *reader,
		    const struct conf_source *source,
		    const struct conf_line *line, size_t offset)
{
	struct pattern pattern;

	pattern.text = malloc(line->len + 2);
	if (pattern.text == NULL) {
		reader->failed = true;
		return;
	}
	while (!reader->failed && next_pattern(line, &offset, &pattern)) {
		if (reader->options.alone)
			conf_warning(reader, source->file, pattern.place,
				     "no other file is read: %s", pattern.text);
		else
			include_pattern(reader, source, &pattern);
	}
	free(pattern.text);
}

/* Keep the words at hand as a directive. */
static void keep(struct conf_reader *reader, size_t file,
		 const struct conf_line *line)
{
	struct gtb_conf *conf = reader->conf;
	size_t size = reader->words_count * sizeof(*reader->words);
	struct gtb_conf_directive *directive;
	struct gtb_conf_word *words;
	void *larger;

	if (reader->failed || reader->words_count == 0)
		return;
	larger = conf_grow(reader, conf->directives, conf->directives_count,
			   sizeof(*conf->directives));
	if (larger == NULL)
		return;
	conf->directives = larger;
	directive = &conf->directives[conf->directives_count];
	words = conf_pool_take(reader, size);
	directive->text = conf_pool_copy(reader, line->text, line->len);
	if (reader->failed)
		return;
	memcpy(words, reader->words, size);
	directive->file = file;
	directive->place = conf_line_place(line, 0);
	directive->words = words;
	directive->count = reader->words_count;
	conf->directives_count++;
	if (strcmp(words[0].text, "acl") == 0)
		conf_acl_take(reader);
}

/* configuration_includes_quoted_values counts from the next line on. */
static void switch_quotes(struct conf_reader *reader)
{
	const struct gtb_conf_word *words = reader->words;
	const char *value;

	if (reader->words_count == 0 ||
	    strcmp(words[0].text, "configuration_includes_quoted_values") != 0)
		return;
	value = reader->words_count > 1 ? words[1].text : "";
	reader->quoted_values =
		strcmp(value, "on") == 0 || strcmp(value, "enable") == 0;
}

/* Does a line stand beside those that we made? */
static void look_for_others(struct conf_reader *reader, size_t index,
			    const struct conf_line *line)
{
	struct gtb_conf_file *file = &reader->conf->files[index];
	unsigned int at = conf_line_place(line, 0).line;

	if (at < file->made_from || (file->made_to != 0 && at > file->made_to))
		file->mixed = true;
}

void conf_flow_read(struct conf_reader *reader, struct conf_source *source)
{
	struct conf_line line = {0};
	struct conf_ifs ifs = {0};

	conf_head_read(reader, source);
	while (conf_line_next(reader, source, &line)) {
		if (conf_if_take(reader, source->file, &line, &ifs))
			continue;
		if (ifs.count > 0 && !ifs.states[ifs.count - 1]) {
			reader->conf->skips = true;
			continue;
		}
		look_for_others(reader, source->file, &line);
		if (strncmp(line.text, "include", 7) == 0 &&
		    conf_is_space(line.text[7])) {
			include(reader, source, &line, 8);
			continue;
		}
		conf_words_read(reader, source->file, &line);
		keep(reader, source->file, &line);
		switch_quotes(reader);
	}
	conf_if_end(reader, source->file, &ifs);
	conf_line_fini(&line);
}
