/* goto-bypass lint: what was found, by whom ever, in one list. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lint.h"

/* Files in the order they were read; one that was not is behind them all. */
static size_t file_order(const struct lint *lint, const char *path)
{
	const struct gtb_conf_file *files;
	size_t count;
	size_t i;

	files = gtb_conf_files(lint->conf, &count);
	for (i = 0; i < count; i++)
		if (strcmp(files[i].path, path) == 0)
			break;
	return i;
}

/* Look up what the last item, which often is of the same, does not know. */
static void look_up(const struct lint *lint, struct lint_item *item,
		    const char *id, const char *file)
{
	const struct lint_item *last =
		lint->count > 0 ? &lint->items[lint->count - 1] : NULL;

	if (last != NULL && strcmp(last->rule->id, id) == 0)
		item->index = last->index;
	else
		item->index = cli_lint_rule_index(id);
	if (last != NULL && strcmp(last->file, file) == 0)
		item->order = last->order;
	else
		item->order = file_order(lint, file);
}

static int grow(struct lint *lint)
{
	struct lint_item *items;

	if ((lint->count & (lint->count + 1)) != 0)
		return GTB_OK; /* not yet full */
	items = reallocarray(lint->items, 2 * (lint->count + 1),
			     sizeof(*items));
	if (items == NULL)
		return GTB_E_NOMEM;
	lint->items = items;
	return GTB_OK;
}

static void free_item(struct lint_item *item)
{
	free(item->file);
	free(item->message);
	free(item->mend);
}

int cli_lint_add(struct lint *lint, const char *id, enum gtb_lint_level level,
		 const char *file, struct gtb_place place, const char *message,
		 const char *mend)
{
	struct lint_item item = {.level = level, .place = place};

	look_up(lint, &item, id, file);
	if ((lint->wanted >> item.index & 1) == 0)
		return GTB_OK;
	item.rule = cli_lint_rule_at(item.index);
	item.file = strdup(file);
	item.message = strdup(message);
	item.mend = mend != NULL ? strdup(mend) : NULL;
	if (item.file == NULL || item.message == NULL ||
	    (mend != NULL && item.mend == NULL) || grow(lint) != GTB_OK) {
		free_item(&item);
		return GTB_E_NOMEM;
	}
	lint->items[lint->count++] = item;
	lint->levels[level]++;
	return GTB_OK;
}

static enum gtb_lint_level lint_level(enum gtb_level level)
{
	return level == GTB_LEVEL_ERROR ? GTB_LINT_ERROR : GTB_LINT_WARNING;
}

/* More was wrong than a report holds: the file hardly is a squid.conf. */
static int add_dropped(struct lint *lint, size_t count)
{
	struct gtb_place whole = {0, 0};
	char message[64];

	snprintf(message, sizeof(message), "%zu more messages are not shown",
		 count);
	return cli_lint_add(lint, LINT_READ, GTB_LINT_ERROR, lint->path, whole,
			    message, NULL);
}

int cli_lint_add_report(struct lint *lint, const char *id,
			const struct gtb_report *report)
{
	int rc = GTB_OK;

	for (size_t i = 0; i < report->count && rc == GTB_OK; i++) {
		const struct gtb_report_item *item = &report->items[i];

		rc = cli_lint_add(lint, id, lint_level(item->level),
				  item->source, item->place, item->message,
				  NULL);
	}
	if (rc == GTB_OK && report->dropped > 0)
		rc = add_dropped(lint, report->dropped);
	return rc;
}

int cli_lint_add_findings(struct lint *lint, const struct gtb_lint *found)
{
	int rc = GTB_OK;

	for (size_t i = 0; i < found->count && rc == GTB_OK; i++) {
		const struct gtb_lint_finding *finding = &found->findings[i];
		struct gtb_place place = {finding->line, finding->column};

		rc = cli_lint_add(lint, finding->rule->id, finding->level,
				  finding->file, place, finding->message,
				  finding->mend);
	}
	return rc;
}

static int compare(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

static int compare_items(const void *left, const void *right)
{
	const struct lint_item *a = left;
	const struct lint_item *b = right;
	int order = compare(a->order, b->order);

	if (order == 0)
		order = strcmp(a->file, b->file);
	if (order == 0)
		order = compare(a->place.line, b->place.line);
	if (order == 0)
		order = compare(a->place.column, b->place.column);
	if (order == 0)
		order = compare(a->index, b->index);
	return order != 0 ? order : compare(a->serial, b->serial);
}

void cli_lint_sort(struct lint *lint)
{
	for (size_t i = 0; i < lint->count; i++)
		lint->items[i].serial = i;
	if (lint->count > 1)
		qsort(lint->items, lint->count, sizeof(lint->items[0]),
		      compare_items);
}

bool cli_lint_ok(const struct lint *lint)
{
	for (int level = 0; level <= (int)lint->fail_on; level++)
		if (lint->levels[level] > 0)
			return false;
	return true;
}

void cli_lint_fini(struct lint *lint)
{
	for (size_t i = 0; i < lint->count; i++)
		free_item(&lint->items[i]);
	free(lint->items);
	gtb_conf_free(lint->conf);
}
