/* What of the service needs no c-icap. Speaks TAP for automake's driver. */
#include "config.h"

#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gtb/catalog.h"
#include "gtb/policy.h"
#include "gtb/report.h"
#include "gtb/ruleset.h"

#include "src/icap/answer.h"
#include "src/icap/counts.h"
#include "src/icap/gauge.h"
#include "src/icap/header.h"
#include "src/icap/hold.h"
#include "src/icap/sender.h"
#include "src/icap/setting.h"
#include "src/icap/target.h"

/* --- target ------------------------------------------------------------ */

static const struct {
	const char *line;
	const char *method;	/* NULL: not understood */
	const char *host;
	const char *port;
} lines[] = {
	{"CONNECT www.goto.com:443 HTTP/1.1", "CONNECT", "www.goto.com", "443"},
	{"CONNECT www.goto.com:443 HTTP/1.0", "CONNECT", "www.goto.com", "443"},
	{"CONNECT WWW.GOTO.COM.:1 HTTP/1.1", "CONNECT", "WWW.GOTO.COM.", "1"},
	{"CONNECT 68.64.0.1:65535 HTTP/1.1", "CONNECT", "68.64.0.1", "65535"},
	{"CONNECT [2001:db8::1]:443 HTTP/1.1", "CONNECT", "[2001:db8::1]",
	 "443"},
	{"CONNECT [::ffff:68.64.0.1]:443 HTTP/1.1", "CONNECT",
	 "[::ffff:68.64.0.1]", "443"},
	{"GET http://www.goto.com/ HTTP/1.1", "GET", "www.goto.com", "80"},
	{"GET http://www.goto.com HTTP/1.1", "GET", "www.goto.com", "80"},
	{"GET http://www.goto.com:8200/a?b#c HTTP/1.1", "GET", "www.goto.com",
	 "8200"},
	{"GET http://[2001:db8::1]/ HTTP/1.1", "GET", "[2001:db8::1]", "80"},
	{"GET http://[2001:db8::1]:80/@x HTTP/1.1", "GET", "[2001:db8::1]",
	 "80"},
	{"VERSION-CONTROL http://a/ HTTP/1.1", "VERSION-CONTROL", "a", "80"},
	{"GET https://www.goto.com/ HTTP/1.1", "GET", "www.goto.com", "443"},
	{"POST https://www.goto.com:8200/@x HTTP/1.0", "POST", "www.goto.com",
	 "8200"},
	{"GET https://[2001:db8::1] HTTP/1.1", "GET", "[2001:db8::1]", "443"},
	{"GET https://a/\xc3\xb6|{} HTTP/1.1", "GET", "a", "443"},

	{"", NULL, NULL, NULL},
	{"CONNECT", NULL, NULL, NULL},
	{"CONNECT www.goto.com:443", NULL, NULL, NULL},
	{"CONNECT www.goto.com:443 HTTP/0.9", NULL, NULL, NULL},
	{"CONNECT www.goto.com:443 HTTP/2.0", NULL, NULL, NULL},
	{"CONNECT www.goto.com:443 http/1.1", NULL, NULL, NULL},
	{"CONNECT www.goto.com:443 HTTP/1.1 ", NULL, NULL, NULL},
	{" CONNECT www.goto.com:443 HTTP/1.1", NULL, NULL, NULL},
	{"CONNECT  www.goto.com:443 HTTP/1.1", NULL, NULL, NULL},
	{"CONNECT\twww.goto.com:443 HTTP/1.1", NULL, NULL, NULL},
	{"CONNECT www.goto.com:443 x HTTP/1.1", NULL, NULL, NULL},
	{"CONNECT www.goto.com:443 HTTP/1.1\r", NULL, NULL, NULL},
	{"CONNECT www.goto.com:443 HTTP/1.1\r\n X: y", NULL, NULL, NULL},
	{"connect www.goto.com:443 HTTP/1.1", NULL, NULL, NULL},
	{"CONNECT www.goto.com HTTP/1.1", NULL, NULL, NULL},
	{"CONNECT www.goto.com: HTTP/1.1", NULL, NULL, NULL},
	{"CONNECT :443 HTTP/1.1", NULL, NULL, NULL},
	{"CONNECT www.goto.com:0 HTTP/1.1", NULL, NULL, NULL},
	{"CONNECT www.goto.com:0443 HTTP/1.1", NULL, NULL, NULL},
	{"CONNECT www.goto.com:+443 HTTP/1.1", NULL, NULL, NULL},
	{"CONNECT www.goto.com:65536 HTTP/1.1", NULL, NULL, NULL},
	{"CONNECT www.goto.com:4294967739 HTTP/1.1", NULL, NULL, NULL},
	{"CONNECT www.goto.com:443/ HTTP/1.1", NULL, NULL, NULL},
	{"CONNECT www.goto.com:https HTTP/1.1", NULL, NULL, NULL},
	{"CONNECT a@www.goto.com:443 HTTP/1.1", NULL, NULL, NULL},
	{"CONNECT www.goto.com:443@x.example:443 HTTP/1.1", NULL, NULL, NULL},
	{"CONNECT www.goto%2ecom:443 HTTP/1.1", NULL, NULL, NULL},
	{"CONNECT www.g\xc3\xb6to.com:443 HTTP/1.1", NULL, NULL, NULL},
	{"CONNECT www.goto.com\\x:443 HTTP/1.1", NULL, NULL, NULL},
	{"CONNECT 2001:db8::1:443 HTTP/1.1", NULL, NULL, NULL},
	{"CONNECT [2001:db8::1:443 HTTP/1.1", NULL, NULL, NULL},
	{"CONNECT []:443 HTTP/1.1", NULL, NULL, NULL},
	{"CONNECT [2001:db8::1%25eth0]:443 HTTP/1.1", NULL, NULL, NULL},
	{"CONNECT [www.goto.com]:443 HTTP/1.1", NULL, NULL, NULL},
	{"CONNECT http://www.goto.com/ HTTP/1.1", NULL, NULL, NULL},
	{"CONNECT http://www.goto.com:443 HTTP/1.1", NULL, NULL, NULL},
	{"GET / HTTP/1.1", NULL, NULL, NULL},
	{"GET * HTTP/1.1", NULL, NULL, NULL},
	{"GET www.goto.com:443 HTTP/1.1", NULL, NULL, NULL},
	{"GET https:// HTTP/1.1", NULL, NULL, NULL},
	{"GET https:/www.goto.com/ HTTP/1.1", NULL, NULL, NULL},
	{"GET httpss://www.goto.com/ HTTP/1.1", NULL, NULL, NULL},
	{"GET https://a@www.goto.com/ HTTP/1.1", NULL, NULL, NULL},
	{"GET https://www.g\xc3\xb6to.com/ HTTP/1.1", NULL, NULL, NULL},
	{"CONNECT https://www.goto.com:443 HTTP/1.1", NULL, NULL, NULL},
	{"GET ftp://www.goto.com/ HTTP/1.1", NULL, NULL, NULL},
	{"GET HTTP://www.goto.com/ HTTP/1.1", NULL, NULL, NULL},
	{"GET http:/www.goto.com/ HTTP/1.1", NULL, NULL, NULL},
	{"GET http:///www.goto.com/ HTTP/1.1", NULL, NULL, NULL},
	{"GET http:// HTTP/1.1", NULL, NULL, NULL},
	{"GET http://a:b@www.goto.com/ HTTP/1.1", NULL, NULL, NULL},
	{"GET http://www.goto.com?x@y.example/ HTTP/1.1", NULL, NULL, NULL},
	{"GET http://www.goto.com#@y.example/ HTTP/1.1", NULL, NULL, NULL},
	{"GET http://www.goto.com\\@y.example/ HTTP/1.1", NULL, NULL, NULL},
	{"GET http://www.goto.com:/ HTTP/1.1", NULL, NULL, NULL},
	{"GET http://www.goto.com:080/ HTTP/1.1", NULL, NULL, NULL},
	{"GET http://www.goto.com/\x7f HTTP/1.1", NULL, NULL, NULL},
	{"G@T http://www.goto.com/ HTTP/1.1", NULL, NULL, NULL},
	{"GETGETGETGETGETGETGETGETGETGETGET http://a/ HTTP/1.1", NULL, NULL,
	 NULL},
};

static bool text_is(const struct gtb_text *text, const char *expected)
{
	return text->len == strlen(expected) &&
	       memcmp(text->ptr, expected, text->len) == 0;
}

START_TEST(request_line)
{
	const char *line = lines[_i].line;
	struct gtb_target target;
	bool understood = gtb_target_parse(&target, line, strlen(line));

	ck_assert_msg(understood == (lines[_i].method != NULL), "%s", line);
	if (!understood)
		return;
	ck_assert_msg(text_is(&target.method, lines[_i].method), "%s", line);
	ck_assert_msg(text_is(&target.host, lines[_i].host), "%s", line);
	ck_assert_msg(text_is(&target.port, lines[_i].port), "%s", line);
	ck_assert_msg(target.inner == (strstr(line, " https://") != NULL),
		      "%s", line);
}
END_TEST

/* Every beginning of a line is read within its length. */
START_TEST(request_line_cut)
{
	static const char whole[] = "GET http://[2001:db8::1]:80/ HTTP/1.1";
	struct gtb_target target;

	for (size_t len = 0; len < sizeof(whole) - 1; len++) {
		char *copy = malloc(len + 1);

		memcpy(copy, whole, len);
		ck_assert(!gtb_target_parse(&target, copy, len));
		free(copy);
	}
}
END_TEST

START_TEST(request_line_long)
{
	static char line[GTB_TARGET_LINE_MAX + 64];
	struct gtb_target target;
	size_t len = GTB_TARGET_LINE_MAX;

	memset(line, 'a', sizeof(line));
	memcpy(line, "GET http://a/", 13);
	memcpy(line + len - 9, " HTTP/1.1", 9);
	ck_assert(gtb_target_parse(&target, line, len));
	memset(line + len - 9, 'a', 9);
	memcpy(line + len - 8, " HTTP/1.1", 9);
	ck_assert(!gtb_target_parse(&target, line, len + 1));
}
END_TEST

/* --- header ------------------------------------------------------------ */

static const struct {
	const char *line;
	bool is_ours;
} names[] = {
	{"X-GoTo-Bypass: auth", true},
	{"x-goto-bypass:auth", true},
	{"X-GOTO-BYPASS : auth", true},
	{"X-GoTo-Bypass\t \t: auth", true},
	{" X-GoTo-Bypass: auth", true},
	{"X-GoTo-Bypass:", true},
	{"X-GoTo-Bypass\r\n : auth", true},
	{"X-GoTo-Bypass", false},
	{"X-GoTo-Bypas: auth", false},
	{"X-GoTo-Bypasss: auth", false},
	{"X-GoTo-Bypass auth: x", false},
	{"X_GoTo_Bypass: auth", false},
	{"\v\fX-GoTo-Bypass: auth", true},
	{"X-GoTo-\rypass: auth", false},
	{"X-GoTo-Bypass\x01: auth", false},
	{"X-GoTo-Bypas\xf3: auth", false},
	{"X: auth", false},
	{"X", false},
	{"Y: X-GoTo-Bypass: auth", false},
	{":", false},
	{"", false},
};

START_TEST(header_name)
{
	ck_assert_msg(gtb_header_is_verdict(names[_i].line) ==
		      names[_i].is_ours, "\"%s\"", names[_i].line);
}
END_TEST

static char request[] = "X-GoTo-SNI: not a header";
static char sni[] = "x-goto-sni:  www.goto.com \t";
static char client_a[] = "X-Client-IP: 192.0.2.7";
static char client_b[] = "X-CLIENT-IP : 192.0.2.7";
static char dash[] = "X-GoTo-Dst: -";
static char verdict_a[] = "X-GoTo-Bypass: auth";
static char verdict_b[] = " x-goto-bypass :splice";
static char *const head[] = {request, sni, client_a, client_b, dash};
#define HEAD (sizeof(head) / sizeof(head[0]))

START_TEST(header_facts)
{
	static char twice[] = "X-GoTo-Dst: 192.0.2.1";
	static char *const more[] = {request, dash, twice, dash};
	struct gtb_sender sender;

	gtb_sender_read(&sender, head, HEAD);
	ck_assert(text_is(&sender.sni, "www.goto.com"));
	ck_assert(sender.client.ptr && sender.client.len == 0);
	ck_assert(!sender.dst.ptr && !sender.await.ptr && !sender.within.ptr);
	gtb_sender_read(&sender, head, 0);
	ck_assert(!sender.sni.ptr);
	for (size_t count = 3; count <= 4; count++) {
		gtb_sender_read(&sender, more, count);
		ck_assert(sender.dst.ptr && sender.dst.len == 0);
	}
}
END_TEST

/* Each name is its own, with a case of its own. */
START_TEST(sender_has_five_headers)
{
	static char text[][24] = {"", "X-CLIENT-IP: a", "x-GoTo-sni:b",
				   "X-GOTO-DST\t:c", "\tX-GoTo-Await: d ",
				   "x-goto-within: e", "X-GoTo-Other: f"};
	char *all[] = {text[0], text[1], text[2], text[3], text[4],
		       text[5], text[6]};
	struct gtb_sender sender;

	gtb_sender_read(&sender, all, sizeof(all) / sizeof(all[0]));
	ck_assert(text_is(&sender.client, "a"));
	ck_assert(text_is(&sender.sni, "b"));
	ck_assert(text_is(&sender.dst, "c"));
	ck_assert(text_is(&sender.await, "d"));
	ck_assert(text_is(&sender.within, "e"));
}
END_TEST

/* As c-icap keeps a head that came as text, with the first line as text. */
static const struct {
	const char *text;
	size_t size;
	size_t second;		/* where the next line begins */
	bool regular;
} heads[] = {
#define TEXT(text) text, sizeof(text) - 1
	{TEXT("GET\0\nA: b\0\n"), 5, true},
	{TEXT("GET\0A: b\0\n"), 4, false},		/* LF alone */
	{TEXT("GET\0A: b\0\n"), 5, false},
	{TEXT("GET\0\nA: b\0"), 5, false},
	{TEXT("GET\0\nA: b\0\r"), 5, false},
	{TEXT("GET\0\rA: b\0\n"), 5, false},
	{TEXT("GET\0\nA: b\r\n c\0\n"), 5, true},	/* one folded line */
	{TEXT("GET\0\n\0\n"), 5, true},
#undef TEXT
};

START_TEST(header_regular)
{
	char *text = malloc(heads[_i].size);
	char *pair[] = {text, text + heads[_i].second};

	memcpy(text, heads[_i].text, heads[_i].size);
	ck_assert(gtb_header_are_regular(pair, 2, text + heads[_i].size) ==
		  heads[_i].regular);
	free(text);
}
END_TEST

START_TEST(header_without)
{
	static char *const lines_a[] = {request, verdict_a, sni, verdict_b};
	static char *const lines_b[] = {verdict_a, client_a};
	size_t kept;
	char *copy = gtb_header_without_verdict(lines_a, 4, &kept);

	ck_assert_uint_eq(gtb_header_verdicts(lines_a, 4), 2);
	ck_assert_uint_eq(kept, 2);
	ck_assert_str_eq(copy, request);
	ck_assert_str_eq(copy + strlen(copy) + 1, sni);
	free(copy);
	/* The request line is no header, whatever it looks like. */
	copy = gtb_header_without_verdict(lines_b, 2, &kept);
	ck_assert_uint_eq(gtb_header_verdicts(lines_b, 2), 0);
	ck_assert_uint_eq(kept, 2);
	ck_assert_str_eq(copy, verdict_a);
	free(copy);
}
END_TEST

/* --- hold -------------------------------------------------------------- */

/* Two ends of a connection on loopback, without Nagle's delay. */
static void connect_pair(int ends[2])
{
	struct sockaddr_in addr = {.sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(addr);
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	ck_assert_int_eq(bind(listener, (struct sockaddr *)&addr, size), 0);
	ck_assert_int_eq(listen(listener, 1), 0);
	ck_assert_int_eq(getsockname(listener, (struct sockaddr *)&addr,
				     &size), 0);
	ends[0] = socket(AF_INET, SOCK_STREAM, 0);
	ck_assert_int_eq(connect(ends[0], (struct sockaddr *)&addr, size), 0);
	ends[1] = accept(listener, NULL, NULL);
	ck_assert_int_ne(ends[1], -1);
	ck_assert_int_eq(setsockopt(ends[0], IPPROTO_TCP, TCP_NODELAY,
				    &(int){1}, sizeof(int)), 0);
	close(listener);
}

START_TEST(held_pieces_come_as_one)
{
	char got[8];
	int ends[2];

	connect_pair(ends);
	for (int i = 0; i < 3; i++) {
		ck_assert(gtb_hold_begin(ends[0]));
		ck_assert_int_eq(write(ends[0], "one", 3), 3);
		ck_assert_int_eq(write(ends[0], "two", 3), 3);
		gtb_hold_end(ends[0]);
		ck_assert_int_eq(read(ends[1], got, sizeof(got)), 6);
		ck_assert_int_eq(memcmp(got, "onetwo", 6), 0);
		/* And nothing is held any more. */
		ck_assert_int_eq(write(ends[0], "!", 1), 1);
		ck_assert_int_eq(read(ends[1], got, sizeof(got)), 1);
	}
	close(ends[0]);
	close(ends[1]);
	ck_assert(!gtb_hold_begin(ends[0]));
}
END_TEST

/* --- answer ------------------------------------------------------------ */

START_TEST(answer_without_a_ruleset)
{
	static const struct gtb_sender nobody;
	struct gtb_answer answer;

	gtb_answer_make(&answer, NULL, "CONNECT a.example:443 HTTP/1.1",
			&nobody);
	ck_assert(!answer.auth && !answer.splice);
	ck_assert_str_eq(answer.verdict, "none");
	ck_assert(!answer.header);
	ck_assert_str_eq(answer.reason, "auth=no-ruleset, tls=no-ruleset");
	ck_assert_str_eq(answer.reason_header,
			 "X-GoTo-Reason: auth=no-ruleset, tls=no-ruleset");
	ck_assert_str_eq(answer.rule, "auth=-, tls=-");
	ck_assert_str_eq(answer.rule_header, "X-GoTo-Rule: auth=-, tls=-");
	ck_assert_str_eq(answer.identity, "auth=-, tls=-");
	gtb_answer_make(&answer, NULL, NULL, &nobody);
	ck_assert_str_eq(answer.reason, "auth=malformed, tls=malformed");
}
END_TEST

static const char catalog_text[] =
	"document: d\ntitle: t\nversion: v\nchecked: 2026-11-20\nsource: s\n"
	"status: current\nproducts: [meeting]\n"
	"names: [{row: a, name: \"*.goto.com\", tier: required, tcp: [443]},\n"
	"  {row: b, name: t.example, tier: third-party, tcp: [443]}]\n";
static const char policy_text[] =
	"tiers: {third-party: {enabled: yes}}\n"
	"exclude: {names: [excluded.goto.com]}\n"
	"identities: [{name: i, clients: [192.0.2.0/24]}]\n";

static struct gtb_ruleset *make_ruleset(void)
{
	struct gtb_ruleset *ruleset;
	struct gtb_catalog *catalog;
	struct gtb_policy *policy;
	struct gtb_report report;

	gtb_report_init(&report);
	ck_assert_int_eq(gtb_catalog_parse("c", catalog_text,
					   strlen(catalog_text), &catalog,
					   &report), GTB_OK);
	ck_assert_int_eq(gtb_policy_parse("p", policy_text,
					  strlen(policy_text), &policy,
					  &report), GTB_OK);
	ck_assert_int_eq(gtb_ruleset_compile(catalog, policy, NULL, &ruleset,
					     &report), GTB_OK);
	gtb_report_fini(&report);
	return ruleset;
}

/* A promise to look at the server name takes its place, and no other's. */
static const struct {
	const char *await;
	const char *sni;
	const char *client;
	const char *line;
	const char *verdict;
	const char *tls;
} awaits[] = {
	{NULL, NULL, "192.0.2.7", "CONNECT a.goto.com:443 HTTP/1.1", "auth",
	 "awaiting-sni"},
	{"sni", NULL, "192.0.2.7", "CONNECT a.goto.com:443 HTTP/1.1",
	 "auth, splice", "awaiting-sni"},
	{"sni", NULL, "192.0.2.7", "CONNECT t.example:443 HTTP/1.1", "splice",
	 "awaiting-sni"},
	{"sni", "a.goto.com", "192.0.2.7", "CONNECT a.goto.com:443 HTTP/1.1",
	 "auth, splice", "listed-name"},
	{"sni", "x.example", "192.0.2.7", "CONNECT a.goto.com:443 HTTP/1.1",
	 "none", "names-disagree"},
	{"sni", "", "192.0.2.7", "CONNECT a.goto.com:443 HTTP/1.1", "none",
	 "malformed"},
	{"sni", NULL, "192.0.2.7", "CONNECT x.example:443 HTTP/1.1", "none",
	 "not-listed"},
	{"sni", NULL, "192.0.2.7", "CONNECT excluded.goto.com:443 HTTP/1.1",
	 "none", "excluded"},
	{"sni", NULL, "192.0.2.7", "CONNECT a.goto.com:444 HTTP/1.1", "none",
	 "port"},
	{"sni", NULL, "198.51.100.7", "CONNECT a.goto.com:443 HTTP/1.1",
	 "none", "client"},
	{"sni", NULL, "192.0.2.7", "GET http://a.goto.com:443/ HTTP/1.1",
	 "auth", "method"},
	{"SNI", NULL, "192.0.2.7", "CONNECT a.goto.com:443 HTTP/1.1", "auth",
	 "awaiting-sni"},
	{"sni ", NULL, "192.0.2.7", "CONNECT a.goto.com:443 HTTP/1.1", "auth",
	 "awaiting-sni"},
	{"sn", NULL, "192.0.2.7", "CONNECT a.goto.com:443 HTTP/1.1", "auth",
	 "awaiting-sni"},
	{"", NULL, "192.0.2.7", "CONNECT a.goto.com:443 HTTP/1.1", "auth",
	 "awaiting-sni"},
};

static struct gtb_text text_of(const char *text)
{
	return (struct gtb_text){text, text ? strlen(text) : 0};
}

START_TEST(answer_awaits_the_server_name)
{
	struct gtb_ruleset *ruleset = make_ruleset();
	struct gtb_sender sender = {
		.client = text_of(awaits[_i].client),
		.sni = text_of(awaits[_i].sni),
		.await = text_of(awaits[_i].await),
	};
	struct gtb_answer answer;
	char header[64];

	gtb_answer_make(&answer, ruleset, awaits[_i].line, &sender);
	ck_assert_str_eq(answer.verdict, awaits[_i].verdict);
	snprintf(header, sizeof(header), "X-GoTo-Bypass: %s",
		 awaits[_i].verdict);
	ck_assert_str_eq(answer.header ? answer.header : "X-GoTo-Bypass: none",
			 header);
	ck_assert_str_eq(gtb_reason_word(answer.tls_reason), awaits[_i].tls);
	ck_assert(answer.splice ==
		  (strstr(awaits[_i].verdict, "splice") != NULL));
	gtb_answer_make(&answer, NULL, awaits[_i].line, &sender);
	ck_assert(!answer.auth && !answer.splice);
	gtb_ruleset_free(ruleset);
}
END_TEST

/* Inside an inspected connection both hosts count, and are both told. */
static const struct {
	const char *within;
	const char *sni;
	const char *line;
	const char *verdict;
	const char *auth;
} insides[] = {
	{"a.goto.com", "a.goto.com", "GET https://a.goto.com/ HTTP/1.1",
	 "auth", "listed-name"},
	{"A.goto.com", NULL, "POST https://b.goto.com/ HTTP/1.1", "auth",
	 "listed-name"},
	{NULL, "a.goto.com", "GET https://a.goto.com/ HTTP/1.1", "none",
	 "malformed"},
	{"", "a.goto.com", "GET https://a.goto.com/ HTTP/1.1", "none",
	 "malformed"},
	{"a.goto.com, b.goto.com", NULL, "GET https://a.goto.com/ HTTP/1.1",
	 "none", "malformed"},
	{"x.example", NULL, "GET https://a.goto.com/ HTTP/1.1", "none",
	 "not-listed"},
	{"x.example", "a.goto.com", "GET https://a.goto.com/ HTTP/1.1", "none",
	 "names-disagree"},
	{"excluded.goto.com", NULL, "GET https://a.goto.com/ HTTP/1.1", "none",
	 "excluded"},
	{"a.goto.com", NULL, "GET https://excluded.goto.com/ HTTP/1.1", "none",
	 "excluded"},
	{"a.goto.com", "excluded.goto.com", "GET https://a.goto.com/ HTTP/1.1",
	 "none", "excluded"},
	{"a.goto.com", NULL, "GET https://x.example/ HTTP/1.1", "none",
	 "not-listed"},
	{"a.goto.com", NULL, "GET https://a.goto.com:444/ HTTP/1.1", "none",
	 "port"},
	/* Another host's splice is no answer for the one that is asked. */
	{"x.example", "t.example", "NONE https://t.example/ HTTP/1.1", "none",
	 "not-granted"},
	{"t.example", "t.example", "NONE https://t.example/ HTTP/1.1",
	 "splice", "not-granted"},
	/* Of a CONNECT it says nothing. */
	{"x.example", "a.goto.com", "CONNECT a.goto.com:443 HTTP/1.1",
	 "auth, splice", "listed-name"},
	/* http:// can be inside as well, where a host is told. */
	{"x.example", NULL, "GET http://a.goto.com:443/ HTTP/1.1", "none",
	 "not-listed"},
	{"excluded.goto.com", NULL, "POST http://a.goto.com:443/ HTTP/1.1",
	 "none", "excluded"},
	{"", NULL, "GET http://a.goto.com:443/ HTTP/1.1", "none", "malformed"},
	{"b.goto.com", NULL, "GET http://a.goto.com:443/ HTTP/1.1", "auth",
	 "listed-name"},
	{NULL, NULL, "GET http://a.goto.com:443/ HTTP/1.1", "auth",
	 "listed-name"},
};

START_TEST(answer_inside)
{
	struct gtb_ruleset *ruleset = make_ruleset();
	struct gtb_sender sender = {
		.client = text_of("192.0.2.7"),
		.sni = text_of(insides[_i].sni),
		.within = text_of(insides[_i].within),
	};
	struct gtb_answer answer;

	gtb_answer_make(&answer, ruleset, insides[_i].line, &sender);
	ck_assert_str_eq(answer.verdict, insides[_i].verdict);
	ck_assert_str_eq(gtb_reason_word(answer.auth_reason),
			 insides[_i].auth);
	sender.client = text_of("198.51.100.7");
	gtb_answer_make(&answer, ruleset, insides[_i].line, &sender);
	ck_assert(!answer.auth && !answer.splice);
	gtb_ruleset_free(ruleset);
}
END_TEST

/* Words that were cut would be words nobody knows. */
START_TEST(answer_has_room_for_every_reason)
{
	ck_assert_uint_le(strlen(gtb_reason_word((enum gtb_reason)_i)),
			  GTB_ANSWER_REASON_MAX);
}
END_TEST

/* --- counts ------------------------------------------------------------ */

static char labels[GTB_COUNT_END][96];
static int sums[GTB_COUNT_END];
static int taken;

static int take(const char *label)
{
	ck_assert_int_lt(taken, GTB_COUNT_END);
	for (int i = 0; i < taken; i++)
		ck_assert_str_ne(labels[i], label);
	snprintf(labels[taken], sizeof(labels[taken]), "%s", label);
	return taken++;
}

static void add(int number, int more)
{
	sums[number] += more;
}

static int sum_of(const char *label)
{
	for (int i = 0; i < taken; i++)
		if (strcmp(labels[i], label) == 0)
			return sums[i];
	return -1;
}

START_TEST(counts_have_one_label_each)
{
	static const struct gtb_sender nobody;
	struct gtb_counts counts;
	struct gtb_answer answer;

	gtb_counts_init(&counts, take, add);
	ck_assert_int_eq(taken, GTB_COUNT_END);
	gtb_answer_make(&answer, NULL, "CONNECT a:443 HTTP/1.1", &nobody);
	gtb_counts_answer(&counts, &answer, 3);
	ck_assert_int_eq(sum_of("goto_bypass requests"), 1);
	ck_assert_int_eq(sum_of("goto_bypass verdict none"), 1);
	ck_assert_int_eq(sum_of("goto_bypass stripped headers"), 3);
	ck_assert_int_eq(sum_of("goto_bypass auth no-ruleset"), 1);
	ck_assert_int_eq(sum_of("goto_bypass tls no-ruleset"), 1);
	answer.auth = true;
	answer.splice = true;
	gtb_counts_answer(&counts, &answer, 0);
	ck_assert_int_eq(sum_of("goto_bypass verdict auth, splice"), 1);
	answer.auth = false;
	gtb_counts_answer(&counts, &answer, 0);
	ck_assert_int_eq(sum_of("goto_bypass verdict splice"), 1);
}
END_TEST

/* --- gauge ------------------------------------------------------------- */

START_TEST(gauge_is_one_number)
{
	struct gtb_gauge_shared *shared = gtb_gauge_share();
	struct gtb_gauge gauge = {shared, 0};
	int64_t sum = 0;

	ck_assert(shared);
	ck_assert(gtb_gauge_reports(&gauge, 100, 5));
	sum += gtb_gauge_report(&gauge, 10);
	sum += gtb_gauge_report(&gauge, 12);
	ck_assert_int_eq(sum, 12);
	sum += gtb_gauge_report(&gauge, 0);
	ck_assert_int_eq(sum, 0);
	sum += gtb_gauge_report(&gauge, 7);
	sum += gtb_gauge_resign(&gauge);
	ck_assert_int_eq(sum, 0);
	gtb_gauge_unshare(shared);
	gauge.shared = NULL;
	ck_assert(!gtb_gauge_reports(&gauge, 100, 5));
	ck_assert_int_eq(gtb_gauge_resign(&gauge), 0);
}
END_TEST

/* The other one is a process that ended without a word. */
START_TEST(gauge_passes_on)
{
	struct gtb_gauge_shared *shared = gtb_gauge_share();
	struct gtb_gauge gauge = {shared, 0};
	pid_t child;

	ck_assert(shared);
	child = fork();
	if (child == 0) {
		gtb_gauge_reports(&gauge, 100, 5);
		gtb_gauge_report(&gauge, 50);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
	ck_assert(!gtb_gauge_reports(&gauge, 104, 5));
	ck_assert(gtb_gauge_reports(&gauge, 105, 5));
	ck_assert_int_eq(gtb_gauge_report(&gauge, 55), 5);
	gtb_gauge_unshare(shared);
}
END_TEST

/* --- setting ----------------------------------------------------------- */

static const struct {
	const char *argument;
	int seconds;		/* 0: refused */
} intervals[] = {
	{"1", 1}, {"60", 60}, {"3600", 3600},
	{"0", 0}, {"3601", 0}, {"01", 0}, {"-1", 0}, {"1s", 0}, {" 1", 0},
	{"99999999999999999999", 0}, {"", 0},
};

START_TEST(setting_interval)
{
	const char *arguments[] = {intervals[_i].argument, NULL};
	struct gtb_setting setting;
	const char *refusal;

	gtb_setting_init(&setting);
	refusal = gtb_setting_interval(&setting, arguments);
	ck_assert_msg((refusal == NULL) == (intervals[_i].seconds != 0), "%s",
		      intervals[_i].argument);
	if (!refusal)
		ck_assert_int_eq(setting.interval_s, intervals[_i].seconds);
}
END_TEST

START_TEST(setting_path)
{
	static char longest[GTB_SETTING_PATH_SIZE + 1];
	const char *path[] = {"/a b", NULL};
	const char *two[] = {"/a", "/b", NULL};
	const char *none[] = {NULL};
	const char *relative[] = {"a", NULL};
	const char *control[] = {"/a\n", NULL};
	const char *longer[] = {longest, NULL};
	struct gtb_setting setting;

	memset(longest, '/', GTB_SETTING_PATH_SIZE);
	gtb_setting_init(&setting);
	ck_assert(!gtb_setting_policy(&setting, path));
	ck_assert_str_eq(setting.policy, "/a b");
	ck_assert(gtb_setting_policy(&setting, path));
	ck_assert(!gtb_setting_catalog(&setting, path));
	gtb_setting_init(&setting);
	ck_assert(gtb_setting_policy(&setting, two));
	ck_assert(gtb_setting_policy(&setting, none));
	ck_assert(gtb_setting_policy(&setting, relative));
	gtb_setting_init(&setting);
	ck_assert(gtb_setting_policy(&setting, control));
	gtb_setting_init(&setting);
	ck_assert(gtb_setting_policy(&setting, longer));
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof((table)[0])))

int main(void)
{
	Suite *suite = suite_create("icap");
	TCase *tests = tcase_create("icap");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tests, request_line, 0, COUNT(lines));
	tcase_add_test(tests, request_line_cut);
	tcase_add_test(tests, request_line_long);
	tcase_add_loop_test(tests, header_name, 0, COUNT(names));
	tcase_add_test(tests, header_facts);
	tcase_add_test(tests, sender_has_five_headers);
	tcase_add_loop_test(tests, header_regular, 0, COUNT(heads));
	tcase_add_test(tests, header_without);
	tcase_add_test(tests, held_pieces_come_as_one);
	tcase_add_test(tests, answer_without_a_ruleset);
	tcase_add_loop_test(tests, answer_awaits_the_server_name, 0,
			    COUNT(awaits));
	tcase_add_loop_test(tests, answer_inside, 0, COUNT(insides));
	tcase_add_loop_test(tests, answer_has_room_for_every_reason, 0,
			    GTB_REASON_COUNT);
	tcase_add_test(tests, counts_have_one_label_each);
	tcase_add_test(tests, gauge_is_one_number);
	tcase_add_test(tests, gauge_passes_on);
	tcase_add_loop_test(tests, setting_interval, 0, COUNT(intervals));
	tcase_add_test(tests, setting_path);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
