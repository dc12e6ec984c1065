/* What a line of an access list does: questions that several rules ask. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "lint_view.h"

#define ALL_STEPS (LINT_STEP_1 | LINT_STEP_2 | LINT_STEP_3)

/* --- files ------------------------------------------------------------- */

bool lint_file_is_ours(const struct lint_run *run, size_t file)
{
	return file < run->files_count && run->files[file].fields_count > 0;
}

bool lint_word_is_ours(const struct lint_run *run,
		       const struct gtb_conf_word *word)
{
	const struct gtb_conf_file *file;
	unsigned int line = word->place.line;

	if (!lint_file_is_ours(run, word->file))
		return false;
	file = &run->files[word->file];
	return line >= file->made_from &&
	       (file->made_to == 0 || line <= file->made_to);
}

bool lint_is_ours(const struct lint_run *run,
		  const struct gtb_conf_directive *directive)
{
	return lint_word_is_ours(run, &directive->words[0]);
}

size_t lint_directive_next(const struct lint_run *run, const char *name,
			   size_t from)
{
	for (size_t i = from; i < run->directives_count; i++)
		if (strcmp(run->directives[i].words[0].text, name) == 0)
			return i;
	return GTB_CONF_NONE;
}

/* --- lines ------------------------------------------------------------- */

unsigned int lint_line_traits(const struct lint_run *run,
			      const struct lint_line *line)
{
	unsigned int traits = 0;

	for (size_t i = 0; i < line->count; i++)
		if (!line->terms[i].negated)
			traits |= lint_traits(run, line->terms[i].acl);
	return traits;
}

const struct lint_term *lint_line_term(const struct lint_run *run,
				       const struct lint_line *line,
				       unsigned int traits)
{
	for (size_t i = 0; i < line->count; i++)
		if ((lint_traits(run, line->terms[i].acl) & traits) != 0)
			return &line->terms[i];
	return NULL;
}

bool lint_line_bypasses(const struct lint_run *run,
			const struct lint_line *line)
{
	if (strcmp(line->action, "allow") != 0 &&
	    strcmp(line->action, "splice") != 0)
		return false;
	/* A negated acl that needs a user asks for one all the same. */
	return (lint_line_traits(run, line) & LINT_GOTO) != 0 &&
	       lint_line_term(run, line, LINT_USER) == NULL &&
	       lint_line_reaches_goto(run, line, line->count);
}

/* "goto !some_goto" leaves most of GoTo; "!goto" alone leaves nothing. */
static bool is_exception(const struct lint_run *run,
			 const struct lint_line *line,
			 const struct lint_term *term)
{
	return (lint_traits(run, term->acl) & LINT_GOTO) != 0 &&
	       (lint_line_traits(run, line) & LINT_GOTO) != 0;
}

bool lint_line_reaches_goto(const struct lint_run *run,
			    const struct lint_line *line, size_t count)
{
	for (size_t i = 0; i < count && i < line->count; i++) {
		const struct lint_term *term = &line->terms[i];
		unsigned int reach = lint_reach(run, term->acl);

		if (!term->negated && (reach & LINT_REACH_CAN) == 0)
			return false;
		if (term->negated && (reach & LINT_REACH_MUST) != 0 &&
		    !is_exception(run, line, term))
			return false;
	}
	return true;
}

bool lint_line_is_manager(const struct lint_line *line)
{
	for (size_t i = 0; i < line->count; i++)
		if (!line->terms[i].negated &&
		    strcasecmp(line->terms[i].name, "manager") == 0)
			return true;
	return false;
}

/* --- steps ------------------------------------------------------------- */

static unsigned int step_of(const char *value)
{
	if (strcasecmp(value, "SslBump1") == 0)
		return LINT_STEP_1;
	if (strcasecmp(value, "SslBump2") == 0)
		return LINT_STEP_2;
	if (strcasecmp(value, "SslBump3") == 0)
		return LINT_STEP_3;
	return 0;
}

/* Steps an at_step acl names; a visit that adds to what context points to. */
static bool add_steps(const struct lint_run *run,
		      const struct gtb_conf_acl *acl, void *context)
{
	unsigned int *steps = context;

	(void)run;
	for (size_t i = 0; lint_acl_is(acl, "at_step") && i < acl->values_count;
	     i++)
		*steps |= step_of(acl->values[i].text);
	return false;
}

unsigned int lint_line_steps(const struct lint_run *run,
			     const struct lint_line *line)
{
	unsigned int steps = ALL_STEPS;

	for (size_t i = 0; i < line->count; i++) {
		const struct lint_term *term = &line->terms[i];
		unsigned int named = 0;

		if ((lint_traits(run, term->acl) & LINT_STEP) == 0)
			continue;
		lint_acl_any(run, term->acl, add_steps, &named);
		steps &= term->negated ? ~named : named;
	}
	return steps;
}

bool lint_line_catches_all(const struct lint_run *run,
			   const struct lint_line *line)
{
	for (size_t i = 0; i < line->count; i++) {
		const struct lint_term *term = &line->terms[i];
		unsigned int traits = lint_traits(run, term->acl);

		if ((traits & LINT_ALL) != 0 && !term->negated)
			continue;
		if (!lint_acl_is(term->acl, "at_step"))
			return false;
	}
	return true;
}
