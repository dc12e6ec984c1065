/*
 * conf_show: a squid.conf that was read, as short text to compare with.
 */
#ifndef GTB_CONF_SHOW_H
#define GTB_CONF_SHOW_H

#include <stddef.h>

#include "gtb/conf.h"

#define SHOW_SIZE ((size_t)16384)

/*
 * Directives as "line:column[word|word]", a space between two. "@N:" stands
 * before a file that is not the one before; words of another line or file
 * than the directive begin with "line:"; a quoted word stands in ' ', and one
 * that a macro is in ends in '$'.
 */
const char *conf_show_lines(const struct gtb_conf *conf, char *out);

/* An acl as "type flag flag: value@line:column value@file/line:column". */
const char *conf_show_acl(const struct gtb_conf *conf, const char *name,
			  char *out);

/* All of a report, a newline behind each. */
const char *conf_show_report(const struct gtb_report *report, char *out);

#endif
