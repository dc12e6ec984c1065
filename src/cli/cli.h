/*
 * cli: what the sub-commands share. They print on standard output what was
 * asked for, on standard error what went wrong, and return an exit status.
 */
#ifndef GTB_CLI_H
#define GTB_CLI_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "gtb/net.h"
#include "gtb/policy.h"
#include "gtb/report.h"
#include "gtb/ruleset.h"

#define CLI_PROGRAM "goto-bypass"

/* The contract's exit statuses. */
enum cli_exit {
	CLI_YES = 0,	/* yes, or fine */
	CLI_NO = 1,	/* no, or something was found */
	CLI_TROUBLE = 2 /* wrong usage, or input or output failed */
};

/* --- sub-commands; argv[0] is the program's name ------------------------ */

int cli_check(int argc, char **argv);
int cli_emit(int argc, char **argv);
int cli_lint(int argc, char **argv);
int cli_list(int argc, char **argv);
int cli_why(int argc, char **argv);

/* --- options ------------------------------------------------------------ */

struct cli_files {
	const char *policy;
	const char *catalog;
};

/*
 * The options every sub-command has: -c, -C and -h, for its getopt_long()
 * strings; long-only options are numbered from CLI_OPTION_OWN.
 */
#define CLI_SHORT_OPTIONS "c:C:h"
#define CLI_LONG_OPTIONS                                                       \
	{"policy", required_argument, NULL, 'c'},                              \
		{"catalog", required_argument, NULL, 'C'},                     \
	{                                                                      \
		"help", no_argument, NULL, 'h'                                 \
	}
#define CLI_OPTION_OWN 256

/* The installed files. */
void cli_files_init(struct cli_files *files);

/* Take -c or -C; false: it is neither. */
bool cli_files_option(struct cli_files *files, int option);

/* How the options of a sub-command are read. */
struct cli_options {
	const char *command; /* "check" */
	const char *help;    /* what --help prints */
	const struct option *known;
	bool (*take)(void *context, int option); /* false: not one */
};

/*
 * Read them all, up to optind. False: that is all there is to do, and *status
 * says how it went.
 */
bool cli_read_options(const struct cli_options *options, int argc, char **argv,
		      void *context, int *status);

/* Say where help is, or first what is wrong with the usage; CLI_TROUBLE. */
int cli_hint(const char *command);
int cli_usage(const char *command, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* --- files -------------------------------------------------------------- */

/*
 * Load policy and catalog; on failure the errors are printed. The caller
 * frees *ruleset and finishes the report either way.
 */
int cli_load(const struct cli_files *files, struct gtb_ruleset **ruleset,
	     struct gtb_report *report);

/* Add a warning for each file and folder that only its owner can read. */
void cli_warn_modes(const struct gtb_ruleset *ruleset,
		    struct gtb_report *report);

/* Add a warning where name-only refuses, which explicit ports do not heed. */
void cli_warn_name_only(const struct gtb_ruleset *ruleset,
			struct gtb_report *report);

/* --- output ------------------------------------------------------------- */

/* Give closed standard descriptors a place, so no file gets their number. */
void cli_guard_descriptors(void);

/* One line on standard error, after the program's name. */
void cli_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* "goto-bypass: out of memory"; CLI_TROUBLE. */
int cli_no_memory(void);

/* The errors of a report on standard error, a line each. */
void cli_print_errors(const struct gtb_report *report);

/*
 * Bring everything to its place. The status, or CLI_TROUBLE, said on standard
 * error, when standard output did not take it all.
 */
int cli_finish(int status);

enum cli_colour { CLI_PLAIN, CLI_GOOD, CLI_BAD, CLI_DIM, CLI_BOLD };

/* An escape sequence on a terminal that wants colours, else "". */
const char *cli_colour(enum cli_colour colour);

/* Columns of the terminal, 0 when standard output is none. */
size_t cli_columns(void);

/* --- words -------------------------------------------------------------- */

#define CLI_WORDS_SIZE 512

/* "auth, tls", "auth", "tls" or "-". Returns buffer. */
const char *cli_bypass_words(unsigned int bypass, char buffer[CLI_WORDS_SIZE]);

/* "goto, aws" or "-" where the document does not say. Returns buffer. */
const char *cli_hosting_words(unsigned int hosting,
			      char buffer[CLI_WORDS_SIZE]);

/* "443, 8200", from the bits of a rule; "-" for none. Returns buffer. */
const char *cli_port_words(const struct gtb_ruleset *ruleset, uint64_t ports,
			   char buffer[CLI_WORDS_SIZE]);

/* Foreign text in printable ASCII; "-" for NULL. Returns buffer. */
const char *cli_safe(const char *text, char buffer[CLI_WORDS_SIZE]);

/*
 * The word a slip of the fingers away from what was given; NULL: none. Words
 * longer than 64 bytes are not guessed at.
 */
const char *cli_near(const char *given, const char *const *words,
		     size_t count);

/* --- comparing ---------------------------------------------------------- */

/* Does "*.x" or "x" cover "*.y" or "y"? */
bool cli_name_covers(const char *outer, const char *inner);

/* True and *net set when the text is a network. */
bool cli_net(struct gtb_net *net, const char *text);

#endif
