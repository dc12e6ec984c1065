/* Rules about where and when our file is included: L23, L28. */
#include "config.h"

#include <string.h>

#include "lint_order.h"
#include "lint_services.h"

/* The first line of that file in a list, with that action; or count. */
static size_t first_in(const struct lint_lines *lines, size_t file,
		       const char *action)
{
	size_t i = 0;

	while (i < lines->count &&
	       (!lines->lines[i].ours ||
		lines->lines[i].directive->file != file ||
		(action != NULL &&
		 strcmp(lines->lines[i].action, action) != 0)))
		i++;
	return i;
}

/* The line that includes the file, or where its lines were pasted. */
static size_t include_file(const struct lint_run *run, size_t file)
{
	(void)lint_include_place(run, &file);
	return file;
}

static struct gtb_place include_place(const struct lint_run *run, size_t file)
{
	return lint_include_place(run, &file);
}

/* --- L23: the include at the wrong place of http_access ---------------- */

static bool check_reached(struct lint_run *run, size_t file, size_t first)
{
	const struct lint_lines *access = &run->lists[LINT_HTTP_ACCESS];
	size_t end = lint_first_end(run, access, 0);
	const struct lint_term *asks;
	char where[LINT_WHERE_SIZE];

	if (end >= first)
		return true;
	lint_where(run, access->lines[end].directive, include_file(run, file),
		   where);
	asks = lint_asks(run, &access->lines[end]);
	if (asks != NULL)
		lint_add_as(run, GTB_LINT_ERROR, include_file(run, file),
			    include_place(run, file),
			    "include the file above that line",
			    "the file stands after %s, where \"%s\" asks for "
			    "a user: without one its lines are never reached",
			    where, asks->name);
	else
		lint_add_as(run, GTB_LINT_ERROR, include_file(run, file),
			    include_place(run, file),
			    "include the file above that line",
			    "the file stands after %s, which takes every "
			    "request: its lines are never reached",
			    where);
	return false;
}

static void check_ports(struct lint_run *run, size_t file, size_t allow)
{
	const struct lint_lines *access = &run->lists[LINT_HTTP_ACCESS];

	for (int i = LINT_GUARD_PORTS; i <= LINT_GUARD_CONNECT; i++) {
		enum lint_guard guard = (enum lint_guard)i;
		size_t later = lint_guard_find(run, access, guard, allow,
					       access->count);
		char where[LINT_WHERE_SIZE];

		if (later == access->count ||
		    lint_guard_find(run, access, guard, 0, allow) < allow)
			continue;
		lint_where(run, access->lines[later].directive,
			   include_file(run, file), where);
		lint_add_as(run, GTB_LINT_WARNING, include_file(run, file),
			    include_place(run, file),
			    "include the file below that line",
			    "the file stands before %s, so its ports are let "
			    "through even where that line refuses them",
			    where);
		return;
	}
}

static void check_clients(struct lint_run *run, size_t file, size_t allow)
{
	const struct lint_lines *access = &run->lists[LINT_HTTP_ACCESS];
	size_t later = lint_guard_find(run, access, LINT_GUARD_CLIENTS, allow,
				       access->count);
	char where[LINT_WHERE_SIZE];

	if ((lint_line_traits(run, &access->lines[allow]) & LINT_CLIENT) != 0 ||
	    lint_is_private(run) ||
	    lint_guard_find(run, access, LINT_GUARD_CLIENTS, 0, allow) < allow)
		return;
	if (later == access->count) {
		lint_add_as(run, GTB_LINT_WARNING, include_file(run, file),
			    include_place(run, file),
			    "put \"http_access deny !localnet\" above the "
			    "include, or give the policy identities",
			    "the file lets anybody through to GoTo who "
			    "reaches the port: no line above the include "
			    "keeps strangers out");
		return;
	}
	lint_where(run, access->lines[later].directive, include_file(run, file),
		   where);
	lint_add_as(run, GTB_LINT_ERROR, include_file(run, file),
		    include_place(run, file),
		    "include the file below that line",
		    "the file stands before %s, which keeps strangers out: "
		    "they reach GoTo through this Squid",
		    where);
}

/* The file refuses, after a splice, what the helper does not confirm. */
static bool has_denials(const struct lint_run *run, size_t file)
{
	const struct lint_lines *access = &run->lists[LINT_HTTP_ACCESS];

	for (size_t i = 0; i < access->count; i++)
		if (access->lines[i].ours &&
		    access->lines[i].directive->file == file &&
		    strcmp(access->lines[i].action, "deny") == 0 &&
		    lint_line_term(run, &access->lines[i], LINT_HELPER) != NULL)
			return true;
	return false;
}

/*
 * Whom an earlier line lets through never meets these denials, and nobody asks
 * the service about him.
 */
static void check_denials(struct lint_run *run, size_t file, size_t first)
{
	const struct lint_lines *access = &run->lists[LINT_HTTP_ACCESS];
	bool asks = lint_file_asks_service(run, file);

	if (!asks && !has_denials(run, file))
		return;
	for (size_t i = 0; i < first; i++) {
		const struct lint_line *line = &access->lines[i];
		char where[LINT_WHERE_SIZE];

		if (strcmp(line->action, "allow") != 0 ||
		    (lint_line_traits(run, line) & LINT_GOTO) != 0 ||
		    !lint_line_reaches_goto(run, line, line->count) ||
		    lint_line_names(line, "localhost"))
			continue;
		lint_where(run, line->directive, include_file(run, file),
			   where);
		lint_add_as(run, GTB_LINT_WARNING, include_file(run, file),
			    include_place(run, file),
			    "include the file above that line",
			    asks ? "the file stands after %s, which lets GoTo "
				   "through first: the service is not asked "
				   "about it, so it is inspected"
				 : "the file stands after %s, which lets GoTo "
				   "through first: what is spliced while the "
				   "helper does not answer is not refused "
				   "afterwards",
			    where);
		return;
	}
}

/* What was let through to be asked about is judged here, or nowhere. */
static void check_judged(struct lint_run *run, size_t file)
{
	const struct lint_lines *adapted =
		&run->lists[LINT_ADAPTED_HTTP_ACCESS];
	size_t first = first_in(adapted, file, NULL);

	for (size_t i = 0; first < adapted->count && i < first; i++) {
		const struct lint_line *line = &adapted->lines[i];
		char where[LINT_WHERE_SIZE];

		if (strcmp(line->action, "allow") != 0 ||
		    !lint_line_reaches_goto(run, line, line->count))
			continue;
		lint_where(run, line->directive, include_file(run, file),
			   where);
		lint_add_as(run, GTB_LINT_ERROR, include_file(run, file),
			    include_place(run, file),
			    "include the file above that line",
			    "the file stands after adapted_http_access allow "
			    "on %s: what the service does not confirm passes "
			    "without a user there",
			    where);
		return;
	}
}

void lint_l23(struct lint_run *run)
{
	const struct lint_lines *access = &run->lists[LINT_HTTP_ACCESS];

	for (size_t i = 0; i < run->files_count; i++) {
		size_t first = first_in(access, i, NULL);
		size_t allow = first_in(access, i, "allow");

		if (!lint_is_included(run, i) || first == access->count)
			continue;
		if (!check_reached(run, i, first))
			continue;
		check_denials(run, i, first);
		check_judged(run, i);
		if (allow == access->count)
			continue;
		check_ports(run, i, allow);
		check_clients(run, i, allow);
	}
}

/* --- L28: twice, or with lines that are never reached ------------------ */

static void check_twice(struct lint_run *run)
{
	const char *first = NULL;

	for (size_t i = 0; i < run->files_count; i++) {
		if (!lint_is_included(run, i))
			continue;
		if (first != NULL)
			lint_add_as(run, GTB_LINT_ERROR, include_file(run, i),
				    include_place(run, i), NULL,
				    "a second file that goto-bypass made is "
				    "included here, after %s: Squid refuses a "
				    "second external ACL of the same name and "
				    "adds up the others",
				    first);
		else
			first = run->files[i].path;
	}
}

static void check_tail(struct lint_run *run)
{
	const struct lint_lines *bump = &run->lists[LINT_SSL_BUMP];
	size_t end = lint_catching(run, bump, LINT_STEP_2);

	/* What matters is a line of ours that ends it at every step. */
	if (end == bump->count || !bump->lines[end].ours ||
	    (lint_line_steps(run, &bump->lines[end]) & LINT_STEP_1) == 0)
		return;
	for (size_t i = end + 1; i < bump->count; i++) {
		if (bump->lines[i].ours)
			continue;
		lint_add_as(run, GTB_LINT_WARNING,
			    bump->lines[i].directive->file,
			    bump->lines[i].directive->place,
			    "remove it, or emit the file again with --tail "
			    "none",
			    "this line is never reached: the included file "
			    "ends in \"ssl_bump %s all\"",
			    bump->lines[end].action);
		return;
	}
}

void lint_l28(struct lint_run *run)
{
	check_twice(run);
	check_tail(run);
}
