/* How acls of regular expressions meet a name or network: by trying them. */
#include "config.h"

#include <regex.h>
#include <stdio.h>
#include <string.h>

#include "gtb/host.h"
#include "lint_order.h"

/* What compiling one takes, in names that are compared. */
#define COST 2000

#define SUBJECT_SIZE (GTB_NAME_MAX + 64)

/* Of ".goto.com" the name itself and one below; of a network an address. */
struct subjects {
	char text[2][SUBJECT_SIZE];
	size_t count;
};

static void add_subject(struct subjects *subjects, const char *before,
			const char *host, const char *behind)
{
	snprintf(subjects->text[subjects->count++], SUBJECT_SIZE, "%s%s%s",
		 before, host, behind);
}

/* A CONNECT's URL is "host:443". */
static void make_subjects(const struct lint_target *target, bool url,
			  struct subjects *subjects)
{
	const char *behind = url ? ":443" : "";
	char addr[GTB_NET_TEXT_SIZE];

	subjects->count = 0;
	if (target->name == NULL) {
		gtb_addr_text(&target->net.addr, addr, sizeof(addr));
		add_subject(subjects,
			    gtb_addr_is_v4(&target->net.addr) ? "" : "[", addr,
			    gtb_addr_is_v4(&target->net.addr)
				    ? behind
				    : (url ? "]:443" : "]"));
		return;
	}
	add_subject(subjects, "", target->name + (target->name[0] == '.'),
		    behind);
	if (target->name[0] == '.')
		add_subject(subjects, "www", target->name, behind);
}

/* How many subjects it matches; -1: that cannot be told. */
static int try_one(struct lint_target *target, const char *regex, bool icase,
		   const struct subjects *subjects)
{
	int flags = REG_EXTENDED | REG_NOSUB | (icase ? REG_ICASE : 0);
	int matches = 0;
	regex_t compiled;
	int error;

	if (target->budget < COST || !lint_regex_is_tame(regex))
		return -1;
	target->budget -= COST;
	error = regcomp(&compiled, regex, flags);
	target->nomem |= error == REG_ESPACE;
	if (error != 0)
		return -1;
	for (size_t i = 0; i < subjects->count; i++) {
		error = regexec(&compiled, subjects->text[i], 0, NULL, 0);
		target->nomem |= error == REG_ESPACE;
		matches += error == 0;
	}
	regfree(&compiled);
	return matches;
}

/* Other names below, and other addresses, are taken to fare alike. */
enum lint_meets lint_regexes_meet(struct lint_target *target,
				  const struct gtb_conf_acl *acl)
{
	bool icase = gtb_conf_acl_has(acl, "-i");
	enum lint_meets most = LINT_MEETS_NOT;
	struct subjects subjects;

	make_subjects(target, lint_acl_is(acl, "url_regex"), &subjects);
	for (size_t i = 0; i < acl->values_count; i++) {
		int matches =
			try_one(target, acl->values[i].text, icase, &subjects);

		if (matches == (int)subjects.count)
			return LINT_MEETS_ALL;
		if (matches != 0)
			most = LINT_MEETS_MAYBE;
	}
	return most;
}
