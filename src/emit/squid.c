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

static int refuse(struct gtb_report *report, const char *option,
		  const char *message)
{
	gtb_report_error(report, option, whole, "%s", message);
	return GTB_E_INPUT;
}

static int check_choices(const struct gtb_squid_options *options,
			 struct gtb_report *report)
{
	if (options->mode != GTB_SQUID_EXPLICIT)
		return refuse(report, "--mode",
			      "only \"explicit\" is in this version");
	if (options->via == GTB_SQUID_ICAP)
		return refuse(report, "--via",
			      "only \"external\" and "
			      "\"native\" are in this version");
	if (options->bypass == 0)
		return refuse(report, "--bypass",
			      "nothing to bypass: give auth, tls or both");
	if (options->ttl_s < GTB_SQUID_TTL_MIN ||
	    options->ttl_s > GTB_SQUID_TTL_MAX)
		return refuse(report, "--ttl",
			      "must be 1 to 60 seconds: it is "
			      "how long a revoked entry lives on");
	return GTB_OK;
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

int gtb_squid_emit(const struct gtb_ruleset *ruleset,
		   const struct gtb_squid_options *options,
		   struct gtb_text_buffer *text, struct gtb_squid_index *index,
		   struct gtb_report *report)
{
	struct squid_plan plan = {.groups = NULL};
	const struct squid_writer writer = {&plan, text, index};
	size_t start = text->len;
	int rc;

	if (index != NULL)
		*index = (struct gtb_squid_index){.lines = NULL};
	rc = check_choices(options, report);
	if (rc == GTB_OK)
		rc = check_paths(options, report);
	if (rc != GTB_OK)
		return rc;
	rc = gtb_squid_plan_make(&plan, ruleset, options);
	if (rc != GTB_OK)
		goto out;
	gtb_squid_write_head(&writer);
	gtb_squid_write_acls(&writer);
	gtb_squid_write_rules(&writer);
	rc = check_text(text, start, report);
out:
	gtb_squid_plan_fini(&plan);
	if (rc != GTB_OK && index != NULL)
		gtb_squid_index_fini(index);
	return rc;
}

/* --- the index --------------------------------------------------------- */

const struct gtb_squid_line *
gtb_squid_index_find(const struct gtb_squid_index *index,
		     const struct gtb_ruleset *ruleset,
		     enum gtb_squid_role role, uint16_t port)
{
	size_t count;
	const uint16_t *ports = gtb_ruleset_ports(ruleset, &count);

	for (size_t i = 0; i < index->count; i++) {
		const struct gtb_squid_line *line = &index->lines[i];

		if (line->role != role)
			continue;
		for (size_t p = 0; p < count; p++)
			if (ports[p] == port && (line->ports >> p & 1) != 0)
				return line;
	}
	return NULL;
}

void gtb_squid_index_fini(struct gtb_squid_index *index)
{
	free(index->lines);
	*index = (struct gtb_squid_index){.lines = NULL};
}
