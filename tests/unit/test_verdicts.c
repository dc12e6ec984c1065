/* A ruleset as lists of yes and exceptions, for emitters. */
#include <stdio.h>
#include <string.h>

#include "gtb/ruleset.h"

#include "tests/unit/unit.h"
#include "tests/unit/world.h"

struct told {
	char text[2048];
};

static int tell(void *context, const char *name, const struct gtb_net *net,
		bool yes)
{
	struct told *told = context;
	char text[GTB_NET_TEXT_SIZE];
	size_t len = strlen(told->text);

	snprintf(told->text + len, sizeof(told->text) - len, "%s%s ",
		 yes ? "" : "!",
		 name != NULL ? name : gtb_net_text(net, text, sizeof(text)));
	return GTB_OK;
}

static const struct {
	const char *name;
	const char *policy;
	enum gtb_bypass verdict;
	uint16_t port;
	size_t stricter;
	const char *expected;
} rows[] = {
	{"defaults", NULL, GTB_BYPASS_TLS, 443, 0,
	 "*.goto.com *.expertcity.com *.getgo.com *.gotowebinar.com "
	 "*.jive.com 68.64.0.0/19 2600:1f00::/32 "},
	{"a port nobody has", NULL, GTB_BYPASS_TLS, 22, 0, ""},
	{"an exact name that grants less",
	 "own: [{name: a.goto.com, bypass: [auth]}]\n", GTB_BYPASS_TLS, 443,
	 0,
	 "*.goto.com *.expertcity.com *.getgo.com *.gotowebinar.com "
	 "*.jive.com !a.goto.com 68.64.0.0/19 2600:1f00::/32 "},
	{"and for the other verdict",
	 "own: [{name: a.goto.com, bypass: [auth]}]\n", GTB_BYPASS_AUTH, 443,
	 0,
	 "*.goto.com *.expertcity.com *.getgo.com *.gotowebinar.com "
	 "*.jive.com 68.64.0.0/19 2600:1f00::/32 "},
	{"an exception in an exception is lost",
	 "own: [{name: \"*.m.goto.com\", bypass: [auth]},"
	 " {name: a.m.goto.com}]\n", GTB_BYPASS_TLS, 443, 1,
	 "*.goto.com *.expertcity.com *.getgo.com *.gotowebinar.com "
	 "*.jive.com !*.m.goto.com 68.64.0.0/19 2600:1f00::/32 "},
	{"exclusions",
	 "exclude: {names: [\"*.x.goto.com\", www.goto.com, \"*.own.example\"],"
	 " networks: [68.64.8.0/24, 68.64.9.0/24, 2600:1f00::/24]}\n"
	 "own: [{name: a.own.example}, {name: b.x.goto.com}]\n",
	 GTB_BYPASS_TLS, 443, 0,
	 "*.goto.com *.expertcity.com *.getgo.com *.gotowebinar.com "
	 "*.jive.com !*.x.goto.com !www.goto.com 68.64.0.0/19 "
	 "!68.64.8.0/23 "},
	{"networks are merged",
	 "tiers: {required: {enabled: no}}\n"
	 "own: [{network: 5.1.0.0/17}, {network: 5.1.128.0/18},"
	 " {network: 5.1.192.0/18}, {network: 5.1.7.0/24},"
	 " {network: 5.2.0.0/16}, {network: 5.3.0.0/16}]\n",
	 GTB_BYPASS_AUTH, 443, 0, "5.1.0.0/16 5.2.0.0/15 "},
	{"an own port", "own: [{name: a.own.example, ports: [8443]}]\n",
	 GTB_BYPASS_AUTH, 8443, 0, "a.own.example "},
};

START_TEST(verdicts)
{
	struct gtb_ruleset *ruleset = world_new(rows[_i].policy);
	struct told told = {""};
	size_t stricter = 99;

	ck_assert_int_eq(gtb_ruleset_verdicts(ruleset, rows[_i].verdict,
					      rows[_i].port, tell, &told,
					      &stricter), GTB_OK);
	ck_assert_msg(strcmp(told.text, rows[_i].expected) == 0, "%s: %s",
		      rows[_i].name, told.text);
	ck_assert_uint_eq(stricter, rows[_i].stricter);
	gtb_ruleset_free(ruleset);
}
END_TEST

static const struct {
	const char *name;
	const char *policy;
	const char *expected;
} far_rows[] = {
	{"defaults", NULL,
	 "*.goto.com *.getgo.com !launch.getgo.com *.gotowebinar.com "
	 "*.jive.com "},
	{"a mismatch that is name-only", "destination-mismatch: bypass\n",
	 "*.goto.com *.expertcity.com *.getgo.com *.gotowebinar.com "
	 "*.jive.com "},
	{"name-only refused", "name-only: refuse\n", ""},
	{"both", "name-only: refuse\ndestination-mismatch: bypass\n", ""},
	{"exclusions", "exclude: {names: [www.goto.com]}\n",
	 "*.goto.com *.getgo.com !launch.getgo.com *.gotowebinar.com "
	 "*.jive.com !www.goto.com "},
};

START_TEST(verdicts_far)
{
	struct gtb_ruleset *ruleset = world_new(far_rows[_i].policy);
	struct told told = {""};

	ck_assert_int_eq(gtb_ruleset_verdicts_far(ruleset, GTB_BYPASS_TLS, 443,
						  tell, &told, NULL), GTB_OK);
	ck_assert_msg(strcmp(told.text, far_rows[_i].expected) == 0, "%s: %s",
		      far_rows[_i].name, told.text);
	gtb_ruleset_free(ruleset);
}
END_TEST

Suite *suite_verdicts(void)
{
	Suite *suite = suite_create("verdicts");
	TCase *tcase = tcase_create("verdicts");

	tcase_add_loop_test(tcase, verdicts, 0,
			    sizeof(rows) / sizeof(rows[0]));
	tcase_add_loop_test(tcase, verdicts_far, 0,
			    sizeof(far_rows) / sizeof(far_rows[0]));
	suite_add_tcase(suite, tcase);
	return suite;
}
