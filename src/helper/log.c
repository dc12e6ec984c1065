/* Log lines; the contract is in log.h. */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "log.h"

static const char *const words[] = {
	[GTB_LOG_ERROR] = "ERROR",
	[GTB_LOG_WARNING] = "WARNING",
	[GTB_LOG_INFO] = "INFO",
	[GTB_LOG_DEBUG] = "DEBUG",
};

void gtb_log_init(struct gtb_log *log, int fd, bool debug)
{
	log->fd = fd;
	log->debug = debug;
	atomic_init(&log->second, 0);
	atomic_init(&log->lines, 0);
	atomic_init(&log->suppressed, 0);
}

static bool has_room(struct gtb_log *log)
{
	struct timespec now;
	int64_t second;

	clock_gettime(CLOCK_MONOTONIC, &now);
	second = now.tv_sec;
	if (atomic_exchange(&log->second, second) != second)
		atomic_store(&log->lines, 0);
	return atomic_fetch_add(&log->lines, 1) < GTB_LOG_RATE;
}

/* A pipe that is full would block; one with room takes a line whole. */
static bool is_writable(int fd)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLOUT};

	return poll(&poll_fd, 1, 0) == 1 && (poll_fd.revents & POLLOUT) != 0;
}

static void clean(char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] < 0x20 || text[i] > 0x7e)
			text[i] = '?';
}

/* The newline goes over the NUL. False: not written. */
static bool write_line(struct gtb_log *log, char *line, size_t len)
{
	ssize_t put;

	clean(line, len);
	line[len] = '\n';
	if (!is_writable(log->fd))
		return false;
	do {
		put = write(log->fd, line, len + 1);
	} while (put == -1 && errno == EINTR);
	return put != -1;
}

static size_t begin(char *line, enum gtb_log_level level)
{
	return (size_t)snprintf(line, GTB_LOG_LINE_SIZE,
				"ext_goto_bypass_acl: %s: ", words[level]);
}

static void tell_suppressed(struct gtb_log *log)
{
	unsigned int count = atomic_exchange(&log->suppressed, 0);
	char line[GTB_LOG_LINE_SIZE];
	size_t len;

	if (count == 0)
		return;
	len = begin(line, GTB_LOG_WARNING);
	len += (size_t)snprintf(line + len, sizeof(line) - len,
				"%u log lines suppressed", count);
	if (!write_line(log, line, len))
		atomic_fetch_add(&log->suppressed, count);
}

void gtb_log(struct gtb_log *log, enum gtb_log_level level,
	     const char *format, ...)
{
	char line[GTB_LOG_LINE_SIZE];
	va_list arguments;
	size_t len;

	if (level == GTB_LOG_DEBUG && !log->debug)
		return;
	if (level != GTB_LOG_DEBUG && !has_room(log)) {
		atomic_fetch_add(&log->suppressed, 1);
		return;
	}
	tell_suppressed(log);
	len = begin(line, level);
	va_start(arguments, format);
	vsnprintf(line + len, sizeof(line) - len, format, arguments);
	va_end(arguments);
	if (!write_line(log, line, len + strlen(line + len)))
		atomic_fetch_add(&log->suppressed, 1);
}

void gtb_log_fini(struct gtb_log *log)
{
	tell_suppressed(log);
}
