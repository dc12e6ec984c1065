/*
 * Fuzzer of what the c-icap service reads: a request line and header lines.
 * Besides not crashing:
 * - a request line that is understood is made of what was understood, byte
 *   for byte, and nothing else that matters;
 * - taking the verdict off leaves the other lines as they were, and no copy
 *   of it; lines are regular when they can be written again as they stood;
 * - a fact is what a plain second reader finds;
 * - the answer is that of the slow decision of world.h, in fixed words, and of
 *   a request inside an inspected connection that of both its hosts.
 */
#include "config.h"

#include <stdio.h>
#include <strings.h>

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/world.h"

#include "src/icap/answer.h"
#include "src/icap/header.h"
#include "src/icap/sender.h"
#include "src/icap/target.h"

#define LINES_MAX 64
#define BLANKS	  " \t\n\v\f\r"

/* --- the request line -------------------------------------------------- */

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
		       tunnel	       ? ""
		       : target->inner ? "https://"
				       : "http://",
		       (int)target->host.len, target->host.ptr,
		       implied ? "" : ":", implied ? 0 : (int)target->port.len,
		       target->port.ptr);
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

/* --- headers ----------------------------------------------------------- */

/* The text behind the colon of such a header; NULL: it is another line. */
static const char *value_of(const char *line, const char *name)
{
	line += strspn(line, BLANKS);
	if (strncasecmp(line, name, strlen(name)) != 0)
		return NULL;
	line += strlen(name);
	line += strspn(line, BLANKS);
	return *line == ':' ? line + 1 : NULL;
}

static bool is_verdict(char *const *lines, size_t i)
{
	return i > 0 && value_of(lines[i], GTB_HEADER_VERDICT) != NULL;
}

static void check_headers(char *const *lines, size_t count)
{
	size_t kept;
	size_t ours = 0;
	char *copy = gtb_header_without_verdict(lines, count, &kept);
	const char *at = copy;

	REQUIRE(copy != NULL);
	for (size_t i = 0; i < count; i++) {
		if (is_verdict(lines, i)) {
			ours++;
			continue;
		}
		REQUIRE(strcmp(at, lines[i]) == 0);
		at += strlen(at) + 1;
	}
	REQUIRE(gtb_header_verdicts(lines, count) == ours);
	REQUIRE(kept + ours == count);
	free(copy);
}

/* Written one behind the other as c-icap does it, are they what was there? */
static void check_regular(char *const *lines, size_t count, const char *end)
{
	size_t size = (size_t)(end - lines[0]);
	char *again = malloc(size + 2 * count + 1);
	size_t len = 0;

	REQUIRE(again != NULL);
	for (size_t i = 0; i < count; i++) {
		len = (size_t)(stpcpy(again + len, lines[i]) - again);
		memcpy(again + len, "\0\n", 2);
		len += 2;
	}
	REQUIRE(gtb_header_are_regular(lines, count, end) ==
		(len == size && memcmp(again, lines[0], size) == 0));
	free(again);
}

/* Unknown without a line or with "-"; several are malformed. */
static void check_fact(const struct gtb_text *fact, char *const *lines,
		       size_t count, const char *name)
{
	const char *value = NULL;
	size_t found = 0;
	size_t len = 0;

	for (size_t i = 1; i < count; i++) {
		const char *text = value_of(lines[i], name);

		if (text != NULL) {
			value = text;
			found++;
		}
	}
	if (found > 1) {
		REQUIRE(fact->ptr != NULL && fact->len == 0);
		return;
	}
	if (found == 1) {
		value += strspn(value, BLANKS);
		len = strlen(value);
		while (len > 0 && strchr(BLANKS, value[len - 1]) != NULL)
			len--;
		if (len == 1 && value[0] == '-')
			value = NULL;
	}
	REQUIRE(fact->ptr == value);
	REQUIRE(value == NULL || fact->len == len);
}

static void check_sender(const struct gtb_sender *sender, char *const *lines,
			 size_t count)
{
	check_fact(&sender->client, lines, count, "X-Client-IP");
	check_fact(&sender->sni, lines, count, "X-GoTo-SNI");
	check_fact(&sender->dst, lines, count, "X-GoTo-Dst");
	check_fact(&sender->await, lines, count, "X-GoTo-Await");
	check_fact(&sender->within, lines, count, "X-GoTo-Within");
}

/* --- the answer -------------------------------------------------------- */

/* What the slow decision says of one of its hosts. */
static struct slow_verdicts ask_host(const struct gtb_target *target,
				     const struct gtb_text *host,
				     const struct gtb_sender *sender)
{
	struct gtb_query query = {sender->client, target->method, *host,
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

/* The same of a request that was understood. */
static struct slow_verdicts ask_slowly(const struct gtb_target *target,
				       const struct gtb_sender *sender)
{
	struct slow_verdicts none = {false, false, false};
	struct slow_verdicts slow = ask_host(target, &target->host, sender);
	bool connects = target->method.len == 7 &&
			memcmp(target->method.ptr, "CONNECT", 7) == 0;
	struct slow_verdicts outer;

	if (connects || (!target->inner && sender->within.ptr == NULL))
		return slow;
	if (sender->within.ptr == NULL)
		return none;
	outer = ask_host(target, &sender->within, sender);
	slow.auth = slow.auth && outer.auth;
	slow.tls = slow.tls && outer.tls;
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
	struct gtb_sender sender;
	struct slow_verdicts slow = {false, false, false};
	struct gtb_answer answer;
	struct gtb_target target;

	gtb_sender_read(&sender, lines, count);
	check_sender(&sender, lines, count);
	gtb_answer_make(&answer, fuzz_world(), lines[0], &sender);
	if (gtb_target_parse(&target, lines[0], strlen(lines[0])))
		slow = ask_slowly(&target, &sender);
	REQUIRE(answer.auth == slow.auth && answer.splice == slow.tls);
	check_words(&answer);
}

/* A NUL at the line's end, in place of CR as c-icap does it; the next line. */
static char *cut_line(char *line)
{
	char *end = strchr(line, '\n');

	if (end == NULL)
		return NULL;
	if (end > line && end[-1] == '\r')
		end[-1] = '\0';
	else
		*end = '\0';
	return end + 1;
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
		lines[count++] = at;
		at = cut_line(at);
	}
	check_line(lines[0]);
	check_headers(lines, count);
	check_regular(lines, count, text + size);
	check_answer(lines, count);
	free(text);
	return 0;
}
