/*
 * unit: one suite a room; main.c runs them all and speaks TAP.
 */
#ifndef GTB_UNIT_H
#define GTB_UNIT_H

#include <check.h>

Suite *suite_host(void);
Suite *suite_stream(void);
Suite *suite_line(void);
Suite *suite_lint(void);
Suite *suite_lint_view(void);
Suite *suite_net(void);
Suite *suite_watch(void);
Suite *suite_pace(void);
Suite *suite_verdicts(void);
Suite *suite_ruleset(void);
Suite *suite_decide(void);
Suite *suite_nets(void);
Suite *suite_names(void);
Suite *suite_quote(void);
Suite *suite_squid(void);
Suite *suite_squid_icap(void);
Suite *suite_intercepted(void);
Suite *suite_text(void);
Suite *suite_cases(void);
Suite *suite_catalog(void);
Suite *suite_file(void);
Suite *suite_list(void);
Suite *suite_policy(void);
Suite *suite_report(void);
Suite *suite_conf(void);
Suite *suite_conf_files(void);
Suite *suite_suffix(void);
Suite *suite_yaml(void);

#endif
