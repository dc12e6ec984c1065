/* What was read as text; the contract is in conf_show.h. */
#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/conf_show.h"

__attribute__((format(printf, 2, 3))) static void add(char *out,
						      const char *format, ...)
{
	size_t len = strlen(out);
	va_list args;

	va_start(args, format);
	vsnprintf(out + len, SHOW_SIZE - len, format, args);
	va_end(args);
	ck_assert_uint_lt(strlen(out), SHOW_SIZE - 1);
}

static void add_word(char *out, const struct gtb_conf_directive *line,
		     const struct gtb_conf_word *word)
{
	const char *mark = word->quoted ? "'" : "";

	if (word->file != line->file)
		add(out, "%zu/", word->file);
	if (word->place.line != line->place.line)
		add(out, "%u:", word->place.line);
	add(out, "%s%s%s%s", mark, word->text, mark, word->expanded ? "$" : "");
}

const char *conf_show_lines(const struct gtb_conf *conf, char *out)
{
	const struct gtb_conf_directive *lines;
	size_t file = 0;
	size_t count;

	out[0] = '\0';
	lines = gtb_conf_directives(conf, &count);
	for (size_t i = 0; i < count; i++) {
		const struct gtb_conf_directive *line = &lines[i];

		add(out, "%s", i > 0 ? " " : "");
		if (line->file != file)
			add(out, "@%zu:", line->file);
		file = line->file;
		add(out, "%u:%u[", line->place.line, line->place.column);
		for (size_t j = 0; j < line->count; j++) {
			add(out, "%s", j > 0 ? "|" : "");
			add_word(out, line, &line->words[j]);
		}
		add(out, "]");
	}
	return out;
}

const char *conf_show_acl(const struct gtb_conf *conf, const char *name,
			  char *out)
{
	const struct gtb_conf_acl *acl = gtb_conf_acl_find(conf, name);

	out[0] = '\0';
	if (acl == NULL)
		return out;
	add(out, "%s", acl->type);
	for (size_t i = 0; i < acl->flags_count; i++)
		add(out, " %s", acl->flags[i].text);
	add(out, ":");
	for (size_t i = 0; i < acl->values_count; i++) {
		const struct gtb_conf_word *value = &acl->values[i];

		add(out, " %s@", value->text);
		if (value->file != 0 && value->file != GTB_CONF_NONE)
			add(out, "%zu/", value->file);
		add(out, "%u:%u", value->place.line, value->place.column);
	}
	return out;
}

const char *conf_show_report(const struct gtb_report *report, char *out)
{
	char line[GTB_REPORT_LINE_SIZE];

	out[0] = '\0';
	for (size_t i = 0; i < report->count; i++)
		add(out, "%s\n",
		    gtb_report_line(&report->items[i], line, sizeof(line)));
	return out;
}
