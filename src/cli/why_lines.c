/* The lines of the emitted file that apply to a request. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "why.h"

/* The emitted file, and what is looked up in it. */
struct emitted {
	struct gtb_text_buffer text;
	struct gtb_squid_index index;
};

static const struct gtb_squid_line *find(const struct why *why,
					 const struct emitted *emitted,
					 enum gtb_squid_role role)
{
	return gtb_squid_index_find(&emitted->index, why->ruleset, role,
				    why->port);
}

static int copy_line(struct why_line *line, const struct emitted *emitted,
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

static int find_explicit(struct why *why, const struct emitted *emitted)
{
	const struct gtb_squid_line *allow = find(why, emitted,
						  GTB_SQUID_ALLOW);
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

/* What the first pass knows: the address alone. */
static void decide_first(const struct why *why, struct gtb_decision *decision)
{
	struct gtb_query query = why->query;

	query.host = query.dst;
	query.sni.ptr = NULL;
	gtb_decide(why->ruleset, &query, decision);
}

/* A connection that is spliced before its SNI is read. */
static int find_first(struct why *why, const struct emitted *emitted,
		      const struct gtb_decision *first)
{
	int rc = copy_line(&why->tls_line, emitted,
			   find(why, emitted,
				GTB_SQUID_INTERCEPTED_SPLICE_FIRST));

	why->spliced_first = true;
	if (rc == GTB_OK && first->auth.bypass)
		rc = copy_line(&why->auth_line, emitted,
			       find(why, emitted,
				    GTB_SQUID_INTERCEPTED_ALLOW_FIRST));
	return rc;
}

static enum gtb_squid_role request_role(const struct gtb_decision *first)
{
	return first->auth.bypass ? GTB_SQUID_INTERCEPTED_ALLOW_REQUEST
				  : GTB_SQUID_INTERCEPTED_ALLOW_INNER;
}

/* The second pass of a tunnel. */
static int find_second(struct why *why, const struct emitted *emitted)
{
	bool no_sni = why->query.sni.ptr == NULL;
	int rc = GTB_OK;

	if (!why->decision.tls.bypass || why->sni_dotted)
		return rc;
	rc = copy_line(&why->tls_line, emitted,
		       find(why, emitted,
			    no_sni ? GTB_SQUID_INTERCEPTED_SPLICE_ADDRESS
				   : GTB_SQUID_INTERCEPTED_SPLICE));
	if (rc == GTB_OK && why->decision.auth.bypass)
		rc = copy_line(
			&why->auth_line, emitted,
			find(why, emitted,
			     no_sni ? GTB_SQUID_INTERCEPTED_ALLOW_ADDRESS
				    : GTB_SQUID_INTERCEPTED_ALLOW_TUNNEL));
	return rc;
}

static int find_intercepted(struct why *why, const struct emitted *emitted)
{
	struct gtb_decision first;

	decide_first(why, &first);
	if (!is_connect(why))
		return why->decision.auth.bypass
			       ? copy_line(&why->auth_line, emitted,
					   find(why, emitted,
						request_role(&first)))
			       : GTB_OK;
	if (first.tls.bypass &&
	    find(why, emitted, GTB_SQUID_INTERCEPTED_SPLICE_FIRST) != NULL)
		return find_first(why, emitted, &first);
	return find_second(why, emitted);
}

/* --- the file ------------------------------------------------------------ */

/*
 * The file is the one emitted with these paths and else with defaults. A path
 * squid.conf cannot say is emit's to complain about.
 */
static int emit(const struct why *why, struct emitted *emitted)
{
	struct gtb_squid_options options;

	gtb_squid_options_init(&options);
	if (why->dst != NULL)
		options.modes = GTB_SQUID_MODE_BIT(GTB_SQUID_INTERCEPT);
	options.helper = "/";
	options.policy = "/";
	options.catalog = "/";
	options.program = "-";
	options.command = "-";
	return gtb_squid_emit(why->ruleset, &options, &emitted->text,
			      &emitted->index, NULL, NULL);
}

int cli_why_find_lines(struct why *why)
{
	struct emitted emitted = {.index = {.lines = NULL}};
	int rc;

	why->sni_dotted =
		why->decision.tls.bypass && is_dotted(&why->query.sni);
	gtb_text_init(&emitted.text);
	rc = emit(why, &emitted);
	if (rc == GTB_OK)
		rc = why->dst != NULL ? find_intercepted(why, &emitted)
				      : find_explicit(why, &emitted);
	gtb_squid_index_fini(&emitted.index);
	gtb_text_fini(&emitted.text);
	return rc == GTB_E_NOMEM ? rc : GTB_OK;
}

/* --- in words ------------------------------------------------------------ */

const char *cli_why_auth_note(const struct why *why, char buffer[WHY_HINT_SIZE])
{
	if (why->connect_line.number == 0)
		return NULL;
	snprintf(buffer, WHY_HINT_SIZE,
		 "the CONNECT itself passes by line %u, and what is inside "
		 "is decided again",
		 why->connect_line.number);
	return buffer;
}

const char *cli_why_tls_note(const struct why *why)
{
	if (why->spliced_first && !why->decision.tls.bypass)
		return "on an intercepted port the address alone decides, "
		       "before the server name is read: this is spliced";
	if (!why->sni_dotted || why->spliced_first)
		return NULL;
	return "Squid inspects it: its own ACLs do not match a server name "
	       "with a trailing dot";
}

const char *cli_why_mode_word(const struct why *why)
{
	return gtb_squid_mode_word(why->dst != NULL ? GTB_SQUID_INTERCEPT
						    : GTB_SQUID_EXPLICIT);
}
