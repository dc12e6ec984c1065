/* Directives; the contract is in setting.h. */
#include "config.h"

#include <string.h>

#include "setting.h"

static const char twice[] = "is said twice; leave one line";

void gtb_setting_init(struct gtb_setting *setting)
{
	memset(setting, 0, sizeof(*setting));
	memcpy(setting->policy, GTB_POLICY_PATH, sizeof(GTB_POLICY_PATH));
	memcpy(setting->catalog, GTB_CATALOG_PATH, sizeof(GTB_CATALOG_PATH));
	setting->interval_s = 1;
}

/* Exactly one argument, and not before. */
static const char *one(const char **arguments, bool *set)
{
	if (*set)
		return twice;
	if (!arguments || !arguments[0] || arguments[0][0] == '\0')
		return "needs an argument";
	if (arguments[1])
		return "takes one argument; put a path with blanks in quotes";
	*set = true;
	return NULL;
}

static const char *take_path(char path[GTB_SETTING_PATH_SIZE], bool *set,
			     const char **arguments)
{
	const char *refusal = one(arguments, set);
	size_t len;

	if (refusal)
		return refusal;
	if (arguments[0][0] != '/')
		return "must be an absolute path, because c-icap works in /";
	len = strlen(arguments[0]);
	if (len >= GTB_SETTING_PATH_SIZE)
		return "is longer than 4095 bytes";
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)arguments[0][i] < 0x20 ||
		    arguments[0][i] == 0x7f)
			return "holds a control character";
	memcpy(path, arguments[0], len + 1);
	return NULL;
}

const char *gtb_setting_policy(struct gtb_setting *setting,
			       const char **arguments)
{
	return take_path(setting->policy, &setting->policy_set, arguments);
}

const char *gtb_setting_catalog(struct gtb_setting *setting,
				const char **arguments)
{
	return take_path(setting->catalog, &setting->catalog_set, arguments);
}

const char *gtb_setting_interval(struct gtb_setting *setting,
				 const char **arguments)
{
	static const char wrong[] = "must be seconds, 1 to 3600, as digits";
	const char *refusal = one(arguments, &setting->interval_set);
	int seconds = 0;

	if (refusal)
		return refusal;
	for (const char *at = arguments[0]; *at != '\0'; at++) {
		if (*at < '0' || *at > '9')
			return wrong;
		seconds = seconds * 10 + (*at - '0');
		if (seconds > GTB_SETTING_INTERVAL_MAX)
			return wrong;
	}
	if (seconds == 0 || arguments[0][0] == '0')
		return wrong;
	setting->interval_s = seconds;
	return NULL;
}
