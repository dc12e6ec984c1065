/* The form of catalog documents; the contract is in catalog_schema.h. */
#include "config.h"

#include "catalog_schema.h"
#include "gtb/yaml.h"

/* Limits that keep a slip from becoming a burden. */
#define TEXT_MAX      300 /* bytes a value */
#define ENTRIES_MAX   65536
#define PORTS_MAX     64
#define NOTES_MAX     32
#define RESIDENTS_MAX 64

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const cyaml_strval_t gtb_raw_bypass[GTB_RAW_BYPASS_COUNT] = {
	{"auth", GTB_BYPASS_AUTH},
	{"tls", GTB_BYPASS_TLS},
};

const cyaml_strval_t gtb_raw_hosting[GTB_HOSTING_BITS] = {
	{"goto", GTB_HOSTING_GOTO},
	{"aws", GTB_HOSTING_AWS},
	{"google-cloud", GTB_HOSTING_GOOGLE_CLOUD},
	{"third-party", GTB_HOSTING_THIRD_PARTY},
};

const cyaml_strval_t gtb_raw_products[GTB_PRODUCT_BITS] = {
	{"meeting", GTB_PRODUCT_MEETING},
	{"webinar", GTB_PRODUCT_WEBINAR},
	{"training", GTB_PRODUCT_TRAINING},
	{"connect", GTB_PRODUCT_CONNECT},
};

static const cyaml_strval_t tiers[] = {
	{"required", GTB_TIER_REQUIRED},
	{"optional", GTB_TIER_OPTIONAL},
	{"third-party", GTB_TIER_THIRD_PARTY},
	{"legacy", GTB_TIER_LEGACY},
};

static const cyaml_strval_t inspections[] = {
	{"exclude", GTB_INSPECTION_EXCLUDE},
	{"allow", GTB_INSPECTION_ALLOW},
};

/* 0 stays free: not given. */
static const cyaml_strval_t statuses[] = {{"current", 1}, {"legacy", 2}};
static const cyaml_strval_t actions[] = {{"allow", 1}, {"drop", 2}};
static const cyaml_strval_t protocols[] = {{"tcp", 1}, {"udp", 2}, {"any", 3}};
static const cyaml_strval_t vias[] = {
	{"direct", 1}, {"proxy", 2}, {"tunnel", 3}};
static const cyaml_strval_t targets[] = {
	{"any", 1},	      {"tcp-networks", 2},	{"udp-networks", 3},
	{"turn-networks", 4}, {"internal-networks", 5},
};

static const cyaml_schema_value_t text_schema = {
	CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, TEXT_MAX),
};

#define REQUIRED GTB_YAML_REQUIRED
#define OPTIONAL CYAML_FLAG_OPTIONAL
#define STRICT	 CYAML_FLAG_STRICT

#define TEXT(key, flags, structure, member)                                    \
	CYAML_FIELD_STRING_PTR(key, flags, structure, member, 1, TEXT_MAX)
#define TEXTS(key, structure, member, min, max)                                \
	CYAML_FIELD_SEQUENCE(key, OPTIONAL | CYAML_FLAG_POINTER, structure,    \
			     member, &text_schema, min, max)
#define WORD(key, flags, structure, member, words)                             \
	CYAML_FIELD_ENUM(key, (flags) | STRICT, structure, member, words,      \
			 COUNT(words))

#define ENTRY_FIELDS                                                           \
	TEXT("row", REQUIRED, struct gtb_raw_entry, row),                      \
		TEXT("use", OPTIONAL, struct gtb_raw_entry, use),              \
		CYAML_FIELD_ENUM_PTR("tier", REQUIRED | STRICT,                \
				     struct gtb_raw_entry, tier, tiers,        \
				     COUNT(tiers)),                            \
		CYAML_FIELD_FLAGS_PTR("products", OPTIONAL | STRICT,           \
				      struct gtb_raw_entry, products,          \
				      gtb_raw_products, GTB_PRODUCT_BITS),     \
		WORD("inspection", OPTIONAL, struct gtb_raw_entry, inspection, \
		     inspections),                                             \
		TEXTS("tcp", struct gtb_raw_entry, tcp, 1, PORTS_MAX),         \
		TEXTS("udp", struct gtb_raw_entry, udp, 1, PORTS_MAX)

static const cyaml_schema_field_t network_fields[] = {
	ENTRY_FIELDS,
	TEXT("network", REQUIRED, struct gtb_raw_entry, network),
	CYAML_FIELD_BOOL("wide", OPTIONAL, struct gtb_raw_entry, wide),
	TEXTS("names", struct gtb_raw_entry, names, 1, RESIDENTS_MAX),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t name_fields[] = {
	ENTRY_FIELDS,
	TEXT("name", REQUIRED, struct gtb_raw_entry, name),
	CYAML_FIELD_FLAGS("hosting", OPTIONAL | STRICT, struct gtb_raw_entry,
			  hosting, gtb_raw_hosting, GTB_HOSTING_BITS),
	CYAML_FIELD_BOOL("shared", OPTIONAL, struct gtb_raw_entry, shared),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t rule_fields[] = {
	WORD("action", REQUIRED, struct gtb_raw_rule, action, actions),
	WORD("protocol", REQUIRED, struct gtb_raw_rule, protocol, protocols),
	TEXTS("ports", struct gtb_raw_rule, ports, 1, PORTS_MAX),
	WORD("to", REQUIRED, struct gtb_raw_rule, to, targets),
	WORD("narrow", OPTIONAL, struct gtb_raw_rule, narrow, targets),
	WORD("via", OPTIONAL, struct gtb_raw_rule, via, vias),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t rule_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct gtb_raw_rule,
			    rule_fields),
};

static const cyaml_schema_field_t mode_fields[] = {
	TEXT("row", REQUIRED, struct gtb_raw_mode, row),
	TEXT("title", REQUIRED, struct gtb_raw_mode, title),
	TEXT("clients", OPTIONAL, struct gtb_raw_mode, clients),
	CYAML_FIELD_BOOL("return-by-state", OPTIONAL, struct gtb_raw_mode,
			 return_by_state),
	CYAML_FIELD_SEQUENCE("rules", REQUIRED | CYAML_FLAG_POINTER,
			     struct gtb_raw_mode, rules, &rule_schema, 1,
			     ENTRIES_MAX),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t network_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct gtb_raw_entry,
			    network_fields),
};

static const cyaml_schema_value_t name_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct gtb_raw_entry,
			    name_fields),
};

static const cyaml_schema_value_t mode_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct gtb_raw_mode,
			    mode_fields),
};

static const cyaml_schema_field_t document_fields[] = {
	TEXT("document", REQUIRED, struct gtb_raw_document, id),
	TEXT("title", REQUIRED, struct gtb_raw_document, title),
	TEXT("version", REQUIRED, struct gtb_raw_document, version),
	TEXT("checked", REQUIRED, struct gtb_raw_document, checked),
	TEXT("source", REQUIRED, struct gtb_raw_document, source),
	WORD("status", REQUIRED, struct gtb_raw_document, status, statuses),
	CYAML_FIELD_FLAGS_PTR("products", REQUIRED | STRICT,
			      struct gtb_raw_document, products,
			      gtb_raw_products, GTB_PRODUCT_BITS),
	TEXTS("probes", struct gtb_raw_document, probes, 1, PORTS_MAX),
	TEXTS("internal-networks", struct gtb_raw_document, internal, 1,
	      ENTRIES_MAX),
	TEXTS("notes", struct gtb_raw_document, notes, 1, NOTES_MAX),
	CYAML_FIELD_SEQUENCE("networks", OPTIONAL | CYAML_FLAG_POINTER,
			     struct gtb_raw_document, networks, &network_schema,
			     1, ENTRIES_MAX),
	CYAML_FIELD_SEQUENCE("names", OPTIONAL | CYAML_FLAG_POINTER,
			     struct gtb_raw_document, names, &name_schema, 1,
			     ENTRIES_MAX),
	CYAML_FIELD_SEQUENCE("modes", OPTIONAL | CYAML_FLAG_POINTER,
			     struct gtb_raw_document, modes, &mode_schema, 1,
			     ENTRIES_MAX),
	CYAML_FIELD_END,
};

const cyaml_schema_value_t gtb_catalog_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct gtb_raw_document,
			    document_fields),
};

static const char *word_of(const cyaml_strval_t *words, size_t count,
			   uint32_t value)
{
	for (size_t i = 0; i < count; i++)
		if (words[i].val == (int64_t)value)
			return words[i].str;
	return NULL;
}

const char *gtb_raw_action(uint32_t value)
{
	return word_of(actions, COUNT(actions), value);
}

const char *gtb_raw_protocol(uint32_t value)
{
	return word_of(protocols, COUNT(protocols), value);
}

const char *gtb_raw_target(uint32_t value)
{
	return word_of(targets, COUNT(targets), value);
}

const char *gtb_raw_via(uint32_t value)
{
	return word_of(vias, COUNT(vias), value);
}

const char *gtb_raw_status(uint32_t value)
{
	return word_of(statuses, COUNT(statuses), value);
}
