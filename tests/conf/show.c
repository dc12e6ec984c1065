/*
 * show FILE...: how the files are read, for conf.bats to compare with Squid.
 * A line each of words with a tab between, bytes beyond printable ASCII as
 * \xNN: "line PATH TEXT" and "words WORD..." for a directive, "value ACL TEXT"
 * for a value of an acl, "error MESSAGE"; "end" after each file. The process
 * is number 0, as in squid -k parse.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gtb/conf.h"

/* One word of a row, behind a tab. */
static void print_word(const char *text)
{
	size_t size = strlen(text) * 4 + 4;
	char *safe = malloc(size);

	if (safe == NULL)
		exit(99);
	printf("\t%s", gtb_report_safe(text, strlen(text), safe, size));
	free(safe);
}

static void print_line(const struct gtb_conf_file *files,
		       const struct gtb_conf_directive *line)
{
	printf("line");
	print_word(files[line->file].path);
	print_word(line->text);
	printf("\nwords");
	for (size_t i = 0; i < line->count; i++)
		print_word(line->words[i].text);
	printf("\n");
}

static void print_value(const char *acl, const char *value)
{
	printf("value");
	print_word(acl);
	print_word(value);
	printf("\n");
}

static void print_conf(const struct gtb_conf *conf)
{
	const struct gtb_conf_directive *lines;
	const struct gtb_conf_file *files;
	const struct gtb_conf_acl *acls;
	size_t count;

	files = gtb_conf_files(conf, &count);
	lines = gtb_conf_directives(conf, &count);
	for (size_t i = 0; i < count; i++)
		print_line(files, &lines[i]);
	acls = gtb_conf_acls(conf, &count);
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < acls[i].values_count; j++)
			if (!acls[i].builtin)
				print_value(acls[i].name,
					    acls[i].values[j].text);
}

static void show(const char *path)
{
	struct gtb_conf_options options = {.number = -1};
	struct gtb_report report;
	struct gtb_conf *conf;

	gtb_report_init(&report);
	(void)gtb_conf_read(path, &options, &conf, &report);
	for (size_t i = 0; i < report.count; i++)
		if (report.items[i].level == GTB_LEVEL_ERROR)
			printf("error\t%s\n", report.items[i].message);
	if (conf != NULL)
		print_conf(conf);
	printf("end\n");
	gtb_conf_free(conf);
	gtb_report_fini(&report);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		show(argv[i]);
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
