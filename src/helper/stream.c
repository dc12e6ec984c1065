/* Bytes to lines; the contract is in stream.h. */
#include "config.h"

#include <string.h>

#include "stream.h"

void gtb_stream_init(struct gtb_stream *stream)
{
	stream->len = 0;
	stream->cut = false;
}

static void hold(struct gtb_stream *stream, const char *data, size_t len)
{
	size_t room = sizeof(stream->held) - stream->len;

	if (len > room) {
		stream->cut = true;
		len = room;
	}
	memcpy(stream->held + stream->len, data, len);
	stream->len += len;
}

/* The newline has come; most lines lie in data whole and are not copied. */
static void end(struct gtb_stream *stream, const char *data, size_t len,
		gtb_stream_line *line, void *context)
{
	if (stream->len == 0 && len <= sizeof(stream->held)) {
		line(context, data, len, false);
		return;
	}
	hold(stream, data, len);
	line(context, stream->held, stream->len, stream->cut);
	gtb_stream_init(stream);
}

void gtb_stream_feed(struct gtb_stream *stream, const char *data, size_t len,
		     gtb_stream_line *line, void *context)
{
	while (len > 0) {
		const char *newline = memchr(data, '\n', len);
		size_t piece;

		if (!newline) {
			hold(stream, data, len);
			return;
		}
		piece = (size_t)(newline - data);
		end(stream, data, piece, line, context);
		data += piece + 1;
		len -= piece + 1;
	}
}
