/* The work itself; the contract is in serve.h. */
#include "config.h"

#include <stdint.h>
#include <string.h>

#include "gtb/decide.h"
#include "gtb/report.h"
#include "gtb/scratch.h"
#include "serve.h"
#include "stream.h"
#include "trace.h"

struct server {
	struct gtb_channel *channel;
	struct gtb_log *log;
	const struct gtb_ruleset *ruleset;	/* for this batch */
	enum gtb_line_mode mode;
	uint64_t silent;		/* lines not answered so far */
};

static void tell_silent(struct server *server, const char *text, size_t len)
{
	char shown[128];

	server->silent++;
	gtb_log(server->log, GTB_LOG_WARNING,
		"no answer to a line without a channel id (%llu so far): "
		"\"%s\"", (unsigned long long)server->silent,
		gtb_report_safe(text, len, shown, sizeof(shown)));
}

static void reply(struct server *server, const struct gtb_line *line,
		  const struct gtb_decision *decision)
{
	char *room = gtb_channel_room(server->channel);

	gtb_channel_done(server->channel,
			 gtb_line_reply(room, line, decision));
}

static void answer(void *context, const char *text, size_t len, bool cut)
{
	struct server *server = context;
	struct gtb_decision decision GTB_SCRATCH;
	struct gtb_line line GTB_SCRATCH;

	switch (gtb_line_parse(&line, &server->mode, text, len, cut)) {
	case GTB_LINE_OK:
		gtb_decide(server->ruleset, &line.query, &decision);
		reply(server, &line, &decision);
		if (server->log->debug)
			gtb_trace_decision(server->log, &line, &decision);
		break;
	case GTB_LINE_MALFORMED:
		reply(server, &line, NULL);
		if (server->log->debug)
			gtb_trace_malformed(server->log, text, len);
		break;
	case GTB_LINE_SILENT:
		tell_silent(server, text, len);
		break;
	case GTB_LINE_EMPTY:
		break;
	}
}

int gtb_serve(struct gtb_channel *channel, struct gtb_reload *reload,
	      struct gtb_log *log)
{
	struct server server = {.channel = channel, .log = log};
	struct gtb_stream stream;

	gtb_stream_init(&stream);
	while (channel->state == GTB_CHANNEL_OPEN) {
		size_t len = gtb_channel_read(channel);

		/* With nothing to answer, too: the old one is to be freed. */
		server.ruleset = gtb_reload_current(reload);
		gtb_stream_feed(&stream, channel->input, len, answer, &server);
		gtb_channel_flush(channel);
	}
	if (channel->state == GTB_CHANNEL_ENDED)
		return 0;
	gtb_log(log, GTB_LOG_ERROR, "cannot %s: %s",
		channel->writing ? "write replies" : "read requests",
		strerror(channel->error));
	return -1;
}
