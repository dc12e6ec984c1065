/* Where an ICAP service is, as squid.conf says it. */
#include "config.h"

#include <string.h>

#include "gtb/host.h"
#include "squid_parts.h"

#define PORT_DIGITS 5
#define PORT_MAX    65535

static const char digits[] = "0123456789";

/* Behind the host: the service's name, and c-icap's arguments to it. */
static const char path_letters[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	"-._~/?=&";

static const char *behind_scheme(const char *uri)
{
	static const char *const schemes[] = {"icap://", "icaps://"};

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (strncmp(uri, schemes[i], strlen(schemes[i])) == 0)
			return uri + strlen(schemes[i]);
	return NULL;
}

/* Bytes of what may be a host, with the brackets of an address. */
static size_t host_len(const char *text)
{
	const char *end = text[0] == '[' ? strchr(text, ']') : NULL;

	return end != NULL ? (size_t)(end - text) + 1 : strcspn(text, ":/");
}

/* An address of IPv6 stands in brackets, and nothing else does. */
static bool is_host(const char *text, size_t len)
{
	struct gtb_host host;
	bool colon = memchr(text, ':', len) != NULL;

	gtb_host_parse(&host, text, len);
	return host.kind != GTB_HOST_MALFORMED && memchr(text, '%', len) == NULL &&
	       colon == (text[0] == '[');
}

/* ":1344"; no port at all is the scheme's own. */
static bool is_port(const char *text, size_t len)
{
	unsigned long port = 0;

	if (len == 0)
		return true;
	if (len < 2 || len > PORT_DIGITS + 1 || text[1] == '0' ||
	    strspn(text + 1, digits) < len - 1)
		return false;
	for (size_t i = 1; i < len; i++)
		port = port * 10 + (unsigned long)(text[i] - '0');
	return port <= PORT_MAX;
}

const char *gtb_squid_uri_refusal(const char *uri)
{
	const char *host = behind_scheme(uri);
	const char *port;
	const char *path;

	if (host == NULL)
		return "does not begin with icap:// or icaps://";
	port = host + host_len(host);
	path = port + strcspn(port, "/");
	if (!is_host(host, (size_t)(port - host)))
		return "names no host";
	if (port[0] != ':' && port != path)
		return "has something other than a port behind the host";
	if (!is_port(port, (size_t)(path - port)))
		return "has no port from 1 to 65535";
	if (strlen(path) < 2)
		return "names no service";
	if (strspn(path, path_letters) != strlen(path))
		return "has other than letters, digits and \"-._~/?=&\" in "
		       "the service";
	if (strlen(uri) > GTB_SQUID_ICAP_URI_MAX)
		return "has more than 255 bytes";
	return NULL;
}
