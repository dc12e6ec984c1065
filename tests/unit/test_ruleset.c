/* Compiling: sources, digests, ports, list files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gtb/decide.h"
#include "gtb/ruleset.h"

#include "tests/unit/unit.h"
#include "tests/unit/world.h"

static char folder[] = "/tmp/gtb-ruleset-XXXXXX";

static void set_up(void)
{
	strcpy(folder, "/tmp/gtb-ruleset-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void tear_down(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf %s", folder);
	ck_assert_int_eq(system(command), 0);
}

static void write_list(const char *name, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	ck_assert_int_eq(fclose(f), 0);
	ck_assert_int_eq(chmod(path, 0644), 0);
}

static struct gtb_ruleset *with_list(const char *name, const char *rest)
{
	char policy[512];

	snprintf(policy, sizeof(policy), "lists: [{file: %s/%s, %s}]\n",
		 folder, name, rest);
	return world_new(policy);
}

static void ask(const struct gtb_ruleset *ruleset, const char *host,
		struct gtb_decision *d)
{
	struct gtb_query query = {
		.host = {host, strlen(host)},
		.port = {"443", 3},
	};

	gtb_decide(ruleset, &query, d);
}

START_TEST(name_list)
{
	struct gtb_ruleset *ruleset;
	struct gtb_decision d;
	char source[GTB_SOURCE_TEXT_SIZE];

	write_list("no bump!.txt", "# mine\n.corp.example\n\nwww.x.example\n");
	ruleset = with_list("no bump!.txt", "form: dstdomain");
	ask(ruleset, "a.corp.example", &d);
	ck_assert(d.auth.bypass);
	ck_assert_str_eq(gtb_source_text(&d.auth.source, source,
					 sizeof(source)),
			 "list:no-bump-.txt:2");
	ask(ruleset, "www.x.example", &d);
	ck_assert_uint_eq(d.auth.source.line, 4);
	ask(ruleset, "a.www.x.example", &d);
	ck_assert(!d.auth.bypass);
	gtb_ruleset_free(ruleset);
}
END_TEST

START_TEST(net_list)
{
	struct gtb_ruleset *ruleset;
	struct gtb_decision d;

	write_list("nets", "5.1.2.0/24\n5.9.9.9\n6.0.0.1-6.0.0.6\n");
	ruleset = with_list("nets", "form: dst, bypass: [tls]");
	ask(ruleset, "5.1.2.77", &d);
	ck_assert(d.tls.bypass);
	ck_assert_int_eq(d.auth.reason, GTB_REASON_NOT_GRANTED);
	ask(ruleset, "6.0.0.6", &d);
	ck_assert(d.tls.bypass);
	ck_assert_uint_eq(d.tls.source.line, 3);
	ask(ruleset, "6.0.0.7", &d);
	ck_assert(!d.tls.bypass);
	gtb_ruleset_free(ruleset);
}
END_TEST

START_TEST(exclude_list)
{
	struct gtb_ruleset *ruleset;
	struct gtb_decision d;

	write_list("never", ".secret.goto.com\n");
	ruleset = with_list("never", "form: dstdomain, exclude: yes");
	ask(ruleset, "a.secret.goto.com", &d);
	ck_assert_int_eq(d.auth.reason, GTB_REASON_EXCLUDED);
	ask(ruleset, "www.goto.com", &d);
	ck_assert(d.auth.bypass);
	gtb_ruleset_free(ruleset);
}
END_TEST

/* The digest changes with a list's bytes, and only with bytes. */
START_TEST(digest)
{
	struct gtb_ruleset *a;
	struct gtb_ruleset *b;

	write_list("l", ".corp.example\n");
	a = with_list("l", "form: dstdomain");
	b = with_list("l", "form: dstdomain");
	ck_assert_uint_eq(strlen(gtb_ruleset_digest(a)), 64);
	ck_assert_str_eq(gtb_ruleset_digest(a), gtb_ruleset_digest(b));
	gtb_ruleset_free(b);
	write_list("l", ".corp.example\n ");
	b = with_list("l", "form: dstdomain");
	ck_assert_str_ne(gtb_ruleset_digest(a), gtb_ruleset_digest(b));
	gtb_ruleset_free(a);
	gtb_ruleset_free(b);
}
END_TEST

START_TEST(source_text_is_short)
{
	struct gtb_rule rule = {
		.label = "dddddddddddddddddddddddddddddddd:"
			 "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr",
	};
	struct gtb_rule list = {
		.label = "list:ffffffffffffffffffffffffffffffffffffffff",
	};
	struct gtb_source source = {&rule, 0};
	char text[GTB_SOURCE_TEXT_SIZE];

	ck_assert_uint_eq(strlen(gtb_source_text(&source, text,
						 sizeof(text))), 65);
	source.rule = &list;
	source.line = 1000000;
	ck_assert_str_eq(gtb_source_text(&source, text, sizeof(text)) +
			 strlen(text) - 8, ":1000000");
	source.rule = NULL;
	ck_assert_str_eq(gtb_source_text(&source, text, sizeof(text)), "-");
}
END_TEST

/* A label is made once, of what the rule says apart. */
START_TEST(label)
{
	struct gtb_ruleset *ruleset;
	const struct gtb_rule *rules;
	size_t count;

	write_list("l", ".corp.example\n");
	ruleset = with_list("l", "form: dstdomain");
	rules = gtb_ruleset_rules(ruleset, &count);
	ck_assert_uint_gt(count, 1);
	for (size_t i = 0; i < count; i++) {
		char expected[128];

		snprintf(expected, sizeof(expected), "%s:%s",
			 rules[i].document, rules[i].row);
		ck_assert_str_eq(rules[i].label, expected);
		ck_assert_uint_eq(rules[i].label_len, strlen(expected));
	}
	gtb_ruleset_free(ruleset);
}
END_TEST

static int count_item(void *context, const char *name,
		      const struct gtb_net *net,
		      const struct gtb_source *source)
{
	size_t *counts = context;

	ck_assert((name == NULL) != (net == NULL));
	ck_assert_ptr_nonnull(source->rule);
	counts[name == NULL]++;
	return GTB_OK;
}

START_TEST(walk)
{
	struct gtb_ruleset *ruleset;
	size_t counts[2] = {0, 0};

	write_list("l", ".a.example\nb.example\n.c.example\n");
	ruleset = with_list("l", "form: dstdomain");
	ck_assert_int_eq(gtb_ruleset_walk(ruleset, count_item, counts),
			 GTB_OK);
	ck_assert_uint_eq(counts[0], gtb_ruleset_names_count(ruleset));
	ck_assert_uint_eq(counts[1], gtb_ruleset_networks_count(ruleset));
	ck_assert_uint_eq(counts[0], 9 + 3);
	ck_assert_uint_eq(counts[1], 4);
	gtb_ruleset_free(ruleset);
}
END_TEST

START_TEST(wrong_list_line)
{
	struct gtb_catalog *catalog = NULL;
	struct gtb_policy *policy = NULL;
	struct gtb_ruleset *ruleset;
	struct gtb_report report;
	char text[512];
	char line[GTB_REPORT_LINE_SIZE];

	gtb_report_init(&report);
	write_list("bad", ".good.example\n*.bad.example\nbad_name\n");
	snprintf(text, sizeof(text),
		 "lists: [{file: %s/bad, form: dstdomain}]\n", folder);
	ck_assert_int_eq(gtb_policy_parse("p", text, strlen(text), &policy,
					  &report), GTB_OK);
	catalog = calloc(1, sizeof(*catalog));
	ck_assert_int_eq(gtb_ruleset_compile(catalog, policy, NULL, &ruleset,
					     &report), GTB_E_INPUT);
	ck_assert_ptr_null(ruleset);
	ck_assert_uint_eq(report.errors, 2);
	gtb_report_line(&report.items[0], line, sizeof(line));
	ck_assert_msg(strstr(line, "/bad:2:") != NULL, "%s", line);
	gtb_report_line(&report.items[1], line, sizeof(line));
	ck_assert_msg(strstr(line, "/bad:3:") != NULL, "%s", line);
	gtb_report_fini(&report);
}
END_TEST

/* The policy's line that names it is told, too. */
START_TEST(missing_list)
{
	struct gtb_catalog *catalog = calloc(1, sizeof(*catalog));
	struct gtb_policy *policy = NULL;
	struct gtb_ruleset *ruleset;
	struct gtb_report report;
	char text[512];
	char line[GTB_REPORT_LINE_SIZE];

	gtb_report_init(&report);
	snprintf(text, sizeof(text),
		 "lists:\n  - {file: %s/none, form: dst}\n", folder);
	ck_assert_int_eq(gtb_policy_parse("p", text, strlen(text), &policy,
					  &report), GTB_OK);
	ck_assert_int_eq(gtb_ruleset_compile(catalog, policy, NULL, &ruleset,
					     &report), GTB_E_IO);
	ck_assert_ptr_null(ruleset);
	ck_assert_uint_eq(report.errors, 2);
	gtb_report_line(&report.items[0], line, sizeof(line));
	ck_assert_msg(strstr(line, "/none: cannot open") != NULL, "%s", line);
	gtb_report_line(&report.items[1], line, sizeof(line));
	ck_assert_msg(strncmp(line, "p:2:5: cannot read the list ", 28) == 0,
		      "%s", line);
	gtb_report_fini(&report);
}
END_TEST

Suite *suite_ruleset(void)
{
	Suite *suite = suite_create("ruleset");
	TCase *tcase = tcase_create("ruleset");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, name_list);
	tcase_add_test(tcase, net_list);
	tcase_add_test(tcase, exclude_list);
	tcase_add_test(tcase, digest);
	tcase_add_test(tcase, source_text_is_short);
	tcase_add_test(tcase, label);
	tcase_add_test(tcase, walk);
	tcase_add_test(tcase, wrong_list_line);
	tcase_add_test(tcase, missing_list);
	suite_add_tcase(suite, tcase);
	return suite;
}
