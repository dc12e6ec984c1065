/*
 * Landlock by its raw system calls, which the C library does not wrap; the
 * contract is in sandbox.h.
 */
#include "config.h"

#include <fcntl.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef HAVE_LINUX_LANDLOCK_H
#include <linux/landlock.h>
#endif

#include "sandbox.h"

#if defined(HAVE_LINUX_LANDLOCK_H) && defined(SYS_landlock_create_ruleset)

/*
 * Like struct landlock_ruleset_attr of newer kernels; the headers here may be
 * older than the kernel. An older kernel is told a smaller size.
 */
struct attributes {
	uint64_t files;
	uint64_t net;
	uint64_t scopes;
};

/* Rights a kernel of this ABI knows; all of them are taken away. */
struct abi {
	int number;
	struct attributes handled;
	size_t size;
};

#define BITS(n) ((UINT64_C(1) << (n)) - 1)

static const struct abi abis[] = {
	{6, {BITS(16), BITS(2), BITS(2)}, sizeof(struct attributes)},
	{5, {BITS(16), BITS(2), 0}, 2 * sizeof(uint64_t)},
	{4, {BITS(15), BITS(2), 0}, 2 * sizeof(uint64_t)},
	{3, {BITS(15), 0, 0}, sizeof(uint64_t)},
	{2, {BITS(14), 0, 0}, sizeof(uint64_t)},
	{1, {BITS(13), 0, 0}, sizeof(uint64_t)},
};

static const struct abi *find_abi(long offered)
{
	for (size_t i = 0; i < sizeof(abis) / sizeof(*abis); i++)
		if (offered >= abis[i].number)
			return &abis[i];
	return NULL;
}

static bool allow_reading(int ruleset, const char *folder)
{
	struct landlock_path_beneath_attr rule = {
		.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE |
				  LANDLOCK_ACCESS_FS_READ_DIR,
	};
	long rc;

	rule.parent_fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (rule.parent_fd == -1)
		return false;
	rc = syscall(SYS_landlock_add_rule, ruleset,
		     LANDLOCK_RULE_PATH_BENEATH, &rule, 0U);
	close(rule.parent_fd);
	return rc == 0;
}

int gtb_landlock_enter(const char *const *folders, size_t count)
{
	long offered = syscall(SYS_landlock_create_ruleset, NULL, 0,
			       LANDLOCK_CREATE_RULESET_VERSION);
	const struct abi *abi = find_abi(offered);
	bool complete = true;
	int ruleset;

	if (!abi)
		return 0;
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &abi->handled,
			       abi->size, 0U);
	if (ruleset == -1)
		return 0;
	for (size_t i = 0; i < count && complete; i++)
		complete = allow_reading(ruleset, folders[i]);
	if (!complete ||
	    syscall(SYS_landlock_restrict_self, ruleset, 0U) == -1)
		abi = NULL;
	close(ruleset);
	return abi ? abi->number : 0;
}

#else

int gtb_landlock_enter(const char *const *folders, size_t count)
{
	(void)folders;
	(void)count;
	return 0;
}

#endif
