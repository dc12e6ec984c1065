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
	{"lint", "tell what is wrong with a squid.conf", cli_lint},
};

#define COMMANDS_COUNT (sizeof(commands) / sizeof(commands[0]))

static void print_help(void)
{
	printf("usage: " CLI_PROGRAM " COMMAND [options]\n"
	       "       " CLI_PROGRAM " help [COMMAND] | --help | --version\n\n"
	       "Lets GoTo meetings through Squid without proxy "
	       "authentication and TLS inspection,\n"
	       "and nothing else. Commands:\n\n");
	for (size_t i = 0; i < COMMANDS_COUNT; i++)
		printf("  %-6s %s\n", commands[i].name, commands[i].summary);
	printf("\nEach has --help of its own. Good first steps:\n\n"
	       "  " CLI_PROGRAM " check\n"
	       "  " CLI_PROGRAM " why www.goto.com\n"
	       "  " CLI_PROGRAM " emit squid --mode explicit --via "
	       "external\n"
	       "  " CLI_PROGRAM " lint /etc/squid/squid.conf\n\n"
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

static int no_command(const char *name)
{
	const char *names[COMMANDS_COUNT + 1] = {"help"};
	const char *near;

	for (size_t i = 0; i < COMMANDS_COUNT; i++)
		names[i + 1] = commands[i].name;
	near = cli_near(name, names, COMMANDS_COUNT + 1);
	if (near == NULL)
		return cli_usage(NULL, "there is no command \"%s\"", name);
	return cli_usage(NULL, "there is no command \"%s\"; did you mean %s?",
			 name, near);
}

static int run_command(const char *name, int argc, char **argv)
{
	const struct command *command = find_command(name);

	return command != NULL ? command->run(argc, argv) : no_command(name);
}

/* "help", "help COMMAND": what --help prints. */
static int run_help(int argc, char **argv)
{
	static char program[] = CLI_PROGRAM;
	static char option[] = "--help";
	char *arguments[] = {program, option, NULL};

	if (argc > 3)
		return cli_usage(NULL, "what is \"%s\"?", argv[3]);
	if (argc == 3 && strcmp(argv[2], "help") != 0)
		return run_command(argv[2], 2, arguments);
	print_help();
	return CLI_YES;
}

static bool is_either(const char *word, const char *a, const char *b)
{
	return strcmp(word, a) == 0 || strcmp(word, b) == 0;
}

static int run(int argc, char **argv)
{
	static char program[] = CLI_PROGRAM;
	const char *name;

	if (argc < 2) {
		print_help();
		return CLI_TROUBLE;
	}
	name = argv[1];
	if (is_either(name, "--help", "-h")) {
		print_help();
		return CLI_YES;
	}
	if (is_either(name, "--version", "-V")) {
		printf(CLI_PROGRAM " %s\n", PACKAGE_VERSION);
		return CLI_YES;
	}
	if (strcmp(name, "help") == 0)
		return run_help(argc, argv);
	argv[1] = program; /* getopt's messages begin with it */
	return run_command(name, argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
	cli_guard_descriptors();
	return cli_finish(run(argc, argv));
}
