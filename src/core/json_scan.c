/*
 * Scanning valid JSON text.  Since it is valid, the end of an object is where its
 * brackets close, strings skipped; no grammar is needed.  The text is NUL-terminated,
 * so no step runs past it even if that assumption should be broken.
 */
#include "core/json_scan.h"

#include <string.h>

uint32_t aac_json_skip_space(const char *text, uint32_t at, uint32_t end)
{
	while (at < end && (text[at] == ' ' || text[at] == '\t' || text[at] == '\n' ||
			    text[at] == '\r'))
		at++;
	return at;
}

static uint32_t skip_space(const char *text, uint32_t at)
{
	return aac_json_skip_space(text, at, UINT32_MAX);
}

/* AT is the opening quote. */
static uint32_t skip_string(const char *text, uint32_t at)
{
	at++;
	for (;;) {
		at += (uint32_t)strcspn(text + at, "\"\\");
		if (text[at] == '\0')
			return at;
		if (text[at] == '"')
			return at + 1;
		at += text[at + 1] ? 2 : 1;
	}
}

static uint32_t skip_word(const char *text, uint32_t at)
{
	return at + (uint32_t)strcspn(text + at, " \t\r\n,:]}");
}

static uint32_t skip_brackets(const char *text, uint32_t at)
{
	uint32_t depth = 0;

	for (;;) {
		at += (uint32_t)strcspn(text + at, "\"[]{}");
		switch (text[at]) {
		case '\0':
			return at;
		case '"':
			at = skip_string(text, at);
			continue;
		case '[':
		case '{':
			depth++;
			break;
		default:
			depth--;
			break;
		}
		at++;
		if (depth == 0)
			return at;
	}
}

uint32_t aac_json_skip_value(const char *text, uint32_t at)
{
	if (text[at] == '"')
		return skip_string(text, at);
	if (text[at] == '{' || text[at] == '[')
		return skip_brackets(text, at);
	return skip_word(text, at);
}

bool aac_json_walk_start(struct aac_json_walk *walk, const char *text, uint32_t at)
{
	*walk = (struct aac_json_walk){ .text = text, .at = at + 1 };
	walk->object = text[at] == '{';
	return walk->object || text[at] == '[';
}

bool aac_json_walk_next(struct aac_json_walk *walk)
{
	const char *text = walk->text;
	uint32_t at = skip_space(text, walk->at);

	if (text[at] == ',')
		at = skip_space(text, at + 1);
	if (text[at] == ']' || text[at] == '}' || text[at] == '\0')
		return false;
	if (walk->object) {
		walk->key.begin = at;
		walk->key.end = skip_string(text, at);
		at = skip_space(text, walk->key.end);
		if (text[at] != ':')
			return false;
		at = skip_space(text, at + 1);
	}
	walk->value.begin = at;
	walk->value.end = walk->at = aac_json_skip_value(text, at);
	return true;
}

static uint32_t hex_four(const char *at)
{
	uint32_t value = 0;

	for (int i = 0; i < 4; i++) {
		unsigned char c = (unsigned char)at[i];

		value = value << 4 |
			(uint32_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	return value;
}

static size_t put_utf8(char *out, uint32_t c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

/* AT is behind the backslash; returns what is behind the escape. */
static const char *decode_escape(const char *at, char *out, size_t *written)
{
	static const char from[] = "bfnrt";
	static const char to[] = "\b\f\n\r\t";
	const char *known;
	uint32_t c;

	if (*at != 'u') {
		known = strchr(from, *at);
		*out = known ? to[known - from] : *at;
		*written = 1;
		return at + 1;
	}
	c = hex_four(at + 1);
	at += 5;
	if (c >= 0xd800 && c < 0xdc00 && at[0] == '\\' && at[1] == 'u') {
		c = 0x10000 + ((c - 0xd800) << 10) + (hex_four(at + 2) - 0xdc00);
		at += 6;
	}
	*written = put_utf8(out, c);
	return at;
}

size_t aac_json_decode(const char *text, struct aac_json_range range, char *out)
{
	const char *at = text + range.begin + 1;
	const char *end = text + range.end - 1;
	char *to = out;

	while (at < end) {
		size_t written = 1;

		if (*at == '\\')
			at = decode_escape(at + 1, to, &written);
		else
			*to = *at++;
		to += written;
	}
	return (size_t)(to - out);
}

bool aac_json_says(const char *text, struct aac_json_range range, const char *key)
{
	const char *at = text + range.begin + 1;
	const char *end = text + range.end - 1;

	while (at < end) {
		char piece[4] = { 0 };
		size_t len = 1;

		if (*at == '\\')
			at = decode_escape(at + 1, piece, &len);
		else
			piece[0] = *at++;
		if (piece[0] == '\0' || strncmp(key, piece, len) != 0)
			return false;
		key += len;
	}
	return *key == '\0';
}
