/* The function that ours stands in front of. */
#ifndef GTB_REAL_H
#define GTB_REAL_H

#include <dlfcn.h>

/* Declares real; looking it up twice at a time does no harm. */
#define REAL(name)                                                          \
	static __typeof__(&name) real;                                      \
	if (real == NULL)                                                   \
		*(void **)&real = dlsym(RTLD_NEXT, #name)

#endif
