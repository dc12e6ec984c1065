/*
 * world: a small ruleset with one of everything, and a second opinion on it.
 *
 * slow_decide() is written from goto-bypass-policy(5), not from the code: it
 * goes through tables of strings from one end to the other, knows no tree, no
 * table of bytes and no number line, and shares no function with src/core.
 */
#ifndef GTB_FUZZ_WORLD_H
#define GTB_FUZZ_WORLD_H

#include <stdbool.h>

#include "gtb/decide.h"

/* Made at the first call, then the same for the life of the process. */
const struct gtb_ruleset *fuzz_world(void);

/* The document of that world and its policy, as YAML. */
extern const char fuzz_world_catalog[];
extern const char fuzz_world_policy[];

struct slow_verdicts {
	bool well_formed;
	bool auth; /* no authentication asked */
	bool tls;  /* spliced */
};

struct slow_verdicts slow_decide(const struct gtb_query *query);

#define SLOW_LETTERS "abcdefghijklmnopqrstuvwxyz"
#define SLOW_DIGITS  "0123456789"

/* The text as a string; false: it is too long for size, or holds a NUL. */
bool slow_string(const struct gtb_text *text, char *string, size_t size);

/* A name as the design has it, without its trailing dot, in lower case. */
#define SLOW_NAME_SIZE 256
bool slow_name(const struct gtb_text *text, char name[SLOW_NAME_SIZE]);

/* An address, IPv4 as ::ffff:a.b.c.d; what inet_pton(3) takes. */
bool slow_address(const struct gtb_text *text, unsigned char bytes[16]);

/* A host: 'n' a name, 'a' an address, 0 neither. */
int slow_host(const struct gtb_text *text, char name[SLOW_NAME_SIZE],
	      unsigned char bytes[16]);

/* Does an entry, "x" or "*.x", cover a name? All in lower case. */
bool slow_covers(const char *entry, const char *name);

/* The decision of src/core must be that of slow_decide(); it stops if not. */
void fuzz_decide(const struct gtb_query *query, struct gtb_decision *decision);

#endif
