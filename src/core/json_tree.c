/*
 * Reading JSON into a tree: one pass, no copy but of strings with escapes, nothing on the
 * heap.  Strict: what jansson would refuse (a key twice, half a surrogate pair, a number
 * that does not fit, 2049 levels) has no tree.  Not obvious: an object with many members
 * keeps them in order of their keys as well, so that finding one among them, and finding
 * one twice, costs no more than it must.
 */
#include "core/json_tree.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "core/json_scan.h"
#include "core/source.h"
#include "core/visible.h"

/* JSON_PARSER_MAX_DEPTH of jansson, which counts the innermost value too. */
#define DEPTH_MAX 2048u

/* So many members are looked through one by one. */
enum { FEW = 16 };

/* ---- asking ----------------------------------------------------------------------- */

static int compare_slices(const struct aac_slice *a, const struct aac_slice *b)
{
	size_t len = a->len < b->len ? a->len : b->len;
	int order = len ? memcmp(a->text, b->text, len) : 0;

	return order ? order : (a->len > b->len) - (a->len < b->len);
}

static bool same_slice(const struct aac_slice *a, const struct aac_slice *b)
{
	return a->len == b->len && (a->len == 0 || memcmp(a->text, b->text, a->len) == 0);
}

static int compare_wanted(const void *key, const void *node)
{
	return compare_slices(key, &(*(const struct aac_node *const *)node)->key);
}

const struct aac_node *aac_node_get(const struct aac_node *node, const char *key)
{
	struct aac_slice want = { key, strlen(key) };
	const struct aac_node *const *found;

	if (!node || node->type != AAC_NODE_OBJECT)
		return NULL;
	if (node->sorted) {
		found = bsearch(&want, node->sorted, node->count, sizeof(*node->sorted),
				compare_wanted);
		return found ? *found : NULL;
	}
	for (const struct aac_node *at = node->first; at; at = at->next)
		if (same_slice(&at->key, &want))
			return at;
	return NULL;
}

bool aac_node_says(const struct aac_node *node, const char *word)
{
	struct aac_slice want = { word, strlen(word) };

	return node && node->type == AAC_NODE_STRING && same_slice(&node->string, &want);
}

bool aac_node_is_null(const struct aac_node *node)
{
	return !node || node->type == AAC_NODE_NULL;
}

/* ---- the reader ------------------------------------------------------------------- */

struct aac_json_reader aac_json_reader_at(struct arena *arena,
					  const struct aac_source *source, uint32_t at,
					  unsigned int depth)
{
	return (struct aac_json_reader){ .arena = arena,
					 .strings = arena,
					 .text = source->text,
					 .at = source->text + at,
					 .end = source->text + source->size,
					 .depth = depth };
}

struct aac_json_reader aac_json_reader_new(struct arena *arena,
					   const struct aac_source *source)
{
	return aac_json_reader_at(arena, source, 0, 0);
}

static void skip_space(struct aac_json_reader *r)
{
	while (*r->at == ' ' || *r->at == '\n' || *r->at == '\t' || *r->at == '\r')
		r->at++;
}

bool aac_json_at_end(struct aac_json_reader *reader)
{
	skip_space(reader);
	return reader->at == reader->end;
}

/* ---- strings ---------------------------------------------------------------------- */

/* The four hex digits at AT; negative when they are none. */
static int32_t hex_four(const char *at)
{
	int32_t value = 0;

	for (int i = 0; i < 4; i++) {
		static const char digits[] = "0123456789abcdefABCDEF";
		const char *found = at[i] ? strchr(digits, at[i]) : NULL;
		int32_t digit = found ? (int32_t)(found - digits) : 0;

		if (!found)
			return -1;
		value = value * 16 + (digit > 15 ? digit - 6 : digit);
	}
	return value;
}

/* The length of the escape at AT, a backslash; 0 when there is no such escape. */
static size_t escape_length(const char *at, bool *nul)
{
	int32_t unit, low;

	if (at[1] != 'u')
		return at[1] && strchr("\"\\/bfnrt", at[1]) ? 2 : 0;
	unit = hex_four(at + 2);
	if (unit < 0 || (unit >= 0xdc00 && unit < 0xe000))
		return 0;
	*nul |= unit == 0;
	if (unit < 0xd800 || unit >= 0xe000)
		return 6;
	low = at[6] == '\\' && at[7] == 'u' ? hex_four(at + 8) : -1;
	return low >= 0xdc00 && low < 0xe000 ? 12 : 0;
}

static const bool stands_for_itself[256] = {
	[' ' ... '!'] = true, ['#' ... '['] = true, [']' ... 0x7f] = true
};

/* What the string here says; false when there is none. */
static bool read_string(struct aac_json_reader *r, struct aac_slice *slice, bool *nul)
{
	const char *begin = r->at, *at = begin + 1;
	bool escaped = false;
	char *decoded;

	if (*begin != '"')
		return false;
	for (;;) {
		size_t step;

		while (stands_for_itself[(unsigned char)*at])
			at++;
		if (*at == '"')
			break;
		if (*at == '\\')
			step = escape_length(at, nul);
		else
			step = (unsigned char)*at < 0x80 ? 0
							 : aac_utf8_length(at, r->end);
		if (!step)
			return false;
		escaped |= *at == '\\';
		at += step;
	}
	r->at = at + 1;
	*slice = (struct aac_slice){ begin + 1, (size_t)(at - begin - 1) };
	if (escaped) {
		struct aac_json_range range = { (uint32_t)(begin - r->text),
						(uint32_t)(r->at - r->text) };

		decoded = ARENA_ARRAY(r->strings, char, slice->len);
		slice->len = aac_json_decode(r->text, range, decoded);
		slice->text = decoded;
	}
	return true;
}

/* ---- numbers and words ------------------------------------------------------------ */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char *skip_digits(const char *at)
{
	while (is_digit(*at))
		at++;
	return at;
}

/* Past the number at AT; NULL when there is none. */
static const char *skip_number(const char *at, bool *real)
{
	at += *at == '-';
	if (!is_digit(*at) || (*at == '0' && is_digit(at[1])))
		return NULL;
	at = skip_digits(at);
	*real = *at == '.' || *at == 'e' || *at == 'E';
	if (*at == '.') {
		if (!is_digit(at[1]))
			return NULL;
		at = skip_digits(at + 1);
	}
	if (*at == 'e' || *at == 'E') {
		at++;
		at += *at == '+' || *at == '-';
		if (!is_digit(*at))
			return NULL;
		at = skip_digits(at);
	}
	return at;
}

/* The C locale's decimal point is JSON's: nobody here calls setlocale. */
static bool read_number(struct aac_json_reader *r, struct aac_node *node)
{
	bool real = false;
	const char *end = skip_number(r->at, &real);

	if (!end)
		return false;
	errno = 0;
	if (real) {
		node->type = AAC_NODE_REAL;
		node->real = strtod(r->at, NULL);
		if (isinf(node->real))
			return false;
	} else {
		node->type = AAC_NODE_INT;
		node->integer = strtoll(r->at, NULL, 10);
		if (errno == ERANGE)
			return false;
	}
	r->at = end;
	return true;
}

static bool read_word(struct aac_json_reader *r, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(r->at, word, len) != 0)
		return false;
	r->at += len;
	return true;
}

/* ---- lists and objects ------------------------------------------------------------ */

static bool read_value(struct aac_json_reader *r, struct aac_node *node);

/* The elements of a list; a ',' or the ']' is here after each. */
static bool read_list(struct aac_json_reader *r, struct aac_node *list)
{
	const struct aac_node **tail = &list->first;

	list->type = AAC_NODE_LIST;
	r->at++;
	r->depth++;
	skip_space(r);
	while (*r->at != ']') {
		struct aac_node *node = ARENA_NEW(r->arena, struct aac_node);

		if (list->count > 0) {
			if (*r->at != ',')
				return false;
			r->at++;
		}
		if (!read_value(r, node))
			return false;
		*tail = node;
		tail = &node->next;
		list->count++;
		skip_space(r);
	}
	r->at++;
	r->depth--;
	return true;
}

bool aac_json_enter(struct aac_json_reader *reader)
{
	skip_space(reader);
	if (*reader->at != '{')
		return false;
	reader->at++;
	reader->depth++;
	return true;
}

enum aac_json_step aac_json_next(struct aac_json_reader *reader, bool first,
				 struct aac_slice *key)
{
	bool nul = false;

	skip_space(reader);
	if (*reader->at == '}') {
		reader->at++;
		reader->depth--;
		return AAC_JSON_END;
	}
	if (!first) {
		if (*reader->at != ',')
			return AAC_JSON_WRONG;
		reader->at++;
		skip_space(reader);
	}
	if (!read_string(reader, key, &nul) || nul)
		return AAC_JSON_WRONG;
	skip_space(reader);
	if (*reader->at != ':')
		return AAC_JSON_WRONG;
	reader->at++;
	skip_space(reader);
	return AAC_JSON_MEMBER;
}

static int compare_keys(const void *a, const void *b)
{
	return compare_slices(&(*(const struct aac_node *const *)a)->key,
			      &(*(const struct aac_node *const *)b)->key);
}

/* Makes the list by key; true when one stands twice. */
static bool sort_members(struct aac_json_reader *r, struct aac_node *object)
{
	const struct aac_node **sorted =
		ARENA_ARRAY(r->arena, const struct aac_node *, object->count);
	size_t count = 0;

	for (const struct aac_node *at = object->first; at; at = at->next)
		sorted[count++] = at;
	qsort(sorted, count, sizeof(*sorted), compare_keys);
	for (size_t i = 1; i < count; i++)
		if (same_slice(&sorted[i - 1]->key, &sorted[i]->key))
			return true;
	object->sorted = sorted;
	return false;
}

static bool key_stands_twice(struct aac_json_reader *r, struct aac_node *object)
{
	if (object->count > FEW)
		return sort_members(r, object);
	for (const struct aac_node *a = object->first; a; a = a->next)
		for (const struct aac_node *b = a->next; b; b = b->next)
			if (same_slice(&a->key, &b->key))
				return true;
	return false;
}

static bool read_object(struct aac_json_reader *r, struct aac_node *object)
{
	const struct aac_node **tail = &object->first;
	enum aac_json_step step;
	struct aac_slice key;

	object->type = AAC_NODE_OBJECT;
	aac_json_enter(r);
	while ((step = aac_json_next(r, object->count == 0, &key)) == AAC_JSON_MEMBER) {
		struct aac_node *node = ARENA_NEW(r->arena, struct aac_node);

		node->key = key;
		if (!read_value(r, node))
			return false;
		*tail = node;
		tail = &node->next;
		object->count++;
	}
	return step == AAC_JSON_END && !key_stands_twice(r, object);
}

static int compare_texts(const void *a, const void *b)
{
	return compare_slices(a, b);
}

bool aac_json_twice(struct aac_slice *keys, size_t count)
{
	if (count)
		qsort(keys, count, sizeof(*keys), compare_texts);
	for (size_t i = 1; i < count; i++)
		if (same_slice(&keys[i - 1], &keys[i]))
			return true;
	return false;
}

/* ---- any value -------------------------------------------------------------------- */

static bool read_by_type(struct aac_json_reader *r, struct aac_node *node)
{
	bool nul = false;

	switch (*r->at) {
	case '"':
		node->type = AAC_NODE_STRING;
		return read_string(r, &node->string, &nul);
	case '{':
		return read_object(r, node);
	case '[':
		return read_list(r, node);
	case 't':
	case 'f':
		node->type = AAC_NODE_BOOL;
		node->boolean = *r->at == 't';
		return read_word(r, node->boolean ? "true" : "false");
	case 'n':
		return read_word(r, "null");
	default:
		return read_number(r, node);
	}
}

/* The depth is bounded as jansson's is. */
static bool read_value(struct aac_json_reader *r, struct aac_node *node)
{
	const char *begin;

	skip_space(r);
	begin = r->at;
	if (r->depth >= DEPTH_MAX || !read_by_type(r, node))
		return false;
	node->raw = (struct aac_slice){ begin, (size_t)(r->at - begin) };
	return true;
}

const struct aac_node *aac_json_read(struct aac_json_reader *reader)
{
	struct aac_node *node = ARENA_NEW(reader->arena, struct aac_node);

	return read_value(reader, node) ? node : NULL;
}
