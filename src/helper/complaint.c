/* What is wrong with the files; the contract is in complaint.h. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "complaint.h"
#include "gtb/file.h"

void gtb_complaint_init(struct gtb_complaint *complaint,
			const char *policy_path, const char *catalog_folder,
			struct gtb_log *log)
{
	memset(complaint, 0, sizeof(*complaint));
	complaint->policy_path = policy_path;
	complaint->catalog_folder = catalog_folder;
	complaint->log = log;
}

/* FNV-1a: good enough to tell our own reports apart. */
#define FINGERPRINT_BASIS 0xcbf29ce484222325u
#define FINGERPRINT_PRIME 0x100000001b3u

static void mix(uint64_t *print, const void *data, size_t len)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < len; i++)
		*print = (*print ^ bytes[i]) * FINGERPRINT_PRIME;
}

static void mix_number(uint64_t *print, uint64_t number)
{
	mix(print, &number, sizeof(number));
}

static void mix_stamp(uint64_t *print, const char *path)
{
	struct gtb_stamp stamp;

	gtb_file_stamp(path, &stamp);
	mix_number(print, stamp.present);
	if (!stamp.present)
		return;
	mix_number(print, stamp.device);
	mix_number(print, stamp.inode);
	mix_number(print, stamp.size);
	mix_number(print, (uint64_t)stamp.mtime_s);
	mix_number(print, (uint64_t)stamp.mtime_ns);
	mix_number(print, (uint64_t)stamp.ctime_s);
	mix_number(print, (uint64_t)stamp.ctime_ns);
}

static void mix_item(uint64_t *print, const struct gtb_report_item *item)
{
	char line[GTB_REPORT_LINE_SIZE];

	gtb_report_line(item, line, sizeof(line));
	mix(print, line, strlen(line) + 1);
}

static uint64_t failure_print(const struct gtb_complaint *complaint, int rc,
			      const struct gtb_report *report)
{
	uint64_t print = FINGERPRINT_BASIS;
	const char *last = NULL;

	mix_number(&print, (uint64_t)rc);
	mix_number(&print, report->errors);
	mix_stamp(&print, complaint->policy_path);
	mix_stamp(&print, complaint->catalog_folder);
	for (size_t i = 0; i < report->count; i++) {
		const struct gtb_report_item *item = &report->items[i];

		mix_item(&print, item);
		if (item->source && (!last || strcmp(last, item->source) != 0))
			mix_stamp(&print, item->source);
		last = item->source;
	}
	return print;
}

static void log_items(const struct gtb_complaint *complaint,
		      const struct gtb_report *report, enum gtb_level level)
{
	char line[GTB_REPORT_LINE_SIZE];
	size_t logged = 0;

	for (size_t i = 0; i < report->count; i++) {
		const struct gtb_report_item *item = &report->items[i];

		if (item->level != level || logged == GTB_COMPLAINT_ITEMS)
			continue;
		gtb_log(complaint->log, level == GTB_LEVEL_ERROR
			? GTB_LOG_ERROR : GTB_LOG_WARNING, "%s",
			gtb_report_line(item, line, sizeof(line)));
		logged++;
	}
}

static const char *cause(int rc)
{
	switch (rc) {
	case GTB_E_NOMEM:
		return "out of memory";
	case GTB_E_IO:
		return "a file cannot be read";
	default:
		return "a file is wrong";
	}
}

/* Landlock says the same as a file's mode; the folder tells them apart. */
static bool is_out_of_reach(const struct gtb_complaint *complaint,
			    const char *path)
{
	int fd;

	if (gtb_sandbox_reaches(complaint->sandbox, path))
		return false;
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY |
		  O_CLOEXEC);
	if (fd == -1)
		return errno == EACCES;
	close(fd);
	return false;
}

static void hint(const struct gtb_complaint *complaint,
		 const struct gtb_report *report)
{
	if (!complaint->sandbox)
		return;
	for (size_t i = 0; i < report->count; i++) {
		const struct gtb_report_item *item = &report->items[i];

		if (item->level != GTB_LEVEL_ERROR || !item->source ||
		    !is_out_of_reach(complaint, item->source))
			continue;
		gtb_log(complaint->log, GTB_LOG_INFO,
			"this process can read the folders it knew at its "
			"start only; \"squid -k reconfigure\" starts new "
			"helpers");
		return;
	}
}

void gtb_complaint_failure(struct gtb_complaint *complaint, int rc,
			   const struct gtb_report *report, bool kept)
{
	uint64_t print = failure_print(complaint, rc, report);

	if (print == complaint->failure)
		return;
	complaint->failure = print;
	log_items(complaint, report, GTB_LEVEL_ERROR);
	gtb_log(complaint->log, GTB_LOG_ERROR,
		"policy and catalog not loaded: %s (errors: %zu; "
		"\"goto-bypass check\" lists them all); %s", cause(rc),
		report->errors, kept ? "the last good ruleset stays in force"
		: "there is no ruleset, so nothing is bypassed");
	if (rc == GTB_E_IO)
		hint(complaint, report);
}

void gtb_complaint_warnings(struct gtb_complaint *complaint,
			    const struct gtb_report *report)
{
	uint64_t print = FINGERPRINT_BASIS;

	complaint->failure = 0;
	for (size_t i = 0; i < report->count; i++)
		mix_item(&print, &report->items[i]);
	if (print == complaint->warnings)
		return;
	complaint->warnings = print;
	log_items(complaint, report, GTB_LEVEL_WARNING);
}
