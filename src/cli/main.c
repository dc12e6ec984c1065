/* The admin's command line: finds the sub-command and runs it. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "cli.h"

struct command {
	const char *name;
	const char *summary;
	int (*run)(int argc, char **argv);
};

static const struct command commands[] = {
	{"check",
	 "read policy and catalog, say what is in them and what "
	 "is wrong",
	 cli_check},
	{"list",
	 "print every entry, whether it is on, and where it is "
	 "from",
	 cli_list},
	{"why", "tell what becomes of a host, and why", cli_why},
	{"emit", "print lines for squid.conf", cli_emit},
};

#define COMMANDS_COUNT (sizeof(commands) / sizeof(commands[0]))

static void print_help(void)
{
	printf("usage: " CLI_PROGRAM " COMMAND [options]\n"
	       "       " CLI_PROGRAM " --help | --version\n\n"
	       "Lets GoTo meetings through Squid without proxy "
	       "authentication and TLS inspection,\n"
	       "and nothing else. Commands:\n\n");
	for (size_t i = 0; i < COMMANDS_COUNT; i++)
		printf("  %-6s %s\n", commands[i].name, commands[i].summary);
	printf("\nEach has --help of its own. Good first steps:\n\n"
	       "  " CLI_PROGRAM " check\n"
	       "  " CLI_PROGRAM " why www.goto.com\n"
	       "  " CLI_PROGRAM " emit squid --mode explicit --via "
	       "external\n\n"
	       "Exit status: 0 yes or fine, 1 no or something was found, 2 "
	       "wrong usage or a file\ncould not be read or written.\n"
	       "Manual: goto-bypass(1)\n");
}

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < COMMANDS_COUNT; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

static int run(int argc, char **argv)
{
	static char program[] = CLI_PROGRAM;
	const struct command *command;

	if (argc < 2) {
		print_help();
		return CLI_TROUBLE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		print_help();
		return CLI_YES;
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf(CLI_PROGRAM " %s\n", PACKAGE_VERSION);
		return CLI_YES;
	}
	command = find_command(argv[1]);
	if (command == NULL)
		return cli_usage(NULL, "there is no command \"%s\"", argv[1]);
	argv[1] = program; /* getopt's messages begin with it */
	return command->run(argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
	cli_guard_descriptors();
	return cli_finish(run(argc, argv));
}
