/* The lists of a ruleset as ACLs. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "squid_parts.h"

#define COLUMNS 100 /* of a line of values, as far as they fit */

static const char sni[] = "ssl::server_name --client-requested";

/* --- names ------------------------------------------------------------- */

static const char *const sni_words[SQUID_LISTS] = {
	[SQUID_NAMES] = "sni",
	[SQUID_NOT_NAMES] = "not_sni",
	[SQUID_FAR_NAMES] = "far_sni",
	[SQUID_NOT_FAR_NAMES] = "not_far_sni",
};

static const char *const verdict_prefixes[SQUID_VERDICTS] = {
	[SQUID_AUTH] = "auth_",
	[SQUID_TLS] = "tls_",
};

const char *gtb_squid_acl_name(const struct squid_plan *plan, size_t group,
			       enum squid_verdict verdict, const char *what,
			       char buffer[SQUID_ACL_NAME_SIZE])
{
	const char *prefix = verdict_prefixes[verdict];

	if (plan->groups[group].same)
		prefix = "";
	snprintf(buffer, SQUID_ACL_NAME_SIZE, "gtb_%s%s_%zu", prefix, what,
		 group + 1);
	return buffer;
}

const char *gtb_squid_sni_name(const struct squid_plan *plan, size_t group,
			       enum squid_verdict verdict, enum squid_list list,
			       char buffer[SQUID_ACL_NAME_SIZE])
{
	if (plan->groups[group].same)
		verdict = SQUID_TLS;
	snprintf(buffer, SQUID_ACL_NAME_SIZE, "gtb_%s%s_%zu",
		 verdict_prefixes[verdict], sni_words[list], group + 1);
	return buffer;
}

const char *gtb_squid_host_word(const struct squid_set *set)
{
	if (set->lists[SQUID_NETS].len == 0)
		return "named";
	return set->lists[SQUID_NAMES].len == 0 ? "nets" : "host";
}

/* --- values ------------------------------------------------------------ */

/* "acl NAME TYPE value value ...", as many lines as it takes. */
static void write_inline(struct gtb_text_buffer *text, const char *name,
			 const char *type, const char *value)
{
	size_t start = 0; /* of the current line; 0: none begun */

	while (*value != '\0') {
		size_t len = strcspn(value, "\n");

		if (start != 0 && text->len + 1 + len > start + COLUMNS) {
			gtb_text_add(text, "\n");
			start = 0;
		}
		if (start == 0) {
			start = text->len;
			gtb_text_addf(text, "acl %s %s", name, type);
		}
		gtb_text_add(text, " ");
		gtb_text_add_bytes(text, value, len);
		value += len + 1;
	}
	if (start != 0)
		gtb_text_add(text, "\n");
}

void gtb_squid_write_acl(const struct squid_writer *writer, const char *name,
			 const char *type, const struct gtb_text_buffer *values)
{
	if (writer->files != NULL && values->lines > GTB_SQUID_INLINE_MAX)
		gtb_squid_write_list_file(writer, name, type, values);
	else
		write_inline(writer->text, name, type, gtb_text_data(values));
}

/*
 * Squid goes on without a list file that it cannot read, and with an ACL that
 * matches nothing. Exceptions would let pass what they keep out.
 */
void gtb_squid_write_exceptions(const struct squid_writer *writer,
				const char *name, const char *type,
				const struct gtb_text_buffer *values)
{
	write_inline(writer->text, name, type, gtb_text_data(values));
}

static void write_list(const struct squid_writer *writer, enum squid_list list,
		       const char *name, const char *type,
		       const struct gtb_text_buffer *values)
{
	if (list == SQUID_NOT_NAMES || list == SQUID_NOT_FAR_NAMES ||
	    list == SQUID_NOT_NETS)
		gtb_squid_write_exceptions(writer, name, type, values);
	else
		gtb_squid_write_acl(writer, name, type, values);
}

/* --- ACLs of other ACLs -------------------------------------------------- */

/*
 * What stands for a list and something else. Those that stand for others come
 * first. A requested name is one of a client that chose this proxy: where an
 * intercepted one went is known to dst whatever it says, and dst -n knows
 * nothing of a name else.
 */
struct joint {
	const char *what;
	const char *type;
	const char *words[2]; /* lists, or other joints */
	const char *more;     /* an ACL without a number, or NULL */
};

static const struct joint joints[] = {
	{"host", "any-of", {"named", "nets"}, NULL},
	{"named", "all-of", {"names", NULL}, "!gtb_dst_known"},
	{"listed", "any-of", {"names", NULL}, "gtb_host_address"},
};

#define JOINTS (sizeof(joints) / sizeof(joints[0]))

static bool has_word(const struct joint *joint, const char *word)
{
	for (size_t i = 0; i < 2; i++)
		if (joint->words[i] != NULL &&
		    strcmp(joint->words[i], word) == 0)
			return true;
	return false;
}

/* Does a rule use the ACL, or one that has it inside? */
static bool is_needed(const struct squid_plan *plan, size_t group,
		      enum squid_verdict verdict, const char *word)
{
	char name[SQUID_ACL_NAME_SIZE];

	gtb_squid_acl_name(plan, group, verdict, word, name);
	if (gtb_squid_is_used(plan, name))
		return true;
	for (size_t i = 0; i < JOINTS; i++)
		if (has_word(&joints[i], word) &&
		    is_needed(plan, group, verdict, joints[i].what))
			return true;
	return false;
}

/* --- one group --------------------------------------------------------- */

/* By what a list is looked for, and the word of its ACL. */
struct way {
	const char *type;
	const char *words[SQUID_LISTS];
};

static const struct way requested = {
	NULL, /* dstdomain or dst */
	{
		[SQUID_NAMES] = "names",
		[SQUID_NOT_NAMES] = "not_names",
		[SQUID_FAR_NAMES] = "far_names",
		[SQUID_NOT_FAR_NAMES] = "not_far_names",
		[SQUID_NETS] = "nets",
		[SQUID_NOT_NETS] = "not_nets",
	}};

/*
 * Where an intercepted client went. Squid's dst would be what the client says,
 * with client_dst_passthru off, although Squid goes there all the same.
 */
static const struct way local = {
	"localip",
	{
		[SQUID_NETS] = "local_nets",
		[SQUID_NOT_NETS] = "not_local_nets",
	}};

const char *gtb_squid_list_word(enum squid_list list)
{
	return requested.words[list];
}

static const char *type_of(const struct way *way, enum squid_list list)
{
	if (way->type != NULL)
		return way->type;
	return list == SQUID_NETS || list == SQUID_NOT_NETS ? "dst -n"
							    : "dstdomain -n";
}

static void write_set(const struct squid_writer *writer, size_t group,
		      enum squid_verdict verdict, const struct way *way)
{
	const struct squid_plan *plan = writer->plan;
	const struct squid_set *set = &plan->groups[group].sets[verdict];
	char name[SQUID_ACL_NAME_SIZE];

	for (int i = 0; i < SQUID_LISTS; i++) {
		enum squid_list list = (enum squid_list)i;

		if (way->words[i] == NULL)
			continue;
		gtb_squid_acl_name(plan, group, verdict, way->words[i], name);
		if (is_needed(plan, group, verdict, way->words[i]))
			write_list(writer, list, name, type_of(way, list),
				   &set->lists[list]);
	}
}

static void write_snis(const struct squid_writer *writer, size_t group,
		       enum squid_verdict verdict)
{
	const struct squid_plan *plan = writer->plan;
	const struct squid_set *set = &plan->groups[group].sets[verdict];
	char name[SQUID_ACL_NAME_SIZE];

	for (int i = SQUID_NAMES; i <= SQUID_NOT_FAR_NAMES; i++) {
		enum squid_list list = (enum squid_list)i;

		gtb_squid_sni_name(plan, group, verdict, list, name);
		if (gtb_squid_is_used(plan, name))
			write_list(writer, list, name, sni, &set->lists[list]);
	}
}

static void write_joint(const struct squid_writer *writer, size_t group,
			enum squid_verdict verdict, const struct joint *joint)
{
	const struct squid_plan *plan = writer->plan;
	char name[SQUID_ACL_NAME_SIZE];

	if (!is_needed(plan, group, verdict, joint->what))
		return;
	gtb_text_addf(writer->text, "acl %s %s",
		      gtb_squid_acl_name(plan, group, verdict, joint->what,
					 name),
		      joint->type);
	for (size_t i = 0; i < 2 && joint->words[i] != NULL; i++)
		gtb_squid_rule_acl(writer, group, verdict, "", joint->words[i]);
	if (joint->more != NULL)
		gtb_text_addf(writer->text, " %s", joint->more);
	gtb_text_add(writer->text, "\n");
}

static void write_verdict(const struct squid_writer *writer, size_t group,
			  enum squid_verdict verdict)
{
	write_set(writer, group, verdict, &requested);
	write_set(writer, group, verdict, &local);
	for (size_t i = JOINTS; i-- > 0;)
		write_joint(writer, group, verdict, &joints[i]);
}

static void write_port(const struct squid_writer *writer, size_t group,
		       const char *what, const char *type)
{
	const struct squid_plan *plan = writer->plan;
	size_t count;
	const uint16_t *ports = gtb_ruleset_ports(plan->ruleset, &count);

	gtb_text_addf(writer->text, "acl gtb_%s_%zu %s", what, group + 1, type);
	for (size_t i = 0; i < count; i++)
		if ((plan->groups[group].ports >> i & 1) != 0)
			gtb_text_addf(writer->text, " %u", ports[i]);
	gtb_text_add(writer->text, "\n");
}

/*
 * The port of a request is what the request says; the other cannot lie. Where
 * the service is asked and names are not enough, a group may have no rule.
 */
static void write_ports(const struct squid_writer *writer, size_t group)
{
	char name[SQUID_ACL_NAME_SIZE];

	snprintf(name, sizeof(name), "gtb_port_%zu", group + 1);
	if (writer->plan->icap && !gtb_squid_is_used(writer->plan, name))
		return;
	gtb_text_addf(writer->text,
		      "\n# TCP ports with equal lists, group %zu.\n",
		      group + 1);
	write_port(writer, group, "port", "port");
	snprintf(name, sizeof(name), "gtb_local_%zu", group + 1);
	if (gtb_squid_is_used(writer->plan, name))
		write_port(writer, group, "local", "localport");
}

void gtb_squid_write_acls(const struct squid_writer *writer)
{
	const struct squid_plan *plan = writer->plan;

	for (size_t i = 0; i < plan->groups_count; i++) {
		write_ports(writer, i);
		write_verdict(writer, i, SQUID_AUTH);
		if (!plan->groups[i].same)
			write_verdict(writer, i, SQUID_TLS);
		if (!plan->groups[i].same)
			write_snis(writer, i, SQUID_AUTH);
		write_snis(writer, i, SQUID_TLS);
	}
}
