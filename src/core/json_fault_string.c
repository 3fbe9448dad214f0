/*
 * What is wrong with a string of JSON: bytes that are not UTF-8, control characters,
 * escapes that JSON does not have, halves of surrogate pairs, a quote that is missing.
 */
#include "core/json_fault_string.h"

#include <string.h>

#include "core/context.h"
#include "core/diag.h"
#include "core/visible.h"

struct string {
	struct aac_context *ctx;
	const struct aac_source *source;
	uint32_t begin, at;
	bool key;
};

static bool fault(const struct string *s, const char *slug, uint32_t len,
		  const char *message, const char *hint)
{
	uint32_t end = s->at + len > s->source->size ? s->source->size : s->at + len;
	struct aac_span span = { s->source, s->at, end };
	struct aac_diag *diag =
		aac_report(s->ctx->diags, AAC_ERROR, slug, span, "%s", message);

	if (hint)
		aac_hint(s->ctx->diags, diag, "%s", hint);
	return false;
}

static bool fault_end(const struct string *s)
{
	struct aac_span span = { s->source, s->at, s->at };
	struct aac_span begin = { s->source, s->begin, s->begin + 1 };
	struct aac_diag *diag = aac_report(s->ctx->diags, AAC_ERROR, "json-truncated",
					   span, "the file ends inside a string");

	aac_note(s->ctx->diags, diag, begin, "the string begins here");
	aac_hint(s->ctx->diags, diag,
		 "the file may have been cut short while it was copied or written");
	return false;
}

/* The four hex digits at AT as a number; negative when they are none. */
static int32_t hex_four(const char *at)
{
	int32_t value = 0;

	for (int i = 0; i < 4; i++) {
		const char *digits = "0123456789abcdef";
		const char *found = at[i] ? strchr(digits, at[i] | 0x20) : NULL;

		if (!found)
			return -1;
		value = value * 16 + (int32_t)(found - digits);
	}
	return value;
}

static bool walk_unicode(struct string *s)
{
	const char *at = s->source->text + s->at;
	int32_t unit = hex_four(at + 2);
	bool high = unit >= 0xd800 && unit < 0xdc00;
	int32_t low = high && at[6] == '\\' && at[7] == 'u' ? hex_four(at + 8) : -1;

	if (unit < 0)
		return fault(s, "json-syntax", 2, "'\\u' needs four hexadecimal digits",
			     NULL);
	if (unit >= 0xdc00 && unit < 0xe000)
		return fault(s, "json-syntax", 6, "half of a surrogate pair by itself",
			     NULL);
	if (high && (low < 0xdc00 || low > 0xdfff))
		return fault(s, "json-syntax", 6, "half of a surrogate pair by itself",
			     "write the other half behind it as \\uDC00 to \\uDFFF");
	if (unit == 0 && s->key)
		return fault(s, "json-syntax", 6, "a key cannot hold the character NUL",
			     NULL);
	s->at += high ? 12 : 6;
	return true;
}

static bool walk_escape(struct string *s)
{
	char c = s->source->text[s->at + 1];

	if (s->at + 1 >= s->source->size) {
		s->at = s->source->size;
		return fault_end(s);
	}
	if (c == 'u')
		return walk_unicode(s);
	if (c == '\0' || !strchr("\"\\/bfnrt", c))
		return fault(s, "json-syntax", 2, "JSON has no such escape",
			     "write a backslash as two: \\\\");
	s->at += 2;
	return true;
}

static bool fault_control(struct string *s, unsigned char c)
{
	if (c != '\n' && c != '\r')
		return fault(s, "json-syntax", 1,
			     "a control character stands in a string",
			     c == '\t' ? "write a tab as \\t"
				       : "write it as \\u and four hexadecimal digits");
	s->at = s->begin;
	return fault(s, "json-syntax", 1, "the string does not end on its line",
		     "close it with '\"', or write a new line in it as \\n");
}

bool aac_json_fault_string(struct aac_context *ctx, const struct aac_source *source,
			   uint32_t at, bool key, uint32_t *end)
{
	struct string s = { ctx, source, at, at + 1, key };
	const char *stop = source->text + source->size;

	while (s.at < source->size) {
		const char *here = source->text + s.at;
		unsigned char c = (unsigned char)*here;
		uint32_t len = (uint32_t)aac_utf8_length(here, stop);

		if (c == '"') {
			*end = s.at + 1;
			return true;
		}
		if (c < 0x20)
			return fault_control(&s, c);
		if (len == 0)
			return fault(&s, "json-invalid-utf8", 1,
				     "invalid UTF-8 in a string",
				     "save the file as UTF-8");
		if (c != '\\')
			s.at += len;
		else if (!walk_escape(&s))
			return false;
	}
	return fault_end(&s);
}
