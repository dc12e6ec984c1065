/*
 * world: a small ruleset for tests, from YAML text.
 */
#ifndef GTB_WORLD_H
#define GTB_WORLD_H

#include <stdbool.h>

#include "gtb/ruleset.h"

/*
 * The test catalog (world.c) compiled with a policy; NULL: the defaults. Fails
 * the running test when either is wrong. The caller frees the ruleset.
 */
struct gtb_ruleset *world_new(const char *policy);

/*
 * Has an emitted text a line that is the same, or begins the same where
 * expected ends in "*"?
 */
bool world_has_line(const char *text, const char *expected);

#endif
