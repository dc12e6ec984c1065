/*
 * lint_parts: what the rules of the linter share: a prepared view of the
 * configuration, questions to ask about it (lint_ask.h), and how to say what
 * was found.
 */
#ifndef GTB_LINT_PARTS_H
#define GTB_LINT_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gtb/conf.h"
#include "gtb/lint.h"
#include "gtb/net.h"

/* --- the view ---------------------------------------------------------- */

/* Lists of lines "directive action acl acl ..." whose order decides. */
enum lint_list {
	LINT_HTTP_ACCESS,
	LINT_ADAPTED_HTTP_ACCESS,
	LINT_SSL_BUMP,
	LINT_LISTS
};

/* An acl on a line of such a list. */
struct lint_term {
	const struct gtb_conf_acl *acl; /* NULL: no such acl */
	const struct gtb_conf_word *word;
	const char *name; /* as on the line, without the '!' */
	bool negated;
};

struct lint_line {
	const struct gtb_conf_directive *directive;
	const char *action; /* "allow", "deny", "peek", ...; never NULL */
	struct lint_term *terms;
	size_t count;
	size_t order; /* index of the directive: compares across lists */
	bool ours;    /* stands in a file that we made */
};

struct lint_lines {
	struct lint_line *lines;
	size_t count;
};

/* An external_acl_type line. */
struct lint_external {
	const struct gtb_conf_directive *directive;
	const char *name;
	const struct gtb_conf_word *options; /* "ttl=60", "concurrency=9" */
	size_t options_count;
	const struct gtb_conf_word *format; /* "%#>rd", "%DATA", ... */
	size_t format_count;
	const struct gtb_conf_word *helper; /* the program; NULL: none */
	size_t helper_count;		    /* with its arguments */
	bool ours;			    /* the program is our helper */
};

enum lint_port_mode {
	LINT_PORT_EXPLICIT,
	LINT_PORT_INTERCEPT,
	LINT_PORT_TPROXY,
	LINT_PORT_ACCEL
};

/* An http_port or https_port line. */
struct lint_port {
	const struct gtb_conf_directive *directive;
	const char *address; /* as written: "3128", "127.0.0.1:3128" */
	const char *name;    /* name=, or else the address, as Squid does */
	enum lint_port_mode mode;
	bool https;
	bool ssl_bump;
	bool proxied; /* a PROXY header tells who the client is */
};

/*
 * What an acl is, at a glance. Groups (any-of, all-of) have what any of their
 * members has, but LINT_STEP, LINT_CONNECT and LINT_ALL only where that holds
 * for the group.
 */
enum lint_trait {
	LINT_USER = 1 << 0,	/* asks for a user: a 407 where there is none */
	LINT_SLOW = 1 << 1,	/* external: a helper is asked */
	LINT_HELPER = 1 << 2,	/* that helper is ours */
	LINT_GOTO = 1 << 3,	/* its values are GoTo's names or networks, or
				 * it is one of our snippet's acls about them,
				 * or LINT_HELPER */
	LINT_NAMES = 1 << 4,	/* looks at the requested host's name */
	LINT_NETS = 1 << 5,	/* looks at its address */
	LINT_SNI = 1 << 6,	/* looks at the TLS server name */
	LINT_CLIENT = 1 << 7,	/* looks at the client's address */
	LINT_PORTS = 1 << 8,	/* looks at the requested port */
	LINT_STEP = 1 << 9,	/* at_step */
	LINT_CONNECT = 1 << 10, /* method CONNECT alone */
	LINT_ALL = 1 << 11,	/* matches every request */
	LINT_LISTENER = 1 << 12, /* looks at the port of ours it came in by */
	LINT_NOTES = 1 << 13	/* note, req_header: what somebody else noted */
};

/* What looks at the request's destination, whatever way. */
#define LINT_DESTINATION (LINT_NAMES | LINT_NETS | LINT_SNI)

/* An icap_service or ecap_service line. */
struct lint_service {
	const struct gtb_conf_directive *directive;
	const char *name;
	const char *uri; /* "": none */
	bool reqmod;	 /* asked before a request goes out */
	bool bypass;	 /* bypass=on: what it leaves unanswered goes on */
	bool verdict;	 /* decides what passes, by a header: ours, or the only
			  * one where such a header is believed */
	bool ours;	 /* its line is one that we made */
};

/*
 * What adaptation_access lines of one name have in common; the name is that of
 * a service, a set or a chain.
 */
struct lint_group {
	size_t next;   /* line of the same name, or GTB_CONF_NONE */
	bool first;    /* none of that name before */
	bool verdict;  /* it has a service that decides */
	bool requests; /* it has one that is asked about requests */
};

struct lint_goto; /* GoTo's names and networks; lint_goto.c */

struct lint_run {
	const struct gtb_conf *conf;
	const struct gtb_lint_options *options; /* never NULL; ruleset may be */
	const struct gtb_conf_directive *directives;
	size_t directives_count;
	const struct gtb_conf_file *files;
	size_t files_count;
	const struct gtb_conf_acl *acls;
	size_t acls_count;
	struct lint_lines lists[LINT_LISTS];
	struct lint_external *externals;
	size_t externals_count;
	const struct lint_external **asked; /* by each acl; NULL: by none */
	struct lint_port *ports;
	size_t ports_count;
	struct lint_service *services;
	size_t services_count;
	const struct lint_service **by_name; /* the same, sorted */
	struct lint_lines adaptation;	     /* of adaptation_access */
	struct lint_lines forwarded;	     /* of follow_x_forwarded_for */
	struct lint_lines proxied;	     /* of proxy_protocol_access */
	struct lint_group *groups;	     /* one a line of these */
	unsigned int *traits; /* one an acl, by index; lint_traits() */
	struct lint_goto *known;
	/* For lint_add() alone. */
	const struct gtb_lint_rule *rule; /* whose check runs */
	struct lint_found *found;
	size_t found_count;
	int rc; /* GTB_E_NOMEM sticks */
};

/* --- a rule's row ------------------------------------------------------ */

struct lint_row {
	struct gtb_lint_rule about;
	void (*check)(struct lint_run *run);
};

/*
 * The rows about order and about values, whose ids alternate, and behind them
 * those about services and ports; each in order of ids.
 */
const struct lint_row *lint_rows_order(size_t *count);
const struct lint_row *lint_rows_values(size_t *count);
const struct lint_row *lint_rows_services(size_t *count);

/* --- findings ---------------------------------------------------------- */

/*
 * Add a finding of the rule whose check runs, at a word or a directive or in
 * a file as a whole. Message and mend are one sentence each without a full
 * stop, printf-style for the message; mend NULL: the rule's. Bytes outside
 * printable ASCII become \xNN. level is the rule's unless given otherwise by
 * lint_add_as().
 */
void lint_add_word(struct lint_run *run, const struct gtb_conf_word *word,
		   const char *mend, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
void lint_add(struct lint_run *run, const struct gtb_conf_directive *directive,
	      const char *mend, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
void lint_add_as(struct lint_run *run, enum gtb_lint_level level, size_t file,
		 struct gtb_place place, const char *mend, const char *format,
		 ...) __attribute__((format(printf, 6, 7)));

/*
 * "line 12", or "/etc/squid/x.conf:12" where that is another file than the
 * one of at: how a message names another line. Returns buffer.
 */
#define LINT_WHERE_SIZE 300
const char *lint_where(const struct lint_run *run,
		       const struct gtb_conf_directive *directive, size_t at,
		       char buffer[LINT_WHERE_SIZE]);

#include "lint_ask.h"

#endif
