/*
 * What the confinement takes away, tried from inside it. A child for each
 * try, because there is no way back; TAP on standard output.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/helper/sandbox.h"

#define SKIPPED 77

/* The folder around ours can be read in, too; what is beside that cannot. */
#define ROOT "/tmp/gtb-confined-XXXXXX"
static char root[] = ROOT;
static char around[sizeof(ROOT "/a")];
static char folder[sizeof(ROOT "/a/b")];
static char inside[sizeof(ROOT "/a/b/file")];
static char elsewhere[sizeof(ROOT "/c")];
static char listed[sizeof(ROOT "/c/file")];

/* Each returns true when the attempt was successful. */

static bool try_reading(const char *path)
{
	char byte;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool done = fd != -1 && read(fd, &byte, 1) == 1;

	if (fd != -1)
		close(fd);
	return done;
}

static bool read_inside(void)
{
	return try_reading(inside);
}

static bool read_listed(void)
{
	return try_reading(listed);
}

static bool read_outside(void)
{
	return try_reading("/etc/passwd");
}

static bool write_inside(void)
{
	return open(inside, O_WRONLY | O_CLOEXEC) != -1;
}

static bool create_inside(void)
{
	char path[sizeof(inside) + 4];

	snprintf(path, sizeof(path), "%s.new", inside);
	return open(path, O_RDONLY | O_CREAT | O_CLOEXEC, 0600) != -1;
}

static bool make_folder(void)
{
	char path[sizeof(inside) + 4];

	snprintf(path, sizeof(path), "%s.dir", inside);
	return mkdir(path, 0700) == 0;
}

static bool remove_inside(void)
{
	return unlink(inside) == 0;
}

static bool make_process(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid != -1;
}

/* Run by the exec of itself; see main(). */
static bool run_program(void)
{
	char name[] = "/proc/self/exe";
	char word[] = "exec";
	char *arguments[] = {name, word, NULL};

	execv(name, arguments);
	return false;
}

static bool open_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) != -1;
}

static bool map_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

static bool make_code(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return true;
	return mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0;
}

static void *thread_main(void *context)
{
	free(malloc(1000));
	return context;
}

static bool make_thread(void)
{
	pthread_t thread;
	void *result = NULL;
	int mark;

	return pthread_create(&thread, NULL, thread_main, &mark) == 0 &&
	       pthread_join(thread, &result) == 0 && result == &mark;
}

static bool use_memory(void)
{
	size_t len = 64 * 1024 * 1024;
	char *block = malloc(len);

	if (!block)
		return false;
	memset(block, 1, len);
	block = realloc(block, 2 * len);
	free(block);
	return block != NULL;
}

static bool copy_descriptor(void)
{
	return fcntl(STDOUT_FILENO, F_DUPFD, 20) != -1;
}

static bool set_limit(void)
{
	struct rlimit limits = {16, 16};

	return setrlimit(RLIMIT_NOFILE, &limits) == 0;
}

static bool ask_limit(void)
{
	struct rlimit limits;

	return getrlimit(RLIMIT_NOFILE, &limits) == 0 &&
	       limits.rlim_max == 32;
}

static bool rename_itself(void)
{
	return prctl(PR_SET_NAME, "other", 0, 0, 0) == 0;
}

static bool has_environment(void)
{
	return getenv("PATH") != NULL;
}

enum guard {
	LANDLOCK,
	SECCOMP,
	WHOLE,		/* all of gtb_sandbox_enter() */
	WHOLE_KILL,	/* the same: a refusal ends the process */
	WHOLE_BLIND	/* without a policy */
};

struct row {
	const char *name;
	bool (*attempt)(void);
	enum guard guard;
	bool allowed;
};

static const struct row rows[] = {
	{"Landlock: reading in the folder", read_inside, LANDLOCK, true},
	{"Landlock: reading elsewhere", read_outside, LANDLOCK, false},
	{"Landlock: writing", write_inside, LANDLOCK, false},
	{"Landlock: creating", create_inside, LANDLOCK, false},
	{"Landlock: making a folder", make_folder, LANDLOCK, false},
	{"Landlock: removing", remove_inside, LANDLOCK, false},
	{"Landlock: a program", run_program, LANDLOCK, false},
	{"seccomp: reading", read_inside, SECCOMP, true},
	{"seccomp: writing", write_inside, SECCOMP, false},
	{"seccomp: creating", create_inside, SECCOMP, false},
	{"seccomp: making a folder", make_folder, SECCOMP, false},
	{"seccomp: removing", remove_inside, SECCOMP, false},
	{"seccomp: a process", make_process, SECCOMP, false},
	{"seccomp: a program", run_program, SECCOMP, false},
	{"seccomp: a socket", open_socket, SECCOMP, false},
	{"seccomp: executable memory", map_code, SECCOMP, false},
	{"seccomp: memory made executable", make_code, SECCOMP, false},
	{"seccomp: a thread", make_thread, SECCOMP, true},
	{"seccomp: memory", use_memory, SECCOMP, true},
	{"seccomp: another descriptor", copy_descriptor, SECCOMP, false},
	{"seccomp: setting a limit", set_limit, SECCOMP, false},
	{"seccomp: asking for a limit", ask_limit, SECCOMP, true},
	{"seccomp: prctl(2)", rename_itself, SECCOMP, false},
	{"all: reading beside the policy", read_inside, WHOLE, true},
	{"all: reading a list", read_listed, WHOLE, true},
	{"all: reading elsewhere", read_outside, WHOLE, false},
	{"all: writing", write_inside, WHOLE, false},
	{"all: a program", run_program, WHOLE, false},
	{"all: a process", make_process, WHOLE, false},
	{"all: a variable", has_environment, WHOLE, false},
	{"no policy: reading where it is to be", read_inside, WHOLE_BLIND,
	 true},
	{"no policy: reading a list", read_listed, WHOLE_BLIND, false},
	{"no policy: reading elsewhere", read_outside, WHOLE_BLIND, false},
	{"kill: reading beside the policy", read_inside, WHOLE_KILL, true},
	{"kill: a process", make_process, WHOLE_KILL, false},
	{"kill: a program", run_program, WHOLE_KILL, false},
	{"kill: writing", write_inside, WHOLE_KILL, false},
};

#define ROWS (sizeof(rows) / sizeof(*rows))

/* As the helper does it; the guards must be in force, or it means nothing. */
static bool enter_all(struct gtb_sandbox *sandbox, bool blind)
{
	struct gtb_policy_list list = {.file = listed};
	struct gtb_policy policy = {.lists = &list, .lists_count = 1};

	/* Nothing is in it: the folder around it is the one that counts. */
	gtb_sandbox_enter(sandbox, inside, "/nowhere/at/all",
			  blind ? NULL : &policy);
	gtb_sandbox_settle(sandbox);
	return sandbox->landlock > 0 && sandbox->seccomp;
}

static bool enter(enum guard guard)
{
	const char *folders[] = {folder};
	struct gtb_sandbox sandbox;

	if (guard == WHOLE_KILL)
		setenv("GTB_SANDBOX", "kill", 1);
	else
		unsetenv("GTB_SANDBOX");
	gtb_sandbox_init(&sandbox);
	if (sandbox.mode == GTB_SANDBOX_OFF)
		return false;
	if (guard == LANDLOCK)
		return gtb_landlock_enter(folders, 1) > 0;
	if (guard == SECCOMP)
		return gtb_seccomp_enter(false);
	return enter_all(&sandbox, guard == WHOLE_BLIND);
}

/* How a child ended: 0, 1 or SKIPPED; a refusal that kills is 1, too. */
static int outcome_of(const struct row *row, int status)
{
	if (WIFEXITED(status))
		return WEXITSTATUS(status) == 1 && row->guard == WHOLE_KILL
			       ? -1
			       : WEXITSTATUS(status);
	if (row->guard == WHOLE_KILL && WTERMSIG(status) == SIGSYS)
		return 1;
	return -1;
}

/* 0: it was possible, 1: it was not, SKIPPED: no such guard here. */
static int try_in_child(const struct row *row)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		if (!enter(row->guard))
			_exit(SKIPPED);
		_exit(row->attempt() ? 0 : 1);
	}
	if (pid == -1 || waitpid(pid, &status, 0) != pid)
		return -1;
	return outcome_of(row, status);
}

static bool check_row(const struct row *row, size_t number)
{
	int outcome = try_in_child(row);
	const char *says = row->allowed ? "allowed" : "refused";

	if (outcome == SKIPPED) {
		printf("ok %zu - %s # SKIP not here\n", number, row->name);
		return true;
	}
	if (outcome == (row->allowed ? 0 : 1)) {
		printf("ok %zu - %s is %s\n", number, row->name, says);
		return true;
	}
	printf("not ok %zu - %s is %s\n", number, row->name, says);
	return false;
}

static bool make_folder_at(char *path, size_t size, const char *name)
{
	snprintf(path, size, "%s/%s", root, name);
	return mkdir(path, 0700) == 0;
}

static bool make_file(char *path, size_t size, const char *in)
{
	int fd;

	snprintf(path, size, "%s/file", in);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	return fd != -1 && write(fd, "x", 1) == 1 && close(fd) == 0;
}

static bool make_files(void)
{
	return mkdtemp(root) != NULL &&
	       make_folder_at(around, sizeof(around), "a") &&
	       make_folder_at(folder, sizeof(folder), "a/b") &&
	       make_folder_at(elsewhere, sizeof(elsewhere), "c") &&
	       make_file(inside, sizeof(inside), folder) &&
	       make_file(listed, sizeof(listed), elsewhere);
}

static void remove_files(void)
{
	unlink(inside);
	unlink(listed);
	rmdir(folder);
	rmdir(around);
	rmdir(elsewhere);
	rmdir(root);
}

int main(int argc, char **argv)
{
	bool good = true;

	/* Started by run_program(): it was possible. */
	if (argc == 2 && strcmp(argv[1], "exec") == 0)
		return 0;
	if (!make_files()) {
		printf("Bail out! no folder for files\n");
		return 99;
	}
	printf("1..%zu\n", ROWS);
	for (size_t i = 0; i < ROWS; i++)
		good = check_row(&rows[i], i + 1) && good;
	remove_files();
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
