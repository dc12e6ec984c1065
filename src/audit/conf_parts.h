/*
 * conf_parts: what the files of the reader of squid.conf share.
 *
 * bytes -> physical lines -> logical lines (conf_line) -> if and include
 * (conf_flow) -> words (conf_words) -> acls (conf_acl, conf_values). Memory
 * that runs out makes reader->failed stick; every function then returns soon.
 */
#ifndef GTB_CONF_PARTS_H
#define GTB_CONF_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "gtb/conf.h"

/* Squid's buffers: BUFSIZ, CONFIG_LINE_LIMIT; and how deep it nests files. */
#define CONF_LINE_SIZE	  ((size_t)8192)
#define CONF_LIST_SIZE	  ((size_t)2048)
#define CONF_DEPTH_MAX	  16
#define CONF_ACL_NAME_MAX ((size_t)63) /* Squid 5 and 6 */

/* Memory that is freed all at once. */
struct conf_block;
struct conf_pool {
	struct conf_block *blocks;
	size_t used; /* of the first block */
};

/* Arrays of an acl while they grow. */
struct conf_growing {
	struct gtb_conf_word *flags;
	struct gtb_conf_word *values;
};

struct gtb_conf {
	struct conf_pool pool;
	struct gtb_conf_directive *directives;
	size_t directives_count;
	struct gtb_conf_file *files;
	size_t files_count;
	struct gtb_conf_acl *acls;
	struct conf_growing *growing; /* one for each acl */
	size_t acls_count;
	size_t *slots; /* hash of names: index + 1, or 0 */
	size_t slots_count;
	bool skips;  /* an if or else left lines out */
	bool misses; /* an included file was not read */
};

struct conf_reader {
	struct gtb_conf *conf;
	struct gtb_conf_options options; /* without NULL and 0 */
	char number[16];
	struct gtb_report *report;
	size_t errors;
	size_t total;	    /* bytes read */
	bool quoted_values; /* configuration_includes_quoted_values on */
	bool failed;	    /* memory ran out */
	struct gtb_conf_word *words; /* of the line at hand */
	size_t words_count;
};

/* A file while it is read. */
struct conf_source {
	const struct conf_source *parent; /* NULL: the main file */
	size_t file;
	unsigned int depth;
	dev_t device;
	ino_t inode;
	char *text; /* NUL-terminated */
	size_t len;
	size_t at;
	size_t line_start;
	unsigned int line; /* from 1 */
	bool nul_told;
	bool cr_told;
};

/* Where a byte of a logical line comes from. */
struct conf_spot {
	unsigned int line;
	unsigned int column : 31;
	unsigned int expanded : 1; /* it stands for a macro that began there */
};

struct conf_line {
	char *text; /* NUL-terminated */
	struct conf_spot *spots;
	size_t len;
	size_t size;
};

/* A piece of a file as fgets(3) hands it to Squid. */
struct conf_piece {
	const char *text;
	size_t len; /* without line feed, and cut at NUL */
	struct gtb_place place;
};

/* conf_pool.c */
void *conf_pool_take(struct conf_reader *reader, size_t size);
char *conf_pool_copy(struct conf_reader *reader, const char *text, size_t len);
void conf_pool_fini(struct conf_pool *pool);
/* Room for one more item in an array that doubles; NULL: failed, unchanged. */
void *conf_grow(struct conf_reader *reader, void *array, size_t count,
		size_t item);
void conf_error(struct conf_reader *reader, size_t file, struct gtb_place place,
		const char *format, ...) __attribute__((format(printf, 4, 5)));
void conf_warning(struct conf_reader *reader, size_t file,
		  struct gtb_place place, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* conf_file.c */
/* Note a file; GTB_CONF_NONE: there are too many, or memory ran out. */
size_t conf_file_add(struct conf_reader *reader, const char *path,
		     enum gtb_conf_kind kind, size_t parent,
		     struct gtb_place place);
/*
 * Open source->file; errors are reported at its parent's place. False: it
 * was not read. The caller frees source->text.
 */
bool conf_file_read(struct conf_reader *reader, struct conf_source *source);
/* Note a file named in another and read it; false: not read. */
bool conf_file_follow(struct conf_reader *reader, const char *path,
		      enum gtb_conf_kind kind, size_t parent,
		      struct gtb_place place, struct conf_source *source);
/* A relative path from where Squid stands; NULL: memory ran out. */
const char *conf_file_path(struct conf_reader *reader, const char *path);

/* conf_head.c */
/* Find the lines that we made, and take the fields from their head. */
void conf_head_read(struct conf_reader *reader,
		    const struct conf_source *source);

/* conf_line.c */
bool conf_piece_next(struct conf_reader *reader, struct conf_source *source,
		     size_t size, struct conf_piece *piece);
bool conf_line_next(struct conf_reader *reader, struct conf_source *source,
		    struct conf_line *line);
/* Make a line of one piece alone. */
void conf_line_set(struct conf_reader *reader, struct conf_line *line,
		   const struct conf_piece *piece);
struct gtb_place conf_line_place(const struct conf_line *line, size_t at);
void conf_line_fini(struct conf_line *line);
/* isspace(3) of the C locale. */
bool conf_is_space(char byte);

/* conf_macro.c */
void conf_macros_expand(struct conf_reader *reader, struct conf_line *line);
/* Room for so many bytes and a NUL; false: memory ran out. */
bool conf_line_reserve(struct conf_reader *reader, struct conf_line *line,
		       size_t size);

/* conf_flow.c */
void conf_flow_read(struct conf_reader *reader, struct conf_source *source);

/* conf_if.c */
struct conf_ifs {
	bool *states;
	struct gtb_place *places;
	size_t count;
};
/* Was it if, else or endif? */
bool conf_if_take(struct conf_reader *reader, size_t file,
		  const struct conf_line *line, struct conf_ifs *ifs);
void conf_if_end(struct conf_reader *reader, size_t file, struct conf_ifs *ifs);

/* conf_words.c, conf_token.c */
enum conf_how {
	CONF_PLAIN,  /* to the next blank */
	CONF_QUOTED, /* quotes, escapes and parameters() count */
	CONF_TO_EOL, /* all that is left of the line */
	CONF_REGEX,  /* to the next blank without a '\' before it */
	CONF_PAIR,   /* key=value, quotes count in the value */
	CONF_FLAG    /* as PAIR where it is "-x=...", else PLAIN */
};
enum conf_token {
	CONF_TOKEN_END,
	CONF_TOKEN_WORD,
	CONF_TOKEN_FUNCTION, /* "parameters(" was read */
	CONF_TOKEN_BAD	     /* reported; Squid stops here */
};
struct conf_cursor {
	const struct conf_line *line;
	size_t file;
	size_t at;
};
enum conf_token conf_token_next(struct conf_reader *reader,
				struct conf_cursor *cursor, enum conf_how how,
				struct gtb_conf_word *word);
/* Split a line into reader->words. */
void conf_words_read(struct conf_reader *reader, size_t file,
		     const struct conf_line *line);

/* conf_acls.c */
void conf_acls_builtin(struct conf_reader *reader);
/* The acl of that name, made if need be; NULL: memory ran out. */
struct gtb_conf_acl *conf_acls_get(struct conf_reader *reader,
				   const char *name);
void conf_acls_flag(struct conf_reader *reader, struct gtb_conf_acl *acl,
		    const struct gtb_conf_word *word);
void conf_acls_value(struct conf_reader *reader, struct gtb_conf_acl *acl,
		     const struct gtb_conf_word *word);

/* conf_acl.c */
bool conf_acl_is_regex(const char *type);
bool conf_acl_is_header(const char *type);
bool conf_acl_is_pair(const char *type);
/* Take the acl line that is the last directive. */
void conf_acl_take(struct conf_reader *reader);

/* conf_values.c: the values of a file; false: it could not be read. */
bool conf_values_read(struct conf_reader *reader, struct gtb_conf_acl *acl,
		      const struct gtb_conf_word *word);

#endif
