/*
 * The rules by which the service is asked, and those that go by its answer
 * once it is there.
 */
#include "config.h"

#include "squid_parts.h"

/* A line that marks what the service is asked about, and never matches. */
static void end_mark(const struct squid_writer *writer)
{
	gtb_text_add(writer->text, " gtb_asked_mark !all\n");
}

static void end_deny(const struct squid_writer *writer)
{
	gtb_text_add(writer->text, " !gtb_icap_splice\n");
}

/* --- explicit: http_access ----------------------------------------------- */

static void write_mark(const struct squid_writer *writer, size_t group)
{
	gtb_squid_rule_explicit(writer, "http_access deny");
	gtb_text_add(writer->text, " gtb_connect");
	gtb_squid_rule_hosts(writer, group, SQUID_TLS);
	end_mark(writer);
}

/*
 * Not the second pass of a connection whose first one was not opened: its user
 * has logged in, and the admin's rules go by that.
 */
static void write_open(const struct squid_writer *writer, size_t group)
{
	gtb_squid_rule_explicit(writer, "http_access allow");
	gtb_squid_rule_hosts(writer, group, SQUID_AUTH);
	gtb_text_add(writer->text,
		     " gtb_askable !gtb_inner !manager !gtb_purge !gtb_creds "
		     "!gtb_sized !gtb_chunked !gtb_again gtb_asked_mark "
		     "gtb_open_mark gtb_first_mark\n");
}

/* The service is told where the connection goes: to its CONNECT's host. */
static void begin_inner(const struct squid_writer *writer)
{
	gtb_squid_rule_explicit(writer, "http_access allow");
	gtb_text_add(writer->text, " !gtb_connect gtb_secure "
				   "gtb_encrypted gtb_yes !manager !gtb_purge");
}

static void end_inner(const struct squid_writer *writer)
{
	gtb_squid_rule_open(writer, NULL);
	gtb_text_add(writer->text, "\n");
}

static void write_inner(const struct squid_writer *writer, size_t group)
{
	if (!gtb_squid_rule_has(writer, group, SQUID_AUTH, SQUID_NAMES))
		return;
	begin_inner(writer);
	gtb_squid_rule_hosts(writer, group, SQUID_AUTH);
	gtb_squid_rule_sni_or_none(writer, group, SQUID_AUTH, SQUID_NAMES);
	end_inner(writer);
}

static void write_inner_address(const struct squid_writer *writer, size_t group)
{
	if (!gtb_squid_rule_has(writer, group, SQUID_AUTH, SQUID_NETS))
		return;
	begin_inner(writer);
	gtb_squid_rule_networks(writer, group, SQUID_AUTH);
	gtb_squid_rule_no_sni(writer);
	end_inner(writer);
}

/* --- explicit: adapted_http_access --------------------------------------- */

static void write_deny(const struct squid_writer *writer, size_t group)
{
	if (!gtb_squid_rule_has(writer, group, SQUID_TLS, SQUID_NAMES))
		return;
	gtb_squid_rule_explicit(writer, "adapted_http_access deny");
	gtb_text_add(writer->text, " gtb_connect gtb_step2");
	gtb_squid_rule_explicit_name(writer, group);
	end_deny(writer);
}

static void write_deny_address(const struct squid_writer *writer, size_t group)
{
	if (!gtb_squid_rule_has(writer, group, SQUID_TLS, SQUID_NETS))
		return;
	gtb_squid_rule_explicit(writer, "adapted_http_access deny");
	gtb_text_add(writer->text, " gtb_connect gtb_step2");
	gtb_squid_rule_explicit_address(writer, group);
	end_deny(writer);
}

/* --- intercepted --------------------------------------------------------- */

static void begin_step(const struct squid_writer *writer, const char *action,
		       const char *step)
{
	gtb_text_addf(writer->text, "%s gtb_intercepted gtb_connect %s", action,
		      step);
}

static void add_first(const struct squid_writer *writer, size_t group)
{
	gtb_squid_rule_clients(writer, SQUID_TLS);
	gtb_squid_rule_port(writer, group);
	gtb_squid_rule_local_nets(writer, group, SQUID_TLS);
}

/* The same three are marked before the service is asked, and refused after. */
typedef void end_fn(const struct squid_writer *writer);

static void write_first(const struct squid_writer *writer, size_t group,
			const char *action, end_fn *end)
{
	if (!gtb_squid_spliced_by_address(writer, group))
		return;
	begin_step(writer, action, "gtb_step1");
	add_first(writer, group);
	end(writer);
}

static void write_near(const struct squid_writer *writer, size_t group,
		       const char *action, end_fn *end)
{
	if (!gtb_squid_spliced_by_near_name(writer, group))
		return;
	begin_step(writer, action, "gtb_step2");
	gtb_squid_rule_by_near_name(writer, group);
	end(writer);
}

static void write_address(const struct squid_writer *writer, size_t group,
			  const char *action, end_fn *end)
{
	if (!gtb_squid_spliced_by_address(writer, group))
		return;
	begin_step(writer, action, "gtb_step2");
	gtb_squid_rule_by_address(writer, group);
	end(writer);
}

static void write_first_mark(const struct squid_writer *writer, size_t group)
{
	write_first(writer, group, "http_access deny", end_mark);
}

static void write_first_deny(const struct squid_writer *writer, size_t group)
{
	write_first(writer, group, "adapted_http_access deny", end_deny);
}

static void write_near_mark(const struct squid_writer *writer, size_t group)
{
	write_near(writer, group, "http_access deny", end_mark);
}

static void write_near_deny(const struct squid_writer *writer, size_t group)
{
	write_near(writer, group, "adapted_http_access deny", end_deny);
}

static void write_address_mark(const struct squid_writer *writer, size_t group)
{
	write_address(writer, group, "http_access deny", end_mark);
}

static void write_address_deny(const struct squid_writer *writer, size_t group)
{
	write_address(writer, group, "adapted_http_access deny", end_deny);
}

/*
 * To names alone: an address in the request is one a parent proxy would be
 * sent on to, and nothing here compares it with where the client went.
 */
static void write_near_inner(const struct squid_writer *writer, size_t group)
{
	if (!gtb_squid_rule_has_tunnels(writer, group, SQUID_AUTH) ||
	    !gtb_squid_rule_has(writer, group, SQUID_AUTH, SQUID_NETS) ||
	    !gtb_squid_rule_has(writer, group, SQUID_AUTH, SQUID_NAMES))
		return;
	gtb_squid_rule_request(writer, group,
			       "gtb_secure gtb_encrypted gtb_yes !manager "
			       "!gtb_purge");
	gtb_squid_rule_local_nets(writer, group, SQUID_AUTH);
	gtb_squid_rule_list(writer, group, SQUID_AUTH, SQUID_NAMES);
	gtb_squid_rule_sni_or_none(writer, group, SQUID_AUTH, SQUID_NAMES);
	end_inner(writer);
}

/* --- blocks -------------------------------------------------------------- */

static bool is_explicit(const struct squid_plan *plan)
{
	return plan->icap && plan->explicit_on;
}

static bool is_intercepted(const struct squid_plan *plan)
{
	return plan->icap && plan->intercepted;
}

static bool reads_sni_first(const struct squid_plan *plan)
{
	return is_intercepted(plan) && plan->sni_first;
}

static bool splices_first(const struct squid_plan *plan)
{
	return is_intercepted(plan) && !plan->sni_first;
}

/* As gtb_squid_intercepted_access has it. */
static bool opens_first(const struct squid_plan *plan)
{
	return is_intercepted(plan) && (!plan->sni_first || plan->goes_on);
}

const struct squid_block gtb_squid_icap_access[] = {
	{GTB_SQUID_MARK, SQUID_TLS, write_mark, is_explicit,
	 "# Marks CONNECTs that look like GoTo, for the service to be asked "
	 "about; these lines never\n# match.\n"},
	{GTB_SQUID_ALLOW, SQUID_AUTH, write_open, is_explicit,
	 "# Without credentials, what looks like GoTo goes on to the service; "
	 "its answer is looked\n# at below. With credentials, and everything "
	 "else, goes on to your own rules.\n"},
	{GTB_SQUID_ALLOW_INNER, SQUID_AUTH, write_inner, is_explicit,
	 "# Requests inside an inspected connection whose CONNECT the service "
	 "confirmed: it is asked\n# about each again, and told the host of the "
	 "CONNECT, where Squid goes. Without its yes\n# they are refused: "
	 "nobody can log in there.\n"},
	{GTB_SQUID_ALLOW_INNER_ADDRESS, SQUID_AUTH, write_inner_address,
	 is_explicit, ""},
	{GTB_SQUID_INTERCEPTED_MARK_FIRST, SQUID_TLS, write_first_mark,
	 is_intercepted,
	 "# Marks intercepted connections to listed networks, for the service "
	 "to be asked about.\n"},
	{GTB_SQUID_INTERCEPTED_MARK, SQUID_TLS, write_near_mark,
	 reads_sni_first, ""},
	{GTB_SQUID_INTERCEPTED_MARK_ADDRESS, SQUID_TLS, write_address_mark,
	 reads_sni_first, ""},
	{0, 0, NULL, NULL, NULL},
};

const struct squid_block gtb_squid_icap_inner[] = {
	{GTB_SQUID_INTERCEPTED_ALLOW_INNER_NEAR, SQUID_AUTH, write_near_inner,
	 opens_first,
	 "# Intercepted requests inside an inspected connection to a listed "
	 "network, whose CONNECT\n# the service confirmed: it is asked about "
	 "each again.\n"},
	{0, 0, NULL, NULL, NULL},
};

const struct squid_block gtb_squid_icap_adapted[] = {
	{GTB_SQUID_DENY, SQUID_TLS, write_deny, is_explicit,
	 "# Second pass, after a splice: what the service does not confirm, "
	 "now that it is told the\n# server name, goes no further. Fails "
	 "closed.\n"},
	{GTB_SQUID_DENY_ADDRESS, SQUID_TLS, write_deny_address, is_explicit,
	 ""},
	{GTB_SQUID_INTERCEPTED_DENY_FIRST, SQUID_TLS, write_first_deny,
	 splices_first,
	 "# Intercepted: ssl_bump splices by address alone, and what the "
	 "service does not confirm\n# goes no further. Fails closed.\n"},
	{GTB_SQUID_INTERCEPTED_DENY_NEAR, SQUID_TLS, write_near_deny,
	 reads_sni_first,
	 "# Intercepted, second pass, after a splice: what the service does "
	 "not confirm goes no\n# further. Fails closed.\n"},
	{GTB_SQUID_INTERCEPTED_DENY_ADDRESS, SQUID_TLS, write_address_deny,
	 reads_sni_first, ""},
	{0, 0, NULL, NULL, NULL},
};
