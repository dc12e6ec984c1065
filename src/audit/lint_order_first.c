/* What stands before the line for GoTo: L30, and a helper, of L01. */
#include "config.h"

#include <string.h>

#include "lint_order.h"

/* --- L01: a helper decides before -------------------------------------- */

static bool lets_goto(const struct lint_run *run, const struct lint_line *line)
{
	return strcmp(line->action, "allow") == 0 &&
	       lint_line_bypasses(run, line);
}

/* The helper that a refusal asks about GoTo; one that needs a user aside. */
static const struct lint_term *asked_helper(const struct lint_run *run,
					    const struct lint_line *line)
{
	if (line->ours || strcmp(line->action, "deny") != 0)
		return NULL;
	for (size_t i = 0; i < line->count; i++) {
		const struct lint_term *term = &line->terms[i];
		unsigned int traits = lint_traits(run, term->acl);

		if ((traits & LINT_SLOW) == 0)
			continue;
		if ((traits & (LINT_USER | LINT_HELPER)) != 0 ||
		    !lint_line_reaches_goto(run, line, line->count))
			return NULL;
		return term;
	}
	return NULL;
}

void lint_check_helper(struct lint_run *run)
{
	const struct lint_lines *access = &run->lists[LINT_HTTP_ACCESS];
	size_t end = lint_first_end(run, access, 0);
	const struct lint_term *asked = NULL;
	size_t helper = 0;
	size_t bypass = 0;
	char where[LINT_WHERE_SIZE];

	while (bypass < end && !lets_goto(run, &access->lines[bypass]))
		bypass++;
	if (bypass == end)
		return;
	while (helper < bypass && asked == NULL)
		asked = asked_helper(run, &access->lines[helper++]);
	if (asked == NULL)
		return;
	lint_where(run, access->lines[bypass].directive, asked->word->file,
		   where);
	lint_add_as(run, GTB_LINT_WARNING, asked->word->file,
		    asked->word->place,
		    "move the line for GoTo, or the include, above this line",
		    "a helper decides before the line for GoTo: \"%s\" is "
		    "asked about GoTo too, and what it refuses or leaves "
		    "unanswered never reaches %s",
		    asked->name, where);
}

/* --- L30: a splice line that is never reached -------------------------- */

/* Some connections are peeked at in step 2, and so go on to be spliced. */
static bool has_peek(const struct lint_run *run, const struct lint_lines *bump,
		     size_t to)
{
	for (size_t i = 0; i < to; i++)
		if (lint_action(&bump->lines[i]) == LINT_PEEK &&
		    (lint_line_steps(run, &bump->lines[i]) & LINT_STEP_2) != 0)
			return true;
	return false;
}

static bool takes(const struct lint_lines *bump, size_t index)
{
	enum lint_action action;

	if (index == bump->count)
		return false;
	action = lint_action(&bump->lines[index]);
	return action == LINT_STARE || action == LINT_BUMP ||
	       action == LINT_TERMINATE;
}

/* What takes everything at steps 1 and 2, by index. */
struct ends {
	size_t first;
	size_t second;
};

static bool is_reached(const struct lint_run *run,
		       const struct lint_lines *bump, const struct ends *ends,
		       size_t index)
{
	unsigned int steps = lint_line_steps(run, &bump->lines[index]);

	if ((steps & LINT_STEP_1) != 0 && index <= ends->first)
		return true;
	return (steps & LINT_STEP_3) != 0 && has_peek(run, bump, ends->second);
}

void lint_l30(struct lint_run *run)
{
	const struct lint_lines *bump = &run->lists[LINT_SSL_BUMP];
	const struct ends ends = {lint_catching(run, bump, LINT_STEP_1),
				  lint_catching(run, bump, LINT_STEP_2)};
	char where[LINT_WHERE_SIZE];

	if (!takes(bump, ends.second))
		return;
	for (size_t i = ends.second + 1; i < bump->count; i++) {
		const struct lint_line *line = &bump->lines[i];
		const struct lint_line *end = &bump->lines[ends.second];

		if (line->ours || lint_action(line) != LINT_SPLICE ||
		    !lint_line_bypasses(run, line) ||
		    is_reached(run, bump, &ends, i))
			continue;
		lint_where(run, end->directive, line->directive->file, where);
		lint_add(run, line->directive, NULL,
			 "\"ssl_bump %s\" on %s takes every connection at "
			 "step 2, so this line never splices GoTo",
			 end->action, where);
	}
}
