/* Replies, read strictly; the contract is in reply.h. */
#include "config.h"

#include <string.h>

#include "tests/trust/reply.h"

#define RULE_MAX     71
#define IDENTITY_MAX 32

struct reader {
	const char *at;
	const char *end;
};

static bool take(struct reader *reader, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(reader->end - reader->at) < len ||
	    memcmp(reader->at, word, len) != 0)
		return false;
	reader->at += len;
	return true;
}

/* One of two words; *first tells which. */
static bool take_either(struct reader *reader, bool *first, const char *one,
			const char *other)
{
	*first = take(reader, one);
	return *first || take(reader, other);
}

static bool take_reason(struct reader *reader, enum gtb_reason *reason)
{
	for (int i = 0; i < GTB_REASON_COUNT; i++) {
		const char *start = reader->at;

		*reason = (enum gtb_reason)i;
		if (take(reader, gtb_reason_word(*reason)) && take(reader, " "))
			return true;
		reader->at = start;
	}
	return false;
}

static bool is_value(char byte, const char *more)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	       (byte >= '0' && byte <= '9') ||
	       (byte != '\0' && strchr(more, byte) != NULL);
}

static bool take_value(struct reader *reader, const char *more, size_t max)
{
	const char *start = reader->at;

	while (reader->at < reader->end && is_value(*reader->at, more))
		reader->at++;
	return reader->at > start && (size_t)(reader->at - start) <= max;
}

bool reply_read(struct reply *reply, const char *id, const char *text,
		size_t len)
{
	struct reader r = {text, text + len};

	if (*id != '\0' && !(take(&r, id) && take(&r, " ")))
		return false;
	return take_either(&r, &reply->ok, "OK ", "ERR ") &&
	       take(&r, "gtb_auth_=") &&
	       take_either(&r, &reply->auth, "bypass ", "require ") &&
	       take(&r, "gtb_tls_=") &&
	       take_either(&r, &reply->tls, "splice ", "inspect ") &&
	       take(&r, "gtb_reason_=") && take_reason(&r, &reply->reason) &&
	       take(&r, "gtb_rule_=") && take_value(&r, "-_.:", RULE_MAX) &&
	       take(&r, " gtb_identity_=") &&
	       take_value(&r, "-_", IDENTITY_MAX) && r.at == r.end;
}
