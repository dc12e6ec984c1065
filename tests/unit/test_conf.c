/* The reader of squid.conf: lines, words and acls of one text. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gtb/conf.h"

#include "tests/unit/conf_show.h"
#include "tests/unit/unit.h"

/* Read a text that names no other file. */
static struct gtb_conf *read_text(const char *text, size_t len, int version,
				  char *told)
{
	struct gtb_conf_options options = {.version = version, .alone = true};
	struct gtb_report report;
	struct gtb_conf *conf;
	int rc;

	gtb_report_init(&report);
	rc = gtb_conf_parse("f", text, len, &options, &conf, &report);
	ck_assert_int_eq(rc, report.errors == 0 ? GTB_OK : GTB_E_INPUT);
	ck_assert_ptr_nonnull(conf);
	conf_show_report(&report, told);
	gtb_report_fini(&report);
	return conf;
}

/* What a report must say: how it begins; "" is nothing at all. */
static void check_told(const char *told, const char *expected)
{
	if (expected[0] == '\0')
		ck_assert_str_eq(told, "");
	else
		ck_assert_msg(strncmp(told, expected, strlen(expected)) == 0,
			      "%s", told);
}

static const struct {
	const char *input;
	const char *lines;
	const char *told;
} texts[] = {
	/* lines */
	{"", "", ""},
	{"\n \t\n#c\n  # d\n", "", ""},
	{"a", "1:1[a]", ""},
	{"a b\nc", "1:1[a|b] 2:1[c]", ""},
	{"\t a  b\t c \n", "1:3[a|b|c]", ""},
	{"\v\fa b\n", "1:3[a|b]", ""},
	{"a b\r\nc\r\n", "1:1[a|b] 2:1[c]", ""},
	{"a b\rc d\n", "1:1[a|b]", "f:1:4: warning: Squid ignores the rest"},
	{"a b # c\n", "1:1[a|b]", ""},
	{"a b#c %#d\n", "1:1[a|b#c|%#d]", ""},
	{"#line 7 \"x\"\na\n", "2:1[a]", ""},
	{"a \\\nb\n", "1:1[a|2:b]", ""},
	{"a\\\n  b\n", "1:1[ab]", ""},
	{"a \\\n# c\n\n   \nb\nc\n", "1:1[a|5:b] 6:1[c]", ""},
	{"# c \\\na\n", "2:1[a]", ""},
	{"a b\\ \nc\n", "1:1[a|b\\] 2:1[c]", ""},
	{"a b\\\r\n c\n", "1:1[a|bc]", ""},
	{"a \\\\\nb\n", "1:1[a|\\b]", ""},
	{"\\\na\n", "2:1[a]", ""},
	{"a\nb \\\n", "1:1[a]", "f:2:1: warning: Squid drops this line"},
	{"\xef\xbb\xbf# c\n", "1:1[\xef\xbb\xbf#|c]",
	 "f:1:1: begins with a byte order mark"},
	/* if */
	{"if true\na\nelse\nb\nendif\nc\n", "2:1[a] 6:1[c]", ""},
	{"if false\na\nelse\nb\nendif\n", "4:1[b]", ""},
	{" if 1 = 1\na\nendif x\n", "2:1[a]", ""},
	{"if 0x10=020\na\nelse\nb\nendif\n", "2:1[a]", ""},
	{"if -1 = 1\na\nelse\nb\nendif\n", "4:1[b]", ""},
	{"if 0x10 = 16\na\nendif\n", "2:1[a]", ""},
	{"if ${process_number} = 1\na\nendif\n", "2:1[a]", ""},
	{"if false\nif true\na\nendif\nb\nendif\n", "3:1[a]",
	 "f:2:1: warning: Squid executes what follows"},
	{"if true\nif false\na\nendif\nb\nendif\n", "5:1[b]", ""},
	{"if\na\nendif\n", "2:1[a]", "f:1:1: Squid cannot tell"},
	{"if TRUE\nendif\n", "", "f:1:1: Squid cannot tell"},
	{"if 1 < 2\nendif\n", "", "f:1:1: Squid cannot tell"},
	{"if 1 = 1x\nendif\n", "", "f:1:1: Squid cannot tell"},
	{"if  = 1\nendif\n", "", "f:1:1: Squid cannot tell"},
	{"a\nendif\n", "1:1[a]", "f:2:1: \"endif\" without an \"if\""},
	{"else\n", "", "f:1:1: \"else\" without an \"if\""},
	{"if true\na\n", "2:1[a]", "f:1:1: \"if\" without an \"endif\""},
	{"iffy\nelsewhere a\nendif_\n",
	 "1:1[iffy] 2:1[elsewhere|a] "
	 "3:1[endif_]",
	 ""},
	/* macros */
	{"a ${service_name}.x ${process_name}-${process_number}\n",
	 "1:1[a|squid.x$|squid-1$]", ""},
	{"${service_name} b\n", "1:1[squid$|b]", ""},
	{"a ${service_\\\n name} ${SERVICE_NAME} $service_name\n",
	 "1:1[a|squid$|2:${SERVICE_NAME}|2:$service_name]", ""},
	{"a ${process_${service_name}}\n", "1:1[a|${process_squid}$]", ""},
	/* include: named, not read */
	{"include a \"b c\"\\\n d\ninclude\n", "3:1[include]",
	 "f:1:9: warning: no other file is read: a\nf:1:11: warning: no other "
	 "file is read: b cd\n"},
	{"include \"x\\\"y\\\\z\" a\\b\n", "",
	 "f:1:9: warning: no other file is read: x\"y\\z\nf:1:19: warning: no "
	 "other file is read: a\\b\n"},
	{"includes a\n", "1:1[includes|a]", ""},
	/* words of the directives that take quotes, and of those that do not */
	{"http_access allow \"a b\"\n", "1:1[http_access|allow|\"a|b\"]", ""},
	{"url_rewrite_program /x \"a b\" '\\'\\n'\n",
	 "1:1[url_rewrite_program|/x|'a b'|''\n']", ""},
	{"url_rewrite_program /x \"a\n", "1:1[url_rewrite_program|/x]",
	 "f:1:24: a quoted value does not end"},
	{"url_rewrite_program \"\\q\"\n", "1:1[url_rewrite_program]",
	 "f:1:21: a quoted value does not end"},
	{"url_rewrite_program \"a\\", "",
	 "f:1:1: warning: Squid drops this line"},
	{"url_rewrite_program \"a\"b\n", "1:1[url_rewrite_program]",
	 "f:1:21: a quoted value must be followed by a blank"},
	{"url_rewrite_program /x(1)\n", "1:1[url_rewrite_program]",
	 "f:1:21: Squid knows no function"},
	{"url_rewrite_program parameters(\"y\") z\n",
	 "1:1[url_rewrite_program]",
	 "f:1:32: warning: no other file is read: y\n"},
	{"url_rewrite_program parameters(y)\n", "1:1[url_rewrite_program]",
	 "f:1:32: write parameters(\"FILE\")"},
	{"dns_nameservers \"1.1.1.1\" 2.2.2.2\n",
	 "1:1[dns_nameservers|'1.1.1.1'|2.2.2.2]", ""},
	{"note k \"v w\" acl\n", "1:1[note|k|'v w'|acl]", ""},
	{"logformat n %a \"%b\" # %c\n", "1:1[logformat|n|%a \"%b\" # %c]", ""},
	{"logformat n #x\n", "1:1[logformat|n]", ""},
	{"auth_param basic realm My proxy\n",
	 "1:1[auth_param|basic|realm|My proxy]", ""},
	{"auth_param basic program /x \"a b\"\n",
	 "1:1[auth_param|basic|program|/x|'a b']", ""},
	{"auth_param basic children 5 \"\n",
	 "1:1[auth_param|basic|children|5|\"]", ""},
	{"external_acl_type n ttl=1 %#>rd %{X:;y} /h \"a b\" %c\n",
	 "1:1[external_acl_type|n|ttl=1|%#>rd|%{X:;y}|/h|'a b'|%c]", ""},
	{"refresh_pattern -i a\\ b 0 20% 0\n",
	 "1:1[refresh_pattern|-i|a\\ b|0|20%|0]", ""},
	/* quotes everywhere */
	{"configuration_includes_quoted_values on\na \"b c\" d=e/f 5%\n"
	 "configuration_includes_quoted_values off\na \"b c\"\n",
	 "1:1[configuration_includes_quoted_values|on] "
	 "2:1[a|'b c'|d=e/f|5%] "
	 "3:1[configuration_includes_quoted_values|off] 4:1[a|\"b|c\"]",
	 ""},
	{"configuration_includes_quoted_values on\na b c*d e\n",
	 "1:1[configuration_includes_quoted_values|on] 2:1[a|b]",
	 "f:2:6: Squid refuses this character"},
	{"configuration_includes_quoted_values on\nacl a url_regex x\n",
	 "1:1[configuration_includes_quoted_values|on] 2:1[acl|a|url_regex]",
	 "f:2:17: Squid reads no regular expression"},
};

START_TEST(reads_text)
{
	char lines[SHOW_SIZE];
	char told[SHOW_SIZE];
	struct gtb_conf *conf =
		read_text(texts[_i].input, strlen(texts[_i].input), 0, told);

	ck_assert_str_eq(conf_show_lines(conf, lines), texts[_i].lines);
	check_told(told, texts[_i].told);
	gtb_conf_free(conf);
}
END_TEST

/* The acl named a, or what is told; version 7 where it says so. */
static const struct {
	const char *input;
	const char *acl;
	const char *told;
	int version;
} acls[] = {
	{"", "", "", 0},
	{"acl a src 10.0.0.1\nacl b src 1\nacl A src 10.0.0.2 x\n",
	 "src: 10.0.0.1@1:11 10.0.0.2@3:11 x@3:20", "", 0},
	{"acl a dstdomain -n .x\n", "dstdomain -n: .x@1:20", "", 0},
	{"acl a dstdomain -n -- -x\n", "dstdomain -n: -x@1:23", "", 0},
	{"acl a ssl::server_name --client-requested .x -n\n",
	 "ssl::server_name --client-requested: .x@1:43 -n@1:46", "", 0},
	{"acl a dst -xy z\n", "dst -x -y: z@1:15", "", 0},
	{"acl a note -m=\",\" n v\n", "note -m=,: n@1:19 v@1:21", "", 0},
	{"acl a note -xm=; n\n", "note -x -m=;: n@1:18", "", 0},
	{"acl a dst - z\n", "dst:", "f:1:11: an acl option is missing", 0},
	{"acl a url_regex -i x +i y\\ z\n",
	 "url_regex -i +i: x@1:20 y\\ z@1:25", "", 0},
	{"acl a url_regex x\\\\\\\n", "", "f:1:1: warning: Squid drops", 0},
	{"acl a url_regex y x\\\n# c\n  \\ \n", "url_regex: y@1:17",
	 "f:3:3: a regular expression ends", 0},
	{"acl a req_header -i X-Y ^a\\ b\n",
	 "req_header -i: X-Y@1:21 ^a\\ b@1:25", "", 0},
	{"acl a annotate_client k=v l+=\"w x\"\n",
	 "annotate_client: k=v@1:23 l+=w x@1:27", "", 0},
	{"acl a annotate_client k\n",
	 "annotate_client:", "f:1:23: \"name=value\" is wanted", 0},
	{"acl a external h x \"y\"\n", "external: h@1:16 x@1:18",
	 "f:1:20: warning: no other file is read: y", 0},
	{"acl a dst \"x\"y z\n", "dst:",
	 "f:1:11: warning: no other file is read: x\nf:1:16: warning: Squid "
	 "ignores",
	 0},
	{"acl a dst \"x y\"\n", "dst:",
	 "f:1:11: warning: Squid ends the name of this file at the blank", 0},
	{"acl a myip 1\nacl a localip 2\n", "localip: 1@1:12 2@2:15", "", 0},
	{"acl a src 1\nacl a dst 2\nacl a src 3\n", "src: 1@1:11 3@3:11",
	 "f:2:7: acl a is of type src already", 0},
	{"acl\n", "", "f:1:1: an acl line wants", 0},
	{"acl a\n", "", "f:1:1: an acl line wants", 0},
	{"acl a src\n", "src:", "", 0},
	{"acl "
	 "1234567890123456789012345678901234567890123456789012345678901234 "
	 "src 1\n",
	 "", "f:1:5: an acl's name has at most 63", 0},
	{"acl "
	 "1234567890123456789012345678901234567890123456789012345678901234 "
	 "src 1\n",
	 "", "", 7},
};

START_TEST(reads_acls)
{
	char shown[SHOW_SIZE];
	char told[SHOW_SIZE];
	struct gtb_conf *conf = read_text(
		acls[_i].input, strlen(acls[_i].input), acls[_i].version, told);

	ck_assert_str_eq(conf_show_acl(conf, "a", shown), acls[_i].acl);
	check_told(told, acls[_i].told);
	gtb_conf_free(conf);
}
END_TEST

START_TEST(knows_builtin_acls)
{
	static const char text[] = "acl connect method OPTIONS\n"
				   "acl manager proto cache_object\n";
	char shown[SHOW_SIZE];
	char told[SHOW_SIZE];
	const struct gtb_conf_acl *acl;
	struct gtb_conf *conf = read_text(text, strlen(text), 7, told);

	ck_assert_str_eq(told, "");
	ck_assert_str_eq(conf_show_acl(conf, "CONNECT", shown),
			 "method: CONNECT@0:0 OPTIONS@1:20");
	acl = gtb_conf_acl_find(conf, "Connect");
	ck_assert(acl->builtin && acl->directive == 0);
	ck_assert_str_eq(conf_show_acl(conf, "manager", shown),
			 "url_regex +i: "
			 "^[^:]+://[^/]+/squid-internal-mgr/@0:0");
	acl = gtb_conf_acl_find(conf, "ALL");
	ck_assert(acl->builtin && acl->directive == GTB_CONF_NONE);
	ck_assert(gtb_conf_acl_find(conf, "none") == NULL);
	gtb_conf_free(conf);
	conf = read_text("", 0, 6, told);
	acl = gtb_conf_acl_find(conf, "manager");
	ck_assert_uint_eq(acl->values_count, 2);
	ck_assert(gtb_conf_acl_has(acl, "-i"));
	ck_assert(!gtb_conf_acl_has(acl, "-n"));
	gtb_conf_free(conf);
}
END_TEST

/* Squid reads 8191 bytes at a time, and so do we. */
START_TEST(splits_long_lines)
{
	size_t len = 8190;
	char *text = malloc(len + 16);
	char lines[SHOW_SIZE];
	char told[SHOW_SIZE];
	struct gtb_conf *conf;

	memset(text, 'x', len);
	strcpy(text + len, "\ny\n");
	conf = read_text(text, strlen(text), 0, told);
	ck_assert_str_eq(told, "");
	gtb_conf_free(conf);
	strcpy(text + len, "x y\nz\n");
	conf = read_text(text, strlen(text), 0, told);
	check_told(told, "f:1:1: warning: the line is longer than 8191 bytes");
	conf_show_lines(conf, lines);
	ck_assert_str_eq(lines + strlen(lines) - 18, "] 1:8193[y] 2:1[z]");
	gtb_conf_free(conf);
	free(text);
}
END_TEST

START_TEST(stops_at_nul)
{
	static const char text[] = "a b\0c\nd\0\ne";
	char lines[SHOW_SIZE];
	char told[SHOW_SIZE];
	struct gtb_conf *conf = read_text(text, sizeof(text) - 1, 0, told);

	ck_assert_str_eq(conf_show_lines(conf, lines),
			 "1:1[a|b] 2:1[d] 3:1[e]");
	check_told(told, "f:1:4: warning: Squid ignores the rest of a line");
	gtb_conf_free(conf);
}
END_TEST

START_TEST(finds_many_acls)
{
	char *text = calloc(1, 400000);
	char told[SHOW_SIZE];
	struct gtb_conf *conf;
	char name[16];
	size_t count;
	size_t at = 0;

	for (int i = 0; i < 10000; i++)
		at += (size_t)sprintf(text + at, "acl A%d src 10.0.%d.%d\n", i,
				      i / 100, i % 100);
	conf = read_text(text, at, 0, told);
	ck_assert_str_eq(told, "");
	for (size_t i = 0; i < 10000; i++) {
		sprintf(name, "a%zu", i);
		ck_assert_uint_eq(gtb_conf_acl_find(conf, name)->directive, i);
	}
	gtb_conf_acls(conf, &count);
	ck_assert_uint_eq(count, 10011);
	gtb_conf_free(conf);
	free(text);
}
END_TEST

START_TEST(refuses_odd_names)
{
	struct gtb_conf_options options = {.service = "a}"};
	struct gtb_conf *conf;

	ck_assert_int_eq(gtb_conf_parse("f", "a\n", 2, &options, &conf, NULL),
			 GTB_E_INPUT);
	gtb_conf_free(conf);
	options.service = "proxy2";
	options.number = -1;
	ck_assert_int_eq(gtb_conf_parse("f", "a\n", 2, &options, &conf, NULL),
			 GTB_OK);
	gtb_conf_free(conf);
}
END_TEST

Suite *suite_conf(void)
{
	Suite *suite = suite_create("conf");
	TCase *tc = tcase_create("one text");

	tcase_add_loop_test(tc, reads_text, 0,
			    (int)(sizeof(texts) / sizeof(texts[0])));
	tcase_add_loop_test(tc, reads_acls, 0,
			    (int)(sizeof(acls) / sizeof(acls[0])));
	tcase_add_test(tc, knows_builtin_acls);
	tcase_add_test(tc, splits_long_lines);
	tcase_add_test(tc, stops_at_nul);
	tcase_add_test(tc, finds_many_acls);
	tcase_add_test(tc, refuses_odd_names);
	suite_add_tcase(suite, tc);
	return suite;
}
