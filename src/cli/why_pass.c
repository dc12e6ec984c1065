/* What becomes of a request, in whichever pass Squid decides about it. */
#include "config.h"

#include <string.h>

#include "why.h"

/*
 * The file is the one emitted with these paths and else with defaults. A path
 * squid.conf cannot say is emit's to complain about.
 */
static int emit(const struct why *why, enum gtb_squid_mode mode,
		struct why_file *file)
{
	struct gtb_squid_options options;
	int rc;

	gtb_squid_options_init(&options);
	options.modes = GTB_SQUID_MODE_BIT(mode);
	options.via = why->via;
	if (mode == GTB_SQUID_EXPLICIT &&
	    gtb_squid_via_asks(why->via, GTB_SQUID_ICAP))
		options.auth_acl = "users"; /* in no line that is told */
	options.helper = "/";
	options.policy = "/";
	options.catalog = "/";
	options.program = "-";
	options.command = "-";
	rc = gtb_squid_emit(why->ruleset, &options, &file->text, &file->index,
			    NULL, NULL);
	return rc == GTB_E_NOMEM ? rc : GTB_OK;
}

int cli_why_emit(struct why *why)
{
	int rc = emit(why, GTB_SQUID_EXPLICIT, &why->explicit_file);

	if (rc == GTB_OK)
		rc = emit(why, GTB_SQUID_INTERCEPT, &why->intercepted_file);
	return rc;
}

void cli_why_file_fini(struct why_file *file)
{
	gtb_squid_index_fini(&file->index);
	gtb_text_fini(&file->text);
}

uint16_t cli_why_port(const struct gtb_text *text)
{
	unsigned long value = 0;

	if (text->len == 0 || text->len > 5 || text->ptr[0] == '0')
		return 0;
	for (size_t i = 0; i < text->len; i++) {
		if (text->ptr[i] < '0' || text->ptr[i] > '9')
			return 0;
		value = value * 10 + (unsigned long)(text->ptr[i] - '0');
	}
	return value <= UINT16_MAX ? (uint16_t)value : 0;
}

static bool is_connect(const struct gtb_text *method)
{
	return method->len == strlen("CONNECT") &&
	       memcmp(method->ptr, "CONNECT", method->len) == 0;
}

void cli_why_decide_first(const struct why *why, const struct gtb_query *query,
			  struct gtb_decision *decision)
{
	struct gtb_query first = *query;

	first.host = first.dst;
	first.sni.ptr = NULL;
	gtb_decide(why->ruleset, &first, decision);
}

bool cli_why_decide(const struct why *why, const struct gtb_query *query,
		    struct gtb_decision *decision)
{
	if (query->dst.ptr != NULL && is_connect(&query->method)) {
		cli_why_decide_first(why, query, decision);
		if (decision->tls.bypass &&
		    gtb_squid_index_find(&why->intercepted_file.index,
					 why->ruleset,
					 GTB_SQUID_INTERCEPTED_SPLICE_FIRST,
					 cli_why_port(&query->port)) != NULL)
			return true;
	}
	gtb_decide(why->ruleset, query, decision);
	return false;
}

static bool holds(const struct gtb_policy_identity *identity,
		  const struct gtb_addr *addr)
{
	struct gtb_net net;

	for (size_t i = 0; i < identity->clients_count; i++)
		if (cli_net(&net, identity->clients[i]) &&
		    gtb_net_contains(&net, addr))
			return true;
	return false;
}

const struct gtb_policy_identity *cli_why_identity(const struct why *why,
						   const char *client,
						   unsigned int bypass)
{
	const struct gtb_policy *policy = gtb_ruleset_policy(why->ruleset);
	struct gtb_addr addr;

	if (!gtb_addr_parse(&addr, client, strlen(client)))
		return NULL;
	for (size_t i = 0; i < policy->identities_count; i++)
		if ((policy->identities[i].bypass & bypass) == bypass &&
		    holds(&policy->identities[i], &addr))
			return &policy->identities[i];
	return NULL;
}
