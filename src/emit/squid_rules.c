/* The parts of rules, and the rules in their order. */
#include "config.h"

#include <string.h>

#include "gtb/quote.h"
#include "squid_parts.h"

/* --- the parts of a rule ----------------------------------------------- */

bool gtb_squid_rule_has(const struct squid_writer *writer, size_t group,
			enum squid_verdict verdict, enum squid_list list)
{
	return gtb_squid_has_list(&writer->plan->groups[group], verdict, list);
}

bool gtb_squid_rule_has_tunnels(const struct squid_writer *writer,
				size_t group, enum squid_verdict verdict)
{
	return gtb_squid_has_tunnels(&writer->plan->groups[group], verdict);
}

void gtb_squid_rule_acl(const struct squid_writer *writer, size_t group,
			enum squid_verdict verdict, const char *sign,
			const char *what)
{
	char name[SQUID_ACL_NAME_SIZE];

	gtb_text_addf(
		writer->text, " %s%s", sign,
		gtb_squid_acl_name(writer->plan, group, verdict, what, name));
}

/* The exceptions to a list stand right behind it. */
static enum squid_list exceptions_to(enum squid_list list)
{
	return (enum squid_list)(list + 1);
}

void gtb_squid_rule_list(const struct squid_writer *writer, size_t group,
			 enum squid_verdict verdict, enum squid_list list)
{
	const struct squid_group *g = &writer->plan->groups[group];
	enum squid_list but = exceptions_to(list);

	gtb_squid_rule_acl(writer, group, verdict, "",
			   gtb_squid_list_word(list));
	if (gtb_squid_has_list(g, verdict, but))
		gtb_squid_rule_acl(writer, group, verdict, "!",
				   gtb_squid_list_word(but));
}

void gtb_squid_rule_local_nets(const struct squid_writer *writer, size_t group,
			       enum squid_verdict verdict)
{
	const struct squid_group *g = &writer->plan->groups[group];

	gtb_squid_rule_acl(writer, group, verdict, "", "local_nets");
	if (gtb_squid_has_list(g, verdict, SQUID_NOT_NETS))
		gtb_squid_rule_acl(writer, group, verdict, "!",
				   "not_local_nets");
}

void gtb_squid_rule_sni_or_none(const struct squid_writer *writer,
				size_t group, enum squid_verdict verdict,
				enum squid_list list)
{
	const struct squid_plan *plan = writer->plan;
	const struct squid_group *g = &plan->groups[group];
	enum squid_list but = exceptions_to(list);
	char name[SQUID_ACL_NAME_SIZE];

	gtb_text_addf(writer->text, " %s",
		      gtb_squid_sni_name(plan, group, verdict, list, name));
	if (gtb_squid_has_list(g, verdict, but))
		gtb_text_addf(
			writer->text, " !%s",
			gtb_squid_sni_name(plan, group, verdict, but, name));
	gtb_text_add(writer->text, " !gtb_sni_odd");
}

void gtb_squid_rule_sni(const struct squid_writer *writer, size_t group,
			enum squid_verdict verdict, enum squid_list list)
{
	gtb_squid_rule_sni_or_none(writer, group, verdict, list);
	gtb_text_add(writer->text, " gtb_sni_note !gtb_sni_none");
}

void gtb_squid_rule_no_sni(const struct squid_writer *writer)
{
	gtb_text_add(writer->text, " gtb_sni_address gtb_sni_note gtb_sni_none");
}

void gtb_squid_rule_clients(const struct squid_writer *writer,
			    enum squid_verdict verdict)
{
	const struct squid_plan *plan = writer->plan;

	if (plan->clients[verdict].nets.len == 0)
		return;
	if (plan->same_clients)
		gtb_text_add(writer->text, " gtb_clients");
	else if (verdict == SQUID_AUTH)
		gtb_text_add(writer->text, " gtb_auth_clients");
	else
		gtb_text_add(writer->text, " gtb_tls_clients");
}

void gtb_squid_rule_not_excluded(const struct squid_writer *writer)
{
	if (writer->plan->excluded.len > 0)
		gtb_text_add(writer->text, " !gtb_excluded");
}

void gtb_squid_rule_port(const struct squid_writer *writer, size_t group)
{
	gtb_text_addf(writer->text, " gtb_port_%zu", group + 1);
}

void gtb_squid_rule_ports(const struct squid_writer *writer, size_t group)
{
	gtb_squid_rule_port(writer, group);
	gtb_text_addf(writer->text, " gtb_local_%zu", group + 1);
}

void gtb_squid_rule_ask(const struct squid_writer *writer, const char *ask)
{
	if (writer->plan->external)
		gtb_text_addf(writer->text, " %s", ask);
}

/* --- on ports that clients are told of ---------------------------------- */

void gtb_squid_rule_explicit(const struct squid_writer *writer,
			     const char *action)
{
	gtb_text_add(writer->text, action);
	if (writer->plan->explicit_ports.len > 0)
		gtb_text_add(writer->text, " gtb_explicit");
	else if (writer->plan->intercepted)
		gtb_text_add(writer->text, " !gtb_intercepted");
}

void gtb_squid_rule_networks(const struct squid_writer *writer, size_t group,
			     enum squid_verdict verdict)
{
	gtb_squid_rule_clients(writer, verdict);
	gtb_squid_rule_port(writer, group);
	gtb_squid_rule_list(writer, group, verdict, SQUID_NETS);
}

void gtb_squid_rule_hosts(const struct squid_writer *writer, size_t group,
			  enum squid_verdict verdict)
{
	const struct squid_set *set =
		&writer->plan->groups[group].sets[verdict];

	gtb_squid_rule_clients(writer, verdict);
	gtb_squid_rule_port(writer, group);
	gtb_squid_rule_acl(writer, group, verdict, "",
			   gtb_squid_host_word(set));
	gtb_text_add(writer->text, " !gtb_host_odd");
	if (set->lists[SQUID_NOT_NAMES].len > 0)
		gtb_squid_rule_acl(writer, group, verdict, "!", "not_names");
	if (set->lists[SQUID_NOT_NETS].len > 0)
		gtb_squid_rule_acl(writer, group, verdict, "!", "not_nets");
}

/* --- who decides --------------------------------------------------------- */

void gtb_squid_rule_said(const struct squid_writer *writer, const char *ask,
			 const char *said)
{
	if (writer->plan->icap)
		gtb_text_addf(writer->text, " %s", said);
	else
		gtb_squid_rule_ask(writer, ask);
}

void gtb_squid_rule_open(const struct squid_writer *writer, const char *ask)
{
	gtb_squid_rule_said(writer, ask, "gtb_asked_mark gtb_open_mark");
}

/* --- blocks ------------------------------------------------------------ */

static void write_block(const struct squid_writer *writer,
			const struct squid_block *block, bool *begun)
{
	const struct squid_plan *plan = writer->plan;

	for (size_t i = 0; i < plan->groups_count; i++) {
		struct squid_writer line = *writer;
		struct gtb_text_buffer text;

		if (!gtb_squid_has(&plan->groups[i], block->verdict))
			continue;
		gtb_text_init(&text);
		line.text = &text;
		block->write(&line, i);
		if (text.error != GTB_OK)
			gtb_text_fail(writer->text, text.error);
		if (text.len > 0 && !*begun)
			gtb_text_addf(writer->text, "\n%s", block->comment);
		*begun = *begun || text.len > 0;
		if (text.len > 0)
			gtb_squid_index_add(writer, block->role, i, &text);
		gtb_text_fini(&text);
	}
}

/* A block without a comment goes on with the one before. */
static void write_blocks(const struct squid_writer *writer,
			 const struct squid_block *blocks)
{
	bool begun = false;

	for (; blocks->write != NULL; blocks++) {
		if (blocks->comment[0] != '\0')
			begun = false;
		if (blocks->is_wanted(writer->plan))
			write_block(writer, blocks, &begun);
	}
}

/* --- what is said once ------------------------------------------------- */

/* The admin's own demand. A login cannot be asked for where nobody knows of
 * a proxy. */
static void write_demand(const struct squid_writer *writer)
{
	const struct squid_plan *plan = writer->plan;

	if (plan->options->auth_acl == NULL)
		return;
	gtb_text_add(writer->text, "\n# All others must be users.\n"
				   "http_access deny");
	if (plan->explicit_ports.len > 0)
		gtb_text_add(writer->text, " gtb_explicit");
	else if (plan->intercepted)
		gtb_text_add(writer->text, " !gtb_intercepted");
	gtb_text_add(writer->text, " !");
	gtb_quote_string(writer->text, GTB_QUOTE_SQUID_WORD,
			 plan->options->auth_acl);
	gtb_text_add(writer->text, "\n");
}

/* Stands after the lines of step 1, and ends those of step 2. */
static void write_tail(const struct squid_writer *writer)
{
	const struct squid_plan *plan = writer->plan;
	struct gtb_text_buffer *text = writer->text;

	if ((plan->options->bypass & GTB_BYPASS_TLS) == 0)
		return;
	if (plan->options->tail == GTB_SQUID_TAIL_BUMP)
		gtb_text_add(text,
			     "\n# All other TLS is inspected. This is "
			     "the end of ssl_bump: a line of your own after\n"
			     "# it is never reached.\n"
			     "ssl_bump peek gtb_step1\nssl_bump bump all\n");
	else if (plan->options->tail == GTB_SQUID_TAIL_TERMINATE)
		gtb_text_add(text,
			     "\n# All other TLS is closed. This is the "
			     "end of ssl_bump: a line of your own after it\n"
			     "# is never reached.\n"
			     "ssl_bump peek gtb_step1\n"
			     "ssl_bump terminate all\n");
	else
		gtb_text_add(text,
			     "\n# Your own ssl_bump lines follow. They "
			     "must end in one for \"all\", such as\n"
			     "# \"ssl_bump bump all\": where no line matches "
			     "after a peek, Squid splices.\n");
}

bool gtb_squid_has_word(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = text; (at = strstr(at, word)) != NULL; at += len)
		if (at > text && strchr(" !", at[-1]) != NULL &&
		    strchr(" \n", at[len]) != NULL)
			return true;
	return false;
}

bool gtb_squid_is_used(const struct squid_plan *plan, const char *name)
{
	return gtb_squid_has_word(gtb_text_data(&plan->rules), name);
}

void gtb_squid_write_rules(const struct squid_writer *writer)
{
	bool icap = writer->plan->icap && writer->plan->groups_count > 0;

	if (icap)
		gtb_squid_write_forged(writer);
	write_blocks(writer, gtb_squid_icap_access);
	write_blocks(writer, gtb_squid_explicit_access);
	write_blocks(writer, gtb_squid_intercepted_access);
	write_blocks(writer, gtb_squid_icap_inner);
	write_demand(writer);
	if (icap)
		gtb_squid_write_asking(writer);
	write_blocks(writer, gtb_squid_icap_adapted);
	if (icap)
		gtb_squid_write_opened(writer);
	write_blocks(writer, gtb_squid_explicit_bump);
	write_blocks(writer, gtb_squid_intercepted_bump);
	write_tail(writer);
}
