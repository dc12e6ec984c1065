/*
 * sandbox: give up what a helper does not need.
 *
 * All of it is best effort: what the kernel does not offer is left out and
 * said, and never stops the helper. The environment variable GTB_SANDBOX set
 * to "off" leaves all of it out, for debuggers; "kill" ends the process at
 * the first system call that is not allowed, for tests; otherwise such a call
 * fails, because a helper that ends breaks what it was not even asked about.
 * A build with sanitizers leaves it out by itself.
 *
 * There is no limit on the size of files: cache.log is one, and grows.
 */
#ifndef GTB_SANDBOX_H
#define GTB_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "gtb/policy.h"

enum gtb_sandbox_mode {
	GTB_SANDBOX_ON,
	GTB_SANDBOX_KILL,
	GTB_SANDBOX_OFF
};

/* What came of it. */
struct gtb_sandbox {
	enum gtb_sandbox_mode mode;
	bool descriptors;	/* none but 0, 1, 2 were left open */
	bool no_core;		/* no core file, no ptrace by the same user */
	bool few_files;		/* few descriptors can be open at a time */
	bool no_new_privs;
	bool no_capabilities;	/* root's, if root it is, are dropped */
	bool no_environment;	/* the variables were wiped */
	bool no_processes;	/* nor threads; see gtb_sandbox_settle() */
	int landlock;		/* ABI; 0: none. Only our folders are read */
	bool seccomp;
	char **readable;	/* with landlock: these folders */
	size_t readable_count;
};

/* Longest text gtb_sandbox_text() writes, with its NUL. */
#define GTB_SANDBOX_TEXT_SIZE 256

/*
 * First thing in the process: close inherited descriptors, set limits, drop
 * capabilities, wipe the environment. Descriptors 0 to 2 that are closed
 * become /dev/null, so that no file of ours takes their number.
 */
void gtb_sandbox_init(struct gtb_sandbox *sandbox);

/*
 * After the first load and before the first thread: confine. No file can be
 * written, created or executed from here on. What can be read: the folders of
 * the lists, those of policy and catalog, and the two around these, because a
 * whole folder may be replaced by a rename, and a list that is new in the
 * policy may lie there. For a folder that is not there yet it is the nearest
 * one above that is, but never the root. policy is the one in force; NULL:
 * none could be read, and its lists are not known.
 */
void gtb_sandbox_enter(struct gtb_sandbox *sandbox, const char *policy_path,
		       const char *catalog_folder,
		       const struct gtb_policy *policy);

/*
 * After the last thread was started: from here on there can be no other, nor
 * a process.
 */
void gtb_sandbox_settle(struct gtb_sandbox *sandbox);

/*
 * Does a path lie in a folder that can be read? Only the text of the path is
 * looked at: with ".." in it, it counts as one that does not.
 */
bool gtb_sandbox_reaches(const struct gtb_sandbox *sandbox, const char *path);

/* What it keeps is freed; the process stays confined. */
void gtb_sandbox_fini(struct gtb_sandbox *sandbox);

/* "seccomp, landlock 6 (own folders), ..."; returns buffer. */
const char *gtb_sandbox_text(const struct gtb_sandbox *sandbox, char *buffer,
			     size_t size);

/*
 * The two parts, for gtb_sandbox_enter(). Landlock: returns the ABI used, 0
 * for none; folders are count paths that can be read. Seccomp: false when the
 * filter is not in force.
 */
int gtb_landlock_enter(const char *const *folders, size_t count);
bool gtb_seccomp_enter(bool kill);

#endif
