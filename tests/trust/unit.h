/*
 * unit: rows that hold the rooms of the decision together where a fault put in
 * by hand would go unnoticed, one suite a room; see mutants.txt.
 */
#ifndef GTB_TRUST_UNIT_H
#define GTB_TRUST_UNIT_H

#include <check.h>

Suite *suite_trust_net(void);
Suite *suite_trust_host(void);
Suite *suite_trust_decide(void);
Suite *suite_trust_line(void);

#endif
