/*
 * list: the lines of a Squid acl file ("dstdomain" or "dst" form).
 *
 * One item a line; blanks around it, blank lines, and everything from a '#'
 * on are skipped, CR LF is taken; a line may hold one item only. dstdomain:
 * "www.x" is that name, ".x" is x and everything below it ("*.x" is refused:
 * Squid never matches it). dst: "address", "address/prefix" (also as a dotted
 * mask) or "first-last".
 */
#ifndef GTB_LIST_H
#define GTB_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gtb/host.h"
#include "gtb/net.h"
#include "gtb/policy.h"
#include "gtb/report.h"

/* Wrong lines of one list that are reported one by one. */
#define GTB_LIST_ERRORS_MAX 20

/*
 * Called for each item; line counts from 1. For a dstdomain list name is set
 * and wildcard tells of the leading dot; for a dst list net is set, and a
 * range is handed over as the networks it consists of. Both are lent for the
 * call. Anything but GTB_OK stops the reading and is returned.
 */
typedef int gtb_list_item(void *context, const struct gtb_name *name,
			  bool wildcard, const struct gtb_net *net,
			  uint32_t line);

/*
 * Read a list from memory. Wrong lines are reported, the first
 * GTB_LIST_ERRORS_MAX of them and the number of the others, and make the
 * result GTB_E_INPUT; so do private networks, networks wider than
 * gtb_net_is_wide() allows, wildcards over public suffixes, and more than
 * GTB_LIST_LINES_MAX items. Exclusion lists may hold any of the three former:
 * exclude says so.
 */
int gtb_list_parse(const char *source, const char *text, size_t len,
		   enum gtb_list_kind kind, bool exclude, gtb_list_item *item,
		   void *context, struct gtb_report *report);

#endif
