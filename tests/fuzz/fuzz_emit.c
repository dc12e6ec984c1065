/*
 * Fuzzer of what becomes of a policy and of words of the admin's own in lines
 * of squid.conf. The first two bytes choose the kind of lines; up to a NUL
 * comes a word, used as names, paths and URI that the command line takes; the
 * rest is a policy, and where nothing is left that of world.h. Most policies
 * are refused. One in sixteen of those inputs has world.h's instead, and the
 * others end there: they would only say again what the same word says without
 * a policy. Besides not crashing, what is emitted
 * - is read back by our own reader of squid.conf without a word of complaint;
 * - has directives of a known kind alone, and ACLs of our own names;
 * - names, where names are let through, nothing that neither catalog nor
 *   policy knows.
 */
#include "config.h"

#include <stdbool.h>
#include <stdint.h>

#include "gtb/conf.h"
#include "gtb/policy.h"
#include "gtb/ruleset.h"
#include "gtb/squid.h"

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/world.h"

/* --- what is asked for ---------------------------------------------------- */

/* The ruleset of a policy; NULL: it is none, or names files. */
static struct gtb_ruleset *make(const char *text, size_t len)
{
	struct gtb_catalog *catalog;
	struct gtb_policy *policy;
	struct gtb_ruleset *ruleset;

	if (gtb_policy_parse("policy", text, len, &policy, NULL) != GTB_OK)
		return NULL;
	if (policy->lists_count > 0) {
		gtb_policy_free(policy);
		return NULL;
	}
	REQUIRE(gtb_catalog_parse("catalog", fuzz_world_catalog,
				  strlen(fuzz_world_catalog), &catalog,
				  NULL) == GTB_OK);
	if (gtb_ruleset_compile(catalog, policy, NULL, &ruleset, NULL) !=
	    GTB_OK)
		return NULL;
	return ruleset;
}

/* What the command line would hand on. */
struct asked {
	struct gtb_squid_options options;
	struct gtb_squid_port port;
	const char *uri;
};

static void set_kind(struct gtb_squid_options *options, const uint8_t *bits)
{
	gtb_squid_options_init(options);
	options->modes = bits[0] & 7;
	if (options->modes == 0)
		options->modes = GTB_SQUID_MODE_BIT(GTB_SQUID_EXPLICIT);
	options->via = (enum gtb_squid_via)(bits[0] >> 3 & 3);
	options->tail = (enum gtb_squid_tail)((bits[0] >> 5) % 3);
	options->bypass = (bits[1] & 3) != 0 ? bits[1] & 3 : 3u;
	options->program = "fuzz";
	options->helper = "/helper";
	options->policy = "/policy.yaml";
	options->catalog = "/catalog";
	options->command = "emit";
	/* Without it most lines of the service are refused. */
	if (gtb_squid_via_asks(options->via, GTB_SQUID_ICAP))
		options->auth_acl = "users";
}

/* path is "/" and the word. */
static void set_words(struct asked *asked, const uint8_t *bits,
		      const char *path)
{
	struct gtb_squid_options *options = &asked->options;
	const char *word = path + 1;

	if ((bits[1] & 4) != 0)
		options->auth_acl = word;
	if ((bits[1] & 8) != 0)
		options->helper = path;
	if ((bits[1] & 16) != 0)
		options->policy = path;
	if ((bits[1] & 32) != 0)
		options->command = word;
	if ((bits[1] & 64) != 0) {
		asked->port.name = word;
		asked->port.mode = (enum gtb_squid_mode)(bits[0] % 3);
		options->ports = &asked->port;
		options->ports_count = 1;
	}
	if ((bits[1] & 128) != 0) {
		asked->uri = word;
		options->icap = &asked->uri;
		options->icap_count = 1;
	}
}

/* --- what came of it --------------------------------------------------------
 */

static bool is_known(const char *directive)
{
	static const char *const known[] = {"acl",
					    "adaptation_access",
					    "adaptation_meta",
					    "adaptation_send_client_ip",
					    "adaptation_service_set",
					    "adapted_http_access",
					    "external_acl_type",
					    "http_access",
					    "icap_connect_timeout",
					    "icap_enable",
					    "icap_io_timeout",
					    "icap_service",
					    "icap_service_failure_limit",
					    "icap_service_revival_delay",
					    "request_header_access",
					    "ssl_bump"};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i], directive) == 0)
			return true;
	return false;
}

static bool covers_any(char *const *entries, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (slow_covers(entries[i], name))
			return true;
	return false;
}

/* An entry of the catalog or the policy's own, or an exclusion, covers it. */
static bool is_listed(const struct gtb_ruleset *ruleset, const char *name)
{
	const struct gtb_policy *policy = gtb_ruleset_policy(ruleset);
	const struct gtb_document *document =
		&gtb_ruleset_catalog(ruleset)->documents[0];

	for (size_t i = 0; i < document->entries_count; i++)
		if (document->entries[i].name != NULL &&
		    slow_covers(document->entries[i].name, name))
			return true;
	for (size_t i = 0; i < policy->own_count; i++)
		if (policy->own[i].name != NULL &&
		    slow_covers(policy->own[i].name, name))
			return true;
	return covers_any(policy->exclude_names, policy->exclude_names_count,
			  name);
}

static void check_acl(const struct gtb_ruleset *ruleset,
		      const struct gtb_conf_acl *acl)
{
	if (acl->builtin)
		return;
	REQUIRE(strncmp(acl->name, "gtb_", 4) == 0);
	if (strcmp(acl->type, "dstdomain") != 0 &&
	    strcmp(acl->type, "ssl::server_name") != 0)
		return;
	for (size_t i = 0; i < acl->values_count; i++) {
		const char *name = acl->values[i].text;

		/* Squid's word for a host that has no name. */
		if (strcmp(name, "none") == 0)
			continue;
		REQUIRE(is_listed(ruleset, name[0] == '.' ? name + 1 : name));
	}
}

static bool ends_well(const char *text, size_t len)
{
	static const char end[] = "\n" GTB_SQUID_END "\n";
	size_t end_len = sizeof(end) - 1;

	return len > end_len && memcmp(text + len - end_len, end, end_len) == 0;
}

static void check_text(const struct gtb_ruleset *ruleset, const char *text,
		       size_t len)
{
	struct gtb_conf_options options = {.alone = true};
	const struct gtb_conf_directive *directives;
	const struct gtb_conf_acl *acls;
	struct gtb_report report;
	struct gtb_conf *conf;
	size_t count;

	for (size_t i = 0; i < len; i++)
		REQUIRE((unsigned char)text[i] >= 0x20 || text[i] == '\n');
	REQUIRE(ends_well(text, len));
	gtb_report_init(&report);
	REQUIRE(gtb_conf_parse("fuzz", text, len, &options, &conf, &report) ==
			GTB_OK &&
		report.count == 0);
	directives = gtb_conf_directives(conf, &count);
	for (size_t i = 0; i < count; i++)
		REQUIRE(is_known(directives[i].words[0].text));
	acls = gtb_conf_acls(conf, &count);
	for (size_t i = 0; i < count; i++)
		check_acl(ruleset, &acls[i]);
	gtb_conf_free(conf);
	gtb_report_fini(&report);
}

static void emit(const struct gtb_ruleset *ruleset,
		 const struct gtb_squid_options *options)
{
	struct gtb_squid_index index;
	struct gtb_text_buffer text;
	struct gtb_report report;
	int rc;

	gtb_report_init(&report);
	gtb_text_init(&text);
	rc = gtb_squid_emit(ruleset, options, &text, &index, NULL, &report);
	fuzz_report(rc, &report);
	if (rc == GTB_OK) {
		REQUIRE(index.count == 0 ||
			index.lines[index.count - 1].start < text.len);
		check_text(ruleset, gtb_text_data(&text), text.len);
	}
	gtb_squid_index_fini(&index);
	gtb_text_fini(&text);
	gtb_report_fini(&report);
}

static void emit_for(const uint8_t *data, size_t size,
		     const struct gtb_squid_options *options,
		     const char *policy, size_t len)
{
	struct gtb_ruleset *made = NULL;

	if (len > 0)
		made = make(policy, len);
	if (made != NULL)
		emit(made, options);
	else if (len == 0 || (fuzz_number(data, size) & 15) == 0)
		emit(fuzz_world(), options);
	gtb_ruleset_free(made);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct asked asked;
	const uint8_t *nul;
	char *path;

	if (size < 3)
		return 0;
	nul = memchr(data + 2, '\0', size - 2);
	if (nul == NULL)
		nul = data + 2;
	/* "/word", NUL-terminated; the word begins behind the slash. */
	path = calloc(1, (size_t)(nul - data) + 2);
	REQUIRE(path != NULL);
	path[0] = '/';
	memcpy(path + 1, data + 2, (size_t)(nul - data) - 2);
	set_kind(&asked.options, data);
	set_words(&asked, data, path);
	nul += *nul == '\0';
	emit_for(data, size, &asked.options, (const char *)nul,
		 (size_t)(data + size - nul));
	free(path);
	return 0;
}
