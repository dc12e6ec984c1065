/*
 * setting: the service's directives in c-icap.conf, read strictly. c-icap
 * names the file and the line of what is refused here.
 */
#ifndef GTB_SETTING_H
#define GTB_SETTING_H

#include <stdbool.h>
#include <stddef.h>

#define GTB_SETTING_PATH_SIZE 4096
#define GTB_SETTING_INTERVAL_MAX 3600	/* seconds */

struct gtb_setting {
	char policy[GTB_SETTING_PATH_SIZE];
	char catalog[GTB_SETTING_PATH_SIZE];
	int interval_s;		/* between two looks at the files */
	bool policy_set;	/* said in the file, so not to be said again */
	bool catalog_set;
	bool interval_set;
};

/* The defaults. */
void gtb_setting_init(struct gtb_setting *setting);

/*
 * Take the arguments of a directive, a NULL-terminated array as c-icap splits
 * it. NULL: taken; else why not and how to mend it.
 */
const char *gtb_setting_policy(struct gtb_setting *setting,
			       const char **arguments);
const char *gtb_setting_catalog(struct gtb_setting *setting,
				const char **arguments);
const char *gtb_setting_interval(struct gtb_setting *setting,
				 const char **arguments);

#endif
