/*
 * What is wrong with a JSON text.  jansson says "invalid token near …" and little more;
 * so a refused text is walked again here, by the grammar, up to the first thing that
 * does not fit, knowing what was open and what should have come.  Where this walk finds
 * nothing to complain about, jansson's own words are passed on.
 */
#include "core/json_fault.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/json_fault_string.h"
#include "core/json_scan.h"
#include "core/visible.h"

/* JSON_PARSER_MAX_DEPTH of jansson, which counts the innermost value too. */
#define DEPTH_MAX 2048u

enum want {
	WANT_VALUE,
	WANT_FIRST_VALUE, /* or ']' */
	WANT_KEY,
	WANT_FIRST_KEY, /* or '}' */
	WANT_COLON,
	WANT_COMMA, /* or the closing bracket */
	WANT_END,
};

struct walk {
	struct aac_context *ctx;
	const struct aac_source *source;
	const json_error_t *error;
	enum want want;
	uint32_t at;
	uint32_t comma;	   /* the last one */
	uint32_t previous; /* where the token before this one ended */
	uint32_t depth;
	uint32_t open[DEPTH_MAX]; /* offsets of the brackets that are open */
};

static struct aac_span span_at(const struct walk *walk, uint32_t begin, uint32_t end)
{
	return (struct aac_span){ walk->source, begin, end };
}

static struct aac_diag *fault(const struct walk *walk, const char *slug,
			      struct aac_span span, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

static struct aac_diag *fault(const struct walk *walk, const char *slug,
			      struct aac_span span, const char *fmt, ...)
{
	const char *message;
	va_list ap;

	va_start(ap, fmt);
	message = arena_vprintf(walk->ctx->arena, fmt, ap);
	va_end(ap);
	return aac_report(walk->ctx->diags, AAC_ERROR, slug, span, "%s", message);
}

static void hint(const struct walk *walk, struct aac_diag *diag, const char *text)
{
	aac_hint(walk->ctx->diags, diag, "%s", text);
}

static char innermost(const struct walk *walk)
{
	return walk->depth ? walk->source->text[walk->open[walk->depth - 1]] : '\0';
}

static const char *bracket_name(char bracket)
{
	return bracket == '{' ? "object" : "list";
}

static void note_open(const struct walk *walk, struct aac_diag *diag)
{
	uint32_t at;

	if (walk->depth == 0)
		return;
	at = walk->open[walk->depth - 1];
	aac_note(walk->ctx->diags, diag, span_at(walk, at, at + 1), "the %s begins here",
		 bracket_name(innermost(walk)));
}

static bool fault_end(const struct walk *walk)
{
	struct aac_diag *diag =
		fault(walk, "json-truncated", span_at(walk, walk->at, walk->at),
		      "the file ends inside %s",
		      innermost(walk) == '{' ? "an object" : "a list");

	note_open(walk, diag);
	hint(walk, diag,
	     "the file may have been cut short while it was copied or written");
	return false;
}

/* The bytes at AT as one would call them in a message. */
static const char *name_found(const struct walk *walk)
{
	const char *at = walk->source->text + walk->at;
	size_t len = aac_visible_length(at, walk->source->text + walk->source->size);

	if (len == 0)
		return arena_printf(walk->ctx->arena, "the byte 0x%02X",
				    (unsigned char)*at);
	return arena_printf(walk->ctx->arena, "'%.*s'", (int)len, at);
}

static const char *name_wanted(const struct walk *walk)
{
	switch (walk->want) {
	case WANT_FIRST_VALUE:
		return "a value or ']'";
	case WANT_KEY:
		return "a key in double quotes";
	case WANT_FIRST_KEY:
		return "a key in double quotes or '}'";
	case WANT_COLON:
		return "':' after the key";
	case WANT_COMMA:
		return innermost(walk) == '{' ? "',' or '}'" : "',' or ']'";
	case WANT_END:
		return "nothing after the document";
	case WANT_VALUE:
	default:
		return "a value";
	}
}

static const char *cure(const struct walk *walk)
{
	const char *at = walk->source->text + walk->at;

	if (*at == '/' || *at == '#')
		return "JSON has no comments";
	if (*at == '\'')
		return "JSON has only double quotes";
	if (walk->want == WANT_KEY || walk->want == WANT_FIRST_KEY)
		return "every key stands in double quotes";
	if (walk->want == WANT_VALUE && (strncmp(at, "NaN", 3) == 0 || *at == 'I'))
		return "JSON has finite numbers only: write null, or a number";
	if (walk->want == WANT_VALUE && (*at == 'N' || *at == 'T' || *at == 'F'))
		return "write null, true and false in small letters";
	return NULL;
}

static bool fault_unexpected(const struct walk *walk)
{
	const char *text = walk->source->text + walk->at;
	const char *end = walk->source->text + walk->source->size;
	uint32_t len = (uint32_t)aac_utf8_length(text, end);
	struct aac_span span = span_at(walk, walk->at, walk->at + (len ? len : 1));
	struct aac_diag *diag;
	const char *known = cure(walk);

	if (len == 0) {
		fault(walk, "json-invalid-utf8", span, "invalid UTF-8: %s",
		      name_found(walk));
		return false;
	}
	if (walk->want == WANT_COMMA && *text == '"')
		span = span_at(walk, walk->previous, walk->previous);
	diag = fault(walk, "json-syntax", span, "expected %s, found %s",
		     name_wanted(walk), name_found(walk));
	if (known)
		hint(walk, diag, known);
	if (walk->want == WANT_COMMA)
		note_open(walk, diag);
	return false;
}

static bool fault_trailing_comma(const struct walk *walk)
{
	struct aac_diag *diag =
		fault(walk, "json-syntax", span_at(walk, walk->comma, walk->comma + 1),
		      "a comma with nothing after it in this %s",
		      bracket_name(innermost(walk)));

	hint(walk, diag, "leave the last comma out");
	return false;
}

static bool fault_depth(const struct walk *walk)
{
	fault(walk, "json-too-deep", span_at(walk, walk->at, walk->at + 1),
	      "lists and objects are nested more than %u deep", DEPTH_MAX);
	return false;
}

static void push(struct walk *walk)
{
	walk->want =
		walk->source->text[walk->at] == '{' ? WANT_FIRST_KEY : WANT_FIRST_VALUE;
	walk->open[walk->depth++] = walk->at++;
}

static void after_value(struct walk *walk)
{
	walk->want = walk->depth ? WANT_COMMA : WANT_END;
}

static bool pop(struct walk *walk)
{
	char open = innermost(walk);

	if (walk->source->text[walk->at] != (open == '{' ? '}' : ']'))
		return fault_unexpected(walk);
	walk->depth--;
	walk->at++;
	after_value(walk);
	return true;
}

/* jansson stopped here, and that is why. */
static bool stopped_here(const struct walk *walk, enum json_error_code code)
{
	return json_error_code(walk->error) == code &&
	       (size_t)walk->error->position <= walk->at;
}

static bool is_same_key(const char *text, struct aac_json_range a, const char *key,
			size_t len, char *scratch)
{
	return aac_json_decode(text, a, scratch) == len && memcmp(scratch, key, len) == 0;
}

static bool fault_duplicate(const struct walk *walk, struct aac_json_range again)
{
	const char *text = walk->source->text;
	char *key = arena_alloc(walk->ctx->arena, again.end - again.begin, 1);
	size_t len = aac_json_decode(text, again, key);
	struct aac_diag *diag =
		fault(walk, "json-duplicate-key", span_at(walk, again.begin, again.end),
		      "the key '%.*s' stands twice in one object", (int)len, key);
	struct aac_json_walk members;

	if (!aac_json_walk_start(&members, text, walk->open[walk->depth - 1]))
		return false;
	while (aac_json_walk_next(&members) && members.key.begin < again.begin) {
		uint32_t room = members.key.end - members.key.begin;
		char *scratch;

		if (room < len + 2 || room > 6 * len + 2)
			continue;
		scratch = arena_alloc(walk->ctx->arena, room, 1);
		if (!is_same_key(text, members.key, key, len, scratch))
			continue;
		aac_note(walk->ctx->diags, diag,
			 span_at(walk, members.key.begin, members.key.end),
			 "it stood here first");
		break;
	}
	return false;
}

static bool walk_string(struct walk *walk, bool key)
{
	struct aac_json_range range = { walk->at, 0 };

	if (!aac_json_fault_string(walk->ctx, walk->source, walk->at, key, &range.end))
		return false;
	walk->at = range.end;
	if (!key) {
		after_value(walk);
		return true;
	}
	walk->want = WANT_COLON;
	if (stopped_here(walk, json_error_duplicate_key))
		return fault_duplicate(walk, range);
	return true;
}

static uint32_t digits(const char *text, uint32_t at)
{
	return at + (uint32_t)strspn(text + at, "0123456789");
}

static bool walk_number(struct walk *walk)
{
	const char *text = walk->source->text;
	uint32_t begin = walk->at, at = begin + (text[begin] == '-');
	uint32_t end = text[at] == '0' ? at + 1 : digits(text, at);
	bool valid = end > at;

	if (valid && text[end] == '.') {
		at = end + 1;
		end = digits(text, at);
		valid = end > at;
	}
	if (valid && (text[end] == 'e' || text[end] == 'E')) {
		at = end + 1 + (text[end + 1] == '+' || text[end + 1] == '-');
		end = digits(text, at);
		valid = end > at;
	}
	if (!valid || (text[end] >= '0' && text[end] <= '9')) {
		hint(walk,
		     fault(walk, "json-syntax", span_at(walk, begin, digits(text, end)),
			   "this is not a number of JSON"),
		     "no leading zeros, and digits on both sides of the point");
		return false;
	}
	walk->at = end;
	if (stopped_here(walk, json_error_numeric_overflow)) {
		hint(walk,
		     fault(walk, "json-number", span_at(walk, begin, end),
			   "the number is too large"),
		     "whole numbers have 64 bits; write a longer one as a string");
		return false;
	}
	after_value(walk);
	return true;
}

static bool walk_word(struct walk *walk)
{
	static const char *const words[] = { "true", "false", "null" };
	const char *text = walk->source->text + walk->at;

	for (size_t i = 0; i < 3; i++) {
		size_t len = strlen(words[i]);

		if (strncmp(text, words[i], len) != 0)
			continue;
		walk->at += (uint32_t)len;
		after_value(walk);
		return true;
	}
	return fault_unexpected(walk);
}

static bool walk_value(struct walk *walk)
{
	char c = walk->source->text[walk->at];

	if (c == ']' && walk->want == WANT_FIRST_VALUE)
		return pop(walk);
	if (walk->depth == DEPTH_MAX)
		return fault_depth(walk);
	if (c == '{' || c == '[') {
		push(walk);
		return true;
	}
	if (c == '"')
		return walk_string(walk, false);
	if (c == '-' || (c >= '0' && c <= '9'))
		return walk_number(walk);
	if (c == ']' && walk->want == WANT_VALUE && innermost(walk) == '[')
		return fault_trailing_comma(walk);
	return walk_word(walk);
}

static bool walk_key(struct walk *walk)
{
	char c = walk->source->text[walk->at];

	if (c == '"')
		return walk_string(walk, true);
	if (c == '}' && walk->want == WANT_FIRST_KEY)
		return pop(walk);
	return c == '}' ? fault_trailing_comma(walk) : fault_unexpected(walk);
}

static bool walk_comma(struct walk *walk)
{
	char c = walk->source->text[walk->at];

	if (c == '}' || c == ']')
		return pop(walk);
	if (c != ',')
		return fault_unexpected(walk);
	walk->comma = walk->at++;
	walk->want = innermost(walk) == '{' ? WANT_KEY : WANT_VALUE;
	return true;
}

static bool walk_colon(struct walk *walk)
{
	if (walk->source->text[walk->at] != ':')
		return fault_unexpected(walk);
	walk->at++;
	walk->want = WANT_VALUE;
	return true;
}

/* One token; false after reporting, or at the end of a document without fault. */
static bool walk_step(struct walk *walk)
{
	const struct aac_source *source = walk->source;

	walk->previous = walk->at;
	walk->at = aac_json_skip_space(source->text, walk->at, source->size);
	if (walk->at == source->size)
		return walk->want == WANT_END ? false : fault_end(walk);
	switch (walk->want) {
	case WANT_KEY:
	case WANT_FIRST_KEY:
		return walk_key(walk);
	case WANT_COLON:
		return walk_colon(walk);
	case WANT_COMMA:
		return walk_comma(walk);
	case WANT_END:
		return fault_unexpected(walk);
	case WANT_VALUE:
	case WANT_FIRST_VALUE:
	default:
		return walk_value(walk);
	}
}

static void report_as_jansson_does(struct walk *walk)
{
	uint32_t at = walk->error->position > 0 ? (uint32_t)walk->error->position : 0;

	if (at > walk->source->size)
		at = walk->source->size;
	fault(walk, "json-syntax", span_at(walk, at, at), "%s", walk->error->text);
}

void aac_json_fault(struct aac_context *ctx, const struct aac_source *source,
		    const json_error_t *error)
{
	unsigned int before = ctx->diags->errors;
	struct walk *walk = calloc(1, sizeof(*walk));

	if (!walk)
		abort();
	walk->ctx = ctx;
	walk->source = source;
	walk->error = error;
	while (walk_step(walk))
		;
	if (ctx->diags->errors == before)
		report_as_jansson_does(walk);
	free(walk);
}
