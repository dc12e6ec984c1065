/* L54: a line above refuses what is let through. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "gtb/decide.h"
#include "gtb/host.h"
#include "gtb/report.h"
#include "lint_goto.h"
#include "lint_order.h"
#include "lint_services.h"

/*
 * Names that are compared for all lines, before the rest is let be. No line
 * takes all that is left, and the lines that are judged have a few of their
 * own.
 */
#define BUDGET	  30000000
#define RESERVE	  100000
#define LINES_MAX 1000

/* More lines than anybody lets GoTo through by. */
#define ALLOWS_MAX 100

/* What a line refuses of GoTo's. */
struct refused {
	const struct lint_run *run;
	const struct lint_line *line;
	const struct lint_line *bypass; /* the first that lets GoTo through */
	struct lint_target target;
	size_t seen;
	size_t count;
	char first[GTB_NAME_MAX + 4];
};

/* --- one name or network ------------------------------------------------ */

static struct gtb_text text_of(const char *text)
{
	return (struct gtb_text){text, strlen(text)};
}

/* The policy takes it out again. */
static bool is_excluded(const struct refused *refused)
{
	const struct lint_target *target = &refused->target;
	char addr[GTB_NET_TEXT_SIZE];
	struct gtb_query query = {.method = text_of("CONNECT"),
				  .port = text_of("443")};
	struct gtb_decision decision;

	if (refused->run->options->ruleset == NULL)
		return false;
	if (target->name != NULL) {
		query.host = text_of(target->name + (target->name[0] == '.'));
		query.sni = query.host;
	} else {
		query.host = text_of(
			gtb_addr_text(&target->net.addr, addr, sizeof(addr)));
	}
	gtb_decide(refused->run->options->ruleset, &query, &decision);
	return decision.auth.reason == GTB_REASON_EXCLUDED;
}

static bool lets_goto(const struct lint_run *run, const struct lint_line *line)
{
	return strcmp(line->action, "allow") == 0 &&
	       lint_line_bypasses(run, line);
}

/* Our own lines let through what the policy has; others what they list. */
static bool is_let_through(struct refused *refused)
{
	const struct lint_lines *access =
		&refused->run->lists[LINT_HTTP_ACCESS];
	size_t first = (size_t)(refused->bypass - access->lines);

	for (size_t i = first; i < access->count && i < first + ALLOWS_MAX;
	     i++) {
		const struct lint_line *line = &access->lines[i];

		if (!lets_goto(refused->run, line))
			continue;
		if (line->ours ||
		    lint_line_meets(refused->run, &refused->target, line) !=
			    LINT_MEETS_NOT)
			return true;
	}
	return false;
}

static int check_target(struct refused *refused)
{
	struct lint_target *target = &refused->target;
	char net[GTB_NET_TEXT_SIZE];

	if (!is_let_through(refused))
		return target->nomem ? GTB_E_NOMEM : GTB_OK;
	if (lint_line_meets(refused->run, target, refused->line) !=
	    LINT_MEETS_ALL) {
		refused->seen++;
		return target->nomem ? GTB_E_NOMEM : GTB_OK;
	}
	if (is_excluded(refused))
		return GTB_OK;
	refused->seen++;
	if (refused->count++ > 0)
		return GTB_OK;
	snprintf(refused->first, sizeof(refused->first), "%s",
		 target->name != NULL
			 ? target->name
			 : gtb_net_text(&target->net, net, sizeof(net)));
	return GTB_OK;
}

/* "*.x" of the catalog is ".x" here. */
static int check_name(struct refused *refused, const char *name, bool below)
{
	char text[GTB_NAME_MAX + 4];

	snprintf(text, sizeof(text), "%s%.*s", below ? "." : "", GTB_NAME_MAX,
		 lint_goto_strip(name));
	refused->target.name = text;
	return check_target(refused);
}

static int check_net(struct refused *refused, const struct gtb_net *net)
{
	refused->target.name = NULL;
	refused->target.net = *net;
	return check_target(refused);
}

/* --- all of them -------------------------------------------------------- */

static int walk_item(void *context, const char *name, const struct gtb_net *net,
		     const struct gtb_source *source)
{
	struct refused *refused = context;

	if (refused->target.budget == 0 || source->rule == NULL ||
	    source->rule->excludes || !source->rule->enabled)
		return GTB_OK;
	return name != NULL
		       ? check_name(refused, name, strncmp(name, "*.", 2) == 0)
		       : check_net(refused, net);
}

/* Without a policy, what is known of GoTo by itself. */
static int walk_known(struct refused *refused)
{
	const struct lint_goto *known = refused->run->known;
	int rc = GTB_OK;

	for (size_t i = 0; rc == GTB_OK && i < known->names_count; i++)
		rc = check_name(refused, known->names[i], true);
	for (size_t i = 0; rc == GTB_OK && i < known->nets_count; i++)
		rc = check_net(refused, &known->nets[i]);
	return rc;
}

static int walk(struct refused *refused)
{
	const struct gtb_ruleset *ruleset = refused->run->options->ruleset;

	if (ruleset == NULL)
		return walk_known(refused);
	return gtb_ruleset_walk(ruleset, walk_item, refused);
}

/* --- lines -------------------------------------------------------------- */

/* Ports that are missing there are L03's, and what takes all is L01's. */
static bool is_judged(const struct lint_run *run, const struct lint_line *line)
{
	const unsigned int unknown = LINT_USER | LINT_SLOW | LINT_CLIENT |
				     LINT_LISTENER | LINT_NOTES;

	return !line->ours && strcmp(line->action, "deny") == 0 &&
	       line->count > 0 && !lint_line_catches_all(run, line) &&
	       lint_line_term(run, line, unknown) == NULL &&
	       !lint_is_guard(run, line, LINT_GUARD_PORTS) &&
	       !lint_is_guard(run, line, LINT_GUARD_CONNECT);
}

static void say_refused(struct lint_run *run, const struct refused *refused)
{
	const struct gtb_conf_directive *at = refused->line->directive;
	bool all = refused->count == refused->seen;
	char where[LINT_WHERE_SIZE];
	char more[48] = "";

	lint_where(run, refused->bypass->directive, at->file, where);
	if (all) {
		lint_add(run, at, NULL,
			 "this line refuses all of GoTo before %s lets it "
			 "through",
			 where);
		return;
	}
	if (refused->count > 1)
		snprintf(more, sizeof(more), " (and %zu more of GoTo)",
			 refused->count - 1);
	lint_add_as(run, GTB_LINT_WARNING, at->file, at->place, NULL,
		    "this line refuses %s%s before %s lets it through",
		    refused->first, more, where);
}

static size_t first_bypass(const struct lint_run *run,
			   const struct lint_lines *access)
{
	for (size_t i = 0; i < access->count; i++)
		if (lets_goto(run, &access->lines[i]))
			return i;
	return access->count;
}

/* What of the budget is left behind the line. */
static size_t check_line(struct lint_run *run, const struct lint_line *line,
			 const struct lint_line *bypass, size_t budget)
{
	size_t given = budget / 4 + RESERVE;
	struct refused refused = {
		.run = run,
		.line = line,
		.bypass = bypass,
		.target = {.budget = given, .tries = true},
	};
	size_t spent;

	if (walk(&refused) == GTB_E_NOMEM)
		run->rc = GTB_E_NOMEM;
	if (refused.count > 0)
		say_refused(run, &refused);
	spent = given - refused.target.budget;
	return spent < budget ? budget - spent : 0;
}

void lint_l54(struct lint_run *run)
{
	const struct lint_lines *access = &run->lists[LINT_HTTP_ACCESS];
	size_t bypass = first_bypass(run, access);
	size_t budget = BUDGET;
	size_t judged = 0;

	for (size_t i = 0; bypass < access->count && i < bypass; i++)
		if (is_judged(run, &access->lines[i]) && judged++ < LINES_MAX)
			budget = check_line(run, &access->lines[i],
					    &access->lines[bypass], budget);
}
