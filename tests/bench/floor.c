/*
 * floor: the least an external ACL helper can be. It answers ERR to every
 * line, by its channel; what it takes is what reading and writing take.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char input[65536];
static char output[3 * sizeof(input)];

/* The reply to each whole line of the input; returns where the rest begins. */
static const char *answer(const char *at, const char *end, size_t *len)
{
	const char *newline;

	while ((newline = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		while (at < newline && *at != ' ')
			output[(*len)++] = *at++;
		memcpy(output + *len, " ERR\n", 5);
		*len += 5;
		at = newline + 1;
	}
	return at;
}

int main(void)
{
	size_t held = 0;
	ssize_t got;

	while ((got = read(STDIN_FILENO, input + held,
			   sizeof(input) - held)) > 0) {
		const char *end = input + held + got;
		size_t len = 0;
		const char *rest = answer(input, end, &len);

		held = (size_t)(end - rest);
		memmove(input, rest, held);
		if (len > 0 && write(STDOUT_FILENO, output, len) < 0)
			return 1;
	}
	return got < 0;
}
