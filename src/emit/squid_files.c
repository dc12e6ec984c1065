/* Long lists of values, in files that the text names. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "gtb/digest.h"
#include "gtb/quote.h"
#include "squid_parts.h"

/* Digits of the digest in a file's name. */
#define DIGEST_DIGITS 8

static struct gtb_squid_file *add_file(struct gtb_squid_files *files)
{
	struct gtb_squid_file *grown = reallocarray(
		files->files, files->count + 1, sizeof(grown[0]));

	if (grown == NULL)
		return NULL;
	files->files = grown;
	grown += files->count++;
	grown->name = NULL;
	gtb_text_init(&grown->text);
	return grown;
}

/*
 * The name holds the content's digest: a text and its files never disagree,
 * whenever Squid reads them while they are being replaced.
 */
static int fill_file(struct gtb_squid_file *file, const char *acl,
		     const struct gtb_text_buffer *values)
{
	char digest[GTB_DIGEST_SIZE];

	gtb_text_add(&file->text, GTB_SQUID_FILE_HEAD "\n");
	gtb_text_add_bytes(&file->text, values->data, values->len);
	if (file->text.error != GTB_OK)
		return file->text.error;
	gtb_digest_hex(file->text.data, file->text.len, digest);
	if (asprintf(&file->name, "%s.%.*s.acl", acl, DIGEST_DIGITS, digest) ==
	    -1) {
		file->name = NULL;
		return GTB_E_NOMEM;
	}
	return GTB_OK;
}

void gtb_squid_write_list_file(const struct squid_writer *writer,
			       const char *name, const char *type,
			       const struct gtb_text_buffer *values)
{
	struct gtb_squid_file *file = add_file(writer->files);
	struct gtb_text_buffer *text = writer->text;

	if (file == NULL || fill_file(file, name, values) != GTB_OK) {
		gtb_text_fail(text, GTB_E_NOMEM);
		return;
	}
	gtb_text_addf(text, "acl %s %s \"", name, type);
	gtb_quote_string(text, GTB_QUOTE_SQUID_WORD,
			 writer->plan->options->lists_folder);
	gtb_text_addf(text, "/%s\"\n", file->name);
}

void gtb_squid_files_fini(struct gtb_squid_files *files)
{
	for (size_t i = 0; i < files->count; i++) {
		free(files->files[i].name);
		gtb_text_fini(&files->files[i].text);
	}
	free(files->files);
	*files = (struct gtb_squid_files){.files = NULL};
}
