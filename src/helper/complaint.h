/*
 * complaint: say once what is wrong with the files.
 *
 * A helper that tries again must not fill cache.log. The same report on files
 * that have not changed since is not repeated; a changed file is news, even
 * when the mistake in it is the old one.
 */
#ifndef GTB_COMPLAINT_H
#define GTB_COMPLAINT_H

#include <stdbool.h>
#include <stdint.h>

#include "gtb/report.h"
#include "log.h"
#include "sandbox.h"

/* Items of a report that are logged; the others are only counted. */
#define GTB_COMPLAINT_ITEMS 6

struct gtb_complaint {
	const char *policy_path;	/* lent */
	const char *catalog_folder;	/* lent */
	struct gtb_log *log;		/* lent */
	const struct gtb_sandbox *sandbox; /* lent; NULL: not confined */
	uint64_t failure;	/* fingerprint of what was logged; 0: nothing */
	uint64_t warnings;
};

void gtb_complaint_init(struct gtb_complaint *complaint,
			const char *policy_path, const char *catalog_folder,
			struct gtb_log *log);

/*
 * Loading failed with rc: log the errors and what it means for the answers
 * (kept: an older ruleset stays in force), unless that was said before.
 */
void gtb_complaint_failure(struct gtb_complaint *complaint, int rc,
			   const struct gtb_report *report, bool kept);

/*
 * Loading worked: log the warnings, unless these were the last ones logged.
 * A failure after this is news.
 */
void gtb_complaint_warnings(struct gtb_complaint *complaint,
			    const struct gtb_report *report);

#endif
