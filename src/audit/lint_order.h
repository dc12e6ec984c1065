/*
 * lint_order: the rules about order, and what they share.
 */
#ifndef GTB_LINT_ORDER_H
#define GTB_LINT_ORDER_H

#include "lint_parts.h"

/* http_access */
void lint_l01(struct lint_run *run);
void lint_l02(struct lint_run *run);
void lint_l03(struct lint_run *run);
void lint_l14(struct lint_run *run);
void lint_l15(struct lint_run *run);

/* ssl_bump */
void lint_l04(struct lint_run *run);
void lint_l05(struct lint_run *run);
void lint_l11(struct lint_run *run);
void lint_l12(struct lint_run *run);
void lint_l20(struct lint_run *run);
void lint_l30(struct lint_run *run);

/* both together, and our file among them */
void lint_l13(struct lint_run *run);
void lint_l23(struct lint_run *run);
void lint_l24(struct lint_run *run);
void lint_l27(struct lint_run *run);
void lint_l28(struct lint_run *run);

/* --- http_access ------------------------------------------------------- */

/* L01 too: a helper that decides before the line for GoTo. */
void lint_check_helper(struct lint_run *run);

/*
 * The term of the line that asks a CONNECT to GoTo for a user, or NULL: an
 * acl that needs a user, with nothing before it that keeps GoTo out.
 */
const struct lint_term *lint_asks(const struct lint_run *run,
				  const struct lint_line *line);

/*
 * The first line from index on that asks GoTo for a user, or that takes every
 * request; lines->count: there is none.
 */
size_t lint_first_end(const struct lint_run *run,
		      const struct lint_lines *lines, size_t from);

/* The first line from index on that asks GoTo for a user, likewise. */
size_t lint_first_asking(const struct lint_run *run,
			 const struct lint_lines *lines, size_t from);

/* The line asks for this acl, and not negated. */
bool lint_line_names(const struct lint_line *line, const char *name);

/* What keeps others out, in http_access: a line of that kind, by index. */
enum lint_guard {
	LINT_GUARD_PORTS,   /* deny !Safe_ports */
	LINT_GUARD_CONNECT, /* deny CONNECT !SSL_ports */
	LINT_GUARD_CLIENTS, /* deny !localnet */
	LINT_GUARDS
};
bool lint_is_guard(const struct lint_run *run, const struct lint_line *line,
		   enum lint_guard guard);

/* The first guard of that kind among lines from..to-1; to: there is none. */
size_t lint_guard_find(const struct lint_run *run,
		       const struct lint_lines *lines, enum lint_guard guard,
		       size_t from, size_t to);

/* Every port listens on the loopback alone: no stranger comes in. */
bool lint_is_private(const struct lint_run *run);

/* --- ports ------------------------------------------------------------- */

bool lint_port_is_intercepted(const struct lint_port *port);
/* "explicit", "intercept" or "tproxy", as --port-name has it. */
const char *lint_port_word(const struct lint_port *port);
bool lint_has_port(const struct lint_run *run, bool intercepted,
		   bool ssl_bump);

/* --- ssl_bump ---------------------------------------------------------- */

/* Actions by what they come to; those of former versions too. */
enum lint_action {
	LINT_SPLICE,
	LINT_BUMP,
	LINT_TERMINATE,
	LINT_PEEK,
	LINT_STARE,
	LINT_OTHER
};
enum lint_action lint_action(const struct lint_line *line);

/* The only term beside steps and "all", or NULL. */
const struct lint_term *lint_only_term(const struct lint_run *run,
				       const struct lint_line *line);

/*
 * The first line that matches whatever comes at that step, or lines->count.
 * A line for X and a later one for !X make such a pair; the later counts.
 */
size_t lint_catching(const struct lint_run *run, const struct lint_lines *lines,
		     unsigned int step);

/*
 * A name or network that an acl lets through; name NULL: the network. The
 * budget is how many more values are compared before the answer is a guess.
 */
struct lint_target {
	const struct gtb_conf_acl *acl;
	const char *name; /* "goto.com", or ".goto.com" with all below it */
	struct gtb_net net;
	size_t budget;
	bool tries; /* regular expressions are tried, and methods looked at */
	bool nomem; /* set where memory ran out */
};

/*
 * The ssl_bump line that inspects all of the target; NULL: it is spliced or
 * closed, at least for some, or that cannot be told.
 */
const struct lint_line *lint_inspects(const struct lint_run *run,
				      struct lint_target *target);

/* How an acl meets the target; the least of a line's acls decides it. */
enum lint_meets {
	LINT_MEETS_NOT,
	LINT_MEETS_PART, /* "www.goto.com" meets only some of ".goto.com" */
	LINT_MEETS_MAYBE,
	LINT_MEETS_ALL
};
enum lint_meets lint_line_meets(const struct lint_run *run,
				struct lint_target *target,
				const struct lint_line *line);

/* The same of an acl of regular expressions, each of which is tried. */
enum lint_meets lint_regexes_meet(struct lint_target *target,
				  const struct gtb_conf_acl *acl);

/* --- files ------------------------------------------------------------- */

/*
 * The file is one we made, and another file includes it, or our lines stand
 * in it among others. What is all of the main file has no surroundings to be
 * judged by.
 */
bool lint_is_included(const struct lint_run *run, size_t file);

/*
 * Where such a file comes in: *file and the place become those of the include
 * line, or of our first line among the others.
 */
struct gtb_place lint_include_place(const struct lint_run *run, size_t *file);

/*
 * Where a finding about a line stands: at the line, or for one of an included
 * file of ours at the include, which is the admin's to change.
 */
struct gtb_place lint_place(const struct lint_run *run,
			    const struct gtb_conf_directive *directive,
			    size_t *file);

/* Some file of ours is included. */
bool lint_has_ours(const struct lint_run *run);

/* The main file itself is one we made. */
bool lint_is_ours_alone(const struct lint_run *run);

#endif
