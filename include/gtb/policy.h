/*
 * policy: what the admin chose. The YAML form is described in
 * goto-bypass-policy(5); the shipped file is squid-conf/policy.yaml.
 */
#ifndef GTB_POLICY_H
#define GTB_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gtb/catalog.h"
#include "gtb/file.h"
#include "gtb/report.h"

struct gtb_policy_tier {
	bool enabled;
	uint8_t bypass;		/* enum gtb_bypass bits its entries may get */
};

/* A named set of clients that may bypass. */
struct gtb_policy_identity {
	char *name;		/* letters, digits, '-', '_'; at most 32 */
	char **clients;		/* networks as text, already checked */
	size_t clients_count;
	uint8_t bypass;		/* enum gtb_bypass bits it is given */
	struct gtb_place place;
};

/* A name or network of the admin's own. */
struct gtb_policy_own {
	char *row;		/* "own-1", "own-2": order in the file */
	char *name;		/* as in a catalog entry; NULL for a network */
	char *network;		/* NULL for a name */
	char *use;		/* may be NULL */
	uint8_t bypass;
	uint8_t hosting;	/* names: GTB_HOSTING_GOTO alone asks for a
				 * destination in a listed network; 0 default */
	bool wide;
	bool special;		/* a private or special-purpose network, on
				 * purpose */
	bool shared;		/* a wildcard over a public suffix, on purpose */
	uint16_t *ports;	/* TCP; never empty, default 443 */
	size_t ports_count;
	struct gtb_place place;
};

enum gtb_list_kind {
	GTB_LIST_DSTDOMAIN,	/* one name a line; ".x" is x and all below */
	GTB_LIST_DST		/* one address, network or range a line */
};

/* A file of names or networks, one a line, as Squid's acl reads it. */
struct gtb_policy_list {
	char *file;		/* a relative path is beside the policy */
	enum gtb_list_kind kind;
	bool exclude;		/* its lines are exclusions */
	uint8_t bypass;		/* when not exclusions */
	uint16_t *ports;	/* TCP; never empty, default 443 */
	size_t ports_count;
	struct gtb_place place;
};

enum gtb_doubt {
	GTB_DOUBT_BYPASS,	/* a listed name is enough */
	GTB_DOUBT_REFUSE	/* no verdict without proof by address */
};

struct gtb_policy {
	struct gtb_policy_tier tiers[GTB_TIER_COUNT];
	uint8_t products;	/* enum gtb_product bits that are on */
	uint16_t *ports;	/* TCP ports that are on; never empty */
	size_t ports_count;
	char **shared;		/* wildcards of shared names opted in to */
	size_t shared_count;
	struct gtb_policy_identity *identities;	/* none: any client */
	size_t identities_count;
	char **exclude_names;	/* "*.x" or "x", lower case */
	size_t exclude_names_count;
	char **exclude_networks;
	size_t exclude_networks_count;
	struct gtb_policy_own *own;
	size_t own_count;
	struct gtb_policy_list *lists;
	size_t lists_count;
	enum gtb_doubt name_only;		/* default bypass */
	enum gtb_doubt destination_mismatch;	/* default refuse; bypass makes
						 * such a name name-only */
	char *path;
	char digest[65];	/* SHA-256 of the file, hexadecimal */
	char *text;		/* the file; NULL: it was parsed from memory */
	size_t text_len;
	struct gtb_stamp stamp;
};

/* Limits that keep replies short and mistakes small. */
#define GTB_IDENTITY_NAME_MAX 32	/* bytes */
#define GTB_DOCUMENT_ID_MAX 32		/* bytes */
#define GTB_ROW_MAX 32			/* bytes */
#define GTB_LIST_LINES_MAX 1000000	/* entries a list file */

/*
 * Read a policy file. Results and ownership as gtb_catalog_load(). List files
 * are not opened here; relative paths are made relative to the policy's
 * folder. A file without keys is refused, unless it says {}: a file cut short
 * must not pass for the defaults, which hold for any client.
 */
int gtb_policy_load(const char *path, struct gtb_policy **policy,
		    struct gtb_report *report);

/* Read a policy from memory; source names it in errors. */
int gtb_policy_parse(const char *source, const char *text, size_t len,
		     struct gtb_policy **policy, struct gtb_report *report);

/* NULL is allowed. */
void gtb_policy_free(struct gtb_policy *policy);

#endif
