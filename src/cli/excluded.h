/* excluded: entries that are on, and all the same let nothing pass. */
#ifndef GTB_CLI_EXCLUDED_H
#define GTB_CLI_EXCLUDED_H

#include <stdbool.h>
#include <stddef.h>

#include "gtb/net.h"
#include "gtb/ruleset.h"

struct cli_excluded {
	const struct gtb_ruleset *ruleset;
	struct gtb_net *nets; /* sorted, none inside another */
	size_t count;
	size_t room;
};

/* GTB_OK or GTB_E_NOMEM; cli_excluded_fini() frees either way. */
int cli_excluded_init(struct cli_excluded *excluded,
		      const struct gtb_ruleset *ruleset);
void cli_excluded_fini(struct cli_excluded *excluded);

/* Does one exclusion cover all of a name, or of a network? */
bool cli_excluded_covers(const struct cli_excluded *excluded, const char *name,
			 const struct gtb_net *net);

#endif
