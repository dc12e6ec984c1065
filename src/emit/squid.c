/* The door of the room: options looked at, then head, ACLs and rules. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "gtb/quote.h"
#include "gtb/squid.h"
#include "squid_parts.h"

/*
 * Squid reads lines into BUFSIZ bytes (8192) and takes what is left of a
 * longer one for the next line, in a comment too.
 */
#define LINE_MAX_BYTES 8000

static const struct gtb_place whole = {0, 0};

/* --- words ------------------------------------------------------------- */

const char *gtb_squid_mode_word(enum gtb_squid_mode mode)
{
	switch (mode) {
	case GTB_SQUID_EXPLICIT:
		return "explicit";
	case GTB_SQUID_INTERCEPT:
		return "intercept";
	case GTB_SQUID_TPROXY:
		return "tproxy";
	}
	return NULL;
}

const char *gtb_squid_via_word(enum gtb_squid_via via)
{
	switch (via) {
	case GTB_SQUID_EXTERNAL:
		return "external";
	case GTB_SQUID_NATIVE:
		return "native";
	case GTB_SQUID_ICAP:
		return "icap";
	}
	return NULL;
}

const char *gtb_squid_tail_word(enum gtb_squid_tail tail)
{
	switch (tail) {
	case GTB_SQUID_TAIL_BUMP:
		return "bump";
	case GTB_SQUID_TAIL_TERMINATE:
		return "terminate";
	case GTB_SQUID_TAIL_NONE:
		return "none";
	}
	return NULL;
}

/* --- options ----------------------------------------------------------- */

void gtb_squid_options_init(struct gtb_squid_options *options)
{
	*options = (struct gtb_squid_options){
		.modes = GTB_SQUID_MODE_BIT(GTB_SQUID_EXPLICIT),
		.bypass = GTB_BYPASS_AUTH | GTB_BYPASS_TLS,
		.ttl_s = GTB_SQUID_TTL_MAX,
		.children = GTB_SQUID_CHILDREN,
		.concurrency = GTB_SQUID_CONCURRENCY,
	};
}

static int refuse(struct gtb_report *report, const char *option,
		  const char *message)
{
	gtb_report_error(report, option, whole, "%s", message);
	return GTB_E_INPUT;
}

static int check_choices(const struct gtb_squid_options *options,
			 struct gtb_report *report)
{
	if (options->via == GTB_SQUID_ICAP)
		return refuse(report, "--via",
			      "only \"external\" and "
			      "\"native\" are in this version");
	if (options->modes == 0 && options->ports_count == 0)
		return refuse(report, "--mode",
			      "no port to write lines for: give "
			      "explicit, intercept or tproxy");
	if (options->bypass == 0)
		return refuse(report, "--bypass",
			      "nothing to bypass: give auth, tls or both");
	if (options->squid != 0 && (options->squid < 5 || options->squid > 7))
		return refuse(report, "--squid", "must be 5, 6 or 7");
	return GTB_OK;
}

static int check_range(const char *option, unsigned int value, unsigned int min,
		       unsigned int max, const char *why,
		       struct gtb_report *report)
{
	if (value >= min && value <= max)
		return GTB_OK;
	gtb_report_error(report, option, whole, "must be %u to %u%s", min, max,
			 why);
	return GTB_E_INPUT;
}

static int check_numbers(const struct gtb_squid_options *options,
			 struct gtb_report *report)
{
	int rc = check_range("--ttl", options->ttl_s, GTB_SQUID_TTL_MIN,
			     GTB_SQUID_TTL_MAX,
			     " seconds: it is how long a revoked entry lives "
			     "on",
			     report);

	if (rc == GTB_OK)
		rc = check_range("--children", options->children, 1,
				 GTB_SQUID_CHILDREN_MAX,
				 " helpers: one answers more than a Squid asks",
				 report);
	if (rc == GTB_OK)
		rc = check_range("--concurrency", options->concurrency, 1,
				 GTB_SQUID_CONCURRENCY_MAX,
				 ": Squid reads 32 KiB of answers at once, and "
				 "must not cut one in two",
				 report);
	return rc;
}

/* Those of "127.0.0.1:3128", too, which Squid calls a port without a name. */
static const char name_letters[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:[]-";

/* A word of Squid's that names an ACL or a port. */
static int check_name(const char *option, const char *name,
		      struct gtb_report *report)
{
	const char *refusal = gtb_quote_refusal(GTB_QUOTE_SQUID_WORD, name,
						strlen(name));

	if (refusal == NULL && strlen(name) > GTB_SQUID_NAME_MAX)
		refusal = "has more than 63 bytes";
	if (refusal == NULL && strspn(name, name_letters) != strlen(name))
		refusal = "has other than letters, digits and \"._:[]-\"";
	if (refusal == NULL && name[0] == '-')
		refusal = "begins with '-'";
	if (refusal == NULL)
		return GTB_OK;
	gtb_report_error(report, option, whole,
			 "the name \"%s\" %s, which squid.conf cannot say; "
			 "give another",
			 name, refusal);
	return GTB_E_INPUT;
}

static int check_ports(const struct gtb_squid_options *options,
		       struct gtb_report *report)
{
	for (size_t i = 0; i < options->ports_count; i++) {
		const char *name = options->ports[i].name;

		if (check_name("--port-name", name, report) != GTB_OK)
			return GTB_E_INPUT;
		for (size_t j = 0; j < i; j++)
			if (strcmp(options->ports[j].name, name) == 0) {
				gtb_report_error(
					report, "--port-name", whole,
					"\"%s\" is given twice; name each "
					"port once",
					name);
				return GTB_E_INPUT;
			}
	}
	return GTB_OK;
}

static int check_auth_acl(const struct gtb_squid_options *options,
			  struct gtb_report *report)
{
	if (options->auth_acl == NULL)
		return GTB_OK;
	if (strncmp(options->auth_acl, "gtb_", 4) == 0)
		return refuse(report, "--auth-acl",
			      "names that begin with \"gtb_\" are those of "
			      "the emitted file; give your own ACL's");
	return check_name("--auth-acl", options->auth_acl, report);
}

static int check_options(const struct gtb_squid_options *options,
			 struct gtb_report *report)
{
	int rc = check_choices(options, report);

	if (rc == GTB_OK)
		rc = check_numbers(options, report);
	if (rc == GTB_OK)
		rc = check_ports(options, report);
	if (rc == GTB_OK)
		rc = check_auth_acl(options, report);
	return rc;
}

/* Squid knows no quotes here, so a path passes as it is or not at all. */
static int check_path(const char *option, const char *path,
		      struct gtb_report *report)
{
	const char *refusal;

	if (path[0] != '/')
		return refuse(report, option,
			      "must be an absolute path: Squid "
			      "starts the helper in a folder of its own");
	refusal = gtb_quote_refusal(GTB_QUOTE_SQUID_WORD, path, strlen(path));
	if (refusal == NULL)
		return GTB_OK;
	gtb_report_error(report, option, whole,
			 "the path \"%s\" %s, which "
			 "squid.conf cannot say; give a path without, such as "
			 "a symbolic link to its folder",
			 path, refusal);
	return GTB_E_INPUT;
}

/* All that is wrong is reported, not only the first. */
static int check_paths(const struct gtb_squid_options *options,
		       struct gtb_report *report)
{
	int helper = GTB_OK;
	int policy;
	int catalog;

	if (options->via == GTB_SQUID_EXTERNAL)
		helper = check_path("--helper", options->helper, report);
	if (options->lists_folder != NULL &&
	    check_path("--output", options->lists_folder, report) != GTB_OK)
		helper = GTB_E_INPUT;
	policy = check_path("--policy", options->policy, report);
	catalog = check_path("--catalog", options->catalog, report);
	if (helper != GTB_OK || policy != GTB_OK)
		return GTB_E_INPUT;
	return catalog;
}

/* --- the text ---------------------------------------------------------- */

static bool has_long_line(const char *text)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");

		if (len > LINE_MAX_BYTES)
			return true;
		text += len;
		text += *text == '\n';
	}
	return false;
}

/* What could not be said here was foreign text of a comment. */
static int check_text(const struct gtb_text_buffer *text, size_t start,
		      struct gtb_report *report)
{
	if (text->error == GTB_E_INPUT)
		return refuse(report, "emit",
			      "the command line or a document's "
			      "title holds control characters or bytes that "
			      "are not UTF-8");
	if (text->error != GTB_OK)
		return text->error;
	if (has_long_line(gtb_text_data(text) + start))
		return refuse(report, "emit",
			      "a path or the command line is "
			      "longer than a line of squid.conf can be");
	return GTB_OK;
}

/* The rules are known before the ACLs: none is written that none uses. */
static int plan_rules(struct squid_plan *plan)
{
	const struct squid_writer writer = {plan, &plan->rules, NULL, NULL};

	gtb_squid_write_rules(&writer);
	return plan->rules.error;
}

int gtb_squid_emit(const struct gtb_ruleset *ruleset,
		   const struct gtb_squid_options *options,
		   struct gtb_text_buffer *text, struct gtb_squid_index *index,
		   struct gtb_squid_files *files, struct gtb_report *report)
{
	struct squid_plan plan = {.groups = NULL};
	const struct squid_writer writer = {&plan, text, index, files};
	size_t start = text->len;
	int rc;

	if (index != NULL)
		*index = (struct gtb_squid_index){.lines = NULL};
	if (files != NULL)
		*files = (struct gtb_squid_files){.files = NULL};
	rc = check_options(options, report);
	if (rc == GTB_OK)
		rc = check_paths(options, report);
	if (rc != GTB_OK)
		return rc;
	rc = gtb_squid_plan_make(&plan, ruleset, options);
	if (rc != GTB_OK)
		goto out;
	rc = plan_rules(&plan);
	if (rc != GTB_OK)
		goto out;
	gtb_squid_write_head(&writer);
	gtb_squid_write_kinds(&writer);
	gtb_squid_write_acls(&writer);
	gtb_squid_write_rules(&writer);
	gtb_text_add(text, "\n" GTB_SQUID_END "\n");
	rc = check_text(text, start, report);
out:
	gtb_squid_plan_fini(&plan);
	if (rc != GTB_OK && index != NULL)
		gtb_squid_index_fini(index);
	if (rc != GTB_OK && files != NULL)
		gtb_squid_files_fini(files);
	return rc;
}
