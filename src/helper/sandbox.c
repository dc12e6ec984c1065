/* Giving up what is not needed; the contract is in sandbox.h. */
#include "config.h"

#include <fcntl.h>
#include <linux/capability.h>
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

/*
 * Root's own; an ordinary user has none. What the process may do is then what
 * the owner of its files may.
 */
static bool drop_capabilities(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3];

	memset(none, 0, sizeof(none));
	for (int i = 0; prctl(PR_CAPBSET_READ, i, 0, 0, 0) >= 0; i++)
		(void)prctl(PR_CAPBSET_DROP, i, 0, 0, 0);
	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	return syscall(SYS_capset, &header, none) == 0;
}

/* Nothing here reads a variable later; clearenv(3) alone leaves the text. */
static bool wipe_environment(void)
{
	for (char **variable = environ; variable && *variable; variable++)
		memset(*variable, 0, strlen(*variable));
	return clearenv() == 0;
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
	sandbox->no_capabilities = drop_capabilities();
	sandbox->no_new_privs = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
	sandbox->no_environment = wipe_environment();
}

void gtb_sandbox_settle(struct gtb_sandbox *sandbox)
{
	if (sandbox->mode != GTB_SANDBOX_OFF)
		sandbox->no_processes = limit(RLIMIT_NPROC, 0);
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

static bool is_there(const char *folder)
{
	int fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd != -1)
		close(fd);
	return fd != -1;
}

/*
 * The folder itself, or the nearest above it that is there; "" when only the
 * root is. Takes folder; NULL: memory ran out.
 */
static char *nearest(char *folder)
{
	while (folder && !is_there(folder)) {
		char *above = folder_of(folder);

		if (above && (strcmp(above, "/") == 0 ||
			      strcmp(above, folder) == 0))
			above[0] = '\0';
		free(folder);
		folder = above;
		if (folder && folder[0] == '\0')
			break;
	}
	return folder;
}

/* Add a folder to read in, which is taken. False: memory ran out. */
static bool add_folder(struct gtb_sandbox *sandbox, char *folder)
{
	folder = nearest(folder);
	if (!folder)
		return false;
	if (folder[0] == '\0')
		free(folder);
	else
		sandbox->readable[sandbox->readable_count++] = folder;
	return true;
}

/* The folder that a file lies in, and the one around that. */
static bool add_both(struct gtb_sandbox *sandbox, const char *folder)
{
	return add_folder(sandbox, strdup(folder)) &&
	       add_folder(sandbox, folder_around(folder));
}

/* The folders to read in; false: memory ran out. */
static bool list_folders(struct gtb_sandbox *sandbox, const char *policy_path,
			 const char *catalog_folder,
			 const struct gtb_policy *policy)
{
	char *folder = folder_of(policy_path);
	bool complete = folder && add_both(sandbox, folder) &&
			add_both(sandbox, catalog_folder);

	free(folder);
	for (size_t i = 0; policy && complete && i < policy->lists_count; i++)
		complete = add_folder(sandbox,
				      folder_of(policy->lists[i].file));
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
	size_t most = 4 + (policy ? policy->lists_count : 0);
	int abi = 0;

	sandbox->readable = calloc(most, sizeof(*sandbox->readable));
	if (!sandbox->readable)
		return 0;
	if (list_folders(sandbox, policy_path, catalog_folder, policy))
		abi = gtb_landlock_enter(
			(const char *const *)sandbox->readable,
			sandbox->readable_count);
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
	if (sandbox->landlock == 0)
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
	if (sandbox->mode == GTB_SANDBOX_OFF)
		return;
	sandbox->landlock = confine(sandbox, policy_path, catalog_folder,
				    policy);
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
		snprintf(landlock, sizeof(landlock),
			 "landlock %d (own folders)", sandbox->landlock);
	snprintf(buffer, size, "%s, %s, %s, %s, %s, %s, %s, %s, %s",
		 sandbox->seccomp ? (sandbox->mode == GTB_SANDBOX_KILL
				     ? "seccomp (kill)" : "seccomp")
				  : "no seccomp",
		 landlock,
		 sandbox->no_new_privs ? "no new privileges"
				       : "new privileges possible",
		 sandbox->no_capabilities ? "no capabilities"
					  : "capabilities kept",
		 sandbox->no_processes ? "no processes"
				       : "processes possible",
		 sandbox->no_core ? "no core" : "core possible",
		 sandbox->few_files ? "few files" : "many files",
		 sandbox->descriptors ? "descriptors closed"
				      : "descriptors not closed",
		 sandbox->no_environment ? "environment wiped"
					 : "environment kept");
	return buffer;
}
