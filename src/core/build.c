/* What the builders share; the contract is in build.h. */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"

bool gtb_build_is_good(struct gtb_build *build, const char *message,
		       const char *path_format, ...)
{
	char path[128];
	va_list args;

	if (message == NULL)
		return true;
	va_start(args, path_format);
	vsnprintf(path, sizeof(path), path_format, args);
	va_end(args);
	gtb_report_error(build->report, build->source,
			 gtb_yaml_place(build->yaml, "%s", path), "%s",
			 message);
	if (build->rc == GTB_OK)
		build->rc = GTB_E_INPUT;
	return false;
}

void *gtb_build_keep(struct gtb_build *build, void *memory)
{
	if (memory == NULL)
		build->rc = GTB_E_NOMEM;
	return memory;
}

void *gtb_build_room(struct gtb_build *build, size_t count, size_t size)
{
	return count == 0 ? NULL : gtb_build_keep(build, calloc(count, size));
}

char *gtb_build_copy(struct gtb_build *build, const char *text)
{
	return text == NULL ? NULL : gtb_build_keep(build, strdup(text));
}

char *gtb_build_take(char **text)
{
	char *taken = *text;

	*text = NULL;
	return taken;
}

char **gtb_build_take_all(char ***texts)
{
	char **taken = *texts;

	*texts = NULL;
	return taken;
}

void gtb_build_free_all(char **texts, size_t count)
{
	if (texts == NULL)
		return;
	for (size_t i = 0; i < count; i++)
		free(texts[i]);
	free(texts);
}
