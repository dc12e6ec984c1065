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
	case GTB_SQUID_ICAP_EXTERNAL:
		return "icap,external";
	}
	return NULL;
}

bool gtb_squid_via_asks(enum gtb_squid_via via, enum gtb_squid_via whom)
{
	return via == whom || (via == GTB_SQUID_ICAP_EXTERNAL &&
			       whom != GTB_SQUID_NATIVE);
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
		return gtb_squid_refuse(report, "emit",
			      "the command line or a document's "
			      "title holds control characters or bytes that "
			      "are not UTF-8");
	if (text->error != GTB_OK)
		return text->error;
	if (has_long_line(gtb_text_data(text) + start))
		return gtb_squid_refuse(report, "emit",
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
	rc = gtb_squid_check(options, report);
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
