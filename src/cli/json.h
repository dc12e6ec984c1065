/*
 * json: what the sub-commands' --json have in common. Keys and words are a
 * contract, see goto-bypass(1).
 */
#ifndef GTB_CLI_JSON_H
#define GTB_CLI_JSON_H

#include <jansson.h>
#include <stdint.h>

#include "gtb/ruleset.h"

/*
 * Put a value, which is taken, into an object or array. When that fails the
 * object or array is freed and becomes NULL, so a builder checks once.
 */
void cli_json_set(json_t **object, const char *key, json_t *value);
void cli_json_append(json_t **array, json_t *value);

/* Arrays of words or numbers; the caller owns them. NULL: no memory. */
json_t *cli_json_ports(const struct gtb_ruleset *ruleset, uint64_t ports);
json_t *cli_json_hosting(unsigned int hosting);
json_t *cli_json_products(unsigned int products);

/* Foreign text in printable ASCII, or null for NULL. */
json_t *cli_json_safe(const char *text);

/*
 * Write and free, with jansson's flags, or as text of its own lines. All of it
 * or nothing: CLI_TROUBLE, said on standard error, when it is NULL or memory
 * ran out.
 */
int cli_json_write(json_t *json, size_t flags);
int cli_json_print(json_t *json);

#endif
