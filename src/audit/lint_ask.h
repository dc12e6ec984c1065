/*
 * lint_ask: questions that rules ask about the prepared view of lint_parts.h,
 * which includes this.
 */
#ifndef GTB_LINT_ASK_H
#define GTB_LINT_ASK_H

#include "lint_parts.h"

/*
 * enum lint_trait bits of an acl (NULL: 0), of all acls of a line together,
 * negated ones left out; the first term with any of the bits, negated or not,
 * or NULL.
 */
unsigned int lint_traits(const struct lint_run *run,
			 const struct gtb_conf_acl *acl);
unsigned int lint_line_traits(const struct lint_run *run,
			      const struct lint_line *line);
const struct lint_term *lint_line_term(const struct lint_run *run,
				       const struct lint_line *line,
				       unsigned int traits);

/*
 * Call visit for an acl and, where it is a group, for every acl in it, each
 * once, groups themselves too. Stops at the first true and returns it. visit
 * must not call this again.
 */
typedef bool lint_visit(const struct lint_run *run,
			const struct gtb_conf_acl *acl, void *context);
bool lint_acl_any(const struct lint_run *run, const struct gtb_conf_acl *acl,
		  lint_visit *visit, void *context);

/* The acl is of this type; case as Squid's. NULL acl: no. */
bool lint_acl_is(const struct gtb_conf_acl *acl, const char *type);

/* The acl matches requests alone that bring credentials for the proxy. */
bool lint_acl_is_credentials(const struct gtb_conf_acl *acl);

/* A port acl holds this port. */
bool lint_acl_holds_port(const struct gtb_conf_acl *acl, unsigned int port);

/* The external_acl_type an external acl names, or NULL. */
const struct lint_external *lint_acl_external(const struct lint_run *run,
					      const struct gtb_conf_acl *acl);
const struct lint_external *lint_external_find(const struct lint_run *run,
					       const char *name);

/* The value behind "name=" among the options; NULL: it is not set. */
const char *lint_external_option(const struct lint_external *external,
				 const char *name);

/*
 * Is the code among the FORMAT's tokens, with or without modifiers: "ul",
 * "ssl::>sni", ">rd"? The old names (%LOGIN, %DST, ...) count as what they
 * stand for. Returns the token's word, or NULL.
 */
const struct gtb_conf_word *
lint_external_token(const struct lint_external *external, const char *code);

/* Did we make lines of that file, that very line, or that word's line? */
bool lint_file_is_ours(const struct lint_run *run, size_t file);
bool lint_word_is_ours(const struct lint_run *run,
		       const struct gtb_conf_word *word);
bool lint_is_ours(const struct lint_run *run,
		  const struct gtb_conf_directive *directive);

/* The first directive of that name from index on, or GTB_CONF_NONE. */
size_t lint_directive_next(const struct lint_run *run, const char *name,
			   size_t from);

/*
 * Is this GoTo's: a name ("goto.com", ".x.goto.com", "*.goto.com"), a network
 * or address ("68.64.0.0/19", "a-b"), a regular expression that holds one of
 * GoTo's names?
 */
bool lint_goto_name(const struct lint_run *run, const char *name);
bool lint_goto_net(const struct lint_run *run, const char *text);
bool lint_goto_regex(const struct lint_run *run, const char *regex);

/* Repeats of repeats grow beyond all bounds in regcomp(3): it has none. */
bool lint_regex_is_tame(const char *regex);

/*
 * A line lets GoTo, by name or address, past authentication (http_access or
 * adapted_http_access allow), or past inspection (ssl_bump splice): one of
 * its acls, not negated, has LINT_GOTO, and none LINT_USER.
 */
bool lint_line_bypasses(const struct lint_run *run,
			const struct lint_line *line);

/*
 * Could a CONNECT of GoTo's to port 443 match the first count terms of the
 * line, as far as they can be judged? Yes unless one of them speaks of
 * other destinations, ports, methods, or excludes GoTo.
 */
bool lint_line_reaches_goto(const struct lint_run *run,
			    const struct lint_line *line, size_t count);

/* The line is for the cache manager's own requests, which are no tunnels. */
bool lint_line_is_manager(const struct lint_line *line);

/* Steps of ssl_bump at which the line can match: bit 0 is step 1. */
#define LINT_STEP_1 1u
#define LINT_STEP_2 2u
#define LINT_STEP_3 4u
unsigned int lint_line_steps(const struct lint_run *run,
			     const struct lint_line *line);

/* Beside steps the line asks nothing: it matches whatever comes. */
bool lint_line_catches_all(const struct lint_run *run,
			   const struct lint_line *line);

#endif
