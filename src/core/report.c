/* What is wrong with a file; the contract is in gtb/report.h. */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gtb/report.h"

#define ESCAPE_LEN 4 /* "\xNN" */

void gtb_report_init(struct gtb_report *report)
{
	memset(report, 0, sizeof(*report));
}

void gtb_report_pauses(struct gtb_report *report, gtb_report_pause *pause,
		       void *context)
{
	report->pause = pause;
	report->pause_context = context;
}

void gtb_report_piece(const struct gtb_report *report)
{
	if (report && report->pause)
		report->pause(report->pause_context);
}

static bool is_printable(char byte)
{
	return byte >= 0x20 && byte <= 0x7e;
}

static void write_escape(char *out, char byte)
{
	static const char digits[] = "0123456789abcdef";

	out[0] = '\\';
	out[1] = 'x';
	out[2] = digits[(unsigned char)byte >> 4];
	out[3] = digits[(unsigned char)byte & 15];
}

/* A copy in printable ASCII; NULL when memory ran out. */
static char *copy_printable(const char *text)
{
	size_t len = strlen(text);
	char *copy = malloc(len * ESCAPE_LEN + 1);
	size_t out = 0;

	if (copy == NULL)
		return NULL;
	for (size_t i = 0; i < len; i++) {
		if (is_printable(text[i])) {
			copy[out++] = text[i];
			continue;
		}
		write_escape(copy + out, text[i]);
		out += ESCAPE_LEN;
	}
	copy[out] = '\0';
	return copy;
}

/* Make room for one more item; false: memory ran out. */
static bool make_room(struct gtb_report *report)
{
	size_t count = report->count;
	struct gtb_report_item *items;

	/* Grow when the count is 0 or a power of two: no capacity to keep. */
	if ((count & (count - 1)) != 0)
		return true;
	items = realloc(report->items,
			(count == 0 ? 1 : count * 2) * sizeof(*items));
	if (items == NULL)
		return false;
	report->items = items;
	return true;
}

__attribute__((format(printf, 5, 0))) static void
add(struct gtb_report *report, enum gtb_level level, const char *source,
    struct gtb_place place, const char *format, va_list args)
{
	char message[GTB_REPORT_LINE_SIZE];
	struct gtb_report_item item = {.level = level, .place = place};

	if (report == NULL)
		return;
	if (level == GTB_LEVEL_ERROR)
		report->errors++;
	if (report->count == GTB_REPORT_MAX) {
		report->dropped++;
		return;
	}
	vsnprintf(message, sizeof(message), format, args);
	item.source = copy_printable(source);
	item.message = copy_printable(message);
	if (item.source == NULL || item.message == NULL || !make_room(report)) {
		free(item.source);
		free(item.message);
		report->dropped++;
		return;
	}
	report->items[report->count++] = item;
}

void gtb_report_error(struct gtb_report *report, const char *source,
		      struct gtb_place place, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(report, GTB_LEVEL_ERROR, source, place, format, args);
	va_end(args);
}

void gtb_report_warning(struct gtb_report *report, const char *source,
			struct gtb_place place, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(report, GTB_LEVEL_WARNING, source, place, format, args);
	va_end(args);
}

/* Is a to stand before b? */
static bool is_before(const struct gtb_place *a, const struct gtb_place *b)
{
	if (a->line != b->line)
		return a->line < b->line;
	return a->column < b->column;
}

void gtb_report_sort(struct gtb_report *report, size_t first)
{
	if (report == NULL)
		return;
	/* By insertion: stable, and there are at most GTB_REPORT_MAX. */
	for (size_t i = first + 1; i < report->count; i++) {
		struct gtb_report_item item = report->items[i];
		size_t j = i;

		while (j > first &&
		       is_before(&item.place, &report->items[j - 1].place)) {
			report->items[j] = report->items[j - 1];
			j--;
		}
		report->items[j] = item;
	}
}

const char *gtb_report_line(const struct gtb_report_item *item, char *buffer,
			    size_t size)
{
	char where[32] = "";
	const char *level = item->level == GTB_LEVEL_WARNING ? "warning: " : "";

	if (item->place.line > 0 && item->place.column > 0)
		snprintf(where, sizeof(where), ":%u:%u", item->place.line,
			 item->place.column);
	else if (item->place.line > 0)
		snprintf(where, sizeof(where), ":%u", item->place.line);
	snprintf(buffer, size, "%s%s: %s%s", item->source, where, level,
		 item->message);
	return buffer;
}

/* Write one byte as it may be shown; returns how many bytes that took. */
static size_t write_safe(char out[ESCAPE_LEN], char byte)
{
	if (!is_printable(byte)) {
		write_escape(out, byte);
		return ESCAPE_LEN;
	}
	out[0] = byte;
	out[1] = '\\';
	return byte == '\\' ? 2 : 1;
}

const char *gtb_report_safe(const char *text, size_t len, char *buffer,
			    size_t size)
{
	size_t out = 0;
	size_t cut = 0; /* the last end of a byte where "..." still fits */

	if (size == 0)
		return buffer;
	for (size_t i = 0; i < len; i++) {
		char unit[ESCAPE_LEN];
		size_t unit_len = write_safe(unit, text[i]);

		if (out + unit_len >= size) {
			snprintf(buffer + cut, size - cut, "...");
			return buffer;
		}
		memcpy(buffer + out, unit, unit_len);
		out += unit_len;
		if (out + 3 < size)
			cut = out;
	}
	buffer[out] = '\0';
	return buffer;
}

void gtb_report_fini(struct gtb_report *report)
{
	for (size_t i = 0; i < report->count; i++) {
		free(report->items[i].source);
		free(report->items[i].message);
	}
	free(report->items);
	gtb_report_init(report);
}
