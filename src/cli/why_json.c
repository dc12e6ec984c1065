/* goto-bypass why, for programs. */
#include "config.h"

#include "json.h"
#include "why.h"

static json_t *text_json(const struct gtb_text *text)
{
	char safe[CLI_WORDS_SIZE];

	if (text->ptr == NULL)
		return json_null();
	return json_string(
		gtb_report_safe(text->ptr, text->len, safe, sizeof(safe)));
}

static json_t *query_json(const struct why *why)
{
	const struct gtb_query *query = &why->query;
	json_t *json = json_object();

	cli_json_set(&json, "host", text_json(&query->host));
	cli_json_set(&json, "port", text_json(&query->port));
	cli_json_set(&json, "method", text_json(&query->method));
	cli_json_set(&json, "sni", text_json(&query->sni));
	cli_json_set(&json, "sni_assumed", json_boolean(why->sni_assumed));
	cli_json_set(&json, "client", text_json(&query->client));
	cli_json_set(&json, "dst", text_json(&query->dst));
	return json;
}

static json_t *document_json(const struct why *why, const struct gtb_verdict *v)
{
	const struct gtb_document *document = cli_why_document(why, v);
	json_t *json;

	if (document == NULL)
		return json_null();
	json = json_object();
	cli_json_set(&json, "id", cli_json_safe(document->id));
	cli_json_set(&json, "title", cli_json_safe(document->title));
	cli_json_set(&json, "version", cli_json_safe(document->version));
	cli_json_set(&json, "checked", cli_json_safe(document->checked));
	return json;
}

static json_t *entry_json(const struct why *why, const struct gtb_verdict *v)
{
	const struct gtb_rule *rule = v->source.rule;
	char source[GTB_SOURCE_TEXT_SIZE];
	json_t *json;

	if (rule == NULL)
		return json_null();
	gtb_source_text(&v->source, source, sizeof(source));
	json = json_object();
	cli_json_set(&json, "source", json_string(source));
	cli_json_set(&json, "text", cli_json_safe(rule->text));
	cli_json_set(&json, "use", cli_json_safe(rule->use));
	cli_json_set(&json, "tier", json_string(gtb_tier_word(rule->tier)));
	cli_json_set(&json, "document", document_json(why, v));
	return json;
}

static json_t *line_json(const struct why_line *line)
{
	json_t *json;

	if (line->number == 0)
		return json_null();
	json = json_object();
	cli_json_set(&json, "number", json_integer(line->number));
	cli_json_set(&json, "text", cli_json_safe(line->text));
	return json;
}

static json_t *hint_json(const struct why *why, const struct gtb_verdict *v,
			 unsigned int verdicts)
{
	char hint[WHY_HINT_SIZE];

	cli_why_hint(why, v, verdicts, hint);
	return hint[0] != '\0' ? cli_json_safe(hint) : json_null();
}

/* What both verdicts have; word, line and note are the verdict's own. */
static json_t *verdict_json(const struct why *why, const struct gtb_verdict *v,
			    const char *word, const struct why_line *line,
			    const char *note)
{
	const struct gtb_policy_identity *id = v->identity;
	json_t *json = json_object();

	cli_json_set(&json, "bypass", json_boolean(v->bypass));
	cli_json_set(&json, "verdict", json_string(word));
	cli_json_set(&json, "reason", json_string(gtb_reason_word(v->reason)));
	cli_json_set(&json, "sentence",
		     json_string(gtb_reason_text(v->reason)));
	cli_json_set(&json, "entry", entry_json(why, v));
	cli_json_set(&json, "identity",
		     cli_json_safe(id != NULL ? id->name : NULL));
	cli_json_set(&json, "line", line_json(line));
	cli_json_set(&json, "note", cli_json_safe(note));
	return json;
}

static json_t *auth_json(const struct why *why)
{
	const struct gtb_verdict *v = &why->decision.auth;
	char note[WHY_HINT_SIZE];
	json_t *json = verdict_json(why, v, gtb_auth_word(v), &why->auth_line,
				    cli_why_auth_note(why, note));

	cli_json_set(&json, "policy_hint", hint_json(why, v, GTB_BYPASS_AUTH));
	return json;
}

static json_t *tls_json(const struct why *why)
{
	const struct gtb_verdict *v = &why->decision.tls;
	json_t *json = verdict_json(why, v, gtb_tls_word(v), &why->tls_line,
				    cli_why_tls_note(why));

	cli_json_set(&json, "policy_hint", hint_json(why, v, GTB_BYPASS_TLS));
	return json;
}

static json_t *change_json(const struct why_change *change)
{
	const struct gtb_verdict *auth = &change->decision.auth;
	const struct gtb_verdict *tls = &change->decision.tls;
	json_t *json = json_object();

	cli_json_set(&json, "if", cli_json_safe(change->what));
	cli_json_set(&json, "auth", json_string(gtb_auth_word(auth)));
	cli_json_set(&json, "auth_reason",
		     json_string(gtb_reason_word(auth->reason)));
	cli_json_set(&json, "tls", json_string(gtb_tls_word(tls)));
	cli_json_set(&json, "tls_reason",
		     json_string(gtb_reason_word(tls->reason)));
	return json;
}

static json_t *fault_json(const struct why *why)
{
	struct why_fault fault;
	json_t *json;

	if (!cli_why_fault(why, &fault))
		return json_null();
	json = json_object();
	cli_json_set(
		&json, "part",
		json_string(fault.text == &why->query.sni ? "sni" : "host"));
	cli_json_set(&json, "column", json_integer((json_int_t)fault.column));
	cli_json_set(&json, "what", json_string(fault.what));
	return json;
}

static json_t *changes_json(const struct why *why)
{
	json_t *array = json_array();

	for (size_t i = 0; i < why->changes_count; i++)
		cli_json_append(&array, change_json(&why->changes[i]));
	return array;
}

int cli_why_print_json(const struct why *why)
{
	json_t *json = json_object();

	cli_json_set(&json, "query", query_json(why));
	cli_json_set(&json, "via", json_string(gtb_squid_via_word(why->via)));
	cli_json_set(&json, "auth", auth_json(why));
	cli_json_set(&json, "tls", tls_json(why));
	cli_json_set(&json, "malformed", fault_json(why));
	cli_json_set(&json, "changes", changes_json(why));
	cli_json_set(&json, "digest",
		     json_string(gtb_ruleset_digest(why->ruleset)));
	return cli_json_print(json);
}
