/*
 * What the confinement takes away, tried from inside it. A child for each
 * try, because there is no way back; TAP on standard output.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/helper/sandbox.h"

#define SKIPPED 77

static char folder[] = "/tmp/gtb-confined-XXXXXX";
static char inside[sizeof(folder) + 16];

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

enum guard {
	LANDLOCK,
	SECCOMP
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
};

#define ROWS (sizeof(rows) / sizeof(*rows))

static bool enter(enum guard guard)
{
	const char *folders[] = {folder};
	struct gtb_sandbox sandbox;

	gtb_sandbox_init(&sandbox);
	if (sandbox.mode == GTB_SANDBOX_OFF)
		return false;
	if (guard == LANDLOCK)
		return gtb_landlock_enter(folders, 1) > 0;
	return gtb_seccomp_enter(false);
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
	if (pid == -1 || waitpid(pid, &status, 0) != pid ||
	    !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
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

static bool make_files(void)
{
	int fd;

	if (mkdtemp(folder) == NULL)
		return false;
	snprintf(inside, sizeof(inside), "%s/file", folder);
	fd = open(inside, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	return fd != -1 && write(fd, "x", 1) == 1 && close(fd) == 0;
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
	unlink(inside);
	rmdir(folder);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
