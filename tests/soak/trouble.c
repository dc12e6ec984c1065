/* What goes wrong around the helper; the contract is in soak.h. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tests/soak/soak.h"

#define NOTICE_MAX_MS 20000 /* however slow the machine */
#define DAY_S	      INT64_C(86400)

/* --- files --------------------------------------------------------------- */

static char *read_text(const char *path)
{
	FILE *file = fopen(path, "rb");
	char *text = calloc(1, 1 << 20);
	size_t len;

	if (!file || !text) {
		free(text);
		if (file)
			fclose(file);
		return NULL;
	}
	len = fread(text, 1, (1 << 20) - 1, file);
	text[len] = '\0';
	fclose(file);
	return text;
}

static bool write_part(const char *path, const char *text, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	bool done = fd != -1 && write(fd, text, len) == (ssize_t)len;

	if (fd != -1)
		close(fd);
	return done;
}

static bool put(const char *path, const char *text)
{
	char new[PATH_MAX];

	snprintf(new, sizeof(new), "%s.new", path);
	return write_part(new, text, strlen(text)) && chmod(new, 0644) == 0 &&
	       rename(new, path) == 0;
}

static void rest(unsigned int ms)
{
	struct timespec time = {.tv_sec = ms / 1000,
				.tv_nsec = (long)(ms % 1000) * 1000000};

	nanosleep(&time, NULL);
}

static bool put_policy(struct trouble *trouble)
{
	return put(trouble->policy, trouble->texts[trouble->in_force]);
}

/* --- trouble, and its end ------------------------------------------------ */

static bool empty_policy(struct trouble *trouble)
{
	return write_part(trouble->policy, "", 0);
}

/* In the middle of a pair of braces, so that it is no policy. */
static bool cut_policy(struct trouble *trouble)
{
	const char *text = trouble->texts[trouble->in_force];
	const char *brace = strrchr(text, '{');

	return brace &&
	       write_part(trouble->policy, text, (size_t)(brace - text) + 5);
}

static bool lock_policy(struct trouble *trouble)
{
	return chmod(trouble->policy, 0) == 0;
}

static bool remove_policy(struct trouble *trouble)
{
	return unlink(trouble->policy) == 0;
}

static bool pipe_policy(struct trouble *trouble)
{
	return unlink(trouble->policy) == 0 &&
	       mkfifo(trouble->policy, 0644) == 0;
}

static bool open_policy_to_all(struct trouble *trouble)
{
	return chmod(trouble->policy, 0666) == 0;
}

static bool cut_document(struct trouble *trouble)
{
	const char *brace = strrchr(trouble->document, '{');

	return brace && write_part(trouble->document_path, trouble->document,
				   (size_t)(brace - trouble->document) + 5);
}

static bool lock_document(struct trouble *trouble)
{
	return chmod(trouble->document_path, 0) == 0;
}

static bool put_document(struct trouble *trouble)
{
	return put(trouble->document_path, trouble->document);
}

static bool move_catalog(struct trouble *trouble)
{
	char away[PATH_MAX];

	snprintf(away, sizeof(away), "%s.away", trouble->catalog);
	return rename(trouble->catalog, away) == 0;
}

static bool move_catalog_back(struct trouble *trouble)
{
	char away[PATH_MAX];

	snprintf(away, sizeof(away), "%s.away", trouble->catalog);
	return rename(away, trouble->catalog) == 0;
}

static bool move_clock(struct trouble *trouble, int64_t by_s)
{
	if (trouble->clock_s)
		atomic_store(trouble->clock_s, by_s);
	return true;
}

static bool clock_ahead(struct trouble *trouble)
{
	return move_clock(trouble, DAY_S);
}

static bool clock_back(struct trouble *trouble)
{
	return move_clock(trouble, -400 * DAY_S);
}

static bool clock_right(struct trouble *trouble)
{
	return move_clock(trouble, 0);
}

/* To the last byte; and something to log, which then has no room. */
static bool fill_disk(struct trouble *trouble)
{
	static const char block[4096];
	char path[PATH_MAX];
	size_t size = sizeof(block);
	int fd;

	if (!trouble->log_folder)
		return cut_policy(trouble);
	snprintf(path, sizeof(path), "%s/full", trouble->log_folder);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (fd == -1)
		return false;
	while (size > 0)
		if (write(fd, block, size) <= 0)
			size /= 2;
	close(fd);
	return errno == ENOSPC && cut_policy(trouble);
}

static bool free_disk(struct trouble *trouble)
{
	char path[PATH_MAX];

	if (!trouble->log_folder)
		return put_policy(trouble);
	snprintf(path, sizeof(path), "%s/full", trouble->log_folder);
	(void)unlink(path);
	snprintf(path, sizeof(path), "%s/log", trouble->log_folder);
	return truncate(path, 0) == 0 && put_policy(trouble);
}

/* The other policy, and until the helper has it. */
static bool swap(struct trouble *trouble)
{
	enum truth next =
		trouble->in_force == TRUTH_FIRST ? TRUTH_SECOND : TRUTH_FIRST;
	int64_t from = now_ns();
	long ms = 0;

	if (!trouble_policy(trouble, next))
		return false;
	while (atomic_load(&trouble->peer->seen) != next &&
	       !atomic_load(&trouble->stopping) && ms < NOTICE_MAX_MS) {
		rest(5);
		ms = (long)((now_ns() - from) / 1000000);
	}
	if (atomic_load(&trouble->peer->seen) != next)
		return atomic_load(&trouble->stopping);
	atomic_store(&trouble->peer->truth, next);
	if (ms > atomic_load(&trouble->noticed_ms))
		atomic_store(&trouble->noticed_ms, ms);
	return true;
}

static const struct step {
	const char *name;
	bool (*begin)(struct trouble *trouble);
	bool (*end)(struct trouble *trouble); /* NULL: nothing stays wrong */
} steps[] = {
	{"another policy", swap, NULL},
	{"policy emptied", empty_policy, put_policy},
	{"policy cut short", cut_policy, put_policy},
	{"policy not readable", lock_policy, put_policy},
	{"policy gone", remove_policy, put_policy},
	{"policy a FIFO", pipe_policy, put_policy},
	{"policy open to all", open_policy_to_all, put_policy},
	{"catalog cut short", cut_document, put_document},
	{"catalog not readable", lock_document, put_document},
	{"catalog moved away", move_catalog, move_catalog_back},
	{"disk of the log full", fill_disk, free_disk},
	{"clock a day ahead", clock_ahead, NULL},
	{"another policy, clock ahead", swap, NULL},
	{"clock a year back", clock_back, NULL},
	{"another policy, clock back", swap, NULL},
	{"clock right", clock_right, NULL},
	{"another policy, clock right", swap, NULL},
};

#define STEPS (sizeof(steps) / sizeof(steps[0]))

/* --- at rest -------------------------------------------------------------- */

static long count_descriptors(pid_t pid)
{
	char path[64];
	const struct dirent *entry;
	long count = 0;
	DIR *folder;

	snprintf(path, sizeof(path), "/proc/%ld/fd", (long)pid);
	folder = opendir(path);
	if (!folder)
		return -1;
	while ((entry = readdir(folder)) != NULL)
		count += entry->d_name[0] != '.';
	closedir(folder);
	return count;
}

static long resident_kib(pid_t pid)
{
	char path[64];
	char line[128];
	long kib = -1;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%ld/status", (long)pid);
	file = fopen(path, "r");
	if (!file)
		return -1;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "VmRSS: %ld kB", &kib) == 1)
			break;
	fclose(file);
	return kib;
}

static void raise_to(atomic_long *most, long value)
{
	if (value > atomic_load(most))
		atomic_store(most, value);
}

/* Nothing changes and nothing is loaded: what has grown has grown. */
static void look(struct trouble *trouble)
{
	long kib = resident_kib(trouble->peer->pid);
	long descriptors = count_descriptors(trouble->peer->pid);

	raise_to(atomic_load(&trouble->cycles) < trouble->warm_cycles
			 ? &trouble->base_kib
			 : &trouble->most_kib,
		 kib);
	raise_to(&trouble->descriptors_most, descriptors);
	if (descriptors < atomic_load(&trouble->descriptors_least))
		atomic_store(&trouble->descriptors_least, descriptors);
}

/* --- all of it ------------------------------------------------------------ */

static bool take_step(struct trouble *trouble, const struct step *step)
{
	if (!step->begin(trouble))
		return false;
	rest(trouble->hold_ms);
	if (step->end) {
		if (!step->end(trouble))
			return false;
		rest(trouble->hold_ms);
	}
	atomic_fetch_add(&trouble->steps, 1);
	return true;
}

void *trouble_main(void *context)
{
	struct trouble *trouble = context;

	for (size_t i = 0; !atomic_load(&trouble->stopping); i++) {
		if (i == STEPS) {
			rest(2 * trouble->hold_ms);
			look(trouble);
			atomic_fetch_add(&trouble->cycles, 1);
			i = 0;
		}
		if (!take_step(trouble, &steps[i])) {
			atomic_store(&trouble->failed, steps[i].name);
			break;
		}
	}
	return NULL;
}

bool trouble_policy(struct trouble *trouble, enum truth policy)
{
	atomic_store(&trouble->peer->truth, TRUTH_EITHER);
	trouble->in_force = policy;
	return put_policy(trouble);
}

static char *first_document(const char *catalog)
{
	const struct dirent *entry;
	DIR *folder = opendir(catalog);
	char *path = NULL;

	while (folder && !path && (entry = readdir(folder)) != NULL)
		if (strstr(entry->d_name, ".yaml") &&
		    asprintf(&path, "%s/%s", catalog, entry->d_name) == -1)
			path = NULL;
	if (folder)
		closedir(folder);
	return path;
}

bool trouble_init(struct trouble *trouble)
{
	static const char exclude[] =
		"\nexclude: {names: [\"out.goto.com\"]}\n";
	char *text = read_text(trouble->policy);

	trouble->document_path = first_document(trouble->catalog);
	if (!text || !trouble->document_path)
		return false;
	trouble->document = read_text(trouble->document_path);
	if (asprintf(&trouble->texts[0],
		     "%s%sown:\n  - {name: \"*.flip.example\"}\n", text,
		     exclude) == -1 ||
	    asprintf(&trouble->texts[1],
		     "%s%sown:\n  - {name: \"*.flop.example\"}\n", text,
		     exclude) == -1)
		return false;
	free(text);
	atomic_store(&trouble->descriptors_least, LONG_MAX);
	return trouble->document != NULL;
}

void trouble_fini(struct trouble *trouble)
{
	free(trouble->texts[0]);
	free(trouble->texts[1]);
	free(trouble->document_path);
	free(trouble->document);
}
