/* What happens while the service does not answer: L37, L38, L46, L48. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "lint_services.h"

/* --- L37: waiting for it ----------------------------------------------- */

/* Longer than this and people take the proxy for broken. */
#define PATIENCE_S 15.0

struct wait {
	const char *directive;
	const char *unset; /* what it is when there is no line */
};

static const struct wait waits[] = {
	{"icap_io_timeout", "15 minutes"},
	{"icap_connect_timeout", "30 seconds"},
};

/* "2 seconds", "1.5 minutes"; negative: it cannot be told. */
static double seconds_of(const struct gtb_conf_directive *directive)
{
	static const struct {
		const char *begin;
		double seconds;
	} units[] = {
		{"millisecond", 0.001}, {"second", 1},	   {"minute", 60},
		{"hour", 3600},		{"day", 86400},	   {"week", 604800},
		{"fortnight", 1209600}, {"month", 2592e3}, {"year", 31536e3},
	};
	const char *unit;
	double number;
	char *end;

	if (directive->count < 2)
		return -1;
	number = strtod(directive->words[1].text, &end);
	if (end == directive->words[1].text || *end != '\0')
		return -1;
	unit = directive->count > 2 ? directive->words[2].text : "second";
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strncmp(unit, units[i].begin, strlen(units[i].begin)) == 0)
			return number * units[i].seconds;
	return -1;
}

static void check_wait(struct lint_run *run, const struct wait *wait,
		       const struct lint_service *service)
{
	const struct gtb_conf_directive *last =
		lint_directive_last(run, wait->directive);

	if (last == NULL)
		lint_add(run, service->directive, NULL,
			 "%s is not set: what service %s is asked about waits "
			 "%s for it when it hangs",
			 wait->directive, service->name, wait->unset);
	else if (seconds_of(last) > PATIENCE_S)
		lint_add(run, last, NULL,
			 "%s: what service %s is asked about waits so long for "
			 "it when it hangs",
			 last->text, service->name);
}

void lint_l37(struct lint_run *run)
{
	const struct lint_service *service = lint_service_of_verdicts(run);

	if (service == NULL || strncmp(service->uri, "icap", 4) != 0)
		return;
	for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++)
		check_wait(run, &waits[i], service);
}

/* --- L38: errors instead of the ordinary rules ------------------------- */

/* Where bypass=on would let the client's own header count, L25 says so. */
static bool is_header_safe(struct lint_run *run)
{
	struct lint_grants grants;
	bool safe = true;

	if (lint_grants_make(run, LINT_LISTS_AFTER_SERVICE, &grants))
		for (size_t i = 0; i < run->acls_count; i++)
			if ((grants.lines[i] != NULL ||
			     grants.refusals[i] != NULL) &&
			    lint_acl_is(&run->acls[i], "req_header") &&
			    lint_header_of(&run->acls[i]) != NULL &&
			    (grants.lines[i] == NULL ||
			     !lint_header_is_refused(run, &run->acls[i])))
				safe = false;
	lint_grants_fini(&grants);
	return safe;
}

void lint_l38(struct lint_run *run)
{
	if (lint_service_of_verdicts(run) == NULL || !is_header_safe(run))
		return;
	for (size_t i = 0; i < run->services_count; i++) {
		const struct lint_service *service = &run->services[i];

		if (service->verdict && !service->bypass && !service->ours)
			lint_add(run, service->directive, NULL,
				 "while service %s is down, what it is asked "
				 "about ends with an error instead of the "
				 "ordinary rules",
				 service->name);
	}
}

/* --- L46: a set that asks no second one ---------------------------------- */

static void check_set(struct lint_run *run,
		      const struct gtb_conf_directive *set)
{
	const struct lint_service *passed = NULL;
	size_t known = 0;
	bool verdict = false;

	for (size_t i = 2; i < set->count; i++) {
		const struct lint_service *service =
			lint_service_find(run, set->words[i].text);

		if (service == NULL)
			continue;
		known++;
		verdict = verdict || service->verdict;
		if (passed == NULL && service->bypass)
			passed = service;
	}
	if (!verdict || known < 2 || passed == NULL)
		return;
	lint_add(run, set, NULL,
		 "when service %s of this set fails, which has bypass=on, "
		 "Squid goes on without any of them",
		 passed->name);
}

void lint_l46(struct lint_run *run)
{
	static const char name[] = "adaptation_service_set";
	size_t at = lint_directive_next(run, name, 0);

	for (; at != GTB_CONF_NONE; at = lint_directive_next(run, name, at + 1))
		check_set(run, &run->directives[at]);
}

/* --- L48: what the suspension of it does to Squid ------------------------ */

void lint_l48(struct lint_run *run)
{
	const struct lint_service *service = lint_service_of_verdicts(run);
	const struct gtb_conf_directive *last =
		lint_directive_last(run, "icap_service_failure_limit");

	if (service == NULL || !service->bypass ||
	    strncmp(service->uri, "icap", 4) != 0)
		return;
	if (last == NULL)
		lint_add(run, service->directive, NULL,
			 "icap_service_failure_limit is not set, so Squid "
			 "suspends service %s after ten failures, and can "
			 "abort when requests are on their way to it",
			 service->name);
	else if (last->count < 2 || last->words[1].text[0] != '-')
		lint_add(run, last, NULL,
			 "%s: Squid suspends service %s then, and can abort "
			 "when requests are on their way to it",
			 last->text, service->name);
}
