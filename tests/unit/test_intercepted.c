/* The lines for intercepted ports. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "gtb/squid.h"
#include "tests/unit/unit.h"
#include "tests/unit/world.h"

#define E GTB_SQUID_MODE_BIT(GTB_SQUID_EXPLICIT)
#define I GTB_SQUID_MODE_BIT(GTB_SQUID_INTERCEPT)
#define T GTB_SQUID_MODE_BIT(GTB_SQUID_TPROXY)

#define BOTH	 (GTB_BYPASS_AUTH | GTB_BYPASS_TLS)
#define EXTERNAL GTB_SQUID_EXTERNAL
#define NATIVE	 GTB_SQUID_NATIVE
#define BUMP	 GTB_SQUID_TAIL_BUMP
#define NONE	 GTB_SQUID_TAIL_NONE

#define DEFAULTS "{}\n"
#define EXCLUDES "exclude: {names: [www.goto.com]}\n"
#define SNI	 "!gtb_sni_odd gtb_sni_note !gtb_sni_none"
#define NO_SNI	 "gtb_sni_address gtb_sni_note gtb_sni_none"
#define FIRST                                                                  \
	"http_access allow gtb_intercepted gtb_connect gtb_encrypted "         \
	"gtb_step1 "
#define SECOND                                                                 \
	"http_access allow gtb_intercepted gtb_connect gtb_encrypted "         \
	"gtb_step2 gtb_spliced !gtb_host_odd "

static const struct gtb_squid_port ports[] = {
	{"known", GTB_SQUID_EXPLICIT},
	{"tls443", GTB_SQUID_INTERCEPT},
	{"web80", GTB_SQUID_TPROXY},
};

struct row {
	const char *name;
	const char *policy;
	unsigned int modes;
	size_t ports_count;
	enum gtb_squid_via via;
	enum gtb_squid_tail tail;
	unsigned int bypass;
	const char *has[8];   /* whole lines; "*" at the end: any end */
	const char *lacks[6]; /* nowhere in the text */
};

static const struct row rows[] = {
	{"external",
	 DEFAULTS,
	 I,
	 0,
	 EXTERNAL,
	 BUMP,
	 BOTH,
	 {"acl gtb_intercepted myportname gtb_intercept",
	  "http_access deny gtb_intercepted gtb_connect gtb_step2 gtb_port_1 gtb_local_1 "
	  "gtb_tls_sni_1 " SNI " !gtb_ask_dst_splice",
	  SECOND "gtb_names_1 gtb_port_1 gtb_local_1 gtb_tls_sni_1 " SNI
		 " gtb_ask_dst_splice gtb_ask_dst_auth",
	  "http_access deny gtb_intercepted gtb_connect gtb_step1 gtb_port_1 "
	  "gtb_local_nets_1 !gtb_ask_dst_splice",
	  FIRST "gtb_port_1 gtb_local_1 gtb_local_nets_1 !gtb_first_done gtb_ask_dst_auth gtb_first_mark",
	  FIRST "gtb_port_1 gtb_local_1 !gtb_local_nets_1 !gtb_first_done gtb_first_mark",
	  "ssl_bump splice gtb_intercepted gtb_step1 gtb_port_1 gtb_nets_1",
	  "ssl_bump splice gtb_intercepted gtb_step2 gtb_port_1 gtb_local_1 gtb_tls_sni_1 "
	  SNI " gtb_ask_dst_splice gtb_spliced_mark"},
	 {"gtb_ask_auth", "!gtb_intercepted gtb", "gtb_explicit", "far_",
	  "gtb_sni_address", "gtb_host_1"}},
	{"native: names hosted elsewhere alone",
	 DEFAULTS,
	 T,
	 0,
	 NATIVE,
	 BUMP,
	 BOTH,
	 {"acl gtb_intercepted myportname gtb_tproxy",
	  "acl gtb_far_names_1 dstdomain -n .goto.com .getgo.com "
	  ".gotowebinar.com .jive.com",
	  "acl gtb_tls_not_far_sni_1 ssl::server_name --client-requested "
	  "launch.getgo.com",
	  "http_access allow gtb_intercepted !gtb_connect gtb_http !manager "
	  "!gtb_purge "
	  "gtb_port_1 gtb_local_1 !gtb_host_odd gtb_local_nets_1 gtb_names_1",
	  "ssl_bump splice gtb_intercepted gtb_step2 gtb_port_1 gtb_local_1 "
	  "gtb_tls_far_sni_1 !gtb_tls_not_far_sni_1 " SNI " gtb_spliced_mark",
	  SECOND "gtb_far_names_1 !gtb_not_far_names_1 gtb_port_1 gtb_local_1 "
		 "gtb_tls_far_sni_1 !gtb_tls_not_far_sni_1 " SNI},
	 {"gtb_ask", "http_access deny gtb", "gtb_tls_sni_1", "\nexternal"}},
	{"name-only refused: by address alone",
	 "name-only: refuse\n",
	 I,
	 0,
	 NATIVE,
	 BUMP,
	 BOTH,
	 {"ssl_bump splice gtb_intercepted gtb_step1 gtb_port_1 gtb_nets_1"},
	 {"ssl_bump splice gtb_intercepted gtb_step2", "far_", "_sni",
	  "gtb_step2 !gtb_host"}},
	{"names excluded: nothing before the SNI is known, external",
	 EXCLUDES,
	 I,
	 0,
	 EXTERNAL,
	 BUMP,
	 BOTH,
	 {"ssl_bump splice gtb_intercepted gtb_step2 gtb_port_1 gtb_local_1 gtb_tls_sni_1 "
	  "!gtb_tls_not_sni_1 " SNI " gtb_ask_dst_splice gtb_spliced_mark",
	  "ssl_bump splice gtb_intercepted gtb_step2 gtb_port_1 gtb_local_1 gtb_local_nets_1 "
	  NO_SNI " gtb_ask_dst_splice gtb_spliced_mark",
	  "http_access deny gtb_intercepted gtb_connect gtb_step2 gtb_port_1 gtb_local_1 "
	  "gtb_local_nets_1 " NO_SNI " !gtb_ask_dst_splice",
	  SECOND "gtb_port_1 gtb_local_1 gtb_local_nets_1 " NO_SNI
		 " gtb_ask_dst_splice gtb_ask_dst_auth"},
	 {"ssl_bump splice gtb_intercepted gtb_step1"}},
	{"and native",
	 EXCLUDES,
	 I,
	 0,
	 NATIVE,
	 BUMP,
	 BOTH,
	 {"ssl_bump splice gtb_intercepted gtb_step2 gtb_port_1 gtb_local_1 gtb_local_nets_1 "
	  "gtb_tls_sni_1 !gtb_tls_not_sni_1 " SNI " gtb_spliced_mark",
	  "ssl_bump splice gtb_intercepted gtb_step2 gtb_port_1 gtb_local_1 "
	  "gtb_tls_far_sni_1 !gtb_tls_not_far_sni_1 " SNI " gtb_spliced_mark",
	  SECOND "gtb_names_1 !gtb_not_names_1 gtb_port_1 gtb_local_1 gtb_local_nets_1 "
		 "gtb_tls_sni_1 !gtb_tls_not_sni_1 " SNI},
	 {"ssl_bump splice gtb_intercepted gtb_step1"}},
	{"no tail: the first request only to listed addresses",
	 DEFAULTS,
	 I,
	 0,
	 EXTERNAL,
	 NONE,
	 BOTH,
	 {FIRST "gtb_port_1 gtb_local_1 gtb_local_nets_1 !gtb_first_done gtb_ask_dst_auth gtb_first_mark",
	  "ssl_bump peek gtb_intercepted gtb_step1 gtb_port_1"},
	 {"!gtb_nets_1", "\nssl_bump bump", "\nssl_bump peek gtb_step1\n"}},
	{"auth alone: the same, and no ssl_bump",
	 DEFAULTS,
	 I,
	 0,
	 EXTERNAL,
	 BUMP,
	 GTB_BYPASS_AUTH,
	 {FIRST "gtb_port_1 gtb_local_1 gtb_auth_local_nets_1 !gtb_first_done gtb_ask_dst_auth "
		"gtb_first_mark",
	  "http_access allow gtb_intercepted !gtb_connect gtb_http !manager "
	  "!gtb_purge "
	  "gtb_encrypted *"},
	 {"\nssl_bump", "gtb_ask_dst_splice", "gtb_step2"}},
	{"tls alone: no allow",
	 DEFAULTS,
	 I,
	 0,
	 EXTERNAL,
	 BUMP,
	 GTB_BYPASS_TLS,
	 {"ssl_bump splice gtb_intercepted gtb_step1 gtb_port_1 "
	  "gtb_tls_nets_1"},
	 {"http_access allow", "gtb_ask_dst_auth", "gtb_first", "gtb_spliced ",
	  "gtb_host_odd"}},
	{"a network that is spliced but needs a user does not go on",
	 "own: [{network: 5.1.0.0/16, bypass: [tls]}]\n",
	 I,
	 0,
	 NATIVE,
	 BUMP,
	 BOTH,
	 {"acl gtb_tls_nets_1 dst -n 5.1.0.0/16 *",
	  "acl gtb_auth_local_nets_1 localip 68.64.0.0/19 2600:1f00::/32",
	  FIRST "gtb_port_1 gtb_local_1 gtb_auth_local_nets_1 !gtb_first_done gtb_first_mark",
	  FIRST "gtb_port_1 gtb_local_1 !gtb_tls_local_nets_1 !gtb_first_done gtb_first_mark"},
	 {"gtb_nets_1"}},
	{"names excluded, no tail: your own rules see the first request",
	 EXCLUDES,
	 I,
	 0,
	 NATIVE,
	 NONE,
	 BOTH,
	 {"ssl_bump peek gtb_intercepted gtb_step1 gtb_port_1"},
	 {"http_access allow gtb_intercepted gtb_connect gtb_encrypted gtb_step1"}},
	{"port 80 has no tunnels",
	 "ports: [80, 443, 8200]\n",
	 I,
	 0,
	 EXTERNAL,
	 BUMP,
	 BOTH,
	 {"acl gtb_port_1 port 80 443 8200",
	  "acl gtb_local_1 localport 80 443 8200",
	  FIRST "!gtb_local_http gtb_port_1 gtb_local_1 gtb_local_nets_1 *"},
	 {NULL}},
	{"identities, one without tls",
	 "identities:\n"
	 "  - {name: a, clients: [10.1.0.0/16]}\n"
	 "  - {name: b, clients: [10.2.0.0/16], bypass: [auth]}\n",
	 I,
	 0,
	 EXTERNAL,
	 BUMP,
	 BOTH,
	 {"ssl_bump splice gtb_intercepted gtb_step1 gtb_tls_clients *",
	  SECOND "gtb_auth_clients gtb_names_1 gtb_tls_clients gtb_port_1 gtb_local_1 *",
	  FIRST "gtb_auth_clients gtb_port_1 gtb_local_1 *",
	  "http_access deny gtb_intercepted gtb_connect gtb_step2 "
	  "gtb_tls_clients *"},
	 {NULL}},
	{"explicit and intercepted",
	 DEFAULTS,
	 E | I,
	 0,
	 EXTERNAL,
	 BUMP,
	 BOTH,
	 {"http_access allow !gtb_intercepted gtb_port_1 *",
	  "ssl_bump splice !gtb_intercepted gtb_step2 gtb_port_1 *",
	  "http_access deny !gtb_intercepted gtb_connect gtb_step2 *",
	  "external_acl_type gtb_helper_dst *", "external_acl_type gtb_helper *",
	  "http_access deny !gtb_intercepted !authed"},
	 {"gtb_explicit"}},
	{"networks excluded: no name goes there",
	 "exclude: {networks: [10.0.0.0/8, 192.168.0.0/16]}\n",
	 I,
	 0,
	 NATIVE,
	 BUMP,
	 BOTH,
	 {"acl gtb_excluded localip 10.0.0.0/8 192.168.0.0/16",
	  "ssl_bump splice gtb_intercepted gtb_step2 gtb_port_1 gtb_local_1 !gtb_excluded "
	  "gtb_tls_far_sni_1 *",
	  "http_access allow gtb_intercepted !gtb_connect gtb_http !manager "
	  "!gtb_purge "
	  "gtb_encrypted gtb_port_1 gtb_local_1 !gtb_host_odd !gtb_excluded *"},
	 {NULL}},
	{"named ports alone",
	 DEFAULTS,
	 0,
	 3,
	 EXTERNAL,
	 BUMP,
	 BOTH,
	 {"acl gtb_explicit myportname known",
	  "acl gtb_intercepted myportname tls443 web80",
	  "http_access allow gtb_explicit gtb_port_1 *",
	  "http_access deny gtb_explicit !authed"},
	 {"!gtb_intercepted", "gtb_intercept\n", "gtb_tproxy"}},
	{"named ports, all others explicit",
	 DEFAULTS,
	 E | T,
	 3,
	 EXTERNAL,
	 BUMP,
	 BOTH,
	 {"acl gtb_intercepted myportname tls443 web80",
	  "http_access allow !gtb_intercepted gtb_port_1 *"},
	 {"gtb_explicit", "gtb_tproxy"}},
};

static struct gtb_squid_options options_of(const struct row *row)
{
	struct gtb_squid_options options;

	gtb_squid_options_init(&options);
	options.modes = row->modes;
	options.ports = ports;
	options.ports_count = row->ports_count;
	options.via = row->via;
	options.tail = row->tail;
	options.bypass = row->bypass;
	options.auth_acl = "authed";
	options.helper = "/usr/lib/squid/ext_goto_bypass_acl";
	options.policy = "/etc/squid/goto-bypass/policy.yaml";
	options.catalog = "/usr/share/goto-bypass/catalog";
	options.program = "goto-bypass test";
	options.command = "goto-bypass emit squid";
	return options;
}

START_TEST(test_rows)
{
	const struct row *row = &rows[_i];
	struct gtb_ruleset *ruleset = world_new(row->policy);
	struct gtb_squid_options options = options_of(row);
	struct gtb_text_buffer text;
	const char *data;

	gtb_text_init(&text);
	ck_assert_int_eq(
		gtb_squid_emit(ruleset, &options, &text, NULL, NULL, NULL),
		GTB_OK);
	data = gtb_text_data(&text);
	for (size_t i = 0; i < 8 && row->has[i] != NULL; i++)
		ck_assert_msg(world_has_line(data, row->has[i]),
			      "%s: lacks \"%s\"", row->name, row->has[i]);
	for (size_t i = 0; i < 6 && row->lacks[i] != NULL; i++)
		ck_assert_msg(strstr(strstr(data, "\nacl "), row->lacks[i]) ==
				      NULL,
			      "%s: has \"%s\"", row->name, row->lacks[i]);
	gtb_text_fini(&text);
	gtb_ruleset_free(ruleset);
}
END_TEST

/* --- list files -------------------------------------------------------- */

#define OWN_NAMES (GTB_SQUID_INLINE_MAX + 1)

static struct gtb_ruleset *long_ruleset(void)
{
	struct gtb_text_buffer policy;
	struct gtb_ruleset *ruleset;

	gtb_text_init(&policy);
	gtb_text_add(&policy, "own:\n  - {name: \"*.excluded.example\"}\n");
	for (int i = 0; i < OWN_NAMES; i++)
		gtb_text_addf(&policy, "  - {name: h%d.example}\n", i);
	gtb_text_add(&policy, "exclude:\n  names:\n");
	for (int i = 0; i < OWN_NAMES; i++)
		gtb_text_addf(&policy, "    - x%d.excluded.example\n", i);
	ruleset = world_new(gtb_text_data(&policy));
	gtb_text_fini(&policy);
	return ruleset;
}

START_TEST(test_list_files)
{
	struct gtb_ruleset *ruleset = long_ruleset();
	struct gtb_squid_options options = options_of(&rows[0]);
	struct gtb_squid_files files;
	struct gtb_text_buffer text;
	char line[200];

	options.lists_folder = "/etc/squid/goto-bypass";
	gtb_text_init(&text);
	ck_assert_int_eq(
		gtb_squid_emit(ruleset, &options, &text, NULL, &files, NULL),
		GTB_OK);
	ck_assert_uint_eq(files.count, 2);
	ck_assert(strncmp(files.files[0].name, "gtb_names_1.", 12) == 0);
	ck_assert_uint_eq(strlen(files.files[0].name), 24);
	ck_assert(strncmp(gtb_text_data(&files.files[0].text),
			  GTB_SQUID_FILE_HEAD "\n",
			  strlen(GTB_SQUID_FILE_HEAD "\n")) == 0);
	ck_assert(world_has_line(gtb_text_data(&files.files[0].text), "h7.example"));
	snprintf(line, sizeof(line),
		 "acl gtb_names_1 dstdomain -n \"/etc/squid/goto-bypass/%s\"",
		 files.files[0].name);
	ck_assert_msg(world_has_line(gtb_text_data(&text), line), "%s",
		      gtb_text_data(&text));
	/* A file that is missing must not take exceptions away. */
	ck_assert_ptr_nonnull(strstr(gtb_text_data(&text), " x7.excluded."));
	gtb_squid_files_fini(&files);
	gtb_text_fini(&text);
	gtb_ruleset_free(ruleset);
}
END_TEST

Suite *suite_intercepted(void)
{
	Suite *suite = suite_create("intercepted");
	TCase *tcase = tcase_create("intercepted");

	tcase_add_loop_test(tcase, test_rows, 0,
			    sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(tcase, test_list_files);
	suite_add_tcase(suite, tcase);
	return suite;
}
