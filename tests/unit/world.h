/*
 * world: a small ruleset for tests, from YAML text.
 */
#ifndef GTB_WORLD_H
#define GTB_WORLD_H

#include "gtb/ruleset.h"

/*
 * The test catalog (world.c) compiled with a policy; NULL: the defaults. Fails
 * the running test when either is wrong. The caller frees the ruleset.
 */
struct gtb_ruleset *world_new(const char *policy);

#endif
