/* Checked documents out of raw ones; the contract is in catalog_build.h. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "catalog_build.h"
#include "check.h"
#include "gtb/policy.h"

#define PATH_SIZE 64 /* of an entry or rule: "modes[3].rules[1]" */

struct catalog_build {
	struct gtb_build base;
	struct gtb_document *document;
	uint8_t products; /* of the document */
	struct gtb_check_item *rows;
	size_t rows_count;
	struct gtb_check_item *hosts;
	size_t hosts_count;
};

static const struct gtb_check_cures name_cures = {
	.shared = "name the hosts, or add shared: yes and tier: third-party",
};

static const struct gtb_check_cures network_cures = {
	.wide = "split it, or add wide: yes",
	.special = "a vendor's networks are public ones",
};

static const struct gtb_check_cures anything = {NULL, NULL, NULL};

/* Remember the value at a path below an entry, to find it a second time. */
static void add_item(const struct catalog_build *build,
		     struct gtb_check_item *items, size_t *count,
		     const char *text, const char *path, const char *key)
{
	items[*count].text = text;
	items[*count].place =
		gtb_yaml_place(build->base.yaml, "%s.%s", path, key);
	(*count)++;
}

static void add_row(struct catalog_build *build, const char *path,
		    const char *row)
{
	char message[GTB_CHECK_SIZE];

	if (row != NULL &&
	    gtb_build_is_good(&build->base,
			      gtb_check_id(row, GTB_ROW_MAX, message), "%s.row",
			      path))
		add_item(build, build->rows, &build->rows_count, row, path,
			 "row");
}

static bool is_twice(const struct gtb_ports *ports, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (ports[i].first == ports[count].first &&
		    ports[i].last == ports[count].last)
			return true;
	return false;
}

/* Ports of a key below a path. */
static void build_ports(struct gtb_build *base, const char *path,
			const char *key, char **texts, size_t texts_count,
			struct gtb_ports **ports, size_t *count)
{
	*ports = gtb_build_room(base, texts_count, sizeof(**ports));
	if (*ports == NULL)
		return;
	for (size_t i = 0; i < texts_count; i++) {
		char message[GTB_CHECK_SIZE];
		const char *wrong =
			gtb_check_ports(texts[i], *ports + *count, message);

		if (wrong == NULL && is_twice(*ports, *count))
			wrong = "the port stands here twice: remove one";
		if (gtb_build_is_good(base, wrong, "%s.%s[%zu]", path, key, i))
			(*count)++;
	}
}

static void build_entry_ports(struct gtb_build *base, const char *path,
			      const struct gtb_raw_entry *raw,
			      struct gtb_entry *entry)
{
	if (base->whole && raw->tcp_count == 0 && raw->udp_count == 0)
		gtb_build_is_good(base, "no ports: add tcp, udp or both", "%s",
				  path);
	build_ports(base, path, "tcp", raw->tcp, raw->tcp_count, &entry->tcp,
		    &entry->tcp_count);
	build_ports(base, path, "udp", raw->udp, raw->udp_count, &entry->udp,
		    &entry->udp_count);
}

/* The products of an entry; of the document, where the path is empty. */
static uint8_t build_products(struct catalog_build *build, const char *path,
			      const uint8_t *products)
{
	if (products == NULL)
		return build->products;
	if (*products == 0)
		gtb_build_is_good(&build->base, "products is empty: name one",
				  "%s.products", path);
	return *products;
}

/* What networks and names have in common. */
static void build_entry(struct catalog_build *build, const char *path,
			struct gtb_raw_entry *raw, struct gtb_entry *entry)
{
	entry->row = gtb_build_take(&raw->row);
	entry->use = gtb_build_take(&raw->use);
	entry->hosting = raw->hosting;
	if (raw->tier != NULL)
		entry->tier = (enum gtb_tier) * raw->tier;
	entry->inspection = (enum gtb_inspection)raw->inspection;
	entry->wide = raw->wide;
	entry->shared = raw->shared;
	entry->place = gtb_yaml_place(build->base.yaml, "%s", path);
	entry->products = build_products(build, path, raw->products);
	add_row(build, path, entry->row);
	build_entry_ports(&build->base, path, raw, entry);
}

/* The names said to live in a network: exact ones, each once. */
static void build_residents(struct gtb_build *base, const char *path,
			    struct gtb_raw_entry *raw, struct gtb_entry *entry)
{
	entry->names = gtb_build_take_all(&raw->names);
	entry->names_count = raw->names_count;
	for (size_t i = 0; i < entry->names_count; i++) {
		char message[GTB_CHECK_SIZE];
		char *text = entry->names[i];
		struct gtb_name name;
		const char *wrong =
			gtb_check_name(text, strlen(text), &name, message);

		/* What the parser makes of a text is never longer. */
		if (wrong == NULL)
			memcpy(text, name.text, (size_t)name.len + 1);
		for (size_t j = 0; wrong == NULL && j < i; j++)
			if (strcmp(entry->names[j], text) == 0)
				wrong = "the name stands here twice: remove "
					"one";
		gtb_build_is_good(base, wrong, "%s.names[%zu]", path, i);
	}
}

static void build_network(struct catalog_build *build, const char *path,
			  struct gtb_raw_entry *raw, struct gtb_entry *entry)
{
	struct gtb_check_cures cures = network_cures;
	char message[GTB_CHECK_SIZE];
	char text[GTB_NET_TEXT_SIZE];
	struct gtb_net net;

	build_entry(build, path, raw, entry);
	build_residents(&build->base, path, raw, entry);
	if (raw->network == NULL)
		return;
	if (raw->wide)
		cures.wide = NULL;
	if (!gtb_build_is_good(&build->base,
			       gtb_check_net(raw->network, strlen(raw->network),
					     &cures, &net, message),
			       "%s.network", path))
		return;
	entry->network = gtb_build_copy(&build->base,
					gtb_net_text(&net, text, sizeof(text)));
	if (entry->network != NULL)
		add_item(build, build->hosts, &build->hosts_count,
			 entry->network, path, "network");
}

/* shared: yes is the vendor's confession, not a way past the check. */
static void check_shared(struct gtb_build *base, const char *path,
			 bool wildcard, const struct gtb_raw_entry *raw)
{
	const char *wrong = NULL;

	if (!raw->shared)
		return;
	if (!wildcard)
		wrong = "shared is for wildcards: remove it";
	else if (raw->tier != NULL && *raw->tier != GTB_TIER_THIRD_PARTY)
		wrong = "shared: yes needs tier: third-party";
	gtb_build_is_good(base, wrong, "%s.shared", path);
}

static void build_name(struct catalog_build *build, const char *path,
		       struct gtb_raw_entry *raw, struct gtb_entry *entry)
{
	struct gtb_check_cures cures = name_cures;
	char message[GTB_CHECK_SIZE];
	struct gtb_name name;
	bool wildcard;

	build_entry(build, path, raw, entry);
	if (raw->name == NULL)
		return;
	if (raw->shared)
		cures.shared = NULL;
	if (!gtb_build_is_good(&build->base,
			       gtb_check_pattern(raw->name, strlen(raw->name),
						 &cures, &name, &wildcard,
						 message),
			       "%s.name", path))
		return;
	check_shared(&build->base, path, wildcard, raw);
	entry->name = gtb_build_keep(&build->base,
				     gtb_check_pattern_text(&name, wildcard));
	if (entry->name != NULL)
		add_item(build, build->hosts, &build->hosts_count, entry->name,
			 path, "name");
}

static void build_entries(struct catalog_build *build,
			  struct gtb_raw_document *raw)
{
	struct gtb_document *document = build->document;
	size_t count = raw->networks_count + raw->names_count;
	char path[PATH_SIZE];

	if (build->base.whole && count == 0)
		gtb_build_is_good(&build->base,
				  "no entries: add networks or names", ".");
	document->entries =
		gtb_build_room(&build->base, count, sizeof(*document->entries));
	if (document->entries == NULL)
		return;
	document->entries_count = count;
	for (size_t i = 0; i < raw->networks_count; i++) {
		snprintf(path, sizeof(path), "networks[%zu]", i);
		build_network(build, path, &raw->networks[i],
			      &document->entries[i]);
	}
	for (size_t i = 0; i < raw->names_count; i++) {
		snprintf(path, sizeof(path), "names[%zu]", i);
		build_name(build, path, &raw->names[i],
			   &document->entries[raw->networks_count + i]);
	}
}

static void build_rule(struct gtb_build *base, size_t mode, size_t index,
		       struct gtb_raw_rule *raw, struct gtb_mode_rule *rule)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "modes[%zu].rules[%zu]", mode, index);
	build_ports(base, path, "ports", raw->ports, raw->ports_count,
		    &rule->ports, &rule->ports_count);
	rule->action = gtb_build_copy(base, gtb_raw_action(raw->action));
	rule->protocol = gtb_build_copy(base, gtb_raw_protocol(raw->protocol));
	rule->to = gtb_build_copy(base, gtb_raw_target(raw->to));
	rule->narrow = gtb_build_copy(base, gtb_raw_target(raw->narrow));
	rule->via = gtb_build_copy(base, gtb_raw_via(raw->via));
}

static void build_mode(struct catalog_build *build, size_t index,
		       struct gtb_raw_mode *raw, struct gtb_mode *mode)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "modes[%zu]", index);
	mode->row = gtb_build_take(&raw->row);
	mode->title = gtb_build_take(&raw->title);
	mode->clients = gtb_build_take(&raw->clients);
	mode->return_by_state = raw->return_by_state;
	add_row(build, path, mode->row);
	mode->rules = gtb_build_room(&build->base, raw->rules_count,
				     sizeof(*mode->rules));
	if (mode->rules == NULL)
		return;
	mode->rules_count = raw->rules_count;
	for (size_t i = 0; i < raw->rules_count; i++)
		build_rule(&build->base, index, i, &raw->rules[i],
			   &mode->rules[i]);
}

static void build_modes(struct catalog_build *build,
			struct gtb_raw_document *raw)
{
	struct gtb_document *document = build->document;

	document->modes = gtb_build_room(&build->base, raw->modes_count,
					 sizeof(*document->modes));
	if (document->modes == NULL)
		return;
	document->modes_count = raw->modes_count;
	for (size_t i = 0; i < raw->modes_count; i++)
		build_mode(build, i, &raw->modes[i], &document->modes[i]);
}

static void build_internal(struct catalog_build *build,
			   struct gtb_raw_document *raw)
{
	struct gtb_document *document = build->document;

	document->internal = gtb_build_take_all(&raw->internal);
	document->internal_count = raw->internal_count;
	for (size_t i = 0; i < document->internal_count; i++) {
		const char *text = document->internal[i];
		char message[GTB_CHECK_SIZE];
		struct gtb_net net;
		const char *wrong = gtb_check_net(text, strlen(text), &anything,
						  &net, message);

		if (wrong == NULL && gtb_net_special(&net) == NULL)
			wrong = "a public network: put it among networks";
		gtb_build_is_good(&build->base, wrong, "internal-networks[%zu]",
				  i);
	}
}

static void build_head(struct catalog_build *build,
		       struct gtb_raw_document *raw)
{
	struct gtb_document *document = build->document;
	struct gtb_build *base = &build->base;
	char message[GTB_CHECK_SIZE];
	long days;

	document->id = gtb_build_take(&raw->id);
	document->title = gtb_build_take(&raw->title);
	document->version = gtb_build_take(&raw->version);
	document->checked = gtb_build_take(&raw->checked);
	document->source = gtb_build_take(&raw->source);
	document->status = gtb_build_copy(base, gtb_raw_status(raw->status));
	document->notes = gtb_build_take_all(&raw->notes);
	document->notes_count = raw->notes_count;
	build->products = build_products(build, "", raw->products);
	if (document->id != NULL)
		gtb_build_is_good(base,
				  gtb_check_id(document->id,
					       GTB_DOCUMENT_ID_MAX, message),
				  "document");
	if (document->checked != NULL &&
	    !gtb_check_date(document->checked, &days))
		gtb_build_is_good(base, "no date: write it as YYYY-MM-DD",
				  "checked");
	build_ports(base, "", "probes", raw->probes, raw->probes_count,
		    &document->probes, &document->probes_count);
}

/* Each row once, and each name and network. */
static void check_unique(struct catalog_build *build)
{
	struct gtb_build *base = &build->base;
	bool rows = gtb_check_unique(base->source, build->rows,
				     build->rows_count, base->report);
	bool hosts = gtb_check_unique(base->source, build->hosts,
				      build->hosts_count, base->report);

	if (base->rc == GTB_OK && !(rows && hosts))
		base->rc = GTB_E_INPUT;
}

int gtb_catalog_build(const char *source, const struct gtb_yaml *yaml,
		      bool whole, struct gtb_raw_document *raw,
		      struct gtb_document *document, struct gtb_report *report)
{
	size_t hosts = raw->networks_count + raw->names_count;
	struct catalog_build build = {.document = document};

	build.base.source = source;
	build.base.yaml = yaml;
	build.base.report = report;
	build.base.whole = whole;
	build.rows = gtb_build_room(&build.base, hosts + raw->modes_count,
				    sizeof(*build.rows));
	build.hosts = gtb_build_room(&build.base, hosts, sizeof(*build.hosts));
	if (build.base.rc != GTB_OK)
		goto out;
	build_head(&build, raw);
	build_internal(&build, raw);
	build_entries(&build, raw);
	build_modes(&build, raw);
	check_unique(&build);
out:
	free(build.rows);
	free(build.hosts);
	return build.base.rc;
}
