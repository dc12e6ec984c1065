/* The headers of who asks; the contract is in sender.h. */
#include "config.h"

#include "header.h"
#include "sender.h"

enum {
	CLIENT,
	SNI,
	DST,
	AWAIT,
	WITHIN,
	FACTS
};

static const struct gtb_text names[FACTS] = {
	[CLIENT] = GTB_HEADER_NAME("x-client-ip"),
	[SNI] = GTB_HEADER_NAME("x-goto-sni"),
	[DST] = GTB_HEADER_NAME("x-goto-dst"),
	[AWAIT] = GTB_HEADER_NAME("x-goto-await"),
	[WITHIN] = GTB_HEADER_NAME("x-goto-within"),
};

void gtb_sender_read(struct gtb_sender *sender, char *const *lines,
		     size_t count)
{
	struct gtb_text facts[FACTS];

	gtb_header_facts(lines, count, names, facts, FACTS);
	sender->client = facts[CLIENT];
	sender->sni = facts[SNI];
	sender->dst = facts[DST];
	sender->await = facts[AWAIT];
	sender->within = facts[WITHIN];
}
