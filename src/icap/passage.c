/* A request on its way back; the contract is in passage.h. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <c_icap/c-icap.h>
#include <c_icap/body.h>
#include <c_icap/service.h>
#include <c_icap/simple_api.h>

#include "header.h"
#include "hold.h"
#include "passage.h"

#define ECHO_SIZE 16384		/* bytes of a body on its way */

struct passage {
	ci_ring_buf_t *ring;	/* the body; NULL: it does not pass through us */
	bool ended;		/* all of the body has come */
	bool held;		/* see hold.h */
	int connection;
};

void *gtb_passage_new(ci_request_t *req)
{
	return ci_req_hasbody(req) ? calloc(1, sizeof(struct passage)) : NULL;
}

void gtb_passage_free(void *data)
{
	struct passage *passage = data;

	if (passage->held)
		gtb_hold_end(passage->connection);
	if (passage->ring)
		ci_ring_buf_destroy(passage->ring);
	free(passage);
}

/*
 * The request's headers anew, without copies of ours. c-icap's own removal
 * finds no header with a blank before its colon, and ends the list wrongly
 * when it takes one from the middle.
 */
static bool strip(ci_headers_list_t *http)
{
	size_t kept;
	char *lines = gtb_header_without_verdict(http->headers,
						 (size_t)http->used, &kept);
	const char *at = lines;
	bool ok = lines != NULL;

	if (ok)
		ci_headers_reset(http);
	for (size_t i = 0; ok && i < kept; i++, at += strlen(at) + 1)
		ok = ci_headers_add(http, at) != NULL;
	free(lines);
	return ok;
}

/*
 * The head with our header on a match, and with no other copy of it. Lines
 * that are not regular are written anew as well: c-icap loses track of them
 * when it has to make room for one more.
 */
static bool rewrite(ci_headers_list_t *http, const struct gtb_answer *answer,
		    size_t forged)
{
	bool as_it_is = forged == 0 &&
		gtb_header_are_regular(http->headers, (size_t)http->used,
				       http->buf + http->bufused);

	if (!as_it_is && !strip(http))
		return false;
	return !answer->header || ci_headers_add(http, answer->header);
}

/*
 * Can the asker put its own body behind our headers? Outside a preview the
 * body is on its way to us by now, and c-icap would take it for a request. And
 * only a body whose length is told: Squid, 5 to 7, aborts where a chunk of its
 * own is broken (it writes the last one to a connection that it has closed).
 */
static bool keeps_body(ci_request_t *req)
{
	return req->preview >= 0 && ci_req_hasbody(req) &&
	       !ci_req_hasalldata(req) && ci_req_allow206(req) &&
	       ci_http_content_length(req) > 0;
}

/* A body that comes along is sent back as it is. False: it cannot be. */
static bool take_body(ci_request_t *req, const char *preview, int len)
{
	struct passage *passage = ci_service_data(req);

	if (!ci_req_hasbody(req))
		return true;
	if (!passage)
		return false;
	passage->ring = ci_ring_buf_new(len < ECHO_SIZE ? ECHO_SIZE : len + 1);
	if (!passage->ring)
		return false;
	if (len > 0 && ci_ring_buf_write(passage->ring, preview, len) != len)
		return false;
	passage->ended = len > 0 && ci_req_hasalldata(req);
	return true;
}

/* Until it has been answered, which is when its data are freed. */
static void hold(ci_request_t *req)
{
	struct passage *passage = ci_service_data(req);

	if (!req->connection)
		return;
	if (!passage)
		passage = req->service_data = calloc(1, sizeof(*passage));
	if (!passage)
		return;
	passage->connection = req->connection->fd;
	passage->held = gtb_hold_begin(passage->connection);
}

int gtb_passage_answer(ci_request_t *req, const struct gtb_answer *answer,
		       size_t forged, const char *preview, int len)
{
	ci_headers_list_t *http = ci_http_request_headers(req);

	/* Else a body longer than c-icap's buffer gets stuck in it. */
	ci_req_unlock_data(req);
	if (!answer->header && forged == 0)
		return CI_MOD_ALLOW204;
	if (keeps_body(req) && rewrite(http, answer, forged)) {
		hold(req);
		ci_request_206_origin_body(req, 0);
		return CI_MOD_ALLOW206;
	}
	if (!take_body(req, preview, preview ? len : 0) ||
	    !rewrite(http, answer, forged))
		return CI_MOD_ALLOW204;
	/* No longer than for a head: a body may be long in coming. */
	if (!ci_req_hasbody(req))
		hold(req);
	return CI_MOD_CONTINUE;
}

int gtb_passage_end(ci_request_t *req)
{
	struct passage *passage = ci_service_data(req);

	if (passage)
		passage->ended = true;
	return CI_MOD_DONE;
}

int gtb_passage_io(char *out, int *out_len, char *in, int *in_len, int ended,
		   ci_request_t *req)
{
	struct passage *passage = ci_service_data(req);
	ci_ring_buf_t *ring = passage ? passage->ring : NULL;

	(void)ended;
	if (in && in_len && ring)
		*in_len = ci_ring_buf_write(ring, in, *in_len);
	if (out && out_len) {
		*out_len = ring ? ci_ring_buf_read(ring, out, *out_len) : 0;
		if (*out_len == 0 && (!ring || passage->ended))
			*out_len = CI_EOF;
	}
	return in && in_len && *in_len < 0 ? CI_ERROR : CI_OK;
}
