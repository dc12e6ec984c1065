#include "config.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gtb/report.h"
#include "gtb/text.h"

#define SIZE_FIRST 256 /* bytes of the first allocation */

void gtb_text_init(struct gtb_text_buffer *text)
{
	*text = (struct gtb_text_buffer){.error = GTB_OK};
}

void gtb_text_fail(struct gtb_text_buffer *text, int error)
{
	if (text->error == GTB_OK)
		text->error = error;
}

/* Make room for len more bytes and a NUL. */
static int reserve(struct gtb_text_buffer *text, size_t len)
{
	size_t size = text->size > 0 ? text->size : SIZE_FIRST;
	char *data = NULL;

	if (text->error != GTB_OK || len < text->size - text->len)
		return text->error;
	while (len >= size - text->len && size <= SIZE_MAX / 2)
		size *= 2;
	if (len < size - text->len)
		data = realloc(text->data, size);
	if (data == NULL) {
		gtb_text_fail(text, GTB_E_NOMEM);
		return GTB_E_NOMEM;
	}
	text->data = data;
	text->size = size;
	return GTB_OK;
}

/* Take over len bytes that already stand behind the end. */
static void advance(struct gtb_text_buffer *text, size_t len)
{
	const char *at = text->data + text->len;
	const char *end = at + len;

	while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		text->lines++;
		at++;
	}
	text->len += len;
	text->data[text->len] = '\0';
}

void gtb_text_add_bytes(struct gtb_text_buffer *text, const char *bytes,
			size_t len)
{
	if (reserve(text, len) != GTB_OK || len == 0)
		return;
	memcpy(text->data + text->len, bytes, len);
	advance(text, len);
}

void gtb_text_add(struct gtb_text_buffer *text, const char *string)
{
	gtb_text_add_bytes(text, string, strlen(string));
}

void gtb_text_addf(struct gtb_text_buffer *text, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0)
		gtb_text_fail(text, GTB_E_NOMEM);
	if (reserve(text, len < 0 ? 0 : (size_t)len) != GTB_OK)
		return;
	va_start(args, format);
	vsnprintf(text->data + text->len, (size_t)len + 1, format, args);
	va_end(args);
	advance(text, (size_t)len);
}

const char *gtb_text_data(const struct gtb_text_buffer *text)
{
	if (text->error != GTB_OK || text->len == 0)
		return "";
	return text->data;
}

void gtb_text_fini(struct gtb_text_buffer *text)
{
	free(text->data);
	gtb_text_init(text);
}
