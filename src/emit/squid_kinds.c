/* The ACLs that hold no list: helper, ports, steps, kinds, oddities. */
#include "config.h"

#include "gtb/quote.h"
#include "squid_parts.h"

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

/* An address, as Squid writes hosts. */
static const char address[] =
	"^[0-9.]+$ ^\\[?[0-9A-Fa-f]*:[0-9A-Fa-f:.]*\\]?$";

/*
 * The first ACL always matches; it notes the server name, and the second then
 * tells whether there was one. The double quotes make Squid expand the code.
 */
static const char sni_none[] =
	"# Notes the server name; \"-\" says that none was sent.\n"
	"acl gtb_sni_note annotate_transaction gtb_sni_=\"%#ssl::>sni\"\n"
	"acl gtb_sni_none note gtb_sni_ -\n";

/* --- the helper -------------------------------------------------------- */

/*
 * Every fact the helper decides from is in the FORMAT, because the line is
 * the key of Squid's cache; "%#" keeps a client's bytes from being read as
 * more than one field.
 */
static void write_type(const struct squid_writer *writer, const char *name,
		       const char *destination)
{
	const struct gtb_squid_options *options = writer->plan->options;
	struct gtb_text_buffer *text = writer->text;

	gtb_text_addf(text,
		      "external_acl_type %s concurrency=%u "
		      "ttl=%u negative_ttl=%u cache=8192 grace=0 "
		      "children-max=%u children-startup=0 children-idle=1 "
		      "queue-size=1000 "
		      "%%#>a %%#>rm %%#>rd %%#>rP %%#ssl::>sni %s%%DATA ",
		      name, options->concurrency, options->ttl_s - 1,
		      options->ttl_s - 1, options->children, destination);
	gtb_quote_string(text, GTB_QUOTE_SQUID_WORD, options->helper);
	gtb_text_add(text, options->debug ? " -d -c " : " -c ");
	gtb_quote_string(text, GTB_QUOTE_SQUID_WORD, options->policy);
	gtb_text_add(text, " -C ");
	gtb_quote_string(text, GTB_QUOTE_SQUID_WORD, options->catalog);
	gtb_text_add(text, "\n");
}

static void write_question(const struct squid_writer *writer, bool is_wanted,
			   const char *acl, const char *type,
			   const char *question)
{
	if (is_wanted)
		gtb_text_addf(writer->text, "acl %s external %s %s\n", acl,
			      type, question);
}

static bool asks_helper(const struct squid_plan *plan)
{
	if (!plan->icap)
		return plan->external;
	return gtb_squid_is_used(plan, "gtb_ask_dst_auth") ||
	       gtb_squid_is_used(plan, "gtb_ask_dst_splice");
}

static void write_helper(const struct squid_writer *writer)
{
	const struct squid_plan *plan = writer->plan;

	gtb_text_add(writer->text,
		     "\n# The helper: children-startup=0 because a "
		     "helper that cannot start must not end Squid,\n"
		     "# grace=0 and a short ttl because a revoked entry must "
		     "stop. Squid keeps an answer\n"
		     "# for one second more than its ttl.\n");
	if (plan->explicit_on && !plan->icap) {
		write_type(writer, "gtb_helper", "");
		write_question(writer, gtb_squid_plan_has(plan, SQUID_AUTH),
			       "gtb_ask_auth", "gtb_helper", "auth");
		write_question(writer, gtb_squid_plan_has(plan, SQUID_TLS),
			       "gtb_ask_splice", "gtb_helper", "splice");
	}
	if (plan->intercepted) {
		write_type(writer, "gtb_helper_dst", "%#>la ");
		write_question(writer,
			       gtb_squid_is_used(plan, "gtb_ask_dst_auth"),
			       "gtb_ask_dst_auth", "gtb_helper_dst", "auth");
		write_question(writer,
			       gtb_squid_is_used(plan, "gtb_ask_dst_splice"),
			       "gtb_ask_dst_splice", "gtb_helper_dst",
			       "splice");
	}
}

/* --- ports, steps, kinds ------------------------------------------------ */

static void write_port_names(const struct squid_writer *writer)
{
	const struct squid_plan *plan = writer->plan;
	bool on_explicit = gtb_squid_is_used(plan, "gtb_explicit");
	bool on_intercepted = gtb_squid_is_used(plan, "gtb_intercepted");

	if (on_explicit || on_intercepted)
		gtb_text_add(writer->text,
			     "\n# Ports by the name=... of their http_port or "
			     "https_port line.\n");
	if (on_explicit)
		gtb_squid_write_acl(writer, "gtb_explicit", "myportname",
				    &plan->explicit_ports);
	if (on_intercepted)
		gtb_squid_write_acl(writer, "gtb_intercepted", "myportname",
				    &plan->intercepted_ports);
}

/* --- what is odd -------------------------------------------------------- */

static bool has_auth_nets(const struct squid_plan *plan)
{
	for (size_t i = 0; i < plan->groups_count; i++)
		if (gtb_squid_has_list(&plan->groups[i], SQUID_AUTH,
				       SQUID_NETS))
			return true;
	return false;
}

static void write_sni(const struct squid_writer *writer)
{
	static const char regex[] = "ssl::server_name_regex --client-requested";
	const struct squid_plan *plan = writer->plan;
	bool names = gtb_squid_is_used(plan, "gtb_sni_odd");
	bool addresses = gtb_squid_is_used(plan, "gtb_sni_address");

	if (names)
		gtb_text_addf(writer->text,
			      "# A server name that is no name.\n"
			      "acl gtb_sni_odd %s %s\n",
			      regex, sni_odd);
	if (addresses)
		gtb_text_addf(writer->text,
			      "# Without a server name Squid takes the "
			      "requested host for it: here, an address.\n"
			      "acl gtb_sni_address %s %s\n",
			      regex, address);
	if (gtb_squid_is_used(plan, "gtb_sni_note"))
		gtb_text_add(writer->text, sni_none);
}

/* Only where a line looks at the host. */
static void write_odd(const struct squid_writer *writer)
{
	const struct squid_plan *plan = writer->plan;
	bool auth = gtb_squid_plan_has(plan, SQUID_AUTH);

	if (plan->icap ? gtb_squid_is_used(plan, "gtb_host_odd")
		       : plan->explicit_on || auth)
		gtb_text_addf(writer->text,
			      "\n# A requested host that is no host.\n"
			      "acl gtb_host_odd dstdom_regex -n %s\n",
			      host_odd);
	else
		gtb_text_add(writer->text, "\n");
	if (plan->explicit_on)
		gtb_text_add(writer->text,
			     "# A destination that is known: by an address in "
			     "the request, or because the client\n"
			     "# went there and knows of no proxy.\n"
			     "acl gtb_dst_known dst -n all\n");
	if (plan->intercepted && (plan->external || plan->icap) &&
	    has_auth_nets(plan))
		gtb_text_addf(writer->text,
			      "# A requested host that is an address.\n"
			      "acl gtb_host_address dstdom_regex -n %s\n",
			      address);
	write_sni(writer);
}

/* --- all of them -------------------------------------------------------- */

static void write_clients(const struct squid_writer *writer)
{
	const struct squid_plan *plan = writer->plan;
	const struct squid_clients *clients = plan->clients;

	if (clients[SQUID_AUTH].nets.len + clients[SQUID_TLS].nets.len == 0)
		return;
	gtb_text_add(writer->text, "\n# Clients of the policy's identities.\n");
	if (plan->icap && !gtb_squid_is_used(plan, "gtb_clients") &&
	    !gtb_squid_is_used(plan, "gtb_auth_clients") &&
	    !gtb_squid_is_used(plan, "gtb_tls_clients"))
		return;
	if (plan->same_clients) {
		gtb_squid_write_acl(writer, "gtb_clients", "src",
				    &clients[SQUID_AUTH].nets);
		return;
	}
	if (gtb_squid_plan_has(plan, SQUID_AUTH))
		gtb_squid_write_acl(writer, "gtb_auth_clients", "src",
				    &clients[SQUID_AUTH].nets);
	if (gtb_squid_plan_has(plan, SQUID_TLS))
		gtb_squid_write_acl(writer, "gtb_tls_clients", "src",
				    &clients[SQUID_TLS].nets);
}

void gtb_squid_write_kinds(const struct squid_writer *writer)
{
	const struct squid_plan *plan = writer->plan;

	if (plan->groups_count > 0 && plan->icap)
		gtb_squid_write_services(writer);
	if (plan->groups_count > 0 && asks_helper(plan))
		write_helper(writer);
	write_port_names(writer);
	gtb_squid_write_steps(writer);
	if (plan->groups_count == 0)
		return;
	write_odd(writer);
	if (gtb_squid_is_used(plan, "gtb_excluded")) {
		gtb_text_add(writer->text,
			     "\n# Networks the policy excludes, for where "
			     "names alone would do.\n");
		gtb_squid_write_exceptions(writer, "gtb_excluded", "localip",
					   &plan->excluded);
	}
	write_clients(writer);
}
