/*
 * lint_view: making the prepared view of lint_parts.h, piece by piece.
 */
#ifndef GTB_LINT_VIEW_H
#define GTB_LINT_VIEW_H

#include "lint_parts.h"

/*
 * Fill everything of the run that is derived from conf and options.
 * GTB_OK or GTB_E_NOMEM; lint_view_fini() either way.
 */
int lint_view_make(struct lint_run *run);
void lint_view_fini(struct lint_run *run);

/*
 * Its parts: what GoTo's is, whom each acl asks, what it is, and which
 * service decides.
 */
int lint_goto_make(struct lint_run *run);
void lint_goto_fini(struct lint_run *run);
int lint_external_make(struct lint_run *run);
int lint_traits_make(struct lint_run *run);
int lint_services_make(struct lint_run *run);
int lint_service_groups_make(struct lint_run *run); /* after the services */

/*
 * How a CONNECT of GoTo's to port 443 meets an acl, as far as that can be
 * told: it can match; it must, and the acl negated excludes it. Kept beside
 * the traits.
 */
#define LINT_REACH_CAN	(1u << 29)
#define LINT_REACH_MUST (1u << 28)
unsigned int lint_reach(const struct lint_run *run,
			const struct gtb_conf_acl *acl);

/* Of an acl that is no group: its traits, and its reach given these. */
unsigned int lint_leaf_traits(const struct lint_run *run,
			      const struct gtb_conf_acl *acl);
unsigned int lint_leaf_reach(const struct lint_run *run,
			     const struct gtb_conf_acl *acl,
			     unsigned int traits);

/* A line of an access list that Squid does without; L55 says so. */
bool lint_is_void(const struct gtb_conf_directive *directive);

/* Some name of GoTo's ends in this one, such as ".com". */
bool lint_goto_below(const struct lint_run *run, const char *name);

#endif
