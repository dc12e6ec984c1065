/*
 * files: whole files of the source tree, for tests.
 */
#ifndef GTB_FILES_H
#define GTB_FILES_H

#include <stddef.h>

/*
 * Read a file below the source tree. Fails the running test when it cannot.
 * The caller frees the text, which ends in a NUL that len does not count.
 */
char *files_read(const char *path, size_t *len);

/* A path below the source tree, in buffer. */
const char *files_path(const char *path, char *buffer, size_t size);

/*
 * Make an empty folder that nobody else can enter, in TMPDIR or where the
 * system keeps such; its path in buffer. The caller removes it.
 */
const char *files_scratch(char *buffer, size_t size);

#endif
