/* One half of a bypass: L13. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "gtb/decide.h"
#include "gtb/list.h"
#include "gtb/report.h"
#include "lint_order.h"

/* --- let through, and inspected ---------------------------------------- */

static bool lets_tunnels_alone(const struct lint_run *run,
			       const struct lint_line *line)
{
	return strcmp(line->action, "allow") == 0 &&
	       lint_line_bypasses(run, line) &&
	       (lint_line_traits(run, line) & LINT_CONNECT) != 0;
}

/* Requests inside an inspected tunnel are let through as well. */
static bool lets_requests(const struct lint_run *run,
			  const struct lint_lines *access, size_t to)
{
	for (size_t i = 0; i < to; i++) {
		const struct lint_line *line = &access->lines[i];

		if (strcmp(line->action, "allow") == 0 &&
		    lint_line_bypasses(run, line) &&
		    (lint_line_traits(run, line) & LINT_CONNECT) == 0)
			return true;
	}
	return false;
}

/* The first line that inspects GoTo, none before it splicing GoTo. */
static const struct lint_line *inspecting(const struct lint_run *run)
{
	const struct lint_lines *bump = &run->lists[LINT_SSL_BUMP];

	for (size_t i = 0; i < bump->count; i++) {
		const struct lint_line *line = &bump->lines[i];
		enum lint_action action = lint_action(line);

		if (!lint_line_reaches_goto(run, line, line->count))
			continue;
		if (action == LINT_SPLICE)
			return NULL;
		if (action == LINT_BUMP || action == LINT_STARE)
			return line;
	}
	return NULL;
}

static bool check_inspected(struct lint_run *run)
{
	const struct lint_lines *access = &run->lists[LINT_HTTP_ACCESS];
	const struct lint_line *other = inspecting(run);
	size_t asking = lint_first_asking(run, access, 0);
	char where[LINT_WHERE_SIZE];

	if (other == NULL || asking == access->count ||
	    lets_requests(run, access, asking))
		return false;
	for (size_t i = 0; i < asking; i++) {
		const struct lint_line *line = &access->lines[i];

		if (line->ours || !lets_tunnels_alone(run, line))
			continue;
		lint_where(run, other->directive, line->directive->file, where);
		lint_add(run, line->directive, NULL,
			 "this line lets GoTo's tunnels through without a "
			 "user, but \"ssl_bump %s\" on %s inspects them, and "
			 "the requests inside are refused",
			 other->action, where);
		return true;
	}
	return false;
}

/* --- some of it spliced, some of it inspected -------------------------- */

/* Values that are compared for one finding, before the rest is let be. */
#define BUDGET 300000

/* What of an allow line no ssl_bump line splices. */
struct left {
	struct lint_run *run;
	struct lint_target target;
	const struct lint_line *by; /* the first that is left: who inspects */
	const struct gtb_conf_word *first;
	size_t count;
};

static struct gtb_text text_of(const char *text)
{
	return (struct gtb_text){text, strlen(text)};
}

/* The policy itself wants it inspected: optional names, for one. */
static bool is_meant(const struct lint_run *run,
		     const struct lint_target *target)
{
	char addr[GTB_NET_TEXT_SIZE];
	struct gtb_query query = {.method = text_of("CONNECT"),
				  .port = text_of("443")};
	struct gtb_decision decision;

	if (run->options->ruleset == NULL)
		return false;
	if (target->name != NULL)
		query.host = text_of(target->name + (target->name[0] == '.'));
	else
		query.host = text_of(
			gtb_addr_text(&target->net.addr, addr, sizeof(addr)));
	if (target->name != NULL)
		query.sni = query.host;
	gtb_decide(run->options->ruleset, &query, &decision);
	return decision.auth.bypass && !decision.tls.bypass;
}

static void check_target(struct left *left, const struct gtb_conf_word *word)
{
	const struct lint_line *by = lint_inspects(left->run, &left->target);

	if (by == NULL || is_meant(left->run, &left->target) ||
	    word == left->first)
		return;
	if (left->first == NULL) {
		left->first = word;
		left->by = by;
	}
	left->count++;
}

struct net_of_word {
	struct left *left;
	const struct gtb_conf_word *word;
};

static int check_net(void *context, const struct gtb_name *name, bool wildcard,
		     const struct gtb_net *net, uint32_t line)
{
	const struct net_of_word *value = context;

	(void)name;
	(void)wildcard;
	(void)line;
	value->left->target.net = *net;
	check_target(value->left, value->word);
	return GTB_OK;
}

static void check_value(struct left *left, const struct gtb_conf_word *word)
{
	struct net_of_word value = {left, word};

	if (lint_acl_is(left->target.acl, "dstdomain")) {
		left->target.name = word->text;
		if (lint_goto_name(left->run, word->text))
			check_target(left, word);
		return;
	}
	left->target.name = NULL;
	if (lint_goto_net(left->run, word->text) &&
	    gtb_list_parse("", word->text, strlen(word->text), GTB_LIST_DST,
			   true, check_net, &value, NULL) == GTB_E_NOMEM)
		left->run->rc = GTB_E_NOMEM;
}

static void check_values(struct left *left, const struct gtb_conf_acl *acl)
{
	if (!lint_acl_is(acl, "dstdomain") && !lint_acl_is(acl, "dst"))
		return;
	left->target.acl = acl;
	for (size_t i = 0; i < acl->values_count && left->target.budget > 0;
	     i++)
		check_value(left, &acl->values[i]);
}

/* The line's own list, or each of a group of lists. */
static void check_term(struct left *left, const struct gtb_conf_acl *acl)
{
	check_values(left, acl);
	if (!lint_acl_is(acl, "any-of"))
		return;
	for (size_t i = 0; i < acl->values_count; i++)
		check_values(left, gtb_conf_acl_find(left->run->conf,
						     acl->values[i].text));
}

/* The only term about destinations; NULL: none, or it cannot be told. */
static const struct lint_term *destination(const struct lint_run *run,
					   const struct lint_line *line)
{
	const struct lint_term *only = NULL;

	for (size_t i = 0; i < line->count; i++) {
		if ((lint_traits(run, line->terms[i].acl) & LINT_DESTINATION) ==
		    0)
			continue;
		if (only != NULL || line->terms[i].negated)
			return NULL;
		only = &line->terms[i];
	}
	return only;
}

static bool splices_goto(const struct lint_run *run)
{
	const struct lint_lines *bump = &run->lists[LINT_SSL_BUMP];

	for (size_t i = 0; i < bump->count; i++)
		if (lint_action(&bump->lines[i]) == LINT_SPLICE &&
		    lint_line_bypasses(run, &bump->lines[i]))
			return true;
	return false;
}

/* Where nothing of GoTo's is spliced, inspecting it may be meant. */
static void say_left(struct lint_run *run, const struct lint_line *line,
		     const struct left *left)
{
	bool some = splices_goto(run);
	char where[LINT_WHERE_SIZE];
	char more[48] = "";

	if (left->target.budget == 0)
		snprintf(more, sizeof(more), " (and maybe more)");
	else if (left->count > 1)
		snprintf(more, sizeof(more), " (and %zu more)",
			 left->count - 1);
	lint_where(run, left->by->directive, line->directive->file, where);
	lint_add_as(run, some ? run->rule->level : GTB_LINT_WARNING,
		    line->directive->file, line->directive->place,
		    "splice it too, in an ssl_bump line above that one; "
		    "goto-bypass emits both halves from one list",
		    "this line lets %s%s through without a user, but no "
		    "line splices it and \"ssl_bump %s\" on %s inspects it",
		    left->first->text, more, left->by->action, where);
}

static void check_left(struct lint_run *run)
{
	const struct lint_lines *access = &run->lists[LINT_HTTP_ACCESS];
	size_t asking = lint_first_asking(run, access, 0);

	if (asking == access->count || !(lint_has_port(run, false, true) ||
					 lint_has_port(run, true, true)))
		return;
	for (size_t i = 0; i < asking; i++) {
		const struct lint_line *line = &access->lines[i];
		const struct lint_term *term = destination(run, line);
		struct left left = {.run = run, .target = {.budget = BUDGET}};

		if (line->ours || term == NULL ||
		    strcmp(line->action, "allow") != 0 ||
		    !lint_line_bypasses(run, line))
			continue;
		check_term(&left, term->acl);
		if (left.first != NULL)
			say_left(run, line, &left);
	}
}

/* --- spliced, and asked for a user ------------------------------------- */

static bool has_bypass(const struct lint_run *run)
{
	const struct lint_lines *access = &run->lists[LINT_HTTP_ACCESS];

	for (size_t i = 0; i < access->count; i++)
		if (strcmp(access->lines[i].action, "allow") == 0 &&
		    lint_line_bypasses(run, &access->lines[i]))
			return true;
	return false;
}

static void check_asked(struct lint_run *run)
{
	const struct lint_lines *access = &run->lists[LINT_HTTP_ACCESS];
	const struct lint_lines *bump = &run->lists[LINT_SSL_BUMP];
	size_t asking = lint_first_asking(run, access, 0);
	char where[LINT_WHERE_SIZE];

	if (asking == access->count || has_bypass(run))
		return;
	for (size_t i = 0; i < bump->count; i++) {
		const struct lint_line *line = &bump->lines[i];

		if (line->ours || lint_action(line) != LINT_SPLICE ||
		    !lint_line_bypasses(run, line))
			continue;
		lint_where(run, access->lines[asking].directive,
			   line->directive->file, where);
		lint_add_as(run, GTB_LINT_WARNING, line->directive->file,
			    line->directive->place,
			    "let GoTo through before that line, see "
			    "goto-bypass(1), emit squid",
			    "this line spares GoTo the inspection, but \"%s\" "
			    "on %s still asks it for a user",
			    lint_asks(run, &access->lines[asking])->name,
			    where);
		return;
	}
}

void lint_l13(struct lint_run *run)
{
	if (!check_inspected(run))
		check_left(run);
	check_asked(run);
}
