/* L49: ports and ssl_bump lines of which one lacks the other. */
#include "config.h"

#include "lint_order.h"
#include "lint_services.h"

/* The first port that Squid could inspect, or NULL. */
static const struct lint_port *find_port(const struct lint_run *run,
					 bool ssl_bump)
{
	for (size_t i = 0; i < run->ports_count; i++)
		if (run->ports[i].mode != LINT_PORT_ACCEL &&
		    (run->ports[i].ssl_bump || !ssl_bump))
			return &run->ports[i];
	return NULL;
}

static void add(struct lint_run *run, enum gtb_lint_level level,
		const struct lint_port *port, const char *mend,
		const char *message)
{
	lint_add_as(run, level, port->directive->file, port->directive->place,
		    mend, "%s", message);
}

/* Other processes of this Squid may have other lines and ports. */
void lint_l49(struct lint_run *run)
{
	const struct lint_port *bumping = find_port(run, true);
	const struct lint_port *any = find_port(run, false);
	bool lines = run->lists[LINT_SSL_BUMP].count > 0;

	if (any == NULL || gtb_conf_skips(run->conf) ||
	    gtb_conf_misses(run->conf))
		return;
	if (lines && bumping == NULL)
		add(run, lint_has_ours(run) ? GTB_LINT_ERROR : GTB_LINT_WARNING,
		    any,
		    lint_has_ours(run)
			    ? "add \"ssl-bump tls-cert=...\" to this line, "
			      "or, where nothing is to be inspected, emit the "
			      "file again with --bypass auth"
			    : "add \"ssl-bump tls-cert=...\" to this line",
		    "no port has ssl-bump, so no ssl_bump line is ever asked: "
		    "nothing is inspected, and no server name is read");
	else if (!lines && bumping != NULL)
		add(run, GTB_LINT_WARNING, bumping,
		    "end squid.conf in \"ssl_bump peek\" for step 1 and "
		    "\"ssl_bump bump all\"",
		    "this port has ssl-bump, and there is no ssl_bump line: "
		    "Squid splices everything and inspects nothing");
}
