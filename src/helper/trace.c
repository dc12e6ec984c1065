/* Lines of -d; the contract is in trace.h. */
#include "config.h"

#include <string.h>

#include "gtb/report.h"
#include "trace.h"

#define NAME_SIZE 272	/* a whole name, or enough of anything longer */
#define FIELD_SIZE 56

static const char *show(const struct gtb_text *text, char *buffer, size_t size)
{
	if (!text->ptr)
		return strcpy(buffer, "-");
	return gtb_report_safe(text->ptr, text->len, buffer, size);
}

static const char *identity(const struct gtb_verdict *verdict)
{
	return verdict->identity ? verdict->identity->name : "-";
}

/* The fields of a request as text that can be logged. */
struct shown {
	char id[FIELD_SIZE];
	char client[FIELD_SIZE];
	char method[FIELD_SIZE];
	char host[NAME_SIZE];
	char port[FIELD_SIZE];
	char sni[NAME_SIZE];
	char dst[FIELD_SIZE];
};

static void show_line(struct shown *shown, const struct gtb_line *line)
{
	const struct gtb_query *query = &line->query;

	show(&line->id, shown->id, sizeof(shown->id));
	show(&query->client, shown->client, sizeof(shown->client));
	show(&query->method, shown->method, sizeof(shown->method));
	show(&query->host, shown->host, sizeof(shown->host));
	show(&query->port, shown->port, sizeof(shown->port));
	show(&query->sni, shown->sni, sizeof(shown->sni));
	show(&query->dst, shown->dst, sizeof(shown->dst));
}

void gtb_trace_decision(struct gtb_log *log, const struct gtb_line *line,
			const struct gtb_decision *decision)
{
	const struct gtb_verdict *auth = &decision->auth;
	const struct gtb_verdict *tls = &decision->tls;
	char auth_source[GTB_SOURCE_TEXT_SIZE];
	char tls_source[GTB_SOURCE_TEXT_SIZE];
	struct shown shown;

	show_line(&shown, line);
	gtb_log(log, GTB_LOG_DEBUG,
		"id=%s question=%s client=%s method=%s host=%s port=%s sni=%s "
		"dst=%s auth=%s reason=%s rule=%s identity=%s "
		"tls=%s reason=%s rule=%s identity=%s",
		shown.id, line->question == GTB_LINE_AUTH ? "auth" : "splice",
		shown.client, shown.method, shown.host, shown.port, shown.sni,
		shown.dst, gtb_auth_word(auth), gtb_reason_word(auth->reason),
		gtb_source_text(&auth->source, auth_source,
				sizeof(auth_source)), identity(auth),
		gtb_tls_word(tls), gtb_reason_word(tls->reason),
		gtb_source_text(&tls->source, tls_source, sizeof(tls_source)),
		identity(tls));
}

void gtb_trace_malformed(struct gtb_log *log, const char *text, size_t len)
{
	char shown[NAME_SIZE];

	gtb_log(log, GTB_LOG_DEBUG, "malformed: \"%s\"",
		gtb_report_safe(text, len, shown, sizeof(shown)));
}
