/*
 * Readers when memory runs out: each allocation of theirs fails once, and once
 * it and all after it. They must say so, and hold on to nothing. A program of
 * its own, linked with --wrap for the functions below; what libyaml allocates
 * itself does not fail here. TAP on standard output.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gtb/catalog.h"
#include "gtb/conf.h"
#include "gtb/lint.h"
#include "gtb/policy.h"
#include "gtb/ruleset.h"
#include "gtb/squid.h"

#include "failing.h"

static int read_catalog(const char *text, struct gtb_report *report)
{
	struct gtb_catalog *catalog;
	int rc = gtb_catalog_parse("c", text, strlen(text), &catalog, report);

	if ((rc == GTB_OK) != (catalog != NULL))
		rc = 1;
	gtb_catalog_free(catalog);
	return rc;
}

static int read_policy(const char *text, struct gtb_report *report)
{
	struct gtb_policy *policy;
	int rc = gtb_policy_parse("f/p", text, strlen(text), &policy, report);

	if ((rc == GTB_OK) != (policy != NULL))
		rc = 1;
	gtb_policy_free(policy);
	return rc;
}

static int load_file(const char *path, struct gtb_report *report)
{
	struct gtb_policy *policy;
	int rc = gtb_policy_load(path, &policy, report);

	if ((rc == GTB_OK) != (policy != NULL))
		rc = 1;
	gtb_policy_free(policy);
	return rc;
}

static int load_folder(const char *path, struct gtb_report *report)
{
	struct gtb_catalog *catalog;
	int rc = gtb_catalog_load(path, &catalog, report);

	if ((rc == GTB_OK) != (catalog != NULL))
		rc = 1;
	gtb_catalog_free(catalog);
	return rc;
}

static int read_conf(const char *text, struct gtb_report *report)
{
	struct gtb_conf *conf;
	int rc = gtb_conf_parse("s", text, strlen(text), NULL, &conf, report);

	if ((rc == GTB_E_NOMEM) != (conf == NULL))
		rc = 1;
	gtb_conf_free(conf);
	return rc;
}

static int load_conf(const char *path, struct gtb_report *report)
{
	struct gtb_conf *conf;
	int rc = gtb_conf_read(path, NULL, &conf, report);

	if ((rc == GTB_E_NOMEM) != (conf == NULL))
		rc = 1;
	gtb_conf_free(conf);
	return rc;
}

static int lint_conf(const char *text, struct gtb_report *report)
{
	struct gtb_conf *conf;
	struct gtb_lint lint = {.count = 0};
	int rc = gtb_conf_parse("s", text, strlen(text), NULL, &conf, report);

	if (rc == GTB_OK) {
		rc = gtb_lint_run(conf, NULL, &lint);
		if (rc == GTB_E_NOMEM)
			gtb_report_error(report, "s", (struct gtb_place){0, 0},
					 "out of memory");
	}
	if ((rc == GTB_OK) != (lint.count > 0))
		rc = 1;
	gtb_lint_fini(&lint);
	gtb_conf_free(conf);
	return rc;
}

static const char catalog_text[] =
	"document: a\ntitle: b\nversion: c\nchecked: 2026-11-20\nsource: d\n"
	"status: legacy\nproducts: [meeting]\nprobes: [80]\nnotes: [x, y]\n"
	"internal-networks: [10.0.0.0/8]\n"
	"networks: [{row: n, network: 68.64.0.0/19, tier: required, tcp: [1],\n"
	"  udp: [2, 3-4], names: [x.example, y.example], use: u}]\n"
	"names: [{row: r, name: \"*.a.b\", tier: required, tcp: [1],\n"
	"  products: [webinar]}]\n"
	"modes: [{row: m, title: t, clients: c, rules: [{action: drop,\n"
	"  protocol: tcp, ports: [1], to: any, narrow: any, via: proxy}]}]\n";

static int emit_file(struct gtb_ruleset *ruleset)
{
	struct gtb_squid_options options;
	struct gtb_squid_index index;
	struct gtb_text_buffer text;
	int rc;

	gtb_squid_options_init(&options);
	options.modes |= GTB_SQUID_MODE_BIT(GTB_SQUID_INTERCEPT);
	options.helper = options.policy = options.catalog = "/x";
	options.program = options.command = "x";
	gtb_text_init(&text);
	rc = gtb_squid_emit(ruleset, &options, &text, &index, NULL, NULL);
	/* Rules without their ACLs would be worse than none. */
	if (rc == GTB_OK && (strstr(gtb_text_data(&text), "acl gtb_step1 ") ==
				     NULL ||
			     strstr(gtb_text_data(&text), "acl gtb_names_1 ") ==
				     NULL))
		rc = 1;
	gtb_squid_index_fini(&index);
	gtb_text_fini(&text);
	return rc;
}

static int emit_conf(const char *text, struct gtb_report *report)
{
	struct gtb_catalog *catalog;
	struct gtb_policy *policy;
	struct gtb_ruleset *ruleset = NULL;
	int rc = gtb_catalog_parse("s", catalog_text, strlen(catalog_text),
				   &catalog, report);

	if (rc != GTB_OK)
		return rc;
	rc = gtb_policy_parse("s", text, strlen(text), &policy, report);
	if (rc == GTB_OK)
		rc = gtb_ruleset_compile(catalog, policy, NULL, &ruleset,
					 report);
	else
		gtb_catalog_free(catalog);
	if (rc == GTB_OK)
		rc = emit_file(ruleset);
	if (rc == GTB_E_NOMEM)
		gtb_report_error(report, "s", (struct gtb_place){0, 0},
				 "out of memory");
	gtb_ruleset_free(ruleset);
	return rc;
}

static const char policy_text[] =
	"tiers: {required: {enabled: no, bypass: [auth]}}\n"
	"products: {meeting: no}\nports: [80]\nshared: [\"*.a.b\"]\n"
	"identities: [{name: i, clients: [10.0.0.0/8], bypass: [tls]}]\n"
	"exclude: {names: [a.b], networks: [10.0.0.0/8]}\n"
	"own: [{name: c.d, use: u, ports: [1, 2]}, {network: 1.1.1.1}]\n"
	"lists: [{file: x, form: dst}, {file: /y, form: dst}]\n"
	"name-only: refuse\ndestination-mismatch: bypass\n";

static const char bad_catalog_text[] =
	"document: A\nnonsense: 1\nnames: [{row: r, name: \"*\", tcp: [0]},\n"
	"  {row: r, name: b.example, tcp: [1]}]\n";

static const char bad_policy_text[] =
	"nonsense: 1\nports: [0]\nown: [{name: \"*\"}, 1]\n"
	"exclude: {names: [a.b, a.b]}\n";

static const char conf_text[] =
	"# Made by: x\n# Policy: y\nacl ${service_name} src 1 \\\n2\n"
	"acl a dst -xy \"list\"\nif 1 = 1\nif true\ninclude in*.conf\n"
	"endif\nendif\nurl_rewrite_program \"a b\" parameters(\"list\")\n";

static const char bad_conf_text[] =
	"if x\ninclude no\nacl a\nacl all dst 1\nacl b dst \"no\" 1\n"
	"acl c annotate_client x=\"y\nendif\nendif\nif true\n";

/* Something for most rules to find. */
static const char lint_text[] =
	"http_port 1 ssl-bump\nhttps_port 2 intercept ssl-bump\n"
	"acl user proxy_auth REQUIRED\nacl n dstdomain *.x .goto.com\n"
	"acl r ssl::server_name_regex goto\\.com\nacl w dst 68.0.0.0/8\n"
	"external_acl_type e %ssl::>sni %LOGIN /h\nacl e external e\n"
	"acl g any-of n r w e\nacl SSL_ports port 443\n"
	"http_access allow n\nhttp_access deny CONNECT !SSL_ports\n"
	"http_access deny !user\nhttp_access allow w\nhttp_access allow e\n"
	"ssl_bump peek all\nssl_bump splice r\nssl_bump splice g\n"
	"sslproxy_cert_error allow r\nssl_bump bump e\n"
	"icap_service s reqmod_precache icap://localhost/goto_bypass\n"
	"icap_service t reqmod_precache icap://x/t bypass=on\n"
	"adaptation_service_set st s t\nadaptation_meta X-GoTo-Await sni\n"
	"adaptation_access t allow all\nadaptation_access st allow all\n"
	"acl h req_header X-H y\nssl_bump splice h\n"
	"adapted_http_access deny !h !user\n";

static const struct {
	const char *name;
	int (*read)(const char *text, struct gtb_report *report);
	const char *text; /* or a path */
	int rc;
} readers[] = {
	{"catalog", read_catalog, catalog_text, GTB_OK},
	{"policy", read_policy, policy_text, GTB_OK},
	{"wrong catalog", read_catalog, bad_catalog_text, GTB_E_INPUT},
	{"wrong policy", read_policy, bad_policy_text, GTB_E_INPUT},
	{"policy file", load_file, "policy", GTB_OK},
	{"catalog folder", load_folder, ".", GTB_OK},
	{"squid.conf", read_conf, conf_text, GTB_OK},
	{"wrong squid.conf", read_conf, bad_conf_text, GTB_E_INPUT},
	{"squid.conf file", load_conf, "squid.conf", GTB_OK},
	{"lint", lint_conf, lint_text, GTB_OK},
	{"emit", emit_conf, "own: [{name: c.example}, {network: 68.64.0.0/19}]\n",
	 GTB_OK},
};

/* One run; true: it did as it should. */
static bool run(size_t reader)
{
	struct gtb_report report;
	bool good;
	int rc;

	calls = 0;
	gtb_report_init(&report);
	rc = readers[reader].read(readers[reader].text, &report);
	good = (rc == GTB_OK) == (report.errors == 0);
	/* A failure to remember a mistake must not hide it. */
	if (fail_at == 0 || readers[reader].rc != GTB_OK)
		good = good && (rc == readers[reader].rc ||
				(fail_at != 0 && rc == GTB_E_NOMEM));
	else
		good = good && rc == GTB_E_NOMEM;
	gtb_report_fini(&report);
	return good;
}

static void run_all(size_t reader)
{
	size_t total;
	bool good;

	fail_at = 0;
	good = run(reader);
	total = calls;
	for (size_t at = 1; good && at <= total; at++) {
		fail_at = at;
		fail_on = false;
		good = run(reader);
		fail_on = true;
		good = good && run(reader);
	}
	printf("%sok %zu - %s, %zu allocations", good ? "" : "not ", reader + 1,
	       readers[reader].name, total);
	if (!good)
		printf(": wrong when number %zu fails", fail_at);
	printf("\n");
	fail_at = 0;
}

static void bail_out(const char *what)
{
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(99);
}

static void write_file(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL, 0600);
	size_t len = strlen(text);

	if (fd == -1 || write(fd, text, len) != (ssize_t)len || close(fd) == -1)
		bail_out(name);
}

int main(void)
{
	const size_t count = sizeof(readers) / sizeof(readers[0]);
	char folder[] = P_tmpdir "/gtb-nomem.XXXXXX";

	if (mkdtemp(folder) == NULL || chdir(folder) == -1)
		bail_out(folder);
	write_file("policy", policy_text);
	write_file("a.yaml", catalog_text);
	write_file("squid.conf", conf_text);
	write_file("in.conf", "a\nb\n");
	write_file("list", "a\nb\n");
	printf("1..%zu\n", count);
	for (size_t i = 0; i < count; i++)
		run_all(i);
	if (unlink("policy") == -1 || unlink("a.yaml") == -1 ||
	    unlink("squid.conf") == -1 || unlink("in.conf") == -1 ||
	    unlink("list") == -1 || rmdir(folder) == -1)
		bail_out(folder);
	return EXIT_SUCCESS;
}
