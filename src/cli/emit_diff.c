/* How an installed file differs from the emitted one, told by diff(1). */
#include "config.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli.h"
#include "emit_files.h"

/* The text as a file without a name, read from its start; -1: said why. */
static int text_open(const char *data, size_t len)
{
	int fd = memfd_create("emitted", MFD_CLOEXEC);
	size_t done = 0;

	while (fd != -1 && done < len) {
		ssize_t put = write(fd, data + done, len - done);

		if (put == -1)
			goto failed;
		done += (size_t)put;
	}
	if (fd != -1 && lseek(fd, 0, SEEK_SET) == 0)
		return fd;
failed:
	cli_error("--diff: %s", strerror(errno));
	if (fd != -1)
		(void)close(fd);
	return -1;
}

/* 0 or what posix_spawn() gives; there is no shell between. */
static int start(pid_t *pid, char *const argv[], int input)
{
	posix_spawn_file_actions_t actions;
	int error = posix_spawn_file_actions_init(&actions);

	if (error != 0)
		return error;
	error = posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
	if (error == 0)
		error = posix_spawnp(pid, argv[0], &actions, NULL, argv,
				     environ);
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

/* diff's own statuses: 0 same, 1 differs, others trouble it has told of. */
static int finish(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return CLI_TROUBLE;
	if (WIFEXITED(status) && WEXITSTATUS(status) <= 1)
		return CLI_YES;
	cli_error("--diff: diff did not end well");
	return CLI_TROUBLE;
}

static int run(char *const argv[], int input)
{
	pid_t pid;
	int error;

	/* Ours comes before diff's. */
	if (fflush(stdout) != 0)
		return CLI_TROUBLE;
	error = start(&pid, argv, input);
	if (error == 0)
		return finish(pid);
	cli_error("--diff: cannot run diff: %s%s", strerror(error),
		  error == ENOENT ? "; install diffutils" : "");
	return CLI_TROUBLE;
}

static char *label(const char *path)
{
	char *text;

	return asprintf(&text, "--label=%s", path) != -1 ? text : NULL;
}

int cli_emit_diff(const char *folder, const char *name, bool is_there,
		  const char *data, size_t len)
{
	static char diff[] = "diff";
	static char options[] = "-au"; /* text, unified */
	static char end[] = "--";
	static char nothing[] = "/dev/null";
	static char input[] = "-";
	char *argv[] = {diff, options, NULL, NULL, end, nothing, input, NULL};
	char *path = NULL;
	int status = CLI_TROUBLE;
	int fd = -1;

	if (asprintf(&path, "%s/%s", folder, name) == -1)
		return cli_no_memory();
	if (is_there)
		argv[5] = path;
	argv[2] = label(argv[5]);
	argv[3] = label(data != NULL ? path : nothing);
	if (argv[2] == NULL || argv[3] == NULL)
		status = cli_no_memory();
	else
		fd = text_open(data, data != NULL ? len : 0);
	if (fd != -1) {
		status = run(argv, fd);
		(void)close(fd);
	}
	free(argv[3]);
	free(argv[2]);
	free(path);
	return status;
}
