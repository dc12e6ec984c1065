/*
 * sandbox: give up what a helper does not need.
 *
 * All of it is best effort: what the kernel does not offer is left out and
 * said, and never stops the helper. The environment variable GTB_SANDBOX set
 * to "off" leaves all of it out, for debuggers; "kill" ends the process at
 * the first system call that is not allowed, for tests; otherwise such a call
 * fails. A build with sanitizers leaves it out by itself.
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
	int landlock;		/* ABI; 0: none */
	bool folders;		/* Landlock: reading in our folders only */
	bool seccomp;
	char **readable;	/* with folders: these */
	size_t readable_count;
};

/* Longest text gtb_sandbox_text() writes, with its NUL. */
#define GTB_SANDBOX_TEXT_SIZE 160

/*
 * First thing in the process: close inherited descriptors, set limits.
 * Descriptors 0 to 2 that are closed become /dev/null, so that no file of
 * ours takes their number.
 */
void gtb_sandbox_init(struct gtb_sandbox *sandbox);

/*
 * After the first load and before the first thread: confine. No file can be
 * written, created or executed from here on. What can be read: the folders of
 * the lists, those of policy and catalog, and the two around these, because a
 * whole folder may be replaced by a rename, and a list that is new in the
 * policy may lie there. policy is the one loaded; NULL: none could be, its
 * lists are not known, and everything can be read.
 */
void gtb_sandbox_enter(struct gtb_sandbox *sandbox, const char *policy_path,
		       const char *catalog_folder,
		       const struct gtb_policy *policy);

/*
 * Does a path lie in a folder that can be read? Only the text of the path is
 * looked at: with ".." in it, it counts as one that does not.
 */
bool gtb_sandbox_reaches(const struct gtb_sandbox *sandbox, const char *path);

/* What it keeps is freed; the process stays confined. */
void gtb_sandbox_fini(struct gtb_sandbox *sandbox);

/* "seccomp, landlock 7 (folders), ..."; returns buffer. */
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
