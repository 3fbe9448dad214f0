/*
 * Records of AppArmor's: takes a line of a log, which may hold anything, and gives the
 * records in it, or why one cannot be read.  Not obvious: a record that is cut off right
 * behind a value looks whole, so what must be there is asked for by those who need it.
 */
#include "core/record.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"

static const char start[] = "apparmor=";
static const char cut_off[] = "it is cut off";
static const char mixed[] = "something else stands in its midst";

static const struct {
	const char *word;
	bool text;
} keys[] = {
#define KEY(id, word, text) [AAC_RECORD_##id] = { word, text },
#include "core/record_keys.def"
#undef KEY
};

struct reader {
	struct arena *arena;
	const char *at, *end;
	struct aac_record *record;
	const char *why;
	bool message; /* it stands in msg='…', which its last value may end */
};

/* ---- values ------------------------------------------------------------------------ */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == 0x1d;
}

static bool is_key(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' ||
	       (c >= '0' && c <= '9');
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool refuse(struct reader *r, const char *why)
{
	r->why = why;
	return false;
}

/* Between quotes there is what prints, since all else would be in digits. */
static bool read_quoted(struct reader *r, const char **text, size_t *len)
{
	const char *from = ++r->at;

	while (r->at < r->end && *r->at != '"') {
		unsigned char c = (unsigned char)*r->at++;

		if (c < 0x20 || c > 0x7e)
			return refuse(r, mixed);
	}
	if (r->at == r->end)
		return refuse(r, cut_off);
	*text = from;
	*len = (size_t)(r->at++ - from);
	if (r->at < r->end && !is_blank(*r->at) && *r->at != '\'')
		return refuse(r, mixed);
	return true;
}

static bool read_bare(struct reader *r, const char **text, size_t *len)
{
	const char *from = r->at;

	while (r->at < r->end && !is_blank(*r->at) && *r->at != '"' && *r->at != '\'') {
		unsigned char c = (unsigned char)*r->at++;

		if (c < 0x20 || c > 0x7e)
			return refuse(r, mixed);
	}
	*text = from;
	*len = (size_t)(r->at - from);
	if (r->at < r->end && *r->at == '"')
		return refuse(r, mixed);
	return *len ? true : refuse(r, cut_off);
}

static bool is_word(const char *text, size_t len, const char *word)
{
	return len == strlen(word) && memcmp(text, word, len) == 0;
}

/* What a program chose, from digits; *value is NULL where there is nothing. */
static bool decode(struct reader *r, const char *text, size_t len, const char **value)
{
	char *bytes;

	*value = NULL;
	if (is_word(text, len, "?") || is_word(text, len, "(null)"))
		return true;
	if (is_word(text, len, "none") || is_word(text, len, "unconfined")) {
		*value = arena_strndup(r->arena, text, len);
		return true;
	}
	if (len % 2)
		return refuse(r, cut_off);
	bytes = arena_alloc(r->arena, len / 2 + 1, 1);
	for (size_t i = 0; i < len; i += 2) {
		int high = hex_digit(text[i]), low = hex_digit(text[i + 1]);

		if (high < 0 || low < 0)
			return refuse(r, mixed);
		if (high + low == 0)
			return refuse(r, "it holds the byte NUL");
		bytes[i / 2] = (char)(high * 16 + low);
	}
	*value = bytes;
	return true;
}

static bool keep(struct reader *r, size_t key, const char *text, size_t len, bool quoted)
{
	const char **value = &r->record->values[key];

	if (*value)
		return refuse(r, mixed);
	if (keys[key].text && !quoted)
		return decode(r, text, len, value);
	if (!is_word(text, len, "?"))
		*value = arena_strndup(r->arena, text, len);
	return true;
}

/* ---- pairs ------------------------------------------------------------------------- */

static size_t find_key(const char *text, size_t len)
{
	size_t key = 0;

	while (key < AAC_RECORD_KEYS && !is_word(text, len, keys[key].word))
		key++;
	return key;
}

static bool read_pair(struct reader *r)
{
	const char *word = r->at, *text;
	size_t len, key;
	bool quoted;

	while (r->at < r->end && is_key(*r->at))
		r->at++;
	len = (size_t)(r->at - word);
	if (r->at == r->end)
		return refuse(r, cut_off);
	if (len == 0 || *r->at++ != '=')
		return refuse(r, mixed);
	if (r->at == r->end)
		return refuse(r, cut_off);
	quoted = *r->at == '"';
	if (!(quoted ? read_quoted(r, &text, &len) : read_bare(r, &text, &len)))
		return false;
	key = find_key(word, (size_t)(strchr(word, '=') - word));
	return key == AAC_RECORD_KEYS || keep(r, key, text, len, quoted);
}

static bool read_event(struct reader *r)
{
	static const struct {
		const char *word;
		enum aac_record_event event;
	} events[] = {
		{ "DENIED", AAC_EVENT_DENIED }, { "ALLOWED", AAC_EVENT_ALLOWED },
		{ "AUDIT", AAC_EVENT_AUDITED }, { "STATUS", AAC_EVENT_STATUS },
		{ "KILLED", AAC_EVENT_DENIED }, { "HINT", AAC_EVENT_STATUS },
		{ "ERROR", AAC_EVENT_STATUS },
	};
	const char *text;
	size_t len;

	r->at += strlen(start);
	if (r->at == r->end)
		return refuse(r, cut_off);
	if (*r->at != '"' || !read_quoted(r, &text, &len))
		return refuse(r, r->why ? r->why : mixed);
	for (size_t i = 0; i < ARRAY_SIZE(events); i++)
		if (is_word(text, len, events[i].word)) {
			r->record->event = events[i].event;
			return true;
		}
	return refuse(r, "what became of it is told by no known word");
}

static bool is_whole(struct reader *r)
{
	const char *const *values = r->record->values;

	if (r->record->event == AAC_EVENT_STATUS)
		return true;
	if (!values[AAC_RECORD_OPERATION] ||
	    (!values[AAC_RECORD_PROFILE] && !values[AAC_RECORD_LABEL]))
		return refuse(r, cut_off);
	return true;
}

static bool read_record(struct reader *r)
{
	if (!read_event(r))
		return false;
	while (r->at < r->end) {
		if (is_blank(*r->at)) {
			r->at++;
			continue;
		}
		if (*r->at == '\'' && r->message)
			break;
		if (!read_pair(r))
			return false;
	}
	return is_whole(r);
}

/* ---- lines ------------------------------------------------------------------------- */

/* No value holds `apparmor="D`, since one with a quote is in digits. */
static const char *find_start(const char *text, size_t len)
{
	const char *end = text + len, *at = text;

	while ((at = memmem(at, (size_t)(end - at), start, strlen(start)))) {
		const char *behind = at + strlen(start);

		if (behind < end && *behind == '\\')
			behind++;
		if (behind < end && *behind == '"' &&
		    (behind + 1 == end || (behind[1] >= 'A' && behind[1] <= 'Z')))
			return at;
		at = behind;
	}
	return NULL;
}

/* \uXXXX, of which records have those below 128 only; the others are no part of any. */
static const char *put_unicode(struct buf *out, const char *at, const char *end)
{
	int value = 0;

	for (int i = 0; i < 4; i++, at++) {
		int digit = at < end ? hex_digit(*at) : -1;

		if (digit < 0)
			return at;
		value = value * 16 + digit;
	}
	buf_putc(out, value && value < 128 ? (char)value : 0x7f);
	return at;
}

/* The rest of the JSON string that AT stands in; where it ends. */
static const char *put_json(struct buf *out, const char *at, const char *end)
{
	static const char letters[] = "nrtbf", bytes[] = "\n\r\t\b\f";

	while (at < end && *at != '"') {
		const char *letter;

		if (*at != '\\' || at + 1 == end) {
			buf_putc(out, *at++);
			continue;
		}
		letter = memchr(letters, at[1], strlen(letters));
		at += 2;
		if (at[-1] == 'u')
			at = put_unicode(out, at, end);
		else
			buf_putc(out, letter ? bytes[letter - letters] : at[-1]);
	}
	return at;
}

/* Does it stand in the string of an audit record of user space? */
static bool in_message(const char *text, const char *at)
{
	return memmem(text, (size_t)(at - text), "msg='", 5) != NULL;
}

enum aac_record_found aac_record_next(struct arena *arena, struct aac_record_walk *walk,
				      struct aac_record *record, const char **why)
{
	const char *rest = walk->text + walk->at, *end = walk->text + walk->len;
	const char *from = find_start(rest, (size_t)(end - rest)), *next;
	struct reader r = { .arena = arena, .record = record };
	CLEANUP_BUF string = { 0 };

	if (!from) {
		walk->at = walk->len;
		return AAC_RECORD_NONE;
	}
	*record = (struct aac_record){ 0 };
	next = find_start(from + 1, (size_t)(end - from - 1));
	r.message = in_message(rest, from);
	if (from + strlen(start) < end && from[strlen(start)] == '\\') {
		next = put_json(&string, from, next ? next : end);
		from = buf_str(&string);
		r.end = from + string.len;
	} else {
		next = next ? next : end;
		r.end = next;
	}
	r.at = from;
	walk->at = (size_t)(next - walk->text);
	if (read_record(&r))
		return AAC_RECORD_READ;
	*why = r.why;
	return AAC_RECORD_BROKEN;
}
