/* Request lines and replies; the contract is in line.h. */
#include "config.h"

#include <string.h>

#include "gtb/net.h"
#include "gtb/policy.h"
#include "gtb/scratch.h"
#include "gtb/sixteens.h"
#include "line.h"

/* client method host port sni, perhaps dst, question */
#define FIELDS_MIN 6
#define FIELDS_MAX 7

/* The digits of an id that the text begins with; 0: it begins with none. */
static size_t id_len(const char *text, size_t len)
{
	static const char max[] = "18446744073709551615";
	size_t digits = 0;

	while (digits < len && text[digits] >= '0' && text[digits] <= '9')
		digits++;
	if (digits > GTB_LINE_ID_MAX || (digits < len && text[digits] != ' '))
		return 0;
	if (digits == sizeof(max) - 1 && memcmp(text, max, digits) > 0)
		return 0;
	return digits;
}

/* Settle the mode by the first field, an id of id bytes if that is not 0. */
static void settle(enum gtb_line_mode *mode, const char *text, size_t len,
		   size_t id)
{
	const char *space = memchr(text, ' ', len);
	struct gtb_addr addr;

	if (id > 0)
		*mode = GTB_LINE_CONCURRENT;
	else if (gtb_addr_parse(&addr, text,
				space ? (size_t)(space - text) : len))
		*mode = GTB_LINE_PLAIN;
}

/*
 * The spaces among the next sixteen bytes. False: there is another byte that
 * is not printable ASCII (Squid escapes those, so somebody else wrote it).
 */
static bool find_spaces(unsigned int *spaces, const char *text, size_t len)
{
	char filled[16];
	gtb_sixteen bytes;

	if (len < sizeof(filled)) {
		memset(filled, '!', sizeof(filled));
		memcpy(filled, text, len);
		text = filled;
	}
	bytes = gtb_sixteen_load(text);
	*spaces = gtb_sixteen_mask((gtb_sixteen)(bytes == ' '));
	return gtb_sixteen_mask(gtb_sixteen_between(bytes, ' ', '~')) ==
	       GTB_SIXTEEN_ALL;
}

/*
 * Split at single spaces. 0: an empty field, too many of them, or a byte that
 * cannot be; else their number.
 */
static size_t split(struct gtb_text fields[FIELDS_MAX], const char *text,
		    size_t len)
{
	const char *start = text;
	size_t count = 0;

	for (size_t at = 0; at < len; at += 16) {
		unsigned int spaces;

		if (!find_spaces(&spaces, text + at, len - at))
			return 0;
		for (; spaces != 0; spaces &= spaces - 1) {
			const char *end = text + at +
					  gtb_sixteen_first(spaces);

			if (end == start || count == FIELDS_MAX - 1)
				return 0;
			fields[count].ptr = start;
			fields[count++].len = (size_t)(end - start);
			start = end + 1;
		}
	}
	if (start == text + len)
		return 0;
	fields[count].ptr = start;
	fields[count++].len = (size_t)(text + len - start);
	return count;
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

static const struct gtb_text unknown = {NULL, 0};

static struct gtb_text fact(const struct gtb_text *field)
{
	return text_is(field, "-", 1) ? unknown : *field;
}

static bool read_fields(struct gtb_line *line, const char *text, size_t len)
{
	struct gtb_text fields[FIELDS_MAX] GTB_SCRATCH;
	size_t count;

	/* Squid puts a space behind an explicit %DATA. */
	if (len > 0 && text[len - 1] == ' ')
		len--;
	count = split(fields, text, len);
	if (count < FIELDS_MIN)
		return false;
	line->query.client = fact(&fields[0]);
	line->query.method = fact(&fields[1]);
	line->query.host = fact(&fields[2]);
	line->query.port = fact(&fields[3]);
	line->query.sni = fact(&fields[4]);
	line->query.dst = count == FIELDS_MAX ? fact(&fields[5]) : unknown;
	return read_question(line, &fields[count - 1]);
}

enum gtb_line_result gtb_line_parse(struct gtb_line *line,
				    enum gtb_line_mode *mode, const char *text,
				    size_t len, bool cut)
{
	size_t id;

	line->id = unknown;
	line->question = GTB_LINE_AUTH;
	if (!cut && len > 0 && text[len - 1] == '\r')
		len--;
	if (len == 0)
		return *mode == GTB_LINE_PLAIN ? GTB_LINE_MALFORMED
					       : GTB_LINE_EMPTY;
	id = id_len(text, len);
	if (*mode == GTB_LINE_UNSETTLED)
		settle(mode, text, len, id);
	if (*mode == GTB_LINE_UNSETTLED)
		return GTB_LINE_SILENT;
	if (*mode == GTB_LINE_CONCURRENT) {
		if (id == 0)
			return GTB_LINE_SILENT;
		line->id.ptr = text;
		line->id.len = id;
		if (id == len)
			return GTB_LINE_MALFORMED;
		text += id + 1;
		len -= id + 1;
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

/* --- the reply --------------------------------------------------------- */

#define HEAD(answer, auth, tls) \
	answer " gtb_auth_=" auth " gtb_tls_=" tls " gtb_reason_="
#define RULE " gtb_rule_="
#define IDENTITY " gtb_identity_="
#define NOTHING "-" IDENTITY "-\n"	/* neither rule nor identity */

/*
 * A part of a reply. It is copied whole, of which len bytes count: a copy of a
 * size known beforehand is a few moves, and no call.
 */
struct part {
	char text[64];
	uint8_t len;
};

#define PART(text) {text, sizeof(text) - 1}

/*
 * A reply is written without a test for the end of the buffer: room for the
 * longest of everything, and a whole part behind it, is proved here.
 */
#define REASON_MAX 24	/* bytes of the longest word, and to spare */
_Static_assert(REASON_MAX + sizeof(RULE NOTHING) <=
	       sizeof(((struct part *)NULL)->text), "an end can be too long");
_Static_assert(GTB_LINE_ID_MAX +
		sizeof(" " HEAD("ERR", "require", "inspect") RULE IDENTITY
		       "\n") +
		REASON_MAX + GTB_SOURCE_TEXT_SIZE + GTB_IDENTITY_NAME_MAX <=
		GTB_LINE_REPLY_SIZE,
	       "a reply can be too long");
_Static_assert(GTB_LINE_ID_MAX +
		sizeof(" " HEAD("ERR", "require", "inspect") RULE) +
		REASON_MAX + GTB_RULE_LABEL_SIZE <= GTB_LINE_REPLY_SIZE,
	       "a label can be copied too far");

/* What replies begin with, by the answer, the auth and the tls verdict. */
static const struct part heads[2][2][2] = {
	{{PART(HEAD("ERR", "require", "inspect")),
	  PART(HEAD("ERR", "require", "splice"))},
	 {PART(HEAD("ERR", "bypass", "inspect")),
	  PART(HEAD("ERR", "bypass", "splice"))}},
	{{PART(HEAD("OK", "require", "inspect")),
	  PART(HEAD("OK", "require", "splice"))},
	 {PART(HEAD("OK", "bypass", "inspect")),
	  PART(HEAD("OK", "bypass", "splice"))}},
};

/* How they end, by the reason, when there is nothing more to tell. */
static const struct part ends[GTB_REASON_COUNT] = {
#define END(symbol, word, sentence) \
	[GTB_REASON_##symbol] = PART(word RULE NOTHING),
	GTB_REASONS(END)
#undef END
};

/* Copy the first bytes of a part. */
static inline char *put_part(char *at, const struct part *part, size_t len)
{
	memcpy(at, part->text, sizeof(part->text));
	return at + len;
}

static inline char *put_text(char *at, const char *text)
{
	size_t len = strlen(text);

	memcpy(at, text, len);
	return at + len;
}

/*
 * Write a value for Squid's key=value grammar. It comes from a checked file,
 * all of letters, digits and a few other bytes; should it ever not, it can
 * still not add a key, a field or a line.
 */
static char *put_value(char *at, const char *text, size_t max)
{
	for (size_t i = 0; i < max && text[i] != '\0'; i++) {
		bool safe = gtb_name_fold(text[i]) != 0 || text[i] == '_' ||
			    text[i] == ':';

		*at++ = safe ? text[i] : '_';
	}
	return at;
}

static char *put_number(char *at, uint32_t number)
{
	char digits[10];	/* of 2^32 - 1 */
	size_t count = 0;

	do {
		digits[count++] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	while (count > 0)
		*at++ = digits[--count];
	return at;
}

/* What gtb_source_text() says, written in place. */
static char *put_source(char *at, const struct gtb_source *source)
{
	if (!source->rule)
		return put_text(at, "-");
	memcpy(at, source->rule->label, sizeof(source->rule->label));
	at += source->rule->label_len;
	if (source->line == 0)
		return at;
	at = put_text(at, ":");
	return put_number(at, source->line);
}

static char *put_why(char *at, const struct gtb_verdict *verdict)
{
	const struct part *end = &ends[verdict->reason];

	if (!verdict->source.rule && !verdict->identity)
		return put_part(at, end, end->len);
	at = put_part(at, end, end->len - (sizeof(NOTHING) - 1));
	at = put_source(at, &verdict->source);
	if (!verdict->identity)
		return put_text(at, IDENTITY "-\n");
	at = put_text(at, IDENTITY);
	at = put_value(at, verdict->identity->name, GTB_IDENTITY_NAME_MAX);
	return put_text(at, "\n");
}

static const struct gtb_decision malformed = {
	.auth = {.reason = GTB_REASON_MALFORMED},
	.tls = {.reason = GTB_REASON_MALFORMED},
};

size_t gtb_line_reply(char buffer[GTB_LINE_REPLY_SIZE],
		      const struct gtb_line *line,
		      const struct gtb_decision *decision)
{
	const struct gtb_verdict *asked;
	const struct part *head;
	char *at = buffer;

	if (!decision)
		decision = &malformed;
	asked = gtb_line_verdict(line, decision);
	head = &heads[asked->bypass][decision->auth.bypass]
		     [decision->tls.bypass];
	if (line->id.ptr) {
		memcpy(at, line->id.ptr, line->id.len);
		at = put_text(at + line->id.len, " ");
	}
	at = put_part(at, head, head->len);
	at = put_why(at, asked);
	return (size_t)(at - buffer);
}
