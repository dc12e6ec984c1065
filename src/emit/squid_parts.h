/*
 * squid_parts: what the files of the squid room share. squid_plan.c finds out
 * what is to be said, squid_nets.c writes networks, squid_acls.c writes the
 * ACLs, squid_rules.c the rules, squid_notes.c the comments, and squid.c puts
 * them together.
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

/*
 * What may bypass at some ports, as Squid writes it. Values end in a newline
 * each; an empty text is an ACL that is left out.
 */
struct squid_set {
	struct gtb_text_buffer names;
	struct gtb_text_buffer not_names; /* exceptions to names */
	struct gtb_text_buffer nets;
	struct gtb_text_buffer not_nets; /* exceptions to nets */
};

enum squid_verdict { SQUID_AUTH, SQUID_TLS, SQUID_VERDICTS };

/* Ports with the same sets: they share their ACLs. */
struct squid_group {
	uint64_t ports; /* bit i: gtb_ruleset_ports()[i] */
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
	struct squid_clients clients[SQUID_VERDICTS];
	bool same_clients;	    /* both verdicts have the same clients */
	struct squid_group *groups; /* none is empty */
	size_t groups_count;
	size_t stricter; /* see gtb_ruleset_verdicts() */
};

/* A text being written, with its index. */
struct squid_writer {
	const struct squid_plan *plan;
	struct gtb_text_buffer *text;
	struct gtb_squid_index *index; /* may be NULL */
};

/* Longest name of an ACL written here, with its NUL; Squid takes 63. */
#define SQUID_ACL_NAME_SIZE 48

/* GTB_OK or GTB_E_NOMEM; either way gtb_squid_plan_fini() frees. */
int gtb_squid_plan_make(struct squid_plan *plan,
			const struct gtb_ruleset *ruleset,
			const struct gtb_squid_options *options);
void gtb_squid_plan_fini(struct squid_plan *plan);

/*
 * Append a network, or sorted and without what others cover many networks,
 * a line each, so that Squid means the same by them. Nets are reordered.
 */
void gtb_squid_add_net(struct gtb_text_buffer *text, const struct gtb_net *net);
void gtb_squid_add_nets(struct gtb_text_buffer *text, struct gtb_net *nets,
			size_t count);

/* Has the group lines for a verdict, and has any group? */
bool gtb_squid_has(const struct squid_group *group, enum squid_verdict verdict);
bool gtb_squid_plan_has(const struct squid_plan *plan,
			enum squid_verdict verdict);

/*
 * The name of an ACL: "gtb_tls_names_1", or "gtb_names_1" where both verdicts
 * have the same. Returns buffer.
 */
const char *gtb_squid_acl_name(const struct squid_plan *plan, size_t group,
			       enum squid_verdict verdict, const char *what,
			       char buffer[SQUID_ACL_NAME_SIZE]);

/* "names", "nets" or, for both, "host": the ACL that stands for a set. */
const char *gtb_squid_host_word(const struct squid_set *set);

void gtb_squid_write_acls(const struct squid_writer *writer);
void gtb_squid_write_rules(const struct squid_writer *writer);
void gtb_squid_write_head(const struct squid_writer *writer);

#endif
