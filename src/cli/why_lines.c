/* The lines of the emitted file that apply to a request. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "why.h"

static const struct gtb_squid_line *find(const struct why *why,
					 const struct why_file *emitted,
					 enum gtb_squid_role role)
{
	return gtb_squid_index_find(&emitted->index, why->ruleset, role,
				    why->port);
}

static int copy_line(struct why_line *line, const struct why_file *emitted,
		     const struct gtb_squid_line *found)
{
	if (found == NULL)
		return GTB_OK;
	line->number = found->number;
	line->text = strndup(emitted->text.data + found->start, found->len);
	return line->text != NULL ? GTB_OK : GTB_E_NOMEM;
}

static bool is_connect(const struct why *why)
{
	return strcmp(why->method, "CONNECT") == 0;
}

/* --- explicit ports ------------------------------------------------------ */

/*
 * Squid looks at a CONNECT before there is a server name, so one that does
 * not fit is found only when what is inside is decided.
 */
static bool connect_passes(const struct why *why)
{
	struct gtb_query query = why->query;
	struct gtb_decision decision;

	if (why->decision.auth.bypass || query.sni.ptr == NULL ||
	    !is_connect(why))
		return false;
	query.sni.ptr = NULL;
	gtb_decide(why->ruleset, &query, &decision);
	return decision.auth.bypass;
}

/* Does the server name end in a dot? The decision takes such, Squid not. */
static bool is_dotted(const struct gtb_text *sni)
{
	return sni->ptr != NULL && sni->len > 0 &&
	       sni->ptr[sni->len - 1] == '.';
}

/*
 * What lets a request pass the login. Where the service is asked, requests
 * inside an inspected connection, which is where there is an SNI, have a line
 * of their own.
 */
static enum gtb_squid_role allows(const struct why *why)
{
	if (!gtb_squid_via_asks(why->via, GTB_SQUID_ICAP) || is_connect(why) ||
	    why->query.sni.ptr == NULL)
		return GTB_SQUID_ALLOW;
	return GTB_SQUID_ALLOW_INNER;
}

static int find_explicit(struct why *why, const struct why_file *emitted)
{
	const struct gtb_squid_line *allow = find(why, emitted, allows(why));
	int rc = GTB_OK;

	if (why->decision.auth.bypass)
		rc = copy_line(&why->auth_line, emitted, allow);
	else if (connect_passes(why))
		rc = copy_line(&why->connect_line, emitted, allow);
	if (rc == GTB_OK && why->decision.tls.bypass && !why->sni_dotted)
		rc = copy_line(&why->tls_line, emitted,
			       find(why, emitted,
				    why->query.sni.ptr == NULL
					    ? GTB_SQUID_SPLICE_ADDRESS
					    : GTB_SQUID_SPLICE));
	return rc;
}

/* --- intercepted ports --------------------------------------------------- */

/* A connection that is spliced before its SNI is read. */
static int find_first(struct why *why, const struct why_file *emitted)
{
	int rc = copy_line(&why->tls_line, emitted,
			   find(why, emitted,
				GTB_SQUID_INTERCEPTED_SPLICE_FIRST));

	if (rc == GTB_OK && why->decision.auth.bypass)
		rc = copy_line(&why->auth_line, emitted,
			       find(why, emitted,
				    GTB_SQUID_INTERCEPTED_ALLOW_FIRST));
	return rc;
}

/* A request, plain or inside an inspected connection. */
static int find_request(struct why *why, const struct why_file *emitted)
{
	struct gtb_decision first;

	if (!why->decision.auth.bypass)
		return GTB_OK;
	cli_why_decide_first(why, &why->query, &first);
	return copy_line(&why->auth_line, emitted,
			 find(why, emitted,
			      !first.auth.bypass
				      ? GTB_SQUID_INTERCEPTED_ALLOW_INNER
			      : allows(why) == GTB_SQUID_ALLOW_INNER
				      ? GTB_SQUID_INTERCEPTED_ALLOW_INNER_NEAR
				      : GTB_SQUID_INTERCEPTED_ALLOW_REQUEST));
}

/* What a tunnel passes by the second time: splice, and allow. */
struct second {
	enum gtb_squid_role splice;
	enum gtb_squid_role allow;
};

static const struct second by_name = {GTB_SQUID_INTERCEPTED_SPLICE,
				      GTB_SQUID_INTERCEPTED_ALLOW_TUNNEL};
static const struct second by_near_name = {GTB_SQUID_INTERCEPTED_SPLICE_NEAR,
					   GTB_SQUID_INTERCEPTED_ALLOW_NEAR};
static const struct second by_address = {GTB_SQUID_INTERCEPTED_SPLICE_ADDRESS,
					 GTB_SQUID_INTERCEPTED_ALLOW_ADDRESS};

/* At a listed network a name has less to prove, where that has a line. */
static const struct second *second_of(const struct why *why,
				      const struct why_file *emitted)
{
	struct gtb_decision first;

	if (why->query.sni.ptr == NULL)
		return &by_address;
	cli_why_decide_first(why, &why->query, &first);
	if (first.tls.bypass &&
	    find(why, emitted, GTB_SQUID_INTERCEPTED_SPLICE_NEAR) != NULL)
		return &by_near_name;
	return &by_name;
}

static int find_second(struct why *why, const struct why_file *emitted)
{
	const struct second *second = second_of(why, emitted);
	int rc = GTB_OK;

	if (!why->decision.tls.bypass || why->sni_dotted)
		return rc;
	rc = copy_line(&why->tls_line, emitted,
		       find(why, emitted, second->splice));
	if (rc == GTB_OK && why->decision.auth.bypass)
		rc = copy_line(&why->auth_line, emitted,
			       find(why, emitted, second->allow));
	return rc;
}

/* Any client, or one that an identity lets past the login? */
static bool is_client(const struct why *why)
{
	const struct gtb_policy *policy = gtb_ruleset_policy(why->ruleset);

	return policy->identities_count == 0 ||
	       (why->client != NULL &&
		cli_why_identity(why, why->client, GTB_BYPASS_AUTH) != NULL);
}

/* What is not spliced goes on past the first pass, to be inspected. */
static int find_on(struct why *why, const struct why_file *emitted)
{
	if (why->tls_line.number != 0 || !is_client(why))
		return GTB_OK;
	return copy_line(&why->connect_line, emitted,
			 find(why, emitted, GTB_SQUID_INTERCEPTED_ALLOW_ON));
}

static int find_intercepted(struct why *why, const struct why_file *emitted)
{
	int rc;

	if (!is_connect(why))
		return find_request(why, emitted);
	if (why->spliced_first)
		return find_first(why, emitted);
	rc = find_second(why, emitted);
	return rc == GTB_OK ? find_on(why, emitted) : rc;
}

/* --- the file ------------------------------------------------------------ */

int cli_why_find_lines(struct why *why)
{
	why->sni_dotted = why->decision.tls.bypass && !why->spliced_first &&
			  is_dotted(&why->query.sni);
	if (why->dst != NULL)
		return find_intercepted(why, &why->intercepted_file);
	return find_explicit(why, &why->explicit_file);
}

/* --- in words ------------------------------------------------------------ */

const char *cli_why_auth_note(const struct why *why, char buffer[WHY_HINT_SIZE])
{
	if (why->connect_line.number == 0)
		return NULL;
	snprintf(buffer, WHY_HINT_SIZE,
		 why->dst != NULL
			 ? "the connection itself passes by line %u, so that "
			   "its server name is read; it is inspected, and "
			   "what is inside is decided again"
			 : "the CONNECT itself passes by line %u, and what is "
			   "inside is decided again",
		 why->connect_line.number);
	return buffer;
}

/* Would a name be enough, if the service were asked when it is known? */
static bool is_asked_too_early(const struct why *why)
{
	return why->via == GTB_SQUID_ICAP && why->dst != NULL &&
	       is_connect(why) && !why->spliced_first &&
	       why->tls_line.number == 0 &&
	       (why->decision.auth.bypass || why->decision.tls.bypass);
}

const char *cli_why_tls_note(const struct why *why)
{
	if (is_asked_too_early(why))
		return "your own rules decide: on intercepted ports the "
		       "service is asked before the server name is known, so "
		       "addresses alone count";
	if (why->spliced_first)
		return "the address alone decides: this is spliced before the "
		       "server name is read";
	if (why->sni_dotted)
		return "Squid inspects it: its own ACLs do not match a server "
		       "name with a trailing dot";
	if (why->dst != NULL && why->tls_line.number != 0 &&
	    why->query.sni.ptr != NULL)
		return "Squid looks the name up first: where its DNS answers "
		       "lack this destination, the client gets 409";
	return NULL;
}

const char *cli_why_mode_word(const struct why *why)
{
	return gtb_squid_mode_word(why->dst != NULL ? GTB_SQUID_INTERCEPT
						    : GTB_SQUID_EXPLICIT);
}
