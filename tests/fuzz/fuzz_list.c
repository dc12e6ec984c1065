/*
 * Fuzzer of list files: any bytes. The first byte chooses form and exclusion.
 * A text that gtb_net_parse() takes must be the same network here, and a name
 * or network that was read, written again, is the same.
 */
#include "config.h"

#include <stdbool.h>

#include "gtb/list.h"
#include "tests/fuzz/fuzz.h"

struct seen {
	bool exclude;
	size_t items;
	uint32_t line;
	struct gtb_net net; /* the last */
};

static void check_net(struct seen *seen, const struct gtb_net *net)
{
	char text[GTB_NET_TEXT_SIZE];

	fuzz_network(gtb_net_text(net, text, sizeof(text)));
	REQUIRE(seen->exclude || !gtb_net_is_wide(net));
	REQUIRE(seen->exclude || gtb_net_special(net) == NULL);
	seen->net = *net;
}

/* A name or network as a line of a list. */
static void write_item(char text[GTB_NAME_MAX + 2], const struct gtb_name *name,
		       bool wildcard, const struct gtb_net *net)
{
	if (net != NULL) {
		gtb_net_text(net, text, GTB_NAME_MAX + 2);
		return;
	}
	text[0] = '.';
	memcpy(text + wildcard, name->text, name->len + 1u);
}

static int on_same(void *context, const struct gtb_name *name, bool wildcard,
		   const struct gtb_net *net, uint32_t line)
{
	char text[GTB_NAME_MAX + 2];

	write_item(text, name, wildcard, net);
	REQUIRE(line == 1 && strcmp(text, context) == 0);
	return GTB_OK;
}

static void check_again(const struct gtb_name *name, bool wildcard,
			const struct gtb_net *net)
{
	char text[GTB_NAME_MAX + 2];

	write_item(text, name, wildcard, net);
	REQUIRE(gtb_list_parse("again", text, strlen(text),
			       net != NULL ? GTB_LIST_DST : GTB_LIST_DSTDOMAIN,
			       true, on_same, text, NULL) == GTB_OK);
}

static int on_item(void *context, const struct gtb_name *name, bool wildcard,
		   const struct gtb_net *net, uint32_t line)
{
	struct seen *seen = context;

	REQUIRE((name != NULL) != (net != NULL));
	REQUIRE(line >= seen->line && line > 0);
	REQUIRE(name != NULL || !wildcard);
	if (name != NULL)
		fuzz_name(name->text);
	else
		check_net(seen, net);
	check_again(name, wildcard, net);
	seen->line = line;
	seen->items++;
	return GTB_OK;
}

static void check_same(const char *text, size_t len)
{
	struct seen seen = {.exclude = true};
	struct gtb_net net;

	if (gtb_net_parse(&net, text, len) != GTB_NET_OK)
		return;
	REQUIRE(gtb_list_parse("fuzz", text, len, GTB_LIST_DST, true, on_item,
			       &seen, NULL) == GTB_OK);
	REQUIRE(seen.items == 1 && gtb_net_compare(&seen.net, &net) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data + 1;
	struct gtb_report report;
	struct seen seen = {0};
	enum gtb_list_kind kind;
	int rc;

	if (size == 0)
		return 0;
	size--;
	kind = (data[0] & 1) != 0 ? GTB_LIST_DST : GTB_LIST_DSTDOMAIN;
	seen.exclude = (data[0] & 2) != 0;
	gtb_report_init(&report);
	rc = gtb_list_parse("fuzz", text, size, kind, seen.exclude, on_item,
			    &seen, &report);
	fuzz_report(rc, &report);
	gtb_report_fini(&report);
	check_same(text, size);
	return 0;
}
