#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "gtb/squid.h"
#include "tests/unit/unit.h"
#include "tests/unit/world.h"

/* The ends of the splice lines, and of the denials that go with them. */
#define BY_NAME "!gtb_sni_odd gtb_sni_note !gtb_sni_none"
#define ALLOW "http_access allow "
#define PLAIN "gtb_plain !gtb_inner !manager !gtb_purge "
#define MARKS "gtb_first_mark gtb_connect_mark"
#define BY_ADDRESS "gtb_sni_address gtb_sni_note gtb_sni_none"

static const struct gtb_squid_options usual = {
	.modes = GTB_SQUID_MODE_BIT(GTB_SQUID_EXPLICIT),
	.children = GTB_SQUID_CHILDREN,
	.concurrency = GTB_SQUID_CONCURRENCY,
	.bypass = GTB_BYPASS_AUTH | GTB_BYPASS_TLS,
	.ttl_s = 60,
	.helper = "/usr/lib/squid/ext_goto_bypass_acl",
	.policy = "/etc/squid/goto-bypass/policy.yaml",
	.catalog = "/usr/share/goto-bypass/catalog",
	.program = "goto-bypass test",
	.command = "goto-bypass emit squid",
};

/* --- what stands in the text ------------------------------------------- */

struct row {
	const char *name;
	const char *policy;
	enum gtb_squid_via via;
	enum gtb_squid_tail tail;
	unsigned int bypass;
	const char *has[8];   /* each is a whole line, or its beginning when
			       * it ends in "*" */
	const char *lacks[6]; /* none of these occurs anywhere */
};

#define BOTH	 (GTB_BYPASS_AUTH | GTB_BYPASS_TLS)
#define EXTERNAL GTB_SQUID_EXTERNAL
#define NATIVE	 GTB_SQUID_NATIVE
#define BUMP	 GTB_SQUID_TAIL_BUMP
#define NONE	 GTB_SQUID_TAIL_NONE

static const struct row rows[] = {
	{"external",
	 "tiers: {required: {enabled: true}}\n",
	 EXTERNAL,
	 BUMP,
	 BOTH,
	 {"external_acl_type gtb_helper concurrency=100 ttl=59 "
	  "negative_ttl=59 *",
	  "acl gtb_nets_1 dst -n 68.64.0.0/19 2600:1f00::/32",
	  "http_access deny gtb_connect gtb_step2 !gtb_spliced gtb_port_1 "
	  "gtb_host_1 !gtb_host_odd gtb_tls_sni_1 " BY_NAME
	  " !gtb_ask_splice",
	  "http_access deny gtb_connect gtb_step2 !gtb_spliced gtb_port_1 "
	  "gtb_nets_1 " BY_ADDRESS " !gtb_ask_splice",
	  ALLOW "gtb_port_1 gtb_host_1 !gtb_host_odd " PLAIN "gtb_ask_auth " MARKS,
	  "ssl_bump splice gtb_step2 gtb_port_1 gtb_host_1 !gtb_host_odd gtb_tls_sni_1 "
	  BY_NAME " gtb_ask_splice gtb_spliced_mark",
	  "ssl_bump bump all"},
	 {"launchdarkly", "_clients", "_not_", "gtb_port_2",
	  "ssl_bump peek gtb_step1 gtb"}},
	{"native",
	 "tiers: {required: {enabled: true}}\n",
	 NATIVE,
	 BUMP,
	 BOTH,
	 {ALLOW "gtb_port_1 gtb_host_1 !gtb_host_odd " PLAIN MARKS,
	  "acl gtb_plain any-of gtb_connect gtb_http_outside gtb_http_inside",
	  "acl gtb_http_inside all-of gtb_http gtb_yes",
	  "acl gtb_outer_mark all-of gtb_connect !gtb_encrypted gtb_yes_mark",
	  "ssl_bump splice gtb_step2 gtb_port_1 gtb_host_1 !gtb_host_odd gtb_tls_sni_1 "
	  BY_NAME,
	  "ssl_bump splice gtb_step2 gtb_port_1 gtb_nets_1 "
	  BY_ADDRESS},
	 {"\nexternal_acl_type", " external ", "gtb_ask",
	  "http_access deny gtb"}},
	{"auth alone",
	 "ports: [443]\n",
	 EXTERNAL,
	 BUMP,
	 GTB_BYPASS_AUTH,
	 {ALLOW "gtb_port_1 gtb_auth_host_1 !gtb_host_odd " PLAIN "gtb_ask_auth " MARKS},
	 {"\nssl_bump", "ssl::server_name", "gtb_step2", "gtb_ask_splice",
	  "http_access deny gtb"}},
	{"tls alone",
	 "ports: [443]\n",
	 EXTERNAL,
	 BUMP,
	 GTB_BYPASS_TLS,
	 {"ssl_bump splice gtb_step2 gtb_port_1 gtb_tls_host_1 !gtb_host_odd "
	  "gtb_tls_sni_1 " BY_NAME " gtb_ask_splice"},
	 {"http_access allow gtb", "gtb_ask_auth", "gtb_spliced"}},
	{"no tail",
	 "ports: [443]\n",
	 EXTERNAL,
	 NONE,
	 BOTH,
	 {"ssl_bump peek gtb_step1 gtb_port_1 gtb_host_1 !gtb_host_odd"},
	 {"\nssl_bump bump", "\nssl_bump peek gtb_step1\n"}},
	{"terminate",
	 "ports: [443]\n",
	 EXTERNAL,
	 GTB_SQUID_TAIL_TERMINATE,
	 BOTH,
	 {"ssl_bump peek gtb_step1", "ssl_bump terminate all"},
	 {"ssl_bump bump"}},
	{"ports",
	 "ports: [443, 8200]\n",
	 EXTERNAL,
	 BUMP,
	 BOTH,
	 {"acl gtb_port_1 port 443 8200", "#   acl SSL_ports port 8200"},
	 {"gtb_port_2", "\nacl SSL_ports"}},
	{"ports apart",
	 "ports: [443, 8200]\n"
	 "own: [{name: only.example, ports: [8200]}]\n",
	 EXTERNAL,
	 BUMP,
	 BOTH,
	 {"acl gtb_port_1 port 443", "acl gtb_port_2 port 8200",
	  "acl gtb_names_2 dstdomain -n *",
	  ALLOW "gtb_port_2 gtb_host_2 !gtb_host_odd " PLAIN "gtb_ask_auth " MARKS},
	 {"gtb_port_3"}},
	{"tiers apart",
	 "tiers: {optional: {enabled: true, bypass: [auth]}}\n",
	 EXTERNAL,
	 BUMP,
	 BOTH,
	 {ALLOW "gtb_port_1 gtb_auth_host_1 !gtb_host_odd " PLAIN "gtb_ask_auth " MARKS,
	  "acl gtb_auth_names_1 *", "acl gtb_tls_names_1 *"},
	 {"acl gtb_names_1", "gtb_spliced"}},
	{"identities",
	 "identities:\n"
	 "  - {name: a, clients: [10.1.0.0/16, 10.1.2.0/24,\n"
	 "     \"fd00:1::/32\"]}\n"
	 "  - {name: b, clients: [10.0.0.0/8], bypass: [auth]}\n",
	 EXTERNAL,
	 BUMP,
	 BOTH,
	 {"acl gtb_auth_clients src 10.0.0.0/8 fd00:1::/32",
	  "acl gtb_tls_clients src 10.1.0.0/16 fd00:1::/32",
	  ALLOW "gtb_auth_clients gtb_port_1 gtb_host_1 !gtb_host_odd "
	  PLAIN "gtb_ask_auth " MARKS,
	  "ssl_bump splice gtb_step2 gtb_tls_clients gtb_port_1 *"},
	 {"10.1.2.0", "gtb_spliced"}},
	{"equal identities",
	 "identities: [{name: a, clients: [10.1.0.0/16]}]\n",
	 EXTERNAL,
	 BUMP,
	 BOTH,
	 {"acl gtb_clients src 10.1.0.0/16",
	  ALLOW "gtb_clients gtb_port_1 gtb_host_1 !gtb_host_odd "
	  PLAIN "gtb_ask_auth " MARKS},
	 {"gtb_auth_clients", "gtb_tls_clients"}},
	{"nobody has tls",
	 "identities: [{name: a, clients: [10.1.0.0/16], bypass: [auth]}]\n",
	 EXTERNAL,
	 BUMP,
	 BOTH,
	 {ALLOW "gtb_auth_clients gtb_port_1 gtb_auth_host_1 !gtb_host_odd "
	  PLAIN "gtb_ask_auth " MARKS,
	  "ssl_bump bump all", "# No identity of the policy has tls, *"},
	 {"ssl_bump splice", "gtb_tls_names", "gtb_ask_splice",
	  "http_access deny gtb"}},
	{"exclusions",
	 "exclude: {names: [x.goto.com, \"*.y.goto.com\"],\n"
	 "          networks: [68.64.3.0/24]}\n",
	 EXTERNAL,
	 BUMP,
	 BOTH,
	 {ALLOW "gtb_port_1 gtb_host_1 !gtb_host_odd !gtb_not_names_1 "
	  "!gtb_not_nets_1 " PLAIN "gtb_ask_auth " MARKS,
	  "ssl_bump splice gtb_step2 gtb_port_1 gtb_host_1 !gtb_host_odd "
	  "!gtb_not_names_1 !gtb_not_nets_1 gtb_tls_sni_1 "
	  "!gtb_tls_not_sni_1 " BY_NAME " gtb_ask_splice gtb_spliced_mark",
	  "ssl_bump splice gtb_step2 gtb_port_1 gtb_nets_1 "
	  "!gtb_not_nets_1 " BY_ADDRESS " gtb_ask_splice gtb_spliced_mark",
	  "acl gtb_not_nets_1 dst -n 68.64.3.0/24"},
	 {"_not_host"}},
	{"names alone",
	 "exclude: {networks: [68.64.0.0/16, \"2600::/16\"]}\n",
	 EXTERNAL,
	 BUMP,
	 BOTH,
	 {ALLOW "gtb_port_1 gtb_named_1 !gtb_host_odd " PLAIN "gtb_ask_auth " MARKS},
	 {"gtb_host_1", "gtb_nets_1", "gtb_sni_address"}},
	{"networks alone",
	 "exclude: {names: [\"*.goto.com\", \"*.getgo.com\",\n"
	 "  \"*.expertcity.com\", \"*.gotowebinar.com\", \"*.jive.com\"]}\n",
	 EXTERNAL,
	 BUMP,
	 BOTH,
	 {ALLOW "gtb_port_1 gtb_nets_1 !gtb_host_odd " PLAIN "gtb_ask_auth " MARKS,
	  "ssl_bump splice gtb_step2 gtb_port_1 gtb_nets_1 "
	  BY_ADDRESS " gtb_ask_splice gtb_spliced_mark"},
	 {"gtb_host_1", "gtb_names_1", "gtb_tls_sni_1", "gtb_sni_odd"}},
	{"nothing",
	 "tiers: {required: {enabled: false}}\n",
	 EXTERNAL,
	 BUMP,
	 BOTH,
	 {"# The policy lets nothing through.", "ssl_bump bump all"},
	 {"http_access allow gtb", "\nexternal_acl_type", "splice"}},
};

START_TEST(test_rows)
{
	const struct row *row = &rows[_i];
	struct gtb_ruleset *ruleset = world_new(row->policy);
	struct gtb_squid_options options = usual;
	struct gtb_text_buffer text;
	const char *data;

	options.via = row->via;
	options.tail = row->tail;
	options.bypass = row->bypass;
	gtb_text_init(&text);
	ck_assert_int_eq(gtb_squid_emit(ruleset, &options, &text, NULL, NULL,
					NULL),
			 GTB_OK);
	data = gtb_text_data(&text);
	for (size_t i = 0; i < 8 && row->has[i] != NULL; i++)
		ck_assert_msg(world_has_line(data, row->has[i]),
			      "%s: lacks \"%s\"", row->name, row->has[i]);
	for (size_t i = 0; i < 6 && row->lacks[i] != NULL; i++)
		ck_assert_msg(strstr(data, row->lacks[i]) == NULL,
			      "%s: has \"%s\"", row->name, row->lacks[i]);
	gtb_text_fini(&text);
	gtb_ruleset_free(ruleset);
}
END_TEST

/* --- the index --------------------------------------------------------- */

#define EXPLICIT_ROLES (GTB_SQUID_SPLICE_ADDRESS + 1)

START_TEST(test_index)
{
	static const char *const starts[GTB_SQUID_ROLE_COUNT] = {
		[GTB_SQUID_DENY] = "http_access deny ",
		[GTB_SQUID_DENY_ADDRESS] = "http_access deny ",
		[GTB_SQUID_ALLOW] = "http_access allow ",
		[GTB_SQUID_PEEK] = "ssl_bump peek ",
		[GTB_SQUID_SPLICE] = "ssl_bump splice ",
		[GTB_SQUID_SPLICE_ADDRESS] = "ssl_bump splice ",
	};
	struct gtb_ruleset *ruleset =
		world_new("ports: [443, 8200]\n"
			  "own: [{name: only.example, ports: [8200]}]\n");
	struct gtb_squid_options options = usual;
	struct gtb_squid_index index;
	struct gtb_text_buffer text;

	options.tail = NONE;
	gtb_text_init(&text);
	ck_assert_int_eq(gtb_squid_emit(ruleset, &options, &text, &index, NULL,
					NULL),
			 GTB_OK);
	ck_assert_uint_eq(index.count, 2 * EXPLICIT_ROLES);
	for (size_t i = 0; i < index.count; i++) {
		const struct gtb_squid_line *line = &index.lines[i];
		const char *at = text.data;

		for (unsigned int n = 1; n < line->number; n++)
			at = strchr(at, '\n') + 1;
		ck_assert_ptr_eq(at, text.data + line->start);
		ck_assert_uint_eq(strcspn(at, "\n"), line->len);
		ck_assert(strncmp(at, starts[line->role],
				  strlen(starts[line->role])) == 0);
	}
	for (int role = 0; role < EXPLICIT_ROLES; role++) {
		const struct gtb_squid_line *one = gtb_squid_index_find(
			&index, ruleset, (enum gtb_squid_role)role, 443);
		const struct gtb_squid_line *two = gtb_squid_index_find(
			&index, ruleset, (enum gtb_squid_role)role, 8200);

		ck_assert_ptr_nonnull(one);
		ck_assert_ptr_nonnull(two);
		ck_assert_uint_lt(one->number, two->number);
		ck_assert_ptr_null(gtb_squid_index_find(
			&index, ruleset, (enum gtb_squid_role)role, 80));
	}
	gtb_squid_index_fini(&index);
	gtb_text_fini(&text);
	gtb_ruleset_free(ruleset);
}
END_TEST

/* --- refusals ---------------------------------------------------------- */

struct refusal {
	const char *name;
	struct gtb_squid_options change; /* what is set replaces usual */
	const char *option;		 /* that is blamed */
};

static char long_path[9000];
static const struct gtb_squid_port blank_port = {"a b", GTB_SQUID_TPROXY};
static const struct gtb_squid_port same_ports[] = {
	{"a", GTB_SQUID_TPROXY}, {"a", GTB_SQUID_INTERCEPT}};

static const struct refusal refusals[] = {
	{"icap without a login", {.via = GTB_SQUID_ICAP}, "--auth-acl"},
	{"children", {.children = 33}, "--children"},
	{"concurrency", {.concurrency = 121}, "--concurrency"},
	{"squid", {.squid = 8}, "--squid"},
	{"newline in acl", {.auth_acl = "a\nb"}, "--auth-acl"},
	{"acl not a name", {.auth_acl = "!authed"}, "--auth-acl"},
	{"acl of ours", {.auth_acl = "gtb_ask_auth"}, "--auth-acl"},
	{"blank in port",
	 {.ports = &blank_port, .ports_count = 1},
	 "--port-name"},
	{"port twice", {.ports = same_ports, .ports_count = 2}, "--port-name"},
	{"ttl too long", {.ttl_s = 61}, "--ttl"},
	{"blank in helper", {.helper = "/a b"}, "--helper"},
	{"newline in policy",
	 {.policy = "/a\nhttp_access allow all"},
	 "--policy"},
	{"relative catalog", {.catalog = "catalog"}, "--catalog"},
	{"macro in catalog", {.catalog = "/${process_name}"}, "--catalog"},
	{"function in policy", {.policy = "/a(b"}, "--policy"},
	{"function in catalog", {.catalog = "/parameters(b"}, "--catalog"},
	{"quote in catalog", {.catalog = "/a\"b"}, "--catalog"},
	{"empty helper", {.helper = ""}, "--helper"},
	{"newline in command", {.command = "a\nb"}, "emit"},
	{"long line", {.policy = long_path}, "emit"},
};

START_TEST(test_refusals)
{
	const struct refusal *row = &refusals[_i];
	struct gtb_ruleset *ruleset = world_new("ports: [443]\n");
	struct gtb_squid_options options = usual;
	struct gtb_squid_index index;
	struct gtb_text_buffer text;
	struct gtb_report report;

	memset(long_path, '/', sizeof(long_path) - 1);
	if (row->change.squid != 0)
		options.squid = row->change.squid;
	if (row->change.children != 0)
		options.children = row->change.children;
	if (row->change.concurrency != 0)
		options.concurrency = row->change.concurrency;
	if (row->change.auth_acl != NULL)
		options.auth_acl = row->change.auth_acl;
	if (row->change.ports_count != 0) {
		options.ports = row->change.ports;
		options.ports_count = row->change.ports_count;
	}
	options.via = row->change.via;
	if (row->change.ttl_s != 0)
		options.ttl_s = row->change.ttl_s;
	if (row->change.helper != NULL)
		options.helper = row->change.helper;
	if (row->change.policy != NULL)
		options.policy = row->change.policy;
	if (row->change.catalog != NULL)
		options.catalog = row->change.catalog;
	if (row->change.command != NULL)
		options.command = row->change.command;
	gtb_text_init(&text);
	gtb_report_init(&report);
	ck_assert_int_eq(
		gtb_squid_emit(ruleset, &options, &text, &index, NULL,
			       &report),
		GTB_E_INPUT);
	ck_assert_msg(report.count == 1, "%s: %zu messages", row->name,
		      report.count);
	ck_assert_str_eq(report.items[0].source, row->option);
	ck_assert_uint_eq(index.count, 0);
	gtb_report_fini(&report);
	gtb_text_fini(&text);
	gtb_ruleset_free(ruleset);
}
END_TEST

/* Native needs no helper, so its path is not looked at. */
START_TEST(test_native_without_helper)
{
	struct gtb_ruleset *ruleset = world_new("ports: [443]\n");
	struct gtb_squid_options options = usual;
	struct gtb_text_buffer text;

	options.via = NATIVE;
	options.helper = "a b";
	gtb_text_init(&text);
	ck_assert_int_eq(gtb_squid_emit(ruleset, &options, &text, NULL, NULL,
					NULL),
			 GTB_OK);
	gtb_text_fini(&text);
	gtb_ruleset_free(ruleset);
}
END_TEST

Suite *suite_squid(void)
{
	Suite *suite = suite_create("squid");
	TCase *tcase = tcase_create("squid");

	tcase_add_loop_test(tcase, test_rows, 0,
			    sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(tcase, test_index);
	tcase_add_loop_test(tcase, test_refusals, 0,
			    sizeof(refusals) / sizeof(refusals[0]));
	tcase_add_test(tcase, test_native_without_helper);
	suite_add_tcase(suite, tcase);
	return suite;
}
