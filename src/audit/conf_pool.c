/* Memory that is freed all at once, and what the reader has to say. */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf_parts.h"

#define BLOCK_SIZE ((size_t)64 * 1024)
#define ALIGN	   sizeof(max_align_t)

struct conf_block {
	struct conf_block *next;
	size_t size;
	max_align_t bytes[];
};

/* A block for at least so many bytes, in front of the others. */
static struct conf_block *block_add(struct conf_pool *pool, size_t size)
{
	size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
	struct conf_block *block = malloc(sizeof(*block) + room);

	if (block == NULL)
		return NULL;
	block->next = pool->blocks;
	block->size = room;
	pool->blocks = block;
	pool->used = 0;
	return block;
}

void *conf_pool_take(struct conf_reader *reader, size_t size)
{
	struct conf_pool *pool = &reader->conf->pool;
	struct conf_block *block = pool->blocks;
	void *taken;

	size = (size + ALIGN - 1) / ALIGN * ALIGN;
	if (block == NULL || block->size - pool->used < size)
		block = block_add(pool, size);
	if (block == NULL) {
		reader->failed = true;
		return NULL;
	}
	taken = (char *)block->bytes + pool->used;
	pool->used += size;
	return taken;
}

char *conf_pool_copy(struct conf_reader *reader, const char *text, size_t len)
{
	char *copy = conf_pool_take(reader, len + 1);

	if (copy == NULL)
		return NULL;
	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

void conf_pool_fini(struct conf_pool *pool)
{
	while (pool->blocks != NULL) {
		struct conf_block *next = pool->blocks->next;

		free(pool->blocks);
		pool->blocks = next;
	}
}

void *conf_grow(struct conf_reader *reader, void *array, size_t count,
		size_t item)
{
	void *larger;

	/* Grow when the count is 0 or a power of two: no capacity to keep. */
	if ((count & (count - 1)) != 0)
		return array;
	larger = realloc(array, (count == 0 ? 1 : count * 2) * item);
	if (larger == NULL)
		reader->failed = true;
	return larger;
}

static const char *source_of(const struct conf_reader *reader, size_t file)
{
	return reader->conf->files[file].path;
}

void conf_error(struct conf_reader *reader, size_t file, struct gtb_place place,
		const char *format, ...)
{
	char message[GTB_REPORT_LINE_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	reader->errors++;
	gtb_report_error(reader->report, source_of(reader, file), place, "%s",
			 message);
}

void conf_warning(struct conf_reader *reader, size_t file,
		  struct gtb_place place, const char *format, ...)
{
	char message[GTB_REPORT_LINE_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	gtb_report_warning(reader->report, source_of(reader, file), place, "%s",
			   message);
}
