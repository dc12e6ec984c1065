/* Loading and handing over; the contract is in reload.h. */
#include "config.h"

#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "complaint.h"
#include "gtb/pace.h"
#include "reload.h"

#define LOOK_MS 200		/* between two looks at the files */
#define RETRY_FIRST_MS 5000	/* files that failed and have not changed */
#define RETRY_LAST_MS 60000	/* doubling up to this */
#define SETTLE_MS 3000		/* a policy that may be half written; logged */

/* A ruleset on its way from thread to thread. */
struct gtb_generation {
	struct gtb_ruleset *ruleset;
	struct gtb_generation *next;	/* in the list of the spent */
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void generation_free(struct gtb_generation *generation)
{
	if (!generation)
		return;
	gtb_ruleset_free(generation->ruleset);
	free(generation);
}

/* Free what the deciding thread has done with. */
static void free_spent(struct gtb_reload *reload)
{
	struct gtb_generation *spent = atomic_exchange(&reload->spent, NULL);

	if (!spent)
		return;
	while (spent) {
		struct gtb_generation *next = spent->next;

		generation_free(spent);
		spent = next;
	}
#ifdef __GLIBC__
	malloc_trim(0);
#endif
}

static void publish(struct gtb_reload *reload,
		    struct gtb_generation *generation)
{
	const char *digest = gtb_ruleset_digest(generation->ruleset);

	memcpy(reload->digest, digest, sizeof(reload->digest));
	reload->policy = gtb_ruleset_policy(generation->ruleset);
	/* One that was never taken can be freed by whoever made it. */
	generation_free(atomic_exchange(&reload->fresh, generation));
}

static void describe(struct gtb_reload *reload,
		     const struct gtb_ruleset *ruleset, const char *what)
{
	gtb_log(reload->log, GTB_LOG_INFO,
		"%s: ruleset %.12s, %zu names, %zu networks", what,
		gtb_ruleset_digest(ruleset), gtb_ruleset_names_count(ruleset),
		gtb_ruleset_networks_count(ruleset));
}

/*
 * The very file in force, but only its beginning: it may be being written in
 * place, and what comes last in it, exclusions say, be missing still.
 */
static bool is_cut(const struct gtb_policy *policy,
		   const struct gtb_policy *in_force)
{
	return in_force && policy->stamp.inode == in_force->stamp.inode &&
	       policy->stamp.device == in_force->stamp.device &&
	       policy->text_len < in_force->text_len &&
	       memcmp(policy->text, in_force->text, policy->text_len) == 0;
}

/* True: leave this policy for now, and look at it again. */
static bool must_settle(struct gtb_reload *reload,
			const struct gtb_policy *policy)
{
	if (!is_cut(policy, reload->policy)) {
		reload->cut[0] = '\0';
		return false;
	}
	if (strcmp(reload->cut, policy->digest) != 0) {
		memcpy(reload->cut, policy->digest, sizeof(reload->cut));
		reload->cut_ms = now_ms() + SETTLE_MS;
		gtb_log(reload->log, GTB_LOG_INFO,
			"%s is the beginning of the policy in force: waiting "
			"3 s for the rest of it", reload->policy_path);
	}
	if (now_ms() >= reload->cut_ms)
		return false;
	reload->retry_ms = reload->cut_ms;
	return true;
}

static void load_failed(struct gtb_reload *reload, int rc,
			const struct gtb_report *report)
{
	gtb_complaint_failure(&reload->complaint, rc, report,
			      reload->digest[0] != '\0');
	reload->cut[0] = '\0';
	if (reload->retry_ms == 0)
		reload->retry_step_ms = RETRY_FIRST_MS;
	else if (reload->retry_step_ms < RETRY_LAST_MS / 2)
		reload->retry_step_ms *= 2;
	else
		reload->retry_step_ms = RETRY_LAST_MS;
	reload->retry_ms = now_ms() + reload->retry_step_ms;
}

static void load_worked(struct gtb_reload *reload,
			struct gtb_generation *generation,
			const struct gtb_report *report)
{
	const struct gtb_ruleset *ruleset = generation->ruleset;
	bool failing = reload->retry_ms != 0;

	if (must_settle(reload, gtb_ruleset_policy(ruleset))) {
		generation_free(generation);
		return;
	}
	gtb_complaint_warnings(&reload->complaint, report);
	reload->retry_ms = 0;
	if (strcmp(gtb_ruleset_digest(ruleset), reload->digest) != 0) {
		if (!reload->first)
			describe(reload, ruleset, "loaded");
		publish(reload, generation);
		return;
	}
	if (failing)
		describe(reload, ruleset, "the files are as they were");
	generation_free(generation);
}

static void load(struct gtb_reload *reload)
{
	struct gtb_generation *generation = calloc(1, sizeof(*generation));
	struct gtb_watch *watch = gtb_watch_new();
	struct gtb_report report;
	struct gtb_pace pace;
	int rc = GTB_E_NOMEM;

	gtb_report_init(&report);
	if (reload->background)
		gtb_report_pauses(&report, gtb_pace_rest, &pace);
	gtb_pace_begin(&pace);
	if (generation && watch)
		rc = gtb_ruleset_load(reload->policy_path,
				      reload->catalog_folder, watch,
				      &generation->ruleset, &report);
	if (rc == GTB_OK) {
		load_worked(reload, generation, &report);
	} else {
		load_failed(reload, rc, &report);
		free(generation);
	}
	if (watch) {
		gtb_watch_free(reload->watch);
		reload->watch = watch;
	}
	gtb_report_fini(&report);
}

static bool must_load(struct gtb_reload *reload)
{
	if (reload->retry_ms != 0 && now_ms() >= reload->retry_ms)
		return true;
	return !reload->watch || gtb_watch_changed(reload->watch);
}

/* Sleep until the next look. False: it is time to end. */
static bool rest(struct gtb_reload *reload)
{
	int64_t until_ms = now_ms() + LOOK_MS;
	struct timespec until = {
		.tv_sec = (time_t)(until_ms / 1000),
		.tv_nsec = (long)(until_ms % 1000) * 1000000,
	};
	bool stopping;

	pthread_mutex_lock(&reload->lock);
	reload->loading = false;
	while (!reload->stopping &&
	       pthread_cond_timedwait(&reload->wake, &reload->lock,
				      &until) == 0)
		;
	stopping = reload->stopping;
	reload->loading = !stopping;
	pthread_mutex_unlock(&reload->lock);
	return !stopping;
}

static void *thread_main(void *context)
{
	struct gtb_reload *reload = context;

	reload->background = true;
	while (rest(reload)) {
		free_spent(reload);
		if (must_load(reload))
			load(reload);
	}
	return NULL;
}

/* The rest between two looks must not depend on a clock that can be set. */
static int init_cond(pthread_cond_t *cond)
{
	pthread_condattr_t attributes;
	int rc = pthread_condattr_init(&attributes);

	if (rc != 0)
		return rc;
	rc = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	if (rc == 0)
		rc = pthread_cond_init(cond, &attributes);
	pthread_condattr_destroy(&attributes);
	return rc;
}

/* 0, or why there can be no thread. */
static int init_lock(struct gtb_reload *reload)
{
	int rc = pthread_mutex_init(&reload->lock, NULL);

	if (rc != 0)
		return rc;
	rc = init_cond(&reload->wake);
	if (rc != 0)
		pthread_mutex_destroy(&reload->lock);
	return rc;
}

/*
 * Give memory back: each ruleset is made while the one before is in use, and
 * a million list lines weigh something in every helper. One arena, because
 * only one thread allocates; large blocks in mappings of their own.
 */
static void tune_memory(void)
{
#ifdef __GLIBC__
	mallopt(M_ARENA_MAX, 1);
	mallopt(M_MMAP_THRESHOLD, 128 * 1024);
#endif
}

void gtb_reload_init(struct gtb_reload *reload, const char *policy_path,
		     const char *catalog_folder, struct gtb_log *log)
{
	memset(reload, 0, sizeof(*reload));
	tune_memory();
	reload->policy_path = policy_path;
	reload->catalog_folder = catalog_folder;
	reload->log = log;
	atomic_init(&reload->fresh, NULL);
	atomic_init(&reload->spent, NULL);
	gtb_complaint_init(&reload->complaint, policy_path, catalog_folder,
			   log);
	reload->no_lock = init_lock(reload);
	reload->first = true;
	load(reload);
	reload->first = false;
}

void gtb_reload_confine(struct gtb_reload *reload,
			const struct gtb_sandbox *sandbox)
{
	reload->complaint.sandbox = sandbox;
}

/* Signals are for the deciding thread. */
bool gtb_reload_start(struct gtb_reload *reload)
{
	sigset_t all;
	sigset_t before;
	int rc = reload->no_lock;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	if (rc == 0)
		rc = pthread_create(&reload->thread, NULL, thread_main, reload);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	reload->threaded = rc == 0;
	if (rc != 0)
		gtb_log(reload->log, GTB_LOG_WARNING,
			"no thread for reloading (%s): answers pause while "
			"changed files are loaded", strerror(rc));
	return reload->threaded;
}

/* What the thread would do. */
static void work_here(struct gtb_reload *reload)
{
	if (now_ms() < reload->look_ms)
		return;
	free_spent(reload);
	if (must_load(reload))
		load(reload);
	reload->look_ms = now_ms() + LOOK_MS;
}

static void retire(struct gtb_reload *reload, struct gtb_generation *old)
{
	if (!old)
		return;
	old->next = atomic_load(&reload->spent);
	while (!atomic_compare_exchange_weak(&reload->spent, &old->next, old))
		;
}

const struct gtb_ruleset *gtb_reload_current(struct gtb_reload *reload)
{
	if (!reload->threaded)
		work_here(reload);
	if (atomic_load_explicit(&reload->fresh, memory_order_relaxed)) {
		struct gtb_generation *fresh =
			atomic_exchange(&reload->fresh, NULL);

		if (fresh) {
			retire(reload, reload->current);
			reload->current = fresh;
		}
	}
	return reload->current ? reload->current->ruleset : NULL;
}

/* False: it is in the middle of a load, which may take its time. */
static bool end_thread(struct gtb_reload *reload)
{
	bool loading;

	if (!reload->threaded)
		return true;
	pthread_mutex_lock(&reload->lock);
	reload->stopping = true;
	loading = reload->loading;
	pthread_cond_signal(&reload->wake);
	pthread_mutex_unlock(&reload->lock);
	if (loading) {
		pthread_detach(reload->thread);
		return false;
	}
	return pthread_join(reload->thread, NULL) == 0;
}

bool gtb_reload_fini(struct gtb_reload *reload)
{
	if (!end_thread(reload))
		return false;
	free_spent(reload);
	generation_free(atomic_exchange(&reload->fresh, NULL));
	generation_free(reload->current);
	gtb_watch_free(reload->watch);
	if (reload->no_lock == 0) {
		pthread_cond_destroy(&reload->wake);
		pthread_mutex_destroy(&reload->lock);
	}
	return true;
}
