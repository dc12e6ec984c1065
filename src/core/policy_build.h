/*
 * policy_build: a policy as libcyaml read it becomes a gtb_policy, with its
 * values checked and its defaults filled in. A part of policy.
 */
#ifndef GTB_POLICY_BUILD_H
#define GTB_POLICY_BUILD_H

#include <stdbool.h>

#include "gtb/policy.h"
#include "gtb/report.h"
#include "gtb/yaml.h"
#include "policy_schema.h"

/*
 * Fill *policy, which is all zeros, and report what is wrong; texts are taken
 * out of raw. whole: raw is all there was in the file, nothing was refused
 * before. GTB_OK, GTB_E_INPUT, GTB_E_NOMEM; the caller frees the policy in
 * each case.
 */
int gtb_policy_build(const char *source, const struct gtb_yaml *yaml,
		     bool whole, struct gtb_raw_policy *raw,
		     struct gtb_policy *policy, struct gtb_report *report);

#endif
