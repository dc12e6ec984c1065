/*
 * squid_parts: what the files of the squid room share. squid_plan.c finds out
 * what is to be said, with squid_policy.c, squid_nets.c writes networks, squid_acls.c the lists of
 * a ruleset as ACLs, squid_steps.c and squid_kinds.c all other ACLs,
 * squid_explicit.c the rules of explicit ports, squid_intercepted.c and
 * squid_spliced.c those of intercepted ones, squid_rules.c puts rules into
 * order, squid_notes.c writes the comments, squid_files.c the list files, and
 * squid.c puts all of it together.
 */
#ifndef GTB_SQUID_PARTS_H
#define GTB_SQUID_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gtb/net.h"
#include "gtb/ruleset.h"
#include "gtb/squid.h"
#include "gtb/text.h"

/* What may bypass at some ports, and the exceptions to each list. */
enum squid_list {
	SQUID_NAMES,
	SQUID_NOT_NAMES,
	SQUID_FAR_NAMES, /* for destinations in none of the networks */
	SQUID_NOT_FAR_NAMES,
	SQUID_NETS,
	SQUID_NOT_NETS,
	SQUID_LISTS
};

/*
 * The lists as Squid writes them. Values end in a newline each; an empty text
 * is an ACL that is left out.
 */
struct squid_set {
	struct gtb_text_buffer lists[SQUID_LISTS];
};

enum squid_verdict { SQUID_AUTH, SQUID_TLS, SQUID_VERDICTS };

/* Ports with the same sets: they share their ACLs. */
struct squid_group {
	uint64_t ports; /* bit i: gtb_ruleset_ports()[i] */
	uint64_t tls_ports; /* those of them that are not HTTP's own */
	struct squid_set sets[SQUID_VERDICTS];
	bool same; /* both verdicts have the same set */
};

/* Who may have a verdict. */
struct squid_clients {
	struct gtb_text_buffer nets; /* empty: anybody */
	bool nobody; /* identities exist, none has the verdict */
};

struct squid_plan {
	const struct gtb_ruleset *ruleset;
	const struct gtb_squid_options *options;
	bool external;	  /* the helper is asked, with icap about names on
			   * intercepted ports */
	bool icap;	  /* the service is asked */
	bool explicit_on; /* there are ports clients know of */
	bool intercepted; /* there are ports clients do not know of */
	struct gtb_text_buffer explicit_ports; /* names; empty: all others */
	struct gtb_text_buffer intercepted_ports;
	struct gtb_text_buffer excluded; /* networks nothing goes to */
	bool sni_first; /* never spliced before the SNI is known, because
			 * names are excluded */
	bool goes_on;	/* what no line here splices is inspected or closed
			 * by a line here */
	struct squid_clients clients[SQUID_VERDICTS];
	bool same_clients;	    /* both verdicts have the same clients */
	struct squid_group *groups; /* none is empty */
	size_t groups_count;
	size_t stricter; /* see gtb_ruleset_verdicts() */
	struct gtb_text_buffer rules; /* as they will be, to see which ACLs
				       * they use */
};

/* A text being written, with its index and its files. */
struct squid_writer {
	const struct squid_plan *plan;
	struct gtb_text_buffer *text;
	struct gtb_squid_index *index; /* may be NULL */
	struct gtb_squid_files *files; /* may be NULL */
};

/* Longest name of an ACL written here, with its NUL. */
#define SQUID_ACL_NAME_SIZE 48

/* --- plan --------------------------------------------------------------- */

/* GTB_OK or GTB_E_NOMEM; either way gtb_squid_plan_fini() frees. */
int gtb_squid_plan_make(struct squid_plan *plan,
			const struct gtb_ruleset *ruleset,
			const struct gtb_squid_options *options);
void gtb_squid_plan_fini(struct squid_plan *plan);

/* Two of its parts; GTB_OK or GTB_E_NOMEM. */
int gtb_squid_plan_clients(struct squid_plan *plan, enum squid_verdict verdict);
int gtb_squid_plan_excluded(struct squid_plan *plan);

/* The mode of the first intercepted port. */
enum gtb_squid_mode
gtb_squid_plan_intercepted_mode(const struct squid_plan *plan);

/* Has the group lines for a verdict, and has any group? */
bool gtb_squid_has(const struct squid_group *group, enum squid_verdict verdict);
bool gtb_squid_plan_has(const struct squid_plan *plan,
			enum squid_verdict verdict);

/* The same for ports of TLS, as intercepted tunnels must have. */
bool gtb_squid_has_tunnels(const struct squid_group *group,
			   enum squid_verdict verdict);
bool gtb_squid_plan_has_tunnels(const struct squid_plan *plan,
				enum squid_verdict verdict);

/* Is a list of a group not empty? */
bool gtb_squid_has_list(const struct squid_group *group,
			enum squid_verdict verdict, enum squid_list list);

/* The names an intercepted tunnel may have by its SNI alone. */
enum squid_list gtb_squid_tunnel_names(const struct squid_plan *plan);

/* Can an intercepted connection prove itself by its SNI? */
bool gtb_squid_names_count(const struct squid_plan *plan);

/* --- values ------------------------------------------------------------- */

/*
 * Append a network, or sorted and without what others cover many networks,
 * a line each, so that Squid means the same by them. Nets are reordered.
 */
void gtb_squid_add_net(struct gtb_text_buffer *text, const struct gtb_net *net);
void gtb_squid_add_nets(struct gtb_text_buffer *text, struct gtb_net *nets,
			size_t count);

/* "acl NAME TYPE value value ...", in the text or by a list file. */
void gtb_squid_write_acl(const struct squid_writer *writer, const char *name,
			 const char *type,
			 const struct gtb_text_buffer *values);

/* The same for what must not match: in the text, however long. */
void gtb_squid_write_exceptions(const struct squid_writer *writer,
				const char *name, const char *type,
				const struct gtb_text_buffer *values);

/* The same by a file that is added to the writer's files. */
void gtb_squid_write_list_file(const struct squid_writer *writer,
			       const char *name, const char *type,
			       const struct gtb_text_buffer *values);

/* --- names of ACLs ------------------------------------------------------ */

/*
 * "gtb_tls_names_1", or "gtb_names_1" where both verdicts have the same.
 * Returns buffer.
 */
const char *gtb_squid_acl_name(const struct squid_plan *plan, size_t group,
			       enum squid_verdict verdict, const char *what,
			       char buffer[SQUID_ACL_NAME_SIZE]);

/* "gtb_tls_sni_1": a list of names, looked for in the SNI. */
const char *gtb_squid_sni_name(const struct squid_plan *plan, size_t group,
			       enum squid_verdict verdict, enum squid_list list,
			       char buffer[SQUID_ACL_NAME_SIZE]);

/* "named", "nets" or, for both, "host": the ACL that stands for a set. */
const char *gtb_squid_host_word(const struct squid_set *set);

/* "nets", "not_nets", ... */
const char *gtb_squid_list_word(enum squid_list list);

/* Does a text have the word, after a blank or '!'? Does a rule? */
bool gtb_squid_has_word(const char *text, const char *word);
bool gtb_squid_is_used(const struct squid_plan *plan, const char *name);

/* --- parts of rules ----------------------------------------------------- */

/* Has the group of a rule a list that is not empty, or ports of TLS? */
bool gtb_squid_rule_has(const struct squid_writer *writer, size_t group,
			enum squid_verdict verdict, enum squid_list list);
bool gtb_squid_rule_has_tunnels(const struct squid_writer *writer,
				size_t group, enum squid_verdict verdict);

/* Each appends " acl" or " !acl". */
void gtb_squid_rule_acl(const struct squid_writer *writer, size_t group,
			enum squid_verdict verdict, const char *sign,
			const char *what);
/* A list (not an exception) that must match, and its exceptions must not. */
void gtb_squid_rule_list(const struct squid_writer *writer, size_t group,
			 enum squid_verdict verdict, enum squid_list list);
/* SQUID_NETS, held against where an intercepted client went. */
void gtb_squid_rule_local_nets(const struct squid_writer *writer, size_t group,
			       enum squid_verdict verdict);
/* The same for the SNI, which must be there and well formed. */
void gtb_squid_rule_sni(const struct squid_writer *writer, size_t group,
			enum squid_verdict verdict, enum squid_list list);
/* The same where without an SNI the requested host, which is listed, counts. */
void gtb_squid_rule_sni_or_none(const struct squid_writer *writer,
				size_t group, enum squid_verdict verdict,
				enum squid_list list);
/* There is no SNI, and the requested host is an address. */
void gtb_squid_rule_no_sni(const struct squid_writer *writer);
void gtb_squid_rule_clients(const struct squid_writer *writer,
			    enum squid_verdict verdict);
/* Only where the helper is asked. */
void gtb_squid_rule_ask(const struct squid_writer *writer, const char *ask);

/* The helper's question or, where the service is asked, its answer. */
void gtb_squid_rule_said(const struct squid_writer *writer, const char *ask,
			 const char *said);
/* The helper's question or, for the service to be asked, the marks. */
void gtb_squid_rule_open(const struct squid_writer *writer, const char *ask);

/* The beginning of a rule of explicit ports. */
void gtb_squid_rule_explicit(const struct squid_writer *writer,
			     const char *action);
/* Who, to which port, and to which networks; or hosts, names or addresses. */
void gtb_squid_rule_networks(const struct squid_writer *writer, size_t group,
			     enum squid_verdict verdict);
void gtb_squid_rule_hosts(const struct squid_writer *writer, size_t group,
			  enum squid_verdict verdict);
/* The beginning of a rule for requests of a kind on intercepted ports. */
void gtb_squid_rule_request(const struct squid_writer *writer, size_t group,
			    const char *kind);
/* What is spliced of explicit ports, by name and by address. */
void gtb_squid_rule_explicit_name(const struct squid_writer *writer,
				  size_t group);
void gtb_squid_rule_explicit_address(const struct squid_writer *writer,
				     size_t group);

/* Where a name alone counts: not to an excluded network. */
void gtb_squid_rule_not_excluded(const struct squid_writer *writer);

/* The port of the request; and the one an intercepted client went to. */
void gtb_squid_rule_port(const struct squid_writer *writer, size_t group);
void gtb_squid_rule_ports(const struct squid_writer *writer, size_t group);

/*
 * Which intercepted connections are spliced once the SNI is known; can there
 * be any? By name alone; without the helper also by name and network, where a
 * name is hosted by GoTo alone; and by network, without an SNI.
 */
bool gtb_squid_spliced_by_name(const struct squid_writer *writer,
			       size_t group);
bool gtb_squid_spliced_by_near_name(const struct squid_writer *writer,
				    size_t group);
bool gtb_squid_spliced_by_address(const struct squid_writer *writer,
				  size_t group);
void gtb_squid_rule_by_name(const struct squid_writer *writer, size_t group);
void gtb_squid_rule_by_near_name(const struct squid_writer *writer,
				 size_t group);
void gtb_squid_rule_by_address(const struct squid_writer *writer,
			       size_t group);

/* --- rules -------------------------------------------------------------- */

/* A line for each group that has the verdict; a line may be left empty. */
struct squid_block {
	enum gtb_squid_role role;
	enum squid_verdict verdict;
	void (*write)(const struct squid_writer *writer, size_t group);
	bool (*is_wanted)(const struct squid_plan *plan); /* NULL: always */
	const char *comment; /* before the first line; may be "" */
};

/* Each ends with a row whose write is NULL. */
extern const struct squid_block gtb_squid_icap_access[];
extern const struct squid_block gtb_squid_icap_inner[];
extern const struct squid_block gtb_squid_icap_adapted[];
extern const struct squid_block gtb_squid_explicit_access[];
extern const struct squid_block gtb_squid_explicit_bump[];
extern const struct squid_block gtb_squid_intercepted_access[];
extern const struct squid_block gtb_squid_intercepted_bump[];

/* Append a line, as the role of a group, to the text and the index. */
void gtb_squid_index_add(const struct squid_writer *writer,
			 enum gtb_squid_role role, size_t group,
			 const struct gtb_text_buffer *text);

/* --- options ------------------------------------------------------------ */

/* GTB_OK, or GTB_E_INPUT and reported. */
int gtb_squid_check(const struct gtb_squid_options *options,
		    struct gtb_report *report);
/* Reports it, returns GTB_E_INPUT. */
int gtb_squid_refuse(struct gtb_report *report, const char *option,
		     const char *message);
/* Why a text is no URI of an ICAP service; NULL: it is one. */
const char *gtb_squid_uri_refusal(const char *uri);

/* --- the text ----------------------------------------------------------- */

void gtb_squid_write_head(const struct squid_writer *writer);
void gtb_squid_write_kinds(const struct squid_writer *writer);
void gtb_squid_write_steps(const struct squid_writer *writer);
void gtb_squid_write_acls(const struct squid_writer *writer);
void gtb_squid_write_rules(const struct squid_writer *writer);

/* Lines of the service that are no rules of a group. */
void gtb_squid_write_services(const struct squid_writer *writer);
void gtb_squid_write_forged(const struct squid_writer *writer);
void gtb_squid_write_asking(const struct squid_writer *writer);
void gtb_squid_write_opened(const struct squid_writer *writer);

#endif
