/*
 * quote: foreign text, made fit for another program's grammar or refused.
 *
 * CR, LF and NUL never pass, in any mode. What a grammar cannot say is an
 * error and is not written: nothing is dropped, cut or replaced.
 */
#ifndef GTB_QUOTE_H
#define GTB_QUOTE_H

#include <stddef.h>

#include "gtb/text.h"

enum gtb_quote_mode {
	/*
	 * One word of a squid.conf line. Squid splits at blanks and knows no
	 * escape there (unless configuration_includes_quoted_values is on,
	 * which changes the meaning of every line), so a word passes as it is
	 * or not at all: refused are blanks, control characters, bytes that
	 * are not UTF-8, "${" (Squid's macros), a leading '#', '"', '\'' or
	 * '%', a trailing '\\', and an empty word.
	 */
	GTB_QUOTE_SQUID_WORD,
	/*
	 * The rest of a comment line after "# ". Control characters and bytes
	 * that are not UTF-8 are refused.
	 */
	GTB_QUOTE_SQUID_COMMENT,
	/*
	 * A value of a helper's reply, in key=value. Letters, digits and
	 * "-._:/@" stand as they are; every other byte as %XX, which Squid
	 * decodes. CR, LF, NUL and an empty value are refused.
	 */
	GTB_QUOTE_REPLY_VALUE,
	/*
	 * One word of a shell command, for a person to copy: in single quotes
	 * where needed. Control characters and bytes that are not UTF-8 are
	 * refused.
	 */
	GTB_QUOTE_SHELL_WORD
};

/*
 * Why the mode cannot say len bytes, as words that follow "it" ("holds a
 * blank"); NULL when it can.
 */
const char *gtb_quote_refusal(enum gtb_quote_mode mode, const char *bytes,
			      size_t len);

/*
 * Append len bytes in the grammar of the mode. What the mode refuses makes
 * GTB_E_INPUT stick to the text and nothing is written.
 */
void gtb_quote_add(struct gtb_text_buffer *text, enum gtb_quote_mode mode,
		   const char *bytes, size_t len);

/* The same for a string. */
void gtb_quote_string(struct gtb_text_buffer *text, enum gtb_quote_mode mode,
		      const char *string);

#endif
