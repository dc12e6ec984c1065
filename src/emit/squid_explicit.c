/* The rules of ports that clients are told of. */
#include "config.h"

#include "squid_parts.h"

static const struct squid_set *set_of(const struct squid_writer *writer,
				      size_t group, enum squid_verdict verdict)
{
	return &writer->plan->groups[group].sets[verdict];
}

static void begin(const struct squid_writer *writer, const char *action)
{
	gtb_text_add(writer->text, action);
	if (writer->plan->explicit_ports.len > 0)
		gtb_text_add(writer->text, " gtb_explicit");
	else if (writer->plan->intercepted)
		gtb_text_add(writer->text, " !gtb_intercepted");
}

/* --- the parts of a rule ----------------------------------------------- */

/* Who, to which port, and to which networks. */
static void add_networks(const struct squid_writer *writer, size_t group,
			 enum squid_verdict verdict)
{
	gtb_squid_rule_clients(writer, verdict);
	gtb_text_addf(writer->text, " gtb_port_%zu", group + 1);
	gtb_squid_rule_list(writer, group, verdict, SQUID_NETS);
}

/* Who, to which port, and to which hosts, names or addresses. */
static void add_hosts(const struct squid_writer *writer, size_t group,
		      enum squid_verdict verdict)
{
	const struct squid_set *set = set_of(writer, group, verdict);

	gtb_squid_rule_clients(writer, verdict);
	gtb_text_addf(writer->text, " gtb_port_%zu !gtb_host_odd", group + 1);
	gtb_squid_rule_acl(writer, group, verdict, "",
			   gtb_squid_host_word(set));
	if (set->lists[SQUID_NOT_NAMES].len > 0)
		gtb_squid_rule_acl(writer, group, verdict, "!", "not_names");
	if (set->lists[SQUID_NOT_NETS].len > 0)
		gtb_squid_rule_acl(writer, group, verdict, "!", "not_nets");
}

/* What is spliced by name: requested host and server name. */
static void add_by_name(const struct squid_writer *writer, size_t group)
{
	add_hosts(writer, group, SQUID_TLS);
	gtb_squid_rule_sni(writer, group, SQUID_TLS, SQUID_NAMES);
}

/* What is spliced by address, without a server name. */
static void add_by_address(const struct squid_writer *writer, size_t group)
{
	add_networks(writer, group, SQUID_TLS);
	gtb_text_add(writer->text, " gtb_sni_address gtb_sni_note gtb_sni_none");
}

/* --- one rule each ----------------------------------------------------- */

static void write_allow(const struct squid_writer *writer, size_t group)
{
	begin(writer, "http_access allow");
	gtb_text_add(writer->text, " gtb_plain !gtb_inner !manager");
	add_hosts(writer, group, SQUID_AUTH);
	gtb_squid_rule_ask(writer, "gtb_ask_auth");
	gtb_text_add(writer->text, " gtb_first_mark\n");
}

static void write_peek(const struct squid_writer *writer, size_t group)
{
	begin(writer, "ssl_bump peek");
	gtb_text_add(writer->text, " gtb_step1");
	add_hosts(writer, group, SQUID_TLS);
	gtb_text_add(writer->text, "\n");
}

static void write_splice(const struct squid_writer *writer, size_t group)
{
	if (set_of(writer, group, SQUID_TLS)->lists[SQUID_NAMES].len == 0)
		return;
	begin(writer, "ssl_bump splice");
	gtb_text_add(writer->text, " gtb_step2");
	add_by_name(writer, group);
	gtb_squid_rule_ask(writer, "gtb_ask_splice");
	gtb_text_add(writer->text, "\n");
}

static void write_splice_address(const struct squid_writer *writer,
				 size_t group)
{
	if (set_of(writer, group, SQUID_TLS)->lists[SQUID_NETS].len == 0)
		return;
	begin(writer, "ssl_bump splice");
	gtb_text_add(writer->text, " gtb_step2");
	add_by_address(writer, group);
	gtb_squid_rule_ask(writer, "gtb_ask_splice");
	gtb_text_add(writer->text, "\n");
}

/*
 * The denials cover what the two splice lines cover, and no more: what an
 * admin's own line splices is none of our business.
 */
static void write_deny(const struct squid_writer *writer, size_t group)
{
	if (set_of(writer, group, SQUID_TLS)->lists[SQUID_NAMES].len == 0)
		return;
	begin(writer, "http_access deny");
	gtb_text_add(writer->text, " gtb_connect gtb_step2");
	add_by_name(writer, group);
	gtb_text_add(writer->text, " !gtb_ask_splice\n");
}

static void write_deny_address(const struct squid_writer *writer, size_t group)
{
	if (set_of(writer, group, SQUID_TLS)->lists[SQUID_NETS].len == 0)
		return;
	begin(writer, "http_access deny");
	gtb_text_add(writer->text, " gtb_connect gtb_step2");
	add_by_address(writer, group);
	gtb_text_add(writer->text, " !gtb_ask_splice\n");
}

/* --- blocks ------------------------------------------------------------ */

static bool asks(const struct squid_plan *plan)
{
	return plan->explicit_on && plan->external;
}

static bool is_on(const struct squid_plan *plan)
{
	return plan->explicit_on;
}

/* The tail's own peek comes at the same place and covers everything. */
static bool peeks(const struct squid_plan *plan)
{
	return plan->explicit_on && plan->options->tail == GTB_SQUID_TAIL_NONE;
}

const struct squid_block gtb_squid_explicit_access[] = {
	{GTB_SQUID_DENY, SQUID_TLS, write_deny, asks,
	 "# Second pass, after a splice: ssl_bump splices on anything but a "
	 "clear answer, so what\n"
	 "# the helper does not confirm now goes no further. Fails "
	 "closed.\n"},
	{GTB_SQUID_DENY_ADDRESS, SQUID_TLS, write_deny_address, asks, ""},
	{GTB_SQUID_ALLOW, SQUID_AUTH, write_allow, is_on,
	 "# No authentication for these. Everything else goes on to your own "
	 "rules.\n"},
	{0, 0, NULL, NULL, NULL},
};

const struct squid_block gtb_squid_explicit_bump[] = {
	{GTB_SQUID_PEEK, SQUID_TLS, write_peek, peeks,
	 "# Read the server name of what looks like GoTo.\n"},
	{GTB_SQUID_SPLICE, SQUID_TLS, write_splice, is_on,
	 "# No inspection: requested host and server name are both listed. "
	 "Squid connects to the\n"
	 "# requested host whatever the server name says, so neither alone "
	 "is enough.\n"},
	{GTB_SQUID_SPLICE_ADDRESS, SQUID_TLS, write_splice_address, is_on,
	 "# No inspection: an address of a listed network, and no server "
	 "name.\n"},
	{0, 0, NULL, NULL, NULL},
};
