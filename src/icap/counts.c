/* Statistics; the contract is in counts.h. */
#include "config.h"

#include <stdio.h>

#include "counts.h"

static const char *const labels[] = {
#define LABEL(symbol, words) [GTB_COUNT_##symbol] = words,
	GTB_COUNTS(LABEL)
#undef LABEL
};

static int take_label(gtb_counts_register *take, const char *kind,
		      const char *words)
{
	char label[96];

	snprintf(label, sizeof(label), "goto_bypass %s%s", kind, words);
	return take(label);
}

void gtb_counts_init(struct gtb_counts *counts, gtb_counts_register *take,
		     gtb_counts_add *add)
{
	counts->add = add;
	for (int i = 0; i < GTB_COUNT_AUTH_REASON; i++)
		counts->numbers[i] = take_label(take, "", labels[i]);
	for (int i = 0; i < GTB_REASON_COUNT; i++) {
		const char *word = gtb_reason_word((enum gtb_reason)i);

		counts->numbers[GTB_COUNT_AUTH_REASON + i] =
			take_label(take, "auth ", word);
		counts->numbers[GTB_COUNT_TLS_REASON + i] =
			take_label(take, "tls ", word);
	}
}

void gtb_counts_more(const struct gtb_counts *counts, int count, int64_t more)
{
	if (more != 0)
		counts->add(counts->numbers[count], (int)more);
}

void gtb_counts_answer(const struct gtb_counts *counts,
		       const struct gtb_answer *answer, size_t stripped)
{
	static const int verdicts[2][2] = {
		{GTB_COUNT_NONE, GTB_COUNT_SPLICE},
		{GTB_COUNT_AUTH, GTB_COUNT_BOTH},
	};

	gtb_counts_more(counts, GTB_COUNT_REQUESTS, 1);
	gtb_counts_more(counts, verdicts[answer->auth][answer->splice], 1);
	gtb_counts_more(counts, GTB_COUNT_AUTH_REASON +
			(int)answer->auth_reason, 1);
	gtb_counts_more(counts, GTB_COUNT_TLS_REASON +
			(int)answer->tls_reason, 1);
	gtb_counts_more(counts, GTB_COUNT_STRIPPED, (int64_t)stripped);
}
