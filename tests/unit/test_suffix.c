/* Names under which strangers live. */
#include "gtb/suffix.h"

#include "tests/unit/unit.h"

static const struct {
	const char *name;
	bool expected;
} suffixes[] = {
	/* What the public suffix list says. */
	{"com", true},
	{"uk", true},
	{"co.uk", true},
	{"github.io", true},
	{"cloudfront.net", true},
	{"s3.amazonaws.com", true},
	{"xn--p1ai", true},
	/* What no list knows, but is one label. */
	{"internal", true},
	{"local", true},
	/* What the list lacks. */
	{"firebase.app", true},
	{"youtube.com", true},
	{"googlevideo.com", true},
	{"google.com", true},
	{"amazonaws.com", true},
	{"youtu.be", true},
	{"akadns.net", true},
	{"ytimg.com", true},
	/* Somebody's own. */
	{"goto.com", false},
	{"getgo.com", false},
	{"goto-rtc.com", false},
	{"getgocdn.com", false},
	{"launchdarkly.com", false},
	{"poll.firebase.app", false},
	{"apis.google.com", false},
	{"me.github.io", false},
	{"example.co.uk", false},
	{"notyoutube.com", false},
};

START_TEST(shared)
{
	ck_assert_msg(gtb_suffix_is_shared(suffixes[_i].name) ==
			      suffixes[_i].expected,
		      "%s", suffixes[_i].name);
}
END_TEST

Suite *suite_suffix(void)
{
	Suite *suite = suite_create("suffix");
	TCase *tcase = tcase_create("suffix");

	tcase_add_loop_test(tcase, shared, 0,
			    sizeof(suffixes) / sizeof(suffixes[0]));
	suite_add_tcase(suite, tcase);
	return suite;
}
