/* Request lines; the contract is in target.h. */
#include "config.h"

#include <string.h>

#include "target.h"

#define FIELDS 3		/* method, target, version */
#define PORT_MAX_DIGITS 5
#define PORT_MAX 65535

static const struct scheme {
	const char *text;
	const char *port;
	bool inner;
} schemes[] = {
	{"http://", "80", false},
	{"https://", "443", true},
};

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

static bool is_letter(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static bool is_name_byte(char byte)
{
	return is_letter(byte) || is_digit(byte) || byte == '-' || byte == '.';
}

static bool is_address_byte(char byte)
{
	return is_digit(byte) || (byte >= 'a' && byte <= 'f') ||
	       (byte >= 'A' && byte <= 'F') || byte == ':' || byte == '.';
}

static bool text_is(const struct gtb_text *text, const char *word)
{
	return text->len == strlen(word) &&
	       memcmp(text->ptr, word, text->len) == 0;
}

/* A path is not looked at, and sloppy clients send bytes above ASCII in it. */
static bool is_field_byte(char byte)
{
	return (unsigned char)byte > 0x20 && byte != 0x7f;
}

/* Three fields with one space between them. */
static bool split(struct gtb_text fields[FIELDS], const char *line, size_t len)
{
	size_t count = 0;
	size_t start = 0;

	for (size_t i = 0; i <= len; i++) {
		if (i < len && line[i] != ' ') {
			if (!is_field_byte(line[i]))
				return false;
			continue;
		}
		if (i == start || count == FIELDS)
			return false;
		fields[count].ptr = line + start;
		fields[count].len = i - start;
		count++;
		start = i + 1;
	}
	return count == FIELDS;
}

static bool is_method(const struct gtb_text *method)
{
	if (method->len > GTB_TARGET_METHOD_MAX)
		return false;
	for (size_t i = 0; i < method->len; i++)
		if (!is_letter(method->ptr[i]) && method->ptr[i] != '-')
			return false;
	return true;
}

static bool is_port(const char *text, size_t len)
{
	unsigned int port = 0;

	if (len == 0 || len > PORT_MAX_DIGITS || text[0] == '0')
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!is_digit(text[i]))
			return false;
		port = port * 10 + (unsigned int)(text[i] - '0');
	}
	return port <= PORT_MAX;
}

/* Bytes of the host at the beginning of text; 0: there is none. */
static size_t host_len(const char *text, size_t len)
{
	size_t end = 0;

	if (len == 0 || text[0] != '[') {
		while (end < len && is_name_byte(text[end]))
			end++;
		return end;
	}
	for (end = 1; end < len && is_address_byte(text[end]); end++)
		;
	return end > 1 && end < len && text[end] == ']' ? end + 1 : 0;
}

/* host, or host:port where there is no other port to take. */
static bool read_authority(struct gtb_target *target, const char *text,
			   size_t len, const char *port)
{
	size_t end = host_len(text, len);

	if (end == 0)
		return false;
	target->host.ptr = text;
	target->host.len = end;
	if (end == len) {
		target->port.ptr = port;
		target->port.len = port ? strlen(port) : 0;
		return port != NULL;
	}
	if (text[end] != ':')
		return false;
	target->port.ptr = text + end + 1;
	target->port.len = len - end - 1;
	return is_port(target->port.ptr, target->port.len);
}

static const struct scheme *find_scheme(const struct gtb_text *url)
{
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		size_t len = strlen(schemes[i].text);

		if (url->len > len &&
		    memcmp(url->ptr, schemes[i].text, len) == 0)
			return &schemes[i];
	}
	return NULL;
}

static bool read_url(struct gtb_target *target, const struct gtb_text *url)
{
	const struct scheme *scheme = find_scheme(url);
	const char *authority;
	const char *slash;
	size_t len;

	if (!scheme)
		return false;
	authority = url->ptr + strlen(scheme->text);
	len = url->len - strlen(scheme->text);
	slash = memchr(authority, '/', len);
	if (slash)
		len = (size_t)(slash - authority);
	target->inner = scheme->inner;
	return read_authority(target, authority, len, scheme->port);
}

bool gtb_target_parse(struct gtb_target *target, const char *line, size_t len)
{
	struct gtb_text fields[FIELDS];

	if (len > GTB_TARGET_LINE_MAX || !split(fields, line, len))
		return false;
	if (!text_is(&fields[2], "HTTP/1.1") &&
	    !text_is(&fields[2], "HTTP/1.0"))
		return false;
	if (!is_method(&fields[0]))
		return false;
	target->method = fields[0];
	target->inner = false;
	if (text_is(&fields[0], "CONNECT"))
		return read_authority(target, fields[1].ptr, fields[1].len,
				      NULL);
	return read_url(target, &fields[1]);
}
