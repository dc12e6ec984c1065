/* What the linter's rules see: GoTo's hosts, acls' traits, lines' reach. */
#include <stdio.h>
#include <string.h>

#include "gtb/conf.h"
#include "gtb/lint.h"
#include "gtb/text.h"

#include "src/audit/lint_view.h"
#include "tests/unit/unit.h"
#include "tests/unit/world.h"

/* A view of a text; held against the tests' ruleset or none. */
struct seen {
	struct gtb_ruleset *ruleset;
	struct gtb_lint_options options;
	struct gtb_conf *conf;
	struct lint_run run;
};

static void see(struct seen *seen, const char *text, bool ruled)
{
	*seen = (struct seen){.ruleset = ruled ? world_new(NULL) : NULL};
	seen->options.ruleset = seen->ruleset;
	ck_assert_int_ne(gtb_conf_parse("squid.conf", text, strlen(text), NULL,
					&seen->conf, NULL),
			 GTB_E_NOMEM);
	seen->run.conf = seen->conf;
	seen->run.options = &seen->options;
	ck_assert_int_eq(lint_view_make(&seen->run), GTB_OK);
}

static void unsee(struct seen *seen)
{
	lint_view_fini(&seen->run);
	gtb_conf_free(seen->conf);
	gtb_ruleset_free(seen->ruleset);
}

/* --- what is GoTo's ---------------------------------------------------- */

enum kind { NAME, NET, REGEX };

static const struct {
	enum kind kind;
	const char *text;
	bool gotos;
} hosts[] = {
	{NAME, "goto.com", true},
	{NAME, ".goto.com", true},
	{NAME, "*.GoTo.com", true},
	{NAME, "a.b.goto.com", true},
	{NAME, "com", false},
	{NAME, ".com", false},
	{NAME, "notgoto.com", false},
	{NAME, "goto.com.example", false},
	{NAME, "", false},
	{NAME, ".", false},
	{NET, "68.64.0.0/19", true},
	{NET, "68.64.1.2", true},
	{NET, "68.64.0.0/16", true},
	{NET, "68.0.0.0/8", true},
	{NET, "68.64.0.0/255.255.224.0", true},
	{NET, "68.64.0.1/19", true},
	{NET, "68.64.0.7-68.64.0.9", true},
	{NET, "0.0.0.0/0", false},
	{NET, "64.0.0.0/4", false},
	{NET, "68.64.32.0/19", false},
	{NET, "10.0.0.0/8", false},
	{NET, "::/0", false},
	{NET, "www.goto.com", true},
	{NET, "68.64.0.0/", false},
	{NET, "", false},
	{REGEX, "goto\\.com", true},
	{REGEX, "^(.*\\.)?goto\\.com$", true},
	{REGEX, "(^|\\.)goto[.]com$", true},
	{REGEX, "gotowebinar", true},
	{REGEX, "\\bgoto\\.com\\b", true},
	{REGEX, "^https?://([a-z0-9-]+\\.)*goto\\.com/", true},
	{REGEX, "notgoto\\.com", false},
	{REGEX, "mangoto", false},
	{REGEX, "^com$", false},
	{REGEX, ".", false},
	{REGEX, "\\", false},
	{REGEX, "", false},
};

START_TEST(is_gotos)
{
	struct seen seen;
	const char *text = hosts[_i].text;
	bool gotos = false;

	see(&seen, "", true);
	switch (hosts[_i].kind) {
	case NAME:
		gotos = lint_goto_name(&seen.run, text);
		break;
	case NET:
		gotos = lint_goto_net(&seen.run, text);
		break;
	case REGEX:
		gotos = lint_goto_regex(&seen.run, text);
		break;
	}
	ck_assert_msg(gotos == hosts[_i].gotos, "%s", text);
	unsee(&seen);
}
END_TEST

/* Without a ruleset: the snippet's own lists, and what everybody writes. */
START_TEST(without_ruleset)
{
	struct seen seen;

	see(&seen,
	    "acl gtb_names_1 dstdomain -n .own.example\n"
	    "acl gtb_not_names_1 dstdomain -n .not.example\n"
	    "acl gtb_nets_1 dst -n 203.0.113.0/24\n",
	    false);
	ck_assert(lint_goto_name(&seen.run, "x.own.example"));
	ck_assert(lint_goto_name(&seen.run, ".gotomeeting.com"));
	ck_assert(lint_goto_net(&seen.run, "203.0.113.7"));
	ck_assert(!lint_goto_name(&seen.run, "not.example"));
	ck_assert(!lint_goto_net(&seen.run, "68.64.0.0/19"));
	unsee(&seen);
}
END_TEST

/* --- traits ------------------------------------------------------------ */

#define ACLS                                                                   \
	"external_acl_type asks ttl=1 %#>rd %LOGIN /lib/other\n"               \
	"external_acl_type ours ipv4 ttl=1 %#>rd /x/ext_goto_bypass_acl -c "   \
	"p\n"                                                                  \
	"acl user proxy_auth REQUIRED\n"                                       \
	"acl names dstdomain .goto.com\n"                                      \
	"acl others dstdomain .example\n"                                      \
	"acl nets dst 68.64.0.0/19\n"                                          \
	"acl sni ssl::server_name .goto.com\n"                                 \
	"acl asks external asks\n"                                             \
	"acl ours external ours auth\n"                                        \
	"acl step1 at_step SslBump1\n"                                         \
	"acl office src 10.0.0.0/8\n"                                          \
	"acl everybody src all\n"                                              \
	"acl CONNECT method CONNECT\n"                                         \
	"acl get method GET\n"                                                 \
	"acl tls port 443\n"                                                   \
	"acl mail port 25\n"                                                   \
	"acl dotcom dstdomain .com\n"                                          \
	"acl any any-of names user\n"                                          \
	"acl both all-of CONNECT step1 !nets\n"                                \
	"acl either any-of CONNECT get\n"                                      \
	"acl open any-of others all\n"                                         \
	"acl nested any-of both others\n"

static const struct {
	const char *name;
	unsigned int traits;
} acls[] = {
	{"user", LINT_USER},
	{"names", LINT_NAMES | LINT_GOTO},
	{"others", LINT_NAMES},
	{"nets", LINT_NETS | LINT_GOTO},
	{"sni", LINT_SNI | LINT_GOTO},
	{"asks", LINT_SLOW | LINT_USER},
	{"ours", LINT_SLOW | LINT_HELPER | LINT_GOTO},
	{"step1", LINT_STEP},
	{"office", LINT_CLIENT},
	{"everybody", LINT_ALL},
	{"all", LINT_ALL},
	{"CONNECT", LINT_CONNECT},
	{"get", 0},
	{"tls", LINT_PORTS},
	{"any", LINT_NAMES | LINT_GOTO | LINT_USER},
	{"both", LINT_CONNECT | LINT_STEP},
	{"either", 0},
	{"open", LINT_NAMES | LINT_ALL},
	{"nested", LINT_NAMES},
	{"none such", 0},
};

START_TEST(traits)
{
	struct seen seen;

	see(&seen, ACLS, true);
	ck_assert_msg(
		lint_traits(&seen.run,
			    gtb_conf_acl_find(seen.conf, acls[_i].name)) ==
			acls[_i].traits,
		"%s: %#x", acls[_i].name,
		lint_traits(&seen.run,
			    gtb_conf_acl_find(seen.conf, acls[_i].name)));
	unsee(&seen);
}
END_TEST

/* --- reach ------------------------------------------------------------- */

static const struct {
	const char *line;
	bool reaches;
	bool bypasses;
} lines[] = {
	{"http_access allow names", true, true},
	{"http_access allow nets tls", true, true},
	{"http_access allow ours", true, true},
	{"http_access allow names user", true, false},
	{"http_access allow names !user", true, false},
	{"http_access deny names", true, false},
	{"http_access allow others", false, false},
	{"http_access allow names others", false, false},
	{"http_access allow dotcom", true, false},
	{"http_access deny !dotcom", true, false},
	{"http_access allow mail names", false, false},
	{"http_access allow get names", false, false},
	{"http_access allow all", true, false},
	{"http_access allow office", true, false},
	{"http_access allow !names", false, false},
	{"http_access allow !CONNECT", false, false},
	{"http_access allow !tls", false, false},
	{"http_access allow !office", true, false},
	{"http_access allow names !nets", true, true},
	{"http_access allow any", true, false},
	{"http_access allow !both", true, false},
	{"http_access allow either names", true, true},
	{"http_access allow missing names", true, true},
	{"ssl_bump splice sni", true, true},
	{"ssl_bump bump sni", true, false},
};

START_TEST(reach)
{
	struct seen seen;
	struct gtb_text_buffer text;
	const struct lint_lines *list;
	const struct lint_line *line;

	gtb_text_init(&text);
	gtb_text_addf(&text, "%s%s\n", ACLS, lines[_i].line);
	see(&seen, gtb_text_data(&text), true);
	list = &seen.run.lists[lines[_i].line[0] == 's' ? LINT_SSL_BUMP
							: LINT_HTTP_ACCESS];
	ck_assert_uint_eq(list->count, 1);
	line = &list->lines[0];
	ck_assert_msg(lint_line_reaches_goto(&seen.run, line, line->count) ==
			      lines[_i].reaches,
		      "%s", lines[_i].line);
	ck_assert_msg(lint_line_bypasses(&seen.run, line) == lines[_i].bypasses,
		      "%s", lines[_i].line);
	gtb_text_fini(&text);
	unsee(&seen);
}
END_TEST

/* --- the rest ---------------------------------------------------------- */

START_TEST(externals)
{
	struct seen seen;
	const struct lint_external *asks;
	const struct lint_external *ours;

	see(&seen, ACLS, false);
	asks = lint_external_find(&seen.run, "asks");
	ours = lint_acl_external(&seen.run,
				 gtb_conf_acl_find(seen.conf, "ours"));
	ck_assert_ptr_nonnull(asks);
	ck_assert_ptr_nonnull(ours);
	ck_assert_str_eq(lint_external_option(asks, "ttl"), "1");
	ck_assert_ptr_null(lint_external_option(asks, "tt"));
	ck_assert_uint_eq(ours->options_count, 2);
	ck_assert_uint_eq(asks->format_count, 2);
	ck_assert_ptr_nonnull(lint_external_token(asks, "ul"));
	ck_assert_ptr_nonnull(lint_external_token(asks, ">rd"));
	ck_assert_ptr_null(lint_external_token(ours, "ul"));
	ck_assert_str_eq(asks->helper->text, "/lib/other");
	ck_assert_uint_eq(ours->helper_count, 3);
	ck_assert(ours->ours && !asks->ours);
	unsee(&seen);
}
END_TEST

START_TEST(ports)
{
	struct seen seen;

	see(&seen,
	    "http_port 3128\n"
	    "http_port 127.0.0.1:3129 intercept name=a\n"
	    "https_port 3130 tproxy ssl-bump tls-cert=/x\n"
	    "http_port 80 accel defaultsite=x\n",
	    false);
	ck_assert_uint_eq(seen.run.ports_count, 4);
	ck_assert_str_eq(seen.run.ports[0].name, "3128");
	ck_assert_int_eq(seen.run.ports[0].mode, LINT_PORT_EXPLICIT);
	ck_assert_str_eq(seen.run.ports[1].name, "a");
	ck_assert_int_eq(seen.run.ports[1].mode, LINT_PORT_INTERCEPT);
	ck_assert(seen.run.ports[2].https && seen.run.ports[2].ssl_bump);
	ck_assert_int_eq(seen.run.ports[2].mode, LINT_PORT_TPROXY);
	ck_assert_int_eq(seen.run.ports[3].mode, LINT_PORT_ACCEL);
	unsee(&seen);
}
END_TEST

/* Groups that hold themselves or each other end. */
START_TEST(circles)
{
	struct seen seen;

	see(&seen,
	    "acl a any-of b a\nacl b all-of a c\nacl c dstdomain .goto.com\n"
	    "http_access allow !a b\nssl_bump splice a b\n",
	    true);
	ck_assert_uint_eq(
		lint_traits(&seen.run, gtb_conf_acl_find(seen.conf, "b")) &
			LINT_GOTO,
		LINT_GOTO);
	unsee(&seen);
}
END_TEST

/* --- findings ---------------------------------------------------------- */

/* A message names the acl and the other line, and is fit for a terminal. */
static const struct {
	const char *conf;
	const char *said;
} said[] = {
	{"acl us\xc3\xa9r proxy_auth REQUIRED\n"
	 "acl g dstdomain -n .goto.com\nacl n dst -n 68.64.0.0/19\n"
	 "http_access deny !us\xc3\xa9r\n"
	 "http_access allow g\nhttp_access allow n\n",
	 "squid.conf:5 L01 \"us\\xc3\\xa9r\" on line 4 asks for a user before "
	 "this line lets GoTo through, so it is never reached without one\n"
	 "squid.conf:6 L01 \"us\\xc3\\xa9r\" on line 4 asks for a user before "
	 "this line lets GoTo through, so it is never reached without one\n"},
	{"acl SSL_ports port 443\nacl p port 443 8200\n"
	 "acl n dst -n 68.64.0.0/19\nacl office src 10.0.0.0/8\n"
	 "http_access deny CONNECT !SSL_ports\n"
	 "http_access allow office p n\n",
	 "squid.conf:5 L03 \"SSL_ports\" lacks port 8200, so tunnels to it are "
	 "refused before line 6 lets them through\n"},
	{"http_port 1 intercept\nacl user proxy_auth REQUIRED\n"
	 "http_access deny !user\n",
	 "squid.conf:3 L14 \"user\" needs a user, and nobody can log in on the "
	 "intercepted port \"1\" of line 1\n"},
};

START_TEST(messages)
{
	struct gtb_ruleset *ruleset = world_new(NULL);
	const struct gtb_lint_options options = {.ruleset = ruleset};
	struct gtb_text_buffer text;
	struct gtb_conf *conf;
	struct gtb_lint lint;

	gtb_text_init(&text);
	ck_assert_int_eq(gtb_conf_parse("squid.conf", said[_i].conf,
					strlen(said[_i].conf), NULL, &conf,
					NULL),
			 GTB_OK);
	ck_assert_int_eq(gtb_lint_run(conf, &options, &lint), GTB_OK);
	for (size_t i = 0; i < lint.count; i++)
		gtb_text_addf(&text, "%s:%u %s %s\n", lint.findings[i].file,
			      lint.findings[i].line, lint.findings[i].rule->id,
			      lint.findings[i].message);
	ck_assert_str_eq(gtb_text_data(&text), said[_i].said);
	gtb_lint_fini(&lint);
	ck_assert_uint_eq(lint.count, 0);
	gtb_text_fini(&text);
	gtb_conf_free(conf);
	gtb_ruleset_free(ruleset);
}
END_TEST

#define LOOP(tcase, test, rows)                                                \
	tcase_add_loop_test(tcase, test, 0, sizeof(rows) / sizeof((rows)[0]))

Suite *suite_lint_view(void)
{
	Suite *suite = suite_create("lint_view");
	TCase *tcase = tcase_create("view");

	LOOP(tcase, is_gotos, hosts);
	tcase_add_test(tcase, without_ruleset);
	LOOP(tcase, traits, acls);
	LOOP(tcase, reach, lines);
	tcase_add_test(tcase, externals);
	tcase_add_test(tcase, ports);
	tcase_add_test(tcase, circles);
	LOOP(tcase, messages, said);
	suite_add_tcase(suite, tcase);
	return suite;
}
