/*
 * target: where a request goes, from its request line alone.
 *
 *	CONNECT host:port HTTP/1.1
 *	METHOD http://host[:port][/...] HTTP/1.1
 *	METHOD https://host[:port][/...] HTTP/1.1
 *
 * The last is a request inside an inspected connection. Nothing is decoded,
 * trimmed or repaired, and every other form is not understood: user
 * information, a port that is not 1 to 65535 in plain decimal, a blank too
 * many, a control character, HTTP/0.9; before the path a byte that is not
 * printable ASCII. Host headers are not looked at. The host is a name or an
 * IPv4 address as letters, digits, hyphens and dots, or an IPv6 address in
 * brackets; what these spell is for the decision to judge.
 */
#ifndef GTB_TARGET_H
#define GTB_TARGET_H

#include <stdbool.h>
#include <stddef.h>

#include "gtb/decide.h"

#define GTB_TARGET_LINE_MAX 65536 /* bytes of a request line */
#define GTB_TARGET_METHOD_MAX 32 /* bytes */

struct gtb_target {
	struct gtb_text method;
	struct gtb_text host;
	struct gtb_text port;
	bool inner; /* inside an inspected connection */
};

/*
 * Read a request line of len bytes without its line end. False: not
 * understood, *target is not to be used. What it points to is lent from the
 * line, or constant.
 */
bool gtb_target_parse(struct gtb_target *target, const char *line, size_t len);

#endif
