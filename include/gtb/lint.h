/*
 * lint: what is wrong with a squid.conf as far as GoTo's bypass goes.
 *
 * Works on what gtb/conf.h read; starts nothing, opens nothing, knows nothing
 * of the network. Every rule has one row in a table, and everything that
 * people read about a rule comes from that row.
 */
#ifndef GTB_LINT_H
#define GTB_LINT_H

#include <stdbool.h>
#include <stddef.h>

#include "gtb/conf.h"
#include "gtb/ruleset.h"

enum gtb_lint_level {
	GTB_LINT_ERROR,	  /* it does not work, or it lets too much through */
	GTB_LINT_WARNING, /* it is likely to be one of these */
	GTB_LINT_NOTE,	  /* worth knowing; nothing breaks */
	GTB_LINT_LEVEL_COUNT
};

/* "error", "warning", "note". */
const char *gtb_lint_level_word(enum gtb_lint_level level);

/* A rule, as people read of it. Sentences end without a full stop. */
struct gtb_lint_rule {
	const char *id;		   /* "L01" */
	enum gtb_lint_level level; /* usual; a finding may be milder */
	bool needs_ruleset;	   /* finds nothing without options.ruleset */
	const char *title;	   /* a few words */
	const char *wrong;	   /* what goes wrong, one sentence */
	const char *mend;	   /* how to mend it, one sentence */
	const char *story;	   /* a paragraph, full sentences */
	const char *source;	   /* where it comes from: Squid's
				    * file:function, a thread, an RFC */
};

/*
 * The rules in the order of their ids; NULL behind the last. The second finds
 * one by its id, whatever the case of "l01"; NULL: there is none.
 */
const struct gtb_lint_rule *gtb_lint_rule_at(size_t index);
const struct gtb_lint_rule *gtb_lint_rule_find(const char *id);

struct gtb_lint_options {
	/*
	 * What the snippet is held against: its digest, GoTo's names and
	 * networks. NULL: rules that need it are left out, and GoTo is known
	 * by the included snippet's own lists and a few domains.
	 */
	const struct gtb_ruleset *ruleset;
	const char *program;	/* "goto-bypass 0.1.0"; NULL: not compared */
	const char *policy;	/* paths the ruleset came from, for messages; */
	const char *catalog;	/* NULL: not known */
	unsigned int squid;	/* major version; 0: 5 */
};

struct gtb_lint_finding {
	const struct gtb_lint_rule *rule;
	enum gtb_lint_level level;
	char *file;		/* as the reader names it */
	unsigned int line;	/* from 1; 0: the file as a whole */
	unsigned int column;	/* from 1, in bytes; 0: the line as a whole */
	char *message;		/* what goes wrong here, one sentence without
				 * a full stop; printable ASCII */
	char *mend;		/* how to mend it, likewise */
};

struct gtb_lint {
	struct gtb_lint_finding *findings; /* by file in the order of reading,
					    * then line, column and rule */
	size_t count;
};

/*
 * Hold every rule against a configuration. GTB_OK: *lint is filled, maybe
 * with nothing, and is freed with gtb_lint_fini(). GTB_E_NOMEM: it is empty.
 */
int gtb_lint_run(const struct gtb_conf *conf,
		 const struct gtb_lint_options *options, struct gtb_lint *lint);

/* Free what it holds and make it empty. */
void gtb_lint_fini(struct gtb_lint *lint);

#endif
