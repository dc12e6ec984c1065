/* The table of reasons; the contract is in gtb/reason.h. */
#include "config.h"

#include <stddef.h>

#include "gtb/reason.h"

static const char *const words[GTB_REASON_COUNT] = {
#define WORD(symbol, word, sentence) [GTB_REASON_##symbol] = word,
	GTB_REASONS(WORD)
#undef WORD
};

static const char *const sentences[GTB_REASON_COUNT] = {
#define SENTENCE(symbol, word, sentence) [GTB_REASON_##symbol] = sentence,
	GTB_REASONS(SENTENCE)
#undef SENTENCE
};

const char *gtb_reason_word(enum gtb_reason reason)
{
	return (size_t)reason < GTB_REASON_COUNT ? words[reason] : "unknown";
}

const char *gtb_reason_text(enum gtb_reason reason)
{
	return (size_t)reason < GTB_REASON_COUNT ? sentences[reason]
						 : "unknown reason";
}
