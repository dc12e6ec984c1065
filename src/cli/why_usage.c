/* Parts of the command line that no request can have. */
#include "config.h"

#include <string.h>

#include "why.h"

static int check_address(const char *option, const char *text)
{
	struct gtb_addr addr;

	if (text == NULL || gtb_addr_parse(&addr, text, strlen(text)))
		return CLI_YES;
	return cli_usage("why",
			 "%s %s: must be an address, as in 10.1.2.3 or "
			 "2001:db8::1",
			 option, text);
}

/* Methods are in capitals, and Squid tells "get" from "GET". */
static int check_method(const char *method)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
	size_t len = strlen(method);

	if (len > 0 && strspn(method, letters) == len)
		return CLI_YES;
	return cli_usage("why",
			 "--method %s: must be a method in capitals, as in "
			 "GET",
			 method);
}

static int check_port(const struct why *why)
{
	if (why->port != 0)
		return CLI_YES;
	return cli_usage("why",
			 "%s: the port must be 1 to 65535, as in "
			 "www.goto.com:443",
			 why->target);
}

/*
 * A client can send any bytes as a host, and those are malformed. These are
 * slips of whoever asks.
 */
static int check_host(const struct why *why)
{
	const struct gtb_text *host = &why->query.host;

	if (host->len == 0)
		return cli_usage("why",
				 "%s: the host is missing, write HOST[:PORT], "
				 "as in www.goto.com:443",
				 why->target);
	if (host->ptr[0] == '*')
		return cli_usage("why",
				 "%s: must be one host, not a pattern, as in "
				 "www.goto.com",
				 why->target);
	if (why->host.kind == GTB_HOST_MALFORMED &&
	    (host->ptr[0] == '[' || memchr(host->ptr, ':', host->len) != NULL))
		return cli_usage("why",
				 "%s: must be HOST[:PORT], with an IPv6 "
				 "address in brackets, as in "
				 "[2001:db8::1]:443",
				 why->target);
	return CLI_YES;
}

int cli_why_check(const struct why *why)
{
	int status = check_host(why);

	if (status == CLI_YES)
		status = check_port(why);
	if (status == CLI_YES)
		status = check_method(why->method);
	if (status == CLI_YES)
		status = check_address("--client", why->client);
	if (status == CLI_YES)
		status = check_address("--dst", why->dst);
	return status;
}
