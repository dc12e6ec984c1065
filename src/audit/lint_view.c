/* The prepared view: access lists, external ACLs and ports, from directives. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "gtb/report.h"
#include "lint_view.h"

static const char *const list_names[LINT_LISTS] = {
	[LINT_HTTP_ACCESS] = "http_access",
	[LINT_ADAPTED_HTTP_ACCESS] = "adapted_http_access",
	[LINT_SSL_BUMP] = "ssl_bump",
};

static bool is_named(const struct gtb_conf_directive *directive,
		     const char *name)
{
	return strcmp(directive->words[0].text, name) == 0;
}

static size_t count_named(const struct lint_run *run, const char *name)
{
	size_t count = 0;

	for (size_t i = 0; i < run->directives_count; i++)
		count += is_named(&run->directives[i], name);
	return count;
}

/* --- access lists ------------------------------------------------------ */

/* "directive action acl acl", the action being word number at: the acls. */
static int fill_line(const struct lint_run *run, struct lint_line *line,
		     size_t order, size_t at)
{
	const struct gtb_conf_directive *directive = &run->directives[order];
	size_t count = directive->count > at ? directive->count - at - 1 : 0;
	struct lint_term *terms = calloc(count + 1, sizeof(terms[0]));

	if (terms == NULL)
		return GTB_E_NOMEM;
	for (size_t i = 0; i < count; i++) {
		const struct gtb_conf_word *word =
			&directive->words[i + at + 1];

		terms[i].word = word;
		terms[i].negated = word->text[0] == '!';
		terms[i].name = word->text + terms[i].negated;
		terms[i].acl = gtb_conf_acl_find(run->conf, terms[i].name);
	}
	*line = (struct lint_line){
		.directive = directive,
		.action = directive->count > at ? directive->words[at].text : "",
		.terms = terms,
		.count = count,
		.order = order,
		.ours = lint_is_ours(run, directive),
	};
	return GTB_OK;
}

static int make_list(struct lint_run *run, struct lint_lines *list,
		     const char *name, size_t at)
{
	size_t size = count_named(run, name);
	struct lint_line *lines = calloc(size + 1, sizeof(lines[0]));

	if (lines == NULL)
		return GTB_E_NOMEM;
	list->lines = lines;
	for (size_t i = 0; i < run->directives_count; i++) {
		if (!is_named(&run->directives[i], name) ||
		    lint_is_void(&run->directives[i]))
			continue;
		if (fill_line(run, &lines[list->count], i, at) != GTB_OK)
			return GTB_E_NOMEM;
		list->count++;
	}
	return GTB_OK;
}

/* --- external ACLs ----------------------------------------------------- */

static bool is_helper_of_ours(const char *path)
{
	const char *base = strrchr(path, '/');

	base = base != NULL ? base + 1 : path;
	return strcmp(base, "ext_goto_bypass_acl") == 0;
}

/* "ipv4" and "ipv6" are options too, without a '='. */
static bool is_option(const char *word)
{
	if (strcmp(word, "ipv4") == 0 || strcmp(word, "ipv6") == 0)
		return true;
	return word[0] != '%' && word[0] != '/' && strchr(word, '=') != NULL;
}

/* "external_acl_type name option=... %token... program arguments" */
static void fill_external(struct lint_external *external,
			  const struct gtb_conf_directive *directive)
{
	const struct gtb_conf_word *words = directive->words;
	size_t i = 2;

	external->directive = directive;
	external->name = directive->count > 1 ? words[1].text : "";
	external->options = &words[i];
	while (i < directive->count && is_option(words[i].text))
		i++;
	external->options_count = i - 2;
	external->format = &words[i];
	while (i < directive->count && words[i].text[0] == '%')
		i++;
	external->format_count = i - external->options_count - 2;
	if (i >= directive->count)
		return;
	external->helper = &words[i];
	external->helper_count = directive->count - i;
	for (; i < directive->count; i++)
		if (is_helper_of_ours(words[i].text))
			external->ours = true;
}

static int make_externals(struct lint_run *run)
{
	struct lint_external *externals;
	size_t n = 0;

	externals = calloc(count_named(run, "external_acl_type") + 1,
			   sizeof(externals[0]));
	if (externals == NULL)
		return GTB_E_NOMEM;
	for (size_t i = 0; i < run->directives_count; i++)
		if (is_named(&run->directives[i], "external_acl_type") &&
		    run->directives[i].count > 2)
			fill_external(&externals[n++], &run->directives[i]);
	run->externals = externals;
	run->externals_count = n;
	return GTB_OK;
}

/* --- ports ------------------------------------------------------------- */

static void fill_port(struct lint_port *port,
		      const struct gtb_conf_directive *directive)
{
	port->directive = directive;
	port->https = is_named(directive, "https_port");
	port->address = directive->words[1].text;
	port->name = port->address;
	for (size_t i = 2; i < directive->count; i++) {
		const char *word = directive->words[i].text;

		if (strncmp(word, "name=", 5) == 0)
			port->name = word + 5;
		else if (strcmp(word, "intercept") == 0 ||
			 strcmp(word, "transparent") == 0)
			port->mode = LINT_PORT_INTERCEPT;
		else if (strcmp(word, "tproxy") == 0)
			port->mode = LINT_PORT_TPROXY;
		else if (strcmp(word, "accel") == 0)
			port->mode = LINT_PORT_ACCEL;
		else if (strcmp(word, "ssl-bump") == 0)
			port->ssl_bump = true;
		else if (strcmp(word, "require-proxy-header") == 0)
			port->proxied = true;
	}
}

static int make_ports(struct lint_run *run)
{
	struct lint_port *ports;
	size_t n = 0;

	ports = calloc(count_named(run, "http_port") +
			       count_named(run, "https_port") + 1,
		       sizeof(ports[0]));
	if (ports == NULL)
		return GTB_E_NOMEM;
	for (size_t i = 0; i < run->directives_count; i++)
		if ((is_named(&run->directives[i], "http_port") ||
		     is_named(&run->directives[i], "https_port")) &&
		    run->directives[i].count > 1)
			fill_port(&ports[n++], &run->directives[i]);
	run->ports = ports;
	run->ports_count = n;
	return GTB_OK;
}

/* --- all of it --------------------------------------------------------- */

int lint_view_make(struct lint_run *run)
{
	int rc = GTB_OK;

	run->directives =
		gtb_conf_directives(run->conf, &run->directives_count);
	run->files = gtb_conf_files(run->conf, &run->files_count);
	run->acls = gtb_conf_acls(run->conf, &run->acls_count);
	for (int i = 0; i < LINT_LISTS && rc == GTB_OK; i++)
		rc = make_list(run, &run->lists[i], list_names[i], 1);
	if (rc == GTB_OK)
		rc = make_list(run, &run->adaptation, "adaptation_access", 2);
	if (rc == GTB_OK)
		rc = make_list(run, &run->forwarded, "follow_x_forwarded_for",
			       1);
	if (rc == GTB_OK)
		rc = make_list(run, &run->proxied, "proxy_protocol_access", 1);
	if (rc == GTB_OK)
		rc = make_externals(run);
	if (rc == GTB_OK)
		rc = make_ports(run);
	if (rc == GTB_OK)
		rc = lint_goto_make(run);
	if (rc == GTB_OK)
		rc = lint_external_make(run);
	if (rc == GTB_OK)
		rc = lint_traits_make(run);
	if (rc == GTB_OK)
		rc = lint_services_make(run);
	if (rc == GTB_OK)
		rc = lint_service_groups_make(run);
	return rc;
}

static void free_list(struct lint_lines *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->lines[i].terms);
	free(list->lines);
}

void lint_view_fini(struct lint_run *run)
{
	for (int i = 0; i < LINT_LISTS; i++)
		free_list(&run->lists[i]);
	free_list(&run->adaptation);
	free_list(&run->forwarded);
	free_list(&run->proxied);
	free(run->services);
	free(run->by_name);
	free(run->groups);
	free(run->externals);
	free(run->ports);
	free(run->asked);
	free(run->traits);
	lint_goto_fini(run);
}
