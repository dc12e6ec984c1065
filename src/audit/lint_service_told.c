/* What the service is told, and where: L41 to L45. */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lint_order.h"
#include "lint_services.h"

/* --- L41: not who asks -------------------------------------------------- */

void lint_l41(struct lint_run *run)
{
	const struct lint_service *service = lint_service_of_verdicts(run);
	const struct gtb_policy *policy =
		gtb_ruleset_policy(run->options->ruleset);
	const struct gtb_conf_directive *last =
		lint_directive_last(run, "adaptation_send_client_ip");

	if (service == NULL || policy->identities_count == 0 ||
	    lint_directive_says(last, "on"))
		return;
	lint_add(run, last != NULL ? last : service->directive, NULL,
		 "service %s is not told the client's address, and the policy "
		 "has identities: none of them ever matches",
		 service->name);
}

/* --- L42: the verdict goes on ------------------------------------------- */

/* "request_header_access NAME deny all", or for All or Other. */
static bool keeps_off(const struct gtb_conf_directive *directive,
		      const char *header)
{
	const struct gtb_conf_word *words = directive->words;

	return directive->count > 3 &&
	       strcmp(words[0].text, "request_header_access") == 0 &&
	       (strcasecmp(words[1].text, header) == 0 ||
		strcasecmp(words[1].text, "All") == 0 ||
		strcasecmp(words[1].text, "Other") == 0) &&
	       strcmp(words[2].text, "deny") == 0 &&
	       strcmp(words[3].text, "all") == 0;
}

static bool is_kept_off(const struct lint_run *run, const char *header)
{
	for (size_t i = 0; i < run->directives_count; i++)
		if (keeps_off(&run->directives[i], header))
			return true;
	return false;
}

/* More headers than anybody trusts. */
#define HEADERS_MAX 64

void lint_l42(struct lint_run *run)
{
	size_t headers = 0;
	struct lint_grants grants;

	if (lint_service_of_verdicts(run) != NULL &&
	    lint_grants_make(run, LINT_LISTS_AFTER_SERVICE, &grants)) {
		for (size_t i = 0; i < run->acls_count; i++) {
			const struct gtb_conf_acl *acl = &run->acls[i];
			const char *header = lint_header_of(acl);
			char mend[160];

			if (grants.lines[i] == NULL ||
			    !lint_acl_is(acl, "req_header") || header == NULL ||
			    headers++ > HEADERS_MAX || is_kept_off(run, header))
				continue;
			snprintf(mend, sizeof(mend),
				 "write \"request_header_access %.60s deny "
				 "all\"",
				 header);
			lint_add(run, &run->directives[acl->directive], mend,
				 "the verdict in %s goes out with the request, "
				 "to parent proxies and servers",
				 header);
			break;
		}
		lint_grants_fini(&grants);
	}
}

/* --- L43: too late for a name ------------------------------------------- */

/* The file asks the service alone: no helper that hears the server name. */
static bool asks_helper(const struct lint_run *run)
{
	for (size_t i = 0; i < run->externals_count; i++)
		if (run->externals[i].ours)
			return true;
	return false;
}

void lint_l43(struct lint_run *run)
{
	const struct lint_service *service = lint_service_of_verdicts(run);

	if (service == NULL || asks_helper(run))
		return;
	for (size_t i = 0; i < run->ports_count; i++) {
		const struct lint_port *port = &run->ports[i];

		if (!lint_port_is_intercepted(port) || !port->ssl_bump)
			continue;
		lint_add(run, port->directive, NULL,
			 "on the intercepted port \"%s\" service %s is asked "
			 "before the server name is known, so what it lets "
			 "through is by address alone",
			 port->name, service->name);
		return;
	}
}

/* --- L44: an address that is another one -------------------------------- */

static bool is_at_localhost(const struct lint_service *service)
{
	static const char host[] = "localhost";
	const char *at = strstr(service->uri, "://");

	if (at == NULL)
		return false;
	at += strlen("://");
	return strncasecmp(at, host, strlen(host)) == 0 &&
	       strchr(":/", at[strlen(host)]) != NULL;
}

void lint_l44(struct lint_run *run)
{
	for (size_t i = 0; i < run->services_count; i++) {
		const struct lint_service *service = &run->services[i];

		if (service->verdict && is_at_localhost(service))
			lint_add(run, service->directive, NULL,
				 "Squid may take localhost for ::1, where "
				 "Debian's c-icap does not listen: service %s "
				 "is then down for good",
				 service->name);
	}
}

/* --- L45: a promise that is not kept ------------------------------------- */

/* "adaptation_meta X-GoTo-Await sni acl acl", or NULL. */
static const struct gtb_conf_directive *find_promise(const struct lint_run *run)
{
	static const char name[] = "adaptation_meta";
	size_t at = lint_directive_next(run, name, 0);

	for (; at != GTB_CONF_NONE; at = lint_directive_next(run, name, at + 1))
		if (lint_directive_says(&run->directives[at], "X-GoTo-Await"))
			return &run->directives[at];
	return NULL;
}

/* A visit: what the service wrote into the request. */
static bool is_verdict(const struct lint_run *run,
		       const struct gtb_conf_acl *acl, void *context)
{
	(void)run;
	(void)context;
	return lint_acl_is(acl, "req_header");
}

/* The verdict alone splices, whatever the server name is. */
static bool splices_unseen(const struct lint_run *run,
			   const struct lint_line *line)
{
	bool verdict = false;

	for (size_t i = 0; i < line->count; i++) {
		const struct lint_term *term = &line->terms[i];

		if (term->negated)
			continue;
		if ((lint_traits(run, term->acl) & LINT_SNI) != 0)
			return false;
		verdict = verdict ||
			  lint_acl_any(run, term->acl, is_verdict, NULL);
	}
	return verdict;
}

void lint_l45(struct lint_run *run)
{
	const struct lint_lines *bump = &run->lists[LINT_SSL_BUMP];
	const struct gtb_conf_directive *promise = find_promise(run);
	char where[LINT_WHERE_SIZE];

	if (promise == NULL || lint_service_of_verdicts(run) == NULL)
		return;
	for (size_t i = 0; i < bump->count; i++) {
		const struct lint_line *line = &bump->lines[i];

		if (line->ours || lint_action(line) != LINT_SPLICE ||
		    !splices_unseen(run, line))
			continue;
		lint_where(run, promise, line->directive->file, where);
		lint_add(run, line->directive, NULL,
			 "this line splices whatever the server name is, and "
			 "%s promises the service that it is looked at here",
			 where);
	}
}
