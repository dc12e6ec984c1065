/* adaptation_access, by the name of the service, set or chain. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "gtb/report.h"
#include "lint_services.h"
#include "lint_view.h"

/* A service, set or chain by name, or an adaptation_access line's. */
struct name {
	const char *text;
	size_t line; /* of adaptation_access; GTB_CONF_NONE: of the others */
	bool verdict;
	bool requests;
};

struct names {
	struct name *all;
	size_t count;
};

static int compare(const void *left, const void *right)
{
	const struct name *a = left;
	const struct name *b = right;
	int order = strcmp(a->text, b->text);

	return order != 0 ? order : (a->line > b->line) - (a->line < b->line);
}

static bool is_set(const struct gtb_conf_directive *directive)
{
	const char *name = directive->words[0].text;

	return directive->count > 1 &&
	       (strcmp(name, "adaptation_service_set") == 0 ||
		strcmp(name, "adaptation_service_chain") == 0);
}

static void add_service(struct name *name, const struct lint_service *service)
{
	name->verdict = name->verdict || service->verdict;
	name->requests = name->requests || service->reqmod;
}

/* "adaptation_service_set name service service" */
static void add_set(const struct lint_run *run, struct name *name,
		    const struct gtb_conf_directive *set)
{
	name->text = set->words[1].text;
	name->line = GTB_CONF_NONE;
	for (size_t i = 2; i < set->count; i++) {
		const struct lint_service *service =
			lint_service_find(run, set->words[i].text);

		if (service != NULL)
			add_service(name, service);
	}
}

static const char *group_name(const struct lint_line *line)
{
	return line->directive->count > 1 ? line->directive->words[1].text : "";
}

static void collect(const struct lint_run *run, struct names *names)
{
	for (size_t i = 0; i < run->adaptation.count; i++)
		names->all[names->count++] = (struct name){
			.text = group_name(&run->adaptation.lines[i]),
			.line = i,
		};
	for (size_t i = 0; i < run->services_count; i++) {
		struct name *name = &names->all[names->count++];

		name->text = run->services[i].name;
		name->line = GTB_CONF_NONE;
		add_service(name, &run->services[i]);
	}
	for (size_t i = 0; i < run->directives_count; i++)
		if (is_set(&run->directives[i]))
			add_set(run, &names->all[names->count++],
				&run->directives[i]);
	qsort(names->all, names->count, sizeof(names->all[0]), compare);
}

/* Names from first to end are the same; lines stand before the others. */
static void fill(const struct lint_run *run, const struct names *names,
		 size_t first, size_t end)
{
	bool verdict = false;
	bool requests = false;

	for (size_t i = first; i < end; i++) {
		verdict = verdict || names->all[i].verdict;
		requests = requests || names->all[i].requests;
	}
	for (size_t i = first; i < end; i++) {
		if (names->all[i].line == GTB_CONF_NONE)
			break;
		run->groups[names->all[i].line] = (struct lint_group){
			.next = i + 1 < end ? names->all[i + 1].line
					    : GTB_CONF_NONE,
			.first = i == first,
			.verdict = verdict,
			.requests = requests,
		};
	}
}

int lint_service_groups_make(struct lint_run *run)
{
	struct names names = {.count = 0};
	size_t size = run->adaptation.count + run->services_count + 1;
	size_t first = 0;

	for (size_t i = 0; i < run->directives_count; i++)
		size += is_set(&run->directives[i]);
	run->groups = calloc(run->adaptation.count + 1, sizeof(run->groups[0]));
	names.all = calloc(size, sizeof(names.all[0]));
	if (run->groups == NULL || names.all == NULL) {
		free(names.all);
		return GTB_E_NOMEM;
	}
	collect(run, &names);
	for (size_t i = 1; i <= names.count; i++) {
		if (i < names.count &&
		    strcmp(names.all[i].text, names.all[first].text) == 0)
			continue;
		fill(run, &names, first, i);
		first = i;
	}
	free(names.all);
	return GTB_OK;
}
