/* The rules of ports that clients are told of. */
#include "config.h"

#include "squid_parts.h"

static const struct squid_set *set_of(const struct squid_writer *writer,
				      size_t group, enum squid_verdict verdict)
{
	return &writer->plan->groups[group].sets[verdict];
}

/* --- the parts of a rule ----------------------------------------------- */

/* What is spliced by name: requested host and server name. */
void gtb_squid_rule_explicit_name(const struct squid_writer *writer,
				  size_t group)
{
	gtb_squid_rule_hosts(writer, group, SQUID_TLS);
	gtb_squid_rule_sni(writer, group, SQUID_TLS, SQUID_NAMES);
}

/* What is spliced by address, without a server name. */
void gtb_squid_rule_explicit_address(const struct squid_writer *writer,
				     size_t group)
{
	gtb_squid_rule_networks(writer, group, SQUID_TLS);
	gtb_squid_rule_no_sni(writer);
}

/* --- what was confirmed once ------------------------------------------- */

static bool asks(const struct squid_plan *plan)
{
	return plan->explicit_on && plan->external && !plan->icap;
}

/*
 * What the helper confirmed at step 2 is marked, and in the second pass the
 * denials pass it by: lists, expressions and one more question would cost
 * Squid a quarter of what the helper costs it. Only where the line that allows
 * asks about the same hosts and clients right after, for then no second pass
 * is without a question, nor its line in the log without a verdict.
 */
static bool is_marked(const struct squid_writer *writer, size_t group)
{
	const struct squid_plan *plan = writer->plan;

	return asks(plan) && plan->same_clients && plan->groups[group].same;
}

/* The mark comes last: it is for what the helper has confirmed. */
static void end_splice(const struct squid_writer *writer, size_t group)
{
	gtb_squid_rule_said(writer, "gtb_ask_splice", "gtb_icap_splice");
	if (is_marked(writer, group))
		gtb_text_add(writer->text, " gtb_spliced_mark");
	gtb_text_add(writer->text, "\n");
}

static void begin_deny(const struct squid_writer *writer, size_t group)
{
	gtb_squid_rule_explicit(writer, "http_access deny");
	gtb_text_add(writer->text, " gtb_connect gtb_step2");
	if (is_marked(writer, group))
		gtb_text_add(writer->text, " !gtb_spliced");
}

/* --- one rule each ----------------------------------------------------- */

/* Every request meets this line, and most lack the host: so it stands first. */
static void write_allow(const struct squid_writer *writer, size_t group)
{
	gtb_squid_rule_explicit(writer, "http_access allow");
	gtb_squid_rule_hosts(writer, group, SQUID_AUTH);
	gtb_text_add(writer->text, " gtb_plain !gtb_inner !manager !gtb_purge");
	gtb_squid_rule_ask(writer, "gtb_ask_auth");
	gtb_text_add(writer->text, " gtb_first_mark gtb_connect_mark\n");
}

static void write_peek(const struct squid_writer *writer, size_t group)
{
	gtb_squid_rule_explicit(writer, "ssl_bump peek");
	gtb_text_add(writer->text, " gtb_step1");
	gtb_squid_rule_hosts(writer, group, SQUID_TLS);
	gtb_text_add(writer->text, "\n");
}

static void write_splice(const struct squid_writer *writer, size_t group)
{
	if (set_of(writer, group, SQUID_TLS)->lists[SQUID_NAMES].len == 0)
		return;
	gtb_squid_rule_explicit(writer, "ssl_bump splice");
	gtb_text_add(writer->text, " gtb_step2");
	gtb_squid_rule_explicit_name(writer, group);
	end_splice(writer, group);
}

static void write_splice_address(const struct squid_writer *writer,
				 size_t group)
{
	if (set_of(writer, group, SQUID_TLS)->lists[SQUID_NETS].len == 0)
		return;
	gtb_squid_rule_explicit(writer, "ssl_bump splice");
	gtb_text_add(writer->text, " gtb_step2");
	gtb_squid_rule_explicit_address(writer, group);
	end_splice(writer, group);
}

/*
 * The denials cover what the two splice lines cover, and no more: what an
 * admin's own line splices is none of our business.
 */
static void write_deny(const struct squid_writer *writer, size_t group)
{
	if (set_of(writer, group, SQUID_TLS)->lists[SQUID_NAMES].len == 0)
		return;
	begin_deny(writer, group);
	gtb_squid_rule_explicit_name(writer, group);
	gtb_text_add(writer->text, " !gtb_ask_splice\n");
}

static void write_deny_address(const struct squid_writer *writer, size_t group)
{
	if (set_of(writer, group, SQUID_TLS)->lists[SQUID_NETS].len == 0)
		return;
	begin_deny(writer, group);
	gtb_squid_rule_explicit_address(writer, group);
	gtb_text_add(writer->text, " !gtb_ask_splice\n");
}

/* --- blocks ------------------------------------------------------------ */

static bool is_on(const struct squid_plan *plan)
{
	return plan->explicit_on;
}

static bool decides(const struct squid_plan *plan)
{
	return plan->explicit_on && !plan->icap;
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
	{GTB_SQUID_ALLOW, SQUID_AUTH, write_allow, decides,
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
