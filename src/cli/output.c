/* Standard output and standard error. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli.h"

/*
 * Writing to a closed standard output must fail, not land in the next file
 * that is opened: so it gets a descriptor that cannot be written to.
 */
void cli_guard_descriptors(void)
{
	static const int flags[] = {O_RDONLY, O_RDONLY, O_WRONLY};

	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) == -1 && errno == EBADF &&
		    open("/dev/null", flags[fd]) == -1)
			_exit(CLI_TROUBLE);
}

void cli_error(const char *format, ...)
{
	va_list args;

	fputs(CLI_PROGRAM ": ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

int cli_no_memory(void)
{
	cli_error("out of memory");
	return CLI_TROUBLE;
}

/* An option is of this program; a file speaks for itself. */
static const char *source_prefix(const struct gtb_report_item *item)
{
	bool option = item->source != NULL &&
		      strncmp(item->source, "--", 2) == 0;

	return option ? CLI_PROGRAM ": " : "";
}

void cli_print_errors(const struct gtb_report *report)
{
	char line[GTB_REPORT_LINE_SIZE];

	for (size_t i = 0; i < report->count; i++)
		if (report->items[i].level == GTB_LEVEL_ERROR)
			fprintf(stderr, "%s%s\n",
				source_prefix(&report->items[i]),
				gtb_report_line(&report->items[i], line,
						sizeof(line)));
	if (report->dropped > 0)
		cli_error("%zu more messages are not shown", report->dropped);
}

int cli_finish(int status)
{
	bool failed = ferror(stdout) != 0;

	errno = 0;
	if (fclose(stdout) != 0)
		failed = true;
	if (!failed)
		return status;
	cli_error("standard output: %s",
		  errno != 0 ? strerror(errno) : "write error");
	return CLI_TROUBLE;
}

static bool wants_colour(void)
{
	const char *no = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	if (no != NULL && no[0] != '\0')
		return false;
	if (term == NULL || strcmp(term, "dumb") == 0)
		return false;
	return isatty(STDOUT_FILENO) == 1;
}

const char *cli_colour(enum cli_colour colour)
{
	static const char *const sequences[] = {
		[CLI_PLAIN] = "\033[0m", [CLI_GOOD] = "\033[32m",
		[CLI_BAD] = "\033[33m",	 [CLI_DIM] = "\033[2m",
		[CLI_BOLD] = "\033[1m",
	};

	return wants_colour() ? sequences[colour] : "";
}

size_t cli_columns(void)
{
	struct winsize size;

	if (isatty(STDOUT_FILENO) != 1 ||
	    ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == -1)
		return 0;
	return size.ws_col;
}
