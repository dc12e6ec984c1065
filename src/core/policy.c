/* What the admin chose; the contract is in gtb/policy.h. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "gtb/digest.h"
#include "gtb/policy.h"
#include "gtb/yaml.h"
#include "policy_build.h"
#include "policy_schema.h"

static const struct gtb_place whole_file = {0, 0};

static void identity_fini(struct gtb_policy_identity *identity)
{
	free(identity->name);
	gtb_build_free_all(identity->clients, identity->clients_count);
}

static void own_fini(struct gtb_policy_own *own)
{
	free(own->row);
	free(own->name);
	free(own->network);
	free(own->use);
	free(own->ports);
}

static void list_fini(struct gtb_policy_list *list)
{
	free(list->file);
	free(list->ports);
}

void gtb_policy_free(struct gtb_policy *policy)
{
	if (policy == NULL)
		return;
	for (size_t i = 0; i < policy->identities_count; i++)
		identity_fini(&policy->identities[i]);
	for (size_t i = 0; i < policy->own_count; i++)
		own_fini(&policy->own[i]);
	for (size_t i = 0; i < policy->lists_count; i++)
		list_fini(&policy->lists[i]);
	free(policy->identities);
	free(policy->own);
	free(policy->lists);
	free(policy->ports);
	gtb_build_free_all(policy->shared, policy->shared_count);
	gtb_build_free_all(policy->exclude_names, policy->exclude_names_count);
	gtb_build_free_all(policy->exclude_networks,
			   policy->exclude_networks_count);
	free(policy->path);
	free(policy->text);
	free(policy);
}

/* Read a text into an empty policy; the caller frees it in each case. */
static int read_into(struct gtb_policy *policy, const char *source,
		     const char *text, size_t len, struct gtb_report *report)
{
	struct gtb_yaml *yaml = NULL;
	void *raw = NULL;
	int found;
	int rc = gtb_yaml_read(source, text, len, &gtb_policy_schema, &yaml,
			       &raw, report);

	if (raw == NULL)
		return rc;
	gtb_digest_hex(text, len, policy->digest);
	policy->path = strdup(source);
	found = gtb_policy_build(source, yaml, rc == GTB_OK, raw, policy,
				 report);
	if (rc == GTB_OK)
		rc = found;
	if (rc == GTB_OK && policy->path == NULL)
		rc = GTB_E_NOMEM;
	gtb_yaml_data_free(&gtb_policy_schema, raw);
	gtb_yaml_free(yaml);
	return rc;
}

int gtb_policy_parse(const char *source, const char *text, size_t len,
		     struct gtb_policy **policy, struct gtb_report *report)
{
	struct gtb_policy *made = calloc(1, sizeof(*made));
	size_t first = report != NULL ? report->count : 0;
	int rc = GTB_E_NOMEM;

	*policy = NULL;
	if (made != NULL)
		rc = read_into(made, source, text, len, report);
	gtb_report_sort(report, first);
	if (rc == GTB_OK) {
		*policy = made;
		return GTB_OK;
	}
	if (rc == GTB_E_NOMEM)
		gtb_report_error(report, source, whole_file, "out of memory");
	gtb_policy_free(made);
	return rc;
}

int gtb_policy_load(const char *path, struct gtb_policy **policy,
		    struct gtb_report *report)
{
	struct gtb_stamp stamp;
	char *text;
	size_t len;
	int rc;

	*policy = NULL;
	rc = gtb_file_read(path, GTB_FILE_YAML_MAX, &text, &len, &stamp,
			   report);
	if (rc != GTB_OK)
		return rc;
	rc = gtb_policy_parse(path, text, len, policy, report);
	if (rc != GTB_OK) {
		free(text);
		return rc;
	}
	(*policy)->stamp = stamp;
	(*policy)->text = text;
	(*policy)->text_len = len;
	return GTB_OK;
}
