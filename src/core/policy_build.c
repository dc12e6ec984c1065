/* Checked policies out of raw ones; the contract is in policy_build.h. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "check.h"
#include "policy_build.h"
#include "policy_values.h"

#define PORTS_ALL_MAX 64 /* different ports a policy */
#define GRANT_ALL     (GTB_BYPASS_AUTH | GTB_BYPASS_TLS)

static const struct gtb_policy_tier tier_defaults[GTB_TIER_COUNT] = {
	[GTB_TIER_REQUIRED] = {true, GRANT_ALL},
	[GTB_TIER_OPTIONAL] = {false, GTB_BYPASS_AUTH},
	[GTB_TIER_THIRD_PARTY] = {false, GTB_BYPASS_TLS},
	[GTB_TIER_LEGACY] = {false, GTB_BYPASS_AUTH},
};

static const struct gtb_check_cures own_cures = {
	.wide = "split it, or add wide: yes",
	.special = "add special: yes if it is meant",
	.shared = "name the hosts, or add shared: yes",
};

static void build_tiers(struct gtb_build *build,
			const struct gtb_raw_tiers *raw,
			struct gtb_policy *policy)
{
	for (int i = 0; i < GTB_TIER_COUNT; i++) {
		const struct gtb_raw_tier *tier = &raw->tier[i];
		char path[GTB_POLICY_PATH_SIZE];

		snprintf(path, sizeof(path), "tiers.%s",
			 gtb_tier_word((enum gtb_tier)i));
		policy->tiers[i] = tier_defaults[i];
		if (tier->enabled != NULL)
			policy->tiers[i].enabled = *tier->enabled;
		policy->tiers[i].bypass = gtb_policy_bypass(
			build, path, tier->bypass, tier_defaults[i].bypass);
	}
}

static void build_products(const struct gtb_raw_products *raw,
			   struct gtb_policy *policy)
{
	policy->products = GTB_PRODUCT_ALL;
	for (int i = 0; i < GTB_PRODUCT_BITS; i++)
		if (raw->product[i] != NULL && !*raw->product[i])
			policy->products &= (uint8_t) ~(1U << i);
}

static void build_identity(struct gtb_build *build, size_t index,
			   struct gtb_raw_identity *raw,
			   struct gtb_policy_identity *identity)
{
	char message[GTB_CHECK_SIZE];
	char path[GTB_POLICY_PATH_SIZE];
	char clients[GTB_POLICY_PATH_SIZE];

	snprintf(path, sizeof(path), "identities[%zu]", index);
	snprintf(clients, sizeof(clients), "identities[%zu].clients", index);
	identity->name = gtb_build_take(&raw->name);
	identity->place = gtb_yaml_place(build->yaml, "%s", path);
	identity->bypass =
		gtb_policy_bypass(build, path, raw->bypass, GRANT_ALL);
	gtb_policy_networks(build, clients, raw->clients, raw->clients_count,
			    &identity->clients, &identity->clients_count);
	if (identity->name != NULL)
		gtb_build_is_good(build,
				  gtb_check_identity(identity->name, message),
				  "%s.name", path);
}

static void build_identities(struct gtb_build *build,
			     struct gtb_raw_policy *raw,
			     struct gtb_policy *policy)
{
	size_t count = raw->identities_count;
	char **names = gtb_build_room(build, count, sizeof(*names));

	policy->identities =
		gtb_build_room(build, count, sizeof(*policy->identities));
	if (policy->identities == NULL || names == NULL)
		goto out;
	policy->identities_count = count;
	for (size_t i = 0; i < count; i++) {
		build_identity(build, i, &raw->identities[i],
			       &policy->identities[i]);
		names[i] = policy->identities[i].name;
	}
	gtb_policy_unique(build, names, count, "identities", ".name");
out:
	free(names);
}

/* A flag that only means something for one kind of entry. */
static void check_flag(struct gtb_build *build, bool given, bool fits,
		       const char *message, const char *path, const char *key)
{
	if (given && !fits)
		gtb_build_is_good(build, message, "%s.%s", path, key);
}

static void check_flags(struct gtb_build *build, const char *path,
			const struct gtb_raw_own *raw, bool wildcard)
{
	bool network = raw->network != NULL;

	check_flag(build, raw->wide, network, "wide is for networks: remove it",
		   path, "wide");
	check_flag(build, raw->special, network,
		   "special is for networks: remove it", path, "special");
	check_flag(build, raw->shared, wildcard,
		   "shared is for wildcards: remove it", path, "shared");
	check_flag(build, raw->hosting != 0, !network,
		   "hosting is for names: remove it", path, "hosting");
}

/* The name or network of an own entry. */
static void build_own_host(struct gtb_build *build, const char *path,
			   const struct gtb_raw_own *raw,
			   struct gtb_policy_own *own)
{
	struct gtb_check_cures cures = own_cures;
	char at[GTB_POLICY_PATH_SIZE + 8];
	bool wildcard = false;

	if (raw->name != NULL && raw->network != NULL)
		gtb_build_is_good(build,
				  "both name and network: make two "
				  "entries of it",
				  "%s", path);
	if (build->whole && raw->name == NULL && raw->network == NULL)
		gtb_build_is_good(build, "neither name nor network: add one",
				  "%s", path);
	if (raw->wide)
		cures.wide = NULL;
	if (raw->special)
		cures.special = NULL;
	if (raw->shared)
		cures.shared = NULL;
	if (raw->name != NULL) {
		snprintf(at, sizeof(at), "%s.name", path);
		own->name = gtb_policy_pattern(build, raw->name, &cures,
					       &wildcard, at);
	}
	if (raw->network != NULL) {
		snprintf(at, sizeof(at), "%s.network", path);
		own->network =
			gtb_policy_network(build, raw->network, &cures, at);
	}
	check_flags(build, path, raw, wildcard);
}

static void build_own(struct gtb_build *build, size_t index,
		      struct gtb_raw_own *raw, struct gtb_policy_own *own)
{
	char path[GTB_POLICY_PATH_SIZE];
	char row[GTB_ROW_MAX];

	snprintf(path, sizeof(path), "own[%zu]", index);
	snprintf(row, sizeof(row), "own-%zu", index + 1);
	own->row = gtb_build_copy(build, row);
	own->use = gtb_build_take(&raw->use);
	own->bypass = gtb_policy_bypass(build, path, raw->bypass, GRANT_ALL);
	own->hosting = raw->hosting;
	own->wide = raw->wide;
	own->special = raw->special;
	own->shared = raw->shared;
	own->place = gtb_yaml_place(build->yaml, "%s", path);
	gtb_policy_ports(build, path, raw->ports, raw->ports_count, &own->ports,
			 &own->ports_count);
	build_own_host(build, path, raw, own);
}

static void build_owns(struct gtb_build *build, struct gtb_raw_policy *raw,
		       struct gtb_policy *policy)
{
	size_t count = raw->own_count;
	char **texts = gtb_build_room(build, count, sizeof(*texts));

	policy->own = gtb_build_room(build, count, sizeof(*policy->own));
	if (policy->own == NULL || texts == NULL)
		goto out;
	policy->own_count = count;
	for (size_t i = 0; i < count; i++) {
		build_own(build, i, &raw->own[i], &policy->own[i]);
		texts[i] = policy->own[i].name;
	}
	gtb_policy_unique(build, texts, count, "own", ".name");
	for (size_t i = 0; i < count; i++)
		texts[i] = policy->own[i].network;
	gtb_policy_unique(build, texts, count, "own", ".network");
out:
	free(texts);
}

/* A list file's path: a relative one is beside the policy. */
static char *resolve(struct gtb_build *build, char **file)
{
	const char *slash = strrchr(build->source, '/');
	size_t folder_len;
	size_t file_len;
	char *path;

	if (*file == NULL || **file == '/' || slash == NULL)
		return gtb_build_take(file);
	folder_len = (size_t)(slash - build->source) + 1;
	file_len = strlen(*file);
	path = gtb_build_keep(build, malloc(folder_len + file_len + 1));
	if (path == NULL)
		return NULL;
	memcpy(path, build->source, folder_len);
	memcpy(path + folder_len, *file, file_len + 1);
	return path;
}

static void build_list(struct gtb_build *build, size_t index,
		       struct gtb_raw_list *raw, struct gtb_policy_list *list)
{
	char path[GTB_POLICY_PATH_SIZE];
	bool grants = !raw->exclude;

	snprintf(path, sizeof(path), "lists[%zu]", index);
	check_flag(build, raw->bypass != NULL, grants,
		   "an exclusion grants nothing: remove bypass", path,
		   "bypass");
	check_flag(build, raw->ports_count > 0, grants,
		   "an exclusion holds on every port: remove ports", path,
		   "ports");
	list->file = resolve(build, &raw->file);
	list->kind = (enum gtb_list_kind)raw->form;
	list->exclude = raw->exclude;
	list->bypass = gtb_policy_bypass(build, path, raw->bypass, GRANT_ALL);
	list->place = gtb_yaml_place(build->yaml, "%s", path);
	gtb_policy_ports(build, path, raw->ports, raw->ports_count,
			 &list->ports, &list->ports_count);
}

static void build_lists(struct gtb_build *build, struct gtb_raw_policy *raw,
			struct gtb_policy *policy)
{
	size_t count = raw->lists_count;
	char **files = gtb_build_room(build, count, sizeof(*files));

	policy->lists = gtb_build_room(build, count, sizeof(*policy->lists));
	if (policy->lists == NULL || files == NULL)
		goto out;
	policy->lists_count = count;
	for (size_t i = 0; i < count; i++) {
		build_list(build, i, &raw->lists[i], &policy->lists[i]);
		files[i] = policy->lists[i].file;
	}
	gtb_policy_unique(build, files, count, "lists", ".file");
out:
	free(files);
}

/* The catalog marks wildcards alone as shared. */
static void build_shared(struct gtb_build *build, struct gtb_raw_policy *raw,
			 struct gtb_policy *policy)
{
	gtb_policy_patterns(build, "shared", raw->shared, raw->shared_count,
			    &policy->shared, &policy->shared_count);
	for (size_t i = 0; i < policy->shared_count; i++)
		if (policy->shared[i] != NULL && policy->shared[i][0] != '*')
			gtb_build_is_good(build,
					  "no wildcard: write it as the "
					  "catalog does, *.example.com",
					  "shared[%zu]", i);
}

/* Count ports that were not seen before. */
static size_t count_new(bool seen[UINT16_MAX + 1], const uint16_t *ports,
			size_t count)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++) {
		found += !seen[ports[i]];
		seen[ports[i]] = true;
	}
	return found;
}

/* A rule keeps its ports as bits of one word. */
static void check_ports(struct gtb_build *build,
			const struct gtb_policy *policy)
{
	bool seen[UINT16_MAX + 1] = {false};
	size_t count = count_new(seen, policy->ports, policy->ports_count);

	for (size_t i = 0; i < policy->own_count; i++)
		count += count_new(seen, policy->own[i].ports,
				   policy->own[i].ports_count);
	for (size_t i = 0; i < policy->lists_count; i++)
		count += count_new(seen, policy->lists[i].ports,
				   policy->lists[i].ports_count);
	if (count > PORTS_ALL_MAX)
		gtb_build_is_good(build,
				  "more than 64 different ports in all: remove "
				  "some",
				  "ports");
}

int gtb_policy_build(const char *source, const struct gtb_yaml *yaml,
		     bool whole, struct gtb_raw_policy *raw,
		     struct gtb_policy *policy, struct gtb_report *report)
{
	struct gtb_build build = {.source = source,
				  .yaml = yaml,
				  .report = report,
				  .whole = whole};

	build_tiers(&build, &raw->tiers, policy);
	build_products(&raw->products, policy);
	gtb_policy_ports(&build, "", raw->ports, raw->ports_count,
			 &policy->ports, &policy->ports_count);
	build_shared(&build, raw, policy);
	build_identities(&build, raw, policy);
	gtb_policy_patterns(&build, "exclude.names", raw->exclude.names,
			    raw->exclude.names_count, &policy->exclude_names,
			    &policy->exclude_names_count);
	gtb_policy_networks(&build, "exclude.networks", raw->exclude.networks,
			    raw->exclude.networks_count,
			    &policy->exclude_networks,
			    &policy->exclude_networks_count);
	build_owns(&build, raw, policy);
	build_lists(&build, raw, policy);
	policy->name_only = GTB_DOUBT_BYPASS;
	if (raw->name_only != NULL)
		policy->name_only = (enum gtb_doubt) * raw->name_only;
	policy->destination_mismatch = GTB_DOUBT_REFUSE;
	if (raw->destination_mismatch != NULL)
		policy->destination_mismatch =
			(enum gtb_doubt) * raw->destination_mismatch;
	if (build.rc != GTB_E_NOMEM)
		check_ports(&build, policy);
	return build.rc;
}
