/*
 * Fuzzer of the reader of squid.conf: any bytes, no other file. It fails by
 * report alone, every directive is of a line that is there, and every word
 * stands where it says, unless a macro, quotes or a line's end come between.
 */
#include "config.h"

#include <stdbool.h>

#include "gtb/conf.h"
#include "tests/fuzz/fuzz.h"

/* Where each line begins. */
struct lines {
	const char *text;
	size_t len;
	size_t *starts;
	size_t count;
};

static void lines_find(struct lines *lines)
{
	lines->starts = malloc((lines->len + 2) * sizeof(*lines->starts));
	REQUIRE(lines->starts != NULL);
	lines->count = 0;
	lines->starts[lines->count++] = 0;
	for (size_t i = 0; i < lines->len; i++)
		if (lines->text[i] == '\n')
			lines->starts[lines->count++] = i + 1;
}

/* The offset of a place, which must be one of a byte. */
static size_t offset_of(const struct lines *lines,
			const struct gtb_place *place)
{
	size_t at;

	REQUIRE(place->line > 0 && place->line <= lines->count);
	REQUIRE(place->column > 0);
	at = lines->starts[place->line - 1] + place->column - 1;
	REQUIRE(at < lines->len);
	REQUIRE(place->line == lines->count || at < lines->starts[place->line]);
	return at;
}

/* Nothing from here to the end of the line counts. */
static bool ends_line(char byte)
{
	return byte == '#' || byte == '\r' || byte == '\0';
}

static bool is_blank(char byte)
{
	return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static bool is_separator(char byte)
{
	return byte == ' ' || byte == '\t';
}

/*
 * A '\' at the end of a line, blanks, empty lines and comments behind it are
 * no part of the text; nor are blanks behind the '=' of an option.
 */
static size_t next_text(const struct lines *lines, size_t at)
{
	for (at++; at < lines->len; at++) {
		if (ends_line(lines->text[at]))
			while (at + 1 < lines->len && lines->text[at] != '\n')
				at++;
		else if (!is_blank(lines->text[at]))
			return at;
	}
	return at;
}

static void check_bytes(const struct lines *lines, size_t at, const char *text)
{
	while (*text != '\0') {
		REQUIRE(at < lines->len);
		if (lines->text[at] == *text) {
			at++;
			text++;
			continue;
		}
		if (lines->text[at] == '\\') {
			at = next_text(lines, at);
			continue;
		}
		/* Blanks between "name=" and its value. */
		REQUIRE(lines->text[at - 1] == '=' ||
			is_separator(lines->text[at - 1]));
		REQUIRE(is_separator(lines->text[at]));
		at++;
	}
}

static void check_word(const struct lines *lines,
		       const struct gtb_conf_word *word)
{
	size_t at;

	REQUIRE(word->file == 0);
	at = offset_of(lines, &word->place);
	/* A '\' that ends its line may be followed by one that is text. */
	if (word->quoted || word->expanded || strchr(word->text, '\\') != NULL)
		return;
	check_bytes(lines, at, word->text);
}

static void check_directives(const struct lines *lines,
			     const struct gtb_conf *conf)
{
	const struct gtb_conf_directive *directives;
	unsigned int line = 0;
	size_t count;

	directives = gtb_conf_directives(conf, &count);
	for (size_t i = 0; i < count; i++) {
		const struct gtb_conf_directive *directive = &directives[i];

		REQUIRE(directive->file == 0 && directive->count > 0);
		REQUIRE(directive->place.line >= line);
		line = directive->place.line;
		REQUIRE(strncmp(directive->text, directive->words[0].text,
				strlen(directive->words[0].text)) == 0);
		for (size_t j = 0; j < directive->count; j++)
			check_word(lines, &directive->words[j]);
	}
}

static void check_acls(const struct lines *lines, const struct gtb_conf *conf)
{
	const struct gtb_conf_directive *directives;
	const struct gtb_conf_acl *acls;
	size_t directives_count;
	size_t count;

	directives = gtb_conf_directives(conf, &directives_count);
	acls = gtb_conf_acls(conf, &count);
	for (size_t i = 0; i < count; i++) {
		const struct gtb_conf_acl *acl = &acls[i];

		REQUIRE(gtb_conf_acl_find(conf, acl->name) == acl);
		REQUIRE(acl->type != NULL);
		REQUIRE(acl->builtin || acl->directive != GTB_CONF_NONE);
		REQUIRE(acl->directive == GTB_CONF_NONE ||
			(acl->directive < directives_count &&
			 directives[acl->directive].count >= 3));
		for (size_t j = 0; j < acl->values_count; j++)
			if (acl->values[j].file != GTB_CONF_NONE)
				check_word(lines, &acl->values[j]);
		for (size_t j = 0; j < acl->flags_count; j++)
			REQUIRE(strlen(acl->flags[j].text) >= 2);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gtb_conf_options options = {.alone = true};
	struct lines lines = {(const char *)data, size, NULL, 0};
	struct gtb_report report;
	struct gtb_conf *conf;
	int rc;

	gtb_report_init(&report);
	rc = gtb_conf_parse("fuzz", lines.text, size, &options, &conf, &report);
	fuzz_report(rc, &report);
	REQUIRE(conf != NULL);
	gtb_report_fini(&report);
	lines_find(&lines);
	check_directives(&lines, conf);
	check_acls(&lines, conf);
	free(lines.starts);
	gtb_conf_free(conf);
	return 0;
}
