/* Documents of the vendors; the contract is in gtb/catalog.h. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "catalog_build.h"
#include "catalog_schema.h"
#include "check.h"
#include "gtb/catalog.h"
#include "gtb/digest.h"
#include "gtb/file.h"
#include "gtb/yaml.h"

static const struct gtb_place whole_file = {0, 0};

const char *gtb_tier_word(enum gtb_tier tier)
{
	static const char *const words[] = {
		[GTB_TIER_REQUIRED] = "required",
		[GTB_TIER_OPTIONAL] = "optional",
		[GTB_TIER_THIRD_PARTY] = "third-party",
		[GTB_TIER_LEGACY] = "legacy",
		[GTB_TIER_OWN] = "own",
	};

	return (size_t)tier <= GTB_TIER_OWN ? words[tier] : "unknown";
}

const char *gtb_hosting_word(enum gtb_hosting bit)
{
	for (size_t i = 0; i < GTB_HOSTING_BITS; i++)
		if (gtb_raw_hosting[i].val == (int64_t)bit)
			return gtb_raw_hosting[i].str;
	return "unknown";
}

const char *gtb_product_word(enum gtb_product bit)
{
	for (size_t i = 0; i < GTB_PRODUCT_BITS; i++)
		if (gtb_raw_products[i].val == (int64_t)bit)
			return gtb_raw_products[i].str;
	return "unknown";
}

static void entry_fini(struct gtb_entry *entry)
{
	free(entry->row);
	free(entry->name);
	free(entry->network);
	free(entry->use);
	free(entry->tcp);
	free(entry->udp);
	gtb_build_free_all(entry->names, entry->names_count);
}

static void mode_fini(struct gtb_mode *mode)
{
	for (size_t i = 0; i < mode->rules_count; i++) {
		free(mode->rules[i].action);
		free(mode->rules[i].protocol);
		free(mode->rules[i].ports);
		free(mode->rules[i].to);
		free(mode->rules[i].narrow);
		free(mode->rules[i].via);
	}
	free(mode->rules);
	free(mode->row);
	free(mode->title);
	free(mode->clients);
}

static void document_fini(struct gtb_document *document)
{
	for (size_t i = 0; i < document->entries_count; i++)
		entry_fini(&document->entries[i]);
	for (size_t i = 0; i < document->modes_count; i++)
		mode_fini(&document->modes[i]);
	free(document->entries);
	free(document->modes);
	free(document->id);
	free(document->title);
	free(document->version);
	free(document->checked);
	free(document->source);
	free(document->status);
	free(document->probes);
	gtb_build_free_all(document->internal, document->internal_count);
	gtb_build_free_all(document->notes, document->notes_count);
	free(document->path);
}

void gtb_catalog_free(struct gtb_catalog *catalog)
{
	if (catalog == NULL)
		return;
	for (size_t i = 0; i < catalog->count; i++)
		document_fini(&catalog->documents[i]);
	free(catalog->documents);
	free(catalog);
}

static int nomem(const char *source, struct gtb_report *report)
{
	gtb_report_error(report, source, whole_file, "out of memory");
	return GTB_E_NOMEM;
}

/* Document ids name the source of a verdict, so each must be one's own. */
static int id_check(const struct gtb_catalog *catalog, const char *source,
		    const struct gtb_yaml *yaml,
		    const struct gtb_document *document,
		    struct gtb_report *report)
{
	for (size_t i = 0; i < catalog->count; i++) {
		const struct gtb_document *other = &catalog->documents[i];

		if (strcmp(other->id, document->id) != 0)
			continue;
		gtb_report_error(report, source,
				 gtb_yaml_place(yaml, "document"),
				 "%s has the id %s already: choose another",
				 other->path, document->id);
		return GTB_E_INPUT;
	}
	return GTB_OK;
}

/* Read a text into *document; the caller frees it in each case. */
static int document_parse(const struct gtb_catalog *catalog, const char *source,
			  const char *text, size_t len,
			  struct gtb_document *document,
			  struct gtb_report *report)
{
	struct gtb_yaml *yaml = NULL;
	void *raw = NULL;
	int found;
	int rc = gtb_yaml_read(source, text, len, &gtb_catalog_schema, &yaml,
			       &raw, report);

	if (raw == NULL)
		return rc;
	document->path = strdup(source);
	gtb_digest_hex(text, len, document->digest);
	found = gtb_catalog_build(source, yaml, rc == GTB_OK, raw, document,
				  report);
	if (rc == GTB_OK)
		rc = found;
	if (rc == GTB_OK && document->path == NULL)
		rc = GTB_E_NOMEM;
	if (rc == GTB_OK)
		rc = id_check(catalog, source, yaml, document, report);
	gtb_yaml_data_free(&gtb_catalog_schema, raw);
	gtb_yaml_free(yaml);
	return rc;
}

/* Parse a text and put the document at the end of the catalog. */
static int document_add(struct gtb_catalog *catalog, const char *source,
			const char *text, size_t len,
			const struct gtb_stamp *stamp,
			struct gtb_report *report)
{
	struct gtb_document document = {.stamp = *stamp};
	struct gtb_document *larger;
	size_t first = report != NULL ? report->count : 0;
	int rc = document_parse(catalog, source, text, len, &document, report);

	gtb_report_sort(report, first);
	if (rc != GTB_OK)
		goto out;
	larger = realloc(catalog->documents,
			 (catalog->count + 1) * sizeof(*larger));
	if (larger == NULL) {
		rc = GTB_E_NOMEM;
		goto out;
	}
	catalog->documents = larger;
	catalog->documents[catalog->count++] = document;
	return GTB_OK;
out:
	if (rc == GTB_E_NOMEM)
		nomem(source, report);
	document_fini(&document);
	return rc;
}

int gtb_catalog_parse(const char *source, const char *text, size_t len,
		      struct gtb_catalog **catalog, struct gtb_report *report)
{
	struct gtb_stamp absent = {.present = false};
	struct gtb_catalog *made = calloc(1, sizeof(*made));
	int rc;

	*catalog = NULL;
	if (made == NULL)
		return nomem(source, report);
	rc = document_add(made, source, text, len, &absent, report);
	if (rc == GTB_OK)
		*catalog = made;
	else
		gtb_catalog_free(made);
	return rc;
}

/* Names of files, to be sorted: a folder has no order of its own. */
struct names {
	char **names;
	size_t count;
};

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* A hidden file is one that is still being written. */
static bool is_document(const char *name)
{
	size_t len = strlen(name);
	size_t end = strlen(".yaml");

	return name[0] != '.' && len > end &&
	       strcmp(name + len - end, ".yaml") == 0;
}

static int name_add(struct names *names, const char *folder, const char *name)
{
	size_t size = strlen(folder) + strlen("/") + strlen(name) + 1;
	char **larger =
		realloc(names->names, (names->count + 1) * sizeof(*larger));
	char *path;

	if (larger == NULL)
		return GTB_E_NOMEM;
	names->names = larger;
	path = malloc(size);
	if (path == NULL)
		return GTB_E_NOMEM;
	snprintf(path, size, "%s/%s", folder, name);
	names->names[names->count++] = path;
	return GTB_OK;
}

static void names_fini(struct names *names)
{
	gtb_build_free_all(names->names, names->count);
}

/* The paths of a folder's documents, sorted. */
static int names_read(const char *folder, struct names *names,
		      struct gtb_report *report)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;
	int rc = GTB_OK;

	if (dir == NULL) {
		gtb_report_error(report, folder, whole_file,
				 "cannot open the catalog's folder: %s",
				 strerror(errno));
		return GTB_E_IO;
	}
	errno = 0;
	while (rc == GTB_OK && (entry = readdir(dir)) != NULL)
		if (is_document(entry->d_name))
			rc = name_add(names, folder, entry->d_name);
	if (rc == GTB_OK && errno != 0) {
		gtb_report_error(report, folder, whole_file,
				 "cannot read the catalog's folder: %s",
				 strerror(errno));
		rc = GTB_E_IO;
	}
	/* It was only read from: nothing can be lost by closing. */
	(void)closedir(dir);
	if (rc == GTB_E_NOMEM)
		nomem(folder, report);
	if (rc == GTB_OK && names->count == 0) {
		gtb_report_error(report, folder, whole_file,
				 "holds no *.yaml file: name the catalog's "
				 "folder");
		rc = GTB_E_INPUT;
	}
	if (names->count > 1)
		qsort(names->names, names->count, sizeof(*names->names),
		      compare);
	return rc;
}

static int document_load(struct gtb_catalog *catalog, const char *path,
			 struct gtb_report *report)
{
	struct gtb_stamp stamp;
	char *text;
	size_t len;
	int rc = gtb_file_read(path, GTB_FILE_YAML_MAX, &text, &len, &stamp,
			       report);

	if (rc != GTB_OK)
		return rc;
	rc = document_add(catalog, path, text, len, &stamp, report);
	free(text);
	return rc;
}

int gtb_catalog_load(const char *folder, struct gtb_catalog **catalog,
		     struct gtb_report *report)
{
	struct gtb_catalog *made = calloc(1, sizeof(*made));
	struct names names = {0};
	int rc;

	*catalog = NULL;
	if (made == NULL)
		return nomem(folder, report);
	rc = names_read(folder, &names, report);
	if (rc != GTB_OK)
		goto out;
	/* All files are read, so that one run names all mistakes. */
	for (size_t i = 0; i < names.count && rc != GTB_E_NOMEM; i++) {
		int found = document_load(made, names.names[i], report);

		if (found == GTB_E_NOMEM || rc == GTB_OK)
			rc = found;
	}
	if (rc == GTB_OK) {
		*catalog = made;
		made = NULL;
	}
out:
	names_fini(&names);
	gtb_catalog_free(made);
	return rc;
}

int gtb_catalog_age_days(const struct gtb_document *document, const char *today)
{
	long checked;
	long now;

	if (!gtb_check_date(document->checked, &checked) ||
	    !gtb_check_date(today, &now))
		return -1;
	return (int)(now - checked);
}
