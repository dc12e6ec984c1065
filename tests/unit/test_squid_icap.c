/* The lines for an ICAP service. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "gtb/squid.h"
#include "tests/unit/unit.h"
#include "tests/unit/world.h"

#define E GTB_SQUID_MODE_BIT(GTB_SQUID_EXPLICIT)
#define I GTB_SQUID_MODE_BIT(GTB_SQUID_INTERCEPT)

#define AUTH GTB_BYPASS_AUTH
#define TLS  GTB_BYPASS_TLS
#define BOTH (GTB_BYPASS_AUTH | GTB_BYPASS_TLS)
#define ICAP GTB_SQUID_ICAP
#define TWO  GTB_SQUID_ICAP_EXTERNAL
#define BUMP GTB_SQUID_TAIL_BUMP
#define NONE GTB_SQUID_TAIL_NONE

#define DEFAULTS "{}\n"
#define EXCLUDES "exclude: {names: [www.goto.com]}\n"
#define HOST	 "gtb_port_1 gtb_host_1 !gtb_host_odd "
#define SNI	 "!gtb_sni_odd gtb_sni_note !gtb_sni_none"
#define NO_SNI	 "gtb_sni_address gtb_sni_note gtb_sni_none"
#define BARE	 "!manager !gtb_purge !gtb_creds !gtb_sized !gtb_chunked"
#define OPEN	 "gtb_asked_mark gtb_open_mark"
#define INNER	 "gtb_secure gtb_encrypted gtb_yes !manager !gtb_purge "
#define NEAR	 "gtb_port_1 gtb_local_1 gtb_local_nets_1 "

static const char *const three_uris[] = {
	"icap://10.0.0.5:1344/goto_bypass",
	"icaps://[2001:db8::6]/goto_bypass",
	"icap://icap.example:1344/goto_bypass?a=b&c",
};

struct row {
	const char *name;
	const char *policy;
	unsigned int modes;
	size_t uris;
	enum gtb_squid_via via;
	enum gtb_squid_tail tail;
	unsigned int bypass;
	const char *has[12];  /* whole lines; "*" at the end: any end */
	const char *lacks[8]; /* nowhere in the text */
};

static const struct row rows[] = {
	{"explicit",
	 DEFAULTS, E, 0, ICAP, BUMP, BOTH,
	 {"icap_service gtb_icap reqmod_precache " GTB_SQUID_ICAP_URI
	  " bypass=on on-overload=force",
	  "http_access deny gtb_forged",
	  "http_access deny gtb_connect " HOST "gtb_asked_mark !all",
	  "http_access allow " HOST "gtb_askable !gtb_inner " BARE
	  " !gtb_again " OPEN " gtb_first_mark",
	  "http_access deny !users",
	  "adaptation_access gtb_icap allow gtb_asked",
	  "adapted_http_access deny gtb_connect gtb_step2 " HOST
	  "gtb_tls_sni_1 " SNI " !gtb_icap_splice",
	  "adapted_http_access deny gtb_open !gtb_icap_auth !users",
	  "adapted_http_access deny gtb_open !gtb_icap_auth users",
	  "adapted_http_access deny gtb_open !gtb_icap_auth",
	  "ssl_bump splice gtb_step2 " HOST "gtb_tls_sni_1 " SNI
	  " gtb_icap_splice",
	  "adaptation_meta X-GoTo-Await sni gtb_asked gtb_connect "
	  "!gtb_step2"},
	 {"\nexternal_acl_type", "gtb_ask_", "X-GoTo-Dst", "gtb_intercepted",
	  "_chain", "adapted_http_access allow"}},
	{"the verdict counts with the note alone",
	 DEFAULTS, E, 0, ICAP, BUMP, BOTH,
	 {"acl gtb_forged req_header X-GoTo-Bypass ^",
	  "acl gtb_asked note gtb_asked_ yes",
	  "acl gtb_says_auth req_header X-GoTo-Bypass ^auth(,.splice)?$",
	  "acl gtb_says_splice req_header X-GoTo-Bypass ^(auth,.)?splice$",
	  "acl gtb_icap_auth all-of gtb_asked gtb_says_auth",
	  "acl gtb_icap_splice all-of gtb_asked gtb_says_splice",
	  "acl gtb_again all-of gtb_connect gtb_step2 !gtb_yes",
	  "acl gtb_yes_mark annotate_client gtb_yes_=\"%#>rd\"",
	  "http_access allow !gtb_connect " INNER HOST
	  "gtb_tls_sni_1 !gtb_sni_odd " OPEN,
	  "adaptation_meta X-GoTo-Within \"%note{gtb_yes_}\" gtb_asked "
	  "!gtb_connect",
	  "adapted_http_access deny gtb_connect gtb_open gtb_icap_auth "
	  "gtb_yes_mark !all",
	  "request_header_access X-GoTo-Bypass deny all"},
	 {" !gtb_says", "adaptation_access gtb_icap allow all"}},
	{"auth alone: no promise to look at the server name",
	 DEFAULTS, E, 0, ICAP, BUMP, AUTH,
	 {"http_access allow gtb_port_1 gtb_auth_host_1 !gtb_host_odd "
	  "gtb_askable *",
	  "acl gtb_askable any-of gtb_connect gtb_web_outside",
	  "acl gtb_web_outside all-of gtb_web !gtb_encrypted",
	  "adapted_http_access deny gtb_open !gtb_icap_auth !users"},
	 {"X-GoTo-Await", "ssl_bump splice", "gtb_icap_splice", "\nssl_bump",
	  "gtb_tls_"}},
	{"tls alone: nothing is let through to be asked about",
	 DEFAULTS, E, 0, ICAP, NONE, TLS,
	 {"http_access deny gtb_connect gtb_port_1 gtb_tls_host_1 "
	  "!gtb_host_odd gtb_asked_mark !all",
	  "ssl_bump peek gtb_step1 gtb_port_1 gtb_tls_host_1 !gtb_host_odd"},
	 {"http_access allow gtb", "gtb_open", "gtb_yes", "gtb_creds",
	  "gtb_icap_auth"}},
	{"several services",
	 DEFAULTS, E, 3, ICAP, BUMP, BOTH,
	 {"icap_service gtb_icap_1 reqmod_precache "
	  "icap://10.0.0.5:1344/goto_bypass bypass=on on-overload=force",
	  "icap_service gtb_icap_2 reqmod_precache "
	  "icaps://[2001:db8::6]/goto_bypass bypass=on on-overload=force",
	  "icap_service gtb_icap_3 reqmod_precache "
	  "icap://icap.example:1344/goto_bypass?a=b&c bypass=on "
	  "on-overload=force",
	  "adaptation_service_chain gtb_icap gtb_icap_1 gtb_icap_2 "
	  "gtb_icap_3",
	  "adaptation_access gtb_icap allow gtb_asked"},
	 {"icap_service gtb_icap reqmod", "127.0.0.1"}},
	{"clients",
	 "identities:\n"
	 "  - {name: a, clients: [10.1.0.0/16]}\n"
	 "  - {name: b, clients: [10.0.0.0/8], bypass: [auth]}\n",
	 E, 0, ICAP, BUMP, BOTH,
	 {"http_access deny gtb_connect gtb_tls_clients " HOST
	  "gtb_asked_mark !all",
	  "http_access allow gtb_auth_clients " HOST "gtb_askable *",
	  "ssl_bump splice gtb_step2 gtb_tls_clients " HOST "*"},
	 {NULL}},
	{"both kinds of ports",
	 DEFAULTS, E | I, 0, ICAP, BUMP, BOTH,
	 {"http_access allow !gtb_intercepted " HOST "gtb_askable *",
	  "adaptation_meta X-GoTo-Dst \"%#>la\" gtb_intercepted gtb_asked",
	  "adaptation_meta X-GoTo-Await sni !gtb_intercepted gtb_asked "
	  "gtb_connect !gtb_step2",
	  "adapted_http_access deny !gtb_intercepted gtb_open "
	  "!gtb_icap_auth !users",
	  "adapted_http_access deny gtb_open !gtb_icap_auth"},
	 {"deny gtb_open !gtb_icap_auth !users"}},
	{"intercepted: by address alone",
	 DEFAULTS, I, 0, ICAP, BUMP, BOTH,
	 {"http_access deny gtb_intercepted gtb_connect gtb_step1 gtb_port_1 "
	  "gtb_local_nets_1 gtb_asked_mark !all",
	  "http_access allow gtb_intercepted gtb_connect gtb_encrypted "
	  "gtb_step1 " NEAR "!gtb_first_done " OPEN " gtb_first_mark",
	  "http_access allow gtb_intercepted !gtb_connect gtb_web !manager "
	  "!gtb_purge gtb_port_1 gtb_local_1 !gtb_host_odd gtb_local_nets_1 "
	  "gtb_listed_1 !gtb_sized !gtb_chunked " OPEN,
	  "http_access allow gtb_intercepted !gtb_connect " INNER
	  "gtb_port_1 gtb_local_1 !gtb_host_odd gtb_local_nets_1 gtb_names_1 "
	  "gtb_tls_sni_1 !gtb_sni_odd " OPEN,
	  "adapted_http_access deny gtb_intercepted gtb_connect gtb_step1 "
	  "gtb_port_1 gtb_local_nets_1 !gtb_icap_splice",
	  "adapted_http_access deny gtb_open !gtb_icap_auth",
	  "ssl_bump splice gtb_intercepted gtb_step1 gtb_port_1 gtb_nets_1",
	  "# The service is asked before the server name is known, so "
	  "addresses alone count here:"},
	 {"gtb_ask_", "gtb_step2 ", "X-GoTo-Await", "users", "far_",
	  "gtb_creds"}},
	{"intercepted, names excluded: at listed networks, by name too",
	 EXCLUDES, I, 0, ICAP, BUMP, BOTH,
	 {"http_access deny gtb_intercepted gtb_connect gtb_step2 " NEAR
	  "gtb_tls_sni_1 !gtb_tls_not_sni_1 " SNI " gtb_asked_mark !all",
	  "http_access deny gtb_intercepted gtb_connect gtb_step2 " NEAR NO_SNI
	  " gtb_asked_mark !all",
	  "adapted_http_access deny gtb_intercepted gtb_connect gtb_step2 " NEAR
	  "gtb_tls_sni_1 !gtb_tls_not_sni_1 " SNI " !gtb_icap_splice",
	  "adapted_http_access deny gtb_intercepted gtb_connect gtb_step2 " NEAR
	  NO_SNI " !gtb_icap_splice",
	  "ssl_bump splice gtb_intercepted gtb_step2 " NEAR
	  "gtb_tls_sni_1 !gtb_tls_not_sni_1 " SNI
	  " gtb_icap_splice gtb_spliced_mark",
	  "ssl_bump splice gtb_intercepted gtb_step2 " NEAR NO_SNI
	  " gtb_icap_splice gtb_spliced_mark"},
	 {"ssl_bump splice gtb_intercepted gtb_step1",
	  "adapted_http_access deny gtb_intercepted gtb_connect gtb_step1"}},
	{"intercepted, and names by the helper",
	 DEFAULTS, I, 0, TWO, BUMP, BOTH,
	 {"external_acl_type gtb_helper_dst *",
	  "http_access deny gtb_intercepted gtb_connect gtb_step2 gtb_port_1 "
	  "gtb_local_1 gtb_tls_sni_1 " SNI " !gtb_ask_dst_splice",
	  "http_access allow gtb_intercepted gtb_connect gtb_encrypted "
	  "gtb_step1 gtb_port_1 gtb_local_1 !gtb_local_nets_1 "
	  "!gtb_first_done gtb_first_mark",
	  "adapted_http_access deny gtb_intercepted gtb_connect gtb_step1 "
	  "gtb_port_1 gtb_local_nets_1 !gtb_icap_splice",
	  "ssl_bump splice gtb_intercepted gtb_step2 gtb_port_1 gtb_local_1 "
	  "gtb_tls_sni_1 " SNI " gtb_ask_dst_splice gtb_spliced_mark"},
	 {"external_acl_type gtb_helper c", "gtb_ask_auth",
	  "addresses alone count"}},
	{"no intercepted port: the helper is asked on none",
	 DEFAULTS, E, 0, TWO, BUMP, BOTH,
	 {"http_access deny gtb_forged"},
	 {"\nexternal_acl_type", "gtb_ask_"}},
	{"nothing",
	 "tiers: {required: {enabled: false}}\n",
	 E | I, 0, ICAP, BUMP, BOTH,
	 {"# The policy lets nothing through.", "ssl_bump bump all"},
	 {"icap_service", "X-GoTo-Bypass", "\nadaptation_",
	  "adapted_http_access deny"}},
};

static void set_options(struct gtb_squid_options *options)
{
	gtb_squid_options_init(options);
	options->via = ICAP;
	options->auth_acl = "users";
	options->helper = "/usr/lib/squid/ext_goto_bypass_acl";
	options->policy = "/etc/squid/goto-bypass/policy.yaml";
	options->catalog = "/usr/share/goto-bypass/catalog";
	options->program = "goto-bypass test";
	options->command = "goto-bypass emit squid";
}

START_TEST(test_rows)
{
	const struct row *row = &rows[_i];
	struct gtb_ruleset *ruleset = world_new(row->policy);
	struct gtb_squid_options options;
	struct gtb_text_buffer text;
	const char *data;

	set_options(&options);
	options.modes = row->modes;
	options.icap = three_uris;
	options.icap_count = row->uris;
	options.via = row->via;
	options.tail = row->tail;
	options.bypass = row->bypass;
	if ((row->modes & E) == 0)
		options.auth_acl = NULL;
	gtb_text_init(&text);
	ck_assert_int_eq(gtb_squid_emit(ruleset, &options, &text, NULL, NULL,
					NULL),
			 GTB_OK);
	data = gtb_text_data(&text);
	for (size_t i = 0; i < 12 && row->has[i] != NULL; i++)
		ck_assert_msg(world_has_line(data, row->has[i]),
			      "%s: lacks \"%s\"", row->name, row->has[i]);
	for (size_t i = 0; i < 8 && row->lacks[i] != NULL; i++)
		ck_assert_msg(strstr(data, row->lacks[i]) == NULL,
			      "%s: has \"%s\"", row->name, row->lacks[i]);
	gtb_text_fini(&text);
	gtb_ruleset_free(ruleset);
}
END_TEST

/* --- order ---------------------------------------------------------------- */

/* The refusal of a client's header stands before every other http_access. */
START_TEST(test_forged_first)
{
	static const char *const policies[] = {DEFAULTS, EXCLUDES};
	static const unsigned int modes[] = {E, I, E | I};
	struct gtb_ruleset *ruleset = world_new(policies[_i % 2]);
	struct gtb_squid_options options;
	struct gtb_text_buffer text;
	const char *first;

	set_options(&options);
	options.modes = modes[_i / 2 % 3];
	options.via = _i < 6 ? ICAP : TWO;
	gtb_text_init(&text);
	ck_assert_int_eq(gtb_squid_emit(ruleset, &options, &text, NULL, NULL,
					NULL),
			 GTB_OK);
	first = strstr(gtb_text_data(&text), "\nhttp_access ");
	ck_assert_ptr_nonnull(first);
	ck_assert(strncmp(first, "\nhttp_access deny gtb_forged\n", 29) == 0);
	gtb_text_fini(&text);
	gtb_ruleset_free(ruleset);
}
END_TEST

/* --- the index ------------------------------------------------------------ */

struct indexed {
	enum gtb_squid_role role;
	const char *start; /* NULL: there is no such line */
};

static const struct indexed indexed[] = {
	{GTB_SQUID_MARK, "http_access deny "},
	{GTB_SQUID_ALLOW, "http_access allow "},
	{GTB_SQUID_ALLOW_INNER, "http_access allow "},
	{GTB_SQUID_ALLOW_INNER_ADDRESS, "http_access allow "},
	{GTB_SQUID_DENY, "adapted_http_access deny "},
	{GTB_SQUID_DENY_ADDRESS, "adapted_http_access deny "},
	{GTB_SQUID_SPLICE, "ssl_bump splice "},
	{GTB_SQUID_INTERCEPTED_MARK_FIRST, "http_access deny "},
	{GTB_SQUID_INTERCEPTED_ALLOW_FIRST, "http_access allow "},
	{GTB_SQUID_INTERCEPTED_ALLOW_REQUEST, "http_access allow "},
	{GTB_SQUID_INTERCEPTED_ALLOW_INNER_NEAR, "http_access allow "},
	{GTB_SQUID_INTERCEPTED_DENY_FIRST, "adapted_http_access deny "},
	{GTB_SQUID_INTERCEPTED_SPLICE_FIRST, "ssl_bump splice "},
	{GTB_SQUID_INTERCEPTED_ALLOW_ON, NULL},
	{GTB_SQUID_INTERCEPTED_ALLOW_TUNNEL, NULL},
	{GTB_SQUID_INTERCEPTED_ALLOW_INNER, NULL},
	{GTB_SQUID_INTERCEPTED_SPLICE, NULL},
};

START_TEST(test_index)
{
	struct gtb_ruleset *ruleset = world_new(DEFAULTS);
	struct gtb_squid_options options;
	struct gtb_squid_index index;
	struct gtb_text_buffer text;

	set_options(&options);
	options.modes = E | I;
	gtb_text_init(&text);
	ck_assert_int_eq(gtb_squid_emit(ruleset, &options, &text, &index, NULL,
					NULL),
			 GTB_OK);
	for (size_t i = 0; i < sizeof(indexed) / sizeof(indexed[0]); i++) {
		const struct gtb_squid_line *line = gtb_squid_index_find(
			&index, ruleset, indexed[i].role, 443);

		if (indexed[i].start == NULL) {
			ck_assert_ptr_null(line);
			continue;
		}
		ck_assert_msg(line != NULL, "row %zu", i);
		ck_assert(strncmp(text.data + line->start, indexed[i].start,
				  strlen(indexed[i].start)) == 0);
	}
	gtb_squid_index_fini(&index);
	gtb_text_fini(&text);
	gtb_ruleset_free(ruleset);
}
END_TEST

/* --- places of a service --------------------------------------------------- */

static char long_uri[300] = "icap://h/";

static const struct {
	const char *uri;
	bool ok;
} uris[] = {
	{GTB_SQUID_ICAP_URI, true},
	{"icaps://a.example:11344/s", true},
	{"icap://[::1]:1344/s?x=y&z=~", true},
	{"icap://a/s/t-u_v.w", true},
	{"icap://a:65535/s", true},
	{"", false},
	{"icap", false},
	{"icap:", false},
	{"icap://", false},
	{"icap:///", false},
	{"icap://a", false},
	{"icap://a/", false},
	{"Icap://a/s", false},
	{"http://a/s", false},
	{"icap://a b/s", false},
	{"icap://a/s t", false},
	{"icap://a/s\nicap_enable off", false},
	{"icap://a/\"s\"", false},
	{"icap://a/$s", false},
	{"icap://a/#", false},
	{"icap://a@b/s", false},
	{"icap://a%2eb/s", false},
	{"icap://a_b/s", false},
	{"icap://a..b/s", false},
	{"icap://300.0.0.1/s", false},
	{"icap://::1/s", false},
	{"icap://[::1", false},
	{"icap://[]/s", false},
	{"icap://[1.2.3.4]/s", false},
	{"icap://[a]/s", false},
	{"icap://[::1]x/s", false},
	{"icap://%5B::1%5D/s", false},
	{"icap://a:/s", false},
	{"icap://a:0/s", false},
	{"icap://a:080/s", false},
	{"icap://a:65536/s", false},
	{"icap://a:111111/s", false},
	{"icap://a:-1/s", false},
	{"icap://a:1 /s", false},
	{long_uri, false},
};

static int emit_at(const char *const *given, size_t count,
		   enum gtb_squid_via via, struct gtb_report *report)
{
	struct gtb_ruleset *ruleset = world_new(DEFAULTS);
	struct gtb_squid_options options;
	struct gtb_text_buffer text;
	int rc;

	set_options(&options);
	options.via = via;
	options.icap = given;
	options.icap_count = count;
	gtb_text_init(&text);
	rc = gtb_squid_emit(ruleset, &options, &text, NULL, NULL, report);
	gtb_text_fini(&text);
	gtb_ruleset_free(ruleset);
	return rc;
}

START_TEST(test_uris)
{
	struct gtb_report report;

	memset(long_uri + strlen("icap://h/"), 's', 280);
	gtb_report_init(&report);
	ck_assert_msg(emit_at(&uris[_i].uri, 1, ICAP, &report) ==
			      (uris[_i].ok ? GTB_OK : GTB_E_INPUT),
		      "\"%s\"", uris[_i].uri);
	if (!uris[_i].ok)
		ck_assert_str_eq(report.items[0].source, "--icap");
	gtb_report_fini(&report);
}
END_TEST

START_TEST(test_uris_in_place)
{
	static const char *const twice[] = {"icap://a/b", "icap://a/b"};

	ck_assert_int_eq(emit_at(twice, 1, ICAP, NULL), GTB_OK);
	ck_assert_int_eq(emit_at(twice, 2, ICAP, NULL), GTB_E_INPUT);
	ck_assert_int_eq(emit_at(twice, 1, TWO, NULL), GTB_OK);
	ck_assert_int_eq(emit_at(twice, 1, GTB_SQUID_EXTERNAL, NULL),
			 GTB_E_INPUT);
	ck_assert_int_eq(emit_at(twice, 1, GTB_SQUID_NATIVE, NULL),
			 GTB_E_INPUT);
}
END_TEST

Suite *suite_squid_icap(void)
{
	Suite *suite = suite_create("squid icap");
	TCase *tcase = tcase_create("squid icap");

	tcase_add_loop_test(tcase, test_rows, 0,
			    sizeof(rows) / sizeof(rows[0]));
	tcase_add_loop_test(tcase, test_forged_first, 0, 12);
	tcase_add_test(tcase, test_index);
	tcase_add_loop_test(tcase, test_uris, 0,
			    sizeof(uris) / sizeof(uris[0]));
	tcase_add_test(tcase, test_uris_in_place);
	suite_add_tcase(suite, tcase);
	return suite;
}
