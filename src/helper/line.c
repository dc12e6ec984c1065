/* Request lines; the contract is in line.h. */
#include "config.h"

#include <string.h>

#include "gtb/net.h"
#include "gtb/scratch.h"
#include "gtb/sixteens.h"
#include "line.h"

/* client method host port sni, perhaps dst, question */
#define FIELDS_MIN 6
#define FIELDS_MAX 7
#define BLOCK 64		/* bytes looked at at once */

/* Of any text: the same as id_len(). */
__attribute__((noinline))
static size_t any_id_len(const char *text, size_t len)
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

/* The digits of an id that the text begins with; 0: it begins with none. */
static inline size_t id_len(const char *text, size_t len)
{
	/* A whole line is longer, and an id most often shorter. */
	if (len >= 16) {
		gtb_sixteen bytes = gtb_sixteen_load(text);
		unsigned int others = GTB_SIXTEEN_ALL ^
			gtb_sixteen_mask(gtb_sixteen_between(bytes, '0', '9'));

		if (others != 0) {
			size_t digits = gtb_sixteen_first(others);

			return text[digits] == ' ' ? digits : 0;
		}
	}
	return any_id_len(text, len);
}

/* Settle the mode by the first field, an id of id bytes if that is not 0. */
__attribute__((noinline))
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

/* A line too short to be one: its beginning is filled up. */
__attribute__((noinline))
static gtb_sixteen load_short(const char *text, size_t len)
{
	char filled[16];

	memset(filled, '!', sizeof(filled));
	memcpy(filled + sizeof(filled) - len, text, len);
	return gtb_sixteen_load(filled);
}

static inline uint64_t spaces_of(gtb_sixteen bytes)
{
	return gtb_sixteen_mask((gtb_sixteen)(bytes == ' '));
}

static inline unsigned int first_of(uint64_t spaces)
{
	return (unsigned int)__builtin_ctzll(spaces);
}

/*
 * The spaces among the BLOCK bytes at a place, or those that are left. False:
 * there is another byte that is not printable ASCII (Squid escapes those, so
 * somebody else wrote it).
 */
static inline bool find_spaces(uint64_t *spaces, const char *text, size_t at,
			       size_t len)
{
	size_t left = len - at < BLOCK ? len - at : BLOCK;
	gtb_sixteen good = gtb_sixteen_all();
	uint64_t found = 0;
	size_t i = 0;

	text += at;
	for (; i + 16 <= left; i += 16) {
		gtb_sixteen bytes = gtb_sixteen_load(text + i);

		good &= gtb_sixteen_between(bytes, ' ', '~');
		found |= spaces_of(bytes) << i;
	}
	if (i < left) {
		size_t missing = i + 16 - left;
		gtb_sixteen bytes = len < 16 ? load_short(text, len)
				: gtb_sixteen_load(text + left - 16);

		good &= gtb_sixteen_between(bytes, ' ', '~');
		found |= spaces_of(bytes) >> missing << i;
	}
	*spaces = found;
	return gtb_sixteen_mask(good) == GTB_SIXTEEN_ALL;
}

/*
 * Split at single spaces: note where each field ends. 0: an empty field, too
 * many of them, or a byte that cannot be; else their number.
 */
static inline size_t split(size_t ends[FIELDS_MAX], const char *text,
			   size_t len)
{
	uint64_t behind = 1;	/* a bit for each byte behind a space */
	size_t count = 0;

	for (size_t at = 0; at < len; at += BLOCK) {
		uint64_t spaces;

		if (!find_spaces(&spaces, text, at, len) ||
		    ((behind | spaces << 1) & spaces) != 0)
			return 0;
		behind = spaces >> (BLOCK - 1);
		for (; spaces != 0; spaces &= spaces - 1) {
			if (count == FIELDS_MAX - 1)
				return 0;
			ends[count++] = at + first_of(spaces);
		}
	}
	if (len == 0 || text[len - 1] == ' ')
		return 0;
	ends[count++] = len;
	return count;
}

static const struct gtb_text unknown = {NULL, 0};

static inline struct gtb_text field(const char *text, const size_t *ends,
				    size_t number)
{
	size_t start = number > 0 ? ends[number - 1] + 1 : 0;
	struct gtb_text field = {text + start, ends[number] - start};

	return field;
}

static inline struct gtb_text fact(const char *text, const size_t *ends,
				   size_t number)
{
	struct gtb_text fact = field(text, ends, number);

	return fact.len == 1 && *fact.ptr == '-' ? unknown : fact;
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

static bool read_fields(struct gtb_line *line, const char *text, size_t len)
{
	size_t ends[FIELDS_MAX] GTB_SCRATCH;
	struct gtb_text question;
	size_t count;

	/* Squid puts a space behind an explicit %DATA. */
	if (len > 0 && text[len - 1] == ' ')
		len--;
	count = split(ends, text, len);
	if (count < FIELDS_MIN)
		return false;
	line->query.client = fact(text, ends, 0);
	line->query.method = fact(text, ends, 1);
	line->query.host = fact(text, ends, 2);
	line->query.port = fact(text, ends, 3);
	line->query.sni = fact(text, ends, 4);
	line->query.dst = count == FIELDS_MAX ? fact(text, ends, 5) : unknown;
	question = field(text, ends, count - 1);
	return read_question(line, &question);
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
