/*
 * line: one request line of Squid's external ACL protocol, and its reply.
 *
 *	request = [id SP] client SP method SP host SP port SP sni
 *		  [SP dst] SP question [SP]
 *	reply   = [id SP] ("OK" | "ERR") SP "gtb_auth_=" ("bypass" | "require")
 *		  SP "gtb_tls_=" ("splice" | "inspect") SP "gtb_reason_=" word
 *		  SP "gtb_rule_=" source SP "gtb_identity_=" name LF
 *
 * id is Squid's channel id: 1 to 20 digits of a number below 2^64, echoed
 * digit by digit. "-" is an unknown fact, question is "auth" or "splice".
 * Nothing is decoded. OK: what was asked about is a bypass; reason and rule
 * are those of that verdict; "-" where there is none.
 *
 * Squid sends ids when concurrency is set and none otherwise; the first line
 * that tells settles it: it begins with an id, or with the client's address.
 * With ids, a line that has none gets no reply, because a reply without one
 * aborts Squid. Without ids, every line gets exactly one.
 *
 * Everything here is pure: no input or output, no allocation, no locale.
 */
#ifndef GTB_LINE_H
#define GTB_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "gtb/decide.h"

#define GTB_LINE_MAX 4096	/* bytes of a request, without its newline */
#define GTB_LINE_ID_MAX 20	/* digits */

/* Longest reply with its newline, rounded up; there is no NUL. */
#define GTB_LINE_REPLY_SIZE 256

enum gtb_line_mode {
	GTB_LINE_UNSETTLED,
	GTB_LINE_CONCURRENT,	/* every line has an id */
	GTB_LINE_PLAIN		/* none has; replies in order */
};

enum gtb_line_question {
	GTB_LINE_AUTH,
	GTB_LINE_SPLICE
};

enum gtb_line_result {
	GTB_LINE_OK,		/* decide, then reply */
	GTB_LINE_MALFORMED,	/* reply without a decision */
	GTB_LINE_EMPTY,		/* no reply, and nothing worth a word */
	GTB_LINE_SILENT		/* no reply: there is no id to reply to */
};

struct gtb_line {
	struct gtb_text id;	/* ptr NULL: none */
	struct gtb_query query;
	enum gtb_line_question question;
};

/*
 * Read a line of len bytes without its newline (a CR at the end is dropped).
 * mode is settled when this line tells. cut: text is only the beginning of a
 * line longer than GTB_LINE_MAX. GTB_LINE_OK: all of *line is set;
 * GTB_LINE_MALFORMED: line->id is; otherwise nothing. What *line points to is
 * lent from text.
 */
enum gtb_line_result gtb_line_parse(struct gtb_line *line,
				    enum gtb_line_mode *mode, const char *text,
				    size_t len, bool cut);

/*
 * Write the reply; decision NULL: the line is malformed. Returns the bytes
 * written, newline included, at most GTB_LINE_REPLY_SIZE.
 */
size_t gtb_line_reply(char buffer[GTB_LINE_REPLY_SIZE],
		      const struct gtb_line *line,
		      const struct gtb_decision *decision);

/* The verdict that was asked about. */
static inline const struct gtb_verdict *
gtb_line_verdict(const struct gtb_line *line,
		 const struct gtb_decision *decision)
{
	return line->question == GTB_LINE_SPLICE ? &decision->tls
						 : &decision->auth;
}

#endif
