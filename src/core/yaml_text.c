/* Plain YAML or not; the contract is in yaml_text.h. */
#include "config.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "yaml_text.h"

/* The room's view of one text. */
struct pass {
	const char *source;
	struct gtb_report *report;
	struct gtb_yaml_cursor cursor;
	int rc;
	unsigned int depth;
	unsigned int documents;
	unsigned int nodes;
};

/* How many bytes the character takes that begins with this byte; 0: none. */
static size_t lead_len(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >= 0xc2 && lead <= 0xdf)
		return 2;
	if (lead >= 0xe0 && lead <= 0xef)
		return 3;
	return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

/* Read one character of UTF-8 (RFC 3629); 0: the bytes are none. */
static size_t utf8_next(const char *text, size_t len, uint32_t *code)
{
	static const uint8_t lead_bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t want = lead_len((unsigned char)text[0]);

	if (want == 0 || want > len)
		return 0;
	*code = (unsigned char)text[0] & lead_bits[want];
	for (size_t i = 1; i < want; i++) {
		if (((unsigned char)text[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | ((unsigned char)text[i] & 0x3f);
	}
	if (*code < least[want] || *code > 0x10ffff)
		return 0;
	return *code >= 0xd800 && *code <= 0xdfff ? 0 : want;
}

/* Why a character may not stand in a file; NULL: it may. */
static const char *refusal(uint32_t code, bool at_start, bool before_lf)
{
	if (code == '\t' || code == '\n' || (code == '\r' && before_lf))
		return NULL;
	if (code == '\r')
		return "a carriage return without a line feed: end lines with "
		       "a line feed";
	if (code < 0x20 || (code >= 0x7f && code <= 0x9f))
		return "a control character: remove it";
	if (code == 0x2028 || code == 0x2029)
		return "a Unicode line separator: end lines with a line feed";
	if (code == 0xfeff && at_start)
		return "a byte order mark: save the file as UTF-8 without one";
	if (code == 0xfeff || code == 0xfffe || code == 0xffff)
		return "a character that YAML does not allow: remove it";
	return NULL;
}

/* Every byte, before libyaml sees any; at most one report a line. */
static int bytes_check(const char *source, const char *text, size_t len,
		       struct gtb_report *report)
{
	struct gtb_place place = {.line = 1};
	size_t line_start = 0;
	bool reported = false;
	int rc = GTB_OK;

	for (size_t i = 0, step; i < len; i += step) {
		const char *why = "not UTF-8: save the file as UTF-8";
		uint32_t code = 0;

		step = utf8_next(text + i, len - i, &code);
		if (step > 0)
			why = refusal(code, i == 0,
				      i + 1 < len && text[i + 1] == '\n');
		else
			step = 1;
		if (why != NULL && !reported) {
			place.column = (unsigned int)(i - line_start + 1);
			gtb_report_error(report, source, place, "%s", why);
			reported = true;
			rc = GTB_E_INPUT;
		}
		if (code != '\n')
			continue;
		place.line++;
		line_start = i + 1;
		reported = false;
	}
	return rc;
}

struct gtb_place gtb_yaml_cursor_place(struct gtb_yaml_cursor *cursor,
				       const yaml_mark_t *mark)
{
	struct gtb_place place;

	if (mark->index < cursor->characters) {
		cursor->byte = 0;
		cursor->characters = 0;
		cursor->line_start = 0;
	}
	while (cursor->characters < mark->index && cursor->byte < cursor->len) {
		if (cursor->text[cursor->byte++] == '\n')
			cursor->line_start = cursor->byte;
		/* The bytes that continue a character belong to it. */
		while (cursor->byte < cursor->len &&
		       (cursor->text[cursor->byte] & 0xc0) == 0x80)
			cursor->byte++;
		cursor->characters++;
	}
	place.line = (unsigned int)mark->line + 1;
	place.column = (unsigned int)(cursor->byte - cursor->line_start) + 1;
	return place;
}

static void refuse(struct pass *pass, const yaml_mark_t *mark, const char *why)
{
	gtb_report_error(pass->report, pass->source,
			 gtb_yaml_cursor_place(&pass->cursor, mark), "%s", why);
	pass->rc = GTB_E_INPUT;
}

bool gtb_yaml_lacks_blank(const char *text, size_t len)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz-";
	size_t start = 0;
	size_t at;

	while (start < len && (text[start] == ' ' ||
			       (text[start] == '-' && start + 1 < len &&
				text[start + 1] == ' ')))
		start++;
	at = start;
	while (at < len && text[at] != '\0' && strchr(letters, text[at]))
		at++;
	/* Not the colon of a URL. */
	return at > start && at + 1 < len && text[at] == ':' &&
	       strchr(" \r\n/", text[at + 1]) == NULL;
}

/* The same of the line the cursor is in, or of the one before it. */
static bool line_lacks_blank(const struct gtb_yaml_cursor *cursor)
{
	size_t start = cursor->line_start;

	if (gtb_yaml_lacks_blank(cursor->text + start, cursor->len - start))
		return true;
	if (start == 0)
		return false;
	for (start--; start > 0 && cursor->text[start - 1] != '\n'; start--)
		;
	return gtb_yaml_lacks_blank(cursor->text + start, cursor->len - start);
}

/* libyaml gave up: say why in its words, and how the usual cause is mended. */
static void refuse_syntax(struct pass *pass, const yaml_parser_t *parser)
{
	const char *context = parser->context != NULL ? parser->context : "";
	const char *problem = parser->problem != NULL ? parser->problem : "";
	const char *cure = "look at indentation, colons and quotes";
	const struct gtb_yaml_cursor *cursor = &pass->cursor;
	struct gtb_place opened;
	struct gtb_place place;
	char bracket[80];

	if (parser->error == YAML_MEMORY_ERROR) {
		pass->rc = GTB_E_NOMEM;
		return;
	}
	pass->rc = GTB_E_INPUT;
	opened = gtb_yaml_cursor_place(&pass->cursor, &parser->context_mark);
	place = gtb_yaml_cursor_place(&pass->cursor, &parser->problem_mark);
	if (line_lacks_blank(cursor))
		cure = "write a blank behind the colon, as in key: value";
	snprintf(bracket, sizeof(bracket),
		 "close the bracket that opens at %u:%u, or add a comma",
		 opened.line, opened.column);
	if (strstr(context, "a flow ") != NULL)
		cure = bracket;
	if (strstr(context, "alias") != NULL)
		cure = "a value that begins with '*' needs quotes: "
		       "\"*.example.com\"";
	if (cursor->byte < cursor->len && cursor->text[cursor->byte] == '\t')
		cure = "indent with spaces, not tabs";
	gtb_report_error(pass->report, pass->source, place,
			 "not YAML (%s%s%s): %s", problem,
			 *context != '\0' ? " " : "", context, cure);
}

static void check_node(struct pass *pass, const yaml_event_t *event,
		       const yaml_char_t *anchor, const yaml_char_t *tag)
{
	if (anchor != NULL)
		refuse(pass, &event->start_mark,
		       "an anchor (&name): remove it, and write each value "
		       "out");
	if (tag != NULL)
		refuse(pass, &event->start_mark, "a tag (!name): remove it");
	if (++pass->nodes == GTB_YAML_NODES_MAX + 1)
		refuse(pass, &event->start_mark,
		       "too many values: put names and networks into a list "
		       "file");
}

static void check_open(struct pass *pass, const yaml_event_t *event)
{
	if (++pass->depth == GTB_YAML_DEPTH_MAX + 1)
		refuse(pass, &event->start_mark,
		       "lists and mappings too deep in each other: at most 16");
}

/* Look at one event; false: there is no sense in reading on. */
static bool check_event(struct pass *pass, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (++pass->documents == 2)
			refuse(pass, &event->start_mark,
			       "a second document: keep one a file");
		break;
	case YAML_ALIAS_EVENT:
		refuse(pass, &event->start_mark,
		       "an alias (*name): write the value out, or put a value "
		       "that begins with '*' in quotes");
		break;
	case YAML_SCALAR_EVENT:
		check_node(pass, event, event->data.scalar.anchor,
			   event->data.scalar.tag);
		break;
	case YAML_SEQUENCE_START_EVENT:
		check_node(pass, event, event->data.sequence_start.anchor,
			   event->data.sequence_start.tag);
		check_open(pass, event);
		break;
	case YAML_MAPPING_START_EVENT:
		check_node(pass, event, event->data.mapping_start.anchor,
			   event->data.mapping_start.tag);
		check_open(pass, event);
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		pass->depth--;
		break;
	default:
		break;
	}
	return event->type != YAML_STREAM_END_EVENT && pass->documents < 2 &&
	       pass->nodes <= GTB_YAML_NODES_MAX &&
	       pass->depth <= GTB_YAML_DEPTH_MAX;
}

int gtb_yaml_text_check(const char *source, const char *text, size_t len,
			struct gtb_report *report)
{
	struct pass pass = {
		.source = source,
		.report = report,
		.cursor = {.text = text, .len = len},
		.rc = bytes_check(source, text, len, report),
	};
	yaml_parser_t parser;
	bool more = true;

	if (pass.rc != GTB_OK)
		return pass.rc;
	if (yaml_parser_initialize(&parser) == 0)
		return GTB_E_NOMEM;
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
	while (more) {
		yaml_event_t event;

		if (yaml_parser_parse(&parser, &event) == 0) {
			refuse_syntax(&pass, &parser);
			break;
		}
		more = check_event(&pass, &event);
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	return pass.rc;
}
