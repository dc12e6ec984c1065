/*
 * The words of a line. Which of them may be quoted, and which take all that
 * is left, depends on the directive: this table is Squid's own habits.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "conf_parts.h"

#define EVERY ((size_t)-1)

/* Words number first to last (0 is the directive) are read in that way. */
static const struct habit {
	const char *directive;
	const char *second; /* words[2] must be this; NULL: any */
	size_t first;
	size_t last;
	enum conf_how how;
} habits[] = {
	{"adaptation_meta", NULL, 2, 2, CONF_QUOTED},
	{"auth_param", "key_extras", 3, 3, CONF_QUOTED},
	{"auth_param", "program", 3, EVERY, CONF_QUOTED},
	{"auth_param", "realm", 3, 3, CONF_TO_EOL},
	{"auth_schemes", NULL, 1, 1, CONF_QUOTED},
	{"cachemgr_passwd", NULL, 2, EVERY, CONF_QUOTED},
	{"debug_options", NULL, 1, 1, CONF_TO_EOL},
	{"dns_nameservers", NULL, 1, EVERY, CONF_QUOTED},
	{"err_html_text", NULL, 1, 1, CONF_TO_EOL},
	{"header_replace", NULL, 2, 2, CONF_TO_EOL},
	{"hostname_aliases", NULL, 1, EVERY, CONF_QUOTED},
	{"loadable_modules", NULL, 1, EVERY, CONF_QUOTED},
	{"logformat", NULL, 2, 2, CONF_TO_EOL},
	{"mail_program", NULL, 1, 1, CONF_TO_EOL},
	{"mcast_groups", NULL, 1, EVERY, CONF_QUOTED},
	{"note", NULL, 2, 2, CONF_QUOTED},
	{"pinger_program", NULL, 1, 1, CONF_TO_EOL},
	{"redirect_program", NULL, 1, EVERY, CONF_QUOTED},
	{"refresh_pattern", NULL, 1, 2, CONF_REGEX},
	{"reply_header_add", NULL, 2, 2, CONF_QUOTED},
	{"reply_header_replace", NULL, 2, 2, CONF_TO_EOL},
	{"request_header_add", NULL, 2, 2, CONF_QUOTED},
	{"request_header_replace", NULL, 2, 2, CONF_TO_EOL},
	{"sslcrtd_program", NULL, 1, 1, CONF_TO_EOL},
	{"sslcrtvalidator_program", NULL, 1, 1, CONF_TO_EOL},
	{"store_id_extras", NULL, 1, 1, CONF_QUOTED},
	{"store_id_program", NULL, 1, EVERY, CONF_QUOTED},
	{"storeurl_rewrite_program", NULL, 1, EVERY, CONF_QUOTED},
	{"url_rewrite_extras", NULL, 1, 1, CONF_QUOTED},
	{"url_rewrite_program", NULL, 1, EVERY, CONF_QUOTED},
};

/* While the words of a line are collected. */
struct state {
	const struct habit *habit; /* NULL: none, or not known yet */
	bool is_acl;
	bool is_external_type;
	bool in_format;	   /* an external_acl_type's %tokens have begun */
	bool in_arguments; /* and its helper was named */
	bool in_values;	   /* an acl's options are over */
};

static bool is_flag(const char *text)
{
	return text[0] == '-' || text[0] == '+';
}

static enum conf_how acl_how(const struct conf_reader *reader,
			     struct state *state)
{
	const struct gtb_conf_word *words = reader->words;
	size_t count = reader->words_count;

	if (count < 3)
		return CONF_PLAIN;
	if (!state->in_values) {
		state->in_values = count > 3 && !is_flag(words[count - 1].text);
		if (count > 3 && strcmp(words[count - 1].text, "--") == 0)
			state->in_values = true;
	}
	if (conf_acl_is_pair(words[2].text))
		return CONF_PAIR;
	if (conf_acl_is_regex(words[2].text) ||
	    (conf_acl_is_header(words[2].text) && state->in_values))
		return CONF_REGEX;
	return state->in_values ? CONF_PLAIN : CONF_FLAG;
}

static enum conf_how external_how(const struct conf_reader *reader,
				  struct state *state)
{
	const char *last = reader->words[reader->words_count - 1].text;

	if (reader->words_count < 3)
		return CONF_PLAIN;
	if (last[0] == '%')
		state->in_format = true;
	else if (state->in_format)
		state->in_arguments = true;
	return state->in_arguments ? CONF_QUOTED : CONF_PLAIN;
}

/* How the next word is to be read. */
static enum conf_how how_next(const struct conf_reader *reader,
			      struct state *state)
{
	const char *directive = reader->words[0].text;
	size_t next = reader->words_count;

	if (state->is_acl)
		return acl_how(reader, state);
	if (state->is_external_type)
		return external_how(reader, state);
	for (size_t i = 0; i < sizeof(habits) / sizeof(habits[0]); i++) {
		const struct habit *habit = &habits[i];

		if (next < habit->first || next > habit->last ||
		    strcmp(habit->directive, directive) != 0)
			continue;
		if (habit->second == NULL ||
		    strcmp(habit->second, reader->words[2].text) == 0)
			return habit->how;
	}
	return CONF_PLAIN;
}

static void push(struct conf_reader *reader, const struct gtb_conf_word *word)
{
	void *larger = conf_grow(reader, reader->words, reader->words_count,
				 sizeof(*reader->words));

	if (larger == NULL)
		return;
	reader->words = larger;
	reader->words[reader->words_count++] = *word;
}

static bool read_words(struct conf_reader *reader,
		       const struct conf_source *parent,
		       struct conf_cursor *cursor, struct state *state);

/* Every line of a file of parameters; false: Squid stops here. */
static bool read_parameters(struct conf_reader *reader,
			    struct conf_source *source, struct state *state)
{
	struct conf_line line = {0};
	struct conf_piece piece;
	bool fine = true;

	while (fine &&
	       conf_piece_next(reader, source, CONF_LIST_SIZE, &piece)) {
		struct conf_cursor cursor = {&line, source->file, 0};

		if (piece.len == 0)
			continue;
		conf_line_set(reader, &line, &piece);
		fine = !reader->failed &&
		       read_words(reader, source, &cursor, state);
	}
	conf_line_fini(&line);
	return fine;
}

/* The path of parameters("path"), up to its ')'; false: reported. */
static bool read_path(struct conf_reader *reader, struct conf_cursor *cursor,
		      struct gtb_conf_word *path)
{
	struct gtb_place place = conf_line_place(cursor->line, cursor->at);
	struct gtb_conf_word end;

	if (conf_token_next(reader, cursor, CONF_QUOTED, path) ==
		    CONF_TOKEN_WORD &&
	    path->quoted &&
	    conf_token_next(reader, cursor, CONF_QUOTED, &end) ==
		    CONF_TOKEN_WORD &&
	    !end.quoted && strcmp(end.text, ")") == 0)
		return true;
	if (!reader->failed)
		conf_error(reader, cursor->file, place,
			   "write parameters(\"FILE\") and a blank behind it");
	return false;
}

/* The rest of parameters("path"); false: Squid stops here. */
static bool read_function(struct conf_reader *reader,
			  const struct conf_source *parent,
			  struct conf_cursor *cursor, struct state *state)
{
	struct conf_source source = {.parent = parent};
	struct gtb_conf_word path;
	const char *name;
	bool fine;

	if (!read_path(reader, cursor, &path))
		return false;
	source.depth = parent != NULL ? parent->depth + 1 : 1;
	if (source.depth > CONF_DEPTH_MAX + 1) {
		conf_error(reader, cursor->file, path.place,
			   "files are nested deeper than %d: Squid gives up",
			   CONF_DEPTH_MAX);
		return false;
	}
	name = conf_file_path(reader, path.text);
	fine = name != NULL &&
	       conf_file_follow(reader, name, GTB_CONF_LIST, cursor->file,
				path.place, &source);
	if (fine && source.len == 0)
		conf_error(reader, cursor->file, path.place,
			   "%s is empty, which Squid refuses: put something "
			   "into it",
			   name);
	fine = fine && source.len > 0 &&
	       read_parameters(reader, &source, state);
	free(source.text);
	return fine;
}

/* Words up to the end of a line; false: Squid stops here. */
static bool read_words(struct conf_reader *reader,
		       const struct conf_source *parent,
		       struct conf_cursor *cursor, struct state *state)
{
	struct gtb_conf_word word;

	while (!reader->failed) {
		enum conf_how how = how_next(reader, state);

		switch (conf_token_next(reader, cursor, how, &word)) {
		case CONF_TOKEN_WORD:
			push(reader, &word);
			break;
		case CONF_TOKEN_FUNCTION:
			if (!read_function(reader, parent, cursor, state))
				return false;
			break;
		case CONF_TOKEN_END:
			return true;
		case CONF_TOKEN_BAD:
			return false;
		}
	}
	return false;
}

void conf_words_read(struct conf_reader *reader, size_t file,
		     const struct conf_line *line)
{
	struct conf_cursor cursor = {line, file, 0};
	struct state state = {0};
	struct gtb_conf_word word = {0};
	bool expanded = false;
	size_t len;

	/* The directive itself ends at a blank, whatever it holds. */
	reader->words_count = 0;
	len = strcspn(line->text, " \t\n\r");
	for (size_t i = 0; i < len; i++)
		expanded = expanded || line->spots[i].expanded;
	word.text = conf_pool_copy(reader, line->text, len);
	word.file = file;
	word.place = conf_line_place(line, 0);
	word.expanded = expanded;
	if (reader->failed)
		return;
	push(reader, &word);
	cursor.at = line->text[len] != '\0' ? len + 1 : len;
	if (reader->failed)
		return;
	state.is_acl = strcmp(word.text, "acl") == 0;
	state.is_external_type = strcmp(word.text, "external_acl_type") == 0;
	(void)read_words(reader, NULL, &cursor, &state);
}
