/* Values as words, and names and networks compared. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "gtb/slip.h"

#include "cli.h"

#define GUESS_EDITS 2

/* Add a word to a list with commas; what does not fit is left out. */
static void add_word(char buffer[CLI_WORDS_SIZE], const char *word)
{
	size_t len = strlen(buffer);

	snprintf(buffer + len, CLI_WORDS_SIZE - len, "%s%s",
		 len > 0 ? ", " : "", word);
}

static const char *or_dash(char buffer[CLI_WORDS_SIZE])
{
	if (buffer[0] == '\0')
		add_word(buffer, "-");
	return buffer;
}

const char *cli_bypass_words(unsigned int bypass, char buffer[CLI_WORDS_SIZE])
{
	buffer[0] = '\0';
	if ((bypass & GTB_BYPASS_AUTH) != 0)
		add_word(buffer, "auth");
	if ((bypass & GTB_BYPASS_TLS) != 0)
		add_word(buffer, "tls");
	return or_dash(buffer);
}

const char *cli_hosting_words(unsigned int hosting, char buffer[CLI_WORDS_SIZE])
{
	buffer[0] = '\0';
	for (unsigned int i = 0; i < GTB_HOSTING_BITS; i++)
		if ((hosting >> i & 1) != 0)
			add_word(buffer,
				 gtb_hosting_word((enum gtb_hosting)(1u << i)));
	return or_dash(buffer);
}

const char *cli_port_words(const struct gtb_ruleset *ruleset, uint64_t ports,
			   char buffer[CLI_WORDS_SIZE])
{
	size_t count;
	const uint16_t *numbers = gtb_ruleset_ports(ruleset, &count);
	char word[sizeof("65535")];

	buffer[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		if ((ports >> i & 1) == 0)
			continue;
		snprintf(word, sizeof(word), "%u", (unsigned int)numbers[i]);
		add_word(buffer, word);
	}
	return or_dash(buffer);
}

const char *cli_safe(const char *text, char buffer[CLI_WORDS_SIZE])
{
	if (text == NULL)
		text = "-";
	return gtb_report_safe(text, strlen(text), buffer, CLI_WORDS_SIZE);
}

const char *cli_near(const char *given, const char *const *words, size_t count)
{
	unsigned int least = GUESS_EDITS + 1; /* fewer than that */
	const char *near = NULL;
	size_t len = strlen(given);

	if (len <= 3)
		least--; /* two edits in a short word make another of it */
	for (size_t i = 0; i < count; i++) {
		unsigned int far = gtb_slip_edits(given, len, words[i]);

		if (far >= least)
			continue;
		least = far;
		near = words[i];
	}
	return near;
}

bool cli_name_covers(const char *outer, const char *inner)
{
	const char *suffix = outer + 2;
	const char *name = inner[0] == '*' ? inner + 2 : inner;
	size_t outer_len;
	size_t len = strlen(name);

	if (outer[0] != '*')
		return inner[0] != '*' && strcmp(outer, inner) == 0;
	outer_len = strlen(suffix);
	if (len < outer_len || strcmp(name + len - outer_len, suffix) != 0)
		return false;
	return len == outer_len || name[len - outer_len - 1] == '.';
}

bool cli_net(struct gtb_net *net, const char *text)
{
	return gtb_net_parse(net, text, strlen(text)) == GTB_NET_OK;
}
