#include "config.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "gtb/quote.h"
#include "gtb/report.h"

/* One grammar: what it cannot say, and how to write what it can. */
struct grammar {
	const char *(*refusal)(const char *bytes, size_t len);
	void (*write)(struct gtb_text_buffer *text, const char *bytes,
		      size_t len);
};

/*
 * Bytes of the UTF-8 sequence at the front, 0 when there is none: no overlong
 * form, no surrogate, nothing above U+10FFFF (RFC 3629).
 */
static size_t utf8_len(const char *bytes, size_t len)
{
	const unsigned char *u = (const unsigned char *)bytes;
	unsigned int low = 0x80; /* bounds of the second byte */
	unsigned int high = 0xbf;
	size_t need;

	if (u[0] < 0x80)
		return 1;
	if (u[0] < 0xc2 || u[0] > 0xf4)
		return 0;
	need = u[0] < 0xe0 ? 2 : u[0] < 0xf0 ? 3 : 4;
	if (u[0] == 0xe0)
		low = 0xa0;
	else if (u[0] == 0xed)
		high = 0x9f;
	else if (u[0] == 0xf0)
		low = 0x90;
	else if (u[0] == 0xf4)
		high = 0x8f;
	if (len < need || u[1] < low || u[1] > high)
		return 0;
	for (size_t i = 2; i < need; i++)
		if ((u[i] & 0xc0) != 0x80)
			return 0;
	return need;
}

/* U+0000 to U+001F, U+007F, and U+0080 to U+009F, which are c2 80 to c2 9f. */
static bool is_control(const char *bytes, size_t sequence)
{
	unsigned char first = (unsigned char)bytes[0];

	if (sequence == 1)
		return first < 0x20 || first == 0x7f;
	return first == 0xc2 && (unsigned char)bytes[1] < 0xa0;
}

/* What no line of text may hold. */
static const char *line_refusal(const char *bytes, size_t len)
{
	for (size_t i = 0; i < len;) {
		size_t sequence = utf8_len(bytes + i, len - i);

		if (sequence == 0)
			return "holds a byte that is not UTF-8";
		if (is_control(bytes + i, sequence))
			return "holds a control character";
		i += sequence;
	}
	return NULL;
}

static const char *squid_word_refusal(const char *bytes, size_t len)
{
	const char *refusal;

	if (len == 0)
		return "is empty";
	refusal = line_refusal(bytes, len);
	if (refusal != NULL)
		return refusal;
	if (memchr(bytes, ' ', len) != NULL)
		return "holds a blank";
	if (memmem(bytes, len, "${", 2) != NULL)
		return "holds \"${\"";
	if (strchr("#\"'%", bytes[0]) != NULL)
		return "begins with one of # \" ' %";
	if (bytes[len - 1] == '\\')
		return "ends with a backslash";
	return NULL;
}

static const char *reply_refusal(const char *bytes, size_t len)
{
	if (len == 0)
		return "is empty";
	for (size_t i = 0; i < len; i++)
		if (bytes[i] == '\r' || bytes[i] == '\n' || bytes[i] == '\0')
			return "holds a line end or NUL";
	return NULL;
}

/* Letters and digits by our own table: no locale has a say. */
static bool is_plain(char byte, const char *others)
{
	if ((byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	    (byte >= '0' && byte <= '9'))
		return true;
	return byte != '\0' && strchr(others, byte) != NULL;
}

static void reply_write(struct gtb_text_buffer *text, const char *bytes,
			size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (is_plain(bytes[i], "-._:/@"))
			gtb_text_add_bytes(text, bytes + i, 1);
		else
			gtb_text_addf(text, "%%%02X", (unsigned char)bytes[i]);
	}
}

static void shell_write(struct gtb_text_buffer *text, const char *bytes,
			size_t len)
{
	bool plain = len > 0;

	for (size_t i = 0; i < len && plain; i++)
		plain = is_plain(bytes[i], "-._:/@,=+");
	if (plain) {
		gtb_text_add_bytes(text, bytes, len);
		return;
	}
	gtb_text_add(text, "'");
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] == '\'')
			gtb_text_add(text, "'\\''");
		else
			gtb_text_add_bytes(text, bytes + i, 1);
	}
	gtb_text_add(text, "'");
}

static const struct grammar grammars[] = {
	[GTB_QUOTE_SQUID_WORD] = {squid_word_refusal, gtb_text_add_bytes},
	[GTB_QUOTE_SQUID_COMMENT] = {line_refusal, gtb_text_add_bytes},
	[GTB_QUOTE_REPLY_VALUE] = {reply_refusal, reply_write},
	[GTB_QUOTE_SHELL_WORD] = {line_refusal, shell_write},
};

const char *gtb_quote_refusal(enum gtb_quote_mode mode, const char *bytes,
			      size_t len)
{
	return grammars[mode].refusal(bytes, len);
}

void gtb_quote_add(struct gtb_text_buffer *text, enum gtb_quote_mode mode,
		   const char *bytes, size_t len)
{
	if (grammars[mode].refusal(bytes, len) != NULL) {
		gtb_text_fail(text, GTB_E_INPUT);
		return;
	}
	grammars[mode].write(text, bytes, len);
}

void gtb_quote_string(struct gtb_text_buffer *text, enum gtb_quote_mode mode,
		      const char *string)
{
	gtb_quote_add(text, mode, string, strlen(string));
}
