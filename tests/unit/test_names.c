/* The tree of names, against a slow list of names. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gtb/report.h"
#include "src/core/names.h"

#include "tests/unit/unit.h"

static struct gtb_name parse(const char *text)
{
	struct gtb_name name;

	ck_assert_msg(gtb_name_parse(&name, text, strlen(text)), "%s", text);
	return name;
}

static void add(struct gtb_names *names, const char *text,
		enum gtb_names_kind kind, uint32_t rule)
{
	bool wildcard = strncmp(text, "*.", 2) == 0;
	struct gtb_name name = parse(wildcard ? text + 2 : text);

	ck_assert_int_eq(gtb_names_add(names, &name, wildcard, kind, rule, 0),
			 GTB_OK);
}

static const char *const tree[] = {
	"*.goto.com", "launch.goto.com", "*.deep.goto.com", "*.a.b.c.d.e",
	"exact.example", "x.goto.com.evil.example",
};

/* expected: index into tree of the most specific, -1 for none. */
static const struct {
	const char *name;
	int expected;
} lookups[] = {
	{"goto.com", 0},
	{"www.goto.com", 0},
	{"a.b.c.d.goto.com", 0},
	{"launch.goto.com", 1},
	{"a.launch.goto.com", 0},
	{"deep.goto.com", 2},
	{"very.deep.goto.com", 2},
	{"evilgoto.com", -1},
	{"goto.com.evil.example", -1},
	{"x.goto.com.evil.example", 5},
	{"y.x.goto.com.evil.example", -1},
	{"goto.co", -1},
	{"com", -1},
	{"exact.example", 4},
	{"www.exact.example", -1},
	{"example", -1},
	{"b.c.d.e", -1},
	{"a.b.c.d.e", 3},
	{"z.a.b.c.d.e", 3},
};

START_TEST(find)
{
	struct gtb_names names;
	struct gtb_names_match match;
	struct gtb_name name = parse(lookups[_i].name);
	uint32_t node;
	char text[GTB_NAMES_TEXT_SIZE];

	ck_assert_int_eq(gtb_names_init(&names), GTB_OK);
	for (uint32_t i = 0; i < sizeof(tree) / sizeof(tree[0]); i++)
		add(&names, tree[i], GTB_NAMES_ON, i);
	gtb_names_find(&names, &name, &match);
	node = match.hits[GTB_NAMES_ON].node;
	if (lookups[_i].expected < 0) {
		ck_assert_uint_eq(node, GTB_NAMES_NONE);
	} else {
		ck_assert_uint_ne(node, GTB_NAMES_NONE);
		ck_assert_str_eq(
			gtb_names_text(&names, node,
				       match.hits[GTB_NAMES_ON].wildcard,
				       text), tree[lookups[_i].expected]);
	}
	ck_assert_uint_eq(match.hits[GTB_NAMES_OFF].node, GTB_NAMES_NONE);
	gtb_names_fini(&names);
}
END_TEST

/* The first step of a walk takes two labels; these are of one. */
static const struct {
	const char *name;
	const char *expected;	/* NULL: none */
} singles[] = {
	{"corp", "corp"},
	{"a.corp", "*.corp"},
	{"a.b.corp", "*.corp"},
	{"x.y.corp", "x.y.corp"},
	{"y.corp", "*.corp"},
	{"intranet", "intranet"},
	{"a.intranet", NULL},
	{"goto.com", "*.goto.com"},
	{"com", NULL},
};

START_TEST(single_labels)
{
	struct gtb_names names;
	struct gtb_names_match match;
	struct gtb_name name = parse(singles[_i].name);
	const struct gtb_names_hit *hit = &match.hits[GTB_NAMES_ON];
	char text[GTB_NAMES_TEXT_SIZE];
	bool found;

	ck_assert_int_eq(gtb_names_init(&names), GTB_OK);
	add(&names, "*.corp", GTB_NAMES_ON, 0);
	add(&names, "corp", GTB_NAMES_ON, 1);
	add(&names, "x.y.corp", GTB_NAMES_ON, 2);
	add(&names, "intranet", GTB_NAMES_ON, 3);
	add(&names, "*.goto.com", GTB_NAMES_ON, 4);
	ck_assert_int_eq(gtb_names_build(&names), GTB_OK);
	found = gtb_names_find(&names, &name, &match);
	ck_assert(found == (singles[_i].expected != NULL));
	if (found)
		ck_assert_str_eq(gtb_names_text(&names, hit->node,
						hit->wildcard, text),
				 singles[_i].expected);
	gtb_names_fini(&names);
}
END_TEST

START_TEST(kinds_are_apart)
{
	struct gtb_names names;
	struct gtb_names_match match;
	struct gtb_name name = parse("a.x.goto.com");

	ck_assert_int_eq(gtb_names_init(&names), GTB_OK);
	add(&names, "*.goto.com", GTB_NAMES_EXCLUDE, 0);
	add(&names, "*.x.goto.com", GTB_NAMES_ON, 1);
	add(&names, "a.x.goto.com", GTB_NAMES_OFF, 2);
	gtb_names_find(&names, &name, &match);
	ck_assert(match.hits[GTB_NAMES_EXCLUDE].wildcard);
	ck_assert(match.hits[GTB_NAMES_ON].wildcard);
	ck_assert(!match.hits[GTB_NAMES_OFF].wildcard);
	ck_assert_uint_ne(match.hits[GTB_NAMES_ON].node,
			  match.hits[GTB_NAMES_OFF].node);
	gtb_names_fini(&names);
}
END_TEST

START_TEST(same_rule_once)
{
	struct gtb_names names;

	ck_assert_int_eq(gtb_names_init(&names), GTB_OK);
	add(&names, "*.goto.com", GTB_NAMES_ON, 7);
	add(&names, "*.goto.com", GTB_NAMES_ON, 7);
	add(&names, "goto.com", GTB_NAMES_ON, 7);
	add(&names, "*.goto.com", GTB_NAMES_ON, 8);
	ck_assert_uint_eq(names.refs_count, 3);
	gtb_names_fini(&names);
}
END_TEST

#define MANY 20000

/* A name of few letters, so that names share labels and suffixes. */
static void random_name(unsigned int *seed, char *text)
{
	int labels = 1 + rand_r(seed) % 4;

	for (int i = 0; i < labels; i++) {
		int len = 1 + rand_r(seed) % 3;

		while (len-- > 0)
			*text++ = (char)('a' + rand_r(seed) % 6);
		*text++ = '.';
	}
	text[-1] = '\0';
}

/* The longest listed suffix, found the slow way: by comparing strings. */
static bool slow_find(char (*list)[24], const bool *wildcard, int count,
		      const char *name, const char **best)
{
	size_t best_len = 0;
	bool found = false;
	bool exact = false;

	for (int i = 0; i < count; i++) {
		size_t len = strlen(list[i]);
		size_t name_len = strlen(name);
		bool whole = strcmp(list[i], name) == 0;
		bool below = name_len > len &&
			     name[name_len - len - 1] == '.' &&
			     strcmp(name + name_len - len, list[i]) == 0;

		if (!(wildcard[i] ? whole || below : whole))
			continue;
		if (found && (exact || (len < best_len && wildcard[i])))
			continue;
		found = true;
		exact = !wildcard[i];
		best_len = len;
		*best = list[i];
	}
	return found;
}

#define LISTED 300
#define ASKED 2000
#define TEXT_MAX 48

static void random_list(unsigned int *seed, struct gtb_names *names,
			size_t shortest, char (*list)[24], bool *wildcard)
{
	for (uint32_t i = 0; i < LISTED; i++) {
		struct gtb_name name;

		do {
			random_name(seed, list[i]);
		} while (strlen(list[i]) < shortest);
		wildcard[i] = rand_r(seed) % 2;
		name = parse(list[i]);
		ck_assert_int_eq(gtb_names_add(names, &name, wildcard[i],
					       GTB_NAMES_ON, i, 0), GTB_OK);
	}
}

/* Something, a listed name, or one with something before it. */
static void random_question(unsigned int *seed, char (*list)[24], char *text)
{
	random_name(seed, text);
	if (rand_r(seed) % 2)
		return;
	if (rand_r(seed) % 2)
		*text = '\0';
	else if (rand_r(seed) % 2)
		strcat(text, ".");
	strcat(text, list[rand_r(seed) % LISTED]);
}

/* By the length of the shortest name, which says how many bytes at the end of
 * a name are looked at first; 0: they are not. */
START_TEST(agrees_with_a_slow_list)
{
	static char list[LISTED][24];
	static bool wildcard[LISTED];
	struct gtb_names names;
	unsigned int seed = (unsigned int)_i + 1;
	int hits = 0;

	ck_assert_int_eq(gtb_names_init(&names), GTB_OK);
	random_list(&seed, &names, (size_t)_i, list, wildcard);
	if (_i > 0)
		ck_assert_int_eq(gtb_names_build(&names), GTB_OK);
	for (int i = 0; i < ASKED; i++) {
		char text[TEXT_MAX];
		struct gtb_name name;
		struct gtb_names_match match;
		const char *expected;
		char got[GTB_NAMES_TEXT_SIZE];
		bool found;

		random_question(&seed, list, text);
		name = parse(text);
		found = gtb_names_find(&names, &name, &match);
		ck_assert(found == slow_find(list, wildcard, LISTED, text,
					     &expected));
		ck_assert((match.hits[0].node != GTB_NAMES_NONE) == found);
		if (!found)
			continue;
		hits++;
		gtb_names_text(&names, match.hits[0].node, false, got);
		ck_assert_str_eq(got, expected);
	}
	ck_assert_int_gt(hits, 100);
	ck_assert_int_lt(hits, ASKED - 100);
	gtb_names_fini(&names);
}
END_TEST

/* Built without a name, or again with more of them. */
START_TEST(built_twice)
{
	struct gtb_names names;
	struct gtb_names_match match;
	struct gtb_name name = parse("www.goto.com");

	ck_assert_int_eq(gtb_names_init(&names), GTB_OK);
	ck_assert_int_eq(gtb_names_build(&names), GTB_OK);
	ck_assert(!gtb_names_find(&names, &name, &match));
	add(&names, "*.goto.com", GTB_NAMES_ON, 0);
	ck_assert_int_eq(gtb_names_build(&names), GTB_OK);
	ck_assert(gtb_names_find(&names, &name, &match));
	gtb_names_fini(&names);
}
END_TEST

/* All that was added is found again through many growths of the table. */
START_TEST(many)
{
	struct gtb_names names;
	char text[32];

	ck_assert_int_eq(gtb_names_init(&names), GTB_OK);
	for (uint32_t i = 0; i < MANY; i++) {
		snprintf(text, sizeof(text), "h%u.d%u.example", i, i % 97);
		add(&names, text, GTB_NAMES_ON, i);
	}
	for (uint32_t i = 0; i < MANY; i++) {
		struct gtb_names_match match;
		struct gtb_name name;

		snprintf(text, sizeof(text), "h%u.d%u.example", i, i % 97);
		name = parse(text);
		gtb_names_find(&names, &name, &match);
		ck_assert_uint_ne(match.hits[0].node, GTB_NAMES_NONE);
		ck_assert_uint_eq(
			names.refs[names.nodes[match.hits[0].node].refs].rule,
			i);
	}
	gtb_names_fini(&names);
}
END_TEST

Suite *suite_names(void)
{
	Suite *suite = suite_create("names");
	TCase *tcase = tcase_create("names");

	tcase_add_loop_test(tcase, find, 0,
			    sizeof(lookups) / sizeof(lookups[0]));
	tcase_add_loop_test(tcase, single_labels, 0,
			    sizeof(singles) / sizeof(singles[0]));
	tcase_add_test(tcase, kinds_are_apart);
	tcase_add_test(tcase, same_rule_once);
	tcase_add_loop_test(tcase, agrees_with_a_slow_list, 0, 11);
	tcase_add_test(tcase, built_twice);
	tcase_add_test(tcase, many);
	suite_add_tcase(suite, tcase);
	return suite;
}
