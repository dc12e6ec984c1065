/*
 * emit: what the files of the sub-command share. emit_options.c reads the
 * command line, emit.c makes the text, emit_files.c and emit_diff.c look
 * after the installed files.
 */
#ifndef GTB_CLI_EMIT_H
#define GTB_CLI_EMIT_H

#include "gtb/squid.h"
#include "gtb/text.h"

#include "cli.h"

/* Paths that are told from the root. */
enum emit_path {
	EMIT_POLICY,
	EMIT_CATALOG,
	EMIT_HELPER,
	EMIT_OUTPUT,
	EMIT_PATHS
};

enum emit_option {
	OPTION_MODE = CLI_OPTION_OWN,
	OPTION_PORT_NAME,
	OPTION_VIA,
	OPTION_ICAP,
	OPTION_BYPASS,
	OPTION_TAIL,
	OPTION_TTL,
	OPTION_CHILDREN,
	OPTION_CONCURRENCY,
	OPTION_SQUID,
	OPTION_AUTH_ACL,
	OPTION_HELPER,
	OPTION_DEBUG,
	OPTION_OUTPUT,
	OPTION_DIFF,
	OPTION_CHECK
};

struct emit {
	struct cli_files files;
	struct gtb_squid_options squid;
	struct gtb_squid_port ports[GTB_SQUID_PORTS_MAX];
	char *port_names[GTB_SQUID_PORTS_MAX];
	const char *icap[GTB_SQUID_ICAP_MAX];
	const char *output;	/* a folder; NULL: standard output */
	unsigned int look;	/* CLI_EMIT_CHECK and CLI_EMIT_DIFF */
	unsigned int given;	/* bit i: the own option of that order */
	char *paths[EMIT_PATHS]; /* made absolute; NULL where not given */
	struct gtb_text_buffer command; /* as a shell takes it */
};

/* Defaults; emit_fini() frees. */
void emit_init(struct emit *emit);
void emit_fini(struct emit *emit);

/*
 * Read optarg as the word of an own option. CLI_YES, or CLI_TROUBLE: said why.
 */
int emit_read_word(struct emit *emit, int option);

/* Is any port explicit, or any intercepted? */
bool emit_has_port(const struct emit *emit, bool is_explicit);

/* Does the file have Squid start the helper? */
bool emit_asks_helper(const struct emit *emit);

/*
 * Read the command line. CLI_YES: go on, unless *helped says that --help was
 * asked for. CLI_TROUBLE: said why.
 */
int emit_read_options(struct emit *emit, int argc, char **argv, bool *helped);

#endif
