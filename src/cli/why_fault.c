/* Which part of a request is malformed, and where. */
#include "config.h"

#include <string.h>

#include "why.h"

/* What is wrong with one label; NULL: nothing. *at: where, from the label. */
static const char *label_fault(const char *label, size_t len, size_t *at)
{
	*at = 0;
	if (len == 0)
		return "an empty label";
	if (len > GTB_LABEL_MAX)
		return "a label of more than 63 bytes";
	if (label[0] == '-')
		return "a label that begins with a hyphen";
	if (label[len - 1] == '-') {
		*at = len - 1;
		return "a label that ends with a hyphen";
	}
	return NULL;
}

static const char *byte_fault(const struct gtb_text *text, size_t *at)
{
	for (*at = 0; *at < text->len; ++*at)
		if (gtb_name_fold(text->ptr[*at]) == 0)
			return "a byte that no name has";
	*at = 0;
	return NULL;
}

/* Where the last label begins; the root's dot is off. */
static size_t last_label(const char *text, size_t len)
{
	while (len > 0 && text[len - 1] != '.')
		len--;
	return len;
}

/* Of what gtb_name_parse() refuses. *at: where, from the beginning. */
static const char *name_fault(const struct gtb_text *text, size_t *at)
{
	size_t len = text->len;
	const char *fault = byte_fault(text, at);
	size_t inside;

	if (fault != NULL)
		return fault;
	if (len > 1 && text->ptr[len - 1] == '.')
		len--;
	for (size_t start = 0; start <= len; start += *at + 1) {
		const char *dot = memchr(text->ptr + start, '.', len - start);

		*at = dot != NULL ? (size_t)(dot - text->ptr) - start
				  : len - start;
		fault = label_fault(text->ptr + start, *at, &inside);
		if (fault != NULL) {
			*at = start + inside;
			return fault;
		}
	}
	*at = 0;
	if (len > GTB_NAME_MAX)
		return "more than 253 bytes";
	*at = last_label(text->ptr, len);
	return "a last label of digits alone";
}

bool cli_why_fault(const struct why *why, struct why_fault *fault)
{
	const struct gtb_query *query = &why->query;
	struct gtb_name name;
	size_t at;

	*fault = (struct why_fault){.part = NULL};
	if (why->host.kind == GTB_HOST_MALFORMED) {
		fault->part = "host";
		fault->text = &query->host;
	} else if (query->sni.ptr != NULL &&
		   !gtb_name_parse(&name, query->sni.ptr, query->sni.len)) {
		fault->part = "SNI";
		fault->text = &query->sni;
	} else {
		return false;
	}
	fault->what = name_fault(fault->text, &at);
	fault->column = at + 1;
	return true;
}
