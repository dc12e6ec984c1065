/*
 * scratch: of a variable that is written before it is read.
 *
 * The project is built so that every variable begins as zeros
 * (-ftrivial-auto-var-init). That is to stay; but clearing some hundred bytes
 * costs more than deciding a request does. So the few large variables on that
 * path are marked, each beside the one call that fills it.
 */
#ifndef GTB_SCRATCH_H
#define GTB_SCRATCH_H

#ifndef __has_attribute
#define GTB_SCRATCH
#elif __has_attribute(uninitialized)
#define GTB_SCRATCH __attribute__((uninitialized))
#else
#define GTB_SCRATCH
#endif

#endif
