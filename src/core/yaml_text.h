/*
 * yaml_text: is a text YAML at all, and the plain YAML that gtb/yaml.h takes?
 * The first half of gtb_yaml_read(); nobody else needs it.
 */
#ifndef GTB_YAML_TEXT_H
#define GTB_YAML_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <yaml.h>

#include "gtb/report.h"

#define GTB_YAML_DEPTH_MAX 16	  /* mappings and lists in each other */
#define GTB_YAML_NODES_MAX 262144 /* keys and values a file */

/*
 * libyaml counts columns in characters; admins' editors and our reports in
 * bytes. A cursor turns marks into places, quickly when they come in the order
 * of the text. Start with zeros but for text and len.
 */
struct gtb_yaml_cursor {
	const char *text;
	size_t len;
	size_t byte;	   /* where the cursor stands */
	size_t characters; /* before it */
	size_t line_start; /* byte its line begins at */
};

struct gtb_place gtb_yaml_cursor_place(struct gtb_yaml_cursor *cursor,
				       const yaml_mark_t *mark);

/* Does a text begin like "key:value", without a blank behind the colon? */
bool gtb_yaml_lacks_blank(const char *text, size_t len);

/*
 * Report bytes that are not UTF-8, control characters, syntax errors, anchors,
 * aliases, tags, a second document, too much depth and too many values.
 * GTB_OK, GTB_E_INPUT or GTB_E_NOMEM.
 */
int gtb_yaml_text_check(const char *source, const char *text, size_t len,
			struct gtb_report *report);

#endif
