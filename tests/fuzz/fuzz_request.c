/*
 * Fuzzer of what the c-icap service reads: a request line and header lines.
 * Besides not crashing:
 * - a request line that is understood is made of what was understood, byte
 *   for byte, and nothing else that matters;
 * - taking a header off leaves the other lines as they were, and none of it;
 * - a fact is one line's value;
 * - the answer is that of the slow decision of world.h, in fixed words.
 */
#include "config.h"

#include <stdio.h>

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/world.h"

#include "src/icap/answer.h"
#include "src/icap/header.h"
#include "src/icap/target.h"

#define LINES_MAX 64

/* "METHOD PREFIX host[:port]", and what may follow. */
static void check_target(const struct gtb_target *target, const char *line)
{
	bool tunnel = target->method.len == 7 &&
		      memcmp(target->method.ptr, "CONNECT", 7) == 0;
	char again[GTB_TARGET_LINE_MAX + 64];
	bool implied = target->port.ptr < line ||
		       target->port.ptr >= line + strlen(line);
	int len;

	len = snprintf(again, sizeof(again), "%.*s %s%.*s%s%.*s",
		       (int)target->method.len, target->method.ptr,
		       tunnel ? "" : "http://", (int)target->host.len,
		       target->host.ptr, implied ? "" : ":",
		       implied ? 0 : (int)target->port.len, target->port.ptr);
	REQUIRE(len > 0 && strncmp(again, line, (size_t)len) == 0);
	REQUIRE(line[len] == ' ' || (!tunnel && line[len] == '/'));
	REQUIRE(!tunnel || !implied);
	line += strlen(line) - 9;
	REQUIRE(strcmp(line, " HTTP/1.1") == 0 ||
		strcmp(line, " HTTP/1.0") == 0);
}

static void check_line(const char *line)
{
	struct gtb_target target;
	unsigned long port;

	if (!gtb_target_parse(&target, line, strlen(line)))
		return;
	REQUIRE(strcspn(line, "\r\n\t") == strlen(line));
	REQUIRE(target.host.len > 0 && target.port.len > 0);
	for (size_t i = 0; i < target.host.len; i++)
		REQUIRE(!strchr("@/%\\?# ", target.host.ptr[i]));
	port = strtoul(target.port.ptr, NULL, 10);
	REQUIRE(port >= 1 && port <= 65535);
	check_target(&target, line);
}

static void check_headers(char *const *lines, size_t count)
{
	size_t ours = gtb_header_count(lines, count, GTB_HEADER_VERDICT);
	struct gtb_text fact =
		gtb_header_fact(lines, count, GTB_HEADER_VERDICT);
	size_t kept;
	char *copy =
		gtb_header_without(lines, count, GTB_HEADER_VERDICT, &kept);
	const char *at = copy;

	REQUIRE(copy && kept + ours == count);
	REQUIRE(ours > 0 || !fact.ptr);
	REQUIRE(ours < 2 || (fact.ptr && fact.len == 0));
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && gtb_header_is(lines[i], GTB_HEADER_VERDICT))
			continue;
		REQUIRE(strcmp(at, lines[i]) == 0);
		at += strlen(at) + 1;
	}
	free(copy);
}

/* What the slow decision says of a request that was understood. */
static struct slow_verdicts ask_slowly(const struct gtb_target *target,
				       const struct gtb_sender *sender)
{
	struct gtb_query query = {sender->client, target->method, target->host,
				  target->port,	  sender->sni,	  sender->dst};
	struct slow_verdicts slow = slow_decide(&query);
	struct slow_verdicts named;

	/* Whoever promises to look at the name gets what a good one would. */
	if (sender->sni.ptr != NULL || sender->await.len != 3 ||
	    memcmp(sender->await.ptr, "sni", 3) != 0)
		return slow;
	query.sni = query.host;
	named = slow_decide(&query);
	slow.tls = slow.tls || named.tls;
	return slow;
}

static void check_words(const struct gtb_answer *answer)
{
	const char *const all[] = {answer->verdict, answer->reason,
				   answer->rule, answer->identity};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		REQUIRE(all[i][0] != '\0' &&
			strspn(all[i], "abcdefghijklmnopqrstuvwxyz"
				       "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "0123456789-_.:,= ") == strlen(all[i]));
}

static void check_answer(char *const *lines, size_t count)
{
	struct gtb_sender sender = {
		gtb_header_fact(lines, count, "X-Client-IP"),
		gtb_header_fact(lines, count, "X-GoTo-SNI"),
		gtb_header_fact(lines, count, "X-GoTo-Dst"),
		gtb_header_fact(lines, count, "X-GoTo-Await"),
	};
	struct slow_verdicts slow = {false, false, false};
	struct gtb_answer answer;
	struct gtb_target target;

	gtb_answer_make(&answer, fuzz_world(), lines[0], &sender);
	if (gtb_target_parse(&target, lines[0], strlen(lines[0])))
		slow = ask_slowly(&target, &sender);
	REQUIRE(answer.auth == slow.auth && answer.splice == slow.tls);
	check_words(&answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	char *lines[LINES_MAX];
	size_t count = 0;

	REQUIRE(text);
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	for (char *at = text; at && count < LINES_MAX;) {
		char *end = strchr(at, '\n');

		lines[count++] = at;
		if (end)
			*end++ = '\0';
		at = end;
	}
	check_line(lines[0]);
	check_headers(lines, count);
	check_answer(lines, count);
	free(text);
	return 0;
}
