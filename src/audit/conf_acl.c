/* One acl line: name, type, options, values. */
#include "config.h"

#include <string.h>

#include "conf_parts.h"

/* The types whose values are regular expressions. */
static const char *const regex_types[] = {
	"browser",	 "dstdom_regex",	   "ext_user_regex",
	"ident_regex",	 "peername_regex",	   "proxy_auth_regex",
	"referer_regex", "rep_mime_type",	   "req_mime_type",
	"srcdom_regex",	 "ssl::server_name_regex", "url_regex",
	"urllogin",	 "urlpath_regex",
};

/* Old names of types, which Squid takes with a complaint. */
static const char *const renamed[][2] = {
	{"clientside_mark", "client_connection_mark"},
	{"myip", "localip"},
	{"myport", "localport"},
};

bool conf_acl_is_regex(const char *type)
{
	for (size_t i = 0; i < sizeof(regex_types) / sizeof(regex_types[0]);
	     i++)
		if (strcmp(type, regex_types[i]) == 0)
			return true;
	return false;
}

bool conf_acl_is_header(const char *type)
{
	return strcmp(type, "req_header") == 0 ||
	       strcmp(type, "rep_header") == 0;
}

bool conf_acl_is_pair(const char *type)
{
	return strcmp(type, "annotate_client") == 0 ||
	       strcmp(type, "annotate_transaction") == 0;
}

static const char *type_of(const char *type)
{
	for (size_t i = 0; i < sizeof(renamed) / sizeof(renamed[0]); i++)
		if (strcmp(type, renamed[i][0]) == 0)
			return renamed[i][1];
	return type;
}

static bool takes_case(const char *type)
{
	return conf_acl_is_regex(type) || conf_acl_is_header(type);
}

/* "-xyz" is "-x", "-y" and "-z"; a value belongs to the last. */
static void add_letters(struct conf_reader *reader, struct gtb_conf_acl *acl,
			const struct gtb_conf_word *word, size_t len)
{
	const char *text = word->text;

	for (size_t i = 1; i < len && !reader->failed; i++) {
		struct gtb_conf_word flag = *word;
		size_t rest = i + 1 == len ? strlen(text + i) : 1;
		char *copy = conf_pool_take(reader, rest + 2);

		if (copy == NULL)
			return;
		copy[0] = text[0];
		memcpy(copy + 1, text + i, rest);
		copy[rest + 1] = '\0';
		flag.text = copy;
		if (!word->quoted && !word->expanded)
			flag.place.column += (unsigned int)i - 1;
		conf_acls_flag(reader, acl, &flag);
	}
}

/* The options; returns the index of the first value. */
static size_t take_flags(struct conf_reader *reader, struct gtb_conf_acl *acl,
			 const struct gtb_conf_directive *line)
{
	size_t i = 3;

	for (; i < line->count && !reader->failed; i++) {
		const struct gtb_conf_word *word = &line->words[i];
		size_t len = strcspn(word->text, "=");

		if (word->text[0] != '-' && word->text[0] != '+')
			break;
		if (strcmp(word->text, "--") == 0)
			return i + 1;
		if (len < 2) {
			conf_error(reader, word->file, word->place,
				   "an acl option is missing behind \"%c\": "
				   "write \"--\" before values that begin so",
				   word->text[0]);
			return line->count;
		}
		if (len > 2 && word->text[1] != '-')
			add_letters(reader, acl, word, len);
		else
			conf_acls_flag(reader, acl, word);
	}
	return i;
}

static bool names_file(const struct conf_reader *reader, const char *type,
		       const struct gtb_conf_word *word)
{
	return !reader->quoted_values && !word->quoted &&
	       !conf_acl_is_pair(type) &&
	       (word->text[0] == '"' || word->text[0] == '\'');
}

/* After the end of a file of values Squid looks at no further word. */
static void check_rest(struct conf_reader *reader,
		       const struct gtb_conf_directive *line, size_t next)
{
	if (next < line->count)
		conf_warning(reader, line->words[next].file,
			     line->words[next].place,
			     "Squid ignores what stands behind a file of "
			     "values: write another acl line for it");
}

static void take_values(struct conf_reader *reader, struct gtb_conf_acl *acl,
			const struct gtb_conf_directive *line, size_t i)
{
	bool takes = takes_case(acl->type);

	for (; i < line->count && !reader->failed; i++) {
		const struct gtb_conf_word *word = &line->words[i];
		bool is_case = strcmp(word->text, "-i") == 0 ||
			       strcmp(word->text, "+i") == 0;

		if (names_file(reader, acl->type, word)) {
			if (!conf_values_read(reader, acl, word))
				acl->partial = true;
			check_rest(reader, line, i + 1);
			return;
		}
		if (takes && is_case)
			conf_acls_flag(reader, acl, word);
		else
			conf_acls_value(reader, acl, word);
	}
}

/* The acl of a line, made or found; NULL: reported, or memory ran out. */
static struct gtb_conf_acl *open_acl(struct conf_reader *reader,
				     const struct gtb_conf_directive *line)
{
	const struct gtb_conf_word *name = &line->words[1];
	const char *type = type_of(line->words[2].text);
	struct gtb_conf_acl *acl;

	if (reader->options.version < 7 &&
	    strlen(name->text) > CONF_ACL_NAME_MAX) {
		conf_error(reader, name->file, name->place,
			   "an acl's name has at most %zu characters",
			   CONF_ACL_NAME_MAX);
		return NULL;
	}
	acl = conf_acls_get(reader, name->text);
	if (acl == NULL)
		return NULL;
	if (acl->type == NULL)
		acl->type = type;
	if (strcmp(acl->type, type) != 0) {
		conf_error(reader, line->words[2].file, line->words[2].place,
			   "acl %s is of type %s already: use another name",
			   acl->name, acl->type);
		return NULL;
	}
	if (acl->directive == GTB_CONF_NONE)
		acl->directive = reader->conf->directives_count - 1;
	return acl;
}

void conf_acl_take(struct conf_reader *reader)
{
	const struct gtb_conf *conf = reader->conf;
	const struct gtb_conf_directive *line =
		&conf->directives[conf->directives_count - 1];
	struct gtb_conf_acl *acl;

	if (line->count < 3) {
		conf_error(reader, line->file, line->place,
			   "an acl line wants a name and a type");
		return;
	}
	/* Long built in; Squid passes over the old definition. */
	if (strcmp(line->words[1].text, "manager") == 0 &&
	    strcmp(line->words[2].text, "proto") == 0)
		return;
	acl = open_acl(reader, line);
	if (acl != NULL)
		take_values(reader, acl, line, take_flags(reader, acl, line));
}
