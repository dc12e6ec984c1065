/*
 * The ACLs that tell steps and kinds of requests. One that no rule uses, and no
 * other ACL that a rule uses, is left out.
 */
#include "config.h"

#include <string.h>

#include "squid_parts.h"

struct step {
	const char *name;
	const char *definition; /* type and values */
	const char *comment;	/* before it; NULL: goes on with the last */
};

/*
 * What may pass without a login: HTTP and tunnels. Not ftp:, not Squid's own
 * cache manager, which answers for any host, not PURGE, which Squid carries
 * out itself, and not a CONNECT inside a connection that is inspected: Squid
 * would tunnel it uninspected. Such a one is at another step than the CONNECT
 * before it, or, where an admin's line inspects at step 1, comes after one
 * that was let through.
 *
 * No requests inside a connection whose CONNECT was let through by the admin's
 * own lines alone: Squid takes them to that CONNECT's host. A CONNECT inside
 * sets no mark for them.
 */
static const struct step steps[] = {
	{"gtb_step1", "at_step SslBump1",
	 "# Steps of ssl_bump: 1 the CONNECT, 2 the client's TLS hello with "
	 "the server name (SNI).\n"},
	{"gtb_step2", "at_step SslBump2", NULL},
	{"gtb_connect", "method CONNECT",
	 "# Only HTTP and tunnels pass: no ftp:, no cache manager, and no "
	 "CONNECT inside an\n# inspected connection, which Squid would not "
	 "inspect.\n"},
	{"gtb_http", "proto HTTP HTTPS", NULL},
	{"gtb_web", "proto HTTP", NULL},
	{"gtb_secure", "proto HTTPS", NULL},
	{"gtb_encrypted", "connections_encrypted", NULL},
	{"gtb_method_note", "annotate_transaction gtb_method_=\"%#>rm\"",
	 "# Nor PURGE, which Squid carries out itself where an ACL of type "
	 "method names it: none\n# here does.\n"},
	{"gtb_method_purge", "note gtb_method_ PURGE", NULL},
	{"gtb_purge", "all-of !gtb_connect gtb_method_note gtb_method_purge",
	 NULL},
	{"gtb_yes_mark", "annotate_client gtb_yes_=\"%#>rd\"",
	 "# Marks a connection whose CONNECT was let through, by the CONNECT's "
	 "host.\n"},
	{"gtb_yes", "note gtb_yes_", NULL},
	{"gtb_outer_mark", "all-of gtb_connect !gtb_encrypted gtb_yes_mark",
	 NULL},
	{"gtb_connect_mark", "any-of gtb_outer_mark all", NULL},
	{"gtb_http_outside", "all-of gtb_http !gtb_encrypted",
	 "# Requests outside inspected connections. Those inside go to the "
	 "CONNECT's host, whatever\n# host they name, so they need the mark. "
	 "What comes over TLS to the proxy counts as inside.\n"},
	{"gtb_http_inside", "all-of gtb_http gtb_yes", NULL},
	{"gtb_web_outside", "all-of gtb_web !gtb_encrypted", NULL},
	{"gtb_plain", "any-of gtb_connect gtb_http_outside gtb_http_inside",
	 NULL},
	{"gtb_askable", "any-of gtb_connect gtb_web_outside", NULL},
	{"gtb_first_mark", "annotate_client gtb_first_=yes",
	 "# Marks a connection of which a request was let through.\n"},
	{"gtb_first_done", "note gtb_first_ yes", NULL},
	{"gtb_inner_late", "all-of gtb_connect gtb_encrypted !gtb_step1", NULL},
	{"gtb_inner_again", "all-of gtb_connect gtb_encrypted gtb_first_done",
	 NULL},
	{"gtb_inner", "any-of gtb_inner_late gtb_inner_again", NULL},
	{"gtb_spliced_mark", "annotate_client gtb_spliced_=yes",
	 "# Marks a connection that a line here spliced.\n"},
	{"gtb_spliced", "note gtb_spliced_ yes", NULL},
	{"gtb_local_http", "localport 80", "# No TLS is spoken there.\n"},
	{"gtb_forged", "req_header X-GoTo-Bypass ^",
	 "# The service's verdict. It counts only in a request that had no "
	 "such header before.\n"},
	{"gtb_says_auth", "req_header X-GoTo-Bypass ^auth(,.splice)?$", NULL},
	{"gtb_says_splice", "req_header X-GoTo-Bypass ^(auth,.)?splice$", NULL},
	{"gtb_asked_mark", "annotate_transaction gtb_asked_=yes", NULL},
	{"gtb_asked", "note gtb_asked_ yes", NULL},
	{"gtb_icap_auth", "all-of gtb_asked gtb_says_auth", NULL},
	{"gtb_icap_splice", "all-of gtb_asked gtb_says_splice", NULL},
	{"gtb_creds", "req_header Proxy-Authorization ^",
	 "# Credentials, which an answer with a verdict loses, and the body of "
	 "a plain request:\n# both meet your own rules.\n"},
	{"gtb_sized", "req_header Content-Length [^0]", NULL},
	{"gtb_chunked", "req_header Transfer-Encoding ^", NULL},
	{"gtb_open_mark", "annotate_transaction gtb_open_=yes",
	 "# Marks a request that was let through for the service to be asked "
	 "about.\n"},
	{"gtb_open", "note gtb_open_ yes", NULL},
	{"gtb_again", "all-of gtb_connect gtb_step2 !gtb_yes", NULL},
};

#define STEPS (sizeof(steps) / sizeof(steps[0]))

/* Those that use others stand behind them, so one pass from the end is enough. */
static void find_needed(const struct squid_plan *plan, bool needed[STEPS])
{
	for (size_t i = STEPS; i-- > 0;) {
		needed[i] = gtb_squid_is_used(plan, steps[i].name);
		for (size_t j = i + 1; j < STEPS && !needed[i]; j++)
			needed[i] = needed[j] &&
				    gtb_squid_has_word(steps[j].definition,
						       steps[i].name);
	}
}

void gtb_squid_write_steps(const struct squid_writer *writer)
{
	const char *comment = NULL;
	bool needed[STEPS];

	find_needed(writer->plan, needed);
	for (size_t i = 0; i < STEPS; i++) {
		if (steps[i].comment != NULL)
			comment = steps[i].comment;
		if (!needed[i])
			continue;
		if (comment != NULL)
			gtb_text_addf(writer->text, "\n%s", comment);
		comment = NULL;
		gtb_text_addf(writer->text, "acl %s %s\n", steps[i].name,
			      steps[i].definition);
	}
}
