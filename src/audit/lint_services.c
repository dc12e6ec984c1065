/* ICAP and eCAP services: which there are, and which of them decides. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "gtb/report.h"
#include "lint_services.h"
#include "lint_view.h"

/* --- one line ---------------------------------------------------------- */

static bool is_service(const struct gtb_conf_directive *directive)
{
	const char *name = directive->words[0].text;

	return directive->count > 2 && (strcmp(name, "icap_service") == 0 ||
					strcmp(name, "ecap_service") == 0);
}

/* "bypass=on", "bypass=1", "1" as it was once written; and the reverse. */
static void take_option(struct lint_service *service, const char *word)
{
	if (strncmp(word, "bypass=", 7) == 0)
		word += 7;
	else if (strcmp(word, "1") != 0 && strcmp(word, "0") != 0)
		word = "";
	if (strcmp(word, "on") == 0 || strcmp(word, "1") == 0)
		service->bypass = true;
	else if (*word != '\0')
		service->bypass = false;
}

static void fill(const struct lint_run *run, struct lint_service *service,
		 const struct gtb_conf_directive *directive)
{
	service->directive = directive;
	service->name = directive->words[1].text;
	service->reqmod = strncmp(directive->words[2].text, "reqmod", 6) == 0;
	service->ours = lint_is_ours(run, directive);
	service->uri = "";
	for (size_t i = 3; i < directive->count; i++) {
		const char *word = directive->words[i].text;

		if (strstr(word, "://") != NULL)
			service->uri = word;
		else
			take_option(service, word);
	}
}

/* --- which of them decides --------------------------------------------- */

/* "icap://127.0.0.1:1344/goto_bypass", as our service is called. */
static bool has_our_name(const struct lint_service *service)
{
	static const char name[] = "/goto_bypass";
	const char *found = strstr(service->uri, name);

	return found != NULL && (found[sizeof(name) - 1] == '\0' ||
				 strchr("?/", found[sizeof(name) - 1]) != NULL);
}

/* A header that a service may have added: "X-GoTo-Bypass", no User-Agent. */
static bool is_added(const struct gtb_conf_acl *acl)
{
	const char *header = lint_header_of(acl);

	return lint_acl_is(acl, "req_header") && header != NULL &&
	       strncasecmp(header, "X-", 2) == 0;
}

static bool trusts_header(struct lint_run *run)
{
	struct lint_grants grants;
	bool trusts = false;

	if (lint_grants_make(run, LINT_LISTS_AFTER_SERVICE, &grants))
		for (size_t i = 0; i < run->acls_count && !trusts; i++)
			trusts = grants.lines[i] != NULL &&
				 is_added(&run->acls[i]);
	lint_grants_fini(&grants);
	return trusts;
}

bool lint_service_scans(const struct lint_service *service)
{
	static const char *const words[] = {"clam", "virus", "avscan"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasestr(service->uri, words[i]) != NULL)
			return true;
	return false;
}

/* Another's service decides where it is the only one that can. */
static void choose(struct lint_run *run)
{
	struct lint_service *only = NULL;
	size_t reqmods = 0;
	bool ours = false;

	for (size_t i = 0; i < run->services_count; i++) {
		struct lint_service *service = &run->services[i];

		if (!service->reqmod || lint_service_scans(service))
			continue;
		service->verdict = service->ours || has_our_name(service);
		ours = ours || service->verdict;
		only = service;
		reqmods++;
	}
	if (!ours && reqmods == 1 && trusts_header(run))
		only->verdict = true;
}

static int compare_names(const void *left, const void *right)
{
	const struct lint_service *const *a = left;
	const struct lint_service *const *b = right;
	int order = strcmp((*a)->name, (*b)->name);

	/* Squid refuses a second one; the first is the one here. */
	return order != 0 ? order : (*a > *b) - (*a < *b);
}

int lint_services_make(struct lint_run *run)
{
	size_t count = 0;

	for (size_t i = 0; i < run->directives_count; i++)
		count += is_service(&run->directives[i]);
	run->services = calloc(count + 1, sizeof(run->services[0]));
	run->by_name = calloc(count + 1, sizeof(run->by_name[0]));
	if (run->services == NULL || run->by_name == NULL)
		return GTB_E_NOMEM;
	for (size_t i = 0; i < run->directives_count; i++)
		if (is_service(&run->directives[i]))
			fill(run, &run->services[run->services_count++],
			     &run->directives[i]);
	for (size_t i = 0; i < count; i++)
		run->by_name[i] = &run->services[i];
	qsort(run->by_name, count, sizeof(run->by_name[0]), compare_names);
	choose(run);
	return run->rc;
}

/* --- questions --------------------------------------------------------- */

const struct lint_service *lint_service_of_verdicts(const struct lint_run *run)
{
	for (size_t i = 0; i < run->services_count; i++)
		if (run->services[i].verdict)
			return &run->services[i];
	return NULL;
}

static int compare_name(const void *name, const void *element)
{
	const struct lint_service *const *service = element;

	return strcmp(name, (*service)->name);
}

const struct lint_service *lint_service_find(const struct lint_run *run,
					     const char *name)
{
	const struct lint_service **found;

	found = bsearch(name, run->by_name, run->services_count,
			sizeof(run->by_name[0]), compare_name);
	return found != NULL ? *found : NULL;
}

bool lint_file_asks_service(const struct lint_run *run, size_t file)
{
	for (size_t i = 0; i < run->services_count; i++)
		if (run->services[i].ours &&
		    run->services[i].directive->file == file)
			return true;
	return false;
}

bool lint_file_asks_helper(const struct lint_run *run, size_t file)
{
	for (size_t i = 0; i < run->externals_count; i++)
		if (run->externals[i].ours &&
		    run->externals[i].directive->file == file &&
		    lint_is_ours(run, run->externals[i].directive))
			return true;
	return false;
}

const struct gtb_conf_directive *lint_directive_last(const struct lint_run *run,
						     const char *name)
{
	const struct gtb_conf_directive *last = NULL;
	size_t at = lint_directive_next(run, name, 0);

	for (; at != GTB_CONF_NONE; at = lint_directive_next(run, name, at + 1))
		last = &run->directives[at];
	return last;
}

bool lint_directive_says(const struct gtb_conf_directive *directive,
			 const char *word)
{
	return directive != NULL && directive->count > 1 &&
	       strcmp(directive->words[1].text, word) == 0;
}
