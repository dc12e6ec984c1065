/* Edits between two words; the contract is in gtb/slip.h. */
#include "config.h"

#include <string.h>

#include "gtb/slip.h"

static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

unsigned int gtb_slip_edits(const char *text, size_t len, const char *word)
{
	unsigned int row[GTB_SLIP_LEN + 1];
	size_t word_len = strlen(word);

	if (len > GTB_SLIP_LEN || word_len > GTB_SLIP_LEN)
		return GTB_SLIP_FAR;
	for (unsigned int j = 0; j <= word_len; j++)
		row[j] = j;
	for (unsigned int i = 1; i <= len; i++) {
		unsigned int diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= word_len; j++) {
			unsigned int changed =
				diagonal + (text[i - 1] != word[j - 1]);

			diagonal = row[j];
			row[j] = least(changed,
				       least(row[j], row[j - 1]) + 1);
		}
	}
	return row[word_len];
}
