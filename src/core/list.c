/* Squid's acl files; the contract is in gtb/list.h. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "gtb/list.h"

#define ADDR_BITS 128
#define V4_BITS	  96 /* bits in front of an IPv4 address */

#define PIECE_LINES 64

struct reader {
	const char *source;
	bool exclude;
	gtb_list_item *item;
	void *context;
	struct gtb_report *report;
	uint32_t line;
	size_t column; /* of the item, from 1 */
	size_t items;
	size_t wrong;  /* lines */
	size_t others; /* of these, what are items of the other form */
	int rc;
	char message[GTB_CHECK_SIZE];
};

/* An own entry can say what a line of a list cannot. */
static const struct gtb_check_cures cures = {
	.wide = "split it, or make it an own entry with wide: yes",
	.special = "make it an own entry with special: yes if it is meant",
	.shared = "name the hosts, or make it an own entry with shared: yes",
};

static const struct gtb_check_cures anything = {NULL, NULL, NULL};

/* Report a wrong line, unless the message is NULL; true when it was. */
static bool is_good(struct reader *reader, const char *message)
{
	struct gtb_place place = {
		.line = reader->line,
		.column = (unsigned int)reader->column,
	};

	if (message == NULL)
		return true;
	if (reader->wrong++ < GTB_LIST_ERRORS_MAX)
		gtb_report_error(reader->report, reader->source, place, "%s",
				 message);
	reader->rc = GTB_E_INPUT;
	return false;
}

/* Hand an item over; false ends the reading. */
static bool give(struct reader *reader, const struct gtb_name *name,
		 bool wildcard, const struct gtb_net *net)
{
	int rc;

	if (reader->items++ == GTB_LIST_LINES_MAX) {
		is_good(reader, "more than 1000000 items: split the file, or "
				"use networks and leading dots");
		return false;
	}
	rc = reader->item(reader->context, name, wildcard, net, reader->line);
	if (rc != GTB_OK)
		reader->rc = rc;
	return rc == GTB_OK;
}

static const char *name_check(struct reader *reader, const char *text,
			      size_t len, struct gtb_name *name, bool *wildcard)
{
	if (len >= 2 && text[0] == '*' && text[1] == '.')
		return "Squid never matches *.: write a leading dot, as in "
		       ".example.com";
	*wildcard = text[0] == '.';
	/* With its dot a wrong name is still one. */
	if (!*wildcard || !gtb_name_parse(name, text + 1, len - 1))
		return gtb_check_name(text, len, name, reader->message);
	return gtb_check_wildcard(name, reader->exclude ? &anything : &cures,
				  reader->message);
}

static bool read_name(struct reader *reader, const char *text, size_t len)
{
	struct gtb_name name;
	bool wildcard;

	if (!is_good(reader, name_check(reader, text, len, &name, &wildcard)))
		return true;
	return give(reader, &name, wildcard, NULL);
}

/* The bits right of a prefix, all ones. */
static struct gtb_addr host_mask(unsigned int bits)
{
	struct gtb_addr mask = {
		.hi = bits >= 64 ? 0 : UINT64_MAX >> bits,
		.lo = bits >= ADDR_BITS ? 0 : UINT64_MAX,
	};

	if (bits > 64 && bits < ADDR_BITS)
		mask.lo = UINT64_MAX >> (bits - 64);
	return mask;
}

static bool has_host_bits(const struct gtb_addr *addr, unsigned int bits)
{
	struct gtb_addr mask = host_mask(bits);

	return (addr->hi & mask.hi) != 0 || (addr->lo & mask.lo) != 0;
}

/* The bits of a dotted mask such as 255.255.255.0; -1: it is none. */
static int mask_parse(const char *text, size_t len)
{
	struct gtb_addr addr;
	uint32_t mask;
	int bits = 0;

	if (memchr(text, '.', len) == NULL || !gtb_addr_parse(&addr, text, len))
		return -1;
	mask = (uint32_t)addr.lo;
	while (bits < 32 && (mask & (uint32_t)1 << (31 - bits)) != 0)
		bits++;
	/* What follows the ones must be zeros. */
	return bits == 32 || mask << bits == 0 ? bits : -1;
}

/*
 * As gtb_net_parse(), but with dotted masks, and without asking libcidr: a
 * million lines must not wait for it.
 */
static enum gtb_net_result net_parse(struct gtb_net *net, const char *text,
				     size_t len)
{
	const char *slash = memchr(text, '/', len);
	size_t addr_len = slash != NULL ? (size_t)(slash - text) : len;
	size_t rest_len = slash != NULL ? len - addr_len - 1 : 0;
	bool dotted = memchr(text, ':', addr_len) == NULL;
	int bits = dotted ? ADDR_BITS - V4_BITS : ADDR_BITS;
	struct gtb_addr mask;

	if (!gtb_addr_parse(&net->addr, text, addr_len))
		return GTB_NET_BAD_ADDRESS;
	if (slash != NULL) {
		int max = bits;

		bits = gtb_net_prefix(slash + 1, rest_len, max);
		if (bits == -1 && dotted)
			bits = mask_parse(slash + 1, rest_len);
	}
	if (bits == -1)
		return GTB_NET_BAD_PREFIX;
	if (dotted)
		bits += V4_BITS;
	net->bits = (uint8_t)bits;
	/* ::ffff:0:0/n with n < 96 is no IPv4 network and no IPv6 one. */
	if (bits < V4_BITS && gtb_addr_is_v4(&net->addr))
		return GTB_NET_BAD_PREFIX;
	if (!has_host_bits(&net->addr, net->bits))
		return GTB_NET_OK;
	mask = host_mask(net->bits);
	net->addr.hi &= ~mask.hi;
	net->addr.lo &= ~mask.lo;
	return GTB_NET_HOST_BITS;
}

static const char *net_check(struct reader *reader, const struct gtb_net *net)
{
	return gtb_check_net_cures(net, reader->exclude ? &anything : &cures,
				   reader->message);
}

static bool read_net(struct reader *reader, const char *text, size_t len)
{
	struct gtb_net net;
	enum gtb_net_result result = net_parse(&net, text, len);

	if (!is_good(reader, gtb_check_net_result(result, text, len, &net,
						  reader->message)) ||
	    !is_good(reader, net_check(reader, &net)))
		return true;
	return give(reader, NULL, false, &net);
}

/* The widest network that begins at first and does not pass last. */
static struct gtb_net widest(const struct gtb_addr *first,
			     const struct gtb_addr *last)
{
	struct gtb_net net = {.addr = *first, .bits = ADDR_BITS};
	uint8_t least = gtb_addr_is_v4(first) ? V4_BITS : 0;

	while (net.bits > least) {
		struct gtb_net wider = {.addr = *first,
					.bits = (uint8_t)(net.bits - 1)};
		struct gtb_addr end = gtb_net_last(&wider);

		if (has_host_bits(first, wider.bits) ||
		    gtb_addr_compare(&end, last) > 0)
			break;
		net = wider;
	}
	return net;
}

/* Call step for each network of a range; stops, false, when one does. */
static bool range_walk(struct reader *reader, struct gtb_addr first,
		       const struct gtb_addr *last, bool check)
{
	for (;;) {
		struct gtb_net net = widest(&first, last);
		struct gtb_addr end = gtb_net_last(&net);

		if (check && !is_good(reader, net_check(reader, &net)))
			return false;
		if (!check && !give(reader, NULL, false, &net))
			return false;
		if (gtb_addr_equal(&end, last))
			return true;
		first.lo = end.lo + 1;
		first.hi = end.hi + (first.lo == 0);
	}
}

/* Read "first-last"; all of it is checked before any of it is given. */
static bool read_range(struct reader *reader, const char *text,
		       const char *dash, size_t len)
{
	size_t first_len = (size_t)(dash - text);
	struct gtb_addr first;
	struct gtb_addr last;

	if (!gtb_addr_parse(&first, text, first_len) ||
	    !gtb_addr_parse(&last, dash + 1, len - first_len - 1) ||
	    gtb_addr_is_v4(&first) != gtb_addr_is_v4(&last)) {
		is_good(reader, "no range: write two addresses of one kind, as "
				"in 198.51.100.1-198.51.100.9");
		return true;
	}
	if (gtb_addr_compare(&first, &last) > 0) {
		is_good(reader, "the range runs backwards: write the lower "
				"address first");
		return true;
	}
	if (!range_walk(reader, first, &last, true))
		return true;
	return range_walk(reader, first, &last, false);
}

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t';
}

static bool has_blank(const char *text, size_t len)
{
	return memchr(text, ' ', len) != NULL ||
	       memchr(text, '\t', len) != NULL;
}

/* Is this no item of the list's form, but one of the other? */
static bool is_other(enum gtb_list_kind kind, const char *text, size_t len)
{
	struct gtb_name name;
	struct gtb_net net;
	bool is_net = net_parse(&net, text, len) != GTB_NET_BAD_ADDRESS;

	if (kind == GTB_LIST_DSTDOMAIN || is_net)
		return kind == GTB_LIST_DSTDOMAIN && is_net;
	if (text[0] == '.') {
		text++;
		len--;
	}
	return gtb_name_parse(&name, text, len);
}

/* What is left to say when all lines were read. */
static void sum_up(const struct reader *reader, enum gtb_list_kind kind)
{
	static const struct gtb_place whole = {0, 0};
	bool other = reader->wrong > 1 && reader->items == 0 &&
		     reader->others == reader->wrong;

	if (reader->wrong > GTB_LIST_ERRORS_MAX)
		gtb_report_error(reader->report, reader->source, whole,
				 "and %zu more wrong lines",
				 reader->wrong - GTB_LIST_ERRORS_MAX);
	if (other)
		gtb_report_error(reader->report, reader->source, whole,
				 "all lines are of the other form: is "
				 "\"form: %s\" meant?",
				 kind == GTB_LIST_DSTDOMAIN ? "dst"
							    : "dstdomain");
}

/* Read one line without its end; false ends the reading. */
static bool read_line(struct reader *reader, enum gtb_list_kind kind,
		      const char *text, size_t len)
{
	const char *comment = memchr(text, '#', len);
	const char *dash;
	size_t start = 0;

	if (comment != NULL)
		len = (size_t)(comment - text);
	while (len > 0 && is_blank(text[len - 1]))
		len--;
	while (start < len && is_blank(text[start]))
		start++;
	if (start == len)
		return true;
	reader->column = start + 1;
	text += start;
	len -= start;
	if (has_blank(text, len)) {
		is_good(reader, "two items in one line: put each on a line of "
				"its own");
		return true;
	}
	reader->others += is_other(kind, text, len);
	if (kind == GTB_LIST_DSTDOMAIN)
		return read_name(reader, text, len);
	dash = memchr(text, '-', len);
	return dash != NULL ? read_range(reader, text, dash, len)
			    : read_net(reader, text, len);
}

int gtb_list_parse(const char *source, const char *text, size_t len,
		   enum gtb_list_kind kind, bool exclude, gtb_list_item *item,
		   void *context, struct gtb_report *report)
{
	struct reader reader = {
		.source = source,
		.exclude = exclude,
		.item = item,
		.context = context,
		.report = report,
	};
	const char *end = text + len;
	bool more = true;

	while (more && text < end) {
		const char *next = memchr(text, '\n', (size_t)(end - text));
		size_t line_len;

		if (next == NULL)
			next = end;
		line_len = (size_t)(next - text);
		if (line_len > 0 && text[line_len - 1] == '\r')
			line_len--;
		if (++reader.line % PIECE_LINES == 0)
			gtb_report_piece(report);
		more = read_line(&reader, kind, text, line_len);
		text = next < end ? next + 1 : end;
	}
	sum_up(&reader, kind);
	return reader.rc;
}
