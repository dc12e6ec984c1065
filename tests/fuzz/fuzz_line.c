/*
 * Fuzzer of the helper's lines: any bytes in any pieces. The first byte
 * chooses the size of the pieces. Besides not crashing:
 * - every reply is a sentence of the grammar, at most GTB_LINE_REPLY_SIZE;
 * - with ids, there is one reply for each line that begins with one, the same
 *   digits, and none for others; without ids one for each line;
 * - the pieces make no difference.
 */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "src/helper/line.h"
#include "src/helper/stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(condition) do { if (!(condition)) abort(); } while (0)

/* What a run had to say: replies counted, and mixed into one number. */
struct run {
	enum gtb_line_mode mode;
	size_t replies;
	uint64_t mix;
};

static bool skip(const char **at, const char *end, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(end - *at) < len || memcmp(*at, word, len) != 0)
		return false;
	*at += len;
	return true;
}

static bool is_value(char byte)
{
	return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
	       (byte >= 'A' && byte <= 'Z') || byte == '-' || byte == '_' ||
	       byte == '.' || byte == ':';
}

static void skip_value(const char **at, const char *end, char after)
{
	const char *start = *at;

	while (*at < end && is_value(**at))
		++*at;
	REQUIRE(*at > start && *at < end && **at == after);
	++*at;
}

/* The grammar of line.h, written a second time. */
static void check_reply(const char *reply, size_t len, bool with_id)
{
	const char *at = reply;
	const char *end = reply + len;

	REQUIRE(len > 0 && len <= GTB_LINE_REPLY_SIZE);
	if (with_id) {
		while (at < end && *at >= '0' && *at <= '9')
			at++;
		REQUIRE(at > reply && at - reply <= GTB_LINE_ID_MAX);
		REQUIRE(skip(&at, end, " "));
	}
	REQUIRE(skip(&at, end, "OK ") || skip(&at, end, "ERR "));
	REQUIRE(skip(&at, end, "gtb_auth_=require ") ||
		skip(&at, end, "gtb_auth_=bypass "));
	REQUIRE(skip(&at, end, "gtb_tls_=inspect ") ||
		skip(&at, end, "gtb_tls_=splice "));
	REQUIRE(skip(&at, end, "gtb_reason_="));
	skip_value(&at, end, ' ');
	REQUIRE(skip(&at, end, "gtb_rule_="));
	skip_value(&at, end, ' ');
	REQUIRE(skip(&at, end, "gtb_identity_="));
	skip_value(&at, end, '\n');
	REQUIRE(at == end);
}

/* The digits a line begins with, when they are an id: their count. */
static size_t id_len(const char *text, size_t len)
{
	size_t digits = 0;

	while (digits < len && text[digits] >= '0' && text[digits] <= '9')
		digits++;
	if (digits == 0 || digits > GTB_LINE_ID_MAX)
		return 0;
	if (digits < len && text[digits] != ' ' &&
	    !(text[digits] == '\r' && digits + 1 == len))
		return 0;
	if (digits == GTB_LINE_ID_MAX &&
	    memcmp(text, "18446744073709551615", GTB_LINE_ID_MAX) > 0)
		return 0;
	return digits;
}

static void mix(struct run *run, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		run->mix = (run->mix ^ (unsigned char)bytes[i]) *
			   1099511628211u;
}

static void on_line(void *context, const char *text, size_t len, bool cut)
{
	struct run *run = context;
	char buffer[GTB_LINE_REPLY_SIZE];
	struct gtb_decision decision;
	struct gtb_line line;
	size_t id = id_len(text, len);
	enum gtb_line_result result;
	size_t reply_len;

	result = gtb_line_parse(&line, &run->mode, text, len, cut);
	if (run->mode == GTB_LINE_UNSETTLED)
		REQUIRE(id == 0 && result != GTB_LINE_OK &&
			result != GTB_LINE_MALFORMED);
	if (result == GTB_LINE_EMPTY || result == GTB_LINE_SILENT) {
		REQUIRE(run->mode != GTB_LINE_PLAIN);
		REQUIRE(run->mode != GTB_LINE_CONCURRENT || id == 0);
		return;
	}
	REQUIRE((line.id.ptr != NULL) == (run->mode == GTB_LINE_CONCURRENT));
	if (line.id.ptr)
		REQUIRE(line.id.len == id &&
			memcmp(line.id.ptr, text, id) == 0);
	if (result == GTB_LINE_OK)
		gtb_decide(NULL, &line.query, &decision);
	reply_len = gtb_line_reply(buffer, &line, result == GTB_LINE_OK
				   ? &decision : NULL);
	check_reply(buffer, reply_len, line.id.ptr != NULL);
	mix(run, buffer, reply_len);
	run->replies++;
}

static struct run run_in_pieces(const char *data, size_t size, size_t piece)
{
	struct run run = {GTB_LINE_UNSETTLED, 0, 0};
	struct gtb_stream stream;

	gtb_stream_init(&stream);
	for (size_t at = 0; at < size; at += piece)
		gtb_stream_feed(&stream, data + at,
				size - at < piece ? size - at : piece, on_line,
				&run);
	return run;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data + 1;
	struct run whole;
	struct run pieces;

	if (size < 2)
		return 0;
	size--;
	whole = run_in_pieces(text, size, size);
	pieces = run_in_pieces(text, size, data[0] % 64 + 1u);
	REQUIRE(whole.replies == pieces.replies && whole.mix == pieces.mix);
	return 0;
}
