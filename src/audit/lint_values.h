/*
 * lint_values: the rules about values, and what they ask in common.
 */
#ifndef GTB_LINT_VALUES_H
#define GTB_LINT_VALUES_H

#include <stdbool.h>
#include <stddef.h>

#include "lint_parts.h"

void lint_l06(struct lint_run *run); /* lint_names.c */
void lint_l07(struct lint_run *run); /* lint_regex.c */
void lint_l08(struct lint_run *run); /* lint_helper.c */
void lint_l09(struct lint_run *run); /* lint_sni.c */
void lint_l10(struct lint_run *run); /* lint_helper.c */
void lint_l16(struct lint_run *run); /* lint_certs.c */
void lint_l17(struct lint_run *run); /* lint_header.c */
void lint_l18(struct lint_run *run); /* lint_nets.c */
void lint_l19(struct lint_run *run); /* lint_cache.c */
void lint_l21(struct lint_run *run); /* lint_log.c */
void lint_l22(struct lint_run *run); /* lint_stale.c */
void lint_l25(struct lint_run *run); /* lint_header.c */
void lint_l26(struct lint_run *run); /* lint_cache.c */
void lint_l29(struct lint_run *run); /* lint_lookup.c */

void lint_l31(struct lint_run *run); /* lint_missing.c */
void lint_l32(struct lint_run *run);
void lint_l33(struct lint_run *run);

/* --- grants ------------------------------------------------------------ */

/*
 * For each acl, by its index, the first line on which its match lets a
 * request pass: "allow acl", "splice acl", also "bump !acl" and "deny !acl
 * !user". Groups hand this on to their members. An allow line that asks for a
 * user grants nothing by the acls beside it.
 */
struct lint_grants {
	const struct lint_line **lines;	   /* NULL: no such line */
	const struct lint_line **refusals; /* the same, where its match lets
					    * nothing pass: "bump acl" */
};

#define LINT_LIST_BIT(list) (1u << (list))
#define LINT_LISTS_ALL	    ((1u << LINT_LISTS) - 1)

/*
 * Look through the lists whose bits are set, in the order of enum lint_list.
 * False: memory ran out, which sticks to the run. lint_grants_fini() either
 * way.
 */
bool lint_grants_make(struct lint_run *run, unsigned int lists,
		      struct lint_grants *grants);
void lint_grants_fini(struct lint_grants *grants);

/*
 * The first line that grants by any acl that asks this helper, or NULL;
 * *acl (may be NULL) becomes that acl.
 */
const struct lint_line *lint_external_grant(const struct lint_run *run,
					    const struct lint_grants *grants,
					    const struct lint_external *asked,
					    const struct gtb_conf_acl **acl);

/*
 * Is the line about what this project is about: GoTo by one of its acls, or
 * any ssl_bump line?
 */
bool lint_line_matters(const struct lint_run *run,
		       const struct lint_line *line);

/* --- headers ----------------------------------------------------------- */

/* The lists that a service can have had its say before. */
#define LINT_LISTS_AFTER_SERVICE                                               \
	(LINT_LIST_BIT(LINT_ADAPTED_HTTP_ACCESS) | LINT_LIST_BIT(LINT_SSL_BUMP))

/*
 * The request header an acl reads: of req_header its first value, of the
 * others the one they are named after; NULL for other types.
 */
const char *lint_header_of(const struct gtb_conf_acl *acl);

/*
 * Does http_access refuse, above all lines that allow something, the clients
 * that bring what this acl would take for the service's verdict?
 */
bool lint_header_is_refused(const struct lint_run *run,
			    const struct gtb_conf_acl *trusted);

/* --- lines ------------------------------------------------------------- */

/* The first acl of the line, by itself or in a group, that asks this helper. */
const struct lint_term *lint_asking_term(const struct lint_run *run,
					 const struct lint_line *line,
					 const struct lint_external *asked);

/* "http_access allow on line 12"; returns buffer. */
#define LINT_LINE_SIZE (LINT_WHERE_SIZE + 64)
const char *lint_line_text(const struct lint_run *run,
			   const struct lint_line *line, size_t at,
			   char buffer[LINT_LINE_SIZE]);

#endif
