/*
 * log: lines for standard error, which is Squid's cache.log.
 *
 * "ext_goto_bypass_acl: LEVEL: text", one write(2) a line, printable ASCII
 * only. At most GTB_LOG_RATE lines a second; the others are counted and the
 * count is told when there is room again. Debug lines are not limited. A log
 * that nobody reads never blocks: the line is dropped and counted.
 */
#ifndef GTB_LOG_H
#define GTB_LOG_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define GTB_LOG_RATE 10		/* lines a second */
#define GTB_LOG_LINE_SIZE 2048	/* longer lines are cut; below PIPE_BUF */

enum gtb_log_level {
	GTB_LOG_ERROR,
	GTB_LOG_WARNING,
	GTB_LOG_INFO,
	GTB_LOG_DEBUG		/* dropped unless asked for */
};

/* Threads share it. */
struct gtb_log {
	int fd;
	bool debug;
	_Atomic int64_t second;		/* the one that is counted */
	atomic_uint lines;		/* written in it */
	atomic_uint suppressed;		/* since the last line written */
};

void gtb_log_init(struct gtb_log *log, int fd, bool debug);

/*
 * Write one line; printf-style. Foreign text must have passed
 * gtb_report_safe(); a byte that is still not printable is written as '?'.
 */
void gtb_log(struct gtb_log *log, enum gtb_log_level level,
	     const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Tell what is still counted; for the end. */
void gtb_log_fini(struct gtb_log *log);

#endif
