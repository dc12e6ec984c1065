/*
 * conf: somebody's squid.conf, read the way Squid reads it.
 *
 * Includes, continued lines, if/else/endif, macros, quotes and acl files are
 * followed as Squid 5 to 7 do; nothing is judged, started or changed, and an
 * unknown directive is as good as any. What stops Squid or could not be read
 * is an error of the report, what Squid reads otherwise than it looks is a
 * warning; after either the reading goes on. Relative paths are Squid's: they
 * start where it was started, not at the file. Everything handed out is lent
 * until gtb_conf_free().
 */
#ifndef GTB_CONF_H
#define GTB_CONF_H

#include <stdbool.h>
#include <stddef.h>

#include "gtb/report.h"

#define GTB_CONF_FILE_MAX  ((size_t)16 * 1024 * 1024) /* bytes a file */
#define GTB_CONF_TOTAL_MAX ((size_t)64 * 1024 * 1024) /* bytes read in all */
#define GTB_CONF_FILES_MAX ((size_t)4096)
#define GTB_CONF_NONE	   ((size_t)-1) /* no such index */

struct gtb_conf;

/* All zero is a Squid 5 started without options, read from our own folder. */
struct gtb_conf_options {
	const char *service;   /* ${service_name}; NULL: "squid" */
	const char *process;   /* ${process_name}; NULL: "squid" */
	int number;	       /* ${process_number}; 0: 1, the first worker;
				  -1: 0, as squid -k parse has it */
	const char *directory; /* where relative paths start; NULL: ours */
	int version;	       /* 5, 6 or 7; 0: 5 */
	bool alone;	       /* open no other file; each is a warning */
};

enum gtb_conf_kind {
	GTB_CONF_MAIN,	  /* the file that was asked for */
	GTB_CONF_INCLUDE, /* named by an include line */
	GTB_CONF_LIST	  /* values of an acl or of parameters("file") */
};

/* One comment "# Name: value" at the head of lines that we emitted. */
struct gtb_conf_field {
	const char *name;  /* "Made by", "Policy", ..., "Document" */
	const char *value; /* as it stands there */
	unsigned int line;
};

/* A file that is read twice stands here twice. The first is the main one. */
struct gtb_conf_file {
	const char *path; /* as it was opened */
	enum gtb_conf_kind kind;
	size_t parent; /* the file that named it; GTB_CONF_NONE for main */
	struct gtb_place place;		     /* where the parent names it */
	const struct gtb_conf_field *fields; /* none: we did not make it */
	size_t fields_count;
	unsigned int made_from; /* our lines among others; 0: there are none */
	unsigned int made_to;	/* 0: the end of ours is not there */
	bool mixed;		/* others count beside ours */
	bool blank;		/* there is nothing in it */
};

struct gtb_conf_word {
	const char *text; /* without quotes and escapes if quoted */
	size_t file;	  /* index of the file it stands in */
	struct gtb_place place;
	bool quoted;   /* Squid took quotes off; not: quotes are there */
	bool expanded; /* a macro stood in it */
};

/* One directive; words[0] is its name and count is at least 1. */
struct gtb_conf_directive {
	const char *text; /* the whole line: joined, macros expanded, trimmed */
	size_t file;
	struct gtb_place place; /* of the first word */
	const struct gtb_conf_word *words;
	size_t count;
};

/*
 * All lines of one acl. Values are what Squid compares with: those of files
 * stand among them, with the file's own lines. A header, note or external
 * acl has the header's, the note's, the helper's name as its first value. To
 * an all-of acl its lines are alternatives: place tells them apart.
 */
struct gtb_conf_acl {
	const char *name; /* as first written; Squid ignores its case */
	const char *type;
	size_t directive; /* of its first line; GTB_CONF_NONE: built in */
	bool builtin;	  /* Squid knows it without a line */
	const struct gtb_conf_word *flags; /* "-n", "-i", "--consensus", ... */
	size_t flags_count;
	const struct gtb_conf_word *values; /* built in: file GTB_CONF_NONE */
	size_t values_count;
	bool partial; /* a file of values could not be read */
};

/*
 * Read a squid.conf with everything it includes.
 * GTB_OK: *conf is what Squid would execute, in that order.
 * GTB_E_INPUT: the report has errors, and *conf is what could be read.
 * GTB_E_IO: the file itself cannot be read; GTB_E_NOMEM. *conf is NULL.
 * Options may be NULL. Free with gtb_conf_free().
 */
int gtb_conf_read(const char *path, const struct gtb_conf_options *options,
		  struct gtb_conf **conf, struct gtb_report *report);

/* The same from memory: source is what messages and files call it. */
int gtb_conf_parse(const char *source, const char *text, size_t len,
		   const struct gtb_conf_options *options,
		   struct gtb_conf **conf, struct gtb_report *report);

/* Did an if or else leave lines out? Another process may read them. */
bool gtb_conf_skips(const struct gtb_conf *conf);

/* A file that a line includes was not read; the report says why. */
bool gtb_conf_misses(const struct gtb_conf *conf);

/* All directives in the order Squid executes them; includes in place. */
const struct gtb_conf_directive *
gtb_conf_directives(const struct gtb_conf *conf, size_t *count);

const struct gtb_conf_file *gtb_conf_files(const struct gtb_conf *conf,
					   size_t *count);

/* All acls, the built-in ones first, then in the order of their first line. */
const struct gtb_conf_acl *gtb_conf_acls(const struct gtb_conf *conf,
					 size_t *count);

/* The acl of that name, case ignored as Squid does; NULL: there is none. */
const struct gtb_conf_acl *gtb_conf_acl_find(const struct gtb_conf *conf,
					     const char *name);

/* Is that flag ("-n") on one of its lines? */
bool gtb_conf_acl_has(const struct gtb_conf_acl *acl, const char *flag);

/* The value of a field of a file we made; NULL: it is not there. */
const char *gtb_conf_file_field(const struct gtb_conf_file *file,
				const char *name);

/* Free what was read; NULL is allowed. */
void gtb_conf_free(struct gtb_conf *conf);

#endif
