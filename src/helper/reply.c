/* Replies; the contract is in line.h. */
#include "config.h"

#include <string.h>

#include "gtb/host.h"
#include "gtb/policy.h"
#include "gtb/sixteens.h"
#include "line.h"

#define HEAD(answer, auth, tls) \
	answer " gtb_auth_=" auth " gtb_tls_=" tls " gtb_reason_="
#define RULE " gtb_rule_="
#define IDENTITY " gtb_identity_="
#define NOTHING "-" IDENTITY "-\n"	/* neither rule nor identity */

/*
 * A part of a reply. It is copied whole, of which len bytes count: a copy of a
 * size known beforehand is a few moves, and no call.
 */
struct part {
	char text[63];
	uint8_t len;
};

#define PART(text) {text, sizeof(text) - 1}

/*
 * A reply is written without a test for the end of the buffer: room for the
 * longest of everything, and a whole part behind it, is proved here.
 */
#define REASON_MAX 24	/* bytes of the longest word, and to spare */
_Static_assert(REASON_MAX + sizeof(RULE NOTHING) <=
	       sizeof(((struct part *)NULL)->text), "an end can be too long");
_Static_assert(GTB_LINE_ID_MAX +
		sizeof(" " HEAD("ERR", "require", "inspect") RULE IDENTITY
		       "\n") +
		REASON_MAX + GTB_SOURCE_TEXT_SIZE + GTB_IDENTITY_NAME_MAX <=
		GTB_LINE_REPLY_SIZE,
	       "a reply can be too long");
_Static_assert(GTB_LINE_ID_MAX +
		sizeof(" " HEAD("ERR", "require", "inspect") RULE) +
		REASON_MAX + GTB_RULE_LABEL_SIZE <= GTB_LINE_REPLY_SIZE,
	       "a label can be copied too far");

/* What replies begin with, by the answer, the auth and the tls verdict. */
static const struct part heads[2][2][2] = {
	{{PART(HEAD("ERR", "require", "inspect")),
	  PART(HEAD("ERR", "require", "splice"))},
	 {PART(HEAD("ERR", "bypass", "inspect")),
	  PART(HEAD("ERR", "bypass", "splice"))}},
	{{PART(HEAD("OK", "require", "inspect")),
	  PART(HEAD("OK", "require", "splice"))},
	 {PART(HEAD("OK", "bypass", "inspect")),
	  PART(HEAD("OK", "bypass", "splice"))}},
};

/* How they end, by the reason, when there is nothing more to tell. */
static const struct part ends[GTB_REASON_COUNT] = {
#define END(symbol, word, sentence) \
	[GTB_REASON_##symbol] = PART(word RULE NOTHING),
	GTB_REASONS(END)
#undef END
};

/* Copy the first bytes of a part. */
static inline char *put_part(char *at, const struct part *part, size_t len)
{
	memcpy(at, part->text, sizeof(part->text));
	return at + len;
}

static inline char *put_text(char *at, const char *text)
{
	size_t len = strlen(text);

	memcpy(at, text, len);
	return at + len;
}

/*
 * Write a value for Squid's key=value grammar. It comes from a checked file,
 * all of letters, digits and a few other bytes; should it ever not, it can
 * still not add a key, a field or a line.
 */
static char *put_value(char *at, const char *text, size_t max)
{
	for (size_t i = 0; i < max && text[i] != '\0'; i++) {
		bool safe = gtb_name_fold(text[i]) != 0 || text[i] == '_' ||
			    text[i] == ':';

		*at++ = safe ? text[i] : '_';
	}
	return at;
}

/* Apart from the below: most rules are one line of a catalog. */
__attribute__((noinline))
static char *put_number(char *at, uint32_t number)
{
	char digits[10];	/* of 2^32 - 1 */
	size_t count = 0;

	do {
		digits[count++] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	while (count > 0)
		*at++ = digits[--count];
	return at;
}

/* What gtb_source_text() says, written in place. */
static inline char *put_source(char *at, const struct gtb_source *source)
{
	if (!source->rule)
		return put_text(at, "-");
	memcpy(at, source->rule->label, sizeof(source->rule->label));
	at += source->rule->label_len;
	if (source->line == 0)
		return at;
	at = put_text(at, ":");
	return put_number(at, source->line);
}

/* Apart from the below: not every policy has identities. */
__attribute__((noinline))
static char *put_identity(char *at, const struct gtb_policy_identity *identity)
{
	at = put_text(at, IDENTITY);
	at = put_value(at, identity->name, GTB_IDENTITY_NAME_MAX);
	return put_text(at, "\n");
}

static inline char *put_why(char *at, const struct gtb_verdict *verdict)
{
	const struct part *end = &ends[verdict->reason];

	if (!verdict->source.rule && !verdict->identity)
		return put_part(at, end, end->len);
	at = put_part(at, end, end->len - (sizeof(NOTHING) - 1));
	at = put_source(at, &verdict->source);
	if (verdict->identity)
		return put_identity(at, verdict->identity);
	return put_text(at, IDENTITY "-\n");
}

static const struct gtb_decision malformed = {
	.auth = {.reason = GTB_REASON_MALFORMED},
	.tls = {.reason = GTB_REASON_MALFORMED},
};

static inline char *put_id(char *at, const struct gtb_text *id)
{
	gtb_sixteen_copy(at, id->ptr, id->len);
	return put_text(at + id->len, " ");
}

size_t gtb_line_reply(char buffer[GTB_LINE_REPLY_SIZE],
		      const struct gtb_line *line,
		      const struct gtb_decision *decision)
{
	const struct gtb_verdict *asked;
	const struct part *head;
	char *at = buffer;

	if (!decision)
		decision = &malformed;
	asked = gtb_line_verdict(line, decision);
	head = &heads[asked->bypass][decision->auth.bypass]
		     [decision->tls.bypass];
	if (line->id.ptr)
		at = put_id(at, &line->id);
	at = put_part(at, head, head->len);
	at = put_why(at, asked);
	return (size_t)(at - buffer);
}
