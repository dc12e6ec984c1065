/* The linter's door: every rule in turn, and what they found in order. */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "gtb/report.h"
#include "lint_parts.h"
#include "lint_view.h"

/* How far the list of findings grows at a time. */
#define FOUND_STEP 16

struct lint_found {
	struct gtb_lint_finding finding;
	size_t file;
	size_t number; /* in the order they were found: sorting is stable */
};

const char *gtb_lint_level_word(enum gtb_lint_level level)
{
	static const char *const words[GTB_LINT_LEVEL_COUNT] = {
		[GTB_LINT_ERROR] = "error",
		[GTB_LINT_WARNING] = "warning",
		[GTB_LINT_NOTE] = "note",
	};

	return words[level];
}

/* --- the tables -------------------------------------------------------- */

/* Of two tables in the order of ids the next row is one of two. */
static const struct lint_row *row_at(size_t index)
{
	size_t order_count;
	size_t values_count;
	size_t services_count;
	const struct lint_row *order = lint_rows_order(&order_count);
	const struct lint_row *values = lint_rows_values(&values_count);
	const struct lint_row *services = lint_rows_services(&services_count);
	size_t o = 0;
	size_t v = 0;

	while (o < order_count || v < values_count) {
		const struct lint_row *row;

		if (v == values_count ||
		    (o < order_count &&
		     strcmp(order[o].about.id, values[v].about.id) < 0))
			row = &order[o++];
		else
			row = &values[v++];
		if (o + v == index + 1)
			return row;
	}
	index -= order_count + values_count;
	return index < services_count ? &services[index] : NULL;
}

const struct gtb_lint_rule *gtb_lint_rule_at(size_t index)
{
	const struct lint_row *row = row_at(index);

	return row != NULL ? &row->about : NULL;
}

const struct gtb_lint_rule *gtb_lint_rule_find(const char *id)
{
	const struct gtb_lint_rule *rule;

	for (size_t i = 0; (rule = gtb_lint_rule_at(i)) != NULL; i++)
		if (strcasecmp(rule->id, id) == 0)
			return rule;
	return NULL;
}

/* --- findings ---------------------------------------------------------- */

static struct lint_found *grow(struct lint_run *run)
{
	struct lint_found *found = run->found;

	if (run->found_count % FOUND_STEP == 0) {
		found = reallocarray(found, run->found_count + FOUND_STEP,
				     sizeof(found[0]));
		if (found == NULL)
			return NULL;
		run->found = found;
	}
	found = &run->found[run->found_count];
	*found = (struct lint_found){.number = run->found_count};
	run->found_count++;
	return found;
}

/*
 * A copy that can stand on a terminal. Backslashes stay as they are: a message
 * shows a regular expression as it is written.
 */
static char *safe_copy(const char *text)
{
	char *copy = malloc(4 * strlen(text) + 1);
	char *at = copy;

	if (copy == NULL)
		return NULL;
	for (; *text != '\0'; text++) {
		if (*text >= 0x20 && *text < 0x7f)
			*at++ = *text;
		else
			at += sprintf(at, "\\x%02x", (unsigned char)*text);
	}
	*at = '\0';
	return copy;
}

/* Built-in acls stand in no file; what is said of one is about the whole. */
static const char *file_path(const struct lint_run *run, size_t file)
{
	return run->files[file < run->files_count ? file : 0].path;
}

static int fill(struct lint_run *run, struct lint_found *found,
		enum gtb_lint_level level, struct gtb_place place,
		const char *message, const char *mend)
{
	struct gtb_lint_finding *finding = &found->finding;

	finding->rule = run->rule;
	finding->level = level;
	finding->line = place.line;
	finding->column = place.column;
	finding->file = strdup(file_path(run, found->file));
	finding->message = safe_copy(message);
	finding->mend = safe_copy(mend != NULL ? mend : run->rule->mend);
	if (finding->file == NULL || finding->message == NULL ||
	    finding->mend == NULL)
		return GTB_E_NOMEM;
	return GTB_OK;
}

__attribute__((format(printf, 6, 0)))
static void add(struct lint_run *run, enum gtb_lint_level level, size_t file,
		struct gtb_place place, const char *mend, const char *format,
		va_list args)
{
	struct lint_found *found;
	char *message = NULL;

	if (run->rc != GTB_OK)
		return;
	run->rc = GTB_E_NOMEM;
	if (vasprintf(&message, format, args) == -1)
		return;
	found = grow(run);
	if (found != NULL) {
		found->file = file < run->files_count ? file : 0;
		run->rc = fill(run, found, level, place, message, mend);
	}
	free(message);
}

void lint_add_as(struct lint_run *run, enum gtb_lint_level level, size_t file,
		 struct gtb_place place, const char *mend, const char *format,
		 ...)
{
	va_list args;

	va_start(args, format);
	add(run, level, file, place, mend, format, args);
	va_end(args);
}

void lint_add_word(struct lint_run *run, const struct gtb_conf_word *word,
		   const char *mend, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(run, run->rule->level, word->file, word->place, mend, format, args);
	va_end(args);
}

void lint_add(struct lint_run *run, const struct gtb_conf_directive *directive,
	      const char *mend, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(run, run->rule->level, directive->file, directive->place, mend,
	    format, args);
	va_end(args);
}

const char *lint_where(const struct lint_run *run,
		       const struct gtb_conf_directive *directive, size_t at,
		       char buffer[LINT_WHERE_SIZE])
{
	if (directive->file == at)
		snprintf(buffer, LINT_WHERE_SIZE, "line %u",
			 directive->place.line);
	else
		snprintf(buffer, LINT_WHERE_SIZE, "%.250s:%u",
			 file_path(run, directive->file),
			 directive->place.line);
	return buffer;
}

/* --- the run ----------------------------------------------------------- */

static int compare_numbers(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

static int compare(const void *left, const void *right)
{
	const struct lint_found *a = left;
	const struct lint_found *b = right;
	int order = compare_numbers(a->file, b->file);

	if (order == 0)
		order = compare_numbers(a->finding.line, b->finding.line);
	if (order == 0)
		order = compare_numbers(a->finding.column, b->finding.column);
	if (order == 0)
		order = strcmp(a->finding.rule->id, b->finding.rule->id);
	if (order == 0)
		order = compare_numbers(a->number, b->number);
	return order;
}

static void run_rules(struct lint_run *run)
{
	const struct lint_row *row;

	for (size_t i = 0; (row = row_at(i)) != NULL && run->rc == GTB_OK;
	     i++) {
		run->rule = &row->about;
		if (run->options->ruleset != NULL || !row->about.needs_ruleset)
			row->check(run);
	}
}

static void free_finding(struct gtb_lint_finding *finding)
{
	free(finding->file);
	free(finding->message);
	free(finding->mend);
}

/* Hand the findings over, or free them where the run failed. */
static void give(struct lint_run *run, struct gtb_lint *lint)
{
	if (run->rc == GTB_OK && run->found_count > 0) {
		lint->findings =
			calloc(run->found_count, sizeof(lint->findings[0]));
		if (lint->findings == NULL)
			run->rc = GTB_E_NOMEM;
		qsort(run->found, run->found_count, sizeof(run->found[0]),
		      compare);
	}
	for (size_t i = 0; i < run->found_count; i++) {
		if (run->rc == GTB_OK)
			lint->findings[lint->count++] = run->found[i].finding;
		else
			free_finding(&run->found[i].finding);
	}
	free(run->found);
}

int gtb_lint_run(const struct gtb_conf *conf,
		 const struct gtb_lint_options *options, struct gtb_lint *lint)
{
	static const struct gtb_lint_options none = {.squid = 0};
	struct lint_run run = {
		.conf = conf,
		.options = options != NULL ? options : &none,
	};

	*lint = (struct gtb_lint){.findings = NULL};
	run.rc = lint_view_make(&run);
	if (run.rc == GTB_OK)
		run_rules(&run);
	give(&run, lint);
	lint_view_fini(&run);
	return run.rc;
}

void gtb_lint_fini(struct gtb_lint *lint)
{
	for (size_t i = 0; i < lint->count; i++)
		free_finding(&lint->findings[i]);
	free(lint->findings);
	*lint = (struct gtb_lint){.findings = NULL};
}
