/* What acls are through groups: any-of and all-of, and walking them. */
#include "config.h"

#include <stdlib.h>

#include "gtb/report.h"
#include "lint_view.h"

/* Groups in groups, deeper than anybody writes them. */
#define DEPTH_MAX 32

/* Kept beside the traits, and nobody's business but ours. */
#define IS_DONE (1u << 31)
#define IS_SEEN (1u << 30)
#define PRIVATE (IS_DONE | IS_SEEN | LINT_REACH_CAN | LINT_REACH_MUST)

static bool is_group(const struct gtb_conf_acl *acl)
{
	return lint_acl_is(acl, "any-of") || lint_acl_is(acl, "all-of");
}

/* The acl a member names; *negated tells of its '!'. */
static const struct gtb_conf_acl *member(const struct lint_run *run,
					 const struct gtb_conf_acl *group,
					 size_t index, bool *negated)
{
	const char *name = group->values[index].text;

	*negated = name[0] == '!';
	return gtb_conf_acl_find(run->conf, name + *negated);
}

/* What is known of an acl so far: traits, IS_DONE and the reach bits. */
static unsigned int gather(struct lint_run *run, size_t index, int depth);

/* A member's bits; of a negated one, only how it reaches GoTo, turned. */
static unsigned int gather_member(struct lint_run *run,
				  const struct gtb_conf_acl *group,
				  size_t index, int depth)
{
	bool negated;
	const struct gtb_conf_acl *acl = member(run, group, index, &negated);
	unsigned int bits;

	if (acl == NULL)
		return LINT_REACH_CAN;
	bits = gather(run, (size_t)(acl - run->acls), depth);
	if (!negated)
		return bits & ~IS_DONE;
	return ((bits & LINT_REACH_MUST) != 0 ? 0 : LINT_REACH_CAN) |
	       ((bits & LINT_REACH_CAN) != 0 ? 0 : LINT_REACH_MUST);
}

static unsigned int gather_group(struct lint_run *run,
				 const struct gtb_conf_acl *group, int depth)
{
	const unsigned int reach = LINT_REACH_CAN | LINT_REACH_MUST;
	unsigned int some = 0;
	unsigned int every = ~0u;

	for (size_t i = 0; i < group->values_count; i++) {
		unsigned int bits = gather_member(run, group, i, depth);

		some |= bits;
		every &= bits;
	}
	if (group->values_count == 0)
		every = 0;
	/* Who may come in another way is not held to a step or a method. */
	if (lint_acl_is(group, "any-of"))
		return (some & ~(LINT_STEP | LINT_CONNECT)) |
		       (every & (LINT_STEP | LINT_CONNECT));
	return (some & ~(LINT_ALL | reach)) | (every & (LINT_ALL | reach));
}

static unsigned int gather(struct lint_run *run, size_t index, int depth)
{
	const struct gtb_conf_acl *acl = &run->acls[index];
	unsigned int bits;

	if ((run->traits[index] & IS_DONE) != 0)
		return run->traits[index];
	if (depth >= DEPTH_MAX)
		return LINT_REACH_CAN;
	/* A group that holds itself finds nothing there. */
	run->traits[index] = IS_DONE | LINT_REACH_CAN;
	if (is_group(acl)) {
		bits = gather_group(run, acl, depth + 1);
	} else {
		bits = lint_leaf_traits(run, acl);
		bits |= lint_leaf_reach(run, acl, bits);
	}
	run->traits[index] = bits | IS_DONE;
	return run->traits[index];
}

int lint_traits_make(struct lint_run *run)
{
	run->traits = calloc(run->acls_count + 1, sizeof(run->traits[0]));
	if (run->traits == NULL)
		return GTB_E_NOMEM;
	for (size_t i = 0; i < run->acls_count; i++)
		gather(run, i, 0);
	return GTB_OK;
}

unsigned int lint_traits(const struct lint_run *run,
			 const struct gtb_conf_acl *acl)
{
	return acl != NULL ? run->traits[acl - run->acls] & ~PRIVATE : 0;
}

unsigned int lint_reach(const struct lint_run *run,
			const struct gtb_conf_acl *acl)
{
	if (acl == NULL)
		return LINT_REACH_CAN;
	return run->traits[acl - run->acls] &
	       (LINT_REACH_CAN | LINT_REACH_MUST);
}

/* --- visiting ---------------------------------------------------------- */

static bool visit_all(const struct lint_run *run,
		      const struct gtb_conf_acl *acl, lint_visit *visit,
		      void *context, int depth)
{
	bool found;

	if (acl == NULL || depth >= DEPTH_MAX ||
	    (run->traits[acl - run->acls] & IS_SEEN) != 0)
		return false;
	run->traits[acl - run->acls] |= IS_SEEN;
	found = visit(run, acl, context);
	for (size_t i = 0; is_group(acl) && !found && i < acl->values_count;
	     i++) {
		bool negated;
		const struct gtb_conf_acl *inner =
			member(run, acl, i, &negated);

		found = visit_all(run, inner, visit, context, depth + 1);
	}
	return found;
}

/* Take the marks off again, along the same ways. */
static void unmark(const struct lint_run *run, const struct gtb_conf_acl *acl)
{
	if (acl == NULL || (run->traits[acl - run->acls] & IS_SEEN) == 0)
		return;
	run->traits[acl - run->acls] &= ~IS_SEEN;
	for (size_t i = 0; is_group(acl) && i < acl->values_count; i++) {
		bool negated;

		unmark(run, member(run, acl, i, &negated));
	}
}

bool lint_acl_any(const struct lint_run *run, const struct gtb_conf_acl *acl,
		  lint_visit *visit, void *context)
{
	bool found = visit_all(run, acl, visit, context, 0);

	unmark(run, acl);
	return found;
}
