/*
 * yaml: a YAML text against a libcyaml schema, with every mistake placed.
 *
 * libcyaml stops at the first mistake and does not tell the column; so the
 * text is read twice. libyaml's tree gives the places, the same libcyaml
 * schema table says what is allowed, and libcyaml is handed nothing that has
 * a mistake of form. Refused on the way: anchors, aliases, tags, more than
 * one document, nesting deeper than 16, duplicate keys, bytes that are not
 * UTF-8.
 */
#ifndef GTB_YAML_H
#define GTB_YAML_H

#include <cyaml/cyaml.h>
#include <stddef.h>

#include "gtb/report.h"

struct gtb_yaml;

/*
 * Flags of a key that must be there. To libcyaml it is optional, so that a
 * file without it can still be looked through for other mistakes.
 */
#define GTB_YAML_REQUIRED_BIT (1 << 30)
#define GTB_YAML_REQUIRED (GTB_YAML_REQUIRED_BIT | CYAML_FLAG_OPTIONAL)

/*
 * Read text and check it against the schema, whose top must be a mapping
 * pointer. GTB_OK: *yaml (places) and *data (libcyaml's) are set and freed by
 * gtb_yaml_free() and gtb_yaml_data_free(). GTB_E_INPUT: the report has every
 * mistake of form; *yaml and *data are both NULL, or hold what was right, to
 * be looked through for mistakes of meaning, freed, and not used otherwise.
 * GTB_E_NOMEM: both are NULL. Strings in *data come from malloc(3) and may be
 * taken out of it, leaving NULL behind.
 */
int gtb_yaml_read(const char *source, const char *text, size_t len,
		  const cyaml_schema_value_t *schema, struct gtb_yaml **yaml,
		  void **data, struct gtb_report *report);

/*
 * The place of a value: a path of keys and indices such as "names[3].name".
 * A path that leads nowhere gives the place of the deepest part that exists.
 */
struct gtb_place gtb_yaml_place(const struct gtb_yaml *yaml,
				const char *path_format, ...)
	__attribute__((format(printf, 2, 3)));

void gtb_yaml_free(struct gtb_yaml *yaml);
void gtb_yaml_data_free(const cyaml_schema_value_t *schema, void *data);

#endif
