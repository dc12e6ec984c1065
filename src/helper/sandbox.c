/* Giving up what is not needed; the contract is in sandbox.h. */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox.h"

#define FILES_MAX 32	/* a load has two or three open at a time */

#ifdef __has_feature
#define HAS_FEATURE(x) __has_feature(x)
#else
#define HAS_FEATURE(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || \
	HAS_FEATURE(address_sanitizer) || HAS_FEATURE(thread_sanitizer) || \
	HAS_FEATURE(memory_sanitizer)
#define WITH_SANITIZER 1
#else
#define WITH_SANITIZER 0
#endif

static enum gtb_sandbox_mode choose_mode(void)
{
	const char *word = getenv("GTB_SANDBOX");

	if (WITH_SANITIZER || (word && strcmp(word, "off") == 0))
		return GTB_SANDBOX_OFF;
	if (word && strcmp(word, "kill") == 0)
		return GTB_SANDBOX_KILL;
	return GTB_SANDBOX_ON;
}

static void open_standard(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
	} while (fd >= 0 && fd <= 2);
	if (fd > 2)
		close(fd);
}

static bool close_inherited(void)
{
#ifdef SYS_close_range
	if (syscall(SYS_close_range, 3U, ~0U, 0U) == 0)
		return true;
#endif
	/* An old kernel; Squid has closed them already. */
	return false;
}

static bool limit(int resource, rlim_t value)
{
	struct rlimit limits = {.rlim_cur = value, .rlim_max = value};

	return setrlimit(resource, &limits) == 0;
}

void gtb_sandbox_init(struct gtb_sandbox *sandbox)
{
	memset(sandbox, 0, sizeof(*sandbox));
	sandbox->mode = choose_mode();
	open_standard();
	if (sandbox->mode == GTB_SANDBOX_OFF)
		return;
	sandbox->descriptors = close_inherited();
	sandbox->no_core = limit(RLIMIT_CORE, 0) &&
			   prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
	sandbox->few_files = limit(RLIMIT_NOFILE, FILES_MAX);
	sandbox->no_new_privs = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

/* The folder of path, "." and "/" included; NULL: memory ran out. */
static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t len;

	if (!slash)
		return strdup(".");
	len = (size_t)(slash - path);
	return strndup(path, len > 0 ? len : 1);
}

/*
 * The folder that a folder lies in; the folder itself where that would be
 * "/". NULL: memory ran out.
 */
static char *folder_around(const char *folder)
{
	size_t len = strlen(folder);
	char *copy;
	char *around;

	while (len > 1 && folder[len - 1] == '/')
		len--;
	copy = strndup(folder, len);
	around = copy ? folder_of(copy) : NULL;
	if (around && strcmp(around, "/") == 0) {
		free(around);
		return copy;
	}
	free(copy);
	return around;
}

/* The folders to read in; false: memory ran out. */
static bool list_folders(char **folders, const char *policy_path,
			 const char *catalog_folder,
			 const struct gtb_policy *policy)
{
	bool complete = true;

	folders[0] = folder_of(policy_path);
	folders[1] = folders[0] ? folder_around(folders[0]) : NULL;
	folders[2] = strdup(catalog_folder);
	folders[3] = folder_around(catalog_folder);
	for (size_t i = 0; i < policy->lists_count; i++)
		folders[4 + i] = folder_of(policy->lists[i].file);
	for (size_t i = 0; i < 4 + policy->lists_count; i++)
		complete = complete && folders[i];
	return complete;
}

void gtb_sandbox_fini(struct gtb_sandbox *sandbox)
{
	for (size_t i = 0; i < sandbox->readable_count; i++)
		free(sandbox->readable[i]);
	free(sandbox->readable);
	sandbox->readable = NULL;
	sandbox->readable_count = 0;
}

/* Returns Landlock's ABI, 0 for none. */
static int confine(struct gtb_sandbox *sandbox, const char *policy_path,
		   const char *catalog_folder,
		   const struct gtb_policy *policy)
{
	size_t count = 4 + policy->lists_count;
	int abi = 0;

	sandbox->readable = calloc(count, sizeof(*sandbox->readable));
	if (!sandbox->readable)
		return 0;
	sandbox->readable_count = count;
	if (list_folders(sandbox->readable, policy_path, catalog_folder,
			 policy))
		abi = gtb_landlock_enter(
			(const char *const *)sandbox->readable, count);
	if (abi == 0)
		gtb_sandbox_fini(sandbox);
	return abi;
}

static bool is_below(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	while (len > 0 && folder[len - 1] == '/')
		len--;
	return strncmp(path, folder, len) == 0 && path[len] == '/';
}

bool gtb_sandbox_reaches(const struct gtb_sandbox *sandbox, const char *path)
{
	if (!sandbox->folders)
		return true;
	if (strstr(path, "/../") || strncmp(path, "../", 3) == 0)
		return false;
	for (size_t i = 0; i < sandbox->readable_count; i++) {
		const char *folder = sandbox->readable[i];

		if (is_below(path, folder) ||
		    (strcmp(folder, ".") == 0 && path[0] != '/'))
			return true;
	}
	return false;
}

void gtb_sandbox_enter(struct gtb_sandbox *sandbox, const char *policy_path,
		       const char *catalog_folder,
		       const struct gtb_policy *policy)
{
	static const char *const everywhere[] = {"/"};

	if (sandbox->mode == GTB_SANDBOX_OFF)
		return;
	if (policy)
		sandbox->landlock = confine(sandbox, policy_path,
					    catalog_folder, policy);
	else
		sandbox->landlock = gtb_landlock_enter(everywhere, 1);
	sandbox->folders = policy && sandbox->landlock > 0;
	sandbox->seccomp =
		gtb_seccomp_enter(sandbox->mode == GTB_SANDBOX_KILL);
}

const char *gtb_sandbox_text(const struct gtb_sandbox *sandbox, char *buffer,
			     size_t size)
{
	char landlock[48] = "no landlock";

	if (sandbox->mode == GTB_SANDBOX_OFF) {
		snprintf(buffer, size, "off");
		return buffer;
	}
	if (sandbox->landlock > 0)
		snprintf(landlock, sizeof(landlock), "landlock %d (%s)",
			 sandbox->landlock,
			 sandbox->folders ? "own folders" : "read only");
	snprintf(buffer, size, "%s, %s, %s, %s, %s, %s",
		 sandbox->seccomp ? (sandbox->mode == GTB_SANDBOX_KILL
				     ? "seccomp (kill)" : "seccomp")
				  : "no seccomp",
		 landlock,
		 sandbox->no_new_privs ? "no new privileges"
				       : "new privileges possible",
		 sandbox->no_core ? "no core" : "core possible",
		 sandbox->few_files ? "few files" : "many files",
		 sandbox->descriptors ? "descriptors closed"
				      : "descriptors not closed");
	return buffer;
}
