/* The form of policies; the contract is in policy_schema.h. */
#include "config.h"

#include "catalog_schema.h"
#include "gtb/policy.h"
#include "gtb/yaml.h"
#include "policy_schema.h"

/* Limits that keep a slip from becoming a burden. */
#define TEXT_MAX    300 /* bytes a value */
#define FILE_MAX    4000
#define ENTRIES_MAX 65536
#define LISTS_MAX   256
#define PORTS_MAX   64

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const cyaml_strval_t forms[] = {
	{"dstdomain", GTB_LIST_DSTDOMAIN},
	{"dst", GTB_LIST_DST},
};

static const cyaml_strval_t doubts[] = {
	{"bypass", GTB_DOUBT_BYPASS},
	{"refuse", GTB_DOUBT_REFUSE},
};

static const cyaml_schema_value_t text_schema = {
	CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, TEXT_MAX),
};

#define REQUIRED GTB_YAML_REQUIRED
#define OPTIONAL CYAML_FLAG_OPTIONAL
#define STRICT	 CYAML_FLAG_STRICT

#define TEXT(key, flags, structure, member)                                    \
	CYAML_FIELD_STRING_PTR(key, flags, structure, member, 1, TEXT_MAX)
#define TEXTS(key, flags, structure, member, min, max)                         \
	CYAML_FIELD_SEQUENCE(key, (flags) | CYAML_FLAG_POINTER, structure,     \
			     member, &text_schema, min, max)
#define BYPASS(structure)                                                      \
	CYAML_FIELD_FLAGS_PTR("bypass", OPTIONAL | STRICT, structure, bypass,  \
			      gtb_raw_bypass, GTB_RAW_BYPASS_COUNT)
#define PORTS(structure)                                                       \
	TEXTS("ports", OPTIONAL, structure, ports, 1, PORTS_MAX)
#define LIST(key, structure, member, schema, min, max)                         \
	CYAML_FIELD_SEQUENCE(key, OPTIONAL | CYAML_FLAG_POINTER, structure,    \
			     member, schema, min, max)
#define DOUBT(key, structure, member)                                          \
	CYAML_FIELD_ENUM_PTR(key, OPTIONAL | STRICT, structure, member,        \
			     doubts, COUNT(doubts))
#define YES(key, structure, member)                                            \
	CYAML_FIELD_BOOL(key, OPTIONAL, structure, member)

static const cyaml_schema_field_t tier_fields[] = {
	CYAML_FIELD_BOOL_PTR("enabled", OPTIONAL, struct gtb_raw_tier, enabled),
	BYPASS(struct gtb_raw_tier),
	CYAML_FIELD_END,
};

#define TIER(key, index)                                                       \
	CYAML_FIELD_MAPPING(key, OPTIONAL, struct gtb_raw_tiers, tier[index],  \
			    tier_fields)

static const cyaml_schema_field_t tiers_fields[] = {
	TIER("required", GTB_TIER_REQUIRED),
	TIER("optional", GTB_TIER_OPTIONAL),
	TIER("third-party", GTB_TIER_THIRD_PARTY),
	TIER("legacy", GTB_TIER_LEGACY),
	CYAML_FIELD_END,
};

#define PRODUCT(key, index)                                                    \
	CYAML_FIELD_BOOL_PTR(key, OPTIONAL, struct gtb_raw_products,           \
			     product[index])

/* In the order of gtb_raw_products. */
static const cyaml_schema_field_t products_fields[] = {
	PRODUCT("meeting", 0), PRODUCT("webinar", 1), PRODUCT("training", 2),
	PRODUCT("connect", 3), CYAML_FIELD_END,
};

static const cyaml_schema_field_t identity_fields[] = {
	TEXT("name", REQUIRED, struct gtb_raw_identity, name),
	TEXTS("clients", REQUIRED, struct gtb_raw_identity, clients, 1,
	      ENTRIES_MAX),
	BYPASS(struct gtb_raw_identity),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t exclude_fields[] = {
	TEXTS("names", OPTIONAL, struct gtb_raw_exclude, names, 0, ENTRIES_MAX),
	TEXTS("networks", OPTIONAL, struct gtb_raw_exclude, networks, 0,
	      ENTRIES_MAX),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t own_fields[] = {
	TEXT("name", OPTIONAL, struct gtb_raw_own, name),
	TEXT("network", OPTIONAL, struct gtb_raw_own, network),
	TEXT("use", OPTIONAL, struct gtb_raw_own, use),
	BYPASS(struct gtb_raw_own),
	PORTS(struct gtb_raw_own),
	CYAML_FIELD_FLAGS("hosting", OPTIONAL | STRICT, struct gtb_raw_own,
			  hosting, gtb_raw_hosting, GTB_HOSTING_BITS),
	YES("wide", struct gtb_raw_own, wide),
	YES("special", struct gtb_raw_own, special),
	YES("shared", struct gtb_raw_own, shared),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t list_fields[] = {
	CYAML_FIELD_STRING_PTR("file", REQUIRED, struct gtb_raw_list, file, 1,
			       FILE_MAX),
	CYAML_FIELD_ENUM("form", REQUIRED | STRICT, struct gtb_raw_list, form,
			 forms, COUNT(forms)),
	YES("exclude", struct gtb_raw_list, exclude),
	BYPASS(struct gtb_raw_list),
	PORTS(struct gtb_raw_list),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t identity_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct gtb_raw_identity,
			    identity_fields),
};

static const cyaml_schema_value_t own_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct gtb_raw_own, own_fields),
};

static const cyaml_schema_value_t list_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct gtb_raw_list,
			    list_fields),
};

static const cyaml_schema_field_t policy_fields[] = {
	CYAML_FIELD_MAPPING("tiers", OPTIONAL, struct gtb_raw_policy, tiers,
			    tiers_fields),
	CYAML_FIELD_MAPPING("products", OPTIONAL, struct gtb_raw_policy,
			    products, products_fields),
	PORTS(struct gtb_raw_policy),
	TEXTS("shared", OPTIONAL, struct gtb_raw_policy, shared, 0,
	      ENTRIES_MAX),
	/* An empty list could mean nobody, or anybody: it is refused. */
	LIST("identities", struct gtb_raw_policy, identities, &identity_schema,
	     1, ENTRIES_MAX),
	CYAML_FIELD_MAPPING("exclude", OPTIONAL, struct gtb_raw_policy, exclude,
			    exclude_fields),
	LIST("own", struct gtb_raw_policy, own, &own_schema, 0, ENTRIES_MAX),
	LIST("lists", struct gtb_raw_policy, lists, &list_schema, 0, LISTS_MAX),
	DOUBT("name-only", struct gtb_raw_policy, name_only),
	DOUBT("destination-mismatch", struct gtb_raw_policy,
	      destination_mismatch),
	CYAML_FIELD_END,
};

const cyaml_schema_value_t gtb_policy_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct gtb_raw_policy,
			    policy_fields),
};
