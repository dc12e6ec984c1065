/*
 * goto-bypass lint --squid: what squid -k parse says, as findings.
 *
 * Squid names a line only where it gives up. For the rest the lines count
 * which it echoes as it works on them ("Processing: ..."): they are the
 * reader's directives, in the same order.
 */
#include "config.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "lint.h"

/* What was said last; the next line may tell that it was the end. */
struct pending {
	char *text;  /* NULL: nothing */
	bool counts; /* else it is only a reason for what may follow */
	enum gtb_lint_level level;
};

struct said {
	struct lint *lint;
	const struct gtb_conf_directive *directives;
	size_t count;
	size_t next;  /* directive; the one before is being worked on */
	size_t depth; /* of if */
	bool known;   /* is that so? */
	struct pending pending;
	size_t errors;
	int rc; /* sticks */
};

/* --- adding ------------------------------------------------------------- */

static void add(struct said *said, enum gtb_lint_level level, const char *file,
		struct gtb_place place, const char *text)
{
	char safe[GTB_REPORT_LINE_SIZE];

	gtb_report_safe(text, strlen(text), safe, sizeof(safe));
	if (level == GTB_LINT_ERROR)
		said->errors++;
	if (said->rc == GTB_OK)
		said->rc = cli_lint_add(said->lint, LINT_SQUID, level, file,
					place, safe, NULL);
}

/*
 * At the line Squid works on. At the last one Squid may have done with it, and
 * a file that is not there it does not echo: those are of the whole file.
 */
static void add_here(struct said *said, enum gtb_lint_level level,
		     const char *text)
{
	const struct gtb_conf_file *files;
	const struct gtb_conf_directive *directive;
	struct gtb_place whole = {0, 0};
	size_t count;

	files = gtb_conf_files(said->lint->conf, &count);
	if (!said->known || said->next == said->count ||
	    strstr(text, "configuration file") != NULL) {
		add(said, level, files[0].path, whole, text);
		return;
	}
	directive = &said->directives[said->next - 1];
	add(said, level, files[directive->file].path, directive->place, text);
}

static void flush(struct said *said)
{
	if (said->pending.text != NULL && said->pending.counts)
		add_here(said, said->pending.level, said->pending.text);
	free(said->pending.text);
	said->pending.text = NULL;
}

/* --- where Squid is ----------------------------------------------------- */

static const char *skip_blanks(const char *text)
{
	return text + strspn(text, " \t\r");
}

/* The same words? A comment behind them may be echoed as well. */
static bool is_same_line(const char *echo, const char *text)
{
	echo = skip_blanks(echo);
	text = skip_blanks(text);
	while (*text != '\0') {
		if (isspace((unsigned char)*text) != 0) {
			if (isspace((unsigned char)*echo) == 0 && *echo != '\0')
				return false;
			echo = skip_blanks(echo);
			text = skip_blanks(text);
		} else if (*echo++ != *text++) {
			return false;
		}
	}
	echo = skip_blanks(echo);
	return *echo == '\0' || *echo == '#';
}

/* Is it that word, alone or before a blank? */
static bool is_statement(const char *echo, const char *statement)
{
	size_t len = strlen(statement);

	echo = skip_blanks(echo);
	return strncmp(echo, statement, len) == 0 &&
	       (echo[len] == '\0' || isspace((unsigned char)echo[len]) != 0);
}

static bool try_echo(struct said *said, const char *echo, size_t i)
{
	if (i >= said->count || !is_same_line(echo, said->directives[i].text))
		return false;
	said->next = i + 1;
	said->known = true;
	return true;
}

/*
 * An echo is of the next directive. Inside of if Squid also echoes what it
 * passes over, and what was taken for the last directive can have been that;
 * elsewhere a directive may be missing that was read otherwise.
 */
static void find_echo(struct said *said, const char *echo)
{
	if (try_echo(said, echo, said->next))
		return;
	if (said->depth > 0) {
		if (said->next > 0)
			try_echo(said, echo, said->next - 1);
		return;
	}
	for (size_t i = said->next + 1; i < said->count; i++)
		if (try_echo(said, echo, i))
			return;
}

static void move_to(struct said *said, const char *echo)
{
	said->known = false;
	if (is_statement(echo, "if"))
		said->depth++;
	else if (is_statement(echo, "endif") && said->depth > 0)
		said->depth--;
	else if (!is_statement(echo, "include"))
		find_echo(said, echo);
}

/* --- what it says ------------------------------------------------------- */

/* "2026/11/20 10:20:30 kid1| text": the text. NULL: it has no such stamp. */
static const char *skip_stamp(const char *line)
{
	const char *bar = strchr(line, '|');

	if (strspn(line, "0123456789") != 4 || line[4] != '/' || bar == NULL ||
	    bar - line > 40)
		return NULL;
	return skip_blanks(bar + 1);
}

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* Said at every start and every end. */
static bool is_chatter(const char *text)
{
	static const char *const starts[] = {
		"Not currently OK to rewrite swap log",
		"storeDirWriteCleanLogs:",
		"Squid Cache (Version",
		"Startup: ",
		"Initializing https:// proxy context",
		"Requiring client certificates",
	};

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (begins(text, starts[i]))
			return true;
	return false;
}

/*
 * Squid counts a directive of several lines by its last, the linter by its
 * first.
 */
static void set_first_line(const struct said *said, const char *file,
			   struct gtb_place *place)
{
	const struct gtb_conf_directive *directive;
	const struct gtb_conf_file *files;
	size_t count;

	if (!said->known)
		return;
	files = gtb_conf_files(said->lint->conf, &count);
	directive = &said->directives[said->next - 1];
	if (strcmp(files[directive->file].path, file) == 0)
		*place = directive->place;
}

/* "FILE line 7: ..." or "FILE(7): ...": an error there. False: it is not. */
static bool add_at(struct said *said, const char *text, const char *between,
		   const char *after, const char *message)
{
	const char *digits = strstr(text, between);
	struct gtb_place place = {0, 0};
	char *file;
	char *end;

	if (digits == NULL)
		return false;
	place.line = (unsigned int)strtoul(digits + strlen(between), &end, 10);
	if (place.line == 0 || !begins(end, after))
		return false;
	file = strndup(text, (size_t)(digits - text));
	if (file == NULL) {
		said->rc = GTB_E_NOMEM;
		return true;
	}
	set_first_line(said, file, &place);
	add(said, GTB_LINT_ERROR, file, place,
	    message != NULL ? message : end + strlen(after));
	free(file);
	return true;
}

/* What Squid gave up at, with what it said before as the reason. */
static bool take_bungled(struct said *said, const char *text)
{
	static const char bungled[] = "FATAL: Bungled ";
	const char *reason = said->pending.text;

	if (!begins(text, bungled) ||
	    !add_at(said, text + strlen(bungled), " line ", ": ",
		    reason != NULL ? reason : "Squid refuses the line"))
		return false;
	said->pending.counts = false;
	flush(said);
	return true;
}

/* Squid goes on without the line at hand, and has no mark for that. */
static bool is_left_out(const char *text)
{
	static const char *const starts[] = {
		"aclParseAccessLine: expecting 'allow' or 'deny'",
		"aclParseAccessLine: missing 'allow' or 'deny'",
		"aclParseAccessLine: Access line contains no ACL's",
	};

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (begins(text, starts[i]))
			return true;
	return false;
}

/* "WARNING: x" and "function: WARNING: x" without the mark. */
static void keep(struct said *said, const char *text)
{
	static const struct {
		const char *mark;
		enum gtb_lint_level level;
	} marks[] = {
		{"FATAL: ", GTB_LINT_ERROR},
		{"ERROR: ", GTB_LINT_ERROR},
		{"WARNING: ", GTB_LINT_WARNING},
		{"Warning: ", GTB_LINT_WARNING},
		{"UPGRADE: ", GTB_LINT_NOTE},
	};
	const char *at = NULL;
	size_t i;

	flush(said);
	for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if ((at = strstr(text, marks[i].mark)) != NULL)
			break;
	said->pending.counts = at != NULL || is_left_out(text);
	said->pending.level = GTB_LINT_ERROR;
	if (at == NULL) {
		said->pending.text = strdup(text);
	} else {
		said->pending.level = marks[i].level;
		if (asprintf(&said->pending.text, "%.*s%s", (int)(at - text),
			     text, at + strlen(marks[i].mark)) == -1)
			said->pending.text = NULL;
	}
	if (said->pending.text == NULL)
		said->rc = GTB_E_NOMEM;
}

static void take_line(struct said *said, const char *line)
{
	static const char processing[] = "Processing: ";
	const char *text = skip_stamp(line);

	if (text == NULL || is_chatter(text))
		return;
	if (begins(text, processing)) {
		flush(said);
		move_to(said, text + strlen(processing));
	} else if (begins(text, "Processing Configuration File: ")) {
		flush(said);
		said->known = false;
	} else if (strstr(text, "): unrecognized: ") != NULL) {
		flush(said);
		if (!add_at(said, text, "(", "): ", NULL))
			add_here(said, GTB_LINT_ERROR, text);
	} else if (!take_bungled(said, text)) {
		keep(said, text);
	}
}

/* An end that nothing it said explains. */
static void take_end(struct said *said, int status)
{
	char text[64];

	if (WIFSIGNALED(status))
		snprintf(text, sizeof(text), "squid -k parse died of signal %d",
			 WTERMSIG(status));
	else if (WEXITSTATUS(status) != 0 && said->errors == 0)
		snprintf(text, sizeof(text),
			 "squid -k parse ended with status %d",
			 WEXITSTATUS(status));
	else
		return;
	add_here(said, GTB_LINT_ERROR, text);
}

int cli_lint_add_squid(struct lint *lint, const char *said_text, int status)
{
	struct said said = {.lint = lint};

	said.directives = gtb_conf_directives(lint->conf, &said.count);
	while (*said_text != '\0' && said.rc == GTB_OK) {
		size_t len = strcspn(said_text, "\n");
		char *line = strndup(said_text, len);

		if (line == NULL)
			said.rc = GTB_E_NOMEM;
		else
			take_line(&said, line);
		free(line);
		said_text += len + (said_text[len] == '\n');
	}
	flush(&said);
	take_end(&said, status);
	return said.rc;
}
