/*
 * suffix: is a wildcard over this name a wildcard over strangers?
 */
#ifndef GTB_SUFFIX_H
#define GTB_SUFFIX_H

#include <stdbool.h>

/*
 * True for a public suffix (libpsl's built-in list: "com", "co.uk",
 * "github.io") and for the shared names that list lacks but where anybody can
 * get a name or put content: "firebase.app", "youtube.com", ... The name is
 * lower case, without "*.".
 */
bool gtb_suffix_is_shared(const char *name);

#endif
