/* May Squid's user, or c-icap's, read what decides? */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"

static const struct gtb_place whole = {0, 0};

/*
 * Neither user is known here. A group other than the one who asks has
 * was given on purpose.
 */
static bool is_open(const char *path, mode_t others, mode_t group)
{
	struct stat st;

	return stat(path, &st) == -1 || (st.st_mode & others) != 0 ||
	       ((st.st_mode & group) != 0 && st.st_gid != getegid());
}

static bool was_said(const struct gtb_report *report, const char *path)
{
	for (size_t i = 0; i < report->count; i++)
		if (strcmp(report->items[i].source, path) == 0)
			return true;
	return false;
}

/* The folder a file stands in; folders above it are the system's. */
static void warn_folder(struct gtb_report *report, const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash != NULL ? (size_t)(slash - path) : 0;
	char *folder = strndup(slash != NULL ? path : ".", len > 0 ? len : 1);

	if (folder == NULL) /* a warning less */
		return;
	if (!is_open(folder, S_IXOTH, S_IXGRP) && !was_said(report, folder))
		gtb_report_warning(report, folder, whole,
				   "Squid's user must be able to enter it: "
				   "chmod o+x %s, or give it Squid's group; "
				   "so must c-icap's, where the service reads "
				   "what is in it",
				   folder);
	free(folder);
}

static void warn_file(struct gtb_report *report, const char *path)
{
	warn_folder(report, path);
	if (!is_open(path, S_IROTH, S_IRGRP))
		gtb_report_warning(report, path, whole,
				   "Squid's user must be able to read it: "
				   "chmod o+r %s, or give it Squid's group; "
				   "so must c-icap's, where the service reads "
				   "it",
				   path);
}

void cli_warn_modes(const struct gtb_ruleset *ruleset,
		    struct gtb_report *report)
{
	const struct gtb_catalog *catalog = gtb_ruleset_catalog(ruleset);
	const struct gtb_policy *policy = gtb_ruleset_policy(ruleset);

	warn_file(report, policy->path);
	for (size_t i = 0; i < catalog->count; i++)
		warn_file(report, catalog->documents[i].path);
	for (size_t i = 0; i < policy->lists_count; i++)
		warn_file(report, policy->lists[i].file);
}
