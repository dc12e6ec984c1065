/* What the sub-commands' options have in common. */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>

#include "cli.h"

void cli_files_init(struct cli_files *files)
{
	files->policy = GTB_POLICY_PATH;
	files->catalog = GTB_CATALOG_PATH;
}

bool cli_files_option(struct cli_files *files, int option)
{
	if (option == 'c')
		files->policy = optarg;
	else if (option == 'C')
		files->catalog = optarg;
	else
		return false;
	return true;
}

bool cli_read_options(const struct cli_options *options, int argc, char **argv,
		      void *context, int *status)
{
	int option;

	while ((option = getopt_long(argc, argv, CLI_SHORT_OPTIONS,
				     options->known, NULL)) != -1) {
		if (option == 'h') {
			fputs(options->help, stdout);
			*status = CLI_YES;
			return false;
		}
		if (!options->take(context, option)) {
			*status = cli_hint(options->command);
			return false;
		}
	}
	return true;
}

int cli_hint(const char *command)
{
	if (command != NULL)
		cli_error("try '" CLI_PROGRAM " %s --help'", command);
	else
		cli_error("try '" CLI_PROGRAM " --help'");
	return CLI_TROUBLE;
}

int cli_usage(const char *command, const char *format, ...)
{
	char message[1024];
	char safe[CLI_WORDS_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	cli_error("%s", cli_safe(message, safe));
	return cli_hint(command);
}

int cli_load(const struct cli_files *files, struct gtb_ruleset **ruleset,
	     struct gtb_report *report)
{
	int rc = gtb_ruleset_load(files->policy, files->catalog, NULL, ruleset,
				  report);

	if (rc == GTB_E_NOMEM)
		cli_no_memory();
	else if (rc != GTB_OK)
		cli_print_errors(report);
	return rc;
}
