/* YAML against a schema of the test's own. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gtb/yaml.h"

#include "tests/unit/unit.h"

struct item {
	char *name;
	uint8_t flags;
};

struct top {
	char *text;
	uint8_t small;
	int16_t number;
	bool yes;
	uint32_t word;
	struct item *items;
	size_t items_count;
};

static const cyaml_strval_t words[] = {{"first", 1}, {"second", 2}};

static const cyaml_schema_field_t item_fields[] = {
	CYAML_FIELD_STRING_PTR("name", GTB_YAML_REQUIRED, struct item, name, 1,
			       8),
	CYAML_FIELD_FLAGS("flags", CYAML_FLAG_OPTIONAL | CYAML_FLAG_STRICT,
			  struct item, flags, words, 2),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t item_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct item, item_fields),
};

static const cyaml_schema_field_t top_fields[] = {
	CYAML_FIELD_STRING_PTR("text", CYAML_FLAG_OPTIONAL, struct top, text, 0,
			       CYAML_UNLIMITED),
	CYAML_FIELD_UINT("small", CYAML_FLAG_OPTIONAL, struct top, small),
	CYAML_FIELD_INT("number", CYAML_FLAG_OPTIONAL, struct top, number),
	CYAML_FIELD_BOOL("yes", CYAML_FLAG_OPTIONAL, struct top, yes),
	CYAML_FIELD_ENUM("word", CYAML_FLAG_OPTIONAL | CYAML_FLAG_STRICT,
			 struct top, word, words, 2),
	CYAML_FIELD_SEQUENCE("items", CYAML_FLAG_OPTIONAL | CYAML_FLAG_POINTER,
			     struct top, items, &item_schema, 1, 3),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t top_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct top, top_fields),
};

/* A key that libcyaml itself demands. */
static const cyaml_schema_field_t strict_fields[] = {
	CYAML_FIELD_STRING_PTR("text", CYAML_FLAG_POINTER, struct top, text, 1,
			       8),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t strict_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct top, strict_fields),
};

/* What is read: "text|small|number|yes|word|items". */
static const struct {
	const char *input;
	const char *expected;
} good[] = {
	{"{}", "-|0|0|0|0|"},
	{"%YAML 1.1\n---\ntext: x\n", "x|0|0|0|0|"},
	{"text: ''\n", "|0|0|0|0|"},
	{"text: 'null'\n", "null|0|0|0|0|"},
	{"text: a b\n  c\n", "a b c|0|0|0|0|"},
	{"text: \"\\u00e9\"\n", "\xc3\xa9|0|0|0|0|"},
	{"text: >-\n  a\n  b\n", "a b|0|0|0|0|"},
	{"small: 255\nnumber: 32767\n", "-|255|32767|0|0|"},
	{"small: \"0\"\n", "-|0|0|0|0|"},
	{"yes: true\n", "-|0|0|1|0|"},
	{"yes: NO\n", "-|0|0|0|0|"},
	{"yes: On\nword: second\n", "-|0|0|1|2|"},
	{"yes: off\r\n", "-|0|0|0|0|"},
	{"items:\n- name: a\n  flags: [second, first]\n- {name: b}\n",
	 "-|0|0|0|0|a:3,b:0,"},
};

START_TEST(accepted)
{
	struct gtb_yaml *yaml;
	struct gtb_report report;
	struct top *top;
	void *data;
	char text[200];

	gtb_report_init(&report);
	ck_assert_int_eq(gtb_yaml_read("t", good[_i].input,
				       strlen(good[_i].input), &top_schema,
				       &yaml, &data, &report),
			 GTB_OK);
	ck_assert_uint_eq(report.errors, 0);
	top = data;
	sprintf(text, "%s|%u|%d|%d|%u|", top->text != NULL ? top->text : "-",
		top->small, top->number, top->yes, top->word);
	for (size_t i = 0; i < top->items_count; i++)
		sprintf(text + strlen(text), "%s:%u,", top->items[i].name,
			top->items[i].flags);
	ck_assert_str_eq(text, good[_i].expected);
	gtb_yaml_free(yaml);
	gtb_yaml_data_free(&top_schema, data);
	gtb_report_fini(&report);
}
END_TEST

/* All errors, each up to its first colon after the place. */
static const struct {
	const char *input;
	const char *expected;
} bad[] = {
	{"", "0:0 the file has no keys: write {} for the defaults"},
	{"# remark\n", "0:0 the file has no keys: write {} for the defaults"},
	{"---\n...\n", "0:0 the file has no keys: write {} for the defaults"},
	{"~\n", "0:0 the file has no keys: write {} for the defaults"},
	{"small: 256\n", "1:8 small must be a whole number, at most 255"},
	{"small: -1\n", "1:8 small must be a whole number, at most 255"},
	{"small: 0x10\n", "1:8 small must be a whole number, at most 255"},
	{"small: 010\n", "1:8 small must be a whole number, at most 255"},
	{"small: 1.0\n", "1:8 small must be a whole number, at most 255"},
	{"small: ''\n", "1:8 small must be a whole number, at most 255"},
	{"small: 18446744073709551616\n",
	 "1:8 small must be a whole number, at most 255"},
	{"number: 32768\n", "1:9 number must be a whole number, at most 32767"},
	{"yes: 1\n", "1:6 yes is \"1\": write yes or no"},
	{"yes: enable\n", "1:6 yes is \"enable\": write yes or no"},
	{"yes: y\n", "1:6 yes is \"y\": write yes or no"},
	{"yes: {}\n", "1:6 yes must be a single value"},
	{"yes:\n", "1:5 yes has no value: write one, or remove it"},
	{"text: null\n", "1:7 text has no value: write one, or remove it"},
	{"text: [a]\n", "1:7 text must be a single value"},
	{"text: |\n  a\n",
	 "1:7 text holds a control character or a line break: keep it plain, "
	 "on one line"},
	{"word: 1\n", "1:7 word is \"1\": allowed: first, second"},
	{"word: frist\n", "1:7 word is \"frist\": did you mean first?"},
	{"items: {}\n",
	 "1:8 items must be a list: [one, two], or lines with \"- \""},
	{"items: []\n",
	 "1:8 items needs at least 1: add one, or remove the key"},
	{"items: [{name: a}, {name: b}, {name: c}, {name: d}]\n",
	 "1:8 items takes at most 3: remove some"},
	{"items: [{name: waytoolong}]\n",
	 "1:16 name is longer than 8 bytes: shorten it"},
	{"items: [{}]\n", "1:9 name is missing: add it"},
	{"items: [{name: a, flags: first}]\n",
	 "1:26 flags must be a list: [first]"},
	{"\xc3\xa9: 1\n",
	 "1:1 unknown key \"\\xc3\\xa9\": allowed: text, small, number, yes, "
	 "word, items"},
	{"{text: '\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80', smal: 1}\n",
	 "1:21 unknown key \"smal\": did you mean small?"},
	{"text: a\nyes: maybe\ntext: b\nitems:\n- name: a\n  nam: b\n- x\n"
	 "- flags: [third]\n",
	 "2:6 yes is \"maybe\": write yes or no|"
	 "3:1 text is given twice, first at 1:1: keep one, with all its values|"
	 "6:3 unknown key \"nam\": did you mean name?|"
	 "7:3 items must hold keys: key: value|"
	 "8:11 flags is \"third\": allowed: first, second|"
	 "8:3 name is missing: add it"},
	{"<<: {text: a}\n",
	 "1:1 unknown key \"<<\": allowed: text, small, number, yes, word, "
	 "items"},
	{"word:first\n", "1:1 the file must hold keys: write a blank behind the "
			 "colon"},
	{"https://x\n", "1:1 the file must hold keys: key: value"},
	{"items:\nname: a\n",
	 "1:7 items has no value: indent what belongs to it, or remove it|"
	 "2:1 unknown key \"name\": allowed: text, small, number, yes, word, "
	 "items"},
	{"? text\n: a\n? [b]\n: c\n", "3:3 a key must be a word"},
};

START_TEST(refused)
{
	struct gtb_yaml *yaml;
	struct gtb_report report;
	char text[600] = "";
	void *data;

	gtb_report_init(&report);
	ck_assert_int_eq(gtb_yaml_read("t", bad[_i].input,
				       strlen(bad[_i].input), &top_schema,
				       &yaml, &data, &report),
			 GTB_E_INPUT);
	for (size_t i = 0; i < report.count; i++)
		sprintf(text + strlen(text), "%s%u:%u %s", i > 0 ? "|" : "",
			report.items[i].place.line,
			report.items[i].place.column, report.items[i].message);
	ck_assert_str_eq(text, bad[_i].expected);
	/* What was right can still be looked at. */
	ck_assert_int_eq(yaml != NULL, data != NULL);
	gtb_yaml_free(yaml);
	gtb_yaml_data_free(&top_schema, data);
	gtb_report_fini(&report);
}
END_TEST

START_TEST(rest)
{
	static const char input[] = "text: \"a \\\"quoted\\\" \\\\ one\"\n"
				    "nonsense: 1\nsmall: 300\n"
				    "items: [1, {name: b, flags: [third]}]\n";
	struct gtb_yaml *yaml;
	const struct top *top;
	void *data;

	ck_assert_int_eq(gtb_yaml_read("t", input, strlen(input), &top_schema,
				       &yaml, &data, NULL),
			 GTB_E_INPUT);
	ck_assert_ptr_nonnull(data);
	top = data;
	ck_assert_str_eq(top->text, "a \"quoted\" \\ one");
	ck_assert_uint_eq(top->small, 0);
	ck_assert_uint_eq(top->items_count, 1);
	ck_assert_str_eq(top->items[0].name, "b");
	/* Places follow what is left: the first item is the second in the
	 * text. */
	ck_assert_uint_eq(gtb_yaml_place(yaml, "items[%d].name", 0).column, 19);
	gtb_yaml_free(yaml);
	gtb_yaml_data_free(&top_schema, data);
}
END_TEST

START_TEST(demanded)
{
	static const char *const inputs[] = {"", "{}", "text: ''", "text: ~"};
	struct gtb_yaml *yaml;
	void *data;

	ck_assert_int_eq(gtb_yaml_read("t", inputs[_i], strlen(inputs[_i]),
				       &strict_schema, &yaml, &data, NULL),
			 GTB_E_INPUT);
	ck_assert_ptr_null(yaml);
	ck_assert_ptr_null(data);
}
END_TEST

static const struct {
	const char *path;
	unsigned int line;
	unsigned int column;
} places[] = {
	{"", 1, 1},
	{"text", 1, 7},
	{"items", 2, 8},
	{"items[0]", 2, 9},
	{"items[0].name", 2, 16},
	/* In bytes: a character of two stands before. */
	{"items[0].flags", 2, 29},
	{"items[1]", 3, 3},
	{"items[1].name", 3, 10},
	{"items[1].flags", 4, 10},
	{"items[1].flags[1]", 4, 18},
	/* The deepest that is there. */
	{"items[2].name", 2, 8},
	{"items.name", 2, 8},
	{"text[0]", 1, 7},
	{"nothing", 1, 1},
	{"nothing.at[9].all", 1, 1},
	{".text", 1, 7},
	{"items[1", 3, 3},
};

START_TEST(place)
{
	static const char input[] =
		"text: x\nitems: [{name: '\xc3\xa9', flags: [first]},\n"
		"  {name: b,\n  flags: [first, second]}]\n";
	struct gtb_yaml *yaml;
	struct gtb_place found;
	void *data;

	ck_assert_int_eq(gtb_yaml_read("t", input, strlen(input), &top_schema,
				       &yaml, &data, NULL),
			 GTB_OK);
	found = gtb_yaml_place(yaml, "%s", places[_i].path);
	ck_assert_msg(found.line == places[_i].line, "%s: line %u",
		      places[_i].path, found.line);
	ck_assert_msg(found.column == places[_i].column, "%s: column %u",
		      places[_i].path, found.column);
	gtb_yaml_free(yaml);
	gtb_yaml_data_free(&top_schema, data);
}
END_TEST

START_TEST(too_many)
{
	/* 600,000 values in 1.2 MB. */
	size_t len = 1200000;
	char *text = malloc(len + 16);
	struct gtb_report report;
	struct gtb_yaml *yaml;
	void *data;

	ck_assert_ptr_nonnull(text);
	strcpy(text, "text: [");
	for (size_t i = strlen(text); i < len; i += 2)
		memcpy(text + i, "1,", 3);
	strcat(text, "]");
	gtb_report_init(&report);
	ck_assert_int_eq(gtb_yaml_read("t", text, strlen(text), &top_schema,
				       &yaml, &data, &report),
			 GTB_E_INPUT);
	ck_assert_uint_eq(report.errors, 1);
	ck_assert_ptr_nonnull(
		strstr(report.items[0].message, "too many values"));
	gtb_report_fini(&report);
	free(text);
}
END_TEST

Suite *suite_yaml(void)
{
	Suite *suite = suite_create("yaml");
	TCase *tcase = tcase_create("yaml");

	tcase_add_loop_test(tcase, accepted, 0, sizeof(good) / sizeof(good[0]));
	tcase_add_loop_test(tcase, refused, 0, sizeof(bad) / sizeof(bad[0]));
	tcase_add_test(tcase, rest);
	tcase_add_loop_test(tcase, demanded, 0, 4);
	tcase_add_loop_test(tcase, place, 0,
			    sizeof(places) / sizeof(places[0]));
	tcase_add_test(tcase, too_many);
	suite_add_tcase(suite, tcase);
	return suite;
}
