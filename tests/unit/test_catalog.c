/* The catalog: every fact of the shipped documents, and folders of them. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gtb/catalog.h"
#include "gtb/digest.h"

#include "tests/unit/files.h"
#include "tests/unit/unit.h"

#define MEETING	 GTB_PRODUCT_MEETING
#define WEBINAR	 GTB_PRODUCT_WEBINAR
#define TRAINING GTB_PRODUCT_TRAINING
#define CONNECT	 GTB_PRODUCT_CONNECT
#define V10	 (MEETING | WEBINAR | TRAINING)
#define ALL	 GTB_PRODUCT_ALL
#define GOTO	 GTB_HOSTING_GOTO
#define AWS	 GTB_HOSTING_AWS
#define GOOGLE	 GTB_HOSTING_GOOGLE_CLOUD
#define REQUIRED GTB_TIER_REQUIRED
#define OPTIONAL GTB_TIER_OPTIONAL
#define THIRD	 GTB_TIER_THIRD_PARTY
#define LEGACY	 GTB_TIER_LEGACY
#define UNSTATED GTB_INSPECTION_UNSTATED
#define EXCLUDE	 GTB_INSPECTION_EXCLUDE
#define ALLOW	 GTB_INSPECTION_ALLOW

struct fact {
	const char *row;
	const char *host; /* name or network */
	enum gtb_tier tier;
	unsigned int products;
	unsigned int hosting;
	enum gtb_inspection inspection;
	const char *tcp;
	const char *udp;
	const char *names; /* that live there; joined by spaces */
};

#define V10_UDP "1853 8200 "

static const struct fact v10[] = {
	{"networks-1", "23.239.228.0/22", REQUIRED, V10, 0, UNSTATED, "443 ",
	 V10_UDP, ""},
	{"networks-2", "23.239.232.0/23", REQUIRED, V10, 0, UNSTATED, "443 ",
	 V10_UDP, ""},
	{"networks-3", "23.239.234.0/23", REQUIRED, V10, 0, UNSTATED, "443 ",
	 V10_UDP, ""},
	{"networks-4", "23.239.236.0/23", REQUIRED, V10, 0, UNSTATED, "443 ",
	 V10_UDP, ""},
	{"networks-5", "67.217.64.0/19", REQUIRED, V10, 0, UNSTATED, "443 ",
	 V10_UDP, ""},
	{"networks-6", "68.64.0.0/19", REQUIRED, V10, 0, UNSTATED, "443 ",
	 V10_UDP, ""},
	{"networks-7", "78.108.112.0/20", REQUIRED, V10, 0, UNSTATED, "443 ",
	 V10_UDP, ""},
	{"networks-8", "173.199.0.0/18", REQUIRED, V10, 0, UNSTATED, "443 ",
	 V10_UDP,
	 "attendee.gotowebinar.com global.gotowebinar.com "
	 "global.gototraining.com "},
	{"networks-9", "202.173.24.0/21", REQUIRED, V10, 0, UNSTATED, "443 ",
	 "", ""},
	{"networks-10", "216.115.208.0/20", REQUIRED, V10, 0, UNSTATED, "443 ",
	 V10_UDP, "egwglobal.gotomeeting.com egw.gotomeeting.com "},
	{"names-1", "*.goto.com", REQUIRED, V10, AWS, EXCLUDE, "443 ", "", ""},
	{"names-2", "*.getgo.com", REQUIRED, V10, AWS, EXCLUDE, "443 ", "", ""},
	{"names-3", "*.gotomeeting.com", REQUIRED, V10, GOTO | AWS, EXCLUDE,
	 "443 ", "", ""},
	{"names-4", "*.expertcity.com", REQUIRED, V10, GOTO, EXCLUDE, "443 ",
	 "", ""},
	{"names-5", "*.goto-rtc.com", REQUIRED, V10, GOTO, EXCLUDE, "443 ", "",
	 ""},
	{"names-6", "*.logmeininc.com", REQUIRED, V10, AWS, EXCLUDE, "443 ", "",
	 ""},
	{"names-7", "*.gotowebinar.com", REQUIRED, WEBINAR, GOTO | AWS, EXCLUDE,
	 "443 ", "", ""},
	{"names-8", "*.gototraining.com", REQUIRED, TRAINING, GOTO, EXCLUDE,
	 "443 ", "", ""},
	{"names-9", "*.launchdarkly.com", OPTIONAL, V10, GOOGLE, ALLOW, "443 ",
	 "", ""},
	{"names-10", "api-pub.mltree.net", OPTIONAL, V10, AWS, ALLOW, "443 ",
	 "", ""},
	{"opener-1", "launch.getgo.com", REQUIRED, V10, GOTO, ALLOW, "443 ", "",
	 ""},
	{"opener-2", "join.servers.getgo.com", REQUIRED, V10, AWS, ALLOW,
	 "443 ", "", ""},
	{"opener-3", "builds.cdn.getgo.com", REQUIRED, V10, AWS, ALLOW, "443 ",
	 "", ""},
	{"opener-4", "builds.getgocdn.com", REQUIRED, V10, GOTO, ALLOW, "443 ",
	 "", ""},
};

#define APP_UDP "3478 45000-49999 "
#define TURN	"443 3478 "

static const struct fact app[] = {
	{"turn-1", "68.64.0.0/19", REQUIRED, ALL, 0, UNSTATED, TURN, "3478 ",
	 ""},
	{"turn-2", "173.199.0.0/18", REQUIRED, ALL, 0, UNSTATED, TURN, "3478 ",
	 ""},
	{"turn-3", "78.108.124.0/23", REQUIRED, ALL, 0, UNSTATED, TURN, "3478 ",
	 ""},
	{"turn-4", "202.173.24.0/21", REQUIRED, ALL, 0, UNSTATED, TURN, "3478 ",
	 ""},
	{"turn-5", "23.239.224.0/19", REQUIRED, ALL, 0, UNSTATED, TURN, "3478 ",
	 ""},
	{"essential-1", "*.goto.com", REQUIRED, ALL, 0, EXCLUDE, "443 ", "",
	 ""},
	{"essential-2", "*.goto-rtc.com", REQUIRED, ALL, GOTO | AWS, EXCLUDE,
	 "443 ", APP_UDP, ""},
	{"essential-3", "*.jive.com", REQUIRED, CONNECT, 0, EXCLUDE, "443 ",
	 APP_UDP, ""},
	{"essential-4", "*.getgo.com", REQUIRED, ALL, AWS, EXCLUDE, "443 ", "",
	 ""},
	{"essential-5", "*.gotomeeting.com", REQUIRED, ALL, GOTO | AWS, EXCLUDE,
	 "443 ", "", ""},
	{"essential-6", "*.logmeininc.com", REQUIRED, ALL, AWS, EXCLUDE, "443 ",
	 "", ""},
	{"essential-7", "*.expertcity.com", REQUIRED, ALL, GOTO, EXCLUDE,
	 "443 ", "", ""},
	{"training-1", "*.gototraining.com", REQUIRED, TRAINING, GOTO, EXCLUDE,
	 "443 ", "", ""},
	{"training-2", "*.firebase.app", THIRD, TRAINING, GOOGLE, EXCLUDE,
	 "443 ", "", ""},
	{"training-3", "apis.google.com", THIRD, TRAINING, GOOGLE, EXCLUDE,
	 "443 ", "", ""},
	{"training-4a", "*.youtube.com", THIRD, TRAINING, GOOGLE, EXCLUDE,
	 "443 ", "", ""},
	{"training-4b", "*.googlevideo.com", THIRD, TRAINING, GOOGLE, EXCLUDE,
	 "443 ", "", ""},
};

#define WSA_TCP "8200 443 80 "

static const struct fact wsa[] = {
	{"networks-1", "216.115.208.0/20", LEGACY, MEETING, 0, UNSTATED,
	 WSA_TCP, "", ""},
	{"networks-2", "216.219.112.0/20", LEGACY, MEETING, 0, UNSTATED,
	 WSA_TCP, "", ""},
	{"networks-3", "66.151.158.0/24", LEGACY, MEETING, 0, UNSTATED, WSA_TCP,
	 "", ""},
	{"networks-4", "66.151.150.160/27", LEGACY, MEETING, 0, UNSTATED,
	 WSA_TCP, "", ""},
	{"networks-5", "66.151.115.128/26", LEGACY, MEETING, 0, UNSTATED,
	 WSA_TCP, "", ""},
	{"networks-6", "64.74.80.0/24", LEGACY, MEETING, 0, UNSTATED, WSA_TCP,
	 "", ""},
	{"networks-7", "202.173.24.0/21", LEGACY, MEETING, 0, UNSTATED, WSA_TCP,
	 "", ""},
	{"networks-8", "67.217.64.0/19", LEGACY, MEETING, 0, UNSTATED, WSA_TCP,
	 "", ""},
	{"networks-9", "78.108.112.0/20", LEGACY, MEETING, 0, UNSTATED, WSA_TCP,
	 "", ""},
	{"networks-10", "68.64.0.0/19", LEGACY, MEETING, 0, UNSTATED, WSA_TCP,
	 "", ""},
	{"networks-11", "206.183.100.0/22", LEGACY, MEETING, 0, UNSTATED,
	 WSA_TCP, "", ""},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *file;
	const char *id;
	const char *status;
	const char *probes;
	const struct fact *facts;
	size_t count;
} shipped[] = {
	{"v10-desktop", "v10-desktop", "current", "80 8200 ", v10, COUNT(v10)},
	{"goto-app", "goto-app", "current", "", app, COUNT(app)},
	{"cisco-wsa", "cisco-wsa", "legacy", "", wsa, COUNT(wsa)},
};

/* Ports as text, each followed by a blank. */
static const char *ports_text(const struct gtb_ports *ports, size_t count,
			      char *buffer)
{
	buffer[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		char *end = buffer + strlen(buffer);

		if (ports[i].first == ports[i].last)
			sprintf(end, "%u ", ports[i].first);
		else
			sprintf(end, "%u-%u ", ports[i].first, ports[i].last);
	}
	return buffer;
}

static void check_fact(const struct gtb_entry *entry, const struct fact *fact)
{
	char buffer[300];

	ck_assert_str_eq(entry->row, fact->row);
	ck_assert_int_eq(entry->name == NULL, strchr(fact->host, '/') != NULL);
	ck_assert_str_eq(entry->name != NULL ? entry->name : entry->network,
			 fact->host);
	ck_assert_str_ne(entry->use, "");
	ck_assert_int_eq(entry->tier, fact->tier);
	ck_assert_uint_eq(entry->products, fact->products);
	ck_assert_uint_eq(entry->hosting, fact->hosting);
	ck_assert_int_eq(entry->inspection, fact->inspection);
	ck_assert(!entry->wide);
	ck_assert_int_eq(entry->shared,
			 fact->tier == THIRD && fact->host[0] == '*');
	ck_assert_str_eq(ports_text(entry->tcp, entry->tcp_count, buffer),
			 fact->tcp);
	ck_assert_str_eq(ports_text(entry->udp, entry->udp_count, buffer),
			 fact->udp);
	buffer[0] = '\0';
	for (size_t i = 0; i < entry->names_count; i++)
		sprintf(buffer + strlen(buffer), "%s ", entry->names[i]);
	ck_assert_str_eq(buffer, fact->names);
	ck_assert_uint_gt(entry->place.line, 1);
}

static struct gtb_catalog *load_shipped(const char *file)
{
	struct gtb_catalog *catalog;
	char path[100];
	char *text;
	size_t len;

	snprintf(path, sizeof(path), "squid-conf/catalog/%s.yaml", file);
	text = files_read(path, &len);
	ck_assert_int_eq(gtb_catalog_parse(path, text, len, &catalog, NULL),
			 GTB_OK);
	free(text);
	return catalog;
}

START_TEST(facts)
{
	struct gtb_catalog *catalog = load_shipped(shipped[_i].file);
	const struct gtb_document *document = &catalog->documents[0];
	char buffer[100];

	ck_assert_uint_eq(catalog->count, 1);
	ck_assert_str_eq(document->id, shipped[_i].id);
	ck_assert_str_eq(document->status, shipped[_i].status);
	ck_assert_str_eq(document->checked, "2026-11-20");
	ck_assert_str_eq(
		ports_text(document->probes, document->probes_count, buffer),
		shipped[_i].probes);
	ck_assert_uint_eq(document->entries_count, shipped[_i].count);
	for (size_t i = 0; i < shipped[_i].count; i++)
		check_fact(&document->entries[i], &shipped[_i].facts[i]);
	gtb_catalog_free(catalog);
}
END_TEST

/* A mode in one line: its rules, and what else holds. */
static const struct {
	const char *file;
	const char *row;
	bool by_state;
	const char *clients; /* part of it; NULL: nothing is set */
	const char *rules;
} modes[] = {
	{"v10-desktop", "mode-1", false, "443",
	 "drop tcp 443 80 8200 to any; drop udp 1853 8200 to any; "},
	{"v10-desktop", "mode-2", false, "HTTPS proxy",
	 "drop tcp 443 80 8200 to any; "
	 "allow udp 1853 8200 to any (udp-networks) direct; "},
	{"v10-desktop", "mode-3", true, "HTTPS proxy",
	 "allow tcp 443 to tcp-networks direct; drop tcp 443 80 8200 to any; "
	 "allow udp 1853 8200 to any (udp-networks) direct; "},
	{"v10-desktop", "mode-4", true, NULL,
	 "allow tcp to any direct; allow udp to any direct; "},
	{"v10-desktop", "vpn-a", false, NULL, "allow any to any tunnel; "},
	{"v10-desktop", "vpn-b", false, NULL,
	 "allow tcp to tcp-networks direct; allow udp to udp-networks direct; "
	 "allow any to any tunnel; "},
	{"v10-desktop", "vpn-c", false, NULL,
	 "allow any to internal-networks tunnel; allow any to any direct; "},
	{"goto-app", "scenario-1", true, NULL,
	 "allow udp 45000-49999 to any; allow tcp 443 to any; "},
	{"goto-app", "scenario-2", false, NULL,
	 "allow udp 3478 to any (turn-networks); allow tcp 443 to any; "
	 "drop any to any; "},
	{"goto-app", "scenario-3", false, NULL,
	 "allow tcp 3478 to turn-networks; allow tcp 443 to any; "
	 "drop any to any; "},
	{"goto-app", "scenario-4", false, NULL,
	 "allow tcp 443 to any; drop any to any; "},
};

static void rule_text(const struct gtb_mode_rule *rule, char *buffer)
{
	char ports[100];

	sprintf(buffer + strlen(buffer), "%s %s %sto %s", rule->action,
		rule->protocol,
		ports_text(rule->ports, rule->ports_count, ports), rule->to);
	if (rule->narrow != NULL)
		sprintf(buffer + strlen(buffer), " (%s)", rule->narrow);
	if (rule->via != NULL)
		sprintf(buffer + strlen(buffer), " %s", rule->via);
	strcat(buffer, "; ");
}

START_TEST(one_mode)
{
	struct gtb_catalog *catalog = load_shipped(modes[_i].file);
	const struct gtb_document *document = &catalog->documents[0];
	const struct gtb_mode *found = NULL;
	char rules[400] = "";

	ck_assert_uint_eq(document->modes_count,
			  strcmp(modes[_i].file, "goto-app") == 0 ? 4 : 7);
	for (size_t i = 0; i < document->modes_count; i++)
		if (strcmp(document->modes[i].row, modes[_i].row) == 0)
			found = &document->modes[i];
	ck_assert_ptr_nonnull(found);
	ck_assert_str_ne(found->title, "");
	ck_assert_int_eq(found->return_by_state, modes[_i].by_state);
	ck_assert_int_eq(found->clients == NULL, modes[_i].clients == NULL);
	if (found->clients != NULL)
		ck_assert_ptr_nonnull(
			strstr(found->clients, modes[_i].clients));
	for (size_t i = 0; i < found->rules_count; i++)
		rule_text(&found->rules[i], rules);
	ck_assert_str_eq(rules, modes[_i].rules);
	gtb_catalog_free(catalog);
}
END_TEST

START_TEST(internal)
{
	struct gtb_catalog *catalog = load_shipped("v10-desktop");
	const struct gtb_document *document = &catalog->documents[0];

	ck_assert_uint_eq(document->internal_count, 2);
	ck_assert_str_eq(document->internal[0], "10.0.0.0/8");
	ck_assert_str_eq(document->internal[1], "192.168.0.0/16");
	ck_assert_uint_gt(document->notes_count, 0);
	gtb_catalog_free(catalog);
}
END_TEST

static const struct {
	const char *checked;
	const char *today;
	int expected;
} ages[] = {
	{"2026-11-20", "2026-11-20", 0},
	{"2026-11-20", "2026-11-21", 1},
	{"2026-11-20", "2027-11-20", 365},
	{"2024-02-28", "2024-03-01", 2},
	{"2023-02-28", "2023-03-01", 1},
	{"2000-01-01", "2001-01-01", 366},
	{"2024-02-29", "2100-03-01", 27759},
	{"2026-11-21", "2026-11-20", -1},
	{"2026-11-20", "2026-02-30", -1},
	{"2026-11-20", "2026-13-01", -1},
	{"2026-11-20", "2026-00-01", -1},
	{"2026-11-20", "2026-01-00", -1},
	{"2026-11-20", "1969-12-31", -1},
	{"2026-11-20", "2026-1-1", -1},
	{"2026-11-20", "20261-01-1", -1},
	{"2026-11-20", "tomorrow..", -1},
	{"2026-11-20", "", -1},
};

START_TEST(age)
{
	char checked[16];
	struct gtb_document document = {.checked = checked};

	strcpy(checked, ages[_i].checked);
	ck_assert_int_eq(gtb_catalog_age_days(&document, ages[_i].today),
			 ages[_i].expected);
}
END_TEST

START_TEST(word)
{
	ck_assert_str_eq(gtb_tier_word(GTB_TIER_REQUIRED), "required");
	ck_assert_str_eq(gtb_tier_word(GTB_TIER_OPTIONAL), "optional");
	ck_assert_str_eq(gtb_tier_word(GTB_TIER_THIRD_PARTY), "third-party");
	ck_assert_str_eq(gtb_tier_word(GTB_TIER_LEGACY), "legacy");
	ck_assert_str_eq(gtb_tier_word(GTB_TIER_OWN), "own");
	ck_assert_str_eq(gtb_hosting_word(GTB_HOSTING_GOTO), "goto");
	ck_assert_str_eq(gtb_hosting_word(GTB_HOSTING_AWS), "aws");
	ck_assert_str_eq(gtb_hosting_word(GTB_HOSTING_GOOGLE_CLOUD),
			 "google-cloud");
	ck_assert_str_eq(gtb_hosting_word(GTB_HOSTING_THIRD_PARTY),
			 "third-party");
	ck_assert_str_eq(gtb_product_word(MEETING), "meeting");
	ck_assert_str_eq(gtb_product_word(WEBINAR), "webinar");
	ck_assert_str_eq(gtb_product_word(TRAINING), "training");
	ck_assert_str_eq(gtb_product_word(CONNECT), "connect");
}
END_TEST

/* Folders of documents. */
static char folder[256];
static struct gtb_report report;

static void setup(void)
{
	files_scratch(folder, sizeof(folder));
	gtb_report_init(&report);
}

static void teardown(void)
{
	char command[300];

	gtb_report_fini(&report);
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	ck_assert_int_eq(system(command), 0);
}

static void add_document(const char *file, const char *id, mode_t mode)
{
	char path[300];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, file);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	ck_assert_int_ne(fd, -1);
	dprintf(fd,
		"document: %s\ntitle: t\nversion: v\nchecked: 2026-11-20\n"
		"source: s\nstatus: current\nproducts: [meeting]\nnames:\n"
		"  - {row: r, name: a.example, tier: required, tcp: [443]}\n",
		id);
	ck_assert_int_eq(fchmod(fd, mode), 0);
	ck_assert_int_eq(close(fd), 0);
}

START_TEST(load)
{
	struct gtb_catalog *catalog;
	struct gtb_stamp now;

	add_document("b.yaml", "second", 0644);
	add_document("a.yaml", "first", 0600);
	/* Not finished, or not ours to read. */
	add_document(".c.yaml", "hidden", 0600);
	add_document("d.yaml.new", "new", 0600);
	add_document(".yaml", "nameless", 0600);
	ck_assert_int_eq(gtb_catalog_load(folder, &catalog, &report), GTB_OK);
	ck_assert_uint_eq(report.count, 0);
	ck_assert_uint_eq(catalog->count, 2);
	ck_assert_str_eq(catalog->documents[0].id, "first");
	ck_assert_str_eq(catalog->documents[1].id, "second");
	ck_assert_uint_eq(strlen(catalog->documents[0].digest),
			  GTB_DIGEST_SIZE - 1);
	ck_assert_str_ne(catalog->documents[0].digest,
			 catalog->documents[1].digest);
	gtb_file_stamp(catalog->documents[1].path, &now);
	ck_assert(gtb_stamp_equal(&now, &catalog->documents[1].stamp));
	gtb_catalog_free(catalog);
}
END_TEST

static void expect(int rc, const char *message)
{
	struct gtb_catalog *catalog;

	ck_assert_int_eq(gtb_catalog_load(folder, &catalog, &report), rc);
	ck_assert_ptr_null(catalog);
	ck_assert_uint_gt(report.count, 0);
	ck_assert_msg(strstr(report.items[0].message, message) != NULL, "%s",
		      report.items[0].message);
}

START_TEST(load_empty)
{
	expect(GTB_E_INPUT, "holds no *.yaml file");
}
END_TEST

START_TEST(load_missing)
{
	ck_assert_int_eq(rmdir(folder), 0);
	expect(GTB_E_IO, "cannot open the catalog's folder: No such file");
}
END_TEST

START_TEST(load_same_id)
{
	add_document("a.yaml", "same", 0600);
	add_document("b.yaml", "same", 0600);
	expect(GTB_E_INPUT, "has the id same already");
	ck_assert_uint_eq(report.items[0].place.line, 1);
	ck_assert_uint_eq(report.items[0].place.column, 11);
}
END_TEST

START_TEST(load_all_errors)
{
	add_document("a.yaml", "One", 0600);
	add_document("b.yaml", "two", 0622);
	add_document("c.yaml", "Three", 0600);
	expect(GTB_E_INPUT, "\"One\" will not do");
	ck_assert_uint_eq(report.errors, 3);
	ck_assert_ptr_nonnull(strstr(report.items[1].message, "chmod go-w"));
	ck_assert_ptr_nonnull(strstr(report.items[2].source, "c.yaml"));
}
END_TEST

Suite *suite_catalog(void)
{
	Suite *suite = suite_create("catalog");
	TCase *tcase = tcase_create("catalog");
	TCase *folders = tcase_create("folders");

	tcase_add_loop_test(tcase, facts, 0, COUNT(shipped));
	tcase_add_loop_test(tcase, one_mode, 0, COUNT(modes));
	tcase_add_test(tcase, internal);
	tcase_add_loop_test(tcase, age, 0, COUNT(ages));
	tcase_add_test(tcase, word);
	suite_add_tcase(suite, tcase);
	tcase_add_checked_fixture(folders, setup, teardown);
	tcase_add_test(folders, load);
	tcase_add_test(folders, load_empty);
	tcase_add_test(folders, load_missing);
	tcase_add_test(folders, load_same_id);
	tcase_add_test(folders, load_all_errors);
	suite_add_tcase(suite, folders);
	return suite;
}
