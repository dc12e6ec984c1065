/* The rules: http_access and ssl_bump lines, and the index of them. */
#include "config.h"

#include <stdlib.h>

#include "squid_parts.h"

/* How far an index grows at a time. */
#define INDEX_STEP 16

static struct gtb_squid_line *add_line(struct gtb_squid_index *index)
{
	struct gtb_squid_line *lines = index->lines;

	if (index->count % INDEX_STEP == 0) {
		lines = reallocarray(lines, index->count + INDEX_STEP,
				     sizeof(lines[0]));
		if (lines == NULL)
			return NULL;
		index->lines = lines;
	}
	return &lines[index->count++];
}

/* Note the last line written, which started at start. */
static void note_line(const struct squid_writer *writer,
		      enum gtb_squid_role role, size_t group, size_t start)
{
	struct gtb_squid_line *line;

	if (writer->index == NULL || writer->text->error != GTB_OK)
		return;
	line = add_line(writer->index);
	if (line == NULL) {
		gtb_text_fail(writer->text, GTB_E_NOMEM);
		return;
	}
	line->role = role;
	line->ports = writer->plan->groups[group].ports;
	line->number = writer->text->lines;
	line->start = start;
	line->len = writer->text->len - start - 1;
}

/* --- the parts of a rule ----------------------------------------------- */

static void add_acl(const struct squid_writer *writer, size_t group,
		    enum squid_verdict verdict, const char *sign,
		    const char *what)
{
	char name[SQUID_ACL_NAME_SIZE];

	gtb_text_addf(
		writer->text, " %s%s", sign,
		gtb_squid_acl_name(writer->plan, group, verdict, what, name));
}

static void add_clients(const struct squid_writer *writer,
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

/* Who, to which port, and to which networks. */
static void add_networks(const struct squid_writer *writer, size_t group,
			 enum squid_verdict verdict)
{
	const struct squid_set *set =
		&writer->plan->groups[group].sets[verdict];

	add_clients(writer, verdict);
	gtb_text_addf(writer->text, " gtb_port_%zu", group + 1);
	add_acl(writer, group, verdict, "", "nets");
	if (set->not_nets.len > 0)
		add_acl(writer, group, verdict, "!", "not_nets");
}

/* Who, to which port, and to which hosts, names or addresses. */
static void add_hosts(const struct squid_writer *writer, size_t group,
		      enum squid_verdict verdict)
{
	const struct squid_set *set =
		&writer->plan->groups[group].sets[verdict];

	add_clients(writer, verdict);
	gtb_text_addf(writer->text, " gtb_port_%zu !gtb_host_odd", group + 1);
	add_acl(writer, group, verdict, "", gtb_squid_host_word(set));
	if (set->not_names.len > 0)
		add_acl(writer, group, verdict, "!", "not_names");
	if (set->not_nets.len > 0)
		add_acl(writer, group, verdict, "!", "not_nets");
}

static void add_ask(const struct squid_writer *writer, const char *ask)
{
	if (writer->plan->options->via == GTB_SQUID_EXTERNAL)
		gtb_text_addf(writer->text, " %s", ask);
}

/* --- one rule each ----------------------------------------------------- */

static void write_allow(const struct squid_writer *writer, size_t group)
{
	gtb_text_add(writer->text,
		     "http_access allow gtb_plain !gtb_inner !manager");
	add_hosts(writer, group, SQUID_AUTH);
	add_ask(writer, "gtb_ask_auth");
	gtb_text_add(writer->text, "\n");
}

static void write_peek(const struct squid_writer *writer, size_t group)
{
	gtb_text_add(writer->text, "ssl_bump peek gtb_step1");
	add_hosts(writer, group, SQUID_TLS);
	gtb_text_add(writer->text, "\n");
}

/* What is spliced by name: requested host and server name. */
static void add_by_name(const struct squid_writer *writer, size_t group)
{
	const struct squid_set *set =
		&writer->plan->groups[group].sets[SQUID_TLS];

	add_hosts(writer, group, SQUID_TLS);
	gtb_text_addf(writer->text, " gtb_tls_sni_%zu", group + 1);
	if (set->not_names.len > 0)
		gtb_text_addf(writer->text, " !gtb_tls_not_sni_%zu", group + 1);
	gtb_text_add(writer->text, " !gtb_sni_odd gtb_sni_note !gtb_sni_none");
}

/* What is spliced by address, without a server name. */
static void add_by_address(const struct squid_writer *writer, size_t group)
{
	add_networks(writer, group, SQUID_TLS);
	gtb_text_add(writer->text, " gtb_sni_address gtb_sni_note gtb_sni_none");
}

static void write_splice(const struct squid_writer *writer, size_t group)
{
	if (writer->plan->groups[group].sets[SQUID_TLS].names.len == 0)
		return;
	gtb_text_add(writer->text, "ssl_bump splice gtb_step2");
	add_by_name(writer, group);
	add_ask(writer, "gtb_ask_splice");
	gtb_text_add(writer->text, "\n");
}

static void write_splice_address(const struct squid_writer *writer,
				 size_t group)
{
	if (writer->plan->groups[group].sets[SQUID_TLS].nets.len == 0)
		return;
	gtb_text_add(writer->text, "ssl_bump splice gtb_step2");
	add_by_address(writer, group);
	add_ask(writer, "gtb_ask_splice");
	gtb_text_add(writer->text, "\n");
}

/*
 * The denials cover what the two splice lines cover, and no more: what an
 * admin's own line splices is none of our business.
 */
static void write_deny(const struct squid_writer *writer, size_t group)
{
	if (writer->plan->groups[group].sets[SQUID_TLS].names.len == 0)
		return;
	gtb_text_add(writer->text, "http_access deny gtb_connect gtb_step2");
	add_by_name(writer, group);
	gtb_text_add(writer->text, " !gtb_ask_splice\n");
}

static void write_deny_address(const struct squid_writer *writer, size_t group)
{
	if (writer->plan->groups[group].sets[SQUID_TLS].nets.len == 0)
		return;
	gtb_text_add(writer->text, "http_access deny gtb_connect gtb_step2");
	add_by_address(writer, group);
	gtb_text_add(writer->text, " !gtb_ask_splice\n");
}

/* --- blocks ------------------------------------------------------------ */

struct block {
	enum gtb_squid_role role;
	enum squid_verdict verdict;
	void (*write)(const struct squid_writer *writer, size_t group);
	const char *comment;
};

static const struct block blocks[] = {
	{GTB_SQUID_DENY, SQUID_TLS, write_deny,
	 "# Second pass, after a splice: ssl_bump splices on anything but a "
	 "clear answer, so what\n"
	 "# the helper does not confirm now goes no further. Fails "
	 "closed.\n"},
	{GTB_SQUID_DENY_ADDRESS, SQUID_TLS, write_deny_address, ""},
	{GTB_SQUID_ALLOW, SQUID_AUTH, write_allow,
	 "# No authentication for these. Everything else goes on to your own "
	 "rules.\n"},
	{GTB_SQUID_PEEK, SQUID_TLS, write_peek,
	 "# Read the server name of what looks like GoTo.\n"},
	{GTB_SQUID_SPLICE, SQUID_TLS, write_splice,
	 "# No inspection: requested host and server name are both listed. "
	 "Squid connects to the\n"
	 "# requested host whatever the server name says, so neither alone "
	 "is enough.\n"},
	{GTB_SQUID_SPLICE_ADDRESS, SQUID_TLS, write_splice_address,
	 "# No inspection: an address of a listed network, and no server "
	 "name.\n"},
};

/* The tail's own peek comes at the same place and covers everything. */
static bool is_wanted(const struct squid_plan *plan, const struct block *block)
{
	const struct gtb_squid_options *options = plan->options;

	if (block->role == GTB_SQUID_DENY ||
	    block->role == GTB_SQUID_DENY_ADDRESS)
		return options->via == GTB_SQUID_EXTERNAL;
	if (block->role == GTB_SQUID_PEEK)
		return options->tail == GTB_SQUID_TAIL_NONE;
	return true;
}

static void write_block(const struct squid_writer *writer,
			const struct block *block)
{
	const struct squid_plan *plan = writer->plan;
	bool begun = false;

	for (size_t i = 0; i < plan->groups_count; i++) {
		size_t start = writer->text->len;

		if (!gtb_squid_has(&plan->groups[i], block->verdict))
			continue;
		if (!begun && block->comment[0] != '\0')
			gtb_text_addf(writer->text, "\n%s", block->comment);
		begun = true;
		start = writer->text->len;
		block->write(writer, i);
		if (writer->text->len > start)
			note_line(writer, block->role, i, start);
	}
}

/* ssl_bump's peek of everything must stand before the splice lines' step. */
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

void gtb_squid_write_rules(const struct squid_writer *writer)
{
	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++)
		if (is_wanted(writer->plan, &blocks[i]))
			write_block(writer, &blocks[i]);
	write_tail(writer);
}
