/* The policy: defaults, the shipped file, and what each key does. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gtb/digest.h"
#include "gtb/policy.h"

#include "tests/unit/files.h"
#include "tests/unit/unit.h"

#define AUTH GTB_BYPASS_AUTH
#define TLS  GTB_BYPASS_TLS

static struct gtb_policy *parse(const char *source, const char *text)
{
	struct gtb_policy *policy;
	struct gtb_report report;

	gtb_report_init(&report);
	ck_assert_msg(gtb_policy_parse(source, text, strlen(text), &policy,
				       &report) == GTB_OK,
		      "%s", report.count > 0 ? report.items[0].message : "?");
	gtb_report_fini(&report);
	return policy;
}

static void check_defaults(const struct gtb_policy *policy)
{
	static const struct gtb_policy_tier tiers[GTB_TIER_COUNT] = {
		{true, AUTH | TLS}, {false, AUTH}, {false, TLS}, {false, AUTH}};

	for (int i = 0; i < GTB_TIER_COUNT; i++) {
		ck_assert_int_eq(policy->tiers[i].enabled, tiers[i].enabled);
		ck_assert_uint_eq(policy->tiers[i].bypass, tiers[i].bypass);
	}
	ck_assert_uint_eq(policy->products, GTB_PRODUCT_ALL);
	ck_assert_uint_eq(policy->ports_count, 1);
	ck_assert_uint_eq(policy->ports[0], 443);
	ck_assert_uint_eq(policy->shared_count, 0);
	ck_assert_uint_eq(policy->identities_count, 0);
	ck_assert_uint_eq(policy->exclude_names_count, 0);
	ck_assert_uint_eq(policy->exclude_networks_count, 0);
	ck_assert_uint_eq(policy->own_count, 0);
	ck_assert_uint_eq(policy->lists_count, 0);
	ck_assert_int_eq(policy->name_only, GTB_DOUBT_BYPASS);
	ck_assert_int_eq(policy->destination_mismatch, GTB_DOUBT_REFUSE);
}

START_TEST(defaults)
{
	static const char *const empty[] = {"{}", "# remark\n{}\n",
					    "---\n{}\n...\n",
					    "tiers: {}\nown: []\n"};
	struct gtb_policy *policy = parse("p", empty[_i]);
	char digest[GTB_DIGEST_SIZE];

	check_defaults(policy);
	ck_assert_str_eq(policy->path, "p");
	ck_assert_str_eq(policy->digest,
			 gtb_digest_hex(empty[_i], strlen(empty[_i]), digest));
	ck_assert(!policy->stamp.present);
	gtb_policy_free(policy);
}
END_TEST

/* What may be left of a file that was cut short. */
START_TEST(no_keys)
{
	static const char *const texts[] = {"",	    " \n\n", "# remark\n",
					    "---\n", "---\n...\n", "~\n"};
	struct gtb_policy *policy;
	struct gtb_report report;

	gtb_report_init(&report);
	ck_assert_int_eq(gtb_policy_parse("p", texts[_i], strlen(texts[_i]),
					  &policy, &report),
			 GTB_E_INPUT);
	ck_assert_ptr_null(policy);
	ck_assert_uint_eq(report.errors, 1);
	ck_assert_str_eq(report.items[0].message,
			 "the file has no keys: write {} for the defaults");
	gtb_report_fini(&report);
}
END_TEST

/* What the shipped file says are the defaults; its remarks say so. */
START_TEST(shipped)
{
	size_t len;
	char *text = files_read("squid-conf/policy.yaml", &len);
	struct gtb_policy *policy = parse("policy.yaml", text);

	check_defaults(policy);
	gtb_policy_free(policy);
	free(text);
}
END_TEST

/* Is it "#key:" or "#  - item", and not a remark? Examples indent by twos. */
static bool is_example(const char *line)
{
	size_t blanks = strspn(line + 1, " ");

	return line[0] == '#' && blanks % 2 == 0 &&
	       strchr("-abcdefghijklmnopqrstuvwxyz", line[1 + blanks]) !=
		       NULL &&
	       line[1 + blanks] != '\0';
}

/* The examples in the shipped file's remarks must work as they stand. */
START_TEST(examples)
{
	size_t len;
	char *text = files_read("squid-conf/policy.yaml", &len);
	char *open = calloc(1, len + 1);
	struct gtb_policy *policy;
	size_t used = 0;

	ck_assert_ptr_nonnull(open);
	for (const char *line = text; *line != '\0';) {
		const char *end = strchr(line, '\n') + 1;
		const char *from = is_example(line) ? line + 1 : line;

		memcpy(open + used, from, (size_t)(end - from));
		used += (size_t)(end - from);
		line = end;
	}
	policy = parse("squid-conf/policy.yaml", open);
	ck_assert_uint_eq(policy->shared_count, 3);
	ck_assert_uint_eq(policy->identities_count, 2);
	ck_assert_str_eq(policy->identities[1].name, "kiosks");
	ck_assert_uint_eq(policy->exclude_names_count, 2);
	ck_assert_uint_eq(policy->exclude_networks_count, 1);
	ck_assert_uint_eq(policy->own_count, 2);
	ck_assert_uint_eq(policy->lists_count, 2);
	ck_assert_str_eq(policy->lists[0].file, "squid-conf/nobump.txt");
	gtb_policy_free(policy);
	free(open);
	free(text);
}
END_TEST

START_TEST(tiers)
{
	struct gtb_policy *policy = parse(
		"p", "tiers:\n  required: {enabled: no}\n"
		     "  optional: {enabled: yes, bypass: [tls, auth]}\n"
		     "  legacy: {bypass: [tls]}\n"
		     "products: {webinar: off, connect: no, meeting: on}\n"
		     "ports: [8200, 443, \"80\"]\n");

	ck_assert(!policy->tiers[GTB_TIER_REQUIRED].enabled);
	ck_assert_uint_eq(policy->tiers[GTB_TIER_REQUIRED].bypass, AUTH | TLS);
	ck_assert(policy->tiers[GTB_TIER_OPTIONAL].enabled);
	ck_assert_uint_eq(policy->tiers[GTB_TIER_OPTIONAL].bypass, AUTH | TLS);
	ck_assert(!policy->tiers[GTB_TIER_LEGACY].enabled);
	ck_assert_uint_eq(policy->tiers[GTB_TIER_LEGACY].bypass, TLS);
	ck_assert_uint_eq(policy->products,
			  GTB_PRODUCT_MEETING | GTB_PRODUCT_TRAINING);
	ck_assert_uint_eq(policy->ports_count, 3);
	ck_assert_uint_eq(policy->ports[0], 8200);
	ck_assert_uint_eq(policy->ports[2], 80);
	gtb_policy_free(policy);
}
END_TEST

START_TEST(clients)
{
	struct gtb_policy *policy = parse(
		"p",
		"identities:\n"
		"  - {name: Rooms_1, clients: [10.0.0.0/8, "
		"\"::ffff:1.2.3.4\"]}\n"
		"  - {name: b, clients: [\"2001:DB8::/32\"], bypass: [tls]}\n"
		"exclude: {names: [\"*.X.example\", y.example.],\n"
		"  networks: [0.0.0.0/0]}\n"
		"shared: [\"*.YouTube.com\"]\n");
	const struct gtb_policy_identity *identity = policy->identities;

	ck_assert_uint_eq(policy->identities_count, 2);
	ck_assert_str_eq(identity[0].name, "Rooms_1");
	ck_assert_uint_eq(identity[0].clients_count, 2);
	ck_assert_str_eq(identity[0].clients[0], "10.0.0.0/8");
	ck_assert_str_eq(identity[0].clients[1], "1.2.3.4/32");
	ck_assert_uint_eq(identity[0].bypass, AUTH | TLS);
	ck_assert_uint_eq(identity[0].place.line, 2);
	ck_assert_uint_eq(identity[0].place.column, 5);
	ck_assert_str_eq(identity[1].clients[0], "2001:db8::/32");
	ck_assert_uint_eq(identity[1].bypass, TLS);
	ck_assert_str_eq(policy->exclude_names[0], "*.x.example");
	ck_assert_str_eq(policy->exclude_names[1], "y.example");
	ck_assert_str_eq(policy->exclude_networks[0], "0.0.0.0/0");
	ck_assert_str_eq(policy->shared[0], "*.youtube.com");
	gtb_policy_free(policy);
}
END_TEST

START_TEST(own)
{
	struct gtb_policy *policy = parse(
		"p", "own:\n"
		     "  - {name: \"*.A.example\", use: ours, hosting: [goto]}\n"
		     "  - {network: 10.0.0.0/8, wide: yes, special: yes,\n"
		     "     bypass: [auth], ports: [8443, 443]}\n"
		     "  - {name: \"*.github.io\", shared: yes}\n");
	const struct gtb_policy_own *entry = policy->own;

	ck_assert_uint_eq(policy->own_count, 3);
	ck_assert_str_eq(entry[0].row, "own-1");
	ck_assert_str_eq(entry[0].name, "*.a.example");
	ck_assert_ptr_null(entry[0].network);
	ck_assert_str_eq(entry[0].use, "ours");
	ck_assert_uint_eq(entry[0].hosting, GTB_HOSTING_GOTO);
	ck_assert_uint_eq(entry[0].bypass, AUTH | TLS);
	ck_assert_uint_eq(entry[0].ports_count, 1);
	ck_assert_uint_eq(entry[0].ports[0], 443);
	ck_assert_str_eq(entry[1].row, "own-2");
	ck_assert_ptr_null(entry[1].name);
	ck_assert_ptr_null(entry[1].use);
	ck_assert_str_eq(entry[1].network, "10.0.0.0/8");
	ck_assert(entry[1].wide && entry[1].special && !entry[1].shared);
	ck_assert_uint_eq(entry[1].bypass, AUTH);
	ck_assert_uint_eq(entry[1].ports_count, 2);
	ck_assert_uint_eq(entry[1].ports[0], 8443);
	ck_assert(entry[2].shared);
	ck_assert_uint_eq(entry[2].place.line, 5);
	gtb_policy_free(policy);
}
END_TEST

static const struct {
	const char *source;
	const char *file;
	const char *expected;
} files[] = {
	{"/etc/squid/goto-bypass/policy.yaml", "a.txt",
	 "/etc/squid/goto-bypass/a.txt"},
	{"/etc/squid/goto-bypass/policy.yaml", "../a.txt",
	 "/etc/squid/goto-bypass/../a.txt"},
	{"/etc/squid/goto-bypass/policy.yaml", "/srv/a.txt", "/srv/a.txt"},
	{"conf/policy.yaml", "a.txt", "conf/a.txt"},
	{"policy.yaml", "a.txt", "a.txt"},
	{"/policy.yaml", "a.txt", "/a.txt"},
};

START_TEST(lists)
{
	struct gtb_policy *policy;
	char text[200];

	snprintf(
		text, sizeof(text),
		"lists:\n  - {file: %s, form: dst, bypass: [tls], ports: [8]}\n"
		"  - {file: x, form: dstdomain, exclude: yes}\n",
		files[_i].file);
	policy = parse(files[_i].source, text);
	ck_assert_uint_eq(policy->lists_count, 2);
	ck_assert_str_eq(policy->lists[0].file, files[_i].expected);
	ck_assert_int_eq(policy->lists[0].kind, GTB_LIST_DST);
	ck_assert_uint_eq(policy->lists[0].bypass, TLS);
	ck_assert_uint_eq(policy->lists[0].ports[0], 8);
	ck_assert(!policy->lists[0].exclude);
	ck_assert_int_eq(policy->lists[1].kind, GTB_LIST_DSTDOMAIN);
	ck_assert(policy->lists[1].exclude);
	ck_assert_uint_eq(policy->lists[1].ports[0], 443);
	gtb_policy_free(policy);
}
END_TEST

START_TEST(doubts)
{
	struct gtb_policy *policy =
		parse("p", "name-only: refuse\ndestination-mismatch: bypass\n");

	ck_assert_int_eq(policy->name_only, GTB_DOUBT_REFUSE);
	ck_assert_int_eq(policy->destination_mismatch, GTB_DOUBT_BYPASS);
	gtb_policy_free(policy);
}
END_TEST

START_TEST(load)
{
	char folder[256];
	struct gtb_policy *policy;
	struct gtb_report report;
	struct gtb_stamp now;
	char path[300];
	int fd;

	files_scratch(folder, sizeof(folder));
	snprintf(path, sizeof(path), "%s/p.yaml", folder);
	gtb_report_init(&report);
	ck_assert_int_eq(gtb_policy_load(path, &policy, &report), GTB_E_IO);
	ck_assert_ptr_null(policy);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	ck_assert_int_eq(dprintf(fd, "ports: [8200]\n"), 14);
	ck_assert_int_eq(gtb_policy_load(path, &policy, &report), GTB_OK);
	ck_assert_uint_eq(policy->ports[0], 8200);
	gtb_file_stamp(path, &now);
	ck_assert(gtb_stamp_equal(&now, &policy->stamp));
	ck_assert_uint_eq(policy->text_len, 14);
	ck_assert_str_eq(policy->text, "ports: [8200]\n");
	gtb_policy_free(policy);
	ck_assert_int_eq(fchmod(fd, 0660), 0);
	ck_assert_int_eq(gtb_policy_load(path, &policy, &report), GTB_E_INPUT);
	ck_assert_ptr_null(policy);
	ck_assert_uint_eq(report.errors, 2);
	ck_assert_int_eq(close(fd), 0);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(rmdir(folder), 0);
	gtb_report_fini(&report);
}
END_TEST

Suite *suite_policy(void)
{
	Suite *suite = suite_create("policy");
	TCase *tcase = tcase_create("policy");

	tcase_add_loop_test(tcase, defaults, 0, 4);
	tcase_add_loop_test(tcase, no_keys, 0, 6);
	tcase_add_test(tcase, shipped);
	tcase_add_test(tcase, examples);
	tcase_add_test(tcase, tiers);
	tcase_add_test(tcase, clients);
	tcase_add_test(tcase, own);
	tcase_add_loop_test(tcase, lists, 0, sizeof(files) / sizeof(files[0]));
	tcase_add_test(tcase, doubts);
	tcase_add_test(tcase, load);
	suite_add_tcase(suite, tcase);
	return suite;
}
