/*
 * Each folder below tests/cases whose name begins with catalog-, yaml- or
 * policy- holds an input.yaml and the errors it must give, none missing and
 * none more.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gtb/catalog.h"
#include "gtb/policy.h"

#include "tests/unit/files.h"
#include "tests/unit/unit.h"

#define CASES_MAX 200

static char names[CASES_MAX][64];
static int cases;

static bool is_case(const char *name)
{
	return strncmp(name, "catalog-", 8) == 0 ||
	       strncmp(name, "yaml-", 5) == 0 ||
	       strncmp(name, "policy-", 7) == 0;
}

static int compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void find_cases(void)
{
	char path[4096];
	DIR *dir = opendir(files_path("tests/cases", path, sizeof(path)));
	const struct dirent *entry;

	if (dir == NULL)
		return;
	while ((entry = readdir(dir)) != NULL)
		if (is_case(entry->d_name) && cases < CASES_MAX)
			snprintf(names[cases++], sizeof(names[0]), "%.60s",
				 entry->d_name);
	(void)closedir(dir);
	qsort(names, (size_t)cases, sizeof(names[0]), compare);
}

static int parse(const char *name, const char *text, size_t len,
		 struct gtb_report *report)
{
	struct gtb_catalog *catalog = NULL;
	struct gtb_policy *policy = NULL;
	int rc;

	if (strncmp(name, "policy-", 7) == 0)
		rc = gtb_policy_parse("input.yaml", text, len, &policy, report);
	else
		rc = gtb_catalog_parse("input.yaml", text, len, &catalog,
				       report);
	ck_assert_int_eq(rc == GTB_OK, catalog != NULL || policy != NULL);
	gtb_catalog_free(catalog);
	gtb_policy_free(policy);
	return rc;
}

START_TEST(one_case)
{
	struct gtb_report report;
	char path[128];
	char *input;
	char *expected;
	char *found;
	size_t len;
	size_t used = 0;
	int rc;

	snprintf(path, sizeof(path), "tests/cases/%s/input.yaml", names[_i]);
	input = files_read(path, &len);
	gtb_report_init(&report);
	rc = parse(names[_i], input, len, &report);
	ck_assert_msg(rc == (report.errors == 0 ? GTB_OK : GTB_E_INPUT), "%s",
		      names[_i]);
	found = calloc(report.count + 1, GTB_REPORT_LINE_SIZE);
	ck_assert_ptr_nonnull(found);
	for (size_t i = 0; i < report.count; i++) {
		gtb_report_line(&report.items[i], found + used,
				GTB_REPORT_LINE_SIZE - 1);
		strcat(found + used, "\n");
		used += strlen(found + used);
	}
	snprintf(path, sizeof(path), "tests/cases/%s/errors", names[_i]);
	expected = files_read(path, &len);
	/* check cuts long messages, so the whole may not be shown. */
	ck_assert_msg(strcmp(found, expected) == 0, "%s: found\n%.2000s",
		      names[_i], found);
	gtb_report_fini(&report);
	free(input);
	free(expected);
	free(found);
}
END_TEST

/* The YAML in the manual pages' examples is right. */
static const struct {
	const char *page;
	const char *kind;
	int count;
} pages[] = {
	{"src/core/goto-bypass-catalog.5", "catalog-", 1},
	{"src/core/goto-bypass-policy.5", "policy-", 3},
};

START_TEST(manual)
{
	static const char begin[] = ".Bd -literal -offset indent\n";
	size_t len;
	char *page = files_read(pages[_i].page, &len);
	char *at = page;
	int count = 0;

	while ((at = strstr(at, begin)) != NULL) {
		char *end = strstr(at, ".Ed\n");

		at += strlen(begin);
		/* What is said of a slip is no YAML, and has its own case. */
		if (strncmp(at, "example.yaml:", strlen("example.yaml:")) == 0)
			continue;
		ck_assert_int_eq(
			parse(pages[_i].kind, at, (size_t)(end - at), NULL),
			GTB_OK);
		count++;
	}
	ck_assert_int_eq(count, pages[_i].count);
	free(page);
}
END_TEST

START_TEST(some_cases)
{
	ck_assert_int_gt(cases, 40);
}
END_TEST

Suite *suite_cases(void)
{
	Suite *suite = suite_create("cases");
	TCase *tcase = tcase_create("cases");

	find_cases();
	tcase_add_test(tcase, some_cases);
	tcase_add_loop_test(tcase, manual, 0, sizeof(pages) / sizeof(pages[0]));
	tcase_add_loop_test(tcase, one_case, 0, cases);
	suite_add_tcase(suite, tcase);
	return suite;
}
