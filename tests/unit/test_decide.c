/* The decision: each rule in both directions, each reason. */
#include <string.h>

#include "gtb/decide.h"

#include "tests/unit/unit.h"
#include "tests/unit/world.h"

/* Policies the rows below refer to. */
#define DEFAULTS NULL
#define ALL_TIERS \
	"tiers:\n" \
	"  required: {enabled: yes}\n  optional: {enabled: yes}\n" \
	"  third-party: {enabled: yes}\n  legacy: {enabled: yes}\n"
#define SHARED ALL_TIERS "shared: [\"*.youtube.com\"]\n"
#define PORTS "ports: [443, 80, 8200]\n"
#define REFUSE_NAME_ONLY "name-only: refuse\n"
#define ALLOW_MISMATCH "destination-mismatch: bypass\n"
#define REFUSE_BOTH ALLOW_MISMATCH REFUSE_NAME_ONLY
#define CLIENTS \
	"identities:\n" \
	"  - {name: rooms, clients: [10.1.0.0/16, \"2001:db8:1::/48\"]}\n" \
	"  - {name: phones, clients: [10.1.2.0/24, 10.9.0.0/16]," \
	" bypass: [auth]}\n"
#define EXCLUDES \
	"exclude:\n" \
	"  names: [\"*.bad.goto.com\", www.getgo.com, \"*.own.example\"]\n" \
	"  networks: [68.64.8.0/24, 2600:1f00:bad::/48]\n" \
	"own:\n  - {name: x.own.example}\n"
#define NO_WEBINAR "products: {webinar: off}\n"
#define AUTH_ONLY "tiers:\n  required: {enabled: yes, bypass: [auth]}\n"
#define OWN \
	"own:\n" \
	"  - {name: \"*.own.example\", hosting: [goto]}\n" \
	"  - {name: tls.own.example, bypass: [tls], ports: [8443]}\n" \
	"  - {network: 10.5.0.0/16, special: yes}\n" \
	"  - {name: \"*.media.goto.com\", bypass: [auth]}\n"

#define YES true
#define NO false

/* "" = known and empty, NULL = not known. */
struct row {
	const char *name;
	const char *policy;
	const char *client;
	const char *method;
	const char *host;
	const char *port;
	const char *sni;
	const char *dst;
	bool auth;
	enum gtb_reason auth_reason;
	bool tls;
	enum gtb_reason tls_reason;
	const char *rule;	/* of tls; NULL: not looked at */
};

#define R(x) GTB_REASON_##x
#define C "CONNECT"

static const struct row rows[] = {
	/* names */
	{"listed", DEFAULTS, "10.1.2.3", C, "www.goto.com", "443",
	 "www.goto.com", NULL, YES, R(LISTED_NAME), YES, R(LISTED_NAME),
	 "doc:n-1"},
	{"apex", DEFAULTS, NULL, C, "goto.com", "443", "goto.com", NULL, YES,
	 R(LISTED_NAME), YES, R(LISTED_NAME), "doc:n-1"},
	{"deep", DEFAULTS, NULL, C, "a.b.c.goto.com", "443", "a.b.c.goto.com",
	 NULL, YES, R(LISTED_NAME), YES, R(LISTED_NAME), "doc:n-1"},
	{"case", DEFAULTS, NULL, C, "WWW.GoTo.COM", "443", "www.GOTO.com",
	 NULL, YES, R(LISTED_NAME), YES, R(LISTED_NAME), NULL},
	{"one trailing dot", DEFAULTS, NULL, C, "www.goto.com.", "443",
	 "www.goto.com.", NULL, YES, R(LISTED_NAME), YES, R(LISTED_NAME),
	 NULL},
	{"unlisted", DEFAULTS, NULL, C, "evil.example", "443", "evil.example",
	 NULL, NO, R(NOT_LISTED), NO, R(NOT_LISTED), "-"},
	{"prefix glued on", DEFAULTS, NULL, C, "evilgoto.com", "443",
	 "evilgoto.com", NULL, NO, R(NOT_LISTED), NO, R(NOT_LISTED), NULL},
	{"suffix glued on", DEFAULTS, NULL, C, "goto.com.evil.example", "443",
	 "goto.com.evil.example", NULL, NO, R(NOT_LISTED), NO, R(NOT_LISTED),
	 NULL},
	{"punycode look-alike", DEFAULTS, NULL, C, "xn--gto-sed.com", "443",
	 "xn--gto-sed.com", NULL, NO, R(NOT_LISTED), NO, R(NOT_LISTED), NULL},
	{"exact beats wildcard", DEFAULTS, NULL, C, "launch.getgo.com", "443",
	 "launch.getgo.com", NULL, YES, R(LISTED_NAME), YES, R(LISTED_NAME),
	 "doc:n-4"},
	{"below an exact name", DEFAULTS, NULL, C, "x.launch.getgo.com",
	 "443", "x.launch.getgo.com", NULL, YES, R(LISTED_NAME), YES,
	 R(LISTED_NAME), "doc:n-3"},
	{"longer wildcard beats shorter", OWN, NULL, C, "a.media.goto.com",
	 "443", "a.media.goto.com", NULL, YES, R(LISTED_NAME), NO,
	 R(NOT_GRANTED), "policy:own-4"},

	/* SNI */
	{"no SNI yet", DEFAULTS, NULL, C, "www.goto.com", "443", NULL, NULL,
	 YES, R(LISTED_NAME), NO, R(AWAITING_SNI), "doc:n-1"},
	{"SNI elsewhere", DEFAULTS, NULL, C, "www.goto.com", "443",
	 "evil.example", NULL, NO, R(NAMES_DISAGREE), NO, R(NAMES_DISAGREE),
	 "doc:n-1"},
	{"host elsewhere", DEFAULTS, NULL, C, "evil.example", "443",
	 "www.goto.com", NULL, NO, R(NAMES_DISAGREE), NO, R(NAMES_DISAGREE),
	 "doc:n-1"},
	{"another listed SNI", DEFAULTS, NULL, C, "www.goto.com", "443",
	 "x.getgo.com", NULL, YES, R(LISTED_NAME), YES, R(LISTED_NAME),
	 "doc:n-1"},
	{"SNI an address", DEFAULTS, NULL, C, "www.goto.com", "443",
	 "68.64.0.1", NULL, NO, R(MALFORMED), NO, R(MALFORMED), NULL},
	{"SNI with an escape", DEFAULTS, NULL, C, "www.goto.com", "443",
	 "evil%0Awww.goto.com", NULL, NO, R(MALFORMED), NO, R(MALFORMED),
	 NULL},
	{"SNI a wildcard", DEFAULTS, NULL, C, "www.goto.com", "443", "*.com",
	 NULL, NO, R(MALFORMED), NO, R(MALFORMED), NULL},
	{"SNI empty", DEFAULTS, NULL, C, "www.goto.com", "443", "", NULL, NO,
	 R(MALFORMED), NO, R(MALFORMED), NULL},
	{"SNI of a lesser tier", ALL_TIERS, NULL, C, "www.goto.com", "443",
	 "x.launchdarkly.com", NULL, YES, R(LISTED_NAME), NO, R(NOT_GRANTED),
	 "doc:n-5"},

	/* addresses */
	{"address", DEFAULTS, NULL, C, "68.64.0.10", "443", NULL, NULL, YES,
	 R(LISTED_NETWORK), YES, R(LISTED_NETWORK), "doc:net-1"},
	{"first address", DEFAULTS, NULL, C, "68.64.0.0", "443", NULL, NULL,
	 YES, R(LISTED_NETWORK), YES, R(LISTED_NETWORK), NULL},
	{"last address", DEFAULTS, NULL, C, "68.64.31.255", "443", NULL, NULL,
	 YES, R(LISTED_NETWORK), YES, R(LISTED_NETWORK), NULL},
	{"just before", DEFAULTS, NULL, C, "68.63.255.255", "443", NULL, NULL,
	 NO, R(NOT_LISTED), NO, R(NOT_LISTED), NULL},
	{"just behind", DEFAULTS, NULL, C, "68.64.32.0", "443", NULL, NULL,
	 NO, R(NOT_LISTED), NO, R(NOT_LISTED), NULL},
	{"IPv6", DEFAULTS, NULL, C, "%5B2600:1f00::1%5D", "443", NULL, NULL,
	 YES, R(LISTED_NETWORK), YES, R(LISTED_NETWORK), "doc:net-2"},
	{"IPv6 outside", DEFAULTS, NULL, C, "[2600:1f01::1]", "443", NULL,
	 NULL, NO, R(NOT_LISTED), NO, R(NOT_LISTED), NULL},
	{"mapped IPv4", DEFAULTS, NULL, C, "[::ffff:68.64.0.10]", "443", NULL,
	 NULL, YES, R(LISTED_NETWORK), YES, R(LISTED_NETWORK), "doc:net-1"},
	{"6to4 of a listed address", DEFAULTS, NULL, C, "[2002:4440:a::1]",
	 "443", NULL, NULL, NO, R(NOT_LISTED), NO, R(NOT_LISTED), NULL},
	{"address, SNI listed", DEFAULTS, NULL, C, "68.64.0.10", "443",
	 "www.goto.com", NULL, YES, R(LISTED_NETWORK), YES,
	 R(LISTED_NETWORK), NULL},
	{"address, SNI elsewhere", DEFAULTS, NULL, C, "68.64.0.10", "443",
	 "evil.example", NULL, NO, R(NAMES_DISAGREE), NO, R(NAMES_DISAGREE),
	 "doc:net-1"},
	{"foreign address, SNI listed", DEFAULTS, NULL, C, "203.0.113.9",
	 "443", "www.goto.com", NULL, NO, R(NAMES_DISAGREE), NO,
	 R(NAMES_DISAGREE), NULL},
	{"narrower network without the port", DEFAULTS, NULL, C, "68.64.4.4",
	 "443", NULL, NULL, YES, R(LISTED_NETWORK), YES, R(LISTED_NETWORK),
	 "doc:net-1"},
	{"legacy network, tier off", DEFAULTS, NULL, C, "216.219.112.1",
	 "443", NULL, NULL, NO, R(TIER_OFF), NO, R(TIER_OFF), "doc:net-3"},
	{"legacy network, tier on", ALL_TIERS, NULL, C, "216.219.112.1",
	 "443", NULL, NULL, YES, R(LISTED_NETWORK), NO, R(NOT_GRANTED),
	 "doc:net-3"},

	/* intercepted: the destination is known */
	{"first look: destination listed", DEFAULTS, NULL, "NONE",
	 "68.64.0.10", "443", NULL, "68.64.0.10", YES, R(LISTED_NETWORK), YES,
	 R(LISTED_NETWORK), "doc:net-1"},
	{"first look: elsewhere", DEFAULTS, NULL, C, "203.0.113.9", "443",
	 NULL, "203.0.113.9", NO, R(NOT_LISTED), NO, R(NOT_LISTED), NULL},
	{"step 2: SNI listed, in a cloud", DEFAULTS, NULL, C, "203.0.113.9",
	 "443", "www.goto.com", "203.0.113.9", YES, R(NAME_ONLY), YES,
	 R(NAME_ONLY), "doc:n-1"},
	{"step 2: name-only refused", REFUSE_NAME_ONLY, NULL, C,
	 "203.0.113.9", "443", "www.goto.com", "203.0.113.9", NO,
	 R(NAME_ONLY), NO, R(NAME_ONLY), "doc:n-1"},
	{"step 2: hosted by GoTo, elsewhere", DEFAULTS, NULL, C,
	 "203.0.113.9", "443", "a.expertcity.com", "203.0.113.9", NO,
	 R(DESTINATION_MISMATCH), NO, R(DESTINATION_MISMATCH), "doc:n-2"},
	{"step 2: mismatch allowed", ALLOW_MISMATCH, NULL, C, "203.0.113.9",
	 "443", "a.expertcity.com", "203.0.113.9", YES, R(NAME_ONLY), YES,
	 R(NAME_ONLY), "doc:n-2"},
	{"step 2: mismatch is name-only", REFUSE_BOTH, NULL, C,
	 "203.0.113.9", "443", "a.expertcity.com", "203.0.113.9", NO,
	 R(NAME_ONLY), NO, R(NAME_ONLY), "doc:n-2"},
	{"step 2: hosted by GoTo, there", DEFAULTS, NULL, C, "68.64.0.10",
	 "443", "a.expertcity.com", "68.64.0.10", YES, R(LISTED_NAME), YES,
	 R(LISTED_NAME), "doc:n-2"},
	{"step 2: unstated hosting", DEFAULTS, NULL, C, "203.0.113.9", "443",
	 "a.jive.com", "203.0.113.9", YES, R(NAME_ONLY), YES, R(NAME_ONLY),
	 "doc:n-9"},
	{"exact name hosted by GoTo under an AWS wildcard", DEFAULTS, NULL, C,
	 "203.0.113.9", "443", "launch.getgo.com", "203.0.113.9", NO,
	 R(DESTINATION_MISMATCH), NO, R(DESTINATION_MISMATCH), "doc:n-4"},
	{"unlisted SNI at a listed address", DEFAULTS, NULL, C, "68.64.0.10",
	 "443", "evil.example", "68.64.0.10", NO, R(NOT_LISTED), NO,
	 R(NOT_LISTED), NULL},
	{"second CONNECT: host is the SNI", DEFAULTS, NULL, C,
	 "www.goto.com", "443", "www.goto.com", "203.0.113.9", YES,
	 R(NAME_ONLY), YES, R(NAME_ONLY), "doc:n-1"},
	{"name, no SNI, destination listed", DEFAULTS, NULL, C,
	 "www.goto.com", "443", NULL, "68.64.0.10", YES, R(LISTED_NAME), YES,
	 R(LISTED_NAME), "doc:n-1"},
	{"host another address than the destination", DEFAULTS, NULL, C,
	 "68.64.0.10", "443", NULL, "203.0.113.9", NO,
	 R(DESTINATION_MISMATCH), NO, R(DESTINATION_MISMATCH), "doc:net-1"},
	{"legacy network off does not prove", DEFAULTS, NULL, C,
	 "a.expertcity.com", "443", "a.expertcity.com", "216.219.112.1", NO,
	 R(DESTINATION_MISMATCH), NO, R(DESTINATION_MISMATCH), NULL},
	{"plain request, in a cloud: nobody checks the name", DEFAULTS, NULL,
	 "GET", "www.goto.com", "443", NULL, "203.0.113.9", NO, R(NAME_ONLY),
	 NO, R(NAME_ONLY), "doc:n-1"},
	{"plain request, destination listed", DEFAULTS, NULL, "GET",
	 "www.goto.com", "443", NULL, "68.64.0.10", YES, R(LISTED_NAME), NO,
	 R(METHOD), "doc:n-1"},
	{"request inside an inspected connection, in a cloud", DEFAULTS, NULL,
	 "GET", "www.goto.com", "443", "www.goto.com", "203.0.113.9", YES,
	 R(NAME_ONLY), NO, R(METHOD), "doc:n-1"},
	{"the same, hosted by GoTo", DEFAULTS, NULL, "GET", "a.expertcity.com",
	 "443", "a.expertcity.com", "203.0.113.9", NO,
	 R(DESTINATION_MISMATCH), NO, R(DESTINATION_MISMATCH), "doc:n-2"},
	{"IPv6 destination", DEFAULTS, NULL, C, "%5B2600:1f00::9%5D", "443",
	 "a.expertcity.com", "2600:1f00::9", YES, R(LISTED_NAME), YES,
	 R(LISTED_NAME), "doc:n-2"},

	/* ports and methods */
	{"other port", DEFAULTS, NULL, C, "www.goto.com", "22",
	 "www.goto.com", NULL, NO, R(PORT), NO, R(PORT), "doc:n-1"},
	{"probe port off", DEFAULTS, NULL, C, "www.goto.com", "8200",
	 "www.goto.com", NULL, NO, R(PORT), NO, R(PORT), NULL},
	{"probe port on", PORTS, NULL, C, "www.goto.com", "8200",
	 "www.goto.com", NULL, YES, R(LISTED_NAME), YES, R(LISTED_NAME),
	 NULL},
	{"plain HTTP", PORTS, NULL, "GET", "www.goto.com", "80", NULL, NULL,
	 YES, R(LISTED_NAME), NO, R(METHOD), NULL},
	{"bumped request", DEFAULTS, NULL, "GET", "www.goto.com", "443",
	 "www.goto.com", NULL, YES, R(LISTED_NAME), NO, R(METHOD), NULL},
	{"method unknown", DEFAULTS, NULL, NULL, "www.goto.com", "443",
	 "www.goto.com", NULL, YES, R(LISTED_NAME), YES, R(LISTED_NAME),
	 NULL},
	{"own port", OWN, NULL, C, "tls.own.example", "8443",
	 "tls.own.example", NULL, NO, R(NOT_GRANTED), YES, R(LISTED_NAME),
	 "policy:own-2"},
	{"own port is nobody else's", OWN, NULL, C, "www.goto.com", "8443",
	 "www.goto.com", NULL, NO, R(PORT), NO, R(PORT), NULL},

	/* clients */
	{"in an identity", CLIENTS, "10.1.9.9", C, "www.goto.com", "443",
	 "www.goto.com", NULL, YES, R(LISTED_NAME), YES, R(LISTED_NAME),
	 NULL},
	{"in no identity", CLIENTS, "10.2.0.1", C, "www.goto.com", "443",
	 "www.goto.com", NULL, NO, R(CLIENT), NO, R(CLIENT), "doc:n-1"},
	{"identity for auth alone", CLIENTS, "10.9.0.1", C, "www.goto.com",
	 "443", "www.goto.com", NULL, YES, R(LISTED_NAME), NO, R(CLIENT),
	 NULL},
	{"narrower identity, wider grant", CLIENTS, "10.1.2.3", C,
	 "www.goto.com", "443", "www.goto.com", NULL, YES, R(LISTED_NAME),
	 YES, R(LISTED_NAME), NULL},
	{"IPv6 client", CLIENTS, "2001:db8:1::5", C, "www.goto.com", "443",
	 "www.goto.com", NULL, YES, R(LISTED_NAME), YES, R(LISTED_NAME),
	 NULL},
	{"IPv6 client outside", CLIENTS, "2001:db8:2::5", C, "www.goto.com",
	 "443", "www.goto.com", NULL, NO, R(CLIENT), NO, R(CLIENT), NULL},
	{"mapped client", CLIENTS, "::ffff:10.1.9.9", C, "www.goto.com",
	 "443", "www.goto.com", NULL, YES, R(LISTED_NAME), YES,
	 R(LISTED_NAME), NULL},
	{"client not known", CLIENTS, NULL, C, "www.goto.com", "443",
	 "www.goto.com", NULL, NO, R(CLIENT), NO, R(CLIENT), NULL},
	{"client not known, none asked", DEFAULTS, NULL, C, "www.goto.com",
	 "443", "www.goto.com", NULL, YES, R(LISTED_NAME), YES,
	 R(LISTED_NAME), NULL},

	/* tiers, products, shared names */
	{"optional off", DEFAULTS, NULL, C, "x.launchdarkly.com", "443",
	 "x.launchdarkly.com", NULL, NO, R(TIER_OFF), NO, R(TIER_OFF),
	 "doc:n-5"},
	{"optional on: auth alone", ALL_TIERS, NULL, C, "x.launchdarkly.com",
	 "443", "x.launchdarkly.com", NULL, YES, R(LISTED_NAME), NO,
	 R(NOT_GRANTED), "doc:n-5"},
	{"third-party on: tls alone", ALL_TIERS, NULL, C, "apis.google.com",
	 "443", "apis.google.com", NULL, NO, R(NOT_GRANTED), YES,
	 R(LISTED_NAME), "doc:n-7"},
	{"shared, not opted in", ALL_TIERS, NULL, C, "www.youtube.com",
	 "443", "www.youtube.com", NULL, NO, R(SHARED_OFF), NO,
	 R(SHARED_OFF), "doc:n-6"},
	{"shared, opted in", SHARED, NULL, C, "www.youtube.com", "443",
	 "www.youtube.com", NULL, NO, R(NOT_GRANTED), YES, R(LISTED_NAME),
	 "doc:n-6"},
	{"product off", NO_WEBINAR, NULL, C, "x.gotowebinar.com", "443",
	 "x.gotowebinar.com", NULL, NO, R(PRODUCT_OFF), NO, R(PRODUCT_OFF),
	 "doc:n-8"},
	{"product on", DEFAULTS, NULL, C, "x.gotowebinar.com", "443",
	 "x.gotowebinar.com", NULL, YES, R(LISTED_NAME), YES,
	 R(LISTED_NAME), "doc:n-8"},
	{"tier without tls", AUTH_ONLY, NULL, C, "www.goto.com", "443",
	 "www.goto.com", NULL, YES, R(LISTED_NAME), NO, R(NOT_GRANTED),
	 NULL},

	/* exclusions */
	{"excluded name", EXCLUDES, NULL, C, "x.bad.goto.com", "443",
	 "x.bad.goto.com", NULL, NO, R(EXCLUDED), NO, R(EXCLUDED),
	 "policy:exclude-names-1"},
	{"beside an excluded name", EXCLUDES, NULL, C, "good.goto.com",
	 "443", "good.goto.com", NULL, YES, R(LISTED_NAME), YES,
	 R(LISTED_NAME), NULL},
	{"below an exactly excluded name", EXCLUDES, NULL, C,
	 "x.www.getgo.com", "443", "x.www.getgo.com", NULL, YES,
	 R(LISTED_NAME), YES, R(LISTED_NAME), NULL},
	{"exclusion beats a longer own entry", EXCLUDES, NULL, C,
	 "x.own.example", "443", "x.own.example", NULL, NO, R(EXCLUDED), NO,
	 R(EXCLUDED), NULL},
	{"excluded SNI", EXCLUDES, NULL, C, "www.goto.com", "443",
	 "www.getgo.com", NULL, NO, R(EXCLUDED), NO, R(EXCLUDED),
	 "policy:exclude-names-2"},
	{"excluded network", EXCLUDES, NULL, C, "68.64.8.1", "443", NULL,
	 NULL, NO, R(EXCLUDED), NO, R(EXCLUDED),
	 "policy:exclude-networks-1"},
	{"excluded destination", EXCLUDES, NULL, C, "a.expertcity.com",
	 "443", "a.expertcity.com", "68.64.8.1", NO, R(EXCLUDED), NO,
	 R(EXCLUDED), NULL},
	{"excluded IPv6", EXCLUDES, NULL, C, "[2600:1f00:bad::1]", "443",
	 NULL, NULL, NO, R(EXCLUDED), NO, R(EXCLUDED), NULL},
	{"beside an excluded network", EXCLUDES, NULL, C, "68.64.9.1", "443",
	 NULL, NULL, YES, R(LISTED_NETWORK), YES, R(LISTED_NETWORK), NULL},

	/* own entries */
	{"own name", OWN, NULL, C, "a.own.example", "443", "a.own.example",
	 NULL, YES, R(LISTED_NAME), YES, R(LISTED_NAME), "policy:own-1"},
	{"own name hosted by GoTo, elsewhere", OWN, NULL, C,
	 "a.own.example", "443", "a.own.example", "203.0.113.9", NO,
	 R(DESTINATION_MISMATCH), NO, R(DESTINATION_MISMATCH), NULL},
	{"own network proves", OWN, NULL, C, "a.own.example", "443",
	 "a.own.example", "10.5.0.1", YES, R(LISTED_NAME), YES,
	 R(LISTED_NAME), NULL},
	{"own network", OWN, NULL, C, "10.5.0.1", "443", NULL, NULL, YES,
	 R(LISTED_NETWORK), YES, R(LISTED_NETWORK), "policy:own-3"},

	/* malformed */
	{"no host", DEFAULTS, NULL, C, NULL, "443", NULL, NULL, NO,
	 R(MALFORMED), NO, R(MALFORMED), "-"},
	{"no port", DEFAULTS, NULL, C, "www.goto.com", NULL, NULL, NULL, NO,
	 R(MALFORMED), NO, R(MALFORMED), NULL},
	{"port 0", DEFAULTS, NULL, C, "www.goto.com", "0", NULL, NULL, NO,
	 R(MALFORMED), NO, R(MALFORMED), NULL},
	{"port 65536", DEFAULTS, NULL, C, "www.goto.com", "65536", NULL,
	 NULL, NO, R(MALFORMED), NO, R(MALFORMED), NULL},
	{"port 0443", DEFAULTS, NULL, C, "www.goto.com", "0443", NULL, NULL,
	 NO, R(MALFORMED), NO, R(MALFORMED), NULL},
	{"port with a blank", DEFAULTS, NULL, C, "www.goto.com", "443 ",
	 NULL, NULL, NO, R(MALFORMED), NO, R(MALFORMED), NULL},
	{"port +443", DEFAULTS, NULL, C, "www.goto.com", "+443", NULL, NULL,
	 NO, R(MALFORMED), NO, R(MALFORMED), NULL},
	{"port in words", DEFAULTS, NULL, C, "www.goto.com", "https", NULL,
	 NULL, NO, R(MALFORMED), NO, R(MALFORMED), NULL},
	{"port of 20 digits", DEFAULTS, NULL, C, "www.goto.com",
	 "18446744073709552059", NULL, NULL, NO, R(MALFORMED), NO,
	 R(MALFORMED), NULL},
	{"userinfo", DEFAULTS, NULL, C, "user@www.goto.com", "443", NULL,
	 NULL, NO, R(MALFORMED), NO, R(MALFORMED), NULL},
	{"escaped dot", DEFAULTS, NULL, C, "x%2egoto.com", "443", NULL, NULL,
	 NO, R(MALFORMED), NO, R(MALFORMED), NULL},
	{"client a name", DEFAULTS, "localhost", C, "www.goto.com", "443",
	 NULL, NULL, NO, R(MALFORMED), NO, R(MALFORMED), NULL},
	{"client in brackets", DEFAULTS, "[::1]", C, "www.goto.com", "443",
	 NULL, NULL, NO, R(MALFORMED), NO, R(MALFORMED), NULL},
	{"destination a name", DEFAULTS, NULL, C, "www.goto.com", "443",
	 NULL, "www.goto.com", NO, R(MALFORMED), NO, R(MALFORMED), NULL},
	{"destination scoped", DEFAULTS, NULL, C, "www.goto.com", "443",
	 NULL, "fe80::1%25lo", NO, R(MALFORMED), NO, R(MALFORMED), NULL},
	{"method of blanks", DEFAULTS, NULL, "GET /", "www.goto.com", "443",
	 NULL, NULL, NO, R(MALFORMED), NO, R(MALFORMED), NULL},
	{"method empty", DEFAULTS, NULL, "", "www.goto.com", "443", NULL,
	 NULL, NO, R(MALFORMED), NO, R(MALFORMED), NULL},
};

static struct gtb_text text_of(const char *text)
{
	struct gtb_text t = {text, text != NULL ? strlen(text) : 0};

	return t;
}

static void decide_row(const struct gtb_ruleset *ruleset,
		       const struct row *row, struct gtb_decision *decision)
{
	struct gtb_query query = {
		text_of(row->client), text_of(row->method),
		text_of(row->host),   text_of(row->port),
		text_of(row->sni),    text_of(row->dst),
	};

	gtb_decide(ruleset, &query, decision);
}

START_TEST(decide)
{
	const struct row *row = &rows[_i];
	struct gtb_ruleset *ruleset = world_new(row->policy);
	struct gtb_decision d;
	char source[GTB_SOURCE_TEXT_SIZE];

	decide_row(ruleset, row, &d);
	ck_assert_msg(d.auth.bypass == row->auth &&
		      d.auth.reason == row->auth_reason, "%s: auth %s %s",
		      row->name, gtb_auth_word(&d.auth),
		      gtb_reason_word(d.auth.reason));
	ck_assert_msg(d.tls.bypass == row->tls &&
		      d.tls.reason == row->tls_reason, "%s: tls %s %s",
		      row->name, gtb_tls_word(&d.tls),
		      gtb_reason_word(d.tls.reason));
	gtb_source_text(&d.tls.source, source, sizeof(source));
	if (row->rule != NULL)
		ck_assert_str_eq(source, row->rule);
	gtb_ruleset_free(ruleset);
}
END_TEST

/* Without a ruleset everything is a no, whatever is asked. */
START_TEST(no_ruleset)
{
	struct gtb_decision d;

	decide_row(NULL, &rows[_i], &d);
	ck_assert(!d.auth.bypass);
	ck_assert(!d.tls.bypass);
	ck_assert_int_eq(d.auth.reason, GTB_REASON_NO_RULESET);
	ck_assert_int_eq(d.tls.reason, GTB_REASON_NO_RULESET);
}
END_TEST

/* The table above leaves no reason out. */
START_TEST(every_reason)
{
	bool seen[GTB_REASON_COUNT] = {[GTB_REASON_NO_RULESET] = true};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		seen[rows[i].auth_reason] = true;
		seen[rows[i].tls_reason] = true;
	}
	for (int i = 0; i < GTB_REASON_COUNT; i++)
		ck_assert_msg(seen[i], "%s", gtb_reason_word(i));
}
END_TEST

START_TEST(identity_is_told)
{
	struct gtb_ruleset *ruleset = world_new(CLIENTS);
	struct row row = {.client = "10.1.2.3", .method = C,
			  .host = "www.goto.com", .port = "443",
			  .sni = "www.goto.com"};
	struct gtb_decision d;

	decide_row(ruleset, &row, &d);
	ck_assert_str_eq(d.auth.identity->name, "phones");
	ck_assert_str_eq(d.tls.identity->name, "rooms");
	row.client = "10.2.0.1";
	decide_row(ruleset, &row, &d);
	ck_assert_ptr_null(d.auth.identity);
	ck_assert_ptr_null(d.tls.identity);
	gtb_ruleset_free(ruleset);
}
END_TEST

/* No byte beyond the given length is looked at. */
START_TEST(lengths)
{
	struct gtb_ruleset *ruleset = world_new(DEFAULTS);
	struct gtb_query query = {
		.host = {"www.goto.comX", 12},
		.port = {"4431", 3},
		.sni = {"www.goto.com.evil", 12},
		.method = {"CONNECTION", 7},
	};
	struct gtb_decision d;

	gtb_decide(ruleset, &query, &d);
	ck_assert(d.tls.bypass);
	query.sni.len = 17;
	gtb_decide(ruleset, &query, &d);
	ck_assert(!d.tls.bypass);
	query.sni.len = 12;
	query.host.ptr = "www.goto\0com";
	gtb_decide(ruleset, &query, &d);
	ck_assert_int_eq(d.tls.reason, GTB_REASON_MALFORMED);
	gtb_ruleset_free(ruleset);
}
END_TEST

Suite *suite_decide(void)
{
	Suite *suite = suite_create("decide");
	TCase *tcase = tcase_create("decide");
	int count = sizeof(rows) / sizeof(rows[0]);

	tcase_add_loop_test(tcase, decide, 0, count);
	tcase_add_loop_test(tcase, no_ruleset, 0, count);
	tcase_add_test(tcase, every_reason);
	tcase_add_test(tcase, identity_is_told);
	tcase_add_test(tcase, lengths);
	suite_add_tcase(suite, tcase);
	return suite;
}
