/* L55: lines of access lists that Squid does without. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "gtb/slip.h"
#include "lint_services.h"
#include "lint_view.h"

/* Directives that take "allow" or "deny" as word number at. */
static const struct {
	const char *name;
	size_t at;
} access_lists[] = {
	{"http_access", 1},
	{"adapted_http_access", 1},
	{"follow_x_forwarded_for", 1},
	{"proxy_protocol_access", 1},
	{"adaptation_access", 2},
};

/* Squid compares with case. */
static bool is_action(const char *word)
{
	return strcmp(word, "allow") == 0 || strcmp(word, "deny") == 0;
}

static size_t action_at(const struct gtb_conf_directive *directive)
{
	size_t count = sizeof(access_lists) / sizeof(access_lists[0]);

	for (size_t i = 0; i < count; i++)
		if (strcmp(directive->words[0].text, access_lists[i].name) == 0)
			return access_lists[i].at;
	return 0;
}

bool lint_is_void(const struct gtb_conf_directive *directive)
{
	size_t at = action_at(directive);

	return at > 0 && (directive->count < at + 2 ||
			  !is_action(directive->words[at].text));
}

static void say_word(struct lint_run *run,
		     const struct gtb_conf_directive *directive,
		     const struct gtb_conf_word *word)
{
	size_t len = strlen(word->text);
	bool deny = gtb_slip_edits(word->text, len, "deny") <
		    gtb_slip_edits(word->text, len, "allow");
	char mend[64];

	snprintf(mend, sizeof(mend), "write \"%s\" in its place",
		 deny ? "deny" : "allow");
	lint_add_word(run, word, len > 2 && len < 8 ? mend : NULL,
		      "\"%s\" is neither \"allow\" nor \"deny\": Squid does "
		      "without this line of %s",
		      word->text, directive->words[0].text);
}

void lint_l55(struct lint_run *run)
{
	for (size_t i = 0; i < run->directives_count; i++) {
		const struct gtb_conf_directive *directive =
			&run->directives[i];
		size_t at = action_at(directive);

		if (!lint_is_void(directive))
			continue;
		if (directive->count > at &&
		    !is_action(directive->words[at].text))
			say_word(run, directive, &directive->words[at]);
		else
			lint_add(run, directive, NULL,
				 "%s is missing: Squid does without this line "
				 "of %s",
				 directive->count > at ? "an acl"
						       : "allow or deny",
				 directive->words[0].text);
	}
}
