/* Files of the source tree; the contract is in files.h. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/files.h"

#define FILE_SIZE 1000000

const char *files_path(const char *path, char *buffer, size_t size)
{
	const char *tree = getenv("GTB_SRCDIR");

	snprintf(buffer, size, "%s/%s", tree != NULL ? tree : ".", path);
	return buffer;
}

char *files_read(const char *path, size_t *len)
{
	char whole[4096];
	char *text = malloc(FILE_SIZE);
	FILE *file = fopen(files_path(path, whole, sizeof(whole)), "rb");

	ck_assert_ptr_nonnull(text);
	ck_assert_msg(file != NULL, "%s", whole);
	*len = fread(text, 1, FILE_SIZE - 1, file);
	ck_assert_uint_lt(*len, FILE_SIZE - 1);
	ck_assert_int_eq(fclose(file), 0);
	text[*len] = '\0';
	return text;
}

const char *files_scratch(char *buffer, size_t size)
{
	const char *parent = getenv("TMPDIR");

	snprintf(buffer, size, "%s/gtb-unit.XXXXXX",
		 parent != NULL ? parent : P_tmpdir);
	ck_assert_ptr_nonnull(mkdtemp(buffer));
	return buffer;
}
