/*
 * check: the checks that catalog, policy and list share.
 *
 * Each returns NULL when all is well, or else a message that says what is
 * wrong and how to mend it; messages are written into the caller's buffer, or
 * are constant.
 */
#ifndef GTB_CHECK_H
#define GTB_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "gtb/catalog.h"
#include "gtb/host.h"
#include "gtb/net.h"
#include "gtb/report.h"

#define GTB_CHECK_SIZE 400 /* bytes of a message, with its NUL */

/*
 * What a kind of file does not allow, and how that is mended there: "split
 * it, or add wide: yes". NULL: it is allowed.
 */
struct gtb_check_cures {
	const char *wide;    /* a network shorter than /16, or /32 in IPv6 */
	const char *special; /* a private or special-purpose network */
	const char *shared;  /* a wildcard over names that strangers get */
};

/* What gtb_net_parse() made of a text, in words; NULL for GTB_NET_OK. */
const char *gtb_check_net_result(enum gtb_net_result result, const char *text,
				 size_t len, const struct gtb_net *net,
				 char message[GTB_CHECK_SIZE]);

/* Is the network one that this kind of file may hold? */
const char *gtb_check_net_cures(const struct gtb_net *net,
				const struct gtb_check_cures *cures,
				char message[GTB_CHECK_SIZE]);

/* Read a network and check it; on NULL *net is set. */
const char *gtb_check_net(const char *text, size_t len,
			  const struct gtb_check_cures *cures,
			  struct gtb_net *net, char message[GTB_CHECK_SIZE]);

/* Read a name without wildcard; on NULL *name is set. */
const char *gtb_check_name(const char *text, size_t len, struct gtb_name *name,
			   char message[GTB_CHECK_SIZE]);

/* May a wildcard stand over this name? */
const char *gtb_check_wildcard(const struct gtb_name *name,
			       const struct gtb_check_cures *cures,
			       char message[GTB_CHECK_SIZE]);

/*
 * Read "*.x" or "x"; on NULL *name is x, and *wildcard tells of the "*.".
 */
const char *gtb_check_pattern(const char *text, size_t len,
			      const struct gtb_check_cures *cures,
			      struct gtb_name *name, bool *wildcard,
			      char message[GTB_CHECK_SIZE]);

/* "*.x" or "x" in one form; the caller frees it. NULL: memory ran out. */
char *gtb_check_pattern_text(const struct gtb_name *name, bool wildcard);

/* Read "443" or "45000-49999". */
const char *gtb_check_ports(const char *text, struct gtb_ports *ports,
			    char message[GTB_CHECK_SIZE]);

/* An id of lower case letters, digits and '-'; at most max bytes. */
const char *gtb_check_id(const char *text, size_t max,
			 char message[GTB_CHECK_SIZE]);

/* An identity's name: letters, digits, '-', '_', the first not '-' or '_'. */
const char *gtb_check_identity(const char *text, char message[GTB_CHECK_SIZE]);

/* Days since 1970-01-01 of "YYYY-MM-DD"; false: that is no date. */
bool gtb_check_date(const char *text, long *days);

/* A value that may stand only once among its kind; the text is lent. */
struct gtb_check_item {
	const char *text;
	struct gtb_place place;
};

/*
 * Report each item whose text stands at an earlier place too; sorts items.
 * True: there was none.
 */
bool gtb_check_unique(const char *source, struct gtb_check_item *items,
		      size_t count, struct gtb_report *report);

#endif
