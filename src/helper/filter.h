/*
 * filter: a list of system calls for the kernel, written into room of its
 * own. It allocates nothing: the helper starts when memory is short, too, and
 * libseccomp, which writes such lists, does not outlive that. Numbers and
 * names of the calls are libseccomp's.
 */
#ifndef GTB_FILTER_H
#define GTB_FILTER_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stdint.h>

#define GTB_FILTER_SIZE 512 /* instructions */

struct gtb_filter {
	uint32_t otherwise; /* what becomes of all other calls */
	unsigned short count;
	bool full;
	struct sock_filter code[GTB_FILTER_SIZE];
};

/*
 * Begin an empty list. What is not on it, and every call of another
 * architecture, ends the process, or fails with EPERM. False: this machine's
 * architecture is not known.
 */
bool gtb_filter_init(struct gtb_filter *filter, bool kill);

/*
 * Put a call on the list: always; when the bits of mask in one of its
 * arguments, from 0, are those of value; or to fail with an errno. A name that
 * this machine does not have is passed over.
 */
void gtb_filter_allow(struct gtb_filter *filter, const char *name);
void gtb_filter_allow_when(struct gtb_filter *filter, const char *name,
			   unsigned int argument, uint64_t mask,
			   uint64_t value);
void gtb_filter_refuse(struct gtb_filter *filter, const char *name, int error);

/* Is it in force for this thread and all it starts? It cannot be undone. */
bool gtb_filter_enter(struct gtb_filter *filter);

#endif
