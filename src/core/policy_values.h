/*
 * policy_values: the single values and lists of values that the parts of a
 * policy are made of. A part of policy_build; all report into the build.
 */
#ifndef GTB_POLICY_VALUES_H
#define GTB_POLICY_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "build.h"
#include "check.h"

#define GTB_POLICY_PATH_SIZE 64 /* of an entry or list: "own[3].ports" */

/*
 * Check a name or a network at a path; returns it in its one form, which the
 * caller frees, or NULL when it was wrong.
 */
char *gtb_policy_pattern(struct gtb_build *build, const char *text,
			 const struct gtb_check_cures *cures, bool *wildcard,
			 const char *path);
char *gtb_policy_network(struct gtb_build *build, const char *text,
			 const struct gtb_check_cures *cures, const char *path);

/*
 * Check a list of names or networks of any kind at a path, each once. The
 * caller frees *texts, in which wrong ones are NULL.
 */
void gtb_policy_patterns(struct gtb_build *build, const char *path, char **raw,
			 size_t raw_count, char ***texts, size_t *count);
void gtb_policy_networks(struct gtb_build *build, const char *path, char **raw,
			 size_t raw_count, char ***texts, size_t *count);

/*
 * Report texts that stand twice; that at i has the path "path[i]suffix". NULLs
 * are passed over.
 */
void gtb_policy_unique(struct gtb_build *build, char **texts, size_t count,
		       const char *path, const char *suffix);

/*
 * The ports of an entry, or of the policy, where the path is empty; 443 when
 * there are none. The caller frees *ports.
 */
void gtb_policy_ports(struct gtb_build *build, const char *path, char **texts,
		      size_t texts_count, uint16_t **ports, size_t *count);

/* The verdicts an entry names, or otherwise, when it names none. */
uint8_t gtb_policy_bypass(struct gtb_build *build, const char *path,
			  const uint8_t *bypass, uint8_t otherwise);

#endif
