/* What a single acl is: its traits, and whether GoTo's requests match it. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "gtb/report.h"
#include "lint_view.h"

struct type_row {
	const char *type;
	unsigned int traits;
};

static const struct type_row types[] = {
	{"at_step", LINT_STEP},
	{"browser", 0},
	{"client_ip", LINT_CLIENT},
	{"dst", LINT_NETS},
	{"dstdom_regex", LINT_NAMES},
	{"dstdomain", LINT_NAMES},
	{"eui64", LINT_CLIENT},
	{"arp", LINT_CLIENT},
	{"localip", LINT_LISTENER},
	{"localport", LINT_LISTENER},
	{"max_user_ip", LINT_USER},
	{"myport", LINT_LISTENER},
	{"myportname", LINT_LISTENER},
	{"note", LINT_NOTES},
	{"port", LINT_PORTS},
	{"proxy_auth", LINT_USER},
	{"proxy_auth_regex", LINT_USER},
	{"req_header", LINT_NOTES},
	{"src", LINT_CLIENT},
	{"src_as", LINT_CLIENT},
	{"srcdom_regex", LINT_CLIENT},
	{"srcdomain", LINT_CLIENT},
	{"ssl::server_name", LINT_SNI},
	{"ssl::server_name_regex", LINT_SNI},
	{"tag", LINT_NOTES},
	{"url_regex", LINT_NAMES},
};

bool lint_acl_is(const struct gtb_conf_acl *acl, const char *type)
{
	return acl != NULL && strcmp(acl->type, type) == 0;
}

bool lint_acl_is_credentials(const struct gtb_conf_acl *acl)
{
	return lint_acl_is(acl, "req_header") && acl->values_count > 0 &&
	       strcasecmp(acl->values[0].text, "Proxy-Authorization") == 0;
}

static unsigned int type_traits(const struct gtb_conf_acl *acl)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(types[i].type, acl->type) == 0)
			return types[i].traits;
	return 0;
}

/* --- values ------------------------------------------------------------ */

static bool has_value(const struct gtb_conf_acl *acl, const char *value)
{
	for (size_t i = 0; i < acl->values_count; i++)
		if (strcasecmp(acl->values[i].text, value) == 0)
			return true;
	return false;
}

static bool is_everything(const struct gtb_conf_acl *acl)
{
	if (!lint_acl_is(acl, "src") && !lint_acl_is(acl, "dst"))
		return false;
	return has_value(acl, "all") || has_value(acl, "0.0.0.0/0") ||
	       has_value(acl, "0/0") || has_value(acl, "0.0.0.0/0.0.0.0");
}

/* Squid knows CONNECT by itself; many define it once more. */
static bool is_connect_alone(const struct gtb_conf_acl *acl)
{
	for (size_t i = 0; i < acl->values_count; i++)
		if (strcasecmp(acl->values[i].text, "CONNECT") != 0)
			return false;
	return acl->values_count > 0;
}

static bool is_goto_value(const struct lint_run *run,
			  const struct gtb_conf_acl *acl, const char *value)
{
	if (lint_acl_is(acl, "dstdomain") ||
	    lint_acl_is(acl, "ssl::server_name"))
		return lint_goto_name(run, value);
	if (lint_acl_is(acl, "dst"))
		return lint_goto_net(run, value);
	return lint_goto_regex(run, value);
}

static bool has_goto(const struct lint_run *run, const struct gtb_conf_acl *acl)
{
	for (size_t i = 0; i < acl->values_count; i++)
		if (is_goto_value(run, acl, acl->values[i].text))
			return true;
	return false;
}

unsigned int lint_leaf_traits(const struct lint_run *run,
			      const struct gtb_conf_acl *acl)
{
	const struct lint_external *external = lint_acl_external(run, acl);
	unsigned int traits = type_traits(acl);

	if (is_everything(acl))
		return LINT_ALL;
	if (lint_acl_is(acl, "external"))
		traits |= LINT_SLOW;
	if (external != NULL && lint_external_token(external, "ul") != NULL)
		traits |= LINT_USER;
	if (external != NULL && external->ours)
		traits |= LINT_HELPER | LINT_GOTO;
	if (lint_acl_is(acl, "method") && is_connect_alone(acl))
		traits |= LINT_CONNECT;
	if ((traits & LINT_DESTINATION) != 0 && has_goto(run, acl))
		traits |= LINT_GOTO;
	return traits;
}

/* --- does a CONNECT to GoTo, port 443, match? -------------------------- */

/* ".com" and "." are about GoTo too, and about everything else. */
static bool is_wide_value(const struct lint_run *run,
			  const struct gtb_conf_acl *acl, const char *value)
{
	if (lint_acl_is(acl, "dst"))
		return strstr(value, "/0") != NULL;
	if (lint_acl_is(acl, "dstdomain") ||
	    lint_acl_is(acl, "ssl::server_name"))
		return value[0] == '.' && strchr(value + 1, '.') == NULL &&
		       lint_goto_below(run, value);
	return strspn(value, "^.*$") == strlen(value);
}

static bool has_wide(const struct lint_run *run, const struct gtb_conf_acl *acl)
{
	for (size_t i = 0; i < acl->values_count; i++)
		if (is_wide_value(run, acl, acl->values[i].text))
			return true;
	return false;
}

/* "443", "1-65535" */
static bool port_holds(const char *value, unsigned long port)
{
	char *end;
	unsigned long first = strtoul(value, &end, 10);
	unsigned long last = first;

	if (end == value)
		return false;
	if (*end == '-')
		last = strtoul(end + 1, &end, 10);
	return *end == '\0' && first <= port && port <= last;
}

bool lint_acl_holds_port(const struct gtb_conf_acl *acl, unsigned int port)
{
	for (size_t i = 0; i < acl->values_count; i++)
		if (port_holds(acl->values[i].text, port))
			return true;
	return false;
}

unsigned int lint_leaf_reach(const struct lint_run *run,
			     const struct gtb_conf_acl *acl,
			     unsigned int traits)
{
	bool must = false;
	bool can = true;

	if ((traits & (LINT_ALL | LINT_HELPER)) != 0) {
		must = true;
	} else if ((traits & LINT_DESTINATION) != 0) {
		must = (traits & LINT_GOTO) != 0;
		can = must || has_wide(run, acl);
	} else if ((traits & LINT_PORTS) != 0) {
		can = must = lint_acl_holds_port(acl, 443);
	} else if (lint_acl_is(acl, "method")) {
		can = must = has_value(acl, "CONNECT");
	} else if (lint_acl_is_credentials(acl)) {
		can = false; /* GoTo's programs that cannot log in have none */
	}
	return (can ? LINT_REACH_CAN : 0) | (must ? LINT_REACH_MUST : 0);
}
