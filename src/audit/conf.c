/* Somebody's squid.conf; the contract is in gtb/conf.h. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "conf_parts.h"

/* What Squid takes for a name of a service; its value holds no macro. */
static bool is_name(const char *text)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789-_.";

	return *text != '\0' && text[strspn(text, good)] == '\0';
}

/* Options without gaps; false: reported. */
static bool set_options(struct conf_reader *reader,
			const struct gtb_conf_options *given)
{
	struct gtb_conf_options *options = &reader->options;
	struct gtb_place place = {0, 0};

	if (given != NULL)
		*options = *given;
	if (options->service == NULL)
		options->service = "squid";
	if (options->process == NULL)
		options->process = "squid";
	if (options->number == 0)
		options->number = 1;
	if (options->version == 0)
		options->version = 5;
	if (options->number < 0)
		options->number = 0;
	snprintf(reader->number, sizeof(reader->number), "%d", options->number);
	if (is_name(options->service) && is_name(options->process))
		return true;
	conf_error(reader, 0, place,
		   "the name of a service or process is of letters and digits");
	return false;
}

/* Read the main file, whose text is there if given; false: it cannot be. */
static bool read_main(struct conf_reader *reader, const char *text, size_t len)
{
	struct conf_source source = {.line = 1};
	struct gtb_place none = {0, 0};

	if (text != NULL && len > GTB_CONF_FILE_MAX) {
		conf_error(reader, 0, none, "is too large to be read");
		return false;
	}
	if (text != NULL) {
		source.text = malloc(len + 1);
		if (source.text == NULL) {
			reader->failed = true;
			return false;
		}
		memcpy(source.text, text, len);
		source.text[len] = '\0';
		source.len = len;
		reader->total = len;
	} else if (!conf_file_read(reader, &source)) {
		free(source.text);
		return false;
	}
	conf_flow_read(reader, &source);
	free(source.text);
	return true;
}

static int read_conf(const char *path, const char *text, size_t len,
		     const struct gtb_conf_options *options,
		     struct gtb_conf **result, struct gtb_report *report)
{
	struct conf_reader reader = {.report = report};
	struct gtb_place none = {0, 0};
	bool opened = true;

	*result = NULL;
	reader.conf = calloc(1, sizeof(*reader.conf));
	if (reader.conf == NULL)
		goto failed;
	if (conf_file_add(&reader, path, GTB_CONF_MAIN, GTB_CONF_NONE, none) ==
	    GTB_CONF_NONE)
		goto failed;
	if (set_options(&reader, options)) {
		conf_acls_builtin(&reader);
		opened = read_main(&reader, text, len);
	}
	free(reader.words);
	if (reader.failed)
		goto failed;
	if (!opened) {
		gtb_conf_free(reader.conf);
		return GTB_E_IO;
	}
	*result = reader.conf;
	return reader.errors == 0 ? GTB_OK : GTB_E_INPUT;
failed:
	gtb_conf_free(reader.conf);
	gtb_report_error(report, path, none, "out of memory");
	return GTB_E_NOMEM;
}

int gtb_conf_read(const char *path, const struct gtb_conf_options *options,
		  struct gtb_conf **conf, struct gtb_report *report)
{
	return read_conf(path, NULL, 0, options, conf, report);
}

int gtb_conf_parse(const char *source, const char *text, size_t len,
		   const struct gtb_conf_options *options,
		   struct gtb_conf **conf, struct gtb_report *report)
{
	return read_conf(source, text, len, options, conf, report);
}

bool gtb_conf_skips(const struct gtb_conf *conf)
{
	return conf->skips;
}

bool gtb_conf_misses(const struct gtb_conf *conf)
{
	return conf->misses;
}

const struct gtb_conf_directive *
gtb_conf_directives(const struct gtb_conf *conf, size_t *count)
{
	*count = conf->directives_count;
	return conf->directives;
}

const struct gtb_conf_file *gtb_conf_files(const struct gtb_conf *conf,
					   size_t *count)
{
	*count = conf->files_count;
	return conf->files;
}

const struct gtb_conf_acl *gtb_conf_acls(const struct gtb_conf *conf,
					 size_t *count)
{
	*count = conf->acls_count;
	return conf->acls;
}

bool gtb_conf_acl_has(const struct gtb_conf_acl *acl, const char *flag)
{
	for (size_t i = 0; i < acl->flags_count; i++)
		if (strcmp(acl->flags[i].text, flag) == 0)
			return true;
	return false;
}

const char *gtb_conf_file_field(const struct gtb_conf_file *file,
				const char *name)
{
	for (size_t i = 0; i < file->fields_count; i++)
		if (strcmp(file->fields[i].name, name) == 0)
			return file->fields[i].value;
	return NULL;
}

void gtb_conf_free(struct gtb_conf *conf)
{
	if (conf == NULL)
		return;
	for (size_t i = 0; i < conf->acls_count; i++) {
		free(conf->growing[i].flags);
		free(conf->growing[i].values);
	}
	free(conf->directives);
	free(conf->files);
	free(conf->acls);
	free(conf->growing);
	free(conf->slots);
	conf_pool_fini(&conf->pool);
	free(conf);
}
