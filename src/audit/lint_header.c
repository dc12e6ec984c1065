/* Headers that are taken for a verdict: L17, L25. */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lint_services.h"

#define MEND_SIZE 240

const char *lint_header_of(const struct gtb_conf_acl *acl)
{
	if (lint_acl_is(acl, "req_header") && acl->values_count > 0)
		return acl->values[0].text;
	if (lint_acl_is(acl, "browser"))
		return "User-Agent";
	if (lint_acl_is(acl, "referer_regex"))
		return "Referer";
	return NULL;
}

/* --- is the header refused from clients? ------------------------------- */

static bool is_catch_all(const char *regex)
{
	return *regex != '\0' && strspn(regex, "^.*+$") == strlen(regex);
}

static bool has_value(const struct gtb_conf_acl *acl, const char *value)
{
	for (size_t i = 1; i < acl->values_count; i++)
		if (strcmp(acl->values[i].text, value) == 0 ||
		    is_catch_all(acl->values[i].text))
			return true;
	return false;
}

struct trust {
	const struct gtb_conf_acl *acl;
};

/* Does the acl match whatever the one that is trusted matches? */
static bool covers(const struct lint_run *run, const struct gtb_conf_acl *acl,
		   void *context)
{
	const struct trust *trust = context;
	const struct gtb_conf_acl *trusted = trust->acl;

	(void)run;
	if (acl == trusted)
		return true;
	if (!lint_acl_is(acl, "req_header") || lint_header_of(acl) == NULL ||
	    strcasecmp(lint_header_of(acl), lint_header_of(trusted)) != 0)
		return false;
	if (!lint_acl_is(trusted, "req_header"))
		return has_value(acl, "");
	for (size_t i = 1; i < trusted->values_count; i++)
		if (!has_value(acl, trusted->values[i].text))
			return false;
	return true;
}

static bool refuses(const struct lint_run *run, const struct lint_line *line,
		    const struct gtb_conf_acl *trusted)
{
	struct trust trust = {.acl = trusted};

	if (strcmp(line->action, "deny") != 0)
		return false;
	for (size_t i = 0; i < line->count; i++)
		if (!line->terms[i].negated &&
		    lint_acl_any(run, line->terms[i].acl, covers, &trust))
			return true;
	return false;
}

/* The index of the first http_access line that refuses it, or the count. */
static size_t refusal(const struct lint_run *run,
		      const struct gtb_conf_acl *trusted)
{
	const struct lint_lines *list = &run->lists[LINT_HTTP_ACCESS];

	for (size_t i = 0; i < list->count; i++)
		if (refuses(run, &list->lines[i], trusted))
			return i;
	return list->count;
}

/* The first line before index that lets somebody through, or NULL. */
static const struct lint_line *allow_before(const struct lint_run *run,
					    size_t index)
{
	const struct lint_lines *list = &run->lists[LINT_HTTP_ACCESS];

	for (size_t i = 0; i < index; i++) {
		const struct lint_line *line = &list->lines[i];

		if (strcmp(line->action, "allow") == 0 && !line->ours &&
		    !lint_line_is_manager(line))
			return line;
	}
	return NULL;
}

/*
 * The file that we make believes the header only of requests that have passed
 * its own refusal, and have a note of it.
 */
bool lint_header_is_refused(const struct lint_run *run,
			    const struct gtb_conf_acl *trusted)
{
	size_t index = refusal(run, trusted);

	if (index < run->lists[LINT_HTTP_ACCESS].count &&
	    lint_is_ours(run, &run->directives[trusted->directive]))
		return true;
	return index < run->lists[LINT_HTTP_ACCESS].count &&
	       allow_before(run, index) == NULL;
}

/* --- L17 --------------------------------------------------------------- */

/* Ordinary clients send it themselves: nobody is to be refused for it. */
static bool is_ordinary(const char *header)
{
	return strncasecmp(header, "X-", 2) != 0 ||
	       strcasecmp(header, "X-Requested-With") == 0;
}

static void check_verdict(struct lint_run *run, const struct gtb_conf_acl *acl,
			  const struct lint_line *line)
{
	const struct lint_lines *list = &run->lists[LINT_HTTP_ACCESS];
	size_t index = refusal(run, acl);
	char mend[MEND_SIZE];
	char where[LINT_WHERE_SIZE];

	if (lint_header_is_refused(run, acl))
		return;
	snprintf(mend, sizeof(mend),
		 is_ordinary(lint_header_of(acl))
			 ? "go by the hosts, or by the clients' addresses: "
			   "%.60s is anybody's to send"
			 : "write acl has_verdict req_header %.60s . and "
			   "http_access deny has_verdict above every "
			   "http_access allow",
		 lint_header_of(acl));
	if (index == list->count) {
		lint_add(run, line->directive,
			 line->ours ? "emit the file again" : mend,
			 "acl %s takes the request header %s for a verdict, "
			 "and nothing refuses it from clients: who sends it "
			 "himself is let through",
			 acl->name, lint_header_of(acl));
		return;
	}
	lint_where(run, allow_before(run, index)->directive,
		   list->lines[index].directive->file, where);
	lint_add(run, list->lines[index].directive, mend,
		 "the header %s is refused here, but http_access allow on %s "
		 "has let some clients through with it, and acl %s takes it "
		 "for a verdict",
		 lint_header_of(acl), where, acl->name);
}

/* Does a line from index on ask for a user? */
static bool asks_later(const struct lint_run *run, const struct lint_line *line)
{
	const struct lint_lines *list = &run->lists[LINT_HTTP_ACCESS];

	for (size_t i = (size_t)(line - list->lines); i < list->count; i++)
		if (lint_line_term(run, &list->lines[i], LINT_USER) != NULL)
			return true;
	return false;
}

/* Before a service is asked there is nobody's header but the client's. */
static void check_access(struct lint_run *run, const struct gtb_conf_acl *acl,
			 const struct lint_line *line)
{
	if (!asks_later(run, line))
		return;
	lint_add_as(run,
		    lint_acl_is(acl, "req_header") ? GTB_LINT_ERROR
						   : GTB_LINT_WARNING,
		    line->directive->file, line->directive->place,
		    "let the hosts through, by name and address",
		    "acl %s trusts the request header %s, which is the "
		    "client's own word here: who sends it need not log in",
		    acl->name, lint_header_of(acl));
}

typedef void check_acl(struct lint_run *run, const struct gtb_conf_acl *acl,
		       const struct lint_line *line);

/* Each acl that reads a header and lets something pass in these lists. */
static void each_trusted(struct lint_run *run, unsigned int lists,
			 check_acl *check)
{
	struct lint_grants grants;

	if (lint_grants_make(run, lists, &grants))
		for (size_t i = 0; i < run->acls_count; i++)
			if (grants.lines[i] != NULL &&
			    lint_header_of(&run->acls[i]) != NULL)
				check(run, &run->acls[i], grants.lines[i]);
	lint_grants_fini(&grants);
}

void lint_l17(struct lint_run *run)
{
	each_trusted(run, LINT_LIST_BIT(LINT_HTTP_ACCESS), check_access);
	each_trusted(run, LINT_LISTS_AFTER_SERVICE, check_verdict);
}

/* --- L25 --------------------------------------------------------------- */

/* "bypass=on", "bypass=1", and "1" as it was once written. */
static const struct gtb_conf_word *
bypass_word(const struct gtb_conf_directive *directive)
{
	if (directive->count < 3 ||
	    strncmp(directive->words[2].text, "reqmod", 6) != 0)
		return NULL;
	for (size_t i = 3; i < directive->count; i++) {
		const char *text = directive->words[i].text;

		if (strcmp(text, "bypass=on") == 0 ||
		    strcmp(text, "bypass=1") == 0 || strcmp(text, "1") == 0)
			return &directive->words[i];
	}
	return NULL;
}

/* The first acl that trusts a header no client is refused, or NULL. */
static const struct gtb_conf_acl *first_open(const struct lint_run *run,
					     const struct lint_grants *grants)
{
	for (size_t i = 0; i < run->acls_count; i++)
		if (grants->lines[i] != NULL &&
		    lint_acl_is(&run->acls[i], "req_header") &&
		    lint_header_of(&run->acls[i]) != NULL &&
		    !lint_header_is_refused(run, &run->acls[i]))
			return &run->acls[i];
	return NULL;
}

/* The first acl whose header has a connection inspected, or NULL. */
static const struct gtb_conf_acl *
first_closing(const struct lint_run *run, const struct lint_grants *grants)
{
	for (size_t i = 0; i < run->acls_count; i++) {
		const struct lint_line *line = grants->refusals[i];

		if (line != NULL && lint_acl_is(&run->acls[i], "req_header") &&
		    lint_header_of(&run->acls[i]) != NULL &&
		    strcmp(line->directive->words[0].text, "ssl_bump") == 0)
			return &run->acls[i];
	}
	return NULL;
}

static void check_service(struct lint_run *run,
			  const struct gtb_conf_directive *directive,
			  const struct lint_grants *grants)
{
	const struct gtb_conf_word *word = bypass_word(directive);
	const struct lint_service *service;
	const struct gtb_conf_acl *open = first_open(run, grants);
	const struct gtb_conf_acl *closing = first_closing(run, grants);
	const char *name;
	char where[LINT_LINE_SIZE];

	if (word == NULL)
		return;
	name = directive->words[1].text;
	service = lint_service_find(run, name);
	if (service != NULL && lint_service_scans(service))
		return;
	if (open != NULL)
		lint_add_word(run, word,
			      lint_is_ours(run, directive)
				      ? "emit the file again"
				      : NULL,
			      "without service %s requests pass as they came, "
			      "and acl %s takes a header %s of the client's "
			      "own for the verdict",
			      name, open->name, lint_header_of(open));
	else if (closing != NULL)
		lint_add_as(run, GTB_LINT_WARNING, word->file, word->place,
			    "write bypass=off",
			    "without service %s the header %s is missing, and "
			    "what %s would stop passes",
			    name, lint_header_of(closing),
			    lint_line_text(
				    run, grants->refusals[closing - run->acls],
				    word->file, where));
}

void lint_l25(struct lint_run *run)
{
	static const char *const names[] = {"icap_service", "ecap_service"};
	struct lint_grants grants;

	if (!lint_grants_make(run, LINT_LISTS_AFTER_SERVICE, &grants)) {
		lint_grants_fini(&grants);
		return;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t at = lint_directive_next(run, names[i], 0);

		for (; at != GTB_CONF_NONE;
		     at = lint_directive_next(run, names[i], at + 1))
			check_service(run, &run->directives[at], &grants);
	}
	lint_grants_fini(&grants);
}
