/* Request lines and replies; the contract is in line.h. */
#include "config.h"

#include <string.h>

#include "gtb/net.h"
#include "gtb/policy.h"
#include "line.h"

/* client method host port sni, perhaps dst, question */
#define FIELDS_MIN 6
#define FIELDS_MAX 7

static bool is_id(const struct gtb_text *field)
{
	static const char max[] = "18446744073709551615";

	if (field->len == 0 || field->len > GTB_LINE_ID_MAX)
		return false;
	for (size_t i = 0; i < field->len; i++)
		if (field->ptr[i] < '0' || field->ptr[i] > '9')
			return false;
	return field->len < sizeof(max) - 1 ||
	       memcmp(field->ptr, max, sizeof(max) - 1) <= 0;
}

static struct gtb_text first_field(const char *text, size_t len)
{
	const char *space = memchr(text, ' ', len);
	struct gtb_text field = {text, space ? (size_t)(space - text) : len};

	return field;
}

static void settle(enum gtb_line_mode *mode, const struct gtb_text *first)
{
	struct gtb_addr addr;

	if (*mode != GTB_LINE_UNSETTLED)
		return;
	if (is_id(first))
		*mode = GTB_LINE_CONCURRENT;
	else if (gtb_addr_parse(&addr, first->ptr, first->len))
		*mode = GTB_LINE_PLAIN;
}

static bool is_printable(char byte)
{
	return byte > 0x20 && byte < 0x7f;
}

/*
 * Split at single spaces. False: an empty field, too many, or a byte that is
 * not printable ASCII (Squid escapes those, so somebody else wrote it).
 */
static bool split(struct gtb_text *fields, size_t *count, const char *text,
		  size_t len)
{
	size_t start = 0;

	*count = 0;
	for (size_t i = 0; i <= len; i++) {
		if (i < len && text[i] != ' ') {
			if (!is_printable(text[i]))
				return false;
			continue;
		}
		if (i == start || *count == FIELDS_MAX)
			return false;
		fields[*count].ptr = text + start;
		fields[*count].len = i - start;
		++*count;
		start = i + 1;
	}
	return true;
}

static bool text_is(const struct gtb_text *text, const char *word, size_t len)
{
	return text->len == len && memcmp(text->ptr, word, len) == 0;
}

static bool read_question(struct gtb_line *line, const struct gtb_text *field)
{
	if (text_is(field, "auth", 4))
		line->question = GTB_LINE_AUTH;
	else if (text_is(field, "splice", 6))
		line->question = GTB_LINE_SPLICE;
	else
		return false;
	return true;
}

static struct gtb_text fact(const struct gtb_text *field)
{
	static const struct gtb_text unknown = {NULL, 0};

	return text_is(field, "-", 1) ? unknown : *field;
}

static bool read_fields(struct gtb_line *line, const char *text, size_t len)
{
	struct gtb_text fields[FIELDS_MAX];
	size_t count;

	/* Squid puts a space behind an explicit %DATA. */
	if (len > 0 && text[len - 1] == ' ')
		len--;
	if (!split(fields, &count, text, len) || count < FIELDS_MIN)
		return false;
	line->query.client = fact(&fields[0]);
	line->query.method = fact(&fields[1]);
	line->query.host = fact(&fields[2]);
	line->query.port = fact(&fields[3]);
	line->query.sni = fact(&fields[4]);
	if (count == FIELDS_MAX)
		line->query.dst = fact(&fields[5]);
	return read_question(line, &fields[count - 1]);
}

enum gtb_line_result gtb_line_parse(struct gtb_line *line,
				    enum gtb_line_mode *mode, const char *text,
				    size_t len, bool cut)
{
	struct gtb_text first;

	memset(line, 0, sizeof(*line));
	if (!cut && len > 0 && text[len - 1] == '\r')
		len--;
	if (len == 0)
		return *mode == GTB_LINE_PLAIN ? GTB_LINE_MALFORMED
					       : GTB_LINE_EMPTY;
	first = first_field(text, len);
	settle(mode, &first);
	if (*mode == GTB_LINE_UNSETTLED)
		return GTB_LINE_SILENT;
	if (*mode == GTB_LINE_CONCURRENT) {
		if (!is_id(&first))
			return GTB_LINE_SILENT;
		line->id = first;
		if (first.len == len)
			return GTB_LINE_MALFORMED;
		text += first.len + 1;
		len -= first.len + 1;
	}
	if (cut || !read_fields(line, text, len))
		return GTB_LINE_MALFORMED;
	return GTB_LINE_OK;
}

const struct gtb_verdict *gtb_line_verdict(const struct gtb_line *line,
					   const struct gtb_decision *decision)
{
	return line->question == GTB_LINE_SPLICE ? &decision->tls
						 : &decision->auth;
}

/*
 * The longest values a reply is made of. Room for all of them is proved here,
 * so writing needs no test for the end of the buffer.
 */
#define WORD_MAX 7	/* bytes of "require", "inspect" */
#define REASON_MAX 24	/* bytes of the longest word, and to spare */
_Static_assert(GTB_LINE_ID_MAX + sizeof(" ERR gtb_auth_= gtb_tls_="
		" gtb_reason_= gtb_rule_= gtb_identity_=\n") +
		2 * WORD_MAX + REASON_MAX + GTB_SOURCE_TEXT_SIZE +
		GTB_IDENTITY_NAME_MAX <= GTB_LINE_REPLY_SIZE,
	       "a reply can be too long");

struct writer {
	char *at;
};

static void put(struct writer *writer, const char *text, size_t len)
{
	memcpy(writer->at, text, len);
	writer->at += len;
}

static void put_text(struct writer *writer, const char *text)
{
	put(writer, text, strlen(text));
}

static bool is_safe(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') ||
	       (byte >= 'A' && byte <= 'Z') || byte == '-' || byte == '_' ||
	       byte == '.' || byte == ':';
}

/*
 * Write a value for Squid's key=value grammar. The values come from tables
 * and checked files, all in this alphabet; should one ever not, it can still
 * not add a key, a field or a line.
 */
static void put_value(struct writer *writer, const char *text, size_t max)
{
	for (size_t i = 0; i < max && text[i] != '\0'; i++)
		*writer->at++ = is_safe(text[i]) ? text[i] : '_';
}

static const struct gtb_decision malformed = {
	.auth = {.reason = GTB_REASON_MALFORMED},
	.tls = {.reason = GTB_REASON_MALFORMED},
};

size_t gtb_line_reply(char buffer[GTB_LINE_REPLY_SIZE],
		      const struct gtb_line *line,
		      const struct gtb_decision *decision)
{
	char source[GTB_SOURCE_TEXT_SIZE];
	struct writer writer = {buffer};
	const struct gtb_verdict *asked;

	if (!decision)
		decision = &malformed;
	asked = gtb_line_verdict(line, decision);
	if (line->id.ptr) {
		put(&writer, line->id.ptr, line->id.len);
		put_text(&writer, " ");
	}
	put_text(&writer, asked->bypass ? "OK" : "ERR");
	put_text(&writer, " gtb_auth_=");
	put_value(&writer, gtb_auth_word(&decision->auth), WORD_MAX);
	put_text(&writer, " gtb_tls_=");
	put_value(&writer, gtb_tls_word(&decision->tls), WORD_MAX);
	put_text(&writer, " gtb_reason_=");
	put_value(&writer, gtb_reason_word(asked->reason), REASON_MAX);
	put_text(&writer, " gtb_rule_=");
	put_value(&writer, gtb_source_text(&asked->source, source,
					   sizeof(source)), sizeof(source) - 1);
	put_text(&writer, " gtb_identity_=");
	put_value(&writer, asked->identity ? asked->identity->name : "-",
		  GTB_IDENTITY_NAME_MAX);
	put_text(&writer, "\n");
	return (size_t)(writer.at - buffer);
}
