/* external_acl_type: which one an acl asks, its options and its FORMAT. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "gtb/report.h"
#include "lint_view.h"

const struct lint_external *lint_external_find(const struct lint_run *run,
					       const char *name)
{
	for (size_t i = 0; i < run->externals_count; i++)
		if (strcmp(run->externals[i].name, name) == 0)
			return &run->externals[i];
	return NULL;
}

const struct lint_external *lint_acl_external(const struct lint_run *run,
					      const struct gtb_conf_acl *acl)
{
	return acl != NULL ? run->asked[acl - run->acls] : NULL;
}

static int compare_names(const void *left, const void *right)
{
	const struct lint_external *const *a = left;
	const struct lint_external *const *b = right;

	return strcmp((*a)->name, (*b)->name);
}

/* Thousands of them are looked up by name once, here. */
int lint_external_make(struct lint_run *run)
{
	const struct lint_external **sorted;

	run->asked = calloc(run->acls_count + 1, sizeof(run->asked[0]));
	sorted = calloc(run->externals_count + 1, sizeof(sorted[0]));
	if (run->asked == NULL || sorted == NULL) {
		free(sorted);
		return GTB_E_NOMEM;
	}
	for (size_t i = 0; i < run->externals_count; i++)
		sorted[i] = &run->externals[i];
	qsort(sorted, run->externals_count, sizeof(sorted[0]), compare_names);
	for (size_t i = 0; i < run->acls_count; i++) {
		const struct gtb_conf_acl *acl = &run->acls[i];
		const struct lint_external key = {
			.name = acl->values_count > 0 ? acl->values[0].text
						      : ""};
		const struct lint_external *at = &key;
		const struct lint_external **found;

		if (!lint_acl_is(acl, "external"))
			continue;
		found = bsearch(&at, sorted, run->externals_count,
				sizeof(sorted[0]), compare_names);
		run->asked[i] = found != NULL ? *found : NULL;
	}
	free(sorted);
	return GTB_OK;
}

const char *lint_external_option(const struct lint_external *external,
				 const char *name)
{
	size_t len = strlen(name);

	for (size_t i = external->options_count; i-- > 0;) {
		const char *word = external->options[i].text;

		if (strncmp(word, name, len) == 0 && word[len] == '=')
			return word + len + 1;
	}
	return NULL;
}

/* Old names of codes; only they are written in capitals. */
static const char *modern(const char *code)
{
	static const struct {
		const char *old;
		const char *code;
	} olds[] = {
		{"LOGIN", "ul"},      {"EXT_USER", "ue"},
		{"EXT_LOG", "ea"},    {"EXT_TAG", "et"},
		{"IDENT", "ui"},      {"SRC", ">a"},
		{"SRCPORT", ">p"},    {"SRCEUI48", ">eui"},
		{"SRCEUI64", ">eui"}, {"MYADDR", "la"},
		{"MYPORT", "lp"},     {"URI", ">ru"},
		{"DST", ">rd"},	      {"PROTO", ">rs"},
		{"PORT", ">rP"},      {"PATH", ">rp"},
		{"METHOD", ">rm"},    {"USER_CA_CERT", "USER_CA_CERT"},
	};

	for (size_t i = 0; i < sizeof(olds) / sizeof(olds[0]); i++)
		if (strcmp(olds[i].old, code) == 0)
			return olds[i].code;
	return code;
}

/* "%#-12.30ssl::>sni" without what only shapes the value. */
static const char *bare_code(const char *token)
{
	token += *token == '%';
	token += strspn(token, "#/'\"[-0123456789.");
	return modern(token);
}

const struct gtb_conf_word *
lint_external_token(const struct lint_external *external, const char *code)
{
	for (size_t i = 0; i < external->format_count; i++) {
		const struct gtb_conf_word *word = &external->format[i];

		if (strcmp(bare_code(word->text), code) == 0)
			return word;
	}
	return NULL;
}
