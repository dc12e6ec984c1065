/*
 * catalog_schema: a catalog document as libcyaml reads it, before its values
 * are checked and put into gtb/catalog.h's form. A part of catalog.
 */
#ifndef GTB_CATALOG_SCHEMA_H
#define GTB_CATALOG_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cyaml/cyaml.h>

#include "gtb/catalog.h"

/* A row of networks or of names; what may be left out is NULL or 0. */
struct gtb_raw_entry {
	char *row;
	char *name;
	char *network;
	char *use;
	uint8_t hosting;
	uint32_t *tier; /* enum gtb_tier */
	uint8_t *products;
	uint32_t inspection; /* enum gtb_inspection */
	bool wide;
	bool shared;
	char **tcp;
	size_t tcp_count;
	char **udp;
	size_t udp_count;
	char **names;
	size_t names_count;
};

/* The words are indices into the tables below. */
struct gtb_raw_rule {
	uint32_t action;
	uint32_t protocol;
	char **ports;
	size_t ports_count;
	uint32_t to;
	uint32_t narrow;
	uint32_t via;
};

struct gtb_raw_mode {
	char *row;
	char *title;
	char *clients;
	bool return_by_state;
	struct gtb_raw_rule *rules;
	size_t rules_count;
};

struct gtb_raw_document {
	char *id;
	char *title;
	char *version;
	char *checked;
	char *source;
	uint32_t status;
	uint8_t *products;
	char **probes;
	size_t probes_count;
	char **internal;
	size_t internal_count;
	char **notes;
	size_t notes_count;
	struct gtb_raw_entry *networks;
	size_t networks_count;
	struct gtb_raw_entry *names;
	size_t names_count;
	struct gtb_raw_mode *modes;
	size_t modes_count;
};

/* Reads into a struct gtb_raw_document. */
extern const cyaml_schema_value_t gtb_catalog_schema;

/* The word a table of the schema has for a value; NULL for 0. */
const char *gtb_raw_action(uint32_t value);
const char *gtb_raw_protocol(uint32_t value);
const char *gtb_raw_target(uint32_t value);
const char *gtb_raw_via(uint32_t value);
const char *gtb_raw_status(uint32_t value);

/* Tables of bits, which the policy shares. */
#define GTB_RAW_BYPASS_COUNT 2
extern const cyaml_strval_t gtb_raw_products[GTB_PRODUCT_BITS];
extern const cyaml_strval_t gtb_raw_bypass[GTB_RAW_BYPASS_COUNT];
extern const cyaml_strval_t gtb_raw_hosting[GTB_HOSTING_BITS];

#endif
