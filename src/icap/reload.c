/* Loading; the contract is in reload.h. */
#include "config.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gtb/pace.h"
#include "reload.h"

#define RETRY_FIRST_S 5		/* files that failed and have not changed */
#define RETRY_LAST_S 60		/* doubling up to this */
#define SETTLE_S 3		/* a policy that may be half written; told */
#define ITEMS_MAX 6		/* of a report that are told */
#define LINE_SIZE 900		/* below what c-icap's log takes */

struct gtb_reload {
	const char *policy_path;
	const char *catalog_folder;
	struct gtb_store *store;
	gtb_reload_say *say;
	void *context;
	struct gtb_watch *watch;	/* NULL: nothing was loaded yet */
	uint64_t told;			/* fingerprint of the last report */
	char cut[65];			/* a policy not taken yet, see below */
	int64_t cut_s;			/* when to take it */
	int64_t retry_s;		/* when to try again; 0: not failing */
	int64_t step_s;
};

static int64_t now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

static void __attribute__((format(printf, 2, 3)))
tell(struct gtb_reload *reload, const char *format, ...)
{
	char line[LINE_SIZE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	for (char *at = line; *at != '\0'; at++)
		if (*at < 0x20 || *at > 0x7e)
			*at = '?';
	reload->say(reload->context, line);
}

/* --- telling of a report once ------------------------------------------ */

/* FNV-1a: good enough to tell our own reports apart. */
#define FINGERPRINT_BASIS 0xcbf29ce484222325u
#define FINGERPRINT_PRIME 0x100000001b3u

static void mix(uint64_t *print, const void *data, size_t len)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < len; i++)
		*print = (*print ^ bytes[i]) * FINGERPRINT_PRIME;
}

/* Files that changed are news, even when the mistake is the old one. */
static void mix_stamp(uint64_t *print, const char *path)
{
	struct gtb_stamp stamp;

	gtb_file_stamp(path, &stamp);
	mix(print, &stamp.present, sizeof(stamp.present));
	if (!stamp.present)
		return;
	mix(print, &stamp.inode, sizeof(stamp.inode));
	mix(print, &stamp.size, sizeof(stamp.size));
	mix(print, &stamp.ctime_s, sizeof(stamp.ctime_s));
	mix(print, &stamp.ctime_ns, sizeof(stamp.ctime_ns));
}

static uint64_t fingerprint(const struct gtb_reload *reload, int rc,
			    const struct gtb_report *report)
{
	uint64_t print = FINGERPRINT_BASIS;
	char line[GTB_REPORT_LINE_SIZE];

	mix(&print, &rc, sizeof(rc));
	if (rc != GTB_OK)
		mix_stamp(&print, reload->policy_path);
	for (size_t i = 0; i < report->count; i++) {
		const struct gtb_report_item *item = &report->items[i];

		gtb_report_line(item, line, sizeof(line));
		mix(&print, line, strlen(line) + 1);
		if (rc != GTB_OK && item->source)
			mix_stamp(&print, item->source);
	}
	return print;
}

static void tell_items(struct gtb_reload *reload,
		       const struct gtb_report *report)
{
	char line[GTB_REPORT_LINE_SIZE];
	size_t count = 0;

	for (size_t i = 0; i < report->count && count < ITEMS_MAX; i++, count++)
		tell(reload, "%s", gtb_report_line(&report->items[i], line,
						   sizeof(line)));
	if (report->count > count || report->dropped > 0)
		tell(reload, "and %zu more; goto-bypass check tells all",
		     report->count - count + report->dropped);
}

/* True: this was not told before. */
static bool tell_report(struct gtb_reload *reload, int rc,
			const struct gtb_report *report)
{
	uint64_t print = fingerprint(reload, rc, report);

	if (print == reload->told)
		return false;
	reload->told = print;
	tell_items(reload, report);
	return true;
}

/* --- a policy that is being written ------------------------------------ */

/*
 * The very file in force, but only its beginning: it may be being written in
 * place, and what comes last in it, exclusions say, be missing still.
 */
static bool is_cut(const struct gtb_policy *policy,
		   const struct gtb_ruleset *newest)
{
	const struct gtb_policy *in_force;

	if (!newest)
		return false;
	in_force = gtb_ruleset_policy(newest);
	return policy->stamp.inode == in_force->stamp.inode &&
	       policy->stamp.device == in_force->stamp.device &&
	       policy->text_len < in_force->text_len &&
	       memcmp(policy->text, in_force->text, policy->text_len) == 0;
}

/* True: leave this policy for now, and look at it again. */
static bool must_settle(struct gtb_reload *reload,
			const struct gtb_policy *policy)
{
	if (!is_cut(policy, gtb_store_newest(reload->store))) {
		reload->cut[0] = '\0';
		return false;
	}
	if (strcmp(reload->cut, policy->digest) != 0) {
		memcpy(reload->cut, policy->digest, sizeof(reload->cut));
		reload->cut_s = now_s() + SETTLE_S;
		tell(reload, "%s is the beginning of the policy in force: "
		     "waiting %d s for the rest of it", reload->policy_path,
		     SETTLE_S);
	}
	if (now_s() >= reload->cut_s)
		return false;
	reload->retry_s = reload->cut_s;
	return true;
}

/* --- loading ----------------------------------------------------------- */

static void failed(struct gtb_reload *reload, int rc,
		   const struct gtb_report *report)
{
	if (tell_report(reload, rc, report))
		tell(reload, "%s: %s", rc == GTB_E_NOMEM ? "out of memory"
		     : "the files cannot be used",
		     gtb_store_newest(reload->store)
		     ? "the last good ruleset stays in force"
		     : "every request is answered 204, no-ruleset");
	reload->cut[0] = '\0';
	if (reload->retry_s == 0)
		reload->step_s = RETRY_FIRST_S;
	else if (reload->step_s < RETRY_LAST_S / 2)
		reload->step_s *= 2;
	else
		reload->step_s = RETRY_LAST_S;
	reload->retry_s = now_s() + reload->step_s;
}

static void describe(struct gtb_reload *reload, const char *what,
		     const struct gtb_ruleset *ruleset)
{
	tell(reload, "%s: ruleset %.12s, %zu names, %zu networks", what,
	     gtb_ruleset_digest(ruleset), gtb_ruleset_names_count(ruleset),
	     gtb_ruleset_networks_count(ruleset));
}

static enum gtb_reload_event worked(struct gtb_reload *reload,
				    struct gtb_ruleset *ruleset,
				    const struct gtb_report *report)
{
	const struct gtb_ruleset *newest = gtb_store_newest(reload->store);
	bool failing = reload->retry_s != 0;

	if (must_settle(reload, gtb_ruleset_policy(ruleset))) {
		gtb_ruleset_free(ruleset);
		return GTB_RELOAD_QUIET;
	}
	tell_report(reload, GTB_OK, report);
	reload->retry_s = 0;
	if (newest && strcmp(gtb_ruleset_digest(ruleset),
			     gtb_ruleset_digest(newest)) == 0) {
		if (failing)
			describe(reload, "the files are as they were", newest);
		gtb_ruleset_free(ruleset);
		return GTB_RELOAD_QUIET;
	}
	describe(reload, "loaded", ruleset);
	if (gtb_store_put(reload->store, ruleset) == GTB_OK)
		return GTB_RELOAD_LOADED;
	failed(reload, GTB_E_NOMEM, report);
	return GTB_RELOAD_FAILED;
}

static enum gtb_reload_event load(struct gtb_reload *reload)
{
	struct gtb_watch *watch = gtb_watch_new();
	enum gtb_reload_event event = GTB_RELOAD_FAILED;
	struct gtb_ruleset *ruleset = NULL;
	struct gtb_report report;
	struct gtb_pace pace;
	int rc = GTB_E_NOMEM;

	gtb_report_init(&report);
	gtb_pace_begin(&pace);
	/* Requests go on, and nobody waits for this load but for the first. */
	if (gtb_store_newest(reload->store))
		gtb_report_pauses(&report, gtb_pace_rest, &pace);
	if (watch)
		rc = gtb_ruleset_load(reload->policy_path,
				      reload->catalog_folder, watch, &ruleset,
				      &report);
	if (rc == GTB_OK)
		event = worked(reload, ruleset, &report);
	else
		failed(reload, rc, &report);
	if (watch) {
		gtb_watch_free(reload->watch);
		reload->watch = watch;
	}
	gtb_report_fini(&report);
	return event;
}

enum gtb_reload_event gtb_reload_look(struct gtb_reload *reload, bool force)
{
	gtb_store_sweep(reload->store);
	if (!force && reload->watch && !gtb_watch_changed(reload->watch) &&
	    (reload->retry_s == 0 || now_s() < reload->retry_s))
		return GTB_RELOAD_QUIET;
	return load(reload);
}

struct gtb_reload *gtb_reload_new(const char *policy_path,
				  const char *catalog_folder,
				  struct gtb_store *store, gtb_reload_say *say,
				  void *context)
{
	struct gtb_reload *reload = calloc(1, sizeof(*reload));

	if (!reload)
		return NULL;
	reload->policy_path = policy_path;
	reload->catalog_folder = catalog_folder;
	reload->store = store;
	reload->say = say;
	reload->context = context;
	return reload;
}

void gtb_reload_free(struct gtb_reload *reload)
{
	if (!reload)
		return;
	gtb_watch_free(reload->watch);
	free(reload);
}
