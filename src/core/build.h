/*
 * build: what catalog_build and policy_build do alike when they turn what
 * libcyaml read into checked structures.
 */
#ifndef GTB_BUILD_H
#define GTB_BUILD_H

#include <stdbool.h>
#include <stddef.h>

#include "gtb/report.h"
#include "gtb/yaml.h"

struct gtb_build {
	const char *source;
	const struct gtb_yaml *yaml;
	struct gtb_report *report;
	bool whole; /* no mistakes of form: what is absent is absent */
	int rc;	    /* GTB_OK until something was reported */
};

/*
 * Report a message about the value at a path, unless the message is NULL; true
 * when it was.
 */
bool gtb_build_is_good(struct gtb_build *build, const char *message,
		       const char *path_format, ...)
	__attribute__((format(printf, 3, 4)));

/* Remember that memory ran out when it is NULL; returns it. */
void *gtb_build_keep(struct gtb_build *build, void *memory);

/* calloc(3); NULL for no elements, which is no failure. */
void *gtb_build_room(struct gtb_build *build, size_t count, size_t size);

/* A copy of a text that the caller frees; NULL for NULL. */
char *gtb_build_copy(struct gtb_build *build, const char *text);

/* Take a text, or an array of them, out of what libcyaml read. */
char *gtb_build_take(char **text);
char **gtb_build_take_all(char ***texts);

/* Free an array of texts; NULL is allowed. */
void gtb_build_free_all(char **texts, size_t count);

#endif
