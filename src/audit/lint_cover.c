/* What ssl_bump does with one name or network, as far as that can be told. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "gtb/list.h"
#include "gtb/report.h"
#include "lint_order.h"

/* Groups in groups, deeper than anybody writes them. */
#define DEPTH_MAX 32

/* What reading a network takes, in names that are compared. */
#define NET_COST 20

static enum lint_meets turned(enum lint_meets meets)
{
	if (meets == LINT_MEETS_NOT)
		return LINT_MEETS_ALL;
	return meets == LINT_MEETS_ALL ? LINT_MEETS_NOT : meets;
}

/* False: it is used up, and what follows is a guess. */
static bool spend(struct lint_target *target, size_t cost)
{
	if (target->budget < cost)
		return false;
	target->budget -= cost;
	return true;
}

/* --- names ------------------------------------------------------------- */

/* name is base, or stands below it. */
static bool is_below(const char *name, const char *base)
{
	size_t len = strlen(name);
	size_t base_len = strlen(base);

	if (len < base_len || strcasecmp(name + len - base_len, base) != 0)
		return false;
	return len == base_len || name[len - base_len - 1] == '.';
}

static enum lint_meets name_meets(const char *value, const char *target)
{
	const char *value_base = value + (value[0] == '.');
	const char *base = target + (target[0] == '.');

	if (value[0] == '.' ? is_below(base, value_base)
			    : strcasecmp(value, target) == 0)
		return LINT_MEETS_ALL;
	return target[0] == '.' && is_below(value_base, base) ? LINT_MEETS_PART
							      : LINT_MEETS_NOT;
}

static enum lint_meets names_meet(struct lint_target *target,
				  const struct gtb_conf_acl *acl)
{
	enum lint_meets most = LINT_MEETS_NOT;

	for (size_t i = 0; i < acl->values_count && most != LINT_MEETS_ALL;
	     i++) {
		enum lint_meets meets =
			name_meets(acl->values[i].text, target->name);

		if (!spend(target, 1))
			return LINT_MEETS_MAYBE;
		most = meets > most ? meets : most;
	}
	return most;
}

/* --- networks ---------------------------------------------------------- */

struct net_match {
	const struct gtb_net *net;
	enum lint_meets most;
};

/* Several that overlap may well make up the whole together. */
static int match_net(void *context, const struct gtb_name *name, bool wildcard,
		     const struct gtb_net *net, uint32_t line)
{
	struct net_match *match = context;

	(void)name;
	(void)wildcard;
	(void)line;
	if (gtb_net_covers(net, match->net))
		match->most = LINT_MEETS_ALL;
	else if (gtb_net_covers(match->net, net) &&
		 match->most == LINT_MEETS_NOT)
		match->most = LINT_MEETS_MAYBE;
	return GTB_OK;
}

static enum lint_meets nets_meet(struct lint_target *target,
				 const struct gtb_conf_acl *acl)
{
	struct net_match match = {.net = &target->net};

	for (size_t i = 0;
	     i < acl->values_count && match.most != LINT_MEETS_ALL; i++) {
		const char *text = acl->values[i].text;

		if (!spend(target, target->tries ? NET_COST : 1) ||
		    gtb_list_parse("", text, strlen(text), GTB_LIST_DST, true,
				   match_net, &match, NULL) != GTB_OK)
			return LINT_MEETS_MAYBE;
	}
	return match.most;
}

/* --- acls -------------------------------------------------------------- */

static enum lint_meets sni_meets(const struct lint_run *run,
				 struct lint_target *target,
				 const struct gtb_conf_acl *acl)
{
	if (gtb_conf_acl_has(acl, "--server-provided"))
		return LINT_MEETS_MAYBE;
	if (target->name != NULL)
		return names_meet(target, acl);
	/* Who asks a proxy for a bare address has no name to send. */
	return lint_has_port(run, false, true) ? LINT_MEETS_NOT
					       : LINT_MEETS_MAYBE;
}

static bool has_connect(const struct gtb_conf_acl *acl)
{
	for (size_t i = 0; i < acl->values_count; i++)
		if (strcasecmp(acl->values[i].text, "CONNECT") == 0)
			return true;
	return false;
}

/* What a CONNECT shows of where it goes. */
static bool is_tried(const struct gtb_conf_acl *acl)
{
	return lint_acl_is(acl, "dstdom_regex") ||
	       lint_acl_is(acl, "url_regex");
}

static enum lint_meets leaf_meets(const struct lint_run *run,
				  struct lint_target *target,
				  const struct gtb_conf_acl *acl)
{
	bool quick = gtb_conf_acl_has(acl, "-n");
	unsigned int traits = lint_traits(run, acl);

	if (target->tries && acl->partial)
		return LINT_MEETS_MAYBE;
	if (acl == target->acl || (traits & (LINT_ALL | LINT_CONNECT)) != 0 ||
	    lint_acl_is(acl, "at_step"))
		return LINT_MEETS_ALL;
	if (lint_acl_is(acl, "port"))
		return lint_acl_holds_port(acl, 443) ? LINT_MEETS_ALL
						     : LINT_MEETS_NOT;
	if (target->tries && lint_acl_is(acl, "method"))
		return has_connect(acl) ? LINT_MEETS_ALL : LINT_MEETS_NOT;
	if (lint_acl_is(acl, "ssl::server_name"))
		return sni_meets(run, target, acl);
	if (lint_acl_is(acl, "dstdomain") && target->name != NULL)
		return names_meet(target, acl);
	if (lint_acl_is(acl, "dst") && target->name == NULL)
		return nets_meet(target, acl);
	/* What is left of these two looks up what the target is not. */
	if (lint_acl_is(acl, "dstdomain") || lint_acl_is(acl, "dst"))
		return quick ? LINT_MEETS_NOT : LINT_MEETS_MAYBE;
	if (target->tries && is_tried(acl))
		return lint_regexes_meet(target, acl);
	/* An expression about others. */
	if ((traits & LINT_DESTINATION) != 0 && (traits & LINT_GOTO) == 0 &&
	    !lint_acl_is(acl, "any-of") && !lint_acl_is(acl, "all-of"))
		return target->name != NULL ? LINT_MEETS_PART : LINT_MEETS_NOT;
	return LINT_MEETS_MAYBE;
}

static enum lint_meets acl_meets(const struct lint_run *run,
				 struct lint_target *target,
				 const struct gtb_conf_acl *acl, int depth)
{
	bool any = lint_acl_is(acl, "any-of");
	enum lint_meets result = any ? LINT_MEETS_NOT : LINT_MEETS_ALL;

	if (acl == NULL || depth >= DEPTH_MAX || !spend(target, 1))
		return LINT_MEETS_MAYBE;
	if (!any && !lint_acl_is(acl, "all-of"))
		return leaf_meets(run, target, acl);
	for (size_t i = 0; i < acl->values_count; i++) {
		const struct gtb_conf_word *word = &acl->values[i];
		bool negated = word->text[0] == '!';
		enum lint_meets meets = acl_meets(
			run, target,
			gtb_conf_acl_find(run->conf, word->text + negated),
			depth + 1);

		meets = negated ? turned(meets) : meets;
		if (any ? meets > result : meets < result)
			result = meets;
		/* Lines of an all-of acl are alternatives. */
		if (!any && word->place.line != acl->values[0].place.line)
			return LINT_MEETS_MAYBE;
	}
	return result;
}

enum lint_meets lint_line_meets(const struct lint_run *run,
				struct lint_target *target,
				const struct lint_line *line)
{
	enum lint_meets least = LINT_MEETS_ALL;

	for (size_t i = 0; i < line->count; i++) {
		enum lint_meets meets =
			acl_meets(run, target, line->terms[i].acl, 0);

		if (line->terms[i].negated)
			meets = turned(meets);
		least = meets < least ? meets : least;
	}
	return least;
}

/* --- ssl_bump ---------------------------------------------------------- */

/* Our own lines are trusted to splice what they should. */
static bool may_splice(const struct lint_run *run, const struct lint_line *line,
		       enum lint_meets meets)
{
	if (line->ours && lint_line_bypasses(run, line))
		return true;
	return meets == LINT_MEETS_ALL ||
	       (meets == LINT_MEETS_MAYBE &&
		(lint_line_traits(run, line) &
		 (LINT_DESTINATION | LINT_NOTES | LINT_SLOW)) != 0);
}

static const struct lint_line *inspected_at(const struct lint_run *run,
					    struct lint_target *target,
					    unsigned int step)
{
	const struct lint_lines *bump = &run->lists[LINT_SSL_BUMP];
	bool goes_on = false;

	for (size_t i = 0; i < bump->count; i++) {
		const struct lint_line *line = &bump->lines[i];
		enum lint_action action = lint_action(line);
		enum lint_meets meets;

		if ((lint_line_steps(run, line) & step) == 0)
			continue;
		meets = lint_line_meets(run, target, line);
		if (action == LINT_SPLICE && may_splice(run, line, meets))
			return NULL;
		if ((action == LINT_PEEK || action == LINT_STARE) &&
		    step == LINT_STEP_1 && meets != LINT_MEETS_NOT)
			goes_on = true;
		if (meets != LINT_MEETS_ALL)
			continue;
		if (step == LINT_STEP_1 && goes_on)
			return inspected_at(run, target, LINT_STEP_2);
		return action == LINT_BUMP || action == LINT_STARE ? line
								   : NULL;
	}
	return NULL;
}

const struct lint_line *lint_inspects(const struct lint_run *run,
				      struct lint_target *target)
{
	return inspected_at(run, target, LINT_STEP_1);
}
