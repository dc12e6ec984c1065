/* The comments at the head: what made the file, from what, where it goes. */
#include "config.h"

#include <string.h>

#include "gtb/quote.h"
#include "squid_parts.h"

static void add_comment(struct gtb_text_buffer *text, const char *foreign)
{
	gtb_quote_string(text, GTB_QUOTE_SQUID_COMMENT, foreign);
}

static void add_field(struct gtb_text_buffer *text, const char *label,
		      const char *value)
{
	gtb_text_addf(text, "# %-9s ", label);
	add_comment(text, value);
	gtb_text_add(text, "\n");
}

static void write_documents(const struct squid_writer *writer)
{
	const struct gtb_catalog *catalog =
		gtb_ruleset_catalog(writer->plan->ruleset);
	struct gtb_text_buffer *text = writer->text;

	for (size_t i = 0; i < catalog->count; i++) {
		const struct gtb_document *document = &catalog->documents[i];

		gtb_text_add(text, "#   ");
		add_comment(text, document->id);
		gtb_text_add(text, " version ");
		add_comment(text, document->version);
		gtb_text_add(text, ", checked ");
		add_comment(text, document->checked);
		gtb_text_add(text, ": ");
		add_comment(text, document->title);
		gtb_text_add(text, "\n");
	}
}

static void write_origin(const struct squid_writer *writer)
{
	const struct gtb_squid_options *options = writer->plan->options;
	struct gtb_text_buffer *text = writer->text;

	gtb_text_add(text, "# GoTo past proxy authentication and TLS "
			   "inspection, and nothing else.\n#\n");
	add_field(text, "Made by:", options->program);
	add_field(text, "Command:", options->command);
	if (options->squid == 0)
		add_field(text, "Squid:", "5, 6 and 7 read these lines alike");
	else
		gtb_text_addf(text, "# %-9s %u\n", "Squid:", options->squid);
	add_field(text, "Policy:", options->policy);
	add_field(text, "Catalog:", options->catalog);
	write_documents(writer);
	add_field(text, "Ruleset:", gtb_ruleset_digest(writer->plan->ruleset));
}

/* Who notices that the policy has changed. */
static void write_changes(const struct squid_writer *writer)
{
	const struct squid_plan *plan = writer->plan;
	struct gtb_text_buffer *text = writer->text;

	if (!plan->external && !plan->icap) {
		gtb_text_add(text,
			     "# Make this file again when policy or catalog "
			     "change, then squid -k reconfigure.\n");
		return;
	}
	if (!plan->icap)
		gtb_text_add(text,
			     "# The helper notices a changed policy by itself: "
			     "what was taken away stops within\n"
			     "# the ttl.");
	else
		gtb_text_addf(text,
			      "# The service%s a changed policy by %s: what "
			      "was taken away stops%s.",
			      plan->external ? " and the helper notice"
					     : " notices",
			      plan->external ? "themselves" : "itself",
			      plan->external ? "\n# within the ttl"
					     : " within\n# a second");
	gtb_text_add(text, " What was added needs this file made again and "
			   "squid -k reconfigure.\n");
}

/* What is different when Squid asks after http_access. */
static void write_service(const struct squid_writer *writer)
{
	const struct squid_plan *plan = writer->plan;
	struct gtb_text_buffer *text = writer->text;

	if (!plan->icap)
		return;
	gtb_text_add(text, "# The service goes by the policy and the catalog "
			   "of its own machine: keep them the same.\n");
	if (plan->explicit_on &&
	    (plan->options->bypass & GTB_BYPASS_AUTH) != 0)
		gtb_text_add(
			text,
			"#\n# Squid asks the service after http_access. What "
			"looks like GoTo and has no credentials\n# is let "
			"through there and judged by adapted_http_access; "
			"what has credentials, or a\n# body that is not in a "
			"tunnel, meets your own rules.\n");
}

static void write_place(const struct squid_writer *writer)
{
	const struct gtb_squid_options *options = writer->plan->options;
	struct gtb_text_buffer *text = writer->text;

	gtb_text_add(
		text,
		"#\n"
		"# Include this file once in squid.conf:\n"
		"#   after   http_access deny !Safe_ports\n"
		"#           http_access deny CONNECT !SSL_ports\n"
		"#           and a line that keeps strangers out, such as\n"
		"#           http_access deny !localnet\n"
		"#   before  the first http_access line that needs a user "
		"(proxy_auth, a session helper)\n");
	if ((options->bypass & GTB_BYPASS_TLS) != 0)
		gtb_text_add(text, "#           and any other ssl_bump "
				   "line\n");
	if (writer->plan->icap)
		gtb_text_add(text, "#           and any http_access allow line "
				   "that GoTo's clients meet\n"
				   "#           and any adapted_http_access or "
				   "adaptation_access line\n");
	write_changes(writer);
	write_service(writer);
}

/* The first and the last intercepted port, as lines of squid.conf. */
static void write_port_examples(const struct squid_writer *writer)
{
	const char *names = gtb_text_data(&writer->plan->intercepted_ports);
	const char *mode = gtb_squid_mode_word(
		gtb_squid_plan_intercepted_mode(writer->plan));
	const char *last = names;

	while (last[strcspn(last, "\n") + 1] != '\0')
		last += strcspn(last, "\n") + 1;
	gtb_text_addf(writer->text, "#   https_port 3130 %s ssl-bump name=%.*s ",
		      mode, (int)strcspn(names, "\n"), names);
	gtb_text_add(writer->text, "tls-cert=/etc/squid/ca.pem \\\n"
				   "#       generate-host-certificates=on\n");
	gtb_text_addf(writer->text, "#   http_port 3129 %s name=%.*s\n", mode,
		      (int)strcspn(last, "\n"), last);
}

/* The service is asked too early for names. */
static void write_addresses_alone(const struct squid_writer *writer)
{
	gtb_text_add(
		writer->text,
		"# The service is asked before the server name is known, so "
		"addresses alone count here:\n# GoTo's own networks pass, "
		"hosts elsewhere get no bypass (--via icap,external gives it).\n"
		"# Your http_access lines decide about the first request of "
		"every other connection.\n");
	if (writer->plan->goes_on)
		gtb_text_add(writer->text, "# The last two ssl_bump lines are "
					   "for all ports.\n");
}

/* What the ports must be for the lines to mean them. */
static void write_port_lines(const struct squid_writer *writer)
{
	const struct squid_plan *plan = writer->plan;
	struct gtb_text_buffer *text = writer->text;

	if (!plan->intercepted)
		return;
	gtb_text_add(text, "#\n# Intercepted ports are told by name. In "
			   "squid.conf, such as (one name may serve both):\n");
	write_port_examples(writer);
	gtb_text_add(text,
		     "# Other intercepted ports get no bypass by these lines. "
		     "Nobody can log in on such a\n"
		     "# port: for all but GoTo let your own lines decide by "
		     "something else, such as\n"
		     "#   http_access allow gtb_intercepted localnet\n"
		     "# after the include and before a line that needs a "
		     "user.\n");
	if (!gtb_squid_names_count(plan))
		write_addresses_alone(writer);
	else if (plan->goes_on)
		gtb_text_add(
			text,
			"# No ssl_bump line may stand before the include: what "
			"these lines let go on for its\n"
			"# server name, they inspect or close as well. Their "
			"last two are for all ports.\n");
	else
		gtb_text_add(
			text,
			"# What becomes of other TLS is left to you here, and "
			"so is the first request of every\n"
			"# intercepted connection to an address that is not "
			"GoTo's: your http_access lines must\n"
			"# let it go on, or hosts elsewhere get no bypass.\n");
}

/* Squid's own SSL_ports has 443 alone, and it is not ours to change. */
static void write_ports(const struct squid_writer *writer)
{
	const struct squid_plan *plan = writer->plan;
	struct gtb_text_buffer *text = writer->text;
	uint64_t used = 0;
	bool begun = false;
	size_t count;
	const uint16_t *ports = gtb_ruleset_ports(plan->ruleset, &count);

	for (size_t i = 0; i < plan->groups_count; i++)
		used |= plan->groups[i].ports;
	for (size_t i = 0; i < count; i++) {
		if ((used >> i & 1) == 0 || ports[i] == 443)
			continue;
		if (!begun)
			gtb_text_add(text,
				     "#\n# CONNECT to these ports needs "
				     "in squid.conf, before \"deny CONNECT "
				     "!SSL_ports\":\n");
		begun = true;
		gtb_text_addf(text, "#   acl SSL_ports port %u\n", ports[i]);
	}
}

static void write_log(const struct squid_writer *writer)
{
	const struct squid_plan *plan = writer->plan;
	struct gtb_text_buffer *text = writer->text;

	if (!plan->external && !plan->icap)
		return;
	gtb_text_add(text,
		     "#\n# To see the verdicts in a log, put into "
		     "squid.conf:\n"
		     "#   logformat gtb %ts.%03tu %>a %[un %Ss/%03>Hs %rm %ru "
		     "%ssl::bump_mode %#ssl::>sni");
	if (plan->icap)
		gtb_text_add(text, " %adapt::<last_h{X-GoTo-Reason} "
				   "%adapt::<last_h{X-GoTo-Rule}");
	if (plan->external)
		gtb_text_add(text, " %note{gtb_auth_} %note{gtb_tls_} "
				   "%note{gtb_reason_} %note{gtb_rule_} "
				   "%note{gtb_identity_}");
	gtb_text_add(text,
		     "\n#   access_log stdio:/var/log/squid/gtb.log gtb\n");
}

static void write_doubts(const struct squid_writer *writer)
{
	static const char *const words[SQUID_VERDICTS] = {
		[SQUID_AUTH] = "auth",
		[SQUID_TLS] = "tls",
	};
	const struct squid_plan *plan = writer->plan;
	struct gtb_text_buffer *text = writer->text;

	if (plan->groups_count == 0)
		gtb_text_add(text, "#\n# The policy lets nothing through.\n");
	for (int v = 0; v < SQUID_VERDICTS; v++)
		if (plan->clients[v].nobody)
			gtb_text_addf(text,
				      "#\n# No identity of the policy "
				      "has %s, so no line here gives it.\n",
				      words[v]);
	if (plan->stricter > 0)
		gtb_text_addf(text,
			      "#\n# %zu entries are exceptions to "
			      "exceptions, which these lines cannot tell: not "
			      "bypassed.\n",
			      plan->stricter);
}

void gtb_squid_write_head(const struct squid_writer *writer)
{
	write_origin(writer);
	write_place(writer);
	write_port_lines(writer);
	write_ports(writer);
	write_log(writer);
	write_doubts(writer);
}
