/*
 * lint_services: the rules about ICAP and eCAP services, and what they ask in
 * common.
 */
#ifndef GTB_LINT_SERVICES_H
#define GTB_LINT_SERVICES_H

#include <stdbool.h>
#include <stddef.h>

#include "lint_values.h"

void lint_l34(struct lint_run *run); /* lint_service_asked.c */
void lint_l35(struct lint_run *run);
void lint_l36(struct lint_run *run);
void lint_l37(struct lint_run *run); /* lint_service_fails.c */
void lint_l38(struct lint_run *run);
void lint_l39(struct lint_run *run); /* lint_service_login.c */
void lint_l40(struct lint_run *run);
void lint_l41(struct lint_run *run); /* lint_service_told.c */
void lint_l42(struct lint_run *run);
void lint_l43(struct lint_run *run);
void lint_l44(struct lint_run *run);
void lint_l45(struct lint_run *run);
void lint_l46(struct lint_run *run); /* lint_service_fails.c */
void lint_l47(struct lint_run *run); /* lint_edited.c */
void lint_l48(struct lint_run *run); /* lint_service_fails.c */
void lint_l49(struct lint_run *run); /* lint_unbumped.c */
void lint_l50(struct lint_run *run); /* lint_clients.c */
void lint_l51(struct lint_run *run); /* lint_absent.c */
void lint_l52(struct lint_run *run); /* lint_demand.c */
void lint_l53(struct lint_run *run); /* lint_clients.c */
void lint_l54(struct lint_run *run); /* lint_refused.c */
void lint_l55(struct lint_run *run); /* lint_void.c */

/* The service of that name, or NULL. */
const struct lint_service *lint_service_find(const struct lint_run *run,
					     const char *name);

/* It looks for viruses, and has no say about where a request goes. */
bool lint_service_scans(const struct lint_service *service);

/* The first service that decides what passes, or NULL. */
const struct lint_service *lint_service_of_verdicts(const struct lint_run *run);

/* A file of ours that has a service asked. */
bool lint_file_asks_service(const struct lint_run *run, size_t file);

/* A file of ours that has our helper asked. */
bool lint_file_asks_helper(const struct lint_run *run, size_t file);

/* The last line of that directive, which is what counts; NULL: none. */
const struct gtb_conf_directive *lint_directive_last(const struct lint_run *run,
						     const char *name);

/* The word behind the directive's name is that; NULL directive: no. */
bool lint_directive_says(const struct gtb_conf_directive *directive,
			 const char *word);

#endif
