/*
 * L47: a file that we emitted, changed by hand. Other rules trust its lines
 * to belong together; here what one line lets through is held against the one
 * that refuses what is not confirmed.
 */
#include "config.h"

#include <string.h>

#include "lint_order.h"
#include "lint_services.h"

/* Lines of ours that are whole: of a file cut short L31 says so. */
static bool is_whole(const struct lint_run *run, const struct lint_line *line)
{
	return line->ours && run->files[line->directive->file].made_to != 0;
}

/* --- the service's line -------------------------------------------------- */

static void check_bypass(struct lint_run *run)
{
	for (size_t i = 0; i < run->services_count; i++) {
		const struct lint_service *service = &run->services[i];

		if (service->ours && !service->bypass)
			lint_add(run, service->directive,
				 "write bypass=on, or emit the file again",
				 "this line was emitted with bypass=on: while "
				 "service %s is down GoTo's requests end with "
				 "an error instead of the ordinary rules",
				 service->name);
	}
}

/* --- a line that another one makes safe ---------------------------------- */

struct pair {
	const char *sign; /* who has this acl in http_access, */
	enum lint_list list;
	const char *guard; /* relies on this line of that list */
	const char *outcome;
};

static const struct pair pairs[] = {
	{"gtb_asked_mark", LINT_HTTP_ACCESS, "http_access deny gtb_forged",
	 "who sends the service's header gives himself the verdict"},
	{"gtb_open_mark", LINT_ADAPTED_HTTP_ACCESS,
	 "adapted_http_access deny gtb_open !gtb_icap_auth",
	 "what the service does not confirm passes without a user"},
};

static bool has_guard(const struct lint_run *run, const struct pair *pair,
		      size_t file)
{
	const struct lint_lines *list = &run->lists[pair->list];

	for (size_t i = 0; i < list->count; i++)
		if (list->lines[i].ours &&
		    list->lines[i].directive->file == file &&
		    strcmp(list->lines[i].directive->text, pair->guard) == 0)
			return true;
	return false;
}

/* Lines of one file stand together: each file is looked at once. */
static void check_pair(struct lint_run *run, const struct pair *pair)
{
	const struct lint_lines *access = &run->lists[LINT_HTTP_ACCESS];
	size_t seen = GTB_CONF_NONE;

	for (size_t i = 0; i < access->count; i++) {
		const struct lint_line *line = &access->lines[i];

		if (line->directive->file == seen || !is_whole(run, line) ||
		    !lint_line_names(line, pair->sign))
			continue;
		seen = line->directive->file;
		if (!has_guard(run, pair, seen))
			lint_add(run, line->directive, NULL,
				 "this line relies on \"%s\", which is not in "
				 "the file any more: %s",
				 pair->guard, pair->outcome);
	}
}

/* --- a splice, and what refuses it on the second pass -------------------- */

/* More than we write. */
#define SPLICES_MAX 500

static const struct lint_term *verdict_of(const struct lint_line *line)
{
	static const char *const verdicts[] = {
		"gtb_icap_splice", "gtb_ask_splice", "gtb_ask_dst_splice"};

	for (size_t i = 0; i < line->count; i++)
		for (size_t j = 0; j < sizeof(verdicts) / sizeof(*verdicts);
		     j++)
			if (strcmp(line->terms[i].name, verdicts[j]) == 0)
				return &line->terms[i];
	return NULL;
}

/*
 * At step 1 ssl_bump looks at the networks by "gtb_nets_1", and http_access by
 * "gtb_local_nets_1": it is the same list.
 */
static bool is_same(const char *deny, const char *splice)
{
	static const char local[] = "local_";
	const char *found = strstr(deny, local);
	size_t head;

	if (strcmp(deny, splice) == 0)
		return true;
	if (found == NULL)
		return false;
	head = (size_t)(found - deny);
	return strncmp(deny, splice, head) == 0 &&
	       strcmp(found + sizeof(local) - 1, splice + head) == 0;
}

static bool has_term(const struct lint_line *splice,
		     const struct lint_term *wanted)
{
	for (size_t i = 0; i < splice->count; i++)
		if (splice->terms[i].negated == wanted->negated &&
		    is_same(wanted->name, splice->terms[i].name))
			return true;
	return false;
}

/* "!gtb_spliced": what is spliced is marked, once it has been confirmed. */
static bool is_marked(const struct lint_line *splice,
		      const struct lint_term *wanted)
{
	const struct lint_term *verdict = verdict_of(splice);
	size_t i;

	if (!wanted->negated || strcmp(wanted->name, "gtb_spliced") != 0 ||
	    verdict == NULL || verdict->negated)
		return false;
	for (i = (size_t)(verdict - splice->terms) + 1; i < splice->count; i++)
		if (strcmp(splice->terms[i].name, "gtb_spliced_mark") == 0)
			return true;
	return false;
}

/* It refuses all of what the other splices and nobody confirms. */
static bool refuses(const struct lint_line *deny,
		    const struct lint_line *splice)
{
	const struct lint_term *verdict = verdict_of(deny);

	if (verdict == NULL || !verdict->negated ||
	    strcmp(deny->action, "deny") != 0)
		return false;
	for (size_t i = 0; i < deny->count; i++)
		if (&deny->terms[i] != verdict &&
		    strcmp(deny->terms[i].name, "gtb_connect") != 0 &&
		    !has_term(splice, &deny->terms[i]) &&
		    !is_marked(splice, &deny->terms[i]))
			return false;
	return true;
}

static bool is_refused(const struct lint_run *run,
		       const struct lint_line *splice)
{
	static const enum lint_list lists[] = {LINT_HTTP_ACCESS,
					       LINT_ADAPTED_HTTP_ACCESS};

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		const struct lint_lines *list = &run->lists[lists[i]];

		for (size_t j = 0; j < list->count; j++)
			if (list->lines[j].ours &&
			    refuses(&list->lines[j], splice))
				return true;
	}
	return false;
}

/* With --via native nobody is asked. */
static bool asks(const struct lint_run *run, const struct lint_line *splice)
{
	size_t file = splice->directive->file;

	return verdict_of(splice) != NULL ||
	       lint_file_asks_service(run, file) ||
	       lint_file_asks_helper(run, file);
}

static void check_splices(struct lint_run *run)
{
	const struct lint_lines *bump = &run->lists[LINT_SSL_BUMP];
	size_t checked = 0;

	for (size_t i = 0; i < bump->count && checked < SPLICES_MAX; i++) {
		const struct lint_line *line = &bump->lines[i];

		if (!is_whole(run, line) ||
		    strcmp(line->action, "splice") != 0 || !asks(run, line))
			continue;
		checked++;
		if (lint_line_catches_all(run, line))
			lint_add(run, line->directive, "emit the file again",
				 "this line splices every connection: nothing "
				 "is inspected any more, whoever it goes to");
		else if (!is_refused(run, line))
			lint_add(run, line->directive, NULL,
				 "no line of the file refuses any more what "
				 "is spliced here and not confirmed");
	}
}

void lint_l47(struct lint_run *run)
{
	check_bypass(run);
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		check_pair(run, &pairs[i]);
	check_splices(run);
}
