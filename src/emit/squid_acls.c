/* The ACLs the rules are made of. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "gtb/quote.h"
#include "squid_parts.h"

#define COLUMNS 100 /* of a line of values, as far as they fit */

/*
 * A name no client may send as SNI and be spliced: not of the letters of
 * names, too long, or with an empty label or a hyphen at a label's end. Squid
 * itself would skip leading dots and take "*.com" for a match of ".goto.com".
 */
static const char sni_odd[] =
	"[^A-Za-z0-9.-] ^[.-] [.-]$ [.-][.] [.]- [^.]{64} ^.{254}";

/*
 * A requested host that is no host: Squid hands "evil#.goto.com" on as it is.
 * What begins with a bracket is an IPv6 address and ends with one.
 */
static const char host_odd[] =
	"^[^[].*[^A-Za-z0-9.-] ^[^[A-Za-z0-9] ^\\[.*[^]]$ "
	"[.-][.] [.]- [^.]{64} ^.{254}";

/*
 * What may pass without a login: HTTP and tunnels. Not ftp:, not Squid's own
 * cache manager, which answers for any host, and not a CONNECT inside a
 * connection that is inspected: Squid would tunnel it uninspected.
 */
static const char kinds[] =
	"\n# Only HTTP and tunnels pass: no ftp:, no cache manager, and no CONNECT "
	"inside an\n# inspected connection, which Squid would not inspect.\n"
	"acl gtb_http proto HTTP HTTPS\n"
	"acl gtb_plain any-of gtb_connect gtb_http\n"
	"acl gtb_encrypted connections_encrypted\n"
	"acl gtb_inner all-of gtb_connect gtb_encrypted !gtb_step1\n";

/* Without an SNI Squid compares the requested host: here, an address. */
static const char sni_address[] =
	"^[0-9.]+$ ^\\[?[0-9A-Fa-f]*:[0-9A-Fa-f:.]*\\]?$";

/*
 * The first ACL always matches; it notes the server name, and the second then
 * tells whether there was one. The double quotes make Squid expand the code.
 */
static const char sni_none[] =
	"# Notes the server name; \"-\" says that none was sent.\n"
	"acl gtb_sni_note annotate_transaction gtb_sni_=\"%#ssl::>sni\"\n"
	"acl gtb_sni_none note gtb_sni_ -\n";

static const char *const verdict_prefixes[SQUID_VERDICTS] = {
	[SQUID_AUTH] = "auth_",
	[SQUID_TLS] = "tls_",
};

const char *gtb_squid_acl_name(const struct squid_plan *plan, size_t group,
			       enum squid_verdict verdict, const char *what,
			       char buffer[SQUID_ACL_NAME_SIZE])
{
	const char *prefix = verdict_prefixes[verdict];

	if (plan->groups[group].same)
		prefix = "";
	snprintf(buffer, SQUID_ACL_NAME_SIZE, "gtb_%s%s_%zu", prefix, what,
		 group + 1);
	return buffer;
}

const char *gtb_squid_host_word(const struct squid_set *set)
{
	if (set->nets.len == 0)
		return "names";
	return set->names.len == 0 ? "nets" : "host";
}

/* "acl NAME TYPE value value ...", as many lines as it takes. */
static void write_acl(struct gtb_text_buffer *text, const char *name,
		      const char *type, const struct gtb_text_buffer *values)
{
	const char *value = gtb_text_data(values);
	size_t start = 0; /* of the current line; 0: none begun */

	while (*value != '\0') {
		size_t len = strcspn(value, "\n");

		if (start != 0 && text->len + 1 + len > start + COLUMNS) {
			gtb_text_add(text, "\n");
			start = 0;
		}
		if (start == 0) {
			start = text->len;
			gtb_text_addf(text, "acl %s %s", name, type);
		}
		gtb_text_add(text, " ");
		gtb_text_add_bytes(text, value, len);
		value += len + 1;
	}
	if (start != 0)
		gtb_text_add(text, "\n");
}

/* --- one group --------------------------------------------------------- */

static void write_set(const struct squid_writer *writer, size_t group,
		      enum squid_verdict verdict)
{
	const struct squid_plan *plan = writer->plan;
	const struct squid_set *set = &plan->groups[group].sets[verdict];
	const struct {
		const char *what;
		const char *type;
		const struct gtb_text_buffer *values;
	} acls[] = {
		{"names", "dstdomain -n", &set->names},
		{"not_names", "dstdomain -n", &set->not_names},
		{"nets", "dst -n", &set->nets},
		{"not_nets", "dst -n", &set->not_nets},
	};
	char name[SQUID_ACL_NAME_SIZE];
	char names[SQUID_ACL_NAME_SIZE];
	char nets[SQUID_ACL_NAME_SIZE];

	for (size_t i = 0; i < sizeof(acls) / sizeof(acls[0]); i++)
		write_acl(writer->text,
			  gtb_squid_acl_name(plan, group, verdict, acls[i].what,
					     name),
			  acls[i].type, acls[i].values);
	if (set->names.len == 0 || set->nets.len == 0)
		return;
	gtb_text_addf(writer->text, "acl %s any-of %s %s\n",
		      gtb_squid_acl_name(plan, group, verdict, "host", name),
		      gtb_squid_acl_name(plan, group, verdict, "names", names),
		      gtb_squid_acl_name(plan, group, verdict, "nets", nets));
}

static void write_sni(const struct squid_writer *writer, size_t group)
{
	static const char type[] = "ssl::server_name --client-requested";
	const struct squid_set *set =
		&writer->plan->groups[group].sets[SQUID_TLS];
	char name[SQUID_ACL_NAME_SIZE];

	snprintf(name, sizeof(name), "gtb_tls_sni_%zu", group + 1);
	write_acl(writer->text, name, type, &set->names);
	snprintf(name, sizeof(name), "gtb_tls_not_sni_%zu", group + 1);
	write_acl(writer->text, name, type, &set->not_names);
}

static void write_group(const struct squid_writer *writer, size_t group)
{
	const struct squid_plan *plan = writer->plan;
	const struct squid_group *g = &plan->groups[group];
	size_t count;
	const uint16_t *ports = gtb_ruleset_ports(plan->ruleset, &count);

	gtb_text_addf(writer->text,
		      "\n# TCP ports with equal lists, group "
		      "%zu.\nacl gtb_port_%zu port",
		      group + 1, group + 1);
	for (size_t i = 0; i < count; i++)
		if ((g->ports >> i & 1) != 0)
			gtb_text_addf(writer->text, " %u", ports[i]);
	gtb_text_add(writer->text, "\n");
	write_set(writer, group, SQUID_AUTH);
	if (!g->same)
		write_set(writer, group, SQUID_TLS);
	write_sni(writer, group);
}

/* --- all groups -------------------------------------------------------- */

static void write_clients(const struct squid_writer *writer)
{
	const struct squid_plan *plan = writer->plan;
	const struct squid_clients *clients = plan->clients;

	if (clients[SQUID_AUTH].nets.len + clients[SQUID_TLS].nets.len == 0)
		return;
	gtb_text_add(writer->text, "\n# Clients of the policy's identities.\n");
	if (plan->same_clients) {
		write_acl(writer->text, "gtb_clients", "src",
			  &clients[SQUID_AUTH].nets);
		return;
	}
	if (gtb_squid_plan_has(plan, SQUID_AUTH))
		write_acl(writer->text, "gtb_auth_clients", "src",
			  &clients[SQUID_AUTH].nets);
	if (gtb_squid_plan_has(plan, SQUID_TLS))
		write_acl(writer->text, "gtb_tls_clients", "src",
			  &clients[SQUID_TLS].nets);
}

/*
 * Every fact the helper decides from is in the FORMAT, because the line is
 * the key of Squid's cache; "%#" keeps a client's bytes from being read as
 * more than one field. 100 answers of 256 bytes stay below the 32 KiB Squid
 * reads at once.
 */
static void write_helper(const struct squid_writer *writer)
{
	const struct squid_plan *plan = writer->plan;
	const struct gtb_squid_options *options = plan->options;
	struct gtb_text_buffer *text = writer->text;

	gtb_text_addf(text,
		      "\n# The helper: children-startup=0 because a "
		      "helper that cannot start must not end Squid,\n"
		      "# grace=0 and a short ttl because a revoked entry must "
		      "stop. Squid keeps an answer\n"
		      "# for one second more than its ttl.\n"
		      "external_acl_type gtb_helper concurrency=100 "
		      "ttl=%u negative_ttl=%u cache=8192 grace=0 "
		      "children-max=4 children-startup=0 children-idle=1 "
		      "queue-size=1000 "
		      "%%#>a %%#>rm %%#>rd %%#>rP %%#ssl::>sni %%DATA ",
		      options->ttl_s - 1, options->ttl_s - 1);
	gtb_quote_string(text, GTB_QUOTE_SQUID_WORD, options->helper);
	gtb_text_add(text, " -c ");
	gtb_quote_string(text, GTB_QUOTE_SQUID_WORD, options->policy);
	gtb_text_add(text, " -C ");
	gtb_quote_string(text, GTB_QUOTE_SQUID_WORD, options->catalog);
	gtb_text_add(text, "\n");
	if (gtb_squid_plan_has(plan, SQUID_AUTH))
		gtb_text_add(text, "acl gtb_ask_auth external gtb_helper "
				   "auth\n");
	if (gtb_squid_plan_has(plan, SQUID_TLS))
		gtb_text_add(text, "acl gtb_ask_splice external gtb_helper "
				   "splice\n");
}

static bool any_tls(const struct squid_plan *plan, bool nets)
{
	for (size_t i = 0; i < plan->groups_count; i++) {
		const struct squid_set *set = &plan->groups[i].sets[SQUID_TLS];

		if ((nets ? set->nets.len : set->names.len) > 0)
			return true;
	}
	return false;
}

/* Steps, methods and kinds of requests. */
static void write_steps(const struct squid_writer *writer)
{
	const struct squid_plan *plan = writer->plan;
	struct gtb_text_buffer *text = writer->text;

	gtb_text_add(text, "\n# Steps of ssl_bump: 1 the CONNECT, 2 the "
			   "client's TLS hello with the server name (SNI).\n"
			   "acl gtb_step1 at_step SslBump1\n");
	if (plan->groups_count == 0)
		return;
	gtb_text_add(text, "acl gtb_connect method CONNECT\n");
	if (gtb_squid_plan_has(plan, SQUID_TLS))
		gtb_text_add(text, "acl gtb_step2 at_step SslBump2\n");
	if (gtb_squid_plan_has(plan, SQUID_AUTH))
		gtb_text_add(text, kinds);
}

/* What is odd about hosts and server names. */
static void write_odd(const struct squid_writer *writer)
{
	static const char regex[] = "ssl::server_name_regex --client-requested";
	const struct squid_plan *plan = writer->plan;
	struct gtb_text_buffer *text = writer->text;

	if (plan->groups_count == 0)
		return;
	gtb_text_addf(text,
		      "\n# A requested host that is no host.\n"
		      "acl gtb_host_odd dstdom_regex -n %s\n",
		      host_odd);
	if (!gtb_squid_plan_has(plan, SQUID_TLS))
		return;
	if (any_tls(plan, false))
		gtb_text_addf(text,
			      "# A server name that is no name.\n"
			      "acl gtb_sni_odd %s %s\n",
			      regex, sni_odd);
	if (any_tls(plan, true))
		gtb_text_addf(text,
			      "# Without a server name Squid takes the "
			      "requested host for it: here, an address.\n"
			      "acl gtb_sni_address %s %s\n",
			      regex, sni_address);
	gtb_text_add(text, sni_none);
}

void gtb_squid_write_acls(const struct squid_writer *writer)
{
	const struct squid_plan *plan = writer->plan;

	if (plan->groups_count > 0 && plan->options->via == GTB_SQUID_EXTERNAL)
		write_helper(writer);
	if (plan->groups_count > 0 ||
	    (plan->options->bypass & GTB_BYPASS_TLS) != 0)
		write_steps(writer);
	write_odd(writer);
	if (plan->groups_count > 0)
		write_clients(writer);
	for (size_t i = 0; i < plan->groups_count; i++)
		write_group(writer, i);
}
