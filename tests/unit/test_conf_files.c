/* The reader of squid.conf: what it includes, and what it names. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gtb/conf.h"
#include "gtb/squid.h"

#include "tests/unit/conf_show.h"
#include "tests/unit/files.h"
#include "tests/unit/unit.h"

static char folder[4096];

static void enter(void)
{
	ck_assert_ptr_nonnull(files_scratch(folder, sizeof(folder)));
	ck_assert_int_eq(chdir(folder), 0);
}

/* The folder and what the tests put there. */
static void leave(void)
{
	char command[5000];

	ck_assert_int_eq(chdir("/"), 0);
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	ck_assert_int_eq(system(command), 0);
}

static void put(const char *name, const char *text)
{
	FILE *file = fopen(name, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_ne(fputs(text, file), EOF);
	ck_assert_int_eq(fclose(file), 0);
}

/* Read the file c; its lines and what was told. */
static struct gtb_conf *read_file(const struct gtb_conf_options *options,
				  char *lines, char *told)
{
	struct gtb_report report;
	struct gtb_conf *conf;
	int rc;

	gtb_report_init(&report);
	rc = gtb_conf_read("c", options, &conf, &report);
	conf_show_report(&report, told);
	lines[0] = '\0';
	if (conf == NULL)
		ck_assert_int_eq(rc, GTB_E_IO);
	else
		ck_assert_int_eq(rc, report.errors == 0 ? GTB_OK : GTB_E_INPUT);
	if (conf != NULL)
		conf_show_lines(conf, lines);
	gtb_report_fini(&report);
	return conf;
}

/* Files "c" and up to three others; what must come of them. */
static const struct {
	const char *c;
	const char *others[6]; /* name, text, ... */
	const char *lines;
	const char *told;
} trees[] = {
	{"a\ninclude x\nb\n",
	 {"x", "d\ne\n"},
	 "1:1[a] @1:1:1[d] 2:1[e] "
	 "@0:3:1[b]",
	 ""},
	{"include *.inc y\n",
	 {"2.inc", "b\n", "1.inc", "a\n", "y", "c\n"},
	 "@1:1:1[a] @2:1:1[b] @3:1:1[c]",
	 ""},
	{"include \"a b\" a\\ b\n",
	 {"a b", "x\n", "a", "y\n", "b", "z\n"},
	 "@1:1:1[x] @2:1:1[z]",
	 "c:1:15: there is no file a\\"},
	{"include x\n", {"x", "include y\n", "y", "a\n"}, "@2:1:1[a]", ""},
	{"a\ninclude no\nb\n",
	 {NULL},
	 "1:1[a] 3:1[b]",
	 "c:2:9: there is no file no, and Squid does not start"},
	{"include x\nb\n",
	 {"x", "a\ninclude c\n"},
	 "@1:1:1[a] @0:2:1[b]",
	 "x:2:9: c includes itself"},
	{"include !x\n",
	 {"!x", "a\n"},
	 "",
	 "c:1:9: Squid takes \"!x\" for a command"},
	{"include .\na\n", {NULL}, "2:1[a]", "c:1:9: warning: . is a folder"},
	{"if false\ninclude no\nendif\na\n", {NULL}, "4:1[a]", ""},
	{"if true\ninclude x\nb\nendif\n",
	 {"x", "endif\na\n"},
	 "@1:2:1[a] @0:3:1[b]",
	 "x:1:1: \"endif\" without"},
	{"a \\\ninclude x\n", {"x", "a\n"}, "1:1[a|2:include|2:x]", ""},
	{"include x\nb\n",
	 {"x", "a \\\n"},
	 "2:1[b]",
	 "x:1:1: warning: Squid drops"},
	{"configuration_includes_quoted_values on\n"
	 "a parameters(\"x\") \"e f\"\n",
	 {"x", "b \"c d\" # e\n\nf\n"},
	 "1:1[configuration_includes_quoted_values|on] "
	 "2:1[a|1/1:b|1/1:'c d'|1/3:f|'e f']",
	 ""},
	{"url_rewrite_program parameters(\"x\")\n",
	 {"x", "a parameters(\"y\")\nd\n", "y", "b\n"},
	 "1:1[url_rewrite_program|1/a|2/b|1/2:d]",
	 ""},
	{"url_rewrite_program parameters(\"x\")\n",
	 {"x", "a parameters(\"x\")\n"},
	 "1:1[url_rewrite_program|1/a]",
	 "x:1:14: x includes itself"},
	{"url_rewrite_program parameters(\"x\")\n",
	 {"x", ""},
	 "1:1[url_rewrite_program]",
	 "c:1:32: x is empty"},
	{"url_rewrite_program parameters(\"no\") a\n",
	 {NULL},
	 "1:1[url_rewrite_program]",
	 "c:1:32: no cannot be opened"},
	{"include \"${service_name}-*\"\n",
	 {"squid-1", "a\n"},
	 "@1:1:1[a]",
	 ""},
};

START_TEST(reads_trees)
{
	char lines[SHOW_SIZE];
	char told[SHOW_SIZE];
	struct gtb_conf *conf;

	put("c", trees[_i].c);
	for (size_t i = 0; i < 6 && trees[_i].others[i] != NULL; i += 2)
		put(trees[_i].others[i], trees[_i].others[i + 1]);
	conf = read_file(NULL, lines, told);
	ck_assert_str_eq(lines, trees[_i].lines);
	ck_assert_msg(strncmp(told, trees[_i].told, strlen(trees[_i].told)) ==
				      0 &&
			      (told[0] == '\0') == (trees[_i].told[0] == '\0'),
		      "%s", told);
	gtb_conf_free(conf);
}
END_TEST

START_TEST(tells_files)
{
	const struct gtb_conf_file *files;
	struct gtb_conf *conf;
	char lines[SHOW_SIZE];
	char told[SHOW_SIZE];
	size_t count;

	put("c", "a\ninclude x\nacl n dst \"l\"\n");
	put("x", "# Title.\n#\n# Made by:  goto-bypass 1\n# Policy:   /p q\n"
		 "#   one version 2, checked x: y\r\n# nothing\n"
		 "# Ruleset:  abc\n#\n# Not: this\nb\n");
	put("l", "# Made by: x\n10.0.0.1\n");
	conf = read_file(NULL, lines, told);
	ck_assert_str_eq(told, "");
	files = gtb_conf_files(conf, &count);
	ck_assert_uint_eq(count, 3);
	ck_assert_int_eq(files[0].kind, GTB_CONF_MAIN);
	ck_assert(files[0].parent == GTB_CONF_NONE);
	ck_assert_uint_eq(files[0].fields_count, 0);
	ck_assert_str_eq(files[1].path, "x");
	ck_assert_int_eq(files[1].kind, GTB_CONF_INCLUDE);
	ck_assert_uint_eq(files[1].parent, 0);
	ck_assert_uint_eq(files[1].place.line, 2);
	ck_assert_uint_eq(files[1].place.column, 9);
	ck_assert_uint_eq(files[1].fields_count, 4);
	ck_assert_str_eq(gtb_conf_file_field(&files[1], "Made by"),
			 "goto-bypass 1");
	ck_assert_str_eq(gtb_conf_file_field(&files[1], "Policy"), "/p q");
	ck_assert_str_eq(gtb_conf_file_field(&files[1], "Document"),
			 "one version 2, checked x: y");
	ck_assert_str_eq(gtb_conf_file_field(&files[1], "Ruleset"), "abc");
	ck_assert_uint_eq(files[1].fields[3].line, 7);
	ck_assert(gtb_conf_file_field(&files[1], "Not") == NULL);
	ck_assert_int_eq(files[2].kind, GTB_CONF_LIST);
	ck_assert_uint_eq(files[2].place.column, 11);
	ck_assert_uint_eq(files[2].fields_count, 0);
	gtb_conf_free(conf);
}
END_TEST

/* Our lines: where they begin and end, and whether others stand there. */
START_TEST(finds_our_lines)
{
	static const char title[] =
		"# GoTo past proxy authentication and TLS inspection, and "
		"nothing else.\n";
	static const char head[] =
		"#\n# Made by:  goto-bypass 1\n# Ruleset:  abc\n";
	static const char end[] = GTB_SQUID_END "\n";
	static const struct {
		const char *parts[5]; /* T, H, E: title, head, end */
		unsigned int from;
		unsigned int to;
		size_t fields;
		bool mixed;
		bool blank;
	} files[] = {
		{{"T", "H", "x\n", "E"}, 1, 6, 2, false, false},
		{{"# mine\n#\n", "T", "H", "x\n", "E"}, 3, 8, 2, false, false},
		{{"y\n", "T", "H", "x\n", "E"}, 2, 7, 2, true, false},
		{{"T", "H", "x\n", "E", "y\n"}, 1, 6, 2, true, false},
		{{"T", "H", "x\n"}, 1, 0, 2, false, false},
		{{"T"}, 1, 0, 0, false, false},
		{{"H", "x\n", "E"}, 2, 5, 2, false, false},
		{{"# Made by:  hand\n", "x\n", "E"}, 0, 0, 0, false, false},
		{{"x\n"}, 0, 0, 0, false, false},
		{{" \n\t\n"}, 0, 0, 0, false, true},
		{{""}, 0, 0, 0, false, true},
		{{"# \n"}, 0, 0, 0, false, false},
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char text[1024] = "";
		char lines[SHOW_SIZE];
		char told[SHOW_SIZE];
		const struct gtb_conf_file *found;
		struct gtb_conf *conf;
		size_t count;

		for (size_t k = 0; k < 5 && files[i].parts[k] != NULL; k++) {
			const char *part = files[i].parts[k];

			if (strcmp(part, "T") == 0)
				part = title;
			else if (strcmp(part, "H") == 0)
				part = head;
			else if (strcmp(part, "E") == 0)
				part = end;
			strncat(text, part, sizeof(text) - strlen(text) - 1);
		}
		put("c", text);
		conf = read_file(NULL, lines, told);
		found = gtb_conf_files(conf, &count);
		ck_assert_msg(
			found[0].made_from == files[i].from &&
				found[0].made_to == files[i].to &&
				found[0].fields_count == files[i].fields &&
				found[0].mixed == files[i].mixed &&
				found[0].blank == files[i].blank,
			"%zu: %u to %u, %zu fields, %d, %d", i,
			found[0].made_from, found[0].made_to,
			found[0].fields_count, found[0].mixed, found[0].blank);
		gtb_conf_free(conf);
	}
}
END_TEST

START_TEST(reads_values)
{
	char lines[SHOW_SIZE];
	char shown[SHOW_SIZE];
	char told[SHOW_SIZE];
	struct gtb_conf *conf;

	put("c", "acl a dstdomain .x \"l\"\nacl a dstdomain 'l'x .y\n"
		 "acl a dstdomain .z\nacl b dst \"no\" 10.0.0.1\n"
		 "acl r url_regex -i \"l\"\n");
	put("l", "# c\n\n .p.q\t.r  # s\n.t#u\r\n#v\n");
	conf = read_file(NULL, lines, told);
	ck_assert_str_eq(conf_show_acl(conf, "a", shown),
			 "dstdomain: .x@1:17 .p.q\t.r@1/3:2 .t#u@1/4:1 "
			 ".p.q\t.r@2/3:2 .t#u@2/4:1 .z@3:17");
	ck_assert_str_eq(conf_show_acl(conf, "b", shown), "dst:");
	ck_assert(gtb_conf_acl_find(conf, "b")->partial);
	ck_assert(!gtb_conf_acl_find(conf, "a")->partial);
	ck_assert_str_eq(conf_show_acl(conf, "r", shown),
			 "url_regex -i: .p.q\t.r@4/3:2 .t#u@4/4:1");
	ck_assert_str_eq(told,
			 "c:2:22: warning: Squid ignores what stands behind a "
			 "file of values: write another acl line for it\n"
			 "c:4:11: no cannot be opened: No such file or "
			 "directory\n"
			 "c:4:16: warning: Squid ignores what stands behind a "
			 "file of values: write another acl line for it\n");
	gtb_conf_free(conf);
}
END_TEST

/* Relative names start in Squid's folder, whatever its name is. */
START_TEST(starts_in_folder)
{
	struct gtb_conf_options options = {.directory = "o[d]*\\d"};
	char lines[SHOW_SIZE];
	char shown[SHOW_SIZE];
	char told[SHOW_SIZE];
	struct gtb_conf *conf;

	ck_assert_int_eq(mkdir("o[d]*\\d", 0755), 0);
	put("c", "include x*\nacl a dst \"l\"\n");
	put("o[d]*\\d/x1", "a\n");
	put("o[d]*\\d/l", "10.0.0.1\n");
	conf = read_file(&options, lines, told);
	ck_assert_str_eq(told, "");
	ck_assert_str_eq(lines, "@1:1:1[a] @0:2:1[acl|a|dst|\"l\"]");
	ck_assert_str_eq(conf_show_acl(conf, "a", shown),
			 "dst: 10.0.0.1@2/1:1");
	gtb_conf_free(conf);
}
END_TEST

START_TEST(nests_sixteen)
{
	char name[16];
	char text[32];
	char lines[SHOW_SIZE];
	char told[SHOW_SIZE];
	struct gtb_conf *conf;

	put("c", "include f1\n");
	for (int i = 1; i <= 17; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		snprintf(text, sizeof(text), "a%d\ninclude f%d\n", i, i + 1);
		put(name, i == 16 ? "last\n" : text);
	}
	conf = read_file(NULL, lines, told);
	ck_assert_str_eq(told, "");
	ck_assert_ptr_nonnull(strstr(lines, "@16:1:1[last]"));
	gtb_conf_free(conf);
	put("f16", "include f17\nlast\n");
	conf = read_file(NULL, lines, told);
	ck_assert_str_eq(told, "f16:1:9: includes are nested deeper than 16: "
			       "Squid gives up\n");
	ck_assert_ptr_nonnull(strstr(lines, "@16:2:1[last]"));
	gtb_conf_free(conf);
}
END_TEST

START_TEST(refuses_main_files)
{
	char lines[SHOW_SIZE];
	char told[SHOW_SIZE];

	ck_assert_ptr_null(read_file(NULL, lines, told));
	ck_assert_str_eq(told, "c: cannot be opened: No such file or "
			       "directory\n");
	ck_assert_int_eq(mkdir("c", 0755), 0);
	ck_assert_ptr_null(read_file(NULL, lines, told));
	ck_assert_str_eq(told, "c: is a folder: name a file\n");
	ck_assert_int_eq(rmdir("c"), 0);
	ck_assert_int_eq(symlink("/dev/null", "c"), 0);
	ck_assert_ptr_null(read_file(NULL, lines, told));
	ck_assert_str_eq(told, "c: is no regular file: name one\n");
}
END_TEST

/* A FIFO in an include would keep us waiting for its writer. */
START_TEST(does_not_wait)
{
	char lines[SHOW_SIZE];
	char told[SHOW_SIZE];
	struct gtb_conf *conf;

	ck_assert_int_eq(mkfifo("p", 0600), 0);
	put("c", "include p\nacl a dst \"p\"\nb\n");
	conf = read_file(NULL, lines, told);
	ck_assert_str_eq(lines, "2:1[acl|a|dst|\"p\"] 3:1[b]");
	ck_assert_str_eq(told, "c:1:9: p is a FIFO: name a file\n"
			       "c:2:11: p is a FIFO: name a file\n");
	gtb_conf_free(conf);
}
END_TEST

START_TEST(refuses_much)
{
	char lines[SHOW_SIZE];
	char told[SHOW_SIZE];
	struct gtb_conf *conf;

	put("c", "include big\nb\n");
	put("big", "");
	ck_assert_int_eq(truncate("big", GTB_CONF_FILE_MAX + 1), 0);
	conf = read_file(NULL, lines, told);
	ck_assert_str_eq(told, "c:1:9: big is too large to be read\n");
	ck_assert_str_eq(lines, "2:1[b]");
	gtb_conf_free(conf);
	/* Two at each of many steps would be too many files. */
	put("c", "include 1 1\n");
	for (int i = 1; i <= 13; i++) {
		char name[8];
		char text[32];

		snprintf(name, sizeof(name), "%d", i);
		snprintf(text, sizeof(text), "include %d %d\n", i + 1, i + 1);
		put(name, i == 13 ? "" : text);
	}
	conf = read_file(NULL, lines, told);
	ck_assert_ptr_nonnull(strstr(told, "more than 4096 files are named"));
	gtb_conf_free(conf);
}
END_TEST

Suite *suite_conf_files(void)
{
	Suite *suite = suite_create("conf files");
	TCase *tc = tcase_create("files");

	tcase_add_checked_fixture(tc, enter, leave);
	tcase_add_loop_test(tc, reads_trees, 0,
			    (int)(sizeof(trees) / sizeof(trees[0])));
	tcase_add_test(tc, tells_files);
	tcase_add_test(tc, finds_our_lines);
	tcase_add_test(tc, reads_values);
	tcase_add_test(tc, starts_in_folder);
	tcase_add_test(tc, nests_sixteen);
	tcase_add_test(tc, refuses_main_files);
	tcase_add_test(tc, does_not_wait);
	tcase_add_test(tc, refuses_much);
	suite_add_tcase(suite, tc);
	return suite;
}
