/*
 * Fuzzer of the helper's lines: any bytes in any pieces. The first byte
 * chooses the size of the pieces, and whether there is a ruleset. Besides not
 * crashing:
 * - every reply is a sentence of the grammar, at most GTB_LINE_REPLY_SIZE;
 * - with ids, there is one reply for each line that begins with one, the same
 *   digits, and none for others; without ids one for each line;
 * - a reply says what the slow decision of world.h says, yes or no;
 * - the pieces make no difference.
 */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "src/helper/line.h"
#include "src/helper/stream.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/world.h"

#define PIECES 63		/* bits of the first byte: bytes of a piece */
#define NO_RULESET 64

/* What a run had to say: replies counted, and mixed into one number. */
struct run {
	const struct gtb_ruleset *ruleset;
	bool checked;		/* nothing but the mix is asked for */
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

/* A value that must be one of the words of a table. */
static bool is_reason(const char *text, size_t len)
{
	for (int i = 0; i < GTB_REASON_COUNT; i++) {
		const char *word = gtb_reason_word((enum gtb_reason)i);

		if (strlen(word) == len && memcmp(word, text, len) == 0)
			return true;
	}
	return false;
}

static const char *check_id(const char *at, const char *end)
{
	const char *start = at;

	while (at < end && *at >= '0' && *at <= '9')
		at++;
	REQUIRE(at > start && at - start <= GTB_LINE_ID_MAX);
	REQUIRE(skip(&at, end, " "));
	return at;
}

/* The grammar of line.h, written a second time; what it says of the bits. */
static void check_reply(const char *reply, size_t len, bool with_id,
			bool splice, const struct slow_verdicts *slow)
{
	const char *at = reply;
	const char *end = reply + len;
	const char *reason;

	REQUIRE(len > 0 && len <= GTB_LINE_REPLY_SIZE);
	if (with_id)
		at = check_id(at, end);
	REQUIRE(skip(&at, end, (splice ? slow->tls : slow->auth) ? "OK "
								 : "ERR "));
	REQUIRE(skip(&at, end, slow->auth ? "gtb_auth_=bypass "
					  : "gtb_auth_=require "));
	REQUIRE(skip(&at, end, slow->tls ? "gtb_tls_=splice "
					 : "gtb_tls_=inspect "));
	REQUIRE(skip(&at, end, "gtb_reason_="));
	reason = at;
	skip_value(&at, end, ' ');
	REQUIRE(is_reason(reason, (size_t)(at - reason) - 1));
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

static void mix_word(struct run *run, uint64_t word)
{
	run->mix = (run->mix ^ word) * 1099511628211u;
	run->mix ^= run->mix >> 29;
}

static void mix(struct run *run, const char *bytes, size_t len)
{
	uint64_t word;

	for (; len >= sizeof(word); len -= sizeof(word)) {
		memcpy(&word, bytes, sizeof(word));
		mix_word(run, word);
		bytes += sizeof(word);
	}
	word = len;
	for (size_t i = 0; i < len; i++)
		word = word << 8 | (unsigned char)bytes[i];
	mix_word(run, word);
}

/* The reply to a line that gets one; its length. */
static size_t answer(const struct run *run, const struct gtb_line *line,
		     enum gtb_line_result result, char *reply)
{
	struct slow_verdicts slow = {false, false, false};
	struct gtb_decision decision;
	bool decided = result == GTB_LINE_OK;
	size_t len;

	if (decided)
		gtb_decide(run->ruleset, &line->query, &decision);
	len = gtb_line_reply(reply, line, decided ? &decision : NULL);
	if (run->checked)
		return len;
	if (decided && run->ruleset != NULL)
		slow = slow_decide(&line->query);
	check_reply(reply, len, line->id.ptr != NULL,
		    decided && line->question == GTB_LINE_SPLICE, &slow);
	return len;
}

static void check_silence(const struct run *run, enum gtb_line_result result,
			  size_t id)
{
	if (run->mode == GTB_LINE_UNSETTLED)
		REQUIRE(id == 0 && result != GTB_LINE_OK &&
			result != GTB_LINE_MALFORMED);
	if (result == GTB_LINE_EMPTY || result == GTB_LINE_SILENT) {
		REQUIRE(run->mode != GTB_LINE_PLAIN);
		REQUIRE(run->mode != GTB_LINE_CONCURRENT || id == 0);
	}
}

static void on_line(void *context, const char *text, size_t len, bool cut)
{
	struct run *run = context;
	char reply[GTB_LINE_REPLY_SIZE];
	struct gtb_line line;
	size_t id = id_len(text, len);
	enum gtb_line_result result;

	result = gtb_line_parse(&line, &run->mode, text, len, cut);
	check_silence(run, result, id);
	if (result == GTB_LINE_EMPTY || result == GTB_LINE_SILENT)
		return;
	REQUIRE((line.id.ptr != NULL) == (run->mode == GTB_LINE_CONCURRENT));
	if (line.id.ptr)
		REQUIRE(line.id.len == id &&
			memcmp(line.id.ptr, text, id) == 0);
	mix(run, reply, answer(run, &line, result, reply));
	run->replies++;
}

static void run_in_pieces(struct run *run, const char *data, size_t size,
			  size_t piece)
{
	struct gtb_stream stream;

	gtb_stream_init(&stream);
	for (size_t at = 0; at < size; at += piece)
		gtb_stream_feed(&stream, data + at,
				size - at < piece ? size - at : piece, on_line,
				run);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data + 1;
	struct run whole = {.mode = GTB_LINE_UNSETTLED};
	struct run pieces;

	if (size < 2)
		return 0;
	size--;
	if ((data[0] & NO_RULESET) == 0)
		whole.ruleset = fuzz_world();
	pieces = whole;
	pieces.checked = true;
	run_in_pieces(&whole, text, size, size);
	run_in_pieces(&pieces, text, size, (data[0] & PIECES) + 1u);
	REQUIRE(whole.replies == pieces.replies && whole.mix == pieces.mix);
	return 0;
}
