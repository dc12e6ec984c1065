/*
 * Fuzzer of the linter: whatever the reader makes of any bytes, every rule
 * ends, and what it finds can be shown: a known rule, a line that is there,
 * printable sentences, in order. Every other input is held against the ruleset
 * of world.h as well, for the rules that need one.
 */
#include "config.h"

#include <stdbool.h>

#include "gtb/conf.h"
#include "gtb/lint.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/world.h"

#define RULES_MAX 256

static unsigned int count_lines(const uint8_t *data, size_t size)
{
	unsigned int lines = 1;

	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	return lines;
}

static void check_sentence(const char *text)
{
	size_t len = strlen(text);

	REQUIRE(len > 0 && text[len - 1] != '.');
	for (size_t i = 0; i < len; i++)
		REQUIRE(text[i] >= 0x20 && text[i] < 0x7f);
}

/*
 * A row of the table, found by its id. The table stays as it is, so each row
 * is looked for once and not with every finding.
 */
static bool is_rule(const struct gtb_lint_rule *rule)
{
	static const struct gtb_lint_rule *rules[RULES_MAX];
	static size_t count;
	const struct gtb_lint_rule *row;

	while (count == 0 || rules[count - 1] != NULL) {
		REQUIRE(count < RULES_MAX);
		row = gtb_lint_rule_at(count);
		REQUIRE(row == NULL || gtb_lint_rule_find(row->id) == row);
		rules[count++] = row;
	}
	for (size_t i = 0; rules[i] != NULL; i++)
		if (rules[i] == rule)
			return true;
	return false;
}

static void check_finding(const struct gtb_lint_finding *finding,
			  unsigned int lines)
{
	REQUIRE(is_rule(finding->rule));
	REQUIRE(finding->level < GTB_LINT_LEVEL_COUNT);
	REQUIRE(strcmp(finding->file, "fuzz") == 0);
	REQUIRE(finding->line <= lines);
	check_sentence(finding->message);
	check_sentence(finding->mend);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gtb_conf_options options = {.alone = true};
	struct gtb_lint_options against = {.ruleset = NULL};
	unsigned int lines = count_lines(data, size);
	struct gtb_conf *conf;
	struct gtb_lint lint;

	if ((fuzz_number(data, size) & 1) != 0)
		against.ruleset = fuzz_world();

	(void)gtb_conf_parse("fuzz", (const char *)data, size, &options, &conf,
			     NULL);
	REQUIRE(conf != NULL);
	REQUIRE(gtb_lint_run(conf, &against, &lint) == GTB_OK);
	for (size_t i = 0; i < lint.count; i++) {
		check_finding(&lint.findings[i], lines);
		REQUIRE(i == 0 ||
			lint.findings[i - 1].line <= lint.findings[i].line);
	}
	gtb_lint_fini(&lint);
	gtb_conf_free(conf);
	return 0;
}
