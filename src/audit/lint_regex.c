/*
 * Regular expressions that match more than they seem to: each is tried, with
 * names of strangers made from the name that stands in it.
 */
#include "config.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gtb/host.h"
#include "gtb/report.h"
#include "gtb/suffix.h"
#include "lint_values.h"

/* What is longer, or could keep regcomp(3) busy, is not tried. */
#define REGEX_MAX    1024
#define REPEAT_MAX   1000
#define SUBJECT_SIZE (2 * GTB_NAME_MAX + 64)
#define MEND_SIZE    (4 * GTB_NAME_MAX + 100)

/* One value of an acl, as it is tried. */
struct trial {
	regex_t regex;
	bool url; /* of url_regex: it sees "http://host/" and "host:443" */
	bool nomem;
	char proof[SUBJECT_SIZE]; /* what it matched and should not have */
};

static bool is_regex(const struct gtb_conf_acl *acl)
{
	return lint_acl_is(acl, "dstdom_regex") ||
	       lint_acl_is(acl, "ssl::server_name_regex") ||
	       lint_acl_is(acl, "url_regex");
}

/* --- trying ------------------------------------------------------------ */

/* What stands around a host in what the acl sees. */
struct form {
	const char *before;
	const char *behind;
};

static bool matches_forms(struct trial *trial, const struct form *forms,
			  size_t count, const char *host,
			  char subject[SUBJECT_SIZE])
{
	for (size_t i = 0; i < count; i++) {
		int error;

		snprintf(subject, SUBJECT_SIZE, "%s%s%s", forms[i].before, host,
			 forms[i].behind);
		error = regexec(&trial->regex, subject, 0, NULL, 0);
		if (error == REG_ESPACE)
			trial->nomem = true;
		if (error == 0)
			return true;
	}
	return false;
}

/* Does it match that host? Of URLs, any kind will do. */
static bool matches_host(struct trial *trial, const char *host,
			 char subject[SUBJECT_SIZE])
{
	static const struct form plain[] = {{"", ""}};
	static const struct form urls[] = {
		{"", ":443"}, {"https://", "/"}, {"http://", "/"}};

	if (trial->url)
		return matches_forms(trial, urls, 3, host, subject);
	return matches_forms(trial, plain, 1, host, subject);
}

/*
 * It matches the name itself or one below it, and not just any: it is about
 * that name.
 */
static bool is_about(struct trial *trial, const char *name)
{
	char host[SUBJECT_SIZE];
	char subject[SUBJECT_SIZE];

	snprintf(host, sizeof(host), "www.%s", name);
	return (matches_host(trial, name, subject) ||
		matches_host(trial, host, subject)) &&
	       !matches_host(trial, "any.example", subject);
}

/* "notgoto.com": a stranger's, where anybody can register beside goto.com. */
static bool matches_before(struct trial *trial, const char *name)
{
	char host[SUBJECT_SIZE];
	const char *dot = strchr(name, '.');

	if (dot == NULL || !gtb_suffix_is_shared(dot + 1))
		return false;
	snprintf(host, sizeof(host), "not%s", name);
	return matches_host(trial, host, trial->proof);
}

/* "goto.com.evil.example" */
static bool matches_behind(struct trial *trial, const char *name)
{
	char host[SUBJECT_SIZE];

	snprintf(host, sizeof(host), "%s.evil.example", name);
	if (matches_host(trial, host, trial->proof))
		return true;
	snprintf(host, sizeof(host), "www.%s.evil.example", name);
	return matches_host(trial, host, trial->proof);
}

/* "wwwxgoto.com", for a dot without its backslash; the last is harmless. */
static bool matches_between(struct trial *trial, const char *name)
{
	char host[SUBJECT_SIZE];
	const char *last = strrchr(name, '.');

	for (const char *dot = strchr(name, '.'); dot != NULL && dot != last;
	     dot = strchr(dot + 1, '.')) {
		snprintf(host, sizeof(host), "%s", name);
		host[dot - name] = 'x';
		if (matches_host(trial, host, trial->proof))
			return true;
	}
	return false;
}

/* "http://evil.example/?goto.com/": a URL holds what the client likes. */
static bool matches_within(struct trial *trial, const char *name)
{
	static const struct form forms[] = {
		{"http://evil.example/?", ":443"},
		{"http://evil.example/?http://", "/"},
		{"http://evil.example/?https://", "/"}};

	return trial->url && matches_forms(trial, forms, 3, name, trial->proof);
}

static bool matches_strangers(struct trial *trial, const char *name)
{
	return is_about(trial, name) &&
	       (matches_before(trial, name) || matches_behind(trial, name) ||
		matches_between(trial, name) || matches_within(trial, name));
}

/* --- names that stand in a regex --------------------------------------- */

static bool is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '.';
}

/* Behind "[...]"; text stands at the '['. */
static const char *skip_bracket(const char *text)
{
	text++;
	text += *text == '^';
	text += *text == ']';
	text += strcspn(text, "]");
	return text + (*text == ']');
}

/*
 * The next run of bytes of a name in the regex, backslashes taken out, into
 * name; *regex moves behind it. False: there is none.
 */
static bool next_name(const char **regex, char name[GTB_NAME_MAX + 5])
{
	size_t len = 0;
	const char *at = *regex;

	while (*at != '\0') {
		bool escaped = *at == '\\' && at[1] != '\0';
		char byte = at[escaped];

		if (is_name_byte(byte) && len < GTB_NAME_MAX &&
		    !(escaped && byte != '.' && byte != '-')) {
			name[len++] = byte;
			at += 1 + escaped;
			continue;
		}
		if (len > 0)
			break;
		at = *at == '[' ? skip_bracket(at) : at + 1 + escaped;
	}
	name[len] = '\0';
	*regex = at;
	return len > 0;
}

/* Without dots and hyphens at its ends; "gotomeeting" is one of .com. */
static const char *trim_name(char name[GTB_NAME_MAX + 5])
{
	size_t len = strlen(name);
	char *start = name + strspn(name, ".-");

	while (len > 0 && strchr(".-", name[len - 1]) != NULL)
		name[--len] = '\0';
	if (start >= name + len)
		return NULL;
	if (strchr(start, '.') == NULL) {
		if (strlen(start) < 4)
			return NULL;
		memcpy(name + len, ".com", sizeof(".com"));
	}
	return start;
}

/* The name by which strangers match goes to found. */
static bool try_names(struct trial *trial, const char *regex,
		      char found[GTB_NAME_MAX + 5])
{
	char buffer[GTB_NAME_MAX + 5];

	while (next_name(&regex, buffer)) {
		const char *name = trim_name(buffer);

		if (name == NULL || !matches_strangers(trial, name))
			continue;
		memmove(found, name, strlen(name) + 1);
		return true;
	}
	return false;
}

/* --- one value --------------------------------------------------------- */

/* "o++" and "(o+)+": regcomp(3) has all that stands before it a second time. */
static bool doubles(const char *regex, const char *at)
{
	return *at == '+' && at > regex && strchr("*+?})", at[-1]) != NULL;
}

bool lint_regex_is_tame(const char *regex)
{
	unsigned long product = 1;
	unsigned long most = 0; /* in this pair of braces; 0: in none */

	for (const char *at = regex; *at != '\0'; at++) {
		bool digit = *at >= '0' && *at <= '9';

		if (at - regex > REGEX_MAX || product > REPEAT_MAX ||
		    (digit && at > regex && at[-1] == '\\'))
			return false;
		if (doubles(regex, at))
			product *= 2;
		if (*at == '{') {
			most = 1;
		} else if (*at == '}' && most > 0) {
			product *= most;
			most = 0;
		} else if (digit && most > 0) {
			char *end;
			unsigned long count = strtoul(at, &end, 10);

			if (count > REPEAT_MAX)
				return false;
			most = count > most ? count : most;
			at = end - 1;
		}
	}
	return product <= REPEAT_MAX;
}

static bool is_loose(const struct gtb_conf_acl *acl, const char *regex,
		     struct trial *trial, char found[GTB_NAME_MAX + 5])
{
	int flags = REG_EXTENDED | REG_NOSUB;
	bool loose;
	int error;

	trial->url = lint_acl_is(acl, "url_regex");
	trial->nomem = false;
	if (gtb_conf_acl_has(acl, "-i"))
		flags |= REG_ICASE;
	if (!lint_regex_is_tame(regex))
		return false;
	error = regcomp(&trial->regex, regex, flags);
	if (error != 0) {
		trial->nomem = error == REG_ESPACE;
		return false;
	}
	loose = try_names(trial, regex, found);
	regfree(&trial->regex);
	return loose;
}

/* --- one acl ----------------------------------------------------------- */

/* "(^|[.])goto[.]com$": brackets, as messages double a backslash. */
static const char *mend_name(const struct trial *trial, const char *name,
			     char mend[MEND_SIZE])
{
	size_t len;

	if (trial->url) {
		snprintf(mend, MEND_SIZE,
			 "ask for the host alone, by an acl of type dstdomain "
			 "-n with .%s",
			 name);
		return mend;
	}
	len = (size_t)snprintf(mend, MEND_SIZE, "write (^|[.])");
	for (; *name != '\0'; name++)
		len += (size_t)snprintf(mend + len, MEND_SIZE - len,
					*name == '.' ? "[%c]" : "%c", *name);
	snprintf(mend + len, MEND_SIZE - len,
		 "$, or use a list of names, which needs no such care");
	return mend;
}

static bool asks_for_users(const struct lint_run *run)
{
	const struct lint_lines *list = &run->lists[LINT_HTTP_ACCESS];

	for (size_t i = 0; i < list->count; i++)
		if (lint_line_term(run, &list->lines[i], LINT_USER) != NULL)
			return true;
	return false;
}

/*
 * What strangers get by it: no inspection, or GoTo's rights, is an error; no
 * login a warning. Where nobody logs in it is nothing.
 */
static bool find_level(const struct lint_run *run,
		       const struct gtb_conf_acl *acl,
		       const struct lint_line *line, enum gtb_lint_level *level)
{
	if ((lint_traits(run, acl) & LINT_GOTO) != 0 ||
	    strcmp(line->directive->words[0].text, "ssl_bump") == 0) {
		*level = GTB_LINT_ERROR;
		return true;
	}
	*level = GTB_LINT_WARNING;
	return asks_for_users(run);
}

static void check_acl(struct lint_run *run, const struct gtb_conf_acl *acl,
		      const struct lint_line *line)
{
	struct trial trial = {.nomem = false};
	enum gtb_lint_level level;
	char name[GTB_NAME_MAX + 5];
	char mend[MEND_SIZE];
	char text[LINT_LINE_SIZE];

	if (!find_level(run, acl, line, &level))
		return;
	for (size_t i = 0; i < acl->values_count; i++) {
		const struct gtb_conf_word *word = &acl->values[i];

		bool loose = is_loose(acl, word->text, &trial, name);

		if (trial.nomem)
			run->rc = GTB_E_NOMEM;
		if (!loose)
			continue;
		lint_add_as(run, level, word->file, word->place,
			    mend_name(&trial, name, mend),
			    "acl %s: \"%s\" also matches %s, which %s lets "
			    "through",
			    acl->name, word->text, trial.proof,
			    lint_line_text(run, line, word->file, text));
	}
}

void lint_l07(struct lint_run *run)
{
	struct lint_grants grants;

	if (lint_grants_make(run, LINT_LISTS_ALL, &grants))
		for (size_t i = 0; i < run->acls_count; i++)
			if (grants.lines[i] != NULL && is_regex(&run->acls[i]))
				check_acl(run, &run->acls[i], grants.lines[i]);
	lint_grants_fini(&grants);
}
