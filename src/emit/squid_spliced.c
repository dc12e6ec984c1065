/* What is spliced of the connections to intercepted ports. */
#include "config.h"

#include "squid_parts.h"

/* --- what is spliced ---------------------------------------------------- */

/* By its SNI: and what, at a listed network, has less to prove. */
bool gtb_squid_spliced_by_name(const struct squid_writer *writer, size_t group)
{
	return gtb_squid_names_count(writer->plan) &&
	       gtb_squid_rule_has_tunnels(writer, group, SQUID_TLS) &&
	       gtb_squid_rule_has(writer, group, SQUID_TLS,
				  gtb_squid_tunnel_names(writer->plan));
}

void gtb_squid_rule_by_name(const struct squid_writer *writer, size_t group)
{
	gtb_squid_rule_clients(writer, SQUID_TLS);
	gtb_squid_rule_ports(writer, group);
	gtb_squid_rule_not_excluded(writer);
	gtb_squid_rule_sni(writer, group, SQUID_TLS,
			   gtb_squid_tunnel_names(writer->plan));
}

/* With the helper the line above has all names already. */
bool gtb_squid_spliced_by_near_name(const struct squid_writer *writer, size_t group)
{
	return !writer->plan->external &&
	       gtb_squid_rule_has_tunnels(writer, group, SQUID_TLS) &&
	       gtb_squid_rule_has(writer, group, SQUID_TLS, SQUID_NETS) &&
	       gtb_squid_rule_has(writer, group, SQUID_TLS, SQUID_NAMES);
}

void gtb_squid_rule_by_near_name(const struct squid_writer *writer, size_t group)
{
	gtb_squid_rule_clients(writer, SQUID_TLS);
	gtb_squid_rule_ports(writer, group);
	gtb_squid_rule_local_nets(writer, group, SQUID_TLS);
	gtb_squid_rule_sni(writer, group, SQUID_TLS, SQUID_NAMES);
}

/* By address, when there is no SNI. */
bool gtb_squid_spliced_by_address(const struct squid_writer *writer, size_t group)
{
	return gtb_squid_rule_has_tunnels(writer, group, SQUID_TLS) &&
	       gtb_squid_rule_has(writer, group, SQUID_TLS, SQUID_NETS);
}

void gtb_squid_rule_by_address(const struct squid_writer *writer, size_t group)
{
	gtb_squid_rule_clients(writer, SQUID_TLS);
	gtb_squid_rule_ports(writer, group);
	gtb_squid_rule_local_nets(writer, group, SQUID_TLS);
	gtb_squid_rule_no_sni(writer);
}

/* --- ssl_bump ---------------------------------------------------------- */

static void begin_splice(const struct squid_writer *writer, const char *step)
{
	gtb_text_addf(writer->text, "ssl_bump splice gtb_intercepted %s", step);
}

/* The mark comes last: it is for what is really spliced. */
static void end_splice(const struct squid_writer *writer)
{
	gtb_squid_rule_said(writer, "gtb_ask_dst_splice", "gtb_icap_splice");
	gtb_text_add(writer->text, " gtb_spliced_mark\n");
}

/* Here alone Squid takes its own port's address for the local one. */
static void write_splice_first(const struct squid_writer *writer, size_t group)
{
	if (!gtb_squid_spliced_by_address(writer, group))
		return;
	begin_splice(writer, "gtb_step1");
	gtb_squid_rule_clients(writer, SQUID_TLS);
	gtb_squid_rule_port(writer, group);
	gtb_squid_rule_list(writer, group, SQUID_TLS, SQUID_NETS);
	gtb_text_add(writer->text, "\n");
}

static void write_peek(const struct squid_writer *writer, size_t group)
{
	if (!gtb_squid_rule_has_tunnels(writer, group, SQUID_TLS))
		return;
	gtb_text_add(writer->text, "ssl_bump peek gtb_intercepted gtb_step1");
	gtb_squid_rule_clients(writer, SQUID_TLS);
	gtb_squid_rule_port(writer, group);
	gtb_text_add(writer->text, "\n");
}

static void write_splice(const struct squid_writer *writer, size_t group)
{
	if (!gtb_squid_spliced_by_name(writer, group))
		return;
	begin_splice(writer, "gtb_step2");
	gtb_squid_rule_by_name(writer, group);
	gtb_squid_rule_ask(writer, "gtb_ask_dst_splice");
	gtb_text_add(writer->text, " gtb_spliced_mark\n");
}

static void write_splice_near(const struct squid_writer *writer, size_t group)
{
	if (!gtb_squid_spliced_by_near_name(writer, group))
		return;
	begin_splice(writer, "gtb_step2");
	gtb_squid_rule_by_near_name(writer, group);
	end_splice(writer);
}

static void write_splice_address(const struct squid_writer *writer,
				 size_t group)
{
	if (!gtb_squid_spliced_by_address(writer, group))
		return;
	begin_splice(writer, "gtb_step2");
	gtb_squid_rule_by_address(writer, group);
	end_splice(writer);
}

/* --- blocks ------------------------------------------------------------ */

static bool is_on(const struct squid_plan *plan)
{
	return plan->intercepted;
}

static bool reads_sni_first(const struct squid_plan *plan)
{
	return plan->intercepted && plan->sni_first;
}

static bool splices_first(const struct squid_plan *plan)
{
	return plan->intercepted && !plan->sni_first;
}

static bool peeks(const struct squid_plan *plan)
{
	return plan->intercepted &&
	       plan->options->tail == GTB_SQUID_TAIL_NONE &&
	       (plan->sni_first || gtb_squid_names_count(plan));
}

const struct squid_block gtb_squid_intercepted_bump[] = {
	{GTB_SQUID_INTERCEPTED_SPLICE_FIRST, SQUID_TLS, write_splice_first,
	 splices_first,
	 "# Intercepted, no inspection: addresses of listed networks, before "
	 "any server name is\n# read and without a look at the DNS.\n"},
	{GTB_SQUID_INTERCEPTED_PEEK, SQUID_TLS, write_peek, peeks,
	 "# Intercepted: read the server name.\n"},
	{GTB_SQUID_INTERCEPTED_SPLICE, SQUID_TLS, write_splice, is_on,
	 "# Intercepted, no inspection: the server name is listed, and the "
	 "second pass compares\n# its DNS addresses.\n"},
	{GTB_SQUID_INTERCEPTED_SPLICE_NEAR, SQUID_TLS, write_splice_near,
	 reads_sni_first, ""},
	{GTB_SQUID_INTERCEPTED_SPLICE_ADDRESS, SQUID_TLS, write_splice_address,
	 reads_sni_first,
	 "# Intercepted, no inspection: an address of a listed network, and "
	 "no server name.\n"},
	{0, 0, NULL, NULL, NULL},
};
