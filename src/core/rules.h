/*
 * rules: what entries of documents, the policy's own entries, exclusions and
 * list files become in a ruleset.
 */
#ifndef GTB_RULES_H
#define GTB_RULES_H

#include <stddef.h>

#include "gtb/report.h"
#include "gtb/watch.h"

#include "compiled.h"

/*
 * While compiling: the ruleset, whose arrays have room for every rule, and
 * what is gathered on the way.
 */
struct gtb_compiler {
	struct gtb_ruleset *ruleset;
	struct gtb_watch *watch;
	struct gtb_report *report;
	char *digests;		/* hexadecimal, one after the other */
	size_t digests_len;
};

/* Each returns GTB_OK, GTB_E_NOMEM, or what reading a list file gave. */
int gtb_rules_add_entry(struct gtb_ruleset *r,
			const struct gtb_document *document,
			const struct gtb_entry *entry);
int gtb_rules_add_own(struct gtb_ruleset *r, const struct gtb_policy_own *own);
int gtb_rules_add_exclusion(struct gtb_ruleset *r, const char *name,
			    const char *network, size_t number);
int gtb_rules_add_list(struct gtb_compiler *c,
		       const struct gtb_policy_list *list);

/* Append a file's digest to those the ruleset's own is made of. */
void gtb_rules_add_digest(struct gtb_compiler *c, const char *digest);

#endif
