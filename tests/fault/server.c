/*
 * Stands in front of main(). With GTB_FAULT_SHARED in the environment the
 * program serves runs instead of running once: for each byte on standard input
 * a child runs main(), and its wait status goes to standard output. Without it
 * the library does nothing. The contract is in fault.h.
 *
 * The child's standard output and error are the files GTB_FAULT_OUTPUT and
 * GTB_FAULT_ERROR; with GTB_FAULT_CHANNEL, a socket, standard input and output
 * are a connection to that.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault.h"
#include "real.h"

#define RUN_S	    20 /* a run that takes longer hangs */
#define DESCRIPTORS 64 /* are looked at */

typedef int main_function(int argc, char **argv, char **environment);

/* No header has it. */
int __libc_start_main(main_function *program, int argc, char **argv,
		      void (*init)(void), void (*fini)(void),
		      void (*rtld_fini)(void), void *stack_end);

static main_function *real_main;

static _Noreturn void give_up(const char *what)
{
	dprintf(STDERR_FILENO, "fault: %s: %s\n", what, strerror(errno));
	_exit(99);
}

static struct fault_shared *map(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	void *at;

	if (fd == -1)
		give_up(path);
	at = mmap(NULL, sizeof(struct fault_shared), PROT_READ | PROT_WRITE,
		  MAP_SHARED, fd, 0);
	if (at == MAP_FAILED)
		give_up(path);
	close(fd);
	return at;
}

static void put_at(int fd, int place)
{
	if (fd == -1 || dup2(fd, place) == -1)
		give_up("descriptors");
	if (fd != place)
		close(fd);
}

static int connect_to(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (strlen(path) >= sizeof(address.sun_path))
		return -1;
	strcpy(address.sun_path, path);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == -1)
		give_up(path);
	return fd;
}

static int write_to(const char *name)
{
	return open(getenv(name), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND,
		    0600);
}

/* --- what stdio writes goes through our write() ------------------------- */

static ssize_t stream_write(void *cookie, const char *data, size_t len)
{
	int fd = (int)(intptr_t)cookie;
	size_t done = 0;

	while (done < len) {
		ssize_t put = write(fd, data + done, len - done);

		if (put == -1)
			break;
		done += (size_t)put;
	}
	return (ssize_t)done;
}

static int stream_close(void *cookie)
{
	return close((int)(intptr_t)cookie);
}

static FILE *stream(int fd)
{
	static const cookie_io_functions_t functions = {
		.write = stream_write,
		.close = stream_close,
	};
	FILE *file = fopencookie((void *)(intptr_t)fd, "w", functions);

	if (file == NULL)
		give_up("fopencookie");
	return file;
}

/* --- one run ------------------------------------------------------------ */

static uint32_t descriptors(void)
{
	uint32_t count = 0;

	for (int fd = 0; fd < DESCRIPTORS; fd++)
		count += fcntl(fd, F_GETFD) != -1;
	return count;
}

static void prepare(void)
{
	const char *channel = getenv("GTB_FAULT_CHANNEL");

	if (channel != NULL) {
		put_at(connect_to(channel), STDIN_FILENO);
		put_at(dup(STDIN_FILENO), STDOUT_FILENO);
	} else {
		put_at(open("/dev/null", O_RDONLY), STDIN_FILENO);
		put_at(write_to("GTB_FAULT_OUTPUT"), STDOUT_FILENO);
	}
	put_at(write_to("GTB_FAULT_ERROR"), STDERR_FILENO);
	unsetenv("LD_PRELOAD"); /* children are not ours to look at */
	stdout = stream(STDOUT_FILENO);
	stderr = stream(STDERR_FILENO);
	setvbuf(stderr, NULL, _IONBF, 0);
	alarm(RUN_S);
}

static int run(struct fault_shared *shared, int argc, char **argv,
	       char **environment)
{
	uint32_t before;
	int status;

	prepare();
	before = descriptors();
	fault_shared = shared;
	status = real_main(argc, argv, environment);
	fault_shared = NULL;
	shared->ended = 1;
	shared->descriptors = descriptors() - before;
	fault_blocks_count(shared);
	return status;
}

/* --- runs --------------------------------------------------------------- */

static int serve(int argc, char **argv, char **environment)
{
	struct fault_shared *shared = map(getenv("GTB_FAULT_SHARED"));
	char byte;

	while (read(STDIN_FILENO, &byte, 1) == 1) {
		pid_t child = fork();
		int status;

		if (child == -1)
			give_up("fork");
		if (child == 0)
			return run(shared, argc, argv, environment);
		if (waitpid(child, &status, 0) == -1)
			give_up("waitpid");
		if (write(STDOUT_FILENO, &status, sizeof(status)) !=
		    sizeof(status))
			give_up("write");
	}
	_exit(EXIT_SUCCESS);
}

int __libc_start_main(main_function *program, int argc, char **argv,
		      void (*init)(void), void (*fini)(void),
		      void (*rtld_fini)(void), void *stack_end)
{
	REAL(__libc_start_main);
	real_main = program;
	return real(getenv("GTB_FAULT_SHARED") != NULL ? serve : program, argc,
		    argv, init, fini, rtld_fini, stack_end);
}
