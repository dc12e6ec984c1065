/* L22: an included file that no longer says what its sources say. */
#include "config.h"

#include <string.h>

#include "lint_values.h"

static const struct gtb_conf_field *field(const struct gtb_conf_file *file,
					  const char *name)
{
	for (size_t i = 0; i < file->fields_count; i++)
		if (strcmp(file->fields[i].name, name) == 0)
			return &file->fields[i];
	return NULL;
}

/* The helper reads the policy anew, the lists in the file stay. */
static bool asks_helper(const struct lint_run *run, size_t index)
{
	for (size_t i = 0; i < run->externals_count; i++)
		if (run->externals[i].ours &&
		    lint_is_ours(run, run->externals[i].directive) &&
		    run->externals[i].directive->file == index)
			return true;
	return false;
}

static void check_digest(struct lint_run *run, size_t index,
			 const struct gtb_conf_field *digest)
{
	const char *now = gtb_ruleset_digest(run->options->ruleset);
	const char *policy = run->options->policy;

	if (strcmp(digest->value, now) == 0)
		return;
	lint_add_as(run, run->rule->level, index,
		    (struct gtb_place){digest->line, 1}, NULL,
		    asks_helper(run, index)
			    ? "%s, its lists or the catalog changed after "
			      "this file was made: the helper refuses what "
			      "was taken away, but what was added does not "
			      "pass"
			    : "%s, its lists or the catalog changed after "
			      "this file was made: what was taken away still "
			      "passes, and what was added does not",
		    policy != NULL ? policy : "the policy");
}

static void check_program(struct lint_run *run, size_t index,
			  const struct gtb_conf_field *made)
{
	const char *program = run->options->program;

	if (program == NULL || strcmp(made->value, program) == 0)
		return;
	lint_add_as(run, GTB_LINT_NOTE, index,
		    (struct gtb_place){made->line, 1}, NULL,
		    "this file was made by %s, and this is %s", made->value,
		    program);
}

void lint_l22(struct lint_run *run)
{
	for (size_t i = 0; i < run->files_count; i++) {
		const struct gtb_conf_field *digest =
			field(&run->files[i], "Ruleset");
		const struct gtb_conf_field *made =
			field(&run->files[i], "Made by");

		if (digest != NULL)
			check_digest(run, i, digest);
		if (made != NULL)
			check_program(run, i, made);
	}
}
