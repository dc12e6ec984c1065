/* One word of a line, as TokenParse() and UnQuote() of Squid cut it. */
#include "config.h"

#include <ctype.h>
#include <string.h>

#include "conf_parts.h"

#define BLANKS " \t\n\r"

static struct gtb_place place_at(const struct conf_cursor *cursor,
				 const char *at)
{
	return conf_line_place(cursor->line, (size_t)(at - cursor->line->text));
}

static enum conf_token bad(struct conf_reader *reader,
			   const struct conf_cursor *cursor, const char *at,
			   const char *message)
{
	conf_error(reader, cursor->file, place_at(cursor, at), "%s", message);
	return CONF_TOKEN_BAD;
}

static bool is_expanded(const struct conf_line *line, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (line->spots[i].expanded)
			return true;
	return false;
}

/* Fill a word from where it stands; text is taken over. */
static enum conf_token take(struct conf_reader *reader,
			    struct conf_cursor *cursor, const char *start,
			    const char *end, const char *text, bool quoted,
			    struct gtb_conf_word *word)
{
	const char *line = cursor->line->text;

	if (reader->failed)
		return CONF_TOKEN_BAD;
	word->text = text;
	word->file = cursor->file;
	word->place = place_at(cursor, start);
	word->quoted = quoted;
	word->expanded = is_expanded(cursor->line, (size_t)(start - line),
				     (size_t)(end - line));
	return CONF_TOKEN_WORD;
}

/* What stands for '\' and this byte; 0: Squid does not know it. */
static char unescape(char byte)
{
	switch (byte) {
	case 'r':
		return '\r';
	case 'n':
		return '\n';
	case 't':
		return '\t';
	default:
		return isalnum((unsigned char)byte) != 0 ? '\0' : byte;
	}
}

static enum conf_token quoted_word(struct conf_reader *reader,
				   struct conf_cursor *cursor,
				   const char *start,
				   struct gtb_conf_word *word)
{
	char text[CONF_LIST_SIZE];
	const char *at = start + 1;
	size_t len = 0;

	while (*at != '\0' && *at != *start && len + 1 < sizeof(text)) {
		text[len] = *at == '\\' ? unescape(*++at) : *at;
		if (text[len] == '\0')
			break;
		len++;
		at++;
	}
	if (*at != *start)
		return bad(reader, cursor, start,
			   "a quoted value does not end, is too long or holds "
			   "a '\\' before something else than r, n, t or a "
			   "mark");
	at++;
	if (*at != '\0' && strchr(BLANKS "()#", *at) == NULL)
		return bad(reader, cursor, start,
			   "a quoted value must be followed by a blank");
	cursor->at = (size_t)(at - cursor->line->text);
	return take(reader, cursor, start, at,
		    conf_pool_copy(reader, text, len), true, word);
}

/* Past every '\' and the byte behind it; false: there is none. */
static bool skip_pairs(const char **end)
{
	while (**end == '\\') {
		if ((*end)[1] == '\0' || (*end)[1] == '\r' || (*end)[1] == '\n')
			return false;
		*end += 2;
		*end += strcspn(*end, BLANKS "\\");
	}
	return true;
}

static const char *odd_byte(const char *at, const char *end)
{
	bool number = true;

	for (; at < end; at++) {
		if (isalnum((unsigned char)*at) == 0 &&
		    strchr(".,()-=_/:+", *at) == NULL &&
		    !(number && *at == '%' && at + 1 == end))
			return at;
		number = number && *at >= '0' && *at <= '9';
	}
	return NULL;
}

static const char *separators(enum conf_how how, bool quotes, char first)
{
	if (how == CONF_PAIR)
		return "=";
	if (how == CONF_TO_EOL)
		return "\n";
	if (how == CONF_REGEX)
		return BLANKS "\\";
	return quotes && first != '(' ? BLANKS "(" : BLANKS;
}

static enum conf_token plain_word(struct conf_reader *reader,
				  struct conf_cursor *cursor, enum conf_how how,
				  const char *start, struct gtb_conf_word *word)
{
	bool quotes = how == CONF_QUOTED || reader->quoted_values;
	const char *end =
		start + strcspn(start, separators(how, quotes, *start));
	size_t len;

	if (how == CONF_REGEX && !skip_pairs(&end))
		return bad(reader, cursor, end,
			   "a regular expression ends in '\\': write what it "
			   "escapes behind it");
	len = (size_t)(end - start);
	cursor->at = (size_t)(end - cursor->line->text);
	if (*end != '\0' && *end != '#')
		cursor->at++;
	if (quotes && *end == '(' && strncmp(start, "parameters", len) == 0)
		return CONF_TOKEN_FUNCTION;
	if (quotes && *end == '(')
		return bad(reader, cursor, start,
			   "Squid knows no function but parameters(\"FILE\"): "
			   "put the word in quotes");
	if (reader->quoted_values && odd_byte(start, end) != NULL)
		return bad(reader, cursor, odd_byte(start, end),
			   "Squid refuses this character while "
			   "configuration_includes_quoted_values is on: put "
			   "the word in quotes");
	return take(reader, cursor, start, end,
		    conf_pool_copy(reader, start, len), false, word);
}

/* The next word's first byte; NULL: a comment or the end. */
static const char *word_start(const struct conf_cursor *cursor)
{
	const char *start = cursor->line->text + cursor->at;

	start += strspn(start, BLANKS);
	return *start == '\0' || *start == '#' ? NULL : start;
}

static enum conf_token cut(struct conf_reader *reader,
			   struct conf_cursor *cursor, enum conf_how how,
			   struct gtb_conf_word *word)
{
	const char *start = word_start(cursor);

	if (start == NULL)
		return CONF_TOKEN_END;
	if (how == CONF_REGEX && reader->quoted_values)
		return bad(reader, cursor, start,
			   "Squid reads no regular expression while "
			   "configuration_includes_quoted_values is on: turn "
			   "it off before this line");
	if ((*start == '"' || *start == '\'') &&
	    (how == CONF_QUOTED || reader->quoted_values))
		return quoted_word(reader, cursor, start, word);
	return plain_word(reader, cursor, how, start, word);
}

/* key=value: both parts, joined in one word at the key's place. */
static enum conf_token pair(struct conf_reader *reader,
			    struct conf_cursor *cursor,
			    struct gtb_conf_word *word)
{
	const char *start = word_start(cursor);
	struct gtb_conf_word value;
	enum conf_token token;
	char *joined;
	size_t len;

	token = cut(reader, cursor, CONF_PAIR, word);
	if (token != CONF_TOKEN_WORD)
		return token;
	token = cut(reader, cursor, CONF_QUOTED, &value);
	if (token == CONF_TOKEN_END)
		return bad(reader, cursor, start,
			   "\"name=value\" is wanted here");
	if (token != CONF_TOKEN_WORD)
		return token;
	len = strlen(word->text);
	joined = conf_pool_take(reader, len + strlen(value.text) + 2);
	if (joined == NULL)
		return CONF_TOKEN_BAD;
	memcpy(joined, word->text, len);
	joined[len] = '=';
	strcpy(joined + len + 1, value.text);
	word->text = joined;
	word->quoted = word->quoted || value.quoted;
	word->expanded = word->expanded || value.expanded;
	return token;
}

/* Squid looks ahead: "-x=..." is a pair, other options are words. */
static bool is_flag_pair(const struct conf_cursor *cursor)
{
	const char *start = word_start(cursor);

	return start != NULL && (*start == '-' || *start == '+') &&
	       memchr(start, '=', strcspn(start, BLANKS)) != NULL;
}

enum conf_token conf_token_next(struct conf_reader *reader,
				struct conf_cursor *cursor, enum conf_how how,
				struct gtb_conf_word *word)
{
	if (how == CONF_PAIR || (how == CONF_FLAG && is_flag_pair(cursor)))
		return pair(reader, cursor, word);
	return cut(reader, cursor, how == CONF_FLAG ? CONF_PLAIN : how, word);
}
