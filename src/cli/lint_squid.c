/*
 * goto-bypass lint --squid: run squid -k parse, without a shell, for a limited
 * time. What it says lint_said.c reads.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lint.h"

#define SAID_MAX ((size_t)64 * 1024 * 1024) /* bytes; -k parse echoes lines */
#define PAUSE_MS 10			    /* between two looks at a child */

extern char **environ;

/* --- the program -------------------------------------------------------- */

/* In which folder of the list is it? The caller frees it. NULL: in none. */
static char *search(const char *folders)
{
	char *path = NULL;

	while (folders != NULL && *folders != '\0') {
		size_t len = strcspn(folders, ":");

		if (len > 0 &&
		    asprintf(&path, "%.*s/squid", (int)len, folders) == -1)
			return NULL;
		if (len > 0 && access(path, X_OK) == 0)
			return path;
		free(path);
		path = NULL;
		folders += len + (folders[len] == ':');
	}
	return NULL;
}

/* The one given, the one configure found, or one in the usual folders. */
static char *find_squid(const struct lint *lint)
{
	char *path;

	if (lint->squid_program != NULL)
		return strdup(lint->squid_program);
	if (GTB_SQUID_PROGRAM[0] == '/' && access(GTB_SQUID_PROGRAM, X_OK) == 0)
		return strdup(GTB_SQUID_PROGRAM);
	path = search(getenv("PATH"));
	return path != NULL ? path : search("/usr/sbin:/usr/local/sbin");
}

/* --- the child ---------------------------------------------------------- */

static char *word(const char *text)
{
	return (char *)(uintptr_t)text; /* posix_spawnp() changes no word */
}

/* Its output goes to fd, and it leads a process group of its own. */
static int spawn(const struct lint *lint, const char *program, int fd,
		 pid_t *child)
{
	const char *service = lint->reading.service;
	char *const argv[] = {word("squid"),	word("-k"),
			      word("parse"),	word("-f"),
			      word(lint->path), word(service ? "-n" : NULL),
			      word(service),	NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int error;

	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	error = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
	if (error == 0)
		error = posix_spawn_file_actions_addopen(
			&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (error == 0)
		error = posix_spawn_file_actions_adddup2(&actions, fd,
							 STDOUT_FILENO);
	if (error == 0)
		error = posix_spawn_file_actions_adddup2(&actions, fd,
							 STDERR_FILENO);
	if (error == 0)
		error = posix_spawnp(child, program, &actions, &attributes,
				     argv, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Read to its end. 0, or the error: ETIMEDOUT, EFBIG, ... */
static int listen_to(int fd, int64_t deadline_ms, struct gtb_text_buffer *said)
{
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	char bytes[8192];
	ssize_t len;

	for (;;) {
		int64_t left_ms = deadline_ms - now_ms();

		if (left_ms <= 0)
			return ETIMEDOUT;
		if (poll(&ready, 1, (int)left_ms) == -1 && errno != EINTR)
			return errno;
		if (ready.revents == 0)
			continue;
		len = read(fd, bytes, sizeof(bytes));
		if (len == 0)
			return 0;
		if (len == -1 && errno != EINTR)
			return errno;
		if (len > 0)
			gtb_text_add_bytes(said, bytes, (size_t)len);
		if (said->error != GTB_OK)
			return ENOMEM;
		if (said->len > SAID_MAX)
			return EFBIG;
	}
}

/* Its end, or the deadline's: 0 or ETIMEDOUT. */
static int wait_for(pid_t child, int64_t deadline_ms, int *status)
{
	for (;;) {
		pid_t ended = waitpid(child, status, WNOHANG);

		if (ended == child)
			return 0;
		if (ended == -1 && errno != EINTR)
			return errno;
		if (now_ms() >= deadline_ms)
			return ETIMEDOUT;
		poll(NULL, 0, PAUSE_MS);
	}
}

/* Everything it said, and how it ended; whatever happens, it has ended. */
static int hear(const struct lint *lint, const char *program,
		struct gtb_text_buffer *said, int *status)
{
	int64_t deadline_ms = now_ms() + (int64_t)lint->timeout_s * 1000;
	int ends[2];
	pid_t child;
	int error;

	if (pipe2(ends, O_CLOEXEC) == -1)
		return errno;
	error = spawn(lint, program, ends[1], &child);
	close(ends[1]);
	if (error == 0) {
		error = listen_to(ends[0], deadline_ms, said);
		if (error == 0)
			error = wait_for(child, deadline_ms, status);
		if (error != 0) {
			kill(-child, SIGKILL);
			waitpid(child, status, 0);
		}
	}
	close(ends[0]);
	return error;
}

/* --- asking ------------------------------------------------------------- */

static int ask(struct lint *lint, const char *program)
{
	char safe[LINT_PATH_SIZE];
	struct gtb_text_buffer said;
	int result = CLI_YES;
	int status = 0;
	int error;

	gtb_text_init(&said);
	signal(SIGCHLD, SIG_DFL); /* ignored, its status would be lost */
	error = hear(lint, program, &said, &status);
	if (error == ETIMEDOUT)
		cli_error("%s -k parse: no end after %u seconds (--timeout)",
			  cli_lint_safe_path(program, safe), lint->timeout_s);
	else if (error != 0)
		cli_error("%s -k parse: %s", cli_lint_safe_path(program, safe),
			  strerror(error));
	if (error != 0)
		result = CLI_TROUBLE;
	else if (cli_lint_add_squid(lint, gtb_text_data(&said), status) !=
		 GTB_OK)
		result = cli_no_memory();
	gtb_text_fini(&said);
	return result;
}

int cli_lint_ask_squid(struct lint *lint)
{
	char *program = find_squid(lint);
	int status;

	if (program == NULL) {
		cli_error("--squid: there is no squid in PATH, /usr/sbin or "
			  "/usr/local/sbin; name it: --squid=PROGRAM");
		return CLI_TROUBLE;
	}
	status = ask(lint, program);
	free(program);
	return status;
}
