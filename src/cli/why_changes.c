/* Which other facts of the request would change a verdict. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "why.h"

/* Addresses for documentation (RFC 5737, RFC 3849): nobody's. */
static const char *const nobodys[] = {"192.0.2.1", "198.51.100.1",
				      "203.0.113.1", "2001:db8::1"};

#define NOBODYS_COUNT (sizeof(nobodys) / sizeof(nobodys[0]))

/* --- one fact at a time ------------------------------------------------ */

/* A change to work on, with its what and value still empty; NULL: full. */
static struct why_change *begin(struct why *why)
{
	struct why_change *change;

	if (why->changes_count == WHY_CHANGES_MAX)
		return NULL;
	change = &why->changes[why->changes_count];
	change->what[0] = '\0';
	change->value[0] = '\0';
	change->query = why->query;
	return change;
}

/* Decide, and keep the change when a verdict is another one then. */
static bool keep(struct why *why, struct why_change *change)
{
	const struct gtb_decision *now = &why->decision;

	cli_why_decide(why, &change->query, &change->decision);
	if (change->decision.auth.bypass == now->auth.bypass &&
	    change->decision.tls.bypass == now->tls.bypass)
		return false;
	why->changes_count++;
	return true;
}

static void set_value(struct why_change *change, struct gtb_text *fact)
{
	fact->ptr = change->value;
	fact->len = strlen(change->value);
}

static void try_no_sni(struct why *why)
{
	struct why_change *change = begin(why);

	if (change == NULL || why->query.sni.ptr == NULL)
		return;
	snprintf(change->what, sizeof(change->what), "without an SNI");
	change->query.sni.ptr = NULL;
	keep(why, change);
}

static void try_sni_of_host(struct why *why)
{
	struct why_change *change = begin(why);

	if (change == NULL || why->host.kind != GTB_HOST_NAME)
		return;
	/* Plain HTTP has none; inside inspected TLS the caller gives one. */
	if (why->sni == NULL && strcmp(why->method, "CONNECT") != 0)
		return;
	snprintf(change->what, sizeof(change->what),
		 "with the SNI equal to the host");
	change->query.sni.ptr = why->host.name.text;
	change->query.sni.len = why->host.name.len;
	keep(why, change);
}

static void try_port(struct why *why)
{
	struct why_change *change = begin(why);

	if (change == NULL || why->port == 443)
		return;
	snprintf(change->what, sizeof(change->what), "on port 443");
	snprintf(change->value, sizeof(change->value), "443");
	set_value(change, &change->query.port);
	keep(why, change);
}

static void try_connect(struct why *why)
{
	struct why_change *change = begin(why);

	if (change == NULL || strcmp(why->method, "CONNECT") == 0)
		return;
	snprintf(change->what, sizeof(change->what), "as a CONNECT");
	snprintf(change->value, sizeof(change->value), "CONNECT");
	set_value(change, &change->query.method);
	if (!why->no_sni && why->sni == NULL &&
	    why->host.kind == GTB_HOST_NAME) {
		change->query.sni.ptr = why->host.name.text;
		change->query.sni.len = why->host.name.len;
	}
	keep(why, change);
}

/* --- clients ----------------------------------------------------------- */

static void try_identity(struct why *why,
			 const struct gtb_policy_identity *identity)
{
	struct why_change *change = begin(why);
	char address[GTB_NET_TEXT_SIZE];
	struct gtb_net net;

	if (change == NULL || identity->clients_count == 0 ||
	    !cli_net(&net, identity->clients[0]))
		return;
	gtb_addr_text(&net.addr, address, sizeof(address));
	snprintf(change->value, sizeof(change->value), "%s", address);
	snprintf(change->what, sizeof(change->what),
		 "from a client in identity %.32s, such as %s", identity->name,
		 address);
	set_value(change, &change->query.client);
	keep(why, change);
}

static void try_stranger(struct why *why)
{
	struct why_change *change = begin(why);
	size_t i = 0;

	while (i < NOBODYS_COUNT &&
	       cli_why_identity(why, nobodys[i], 0) != NULL)
		i++;
	if (change == NULL || i == NOBODYS_COUNT)
		return;
	snprintf(change->what, sizeof(change->what),
		 "from a client in no identity");
	snprintf(change->value, sizeof(change->value), "%s", nobodys[i]);
	set_value(change, &change->query.client);
	keep(why, change);
}

static void try_clients(struct why *why)
{
	const struct gtb_policy *policy = gtb_ruleset_policy(why->ruleset);

	for (size_t i = 0; i < policy->identities_count; i++)
		try_identity(why, &policy->identities[i]);
	if (policy->identities_count > 0)
		try_stranger(why);
}

/* --- destinations ------------------------------------------------------ */

static int first_network(void *context, const char *name,
			 const struct gtb_net *net,
			 const struct gtb_source *source)
{
	struct gtb_net *found = context;

	if (name != NULL || !source->rule->enabled)
		return GTB_OK;
	*found = *net;
	return GTB_E_INPUT; /* enough: stop */
}

static void try_destination(struct why *why, const char *address,
			    const char *kind)
{
	struct why_change *change = begin(why);

	if (change == NULL)
		return;
	snprintf(change->value, sizeof(change->value), "%s", address);
	snprintf(change->what, sizeof(change->what),
		 "on an intercepted port, going to %s %s", address, kind);
	set_value(change, &change->query.dst);
	keep(why, change);
}

static void try_explicit(struct why *why)
{
	struct why_change *change = begin(why);

	if (change == NULL || why->query.dst.ptr == NULL)
		return;
	snprintf(change->what, sizeof(change->what),
		 "through an explicit proxy (no --dst)");
	change->query.dst.ptr = NULL;
	keep(why, change);
}

static void try_destinations(struct why *why)
{
	char address[GTB_NET_TEXT_SIZE];
	struct gtb_net net;

	try_explicit(why);
	if (why->host.kind == GTB_HOST_ADDRESS) {
		gtb_addr_text(&why->host.addr, address, sizeof(address));
		try_destination(why, address, "itself");
		return;
	}
	if (gtb_ruleset_walk(why->ruleset, first_network, &net) != GTB_OK)
		try_destination(
			why, gtb_addr_text(&net.addr, address, sizeof(address)),
			"(in a listed network)");
	try_destination(why, nobodys[0], "(in no listed network)");
}

void cli_why_find_changes(struct why *why)
{
	try_no_sni(why);
	try_sni_of_host(why);
	try_port(why);
	try_connect(why);
	try_clients(why);
	try_destinations(why);
}
