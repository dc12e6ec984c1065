/* Which line of the text does what. */
#include "config.h"

#include <stdlib.h>

#include "squid_parts.h"

/* How far an index grows at a time. */
#define INDEX_STEP 16

static struct gtb_squid_line *add_line(struct gtb_squid_index *index)
{
	struct gtb_squid_line *lines = index->lines;

	if (index->count % INDEX_STEP == 0) {
		lines = reallocarray(lines, index->count + INDEX_STEP,
				     sizeof(lines[0]));
		if (lines == NULL)
			return NULL;
		index->lines = lines;
	}
	return &lines[index->count++];
}

void gtb_squid_index_add(const struct squid_writer *writer,
			 enum gtb_squid_role role, size_t group,
			 const struct gtb_text_buffer *text)
{
	struct gtb_squid_line *line;
	size_t start = writer->text->len;

	gtb_text_add_bytes(writer->text, text->data, text->len);
	if (writer->index == NULL || writer->text->error != GTB_OK)
		return;
	line = add_line(writer->index);
	if (line == NULL) {
		gtb_text_fail(writer->text, GTB_E_NOMEM);
		return;
	}
	line->role = role;
	line->ports = writer->plan->groups[group].ports;
	line->number = writer->text->lines;
	line->start = start;
	line->len = text->len - 1;
}

const struct gtb_squid_line *
gtb_squid_index_find(const struct gtb_squid_index *index,
		     const struct gtb_ruleset *ruleset,
		     enum gtb_squid_role role, uint16_t port)
{
	size_t count;
	const uint16_t *ports = gtb_ruleset_ports(ruleset, &count);

	for (size_t i = 0; i < index->count; i++) {
		const struct gtb_squid_line *line = &index->lines[i];

		if (line->role != role)
			continue;
		for (size_t p = 0; p < count; p++)
			if (ports[p] == port && (line->ports >> p & 1) != 0)
				return line;
	}
	return NULL;
}

void gtb_squid_index_fini(struct gtb_squid_index *index)
{
	free(index->lines);
	*index = (struct gtb_squid_index){.lines = NULL};
}
