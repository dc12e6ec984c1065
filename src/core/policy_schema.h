/*
 * policy_schema: a policy as libcyaml reads it, before its values are checked
 * and put into gtb/policy.h's form. A part of policy.
 */
#ifndef GTB_POLICY_SCHEMA_H
#define GTB_POLICY_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cyaml/cyaml.h>

#include "gtb/catalog.h"

/* What is left out is NULL, so that a default is told from a choice. */
struct gtb_raw_tier {
	bool *enabled;
	uint8_t *bypass;
};

struct gtb_raw_tiers {
	struct gtb_raw_tier tier[GTB_TIER_COUNT];
};

struct gtb_raw_products {
	bool *product[GTB_PRODUCT_BITS];
};

struct gtb_raw_identity {
	char *name;
	char **clients;
	size_t clients_count;
	uint8_t *bypass;
};

struct gtb_raw_exclude {
	char **names;
	size_t names_count;
	char **networks;
	size_t networks_count;
};

struct gtb_raw_own {
	char *name;
	char *network;
	char *use;
	uint8_t *bypass;
	char **ports;
	size_t ports_count;
	uint8_t hosting;
	bool wide;
	bool special;
	bool shared;
};

struct gtb_raw_list {
	char *file;
	uint32_t form; /* enum gtb_list_kind */
	bool exclude;
	uint8_t *bypass;
	char **ports;
	size_t ports_count;
};

struct gtb_raw_policy {
	struct gtb_raw_tiers tiers;
	struct gtb_raw_products products;
	char **ports;
	size_t ports_count;
	char **shared;
	size_t shared_count;
	struct gtb_raw_identity *identities;
	size_t identities_count;
	struct gtb_raw_exclude exclude;
	struct gtb_raw_own *own;
	size_t own_count;
	struct gtb_raw_list *lists;
	size_t lists_count;
	uint32_t *name_only;		/* enum gtb_doubt */
	uint32_t *destination_mismatch; /* enum gtb_doubt */
};

/* Reads into a struct gtb_raw_policy. */
extern const cyaml_schema_value_t gtb_policy_schema;

#endif
