/*
 * The rules of ports whose clients know of no proxy (intercept, tproxy).
 *
 * Squid makes a CONNECT to the destination's address for each connection, and
 * a second one, to the SNI, when a connection is spliced after its SNI was
 * read. A login cannot be asked for on such a port.
 */
#include "config.h"

#include "squid_parts.h"

/* --- http_access: denials ---------------------------------------------- */

/* They cover what the splice lines cover. */
static void write_deny(const struct squid_writer *writer, size_t group)
{
	if (!gtb_squid_spliced_by_name(writer, group))
		return;
	gtb_text_add(writer->text,
		     "http_access deny gtb_intercepted gtb_connect gtb_step2");
	gtb_squid_rule_by_name(writer, group);
	gtb_text_add(writer->text, " !gtb_ask_dst_splice\n");
}

static void write_deny_address(const struct squid_writer *writer, size_t group)
{
	if (!gtb_squid_spliced_by_address(writer, group))
		return;
	gtb_text_add(writer->text,
		     "http_access deny gtb_intercepted gtb_connect gtb_step2");
	gtb_squid_rule_by_address(writer, group);
	gtb_text_add(writer->text, " !gtb_ask_dst_splice\n");
}

/* --- http_access: tunnels ---------------------------------------------- */

/*
 * A CONNECT that Squid made itself counts as encrypted, and one that a client
 * sends on an intercepted port of HTTP does not; Squid would make a tunnel of
 * it, to that port. So the port the client went to is looked at as well.
 */
static void begin_connect(const struct squid_writer *writer, size_t group,
			  const char *step)
{
	const struct squid_group *g = &writer->plan->groups[group];

	gtb_text_addf(writer->text,
		      "http_access allow gtb_intercepted gtb_connect "
		      "gtb_encrypted %s",
		      step);
	if (g->ports != g->tls_ports)
		gtb_text_add(writer->text, " !gtb_local_http");
}

/*
 * A client's CONNECT inside an inspected connection looks like a second pass,
 * but that connection was not spliced.
 */
static void begin_second(const struct squid_writer *writer, size_t group)
{
	begin_connect(writer, group, "gtb_step2 gtb_spliced !gtb_host_odd");
	if (!writer->plan->same_clients)
		gtb_squid_rule_clients(writer, SQUID_AUTH);
}

static void ask_second(const struct squid_writer *writer)
{
	gtb_squid_rule_ask(writer, "gtb_ask_dst_splice");
	gtb_squid_rule_ask(writer, "gtb_ask_dst_auth");
	gtb_text_add(writer->text, "\n");
}

/* Where the network counts as well, the service can say so. */
static void end_second(const struct squid_writer *writer)
{
	if (!writer->plan->icap) {
		ask_second(writer);
		return;
	}
	gtb_squid_rule_open(writer, NULL);
	gtb_text_add(writer->text, "\n");
}

/* The host of the second CONNECT is the SNI. */
static void write_allow_tunnel(const struct squid_writer *writer, size_t group)
{
	enum squid_list names = gtb_squid_tunnel_names(writer->plan);

	if (!gtb_squid_spliced_by_name(writer, group) ||
	    !gtb_squid_rule_has(writer, group, SQUID_AUTH, names))
		return;
	begin_second(writer, group);
	gtb_squid_rule_list(writer, group, SQUID_AUTH, names);
	gtb_squid_rule_by_name(writer, group);
	ask_second(writer);
}

static void write_allow_near(const struct squid_writer *writer, size_t group)
{
	if (!gtb_squid_spliced_by_near_name(writer, group) ||
	    !gtb_squid_rule_has(writer, group, SQUID_AUTH, SQUID_NAMES))
		return;
	begin_second(writer, group);
	gtb_squid_rule_list(writer, group, SQUID_AUTH, SQUID_NAMES);
	gtb_squid_rule_by_near_name(writer, group);
	end_second(writer);
}

static void write_allow_address(const struct squid_writer *writer,
				size_t group)
{
	if (!gtb_squid_spliced_by_address(writer, group) ||
	    !gtb_squid_rule_has(writer, group, SQUID_AUTH, SQUID_NETS))
		return;
	begin_second(writer, group);
	if (!writer->plan->groups[group].same)
		gtb_squid_rule_local_nets(writer, group, SQUID_AUTH);
	gtb_squid_rule_by_address(writer, group);
	end_second(writer);
}

/* --- http_access: the first pass ---------------------------------------- */

/*
 * The first CONNECT is to an address, and nothing else is known. What
 * ssl_bump splices at once has to be confirmed here: there, Squid does not
 * know the client's address yet (client_side.cc:postHttpsAccept), and notes
 * would be lost.
 */
static void write_deny_first(const struct squid_writer *writer, size_t group)
{
	if (!gtb_squid_spliced_by_address(writer, group))
		return;
	gtb_text_add(writer->text,
		     "http_access deny gtb_intercepted gtb_connect gtb_step1");
	gtb_squid_rule_clients(writer, SQUID_TLS);
	gtb_squid_rule_port(writer, group);
	gtb_squid_rule_local_nets(writer, group, SQUID_TLS);
	gtb_text_add(writer->text, " !gtb_ask_dst_splice\n");
}

/*
 * Once a connection: where an admin's line inspects at step 1, all requests
 * inside look like step 1 too, a CONNECT that is a tunnel among them.
 */
static void write_allow_first(const struct squid_writer *writer, size_t group)
{
	if (!gtb_squid_rule_has_tunnels(writer, group, SQUID_AUTH) ||
	    !gtb_squid_rule_has(writer, group, SQUID_AUTH, SQUID_NETS))
		return;
	begin_connect(writer, group, "gtb_step1");
	gtb_squid_rule_clients(writer, SQUID_AUTH);
	gtb_squid_rule_ports(writer, group);
	gtb_squid_rule_local_nets(writer, group, SQUID_AUTH);
	gtb_text_add(writer->text, " !gtb_first_done");
	gtb_squid_rule_open(writer, "gtb_ask_dst_auth");
	gtb_text_add(writer->text, " gtb_first_mark\n");
}

/*
 * What is not spliced at once may go on, because a line here inspects or
 * closes it unless its SNI is listed. Once a connection: bytes that are not
 * TLS make another such CONNECT (client_side.cc:clientTunnelOnError), which is
 * a tunnel.
 */
static void write_allow_on(const struct squid_writer *writer, size_t group)
{
	if (!gtb_squid_rule_has_tunnels(writer, group, SQUID_AUTH))
		return;
	begin_connect(writer, group, "gtb_step1");
	gtb_squid_rule_clients(writer, SQUID_AUTH);
	gtb_squid_rule_ports(writer, group);
	if (!writer->plan->sni_first && gtb_squid_rule_has(writer, group, SQUID_TLS, SQUID_NETS))
		gtb_squid_rule_acl(writer, group, SQUID_TLS, "!",
				   "local_nets");
	gtb_text_add(writer->text, " !gtb_first_done gtb_first_mark\n");
}

/* --- http_access: requests --------------------------------------------- */

void gtb_squid_rule_request(const struct squid_writer *writer, size_t group,
			    const char *kind)
{
	gtb_text_addf(writer->text,
		      "http_access allow gtb_intercepted !gtb_connect %s", kind);
	gtb_squid_rule_clients(writer, SQUID_AUTH);
	gtb_squid_rule_ports(writer, group);
	gtb_text_add(writer->text, " !gtb_host_odd");
}

/*
 * A name alone proves nothing here: when it has not the address the client
 * went to, Squid goes to that address all the same. Nor does an address in the
 * request, which a parent proxy would be sent on to: the helper compares it.
 */
static void write_allow_request(const struct squid_writer *writer, size_t group)
{
	const struct squid_plan *plan = writer->plan;
	bool names = gtb_squid_rule_has(writer, group, SQUID_AUTH, SQUID_NAMES);
	bool asks = plan->external || plan->icap;

	if (!gtb_squid_rule_has(writer, group, SQUID_AUTH, SQUID_NETS) ||
	    (!names && !asks))
		return;
	gtb_squid_rule_request(writer, group,
			       plan->icap ? "gtb_web !manager !gtb_purge"
					  : "gtb_http !manager !gtb_purge");
	gtb_squid_rule_local_nets(writer, group, SQUID_AUTH);
	if (!names)
		gtb_text_add(writer->text, " gtb_host_address");
	else
		gtb_squid_rule_acl(writer, group, SQUID_AUTH, "",
				   asks ? "listed" : "names");
	if (gtb_squid_rule_has(writer, group, SQUID_AUTH, SQUID_NOT_NAMES))
		gtb_squid_rule_acl(writer, group, SQUID_AUTH, "!",
				   "not_names");
	if (plan->icap)
		gtb_text_add(writer->text, " !gtb_sized !gtb_chunked");
	gtb_squid_rule_open(writer, "gtb_ask_dst_auth");
	gtb_text_add(writer->text, "\n");
}

static void write_allow_inner(const struct squid_writer *writer, size_t group)
{
	enum squid_list names = gtb_squid_tunnel_names(writer->plan);

	if (!gtb_squid_names_count(writer->plan) ||
	    !gtb_squid_rule_has_tunnels(writer, group, SQUID_AUTH) ||
	    !gtb_squid_rule_has(writer, group, SQUID_AUTH, names))
		return;
	gtb_squid_rule_request(writer, group,
			       "gtb_http !manager !gtb_purge gtb_encrypted");
	gtb_squid_rule_not_excluded(writer);
	gtb_squid_rule_list(writer, group, SQUID_AUTH, names);
	gtb_squid_rule_sni(writer, group, SQUID_AUTH, names);
	gtb_squid_rule_ask(writer, "gtb_ask_dst_auth");
	gtb_text_add(writer->text, "\n");
}

/* --- blocks ------------------------------------------------------------ */

static bool is_on(const struct squid_plan *plan)
{
	return plan->intercepted;
}

static bool asks(const struct squid_plan *plan)
{
	return plan->intercepted && plan->external;
}

static bool asks_sni_first(const struct squid_plan *plan)
{
	return asks(plan) && plan->sni_first && !plan->icap;
}

static bool reads_sni_first(const struct squid_plan *plan)
{
	return plan->intercepted && plan->sni_first;
}

static bool splices_first(const struct squid_plan *plan)
{
	return plan->intercepted && !plan->sni_first;
}

static bool confirms_first(const struct squid_plan *plan)
{
	return splices_first(plan) && plan->external && !plan->icap &&
	       (plan->options->bypass & GTB_BYPASS_TLS) != 0;
}

static bool goes_on(const struct squid_plan *plan)
{
	return plan->intercepted && plan->goes_on &&
	       gtb_squid_names_count(plan);
}

/*
 * The service is asked about an address even where the server name has to be
 * known before a splice: one of our lines decides what becomes of it.
 */
static bool opens_first(const struct squid_plan *plan)
{
	return splices_first(plan) ||
	       (plan->intercepted && plan->icap && plan->goes_on);
}

static bool opens_requests(const struct squid_plan *plan)
{
	return plan->intercepted && plan->icap;
}

static bool allows_requests(const struct squid_plan *plan)
{
	return plan->intercepted && !plan->icap;
}

const struct squid_block gtb_squid_intercepted_access[] = {
	{GTB_SQUID_INTERCEPTED_DENY, SQUID_TLS, write_deny, asks,
	 "# Intercepted, second pass, after a splice by server name: what the "
	 "helper does not\n# confirm goes no further. Fails closed.\n"},
	{GTB_SQUID_INTERCEPTED_DENY_ADDRESS, SQUID_TLS, write_deny_address,
	 asks_sni_first, ""},
	{GTB_SQUID_INTERCEPTED_ALLOW_TUNNEL, SQUID_AUTH, write_allow_tunnel,
	 is_on,
	 "# Intercepted, second pass: the host is the server name now, and "
	 "Squid has compared its\n# DNS addresses with the one the client "
	 "went to (409 where they differ).\n"},
	{GTB_SQUID_INTERCEPTED_ALLOW_NEAR, SQUID_AUTH, write_allow_near,
	 reads_sni_first, ""},
	{GTB_SQUID_INTERCEPTED_ALLOW_ADDRESS, SQUID_AUTH, write_allow_address,
	 reads_sni_first, ""},
	{GTB_SQUID_INTERCEPTED_DENY_FIRST, SQUID_TLS, write_deny_first,
	 confirms_first,
	 "# Intercepted, first pass: only the address is known, and is what "
	 "ssl_bump went by. What\n# the helper does not confirm goes no "
	 "further. Fails closed.\n"},
	{GTB_SQUID_INTERCEPTED_ALLOW_FIRST, SQUID_AUTH, write_allow_first,
	 opens_first, "# Intercepted, first pass: addresses of listed "
	 "networks.\n"},
	{GTB_SQUID_INTERCEPTED_ALLOW_ON, SQUID_AUTH, write_allow_on, goes_on,
	 "# Intercepted, first pass: the others go on until the server name "
	 "is known; ssl_bump\n# decides below.\n"},
	{GTB_SQUID_INTERCEPTED_ALLOW_REQUEST, SQUID_AUTH, write_allow_request,
	 opens_requests,
	 "# Intercepted plain requests to addresses of listed networks.\n"},
	{GTB_SQUID_INTERCEPTED_ALLOW_REQUEST, SQUID_AUTH, write_allow_request,
	 allows_requests,
	 "# Intercepted requests, plain or inside an inspected connection, to "
	 "addresses of listed\n# networks.\n"},
	{GTB_SQUID_INTERCEPTED_ALLOW_INNER, SQUID_AUTH, write_allow_inner,
	 is_on,
	 "# Requests inside an inspected connection whose server name is "
	 "listed: Squid has checked\n# the certificate.\n"},
	{0, 0, NULL, NULL, NULL},
};
