/*
 * catalog_build: a document as libcyaml read it becomes a gtb_document, with
 * its values checked. A part of catalog.
 */
#ifndef GTB_CATALOG_BUILD_H
#define GTB_CATALOG_BUILD_H

#include <stdbool.h>

#include "catalog_schema.h"
#include "gtb/catalog.h"
#include "gtb/report.h"
#include "gtb/yaml.h"

/*
 * Fill *document, which is all zeros, and report what is wrong; texts are
 * taken out of raw. whole: raw is all there was in the file, nothing was
 * refused before. GTB_OK, GTB_E_INPUT, GTB_E_NOMEM; the caller frees the
 * document in each case.
 */
int gtb_catalog_build(const char *source, const struct gtb_yaml *yaml,
		      bool whole, struct gtb_raw_document *raw,
		      struct gtb_document *document, struct gtb_report *report);

#endif
