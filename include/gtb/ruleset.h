/*
 * ruleset: catalog and policy compiled for deciding. Immutable once made, so
 * threads share it without locks; everything lent from it lives as long as it
 * does.
 */
#ifndef GTB_RULESET_H
#define GTB_RULESET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gtb/catalog.h"
#include "gtb/host.h"
#include "gtb/net.h"
#include "gtb/policy.h"
#include "gtb/reason.h"
#include "gtb/report.h"
#include "gtb/watch.h"

struct gtb_ruleset;

/* TCP ports that any rule can use are numbered 0..count-1, at most 64. */
#define GTB_RULESET_PORTS_MAX 64

/* Longest label of a rule, with its NUL: the longest document and row. */
#define GTB_RULE_LABEL_SIZE (GTB_DOCUMENT_ID_MAX + 1 + GTB_ROW_MAX + 1)

/* An entry as compiled; all lines of one list file share one rule. */
struct gtb_rule {
	const char *document;	/* document id, "policy", or "list" */
	const char *row;	/* row, "own-1", "exclude"; for a list its file
				 * name; the line is in struct gtb_source */
	char label[GTB_RULE_LABEL_SIZE]; /* "document:row", of bytes that may
					  * stand in an annotation */
	uint8_t label_len;
	const char *text;	/* "*.goto.com"; NULL for a list */
	const char *use;	/* may be NULL */
	enum gtb_tier tier;
	uint8_t hosting;	/* enum gtb_hosting bits */
	uint8_t products;
	uint8_t bypass;		/* what it grants; 0 when off */
	bool excludes;		/* an exclusion */
	bool enabled;
	enum gtb_reason off;	/* why not enabled */
	bool network;		/* else a name */
	uint64_t ports;		/* bit i: gtb_ruleset_ports()[i] */
};

/* Which entry: the rule and, for a list, the line of the file. */
struct gtb_source {
	const struct gtb_rule *rule;	/* NULL: none */
	uint32_t line;			/* 0 unless the rule is a list */
};

/* Longest text gtb_source_text() writes, with its NUL. */
#define GTB_SOURCE_TEXT_SIZE 72

/*
 * "v10-desktop:names-1", "policy:own-2", "list:nobump.txt:17"; "-" for none.
 * At most 71 bytes, letters, digits and "-_.:" only. Returns buffer.
 */
const char *gtb_source_text(const struct gtb_source *source, char *buffer,
			    size_t size);

/*
 * Compile. List files are read here. The catalog and policy are taken: freed
 * with the ruleset, or at once on failure. On GTB_OK the caller frees *ruleset; the
 * report may hold warnings. GTB_E_INPUT, GTB_E_IO, GTB_E_NOMEM: *ruleset is
 * NULL.
 */
int gtb_ruleset_compile(struct gtb_catalog *catalog, struct gtb_policy *policy,
			struct gtb_watch *watch, struct gtb_ruleset **ruleset,
			struct gtb_report *report);

/*
 * Load policy and catalog and compile them. Every path looked at is added to
 * watch (may be NULL) before it is read, also when loading fails.
 */
int gtb_ruleset_load(const char *policy_path, const char *catalog_folder,
		     struct gtb_watch *watch, struct gtb_ruleset **ruleset,
		     struct gtb_report *report);

/* NULL is allowed. */
void gtb_ruleset_free(struct gtb_ruleset *ruleset);

/* Lent for the life of the ruleset. */
const struct gtb_catalog *gtb_ruleset_catalog(const struct gtb_ruleset *);
const struct gtb_policy *gtb_ruleset_policy(const struct gtb_ruleset *);
const struct gtb_rule *gtb_ruleset_rules(const struct gtb_ruleset *,
					 size_t *count);
const uint16_t *gtb_ruleset_ports(const struct gtb_ruleset *, size_t *count);

/* How many names and networks can be looked up, list lines included. */
size_t gtb_ruleset_names_count(const struct gtb_ruleset *);
size_t gtb_ruleset_networks_count(const struct gtb_ruleset *);

/*
 * SHA-256, hexadecimal, 64 digits, over the digests of policy, documents and
 * list files: two machines with the same digest decide alike.
 */
const char *gtb_ruleset_digest(const struct gtb_ruleset *);

/*
 * Every name, then every network, in a stable order, list lines included.
 * name is "*.x" or "x"; exactly one of name and net is set; both lent for the
 * call. A callback that returns other than GTB_OK stops the walk.
 */
typedef int gtb_ruleset_item(void *context, const char *name,
			     const struct gtb_net *net,
			     const struct gtb_source *source);
int gtb_ruleset_walk(const struct gtb_ruleset *, gtb_ruleset_item *item,
		     void *context);

/*
 * For emitters: what the names (then the networks) decide for one verdict at
 * one port, as the fewest lines. yes = true: bypass this and what it covers;
 * yes = false: an exception inside a wider yes. Items that change nothing are
 * left out, an exception inside an exception too when it can't be told in two
 * lists (counted in *stricter, may be NULL, and then not bypassed).
 * Networks arrive merged. Identities, hosting and shared doubts are not
 * considered: those need facts of the request.
 */
typedef int gtb_ruleset_verdict_item(void *context, const char *name,
				     const struct gtb_net *net, bool yes);
int gtb_ruleset_verdicts(const struct gtb_ruleset *, enum gtb_bypass verdict,
			 uint16_t port, gtb_ruleset_verdict_item *item,
			 void *context, size_t *stricter);

/*
 * The same, of names alone, for requests whose original destination is known
 * and in no enabled network: without names that GoTo alone hosts, and without
 * any where the policy refuses name-only.
 */
int gtb_ruleset_verdicts_far(const struct gtb_ruleset *,
			     enum gtb_bypass verdict, uint16_t port,
			     gtb_ruleset_verdict_item *item, void *context,
			     size_t *stricter);

#endif
