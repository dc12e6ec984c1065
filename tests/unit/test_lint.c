/*
 * Each folder of tests/lint/cases is a rule. In bad*.conf it must find what
 * the .expected file beside it says, none missing and none more; in
 * good*.conf nothing. Other rules may find what they like there.
 *
 * Files of tests/lint/files are of the kind that appliances generate: there
 * every finding of every rule stands in the .expected file.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "gtb/conf.h"
#include "gtb/lint.h"
#include "gtb/text.h"

#include "tests/unit/files.h"
#include "tests/unit/unit.h"

#define CASES_MAX 400

/* The folder of whole files, beside those of the rules. */
#define FILES "files"

struct lint_case {
	char rule[8];
	char file[56];
};

static struct lint_case cases[CASES_MAX];
static int cases_count;

static int compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

static bool is_whole(const char *rule)
{
	return strcmp(rule, FILES) == 0;
}

static bool is_conf(const char *rule, const char *name)
{
	size_t len = strlen(name);

	return (is_whole(rule) || strncmp(name, "bad", 3) == 0 ||
		strncmp(name, "good", 4) == 0) &&
	       len > 5 && strcmp(name + len - 5, ".conf") == 0;
}

/* Where the files of a rule are, below the source tree. */
static const char *folder_of(const char *rule, char buffer[64])
{
	snprintf(buffer, 64, "tests/lint/%s%.7s",
		 is_whole(rule) ? "" : "cases/", rule);
	return buffer;
}

static void find_files(const char *rule)
{
	char relative[64];
	char path[4096];
	DIR *dir;
	const struct dirent *entry;

	dir = opendir(
		files_path(folder_of(rule, relative), path, sizeof(path)));
	if (dir == NULL)
		return;
	while ((entry = readdir(dir)) != NULL) {
		struct lint_case *one = &cases[cases_count];

		if (!is_conf(rule, entry->d_name) || cases_count == CASES_MAX)
			continue;
		snprintf(one->rule, sizeof(one->rule), "%.7s", rule);
		snprintf(one->file, sizeof(one->file), "%.55s", entry->d_name);
		cases_count++;
	}
	(void)closedir(dir);
}

static void find_cases(void)
{
	const struct gtb_lint_rule *rule;

	for (size_t i = 0; (rule = gtb_lint_rule_at(i)) != NULL; i++)
		find_files(rule->id);
	find_files(FILES);
	qsort(cases, (size_t)cases_count, sizeof(cases[0]), compare);
}

/* --- what goes with it ------------------------------------------------- */

static const char *const documents[] = {"cisco-wsa", "goto-app", "v10-desktop"};
#define DOCUMENTS (sizeof(documents) / sizeof(documents[0]))

/* The shipped catalog, parsed: whoever owns the checkout, it is trusted. */
static struct gtb_catalog *parse_catalog(void)
{
	struct gtb_catalog *all = calloc(1, sizeof(*all));

	ck_assert_ptr_nonnull(all);
	all->documents = calloc(DOCUMENTS, sizeof(all->documents[0]));
	ck_assert_ptr_nonnull(all->documents);
	for (size_t i = 0; i < DOCUMENTS; i++) {
		struct gtb_catalog *one;
		char path[128];
		char *text;
		size_t len;

		snprintf(path, sizeof(path), "squid-conf/catalog/%s.yaml",
			 documents[i]);
		text = files_read(path, &len);
		ck_assert_int_eq(gtb_catalog_parse(path, text, len, &one, NULL),
				 GTB_OK);
		all->documents[all->count++] = one->documents[0];
		one->count = 0;
		gtb_catalog_free(one);
		free(text);
	}
	return all;
}

/* The rule's own policy where there is one, else the shipped one. */
static char *read_policy(const char *rule)
{
	char relative[64];
	char own[96];
	char path[4096];
	size_t len;

	snprintf(own, sizeof(own), "%s/policy.yaml",
		 folder_of(rule, relative));
	if (access(files_path(own, path, sizeof(path)), R_OK) == 0)
		return files_read(own, &len);
	return files_read("squid-conf/policy.yaml", &len);
}

static struct gtb_ruleset *load_ruleset(const char *rule)
{
	struct gtb_ruleset *ruleset;
	struct gtb_policy *policy;
	char *text = read_policy(rule);

	ck_assert_int_eq(gtb_policy_parse("policy", text, strlen(text),
					  &policy, NULL),
			 GTB_OK);
	ck_assert_int_eq(gtb_ruleset_compile(parse_catalog(), policy, NULL,
					     &ruleset, NULL),
			 GTB_OK);
	free(text);
	return ruleset;
}

static struct gtb_conf *read_conf(const char *folder, const char *file)
{
	const struct gtb_conf_options options = {.directory = folder};
	struct gtb_conf *conf = NULL;
	struct gtb_report report;
	char path[4200];
	char line[GTB_REPORT_LINE_SIZE];
	int rc;

	snprintf(path, sizeof(path), "%s/%s", folder, file);
	gtb_report_init(&report);
	rc = gtb_conf_read(path, &options, &conf, &report);
	ck_assert_msg(rc == GTB_OK, "%s",
		      report.count > 0 ? gtb_report_line(&report.items[0], line,
							 sizeof(line))
				       : path);
	gtb_report_fini(&report);
	return conf;
}

static void add_finding(struct gtb_text_buffer *text, const char *folder,
			const struct gtb_lint_finding *finding, bool whole)
{
	const char *file = finding->file;
	size_t len = strlen(folder);

	if (strncmp(file, folder, len) == 0 && file[len] == '/')
		file += len + 1;
	gtb_text_addf(text, "%s:%u ", file, finding->line);
	if (whole)
		gtb_text_addf(text, "%s ", finding->rule->id);
	gtb_text_addf(text, "%s\n", gtb_lint_level_word(finding->level));
	ck_assert_str_ne(finding->message, "");
	ck_assert_str_ne(finding->mend, "");
	ck_assert(finding->message[strlen(finding->message) - 1] != '.');
}

static char *expected_of(const struct lint_case *one)
{
	char folder[64];
	char path[160];
	size_t len;

	if (strncmp(one->file, "good", 4) == 0)
		return strdup("");
	snprintf(path, sizeof(path), "%s/%.*s.expected",
		 folder_of(one->rule, folder),
		 (int)(strlen(one->file) - strlen(".conf")), one->file);
	return files_read(path, &len);
}

START_TEST(one_case)
{
	const struct lint_case *one = &cases[_i];
	struct gtb_ruleset *ruleset = load_ruleset(one->rule);
	const struct gtb_lint_options options = {
		.ruleset = ruleset,
		.program = "goto-bypass 0.1.0",
	};
	struct gtb_text_buffer found;
	struct gtb_text_buffer all;
	struct gtb_conf *conf;
	struct gtb_lint lint;
	char relative[64];
	char folder[4096];
	char *expected = expected_of(one);

	files_path(folder_of(one->rule, relative), folder, sizeof(folder));
	conf = read_conf(folder, one->file);
	gtb_text_init(&found);
	gtb_text_init(&all);
	ck_assert_int_eq(gtb_lint_run(conf, &options, &lint), GTB_OK);
	for (size_t i = 0; i < lint.count; i++) {
		const struct gtb_lint_finding *finding = &lint.findings[i];

		gtb_text_addf(&all, "%s:%u %s %s\n", finding->file,
			      finding->line, finding->rule->id,
			      finding->message);
		if (is_whole(one->rule) ||
		    strcmp(finding->rule->id, one->rule) == 0)
			add_finding(&found, folder, finding,
				    is_whole(one->rule));
	}
	ck_assert_msg(strcmp(gtb_text_data(&found), expected) == 0,
		      "%s/%s: expected\n%.500sfound\n%.500sin\n%.2000s",
		      one->rule, one->file, expected, gtb_text_data(&found),
		      gtb_text_data(&all));
	gtb_lint_fini(&lint);
	gtb_text_fini(&found);
	gtb_text_fini(&all);
	gtb_conf_free(conf);
	gtb_ruleset_free(ruleset);
	free(expected);
}
END_TEST

/* --- the table --------------------------------------------------------- */

START_TEST(rules_are_whole)
{
	const struct gtb_lint_rule *rule;
	const char *last = "";

	for (size_t i = 0; (rule = gtb_lint_rule_at(i)) != NULL; i++) {
		const char *const sentences[] = {rule->title, rule->wrong,
						 rule->mend, rule->source};

		ck_assert_str_lt(last, rule->id);
		last = rule->id;
		ck_assert_ptr_eq(gtb_lint_rule_find(rule->id), rule);
		for (size_t j = 0; j < 4; j++) {
			ck_assert_uint_gt(strlen(sentences[j]), 10);
			ck_assert_msg(sentences[j][strlen(sentences[j]) - 1] !=
					      '.',
				      "%s: \"%s\" ends in a full stop",
				      rule->id, sentences[j]);
		}
		ck_assert_uint_gt(strlen(rule->story), 80);
		ck_assert(rule->story[strlen(rule->story) - 1] == '.');
	}
	ck_assert_str_eq(last, "L55");
	ck_assert_ptr_null(gtb_lint_rule_find("L99"));
	ck_assert_ptr_nonnull(gtb_lint_rule_find("l01"));
}
END_TEST

/* Every rule has a file it must find and one it must leave alone. */
START_TEST(rules_have_cases)
{
	const struct gtb_lint_rule *rule;

	for (size_t i = 0; (rule = gtb_lint_rule_at(i)) != NULL; i++) {
		bool bad = false;
		bool good = false;

		for (int j = 0; j < cases_count; j++) {
			if (strcmp(cases[j].rule, rule->id) != 0)
				continue;
			bad |= cases[j].file[0] == 'b';
			good |= cases[j].file[0] == 'g';
		}
		ck_assert_msg(bad && good, "%s lacks a case", rule->id);
	}
}
END_TEST

Suite *suite_lint(void)
{
	Suite *suite = suite_create("lint");
	TCase *tcase = tcase_create("cases");

	find_cases();
	tcase_add_loop_test(tcase, one_case, 0, cases_count);
	tcase_add_test(tcase, rules_are_whole);
	tcase_add_test(tcase, rules_have_cases);
	tcase_set_timeout(tcase, 60);
	suite_add_tcase(suite, tcase);
	return suite;
}
