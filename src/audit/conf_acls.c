/* The acls: found by name, whatever its case, and growing line by line. */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "conf_parts.h"

/* What Squid defines before it reads a line; its acl section's defaults. */
static const struct builtin {
	const char *name;
	const char *type;
	const char *flags;
	const char *values;
	int last; /* version of Squid that defines it so; 0: all */
} builtins[] = {
	{"ssl::certHasExpired", "ssl_error", "", "X509_V_ERR_CERT_HAS_EXPIRED",
	 0},
	{"ssl::certNotYetValid", "ssl_error", "",
	 "X509_V_ERR_CERT_NOT_YET_VALID", 0},
	{"ssl::certDomainMismatch", "ssl_error", "",
	 "SQUID_X509_V_ERR_DOMAIN_MISMATCH", 0},
	{"ssl::certUntrusted", "ssl_error", "",
	 "X509_V_ERR_INVALID_CA X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN "
	 "X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE "
	 "X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT "
	 "X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY "
	 "X509_V_ERR_CERT_UNTRUSTED",
	 0},
	{"ssl::certSelfSigned", "ssl_error", "",
	 "X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT", 0},
	{"all", "src", "", "all", 0},
	{"manager", "url_regex", "-i +i",
	 "^cache_object:// ^[^:]+://[^/]+/squid-internal-mgr/", 6},
	{"manager", "url_regex", "+i", "^[^:]+://[^/]+/squid-internal-mgr/", 0},
	{"localhost", "src", "", "127.0.0.1/32 ::1", 0},
	{"to_localhost", "dst", "", "127.0.0.0/8 0.0.0.0/32 ::1/128 ::/128", 0},
	{"to_linklocal", "dst", "", "169.254.0.0/16 fe80::/10", 0},
	{"CONNECT", "method", "", "CONNECT", 0},
};

static char lower(char byte)
{
	return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

static uint32_t hash_of(const char *name)
{
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (; *name != '\0'; name++)
		hash = (hash ^ (unsigned char)lower(*name)) * 16777619u;
	return hash;
}

/* The slot that holds the name, or the empty one where it belongs. */
static size_t slot_of(const struct gtb_conf *conf, const char *name)
{
	size_t mask = conf->slots_count - 1;
	size_t slot = hash_of(name) & mask;

	while (conf->slots[slot] != 0 &&
	       strcasecmp(conf->acls[conf->slots[slot] - 1].name, name) != 0)
		slot = (slot + 1) & mask;
	return slot;
}

/* Keep the table at most half full. */
static bool slots_grow(struct conf_reader *reader)
{
	struct gtb_conf *conf = reader->conf;
	size_t count = conf->slots_count == 0 ? 64 : conf->slots_count * 2;
	size_t *slots;

	if (conf->acls_count * 2 < conf->slots_count)
		return true;
	slots = calloc(count, sizeof(*slots));
	if (slots == NULL) {
		reader->failed = true;
		return false;
	}
	free(conf->slots);
	conf->slots = slots;
	conf->slots_count = count;
	for (size_t i = 0; i < conf->acls_count; i++)
		conf->slots[slot_of(conf, conf->acls[i].name)] = i + 1;
	return true;
}

/* Room for one more acl, and its name. */
static struct gtb_conf_acl *acl_add(struct conf_reader *reader,
				    const char *name)
{
	struct gtb_conf *conf = reader->conf;
	size_t count = conf->acls_count;
	struct gtb_conf_acl *acl;
	void *larger;

	larger = conf_grow(reader, conf->acls, count, sizeof(*conf->acls));
	if (larger == NULL)
		return NULL;
	conf->acls = larger;
	larger =
		conf_grow(reader, conf->growing, count, sizeof(*conf->growing));
	if (larger == NULL)
		return NULL;
	conf->growing = larger;
	acl = &conf->acls[count];
	memset(acl, 0, sizeof(*acl));
	memset(&conf->growing[count], 0, sizeof(*conf->growing));
	acl->name = name;
	acl->directive = GTB_CONF_NONE;
	conf->acls_count++;
	return acl;
}

struct gtb_conf_acl *conf_acls_get(struct conf_reader *reader, const char *name)
{
	struct gtb_conf *conf = reader->conf;
	struct gtb_conf_acl *acl;
	size_t slot;

	if (!slots_grow(reader))
		return NULL;
	slot = slot_of(conf, name);
	if (conf->slots[slot] != 0)
		return &conf->acls[conf->slots[slot] - 1];
	acl = acl_add(reader, name);
	if (acl != NULL)
		conf->slots[slot] = conf->acls_count;
	return acl;
}

static struct conf_growing *growing_of(struct conf_reader *reader,
				       const struct gtb_conf_acl *acl)
{
	return &reader->conf->growing[acl - reader->conf->acls];
}

void conf_acls_flag(struct conf_reader *reader, struct gtb_conf_acl *acl,
		    const struct gtb_conf_word *word)
{
	struct conf_growing *growing = growing_of(reader, acl);
	void *larger = conf_grow(reader, growing->flags, acl->flags_count,
				 sizeof(*word));

	if (larger == NULL)
		return;
	growing->flags = larger;
	growing->flags[acl->flags_count++] = *word;
	acl->flags = growing->flags;
}

void conf_acls_value(struct conf_reader *reader, struct gtb_conf_acl *acl,
		     const struct gtb_conf_word *word)
{
	struct conf_growing *growing = growing_of(reader, acl);
	void *larger = conf_grow(reader, growing->values, acl->values_count,
				 sizeof(*word));

	if (larger == NULL)
		return;
	growing->values = larger;
	growing->values[acl->values_count++] = *word;
	acl->values = growing->values;
}

/* Hand each word of a text to add. */
static void add_words(struct conf_reader *reader, struct gtb_conf_acl *acl,
		      const char *text,
		      void (*add)(struct conf_reader *, struct gtb_conf_acl *,
				  const struct gtb_conf_word *))
{
	while (*text != '\0' && !reader->failed) {
		size_t len = strcspn(text, " ");
		struct gtb_conf_word word = {.file = GTB_CONF_NONE};

		word.text = conf_pool_copy(reader, text, len);
		if (!reader->failed)
			add(reader, acl, &word);
		text += len;
		text += strspn(text, " ");
	}
}

void conf_acls_builtin(struct conf_reader *reader)
{
	int version = reader->options.version;

	for (size_t i = 0; i < sizeof(builtins) / sizeof(builtins[0]); i++) {
		const struct builtin *builtin = &builtins[i];
		struct gtb_conf_acl *acl = conf_acls_get(reader, builtin->name);

		if (acl == NULL)
			return;
		if (acl->type != NULL ||
		    (builtin->last != 0 && builtin->last < version))
			continue;
		acl->type = builtin->type;
		acl->builtin = true;
		add_words(reader, acl, builtin->flags, conf_acls_flag);
		add_words(reader, acl, builtin->values, conf_acls_value);
	}
}

const struct gtb_conf_acl *gtb_conf_acl_find(const struct gtb_conf *conf,
					     const char *name)
{
	size_t at;

	if (conf->slots_count == 0)
		return NULL;
	at = conf->slots[slot_of(conf, name)];
	return at == 0 ? NULL : &conf->acls[at - 1];
}
