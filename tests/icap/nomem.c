/*
 * The service's own part when memory runs out: each allocation fails once,
 * and once it and all after it. Then the ruleset in force stays, the next
 * request has its answer, and the next look has the new files. A program of
 * its own, linked with --wrap for the functions below; what libyaml and
 * c-icap allocate does not fail here. TAP on standard output.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/icap/answer.h"
#include "src/icap/header.h"
#include "src/icap/keeper.h"
#include "tests/unit/failing.h"

static void bail_out(const char *what)
{
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(99);
}

/* --- the files --------------------------------------------------------- */

static const char catalog_text[] =
	"document: d\ntitle: t\nversion: v\nchecked: 2026-11-20\nsource: s\n"
	"status: current\nproducts: [meeting]\n"
	"names: [{row: a, name: \"*.goto.com\", tier: required, tcp: [443]}]\n";
/* With the one the name is listed, with the other it is excluded. */
static const char listed_text[] = "ports: [443]\n";
static const char excluded_text[] =
	"ports: [443]\nexclude: {names: [\"*.goto.com\"]}\n";

static struct gtb_setting setting;

static void write_file(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL, 0600);
	size_t len = strlen(text);

	if (fd == -1 || write(fd, text, len) != (ssize_t)len || close(fd) == -1)
		bail_out(name);
}

static void put_policy(const char *text)
{
	write_file("new", text);
	if (rename("new", "policy") == -1)
		bail_out("policy");
}

/* --- the service ------------------------------------------------------- */

static void say(void *context, const char *text)
{
	(void)context;
	(void)text;
}

enum verdict { NONE, LISTED, EXCLUDED, OTHER };

/* What a request gets now; it takes no memory. */
static enum verdict verdict_of(struct gtb_keeper *keeper)
{
	static const struct gtb_sender sender = {.sni = {"a.goto.com", 10}};
	size_t before = calls;
	struct gtb_loan *loan = gtb_store_borrow(keeper->store);
	struct gtb_answer answer;
	enum verdict verdict = OTHER;

	gtb_answer_make(&answer, gtb_loan_ruleset(loan),
			"CONNECT a.goto.com:443 HTTP/1.1", &sender);
	gtb_store_return(keeper->store, loan);
	if (calls != before)
		return OTHER;
	if (answer.auth && answer.splice)
		verdict = LISTED;
	else if (!answer.auth && !answer.splice)
		verdict = answer.auth_reason == GTB_REASON_EXCLUDED ? EXCLUDED
			  : answer.auth_reason == GTB_REASON_NO_RULESET ? NONE
									: OTHER;
	return verdict;
}

/* --- what runs --------------------------------------------------------- */

static bool start(void)
{
	struct gtb_keeper keeper;
	bool good;

	put_policy(listed_text);
	if (gtb_keeper_init(&keeper, &setting, say, NULL) != GTB_OK)
		return fail_at != 0;
	good = gtb_keeper_look(&keeper, true, NULL)
		       ? verdict_of(&keeper) == LISTED
		       : fail_at != 0 && verdict_of(&keeper) == NONE;
	fail_at = 0;
	gtb_keeper_look(&keeper, true, NULL);
	good = good && verdict_of(&keeper) == LISTED;
	gtb_keeper_fini(&keeper);
	return good;
}

static bool reload(void)
{
	const size_t at = fail_at;
	struct gtb_keeper keeper;
	bool good;

	fail_at = 0;
	put_policy(listed_text);
	good = gtb_keeper_init(&keeper, &setting, say, NULL) == GTB_OK &&
	       gtb_keeper_look(&keeper, true, NULL) &&
	       verdict_of(&keeper) == LISTED;
	put_policy(excluded_text);
	calls = 0;
	fail_at = at;
	good = good &&
	       (gtb_keeper_look(&keeper, false, NULL)
			? verdict_of(&keeper) == EXCLUDED
			: fail_at != 0 && verdict_of(&keeper) == LISTED);
	fail_at = 0;
	gtb_keeper_look(&keeper, true, NULL);
	good = good && verdict_of(&keeper) == EXCLUDED;
	/* What failed has not made it blind for the next change. */
	put_policy(listed_text);
	good = good && gtb_keeper_look(&keeper, false, NULL) &&
	       verdict_of(&keeper) == LISTED;
	gtb_keeper_fini(&keeper);
	return good;
}

static bool strip(void)
{
	static char request[] = "CONNECT a.goto.com:443 HTTP/1.1";
	static char host[] = "Host: a";
	static char forged[] = "X-GoTo-Bypass: auth";
	static char *const lines[] = {request, forged, host};
	size_t kept;
	char *left = gtb_header_without_verdict(lines, 3, &kept);
	bool good = left ? kept == 2 : fail_at != 0;

	free(left);
	return good;
}

static const struct {
	const char *name;
	bool (*run)(void);
} parts[] = {
	{"start", start},
	{"reload", reload},
	{"strip", strip},
};

static bool run(size_t part, size_t at, bool on)
{
	calls = 0;
	fail_at = at;
	fail_on = on;
	return parts[part].run();
}

/* Past the last allocation of a part nothing fails, and it is the end. */
static void run_all(size_t part)
{
	size_t total;
	bool good;

	good = run(part, 0, false);
	total = calls;
	for (size_t at = 1; good && at <= total; at++) {
		good = run(part, at, false) && run(part, at, true);
		if (!good)
			printf("# wrong when number %zu fails\n", at);
	}
	printf("%sok %zu - %s, %zu allocations\n", good ? "" : "not ", part + 1,
	       parts[part].name, total);
}

int main(void)
{
	const size_t count = sizeof(parts) / sizeof(parts[0]);
	char folder[] = P_tmpdir "/gtb-nomem.XXXXXX";

	if (mkdtemp(folder) == NULL || chdir(folder) == -1)
		bail_out(folder);
	write_file("a.yaml", catalog_text);
	gtb_setting_init(&setting);
	snprintf(setting.policy, sizeof(setting.policy), "%s/policy", folder);
	snprintf(setting.catalog, sizeof(setting.catalog), "%s", folder);
	printf("1..%zu\n", count);
	for (size_t i = 0; i < count; i++)
		run_all(i);
	if (unlink("policy") == -1 || unlink("a.yaml") == -1 ||
	    rmdir(folder) == -1)
		bail_out(folder);
	return EXIT_SUCCESS;
}
