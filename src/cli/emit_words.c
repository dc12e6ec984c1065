/* The words of goto-bypass emit's options. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "emit.h"
#include "emit_files.h"

static bool find_mode(const char *word, size_t len, enum gtb_squid_mode *mode)
{
	const char *known;

	for (int i = 0; (known = gtb_squid_mode_word((enum gtb_squid_mode)i));
	     i++) {
		*mode = (enum gtb_squid_mode)i;
		if (strlen(known) == len && memcmp(known, word, len) == 0)
			return true;
	}
	return false;
}

/* "explicit", "explicit,intercept"; again adds to what was given before. */
static bool read_mode(struct emit *emit, const char *word)
{
	while (true) {
		size_t len = strcspn(word, ",");
		enum gtb_squid_mode mode;

		if (!find_mode(word, len, &mode))
			return false;
		emit->squid.modes |= GTB_SQUID_MODE_BIT(mode);
		if (word[len] == '\0')
			return true;
		word += len + 1;
	}
}

/* NAME=MODE; the name may hold "=" itself, a mode does not. */
static bool read_port_name(struct emit *emit, const char *word)
{
	const char *equals = strrchr(word, '=');
	size_t count = emit->squid.ports_count;
	enum gtb_squid_mode mode;

	if (equals == NULL || equals == word || count == GTB_SQUID_PORTS_MAX ||
	    !find_mode(equals + 1, strlen(equals + 1), &mode))
		return false;
	emit->port_names[count] = strndup(word, (size_t)(equals - word));
	if (emit->port_names[count] == NULL)
		return false;
	emit->ports[count].name = emit->port_names[count];
	emit->ports[count].mode = mode;
	emit->squid.ports_count++;
	return true;
}

static bool read_via(struct emit *emit, const char *word)
{
	for (int i = 0; gtb_squid_via_word((enum gtb_squid_via)i); i++) {
		emit->squid.via = (enum gtb_squid_via)i;
		if (strcmp(gtb_squid_via_word(emit->squid.via), word) == 0)
			return true;
	}
	return false;
}

/* The emitter says what is wrong with a URI. */
static bool read_icap(struct emit *emit, const char *word)
{
	if (emit->squid.icap_count == GTB_SQUID_ICAP_MAX)
		return false;
	emit->icap[emit->squid.icap_count++] = word;
	return true;
}

static bool read_tail(struct emit *emit, const char *word)
{
	for (int i = 0; gtb_squid_tail_word((enum gtb_squid_tail)i); i++) {
		emit->squid.tail = (enum gtb_squid_tail)i;
		if (strcmp(gtb_squid_tail_word(emit->squid.tail), word) == 0)
			return true;
	}
	return false;
}

static bool read_bypass(struct emit *emit, const char *word)
{
	static const struct {
		const char *word;
		unsigned int bypass;
	} rows[] = {
		{"auth", GTB_BYPASS_AUTH},
		{"tls", GTB_BYPASS_TLS},
		{"auth,tls", GTB_BYPASS_AUTH | GTB_BYPASS_TLS},
		{"tls,auth", GTB_BYPASS_AUTH | GTB_BYPASS_TLS},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(rows[i].word, word) != 0)
			continue;
		emit->squid.bypass = rows[i].bypass;
		return true;
	}
	return false;
}

/* A few digits; whether they are in range the emitter says. */
static bool read_number(unsigned int *number, const char *word)
{
	size_t len = strspn(word, "0123456789");

	if (len == 0 || len > 5 || word[len] != '\0')
		return false;
	*number = (unsigned int)strtoul(word, NULL, 10);
	return true;
}

static bool read_ttl(struct emit *emit, const char *word)
{
	return read_number(&emit->squid.ttl_s, word);
}

static bool read_children(struct emit *emit, const char *word)
{
	return read_number(&emit->squid.children, word);
}

static bool read_concurrency(struct emit *emit, const char *word)
{
	return read_number(&emit->squid.concurrency, word);
}

static bool read_squid(struct emit *emit, const char *word)
{
	return strlen(word) == 1 && strchr("567", word[0]) != NULL &&
	       read_number(&emit->squid.squid, word);
}

static bool read_auth_acl(struct emit *emit, const char *word)
{
	emit->squid.auth_acl = word;
	return word[0] != '\0';
}

static bool read_helper(struct emit *emit, const char *word)
{
	emit->squid.helper = word;
	return word[0] != '\0';
}

static bool read_debug(struct emit *emit, const char *word)
{
	(void)word;
	emit->squid.debug = true;
	return true;
}

static bool read_output(struct emit *emit, const char *word)
{
	emit->output = word;
	return word[0] != '\0';
}

static bool read_diff(struct emit *emit, const char *word)
{
	(void)word;
	emit->look |= CLI_EMIT_DIFF;
	return true;
}

static bool read_check(struct emit *emit, const char *word)
{
	(void)word;
	emit->look |= CLI_EMIT_CHECK;
	return true;
}

/* --- options ----------------------------------------------------------- */

int emit_read_word(struct emit *emit, int option)
{
	static const struct {
		bool (*read)(struct emit *emit, const char *word);
		const char *name;
		const char *words;
	} rows[] = {
		{read_mode, "--mode", "explicit, intercept or tproxy"},
		{read_port_name, "--port-name",
		 "NAME=explicit, NAME=intercept or NAME=tproxy, at most 32 "
		 "times"},
		{read_via, "--via", "external, native, icap or icap,external"},
		{read_icap, "--icap", "given at most 16 times"},
		{read_bypass, "--bypass", "auth, tls or auth,tls"},
		{read_tail, "--tail", "bump, terminate or none"},
		{read_ttl, "--ttl", "a number of seconds"},
		{read_children, "--children", "a number of helpers"},
		{read_concurrency, "--concurrency", "a number of questions"},
		{read_squid, "--squid", "5, 6 or 7"},
		{read_auth_acl, "--auth-acl", "the name of an ACL"},
		{read_helper, "--helper", "a path"},
		{read_debug, "--debug", ""},
		{read_output, "--output", "a folder"},
		{read_diff, "--diff", ""},
		{read_check, "--check", ""},
	};
	size_t i = (size_t)(option - OPTION_MODE);

	emit->given |= 1u << i;
	if (rows[i].read(emit, optarg))
		return CLI_YES;
	return cli_usage("emit", "%s %s: must be %s", rows[i].name, optarg,
			 rows[i].words);
}
