/*
 * fuzz: what fuzzers of readers demand alike.
 */
#ifndef GTB_FUZZ_H
#define GTB_FUZZ_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "gtb/host.h"
#include "gtb/net.h"
#include "gtb/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(condition)                                                     \
	do {                                                                   \
		if (!(condition))                                              \
			abort();                                               \
	} while (0)

/*
 * A number of the input alone: what is dear is asked of some inputs, and of
 * the same ones whenever they come again.
 */
static inline unsigned int fuzz_number(const uint8_t *data, size_t size)
{
	uint32_t number = 2166136261u;

	for (size_t i = 0; i < size; i++)
		number = (number ^ data[i]) * 16777619u;
	return number >> 16;
}

/* A result fits its report, and every item can be shown. */
static inline void fuzz_report(int rc, const struct gtb_report *report)
{
	REQUIRE(rc == GTB_OK || rc == GTB_E_INPUT);
	REQUIRE((rc == GTB_OK) == (report->errors == 0));
	REQUIRE(report->count + report->dropped >= report->errors);
	for (size_t i = 0; i < report->count; i++) {
		const struct gtb_report_item *item = &report->items[i];

		/* What the checks let through, libcyaml must take. */
		REQUIRE(strncmp(item->message, "libcyaml refuses it", 19) != 0);
		for (const char *at = item->message; *at != '\0'; at++)
			REQUIRE(*at >= 0x20 && *at <= 0x7e);
		REQUIRE(item->place.line > 0 || item->place.column == 0);
	}
}

/* A name in the form the readers hand on: "x" or "*.x", well formed. */
static inline void fuzz_name(const char *text)
{
	struct gtb_name name;

	if (text[0] == '*') {
		REQUIRE(text[1] == '.');
		text += 2;
	}
	REQUIRE(gtb_name_parse(&name, text, strlen(text)));
	REQUIRE(strcmp(name.text, text) == 0);
}

/* A network in the form the readers hand on. */
static inline void fuzz_network(const char *text)
{
	struct gtb_net net;
	char again[GTB_NET_TEXT_SIZE];

	REQUIRE(gtb_net_parse(&net, text, strlen(text)) == GTB_NET_OK);
	REQUIRE(strcmp(gtb_net_text(&net, again, sizeof(again)), text) == 0);
}

#endif
