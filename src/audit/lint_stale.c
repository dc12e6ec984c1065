/* L22: an included file that no longer says what its sources say. */
#include "config.h"

#include <string.h>

#include "lint_services.h"

static const struct gtb_conf_field *field(const struct gtb_conf_file *file,
					  const char *name)
{
	for (size_t i = 0; i < file->fields_count; i++)
		if (strcmp(file->fields[i].name, name) == 0)
			return &file->fields[i];
	return NULL;
}

/* What a changed policy comes to, by who is asked. */
static const char *outcome(const struct lint_run *run, size_t index)
{
	if (lint_file_asks_service(run, index))
		return "the service refuses what was taken away once its own "
		       "files are the same, but what was added does not pass";
	/* The helper reads the policy anew, the lists in the file stay. */
	if (lint_file_asks_helper(run, index))
		return "the helper refuses what was taken away, but what was "
		       "added does not pass";
	return "what was taken away still passes, and what was added does not";
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
		    "%s, its lists or the catalog changed after this file was "
		    "made: %s",
		    policy != NULL ? policy : "the policy",
		    outcome(run, index));
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
