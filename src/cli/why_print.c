/* goto-bypass why, for people. */
#include "config.h"

#include <string.h>

#include "why.h"

#define LABEL_WIDTH 10

static void print_label(const char *label)
{
	printf("%-*s", LABEL_WIDTH, label);
}

/* "auth      bypass   listed-name: the name is listed, ..." */
static void print_verdict(const char *label, const char *word,
			  const struct gtb_verdict *v)
{
	print_label(label);
	printf("%s%-8s%s %s: %s\n", cli_colour(v->bypass ? CLI_GOOD : CLI_BAD),
	       word, cli_colour(CLI_PLAIN), gtb_reason_word(v->reason),
	       gtb_reason_text(v->reason));
}

static void print_text(const char *label, const struct gtb_text *text)
{
	char safe[CLI_WORDS_SIZE];

	if (text->ptr != NULL)
		printf(", %s %s", label,
		       gtb_report_safe(text->ptr, text->len, safe,
				       sizeof(safe)));
}

/* The request as it was understood, with what was assumed. */
static void print_request(const struct why *why)
{
	const struct gtb_query *query = &why->query;
	char safe[CLI_WORDS_SIZE];

	gtb_report_safe(query->host.ptr, query->host.len, safe, sizeof(safe));
	printf("%s%s%s", cli_colour(CLI_BOLD), safe, cli_colour(CLI_PLAIN));
	print_text("port", &query->port);
	print_text("method", &query->method);
	if (query->sni.ptr == NULL)
		printf(", no SNI");
	else
		print_text(why->sni_assumed ? "assuming SNI" : "SNI",
			   &query->sni);
	print_text("from", &query->client);
	if (query->client.ptr == NULL &&
	    gtb_ruleset_policy(why->ruleset)->identities_count > 0)
		printf(", assuming a client in no identity");
	print_text("going to", &query->dst);
	putchar('\n');
}

/* Of a malformed request, the part that is. */
static void print_fault(const struct why *why)
{
	char safe[CLI_WORDS_SIZE];
	struct why_fault fault;

	if (!cli_why_fault(why, &fault))
		return;
	print_label("wrong");
	gtb_report_safe(fault.text->ptr, fault.text->len, safe, sizeof(safe));
	printf("%s %s: %s, at column %zu\n", fault.part, safe, fault.what,
	       fault.column);
}

/* --- the entry --------------------------------------------------------- */

static void print_document(const struct why *why, const struct gtb_verdict *v)
{
	const struct gtb_document *document = cli_why_document(why, v);
	char safe[CLI_WORDS_SIZE];

	if (document == NULL)
		return;
	print_label("");
	printf("from \"%s\"", cli_safe(document->title, safe));
	printf(", version %s", cli_safe(document->version, safe));
	printf(", checked %s\n", cli_safe(document->checked, safe));
}

static void print_entry(const struct why *why, const char *label,
			const struct gtb_verdict *v)
{
	const struct gtb_rule *rule = v->source.rule;
	char source[GTB_SOURCE_TEXT_SIZE];
	char safe[CLI_WORDS_SIZE];

	if (rule == NULL)
		return;
	print_label(label);
	printf("%s", gtb_source_text(&v->source, source, sizeof(source)));
	if (rule->text != NULL)
		printf("  %s", cli_safe(rule->text, safe));
	if (rule->use != NULL)
		printf("  (%s)", cli_safe(rule->use, safe));
	putchar('\n');
	print_document(why, v);
}

static bool same_source(const struct gtb_source *a, const struct gtb_source *b)
{
	return a->rule == b->rule && a->line == b->line;
}

static void print_entries(const struct why *why)
{
	const struct gtb_decision *d = &why->decision;

	if (same_source(&d->auth.source, &d->tls.source)) {
		print_entry(why, "entry", &d->auth);
		return;
	}
	print_entry(why, "auth by", &d->auth);
	print_entry(why, "tls by", &d->tls);
}

static void print_identity(const struct why *why)
{
	const struct gtb_policy_identity *auth = why->decision.auth.identity;
	const struct gtb_policy_identity *tls = why->decision.tls.identity;
	char safe[CLI_WORDS_SIZE];

	if (auth == NULL && tls == NULL)
		return;
	print_label("identity");
	if (auth == tls || tls == NULL)
		printf("%s\n", cli_safe(auth->name, safe));
	else if (auth == NULL)
		printf("%s\n", cli_safe(tls->name, safe));
	else
		printf("%s for auth, %s for tls\n", auth->name, tls->name);
}

/* --- the emitted file -------------------------------------------------- */

static void print_line(const struct why_line *line)
{
	print_label("");
	printf("line %u: %s\n", line->number, line->text);
}

static void print_connect(const struct why *why)
{
	char buffer[WHY_HINT_SIZE];
	const char *note = cli_why_auth_note(why, buffer);

	if (note == NULL)
		return;
	print_label("");
	printf("%s: %s\n", note, why->connect_line.text);
}

static void print_lines(const struct why *why)
{
	print_label("emitted");
	if (why->auth_line.number == 0 && why->tls_line.number == 0 &&
	    why->connect_line.number == 0 && cli_why_tls_note(why) == NULL) {
		printf("no line lets it through; your own rules after the "
		       "include decide\n");
		return;
	}
	printf("with --mode %s --via %s, if made anew from this "
	       "policy:\n",
	       cli_why_mode_word(why), gtb_squid_via_word(why->via));
	print_connect(why);
	if (why->auth_line.number != 0)
		print_line(&why->auth_line);
	if (why->tls_line.number != 0)
		print_line(&why->tls_line);
	if (cli_why_tls_note(why) != NULL) {
		print_label("");
		printf("%s\n", cli_why_tls_note(why));
	}
}

/* --- what would change it ---------------------------------------------- */

static void print_change(const struct why *why, const struct why_change *change)
{
	const struct gtb_decision *now = &why->decision;
	const struct gtb_decision *then = &change->decision;

	printf("  %s:", change->what);
	if (then->auth.bypass != now->auth.bypass)
		printf(" auth %s (%s)", gtb_auth_word(&then->auth),
		       gtb_reason_word(then->auth.reason));
	if (then->auth.bypass != now->auth.bypass &&
	    then->tls.bypass != now->tls.bypass)
		putchar(',');
	if (then->tls.bypass != now->tls.bypass)
		printf(" tls %s (%s)", gtb_tls_word(&then->tls),
		       gtb_reason_word(then->tls.reason));
	putchar('\n');
}

/* A hint for one verdict says which; that of a bypass has it in its words. */
static void print_hint(const struct why *why, const struct gtb_verdict *v,
		       enum gtb_bypass verdict)
{
	char hint[WHY_HINT_SIZE];

	cli_why_hint(why, v, verdict, hint);
	if (hint[0] != '\0')
		printf("  in the policy%s: %s\n",
		       v->bypass		    ? ""
		       : verdict == GTB_BYPASS_AUTH ? ", for auth"
						    : ", for tls",
		       hint);
}

/* One hint where both verdicts need the same. */
static bool print_joint_hint(const struct why *why)
{
	const struct gtb_verdict *auth = &why->decision.auth;
	const struct gtb_verdict *tls = &why->decision.tls;
	const unsigned int both = GTB_BYPASS_AUTH | GTB_BYPASS_TLS;
	char auth_hint[WHY_HINT_SIZE];
	char tls_hint[WHY_HINT_SIZE];

	if (auth->bypass || tls->bypass || auth->reason != tls->reason)
		return false;
	cli_why_hint(why, auth, both, auth_hint);
	cli_why_hint(why, tls, both, tls_hint);
	if (strcmp(auth_hint, tls_hint) != 0)
		return false;
	if (auth_hint[0] != '\0')
		printf("  in the policy: %s\n", auth_hint);
	return true;
}

static void print_hints(const struct why *why)
{
	if (print_joint_hint(why))
		return;
	print_hint(why, &why->decision.auth, GTB_BYPASS_AUTH);
	print_hint(why, &why->decision.tls, GTB_BYPASS_TLS);
}

static void print_changes(const struct why *why)
{
	printf("\nwhat would change it\n");
	if (why->changes_count == 0)
		printf("  no other fact of the request\n");
	for (size_t i = 0; i < why->changes_count; i++)
		print_change(why, &why->changes[i]);
	print_hints(why);
}

void cli_why_print(const struct why *why)
{
	const struct gtb_decision *d = &why->decision;

	print_request(why);
	print_verdict("auth", gtb_auth_word(&d->auth), &d->auth);
	print_verdict("tls", gtb_tls_word(&d->tls), &d->tls);
	print_fault(why);
	print_entries(why);
	print_identity(why);
	print_lines(why);
	print_changes(why);
}
