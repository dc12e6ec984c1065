/*
 * The service's own lines: where it is, what it is asked about and told, and
 * what becomes of a request that was let through to be asked about.
 *
 * Squid judges a request by http_access before the service sees it, and by
 * adapted_http_access after. So a request without credentials is opened by the
 * one and judged by the other; one with credentials meets the admin's own
 * rules first, because an answer with a verdict loses the credentials.
 */
#include "config.h"

#include "gtb/quote.h"
#include "squid_parts.h"

/* --- where it is --------------------------------------------------------- */

static const char *uri_of(const struct squid_writer *writer, size_t i)
{
	const struct gtb_squid_options *options = writer->plan->options;

	return options->icap_count > 0 ? options->icap[i] : GTB_SQUID_ICAP_URI;
}

/*
 * One has the name that adaptation_access uses; several are a chain of that
 * name. In an adaptation_service_set Squid bypasses a failed service of
 * bypass=on instead of asking the next, until it has failed often.
 */
static void write_service(const struct squid_writer *writer, size_t i,
			  size_t count)
{
	gtb_text_add(writer->text, "icap_service gtb_icap");
	if (count > 1)
		gtb_text_addf(writer->text, "_%zu", i + 1);
	gtb_text_add(writer->text, " reqmod_precache ");
	gtb_quote_string(writer->text, GTB_QUOTE_SQUID_WORD,
			 uri_of(writer, i));
	gtb_text_add(writer->text, " bypass=on on-overload=force\n");
}

/* Squid tries again, once, when a connection it had kept gives no answer. */
static void write_failure(const struct squid_writer *writer, size_t count)
{
	gtb_text_add(writer->text,
		     "\n# The ICAP service. Without its answer the ordinary "
		     "rules hold");
	if (writer->plan->intercepted)
		gtb_text_add(writer->text,
			     ", but on intercepted ports GoTo's\n"
			     "# own networks are refused");
	gtb_text_add(writer->text,
		     ".\n# While it hangs a request waits for "
		     "icap_io_timeout first, or twice that on a connection\n"
		     "# which Squid had kept");
	if (count > 1)
		gtb_text_add(writer->text, ", and so for each server");
	gtb_text_add(writer->text, ".\n");
}

void gtb_squid_write_services(const struct squid_writer *writer)
{
	size_t count = writer->plan->options->icap_count;

	if (count == 0)
		count = 1;
	write_failure(writer, count);
	gtb_text_add(writer->text,
		     "# The four limits, and that the client's address is "
		     "told, are for all ICAP services of\n"
		     "# this Squid; a later line wins. Let none limit the "
		     "failures: Squid, 5 to 7, can abort\n"
		     "# when it suspends a service to which a request is on "
		     "its way.\n"
		     "icap_enable on\n");
	for (size_t i = 0; i < count; i++)
		write_service(writer, i, count);
	if (count > 1) {
		gtb_text_add(writer->text,
			     "# Each is asked in turn, and one that is down is "
			     "passed over: the last answer counts.\n");
		gtb_text_add(writer->text, "adaptation_service_chain gtb_icap");
		for (size_t i = 0; i < count; i++)
			gtb_text_addf(writer->text, " gtb_icap_%zu", i + 1);
		gtb_text_add(writer->text, "\n");
	}
	gtb_text_add(writer->text,
		     "icap_connect_timeout 1 second\n"
		     "icap_io_timeout 2 seconds\n"
		     "icap_service_failure_limit -1\n"
		     "icap_service_revival_delay 30\n"
		     "adaptation_send_client_ip on\n");
}

/* --- what it is asked and told ------------------------------------------- */

void gtb_squid_write_forged(const struct squid_writer *writer)
{
	gtb_text_add(writer->text,
		     "\n# The verdict's header comes from the service alone: "
		     "whoever sends it is refused.\n"
		     "http_access deny gtb_forged\n");
}

/* Does a line for explicit ports look at the server name itself? */
static bool awaits_sni(const struct squid_plan *plan)
{
	return plan->explicit_on && gtb_squid_plan_has(plan, SQUID_TLS);
}

void gtb_squid_write_asking(const struct squid_writer *writer)
{
	const struct squid_plan *plan = writer->plan;
	struct gtb_text_buffer *text = writer->text;

	gtb_text_add(text, "\n# What the service is asked about and told, and "
			   "that nobody else sees its verdict.\n");
	gtb_text_add(text, "adaptation_meta X-GoTo-SNI \"%#ssl::>sni\" "
			   "gtb_asked\n");
	if (plan->intercepted)
		gtb_text_add(text, "adaptation_meta X-GoTo-Dst \"%#>la\" "
				   "gtb_intercepted gtb_asked\n");
	if (gtb_squid_is_used(plan, "gtb_yes"))
		gtb_text_add(text, "adaptation_meta X-GoTo-Within "
				   "\"%note{gtb_yes_}\" gtb_asked "
				   "!gtb_connect\n");
	if (awaits_sni(plan)) {
		gtb_squid_rule_explicit(writer, "adaptation_meta X-GoTo-Await "
						"sni");
		gtb_text_add(text, " gtb_asked gtb_connect !gtb_step2\n");
	}
	gtb_text_add(text, "adaptation_access gtb_icap allow gtb_asked\n"
			   "adaptation_access gtb_icap deny all\n"
			   "request_header_access X-GoTo-Bypass deny all\n");
}

/* --- what was opened ----------------------------------------------------- */

static void write_login(const struct squid_writer *writer, const char *sign)
{
	gtb_squid_rule_explicit(writer, "adapted_http_access deny");
	gtb_text_addf(writer->text, " gtb_open !gtb_icap_auth %s", sign);
	gtb_quote_string(writer->text, GTB_QUOTE_SQUID_WORD,
			 writer->plan->options->auth_acl);
	gtb_text_add(writer->text, "\n");
}

/*
 * A user of the ACL meets the same answer, because only a request with
 * credentials meets the admin's other rules: so the line stands twice.
 */
void gtb_squid_write_opened(const struct squid_writer *writer)
{
	const struct squid_plan *plan = writer->plan;

	if (!gtb_squid_is_used(plan, "gtb_open_mark"))
		return;
	if (gtb_squid_is_used(plan, "gtb_yes"))
		gtb_text_add(writer->text,
			     "\n# Marks a connection whose CONNECT the service "
			     "confirmed; this never matches.\n"
			     "adapted_http_access deny gtb_connect gtb_open "
			     "gtb_icap_auth gtb_yes_mark !all\n");
	gtb_text_add(writer->text,
		     "\n# What was let through to be asked about, and is not "
		     "confirmed, goes no further.\n");
	if (plan->explicit_on && plan->options->auth_acl != NULL) {
		gtb_text_add(writer->text,
			     "# It must log in, who has on this connection "
			     "too: your own rules look at credentials.\n");
		write_login(writer, "!");
		write_login(writer, "");
	}
	gtb_text_add(writer->text,
		     "adapted_http_access deny gtb_open !gtb_icap_auth\n");
}
