/*
 * passage: a request on its way back to who asked: its head with or without
 * our header, and a body as it came. Like service it knows c-icap, whose
 * callbacks these are.
 */
#ifndef GTB_PASSAGE_H
#define GTB_PASSAGE_H

#include <stddef.h>

#include "answer.h"

struct ci_request;

/* What is to be kept of a request, as its data; NULL: nothing, or no memory. */
void *gtb_passage_new(struct ci_request *req);
void gtb_passage_free(void *passage);

/*
 * Answer: 204 where nothing is to be said in the head, or where it cannot be;
 * else the request goes back. forged is how many copies of our header its head
 * has; len bytes of preview are the beginning of its body. Returns c-icap's
 * CI_MOD_*.
 */
int gtb_passage_answer(struct ci_request *req, const struct gtb_answer *answer,
		       size_t forged, const char *preview, int len);

/* The body in and out, and its end. */
int gtb_passage_io(char *out, int *out_len, char *in, int *in_len, int ended,
		   struct ci_request *req);
int gtb_passage_end(struct ci_request *req);

#endif
