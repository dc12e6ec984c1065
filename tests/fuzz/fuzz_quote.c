/*
 * Fuzzer of the quoting modes: the first byte chooses the mode, the rest is
 * foreign text. Besides not crashing:
 * - CR, LF and NUL never come out;
 * - what comes out, read as its grammar is read, is what went in; a word of
 *   squid.conf also by our own reader of it, as one value of an acl;
 * - what is refused leaves nothing behind.
 */
#include "config.h"

#include "gtb/conf.h"
#include "gtb/quote.h"
#include "tests/fuzz/fuzz.h"

static int hex(char byte)
{
	const char *digits = "0123456789ABCDEF";
	const char *at = byte != '\0' ? strchr(digits, byte) : NULL;

	REQUIRE(at != NULL);
	return (int)(at - digits);
}

/* As Squid reads a value: no blank and no quote, %XX is a byte. */
static size_t read_reply(const char *in, size_t len, char *out)
{
	size_t written = 0;

	for (size_t i = 0; i < len; i++) {
		REQUIRE(in[i] > ' ' && in[i] < 0x7f);
		REQUIRE(in[i] != '"' && in[i] != '\\');
		if (in[i] == '%') {
			REQUIRE(i + 2 < len);
			out[written++] =
				(char)(hex(in[i + 1]) * 16 + hex(in[i + 2]));
			i += 2;
		} else {
			out[written++] = in[i];
		}
	}
	return written;
}

/* As a shell reads a word: '...' as it is, \ before one byte outside. */
static size_t read_shell(const char *in, size_t len, char *out)
{
	size_t written = 0;
	int quoted = 0;

	for (size_t i = 0; i < len; i++) {
		if (in[i] == '\'') {
			quoted = !quoted;
			continue;
		}
		if (!quoted && in[i] == '\\') {
			i++;
			REQUIRE(i < len);
		} else if (!quoted) {
			REQUIRE(strchr(" $`\"&|;<>()*?[]#~!{}", in[i]) == NULL);
		}
		out[written++] = in[i];
	}
	REQUIRE(!quoted);
	return written;
}

/* As Squid reads a word: up to the first blank, without a second thought. */
static size_t read_word(const char *in, size_t len, char *out)
{
	REQUIRE(len > 0 && strcspn(in, " \t") == len);
	REQUIRE(strchr("\"'#%", in[0]) == NULL && in[len - 1] != '\\');
	REQUIRE(strstr(in, "${") == NULL);
	memcpy(out, in, len);
	return len;
}

static size_t read_comment(const char *in, size_t len, char *out)
{
	memcpy(out, in, len);
	return len;
}

static size_t (*const readers[])(const char *in, size_t len, char *out) = {
	[GTB_QUOTE_SQUID_WORD] = read_word,
	[GTB_QUOTE_SQUID_COMMENT] = read_comment,
	[GTB_QUOTE_REPLY_VALUE] = read_reply,
	[GTB_QUOTE_SHELL_WORD] = read_shell,
};

/* In a line of squid.conf it is one word, and that word. */
static void check_directive(const char *quoted, const char *bytes, size_t len)
{
	struct gtb_conf_options options = {.alone = true};
	const struct gtb_conf_directive *directives;
	struct gtb_text_buffer text;
	struct gtb_conf *conf;
	size_t count;

	gtb_text_init(&text);
	gtb_text_addf(&text, "http_access deny %s all\n", quoted);
	REQUIRE(gtb_conf_parse("fuzz", gtb_text_data(&text), text.len, &options,
			       &conf, NULL) == GTB_OK);
	directives = gtb_conf_directives(conf, &count);
	REQUIRE(count == 1 && directives[0].count == 4);
	REQUIRE(strlen(directives[0].words[2].text) == len);
	REQUIRE(memcmp(directives[0].words[2].text, bytes, len) == 0);
	gtb_conf_free(conf);
	gtb_text_fini(&text);
}

#define MODES (sizeof(readers) / sizeof(readers[0]))

static void check_quoted(enum gtb_quote_mode mode, const char *bytes,
			 size_t len, const struct gtb_text_buffer *text)
{
	const char *quoted = gtb_text_data(text);
	char *back = malloc(text->len + 1);

	REQUIRE(back != NULL);
	REQUIRE(strlen(quoted) == text->len);
	REQUIRE(strpbrk(quoted, "\r\n") == NULL);
	REQUIRE(readers[mode](quoted, text->len, back) == len);
	REQUIRE(memcmp(back, bytes, len) == 0);
	free(back);
	if (mode == GTB_QUOTE_SQUID_WORD)
		check_directive(quoted, bytes, len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data + 1;
	enum gtb_quote_mode mode;
	struct gtb_text_buffer text;

	if (size == 0)
		return 0;
	mode = (enum gtb_quote_mode)(data[0] % MODES);
	gtb_text_init(&text);
	gtb_quote_add(&text, mode, bytes, size - 1);
	if (gtb_quote_refusal(mode, bytes, size - 1) == NULL) {
		REQUIRE(text.error == GTB_OK);
		check_quoted(mode, bytes, size - 1, &text);
	} else {
		REQUIRE(text.error == GTB_E_INPUT && text.len == 0);
	}
	gtb_text_fini(&text);
	return 0;
}
