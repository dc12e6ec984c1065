/*
 * The decision, where the tables of the other tests are silent: ports and
 * methods of every kind, several rules for one name or address.
 */
#include <stdio.h>
#include <string.h>

#include "gtb/decide.h"

#include "tests/trust/unit.h"
#include "tests/unit/world.h"

struct asked {
	const char *client;
	const char *method;
	const char *host;
	const char *port;
	const char *sni;
	const char *dst;
};

static struct gtb_text text_of(const char *text)
{
	struct gtb_text t = {text, text != NULL ? strlen(text) : 0};

	return t;
}

static void decide(const struct gtb_ruleset *ruleset, const struct asked *a,
		   struct gtb_decision *decision)
{
	struct gtb_query query = {
		text_of(a->client), text_of(a->method), text_of(a->host),
		text_of(a->port),   text_of(a->sni),	text_of(a->dst),
	};

	/* Nothing of an earlier decision may be left in this one. */
	memset(decision, 0xa5, sizeof(*decision));
	gtb_decide(ruleset, &query, decision);
}

/* Every port as a text, and some that are none. */
START_TEST(ports)
{
	static const char *const none[] = {
		"", "0", "00", "0443", "443 ", " 443", "+443", "-443",
		"4434343", "65536", "65979", "131515", "44/", "44:", "a43", "4 3", "4\n3",
		"443\r", "\xb4\xb4\xb3", "4294967739",
		"18446744073709552059",
	};
	struct gtb_ruleset *ruleset = world_new("ports: [443, 8200, 65535]\n");
	struct asked asked = {.method = "CONNECT", .host = "www.goto.com"};
	struct gtb_decision d;
	char text[16];

	asked.port = text;
	for (int port = 1; port <= 70000; port++) {
		bool on = port == 443 || port == 8200;

		snprintf(text, sizeof(text), "%d", port);
		decide(ruleset, &asked, &d);
		ck_assert_msg(d.auth.bypass == on, "%d", port);
		ck_assert_int_eq(d.auth.reason,
				 on ? GTB_REASON_LISTED_NAME
				    : port > 65535 ? GTB_REASON_MALFORMED
						   : GTB_REASON_PORT);
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		asked.port = none[i];
		decide(ruleset, &asked, &d);
		ck_assert_msg(d.auth.reason == GTB_REASON_MALFORMED, "%s",
			      none[i]);
		ck_assert(!d.auth.bypass && !d.tls.bypass);
	}
	gtb_ruleset_free(ruleset);
}
END_TEST

/* A tunnel is CONNECT, NONE or not known; a method is a short token. */
START_TEST(methods)
{
	static const struct {
		const char *method;
		enum gtb_reason tls;
	} rows[] = {
		{"CONNECT", GTB_REASON_LISTED_NAME},
		{"NONE", GTB_REASON_LISTED_NAME},
		{NULL, GTB_REASON_LISTED_NAME},
		{"GET", GTB_REASON_METHOD},
		{"connect", GTB_REASON_METHOD},
		{"CONNEC", GTB_REASON_METHOD},
		{"CONNECTS", GTB_REASON_METHOD},
		{"NON", GTB_REASON_METHOD},
		{"NONES", GTB_REASON_METHOD},
		{"VERSION-CONTROL", GTB_REASON_METHOD},
		{"M_X.9", GTB_REASON_METHOD},
		{"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", GTB_REASON_METHOD},
		{"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", GTB_REASON_MALFORMED},
		{"", GTB_REASON_MALFORMED},
		{"CONNECT ", GTB_REASON_MALFORMED},
		{"CONNECT\n", GTB_REASON_MALFORMED},
		{"GET!", GTB_REASON_MALFORMED},
		{"G\xc3", GTB_REASON_MALFORMED},
	};
	struct gtb_ruleset *ruleset = world_new(NULL);
	struct asked asked = {.host = "www.goto.com", .port = "443",
			      .sni = "www.goto.com"};
	struct gtb_decision d;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		asked.method = rows[i].method;
		decide(ruleset, &asked, &d);
		ck_assert_msg(d.tls.reason == rows[i].tls, "%s: %s",
			      rows[i].method, gtb_reason_word(d.tls.reason));
		ck_assert(d.tls.bypass ==
			  (rows[i].tls == GTB_REASON_LISTED_NAME));
		ck_assert(d.auth.bypass ==
			  (rows[i].tls != GTB_REASON_MALFORMED));
	}
	gtb_ruleset_free(ruleset);
}
END_TEST

#define C "CONNECT"
#define YES true
#define NO false
#define R(x) GTB_REASON_##x

/* One name or network in several rules: each adds, and none takes away. */
#define TWICE \
	"tiers: {optional: {enabled: yes}}\n" \
	"own:\n" \
	"  - {name: \"*.goto.com\", bypass: [tls], ports: [443, 8443]}\n" \
	"  - {name: \"*.launchdarkly.com\", bypass: [tls]}\n" \
	"  - {name: getgo.com, bypass: [auth], ports: [8443]}\n" \
	"  - {name: \"*.expertcity.com\", hosting: [aws], bypass: [auth]}\n" \
	"  - {network: 68.64.0.0/19, bypass: [auth], ports: [8443]}\n" \
	"  - {network: 68.64.5.0/24, ports: [8443]}\n" \
	"  - {network: 10.6.0.0/16, special: yes, bypass: [auth]," \
	" ports: [8443]}\n" \
	"  - {network: 10.6.0.0/24, special: yes, bypass: [auth]}\n" \
	"  - {name: \"*.jive.com\", bypass: [auth]}\n"
#define BANNED \
	"exclude:\n" \
	"  names: [\"*.ban.goto.com\", ban.goto.com, one.goto.com]\n" \
	"  networks: [68.64.0.0/16, 68.64.8.0/24]\n" \
	"own:\n" \
	"  - {name: www.ban.goto.com}\n" \
	"  - {name: \"*.one.goto.com\", bypass: [auth]}\n"
#define NOBODY \
	"identities:\n" \
	"  - {name: a, clients: [10.1.0.0/16], bypass: [tls]}\n" \
	"  - {name: b, clients: [10.1.0.0/16], bypass: [auth]}\n" \
	"  - {name: c, clients: [10.1.2.0/24], bypass: [tls]}\n"
#define NARROW \
	"own:\n" \
	"  - {network: 10.6.0.0/16, special: yes}\n" \
	"  - {network: 10.6.0.0/24, special: yes, bypass: [tls]}\n"
#define SOMEBODY \
	"identities:\n" \
	"  - {name: a, clients: [10.1.0.0/16], bypass: [auth, tls]}\n"
#define STRICT "name-only: refuse\n"
#define LAX "destination-mismatch: bypass\n"

static const struct {
	const char *name;
	const char *policy;
	struct asked asked;
	bool auth;
	enum gtb_reason auth_reason;
	bool tls;
	enum gtb_reason tls_reason;
	const char *auth_source;	/* NULL: not looked at */
} rows[] = {
	{"one verdict a rule, at a listed place", TWICE,
	 {NULL, C, "a.launchdarkly.com", "443", "a.launchdarkly.com",
	  "68.64.0.10"},
	 YES, R(LISTED_NAME), YES, R(LISTED_NAME), "doc:n-5"},
	{"tls by the narrower network, auth by the wider", NARROW,
	 {NULL, C, "10.6.0.1", "443", NULL, NULL},
	 YES, R(LISTED_NETWORK), YES, R(LISTED_NETWORK), NULL},
	{"an unlisted address on its way elsewhere", "{}\n",
	 {NULL, C, "203.0.113.9", "443", "www.goto.com", "198.51.100.1"},
	 NO, R(NAMES_DISAGREE), NO, R(NAMES_DISAGREE), "doc:n-1"},
	{"a client of the only identity", SOMEBODY,
	 {"10.1.2.3", C, "www.goto.com", "443", "www.goto.com", NULL},
	 YES, R(LISTED_NAME), YES, R(LISTED_NAME), "doc:n-1"},
	{"a client that is not of the only identity", SOMEBODY,
	 {"10.2.2.3", C, "www.goto.com", "443", "www.goto.com", NULL},
	 NO, R(CLIENT), NO, R(CLIENT), "doc:n-1"},
	{"a port that is refused before the client is", NOBODY,
	 {"10.9.9.9", C, "www.goto.com", "8443", NULL, NULL},
	 NO, R(PORT), NO, R(PORT), "doc:n-1"},
	{"auth by one rule, tls by another", TWICE,
	 {NULL, C, "a.launchdarkly.com", "443", "a.launchdarkly.com", NULL},
	 YES, R(LISTED_NAME), YES, R(LISTED_NAME), "doc:n-5"},
	{"a port of one rule alone", TWICE,
	 {NULL, C, "a.goto.com", "8443", "a.goto.com", NULL}, NO,
	 R(NOT_GRANTED), YES, R(LISTED_NAME), "policy:own-1"},
	{"the apex has its own rule", TWICE,
	 {NULL, C, "getgo.com", "8443", "getgo.com", NULL}, YES,
	 R(LISTED_NAME), NO, R(NOT_GRANTED), "policy:own-3"},
	{"the apex's rule hides the wildcard", TWICE,
	 {NULL, C, "getgo.com", "443", "getgo.com", NULL}, NO, R(PORT), NO,
	 R(PORT), "policy:own-3"},
	{"far away, by the rule that may", TWICE,
	 {NULL, C, "a.expertcity.com", "443", "a.expertcity.com",
	  "203.0.113.9"}, YES, R(NAME_ONLY), NO, R(DESTINATION_MISMATCH),
	 "policy:own-4"},
	{"far away, by the first of two that may", TWICE,
	 {NULL, C, "a.jive.com", "443", "a.jive.com", "203.0.113.9"}, YES,
	 R(NAME_ONLY), YES, R(NAME_ONLY), "doc:n-9"},
	{"near, by the first rule, whatever the network's port", TWICE,
	 {NULL, C, "a.expertcity.com", "443", "a.expertcity.com",
	  "10.6.1.1"}, YES, R(LISTED_NAME), YES, R(LISTED_NAME), "doc:n-2"},
	{"near a network of a tier that is off", TWICE,
	 {NULL, C, "a.expertcity.com", "443", "a.expertcity.com",
	  "216.219.112.1"}, YES, R(NAME_ONLY), NO, R(DESTINATION_MISMATCH),
	 "policy:own-4"},
	{"one network, two rules", TWICE,
	 {NULL, C, "68.64.0.1", "8443", NULL, NULL}, YES, R(LISTED_NETWORK),
	 NO, R(NOT_GRANTED), "policy:own-5"},
	{"narrower network, its port", TWICE,
	 {NULL, C, "68.64.5.1", "8443", NULL, NULL}, YES, R(LISTED_NETWORK),
	 YES, R(LISTED_NETWORK), "policy:own-6"},
	{"narrower network, other port", TWICE,
	 {NULL, C, "68.64.5.1", "443", NULL, NULL}, YES, R(LISTED_NETWORK),
	 YES, R(LISTED_NETWORK), "doc:net-1"},
	{"of equal refusals the narrowest is told", TWICE,
	 {NULL, C, "10.6.0.1", "22", NULL, NULL}, NO, R(PORT), NO, R(PORT),
	 "policy:own-8"},
	{"wider network, its port", TWICE,
	 {NULL, C, "10.6.0.1", "8443", NULL, NULL}, YES, R(LISTED_NETWORK),
	 NO, R(NOT_GRANTED), "policy:own-7"},
	{"address at its own destination, no SNI", TWICE,
	 {NULL, C, "68.64.0.1", "443", NULL, "68.64.0.1"}, YES,
	 R(LISTED_NETWORK), YES, R(LISTED_NETWORK), "doc:net-1"},
	{"address, another listed destination", TWICE,
	 {NULL, C, "68.64.0.1", "443", NULL, "10.6.0.1"}, YES,
	 R(LISTED_NETWORK), YES, R(LISTED_NETWORK), "doc:net-1"},
	{"address, destination elsewhere", TWICE,
	 {NULL, C, "68.64.0.1", "443", NULL, "203.0.113.9"}, NO,
	 R(DESTINATION_MISMATCH), NO, R(DESTINATION_MISMATCH), "doc:net-1"},
	{"address elsewhere, destination listed", TWICE,
	 {NULL, C, "203.0.113.9", "443", NULL, "68.64.0.1"}, NO,
	 R(NOT_LISTED), NO, R(NOT_LISTED), "-"},
	{"address, SNI listed, destination elsewhere", TWICE,
	 {NULL, C, "68.64.0.1", "443", "www.goto.com", "203.0.113.9"}, NO,
	 R(DESTINATION_MISMATCH), NO, R(DESTINATION_MISMATCH), NULL},

	{"excluded below a wildcard, own name and all", BANNED,
	 {NULL, C, "www.ban.goto.com", "443", "www.ban.goto.com", NULL}, NO,
	 R(EXCLUDED), NO, R(EXCLUDED), "policy:exclude-names-1"},
	{"excluded twice, the exact one is told", BANNED,
	 {NULL, C, "ban.goto.com", "443", NULL, NULL}, NO, R(EXCLUDED), NO,
	 R(EXCLUDED), "policy:exclude-names-2"},
	{"exactly excluded, an own wildcard beside it", BANNED,
	 {NULL, C, "one.goto.com", "443", NULL, NULL}, NO, R(EXCLUDED), NO,
	 R(EXCLUDED), "policy:exclude-names-3"},
	{"below an exactly excluded name", BANNED,
	 {NULL, C, "x.one.goto.com", "443", "x.one.goto.com", NULL}, YES,
	 R(LISTED_NAME), NO, R(NOT_GRANTED), "policy:own-2"},
	{"excluded SNI, host elsewhere", BANNED,
	 {NULL, C, "evil.example", "443", "one.goto.com", NULL}, NO,
	 R(EXCLUDED), NO, R(EXCLUDED), "policy:exclude-names-3"},
	{"excluded SNI at an address", BANNED,
	 {NULL, C, "2600:1f00::1", "443", "one.goto.com", NULL}, NO,
	 R(EXCLUDED), NO, R(EXCLUDED), "policy:exclude-names-3"},
	{"excluded host, SNI listed", BANNED,
	 {NULL, C, "one.goto.com", "443", "www.goto.com", NULL}, NO,
	 R(EXCLUDED), NO, R(EXCLUDED), "policy:exclude-names-3"},
	{"excluded network around a listed one", BANNED,
	 {NULL, C, "68.64.9.1", "443", NULL, NULL}, NO, R(EXCLUDED), NO,
	 R(EXCLUDED), "policy:exclude-networks-1"},
	{"excluded destination, host an address", BANNED,
	 {NULL, C, "2600:1f00::1", "443", NULL, "68.64.9.1"}, NO,
	 R(EXCLUDED), NO, R(EXCLUDED), "policy:exclude-networks-1"},
	{"excluded destination, host a name", BANNED,
	 {NULL, C, "www.goto.com", "443", "www.goto.com", "68.64.9.1"}, NO,
	 R(EXCLUDED), NO, R(EXCLUDED), "policy:exclude-networks-1"},
	{"excluded host, destination listed", BANNED,
	 {NULL, C, "68.64.9.1", "443", NULL, "2600:1f00::1"}, NO,
	 R(EXCLUDED), NO, R(EXCLUDED), "policy:exclude-networks-1"},

	{"two identities of one network", NOBODY,
	 {"10.1.9.9", C, "www.goto.com", "443", "www.goto.com", NULL}, YES,
	 R(LISTED_NAME), YES, R(LISTED_NAME), NULL},
	{"the narrower does not give auth, the wider does", NOBODY,
	 {"10.1.2.9", C, "www.goto.com", "443", "www.goto.com", NULL}, YES,
	 R(LISTED_NAME), YES, R(LISTED_NAME), NULL},
	{"the client is asked last", NOBODY,
	 {"10.2.0.1", C, "evil.example", "443", NULL, NULL}, NO,
	 R(NOT_LISTED), NO, R(NOT_LISTED), NULL},
	{"client before the SNI that is missing", NOBODY,
	 {"10.2.0.1", C, "www.goto.com", "443", NULL, NULL}, NO, R(CLIENT),
	 NO, R(CLIENT), NULL},
	{"an identity, but no SNI yet", NOBODY,
	 {"10.1.9.9", C, "www.goto.com", "443", NULL, NULL}, YES,
	 R(LISTED_NAME), NO, R(AWAITING_SNI), NULL},
	{"an identity, but no tunnel", NOBODY,
	 {"10.1.9.9", "GET", "www.goto.com", "443", NULL, NULL}, YES,
	 R(LISTED_NAME), NO, R(METHOD), NULL},

	{"SNI not listed, host of a tier that is off", NULL,
	 {NULL, C, "x.launchdarkly.com", "443", "evil.example", NULL}, NO,
	 R(TIER_OFF), NO, R(TIER_OFF), "doc:n-5"},
	{"SNI of a tier that is off", NULL,
	 {NULL, C, "www.goto.com", "443", "x.launchdarkly.com", NULL}, NO,
	 R(TIER_OFF), NO, R(TIER_OFF), "doc:n-5"},
	{"SNI on another port", "ports: [443, 80]\n",
	 {NULL, C, "www.goto.com", "80", "www.goto.com.", NULL}, YES,
	 R(LISTED_NAME), YES, R(LISTED_NAME), NULL},
	{"SNI the host in other letters", NULL,
	 {NULL, C, "WWW.goto.com", "443", "www.GOTO.com", NULL}, YES,
	 R(LISTED_NAME), YES, R(LISTED_NAME), NULL},
	{"SNI as long as the host, another name", NULL,
	 {NULL, C, "www.goto.com", "443", "www.goto.con", NULL}, NO,
	 R(NAMES_DISAGREE), NO, R(NAMES_DISAGREE), "doc:n-1"},
	{"SNI a part of the host", NULL,
	 {NULL, C, "www.goto.com", "443", "www.goto.co", NULL}, NO,
	 R(NAMES_DISAGREE), NO, R(NAMES_DISAGREE), "doc:n-1"},
	{"SNI not listed, host not listed", NULL,
	 {NULL, C, "evil.example", "443", "evil.test", NULL}, NO,
	 R(NOT_LISTED), NO, R(NOT_LISTED), "-"},
	{"SNI of a tier that is off, host not listed", NULL,
	 {NULL, C, "evil.example", "443", "x.launchdarkly.com", NULL}, NO,
	 R(NOT_LISTED), NO, R(NOT_LISTED), "-"},
	{"SNI not listed, address not listed", NULL,
	 {NULL, C, "203.0.113.9", "443", "evil.test", NULL}, NO,
	 R(NOT_LISTED), NO, R(NOT_LISTED), "-"},
	{"SNI the text of the address that is the host", NULL,
	 {NULL, C, "68.64.0.10", "443", "68.64.0.10", NULL}, NO,
	 R(MALFORMED), NO, R(MALFORMED), "-"},

	{"plain request to a name, elsewhere", NULL,
	 {NULL, "GET", "www.goto.com", "443", NULL, "203.0.113.9"}, NO,
	 R(NAME_ONLY), NO, R(NAME_ONLY), "doc:n-1"},
	{"plain request inside a tunnel, elsewhere", NULL,
	 {NULL, "GET", "www.goto.com", "443", "www.goto.com", "203.0.113.9"},
	 YES, R(NAME_ONLY), NO, R(METHOD), "doc:n-1"},
	{"plain request to a name, near", NULL,
	 {NULL, "GET", "www.goto.com", "443", NULL, "68.64.0.10"}, YES,
	 R(LISTED_NAME), NO, R(METHOD), "doc:n-1"},
	{"tunnel to a name without an SNI, elsewhere", NULL,
	 {NULL, C, "www.goto.com", "443", NULL, "203.0.113.9"}, YES,
	 R(NAME_ONLY), NO, R(AWAITING_SNI), "doc:n-1"},
	{"name-only refused, near", STRICT,
	 {NULL, C, "www.goto.com", "443", "www.goto.com", "68.64.0.10"}, YES,
	 R(LISTED_NAME), YES, R(LISTED_NAME), "doc:n-1"},
	{"name-only refused, destination not known", STRICT,
	 {NULL, C, "www.goto.com", "443", "www.goto.com", NULL}, YES,
	 R(LISTED_NAME), YES, R(LISTED_NAME), "doc:n-1"},
	{"mismatch allowed, hosted by GoTo, elsewhere", LAX,
	 {NULL, C, "a.expertcity.com", "443", "a.expertcity.com",
	  "203.0.113.9"}, YES, R(NAME_ONLY), YES, R(NAME_ONLY), "doc:n-2"},
	{"hosted by GoTo and others, elsewhere", NULL,
	 {NULL, C, "a.gotowebinar.com", "443", "a.gotowebinar.com",
	  "203.0.113.9"}, YES, R(NAME_ONLY), YES, R(NAME_ONLY), "doc:n-8"},
};

START_TEST(row)
{
	struct gtb_ruleset *ruleset = world_new(rows[_i].policy);
	char source[GTB_SOURCE_TEXT_SIZE];
	struct gtb_decision d;

	decide(ruleset, &rows[_i].asked, &d);
	ck_assert_msg(d.auth.bypass == rows[_i].auth &&
			      d.auth.reason == rows[_i].auth_reason,
		      "%s: auth %s %s", rows[_i].name,
		      gtb_auth_word(&d.auth), gtb_reason_word(d.auth.reason));
	ck_assert_msg(d.tls.bypass == rows[_i].tls &&
			      d.tls.reason == rows[_i].tls_reason,
		      "%s: tls %s %s", rows[_i].name, gtb_tls_word(&d.tls),
		      gtb_reason_word(d.tls.reason));
	gtb_source_text(&d.auth.source, source, sizeof(source));
	if (rows[_i].auth_source != NULL)
		ck_assert_str_eq(source, rows[_i].auth_source);
	if (!d.auth.bypass)
		ck_assert_ptr_null(d.auth.identity);
	if (!d.tls.bypass)
		ck_assert_ptr_null(d.tls.identity);
	gtb_ruleset_free(ruleset);
}
END_TEST

static const struct {
	const char *client;
	const char *auth;	/* names; NULL: no identity */
	const char *tls;
} identities[] = {
	{"10.1.9.9", "b", "a"},
	{"10.1.2.9", "b", "c"},
	{"10.1.255.255", "b", "a"},
	{"10.2.0.0", NULL, NULL},
	{NULL, NULL, NULL},
};

static void check_identity(const struct gtb_verdict *verdict,
			   const char *expected)
{
	ck_assert(verdict->bypass == (expected != NULL));
	if (expected == NULL)
		ck_assert_ptr_null(verdict->identity);
	else
		ck_assert_str_eq(verdict->identity->name, expected);
}

START_TEST(identity)
{
	struct gtb_ruleset *ruleset = world_new(NOBODY);
	struct asked asked = {identities[_i].client, C, "www.goto.com", "443",
			      "www.goto.com", NULL};
	struct gtb_decision d;

	decide(ruleset, &asked, &d);
	check_identity(&d.auth, identities[_i].auth);
	check_identity(&d.tls, identities[_i].tls);
	gtb_ruleset_free(ruleset);
}
END_TEST

/* A yes of a narrower network stays, whatever a wider one gives. */
START_TEST(each_its_source)
{
	struct gtb_ruleset *ruleset = world_new(NARROW);
	struct asked asked = {NULL, C, "10.6.0.1", "443", NULL, NULL};
	char source[GTB_SOURCE_TEXT_SIZE];
	struct gtb_decision d;

	decide(ruleset, &asked, &d);
	gtb_source_text(&d.auth.source, source, sizeof(source));
	ck_assert_str_eq(source, "policy:own-1");
	gtb_source_text(&d.tls.source, source, sizeof(source));
	ck_assert_str_eq(source, "policy:own-2");
	gtb_ruleset_free(ruleset);
}
END_TEST

START_TEST(words)
{
	struct gtb_verdict yes = {.bypass = true};
	struct gtb_verdict no = {.bypass = false};

	ck_assert_str_eq(gtb_auth_word(&yes), "bypass");
	ck_assert_str_eq(gtb_auth_word(&no), "require");
	ck_assert_str_eq(gtb_tls_word(&yes), "splice");
	ck_assert_str_eq(gtb_tls_word(&no), "inspect");
}
END_TEST

Suite *suite_trust_decide(void)
{
	Suite *suite = suite_create("trust_decide");
	TCase *tcase = tcase_create("decide");

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, ports);
	tcase_add_test(tcase, methods);
	tcase_add_test(tcase, each_its_source);
	tcase_add_test(tcase, words);
	tcase_add_loop_test(tcase, row, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_loop_test(tcase, identity, 0,
			    sizeof(identities) / sizeof(identities[0]));
	suite_add_tcase(suite, tcase);
	return suite;
}
