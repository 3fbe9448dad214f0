/*
 * Values of parameters and operands: made from JSON, compared, and printed in the one
 * spelling that digests are taken of.  Depth is bounded by jansson's own limit.
 */
#include "core/value.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/json_text.h"

static void take_list(struct arena *arena, struct aac_value *value,
		      const struct aac_node *json)
{
	struct aac_value *items = ARENA_ARRAY(arena, struct aac_value, json->count);
	const struct aac_node *at = json->first;

	for (size_t i = 0; at; i++, at = at->next) {
		struct aac_trail *trail = NULL;

		if (value->trail) {
			trail = ARENA_NEW(arena, struct aac_trail);
			*trail = (struct aac_trail){ .up = value->trail, .index = i };
		}
		items[i] = aac_value_from_json(arena, at, trail);
	}
	value->type = AAC_VALUE_LIST;
	value->items = items;
	value->count = json->count;
}

struct aac_value aac_value_from_json(struct arena *arena, const struct aac_node *json,
				     const struct aac_trail *trail)
{
	struct aac_value value = { .type = AAC_VALUE_NULL, .trail = trail };

	switch (json ? json->type : AAC_NODE_NULL) {
	case AAC_NODE_BOOL:
		value.type = AAC_VALUE_BOOL;
		value.boolean = json->boolean;
		break;
	case AAC_NODE_INT:
		value.type = AAC_VALUE_INT;
		value.integer = json->integer;
		break;
	case AAC_NODE_REAL:
		value.type = AAC_VALUE_REAL;
		value.real = json->real;
		break;
	case AAC_NODE_STRING:
		value.type = AAC_VALUE_STRING;
		value.text = json->string.text;
		value.len = json->string.len;
		break;
	case AAC_NODE_LIST:
		take_list(arena, &value, json);
		break;
	case AAC_NODE_OBJECT:
		value.type = AAC_VALUE_OBJECT;
		value.object = json;
		break;
	case AAC_NODE_NULL:
	default:
		break;
	}
	return value;
}

/* Exactly: a double that is no integer of 64 bits equals none. */
static bool equal_number(int64_t integer, double real)
{
	const double limit = 9223372036854775808.0; /* 2^63 */

	return real >= -limit && real < limit && (int64_t)real == integer &&
	       (double)(int64_t)real == real;
}

static bool equal_lists(const struct aac_value *a, const struct aac_value *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (!aac_value_equal(&a->items[i], &b->items[i]))
			return false;
	return true;
}

static bool equal_bytes(const struct aac_value *a, const struct aac_value *b)
{
	return a->len == b->len && (a->len == 0 || memcmp(a->text, b->text, a->len) == 0);
}

/* Rare: jansson reads it, as it is written, once more. */
static json_t *load(const struct aac_node *object)
{
	return json_loadb(object->raw.text, object->raw.len, JSON_ALLOW_NUL, NULL);
}

static bool equal_objects(const struct aac_node *a, const struct aac_node *b)
{
	json_t *left = load(a), *right = load(b);
	bool equal = json_equal(left, right);

	json_decref(left);
	json_decref(right);
	return equal;
}

bool aac_value_equal(const struct aac_value *a, const struct aac_value *b)
{
	if (a->type == AAC_VALUE_INT && b->type == AAC_VALUE_REAL)
		return equal_number(a->integer, b->real);
	if (a->type == AAC_VALUE_REAL && b->type == AAC_VALUE_INT)
		return equal_number(b->integer, a->real);
	if (a->type != b->type)
		return false;
	switch (a->type) {
	case AAC_VALUE_BOOL:
		return a->boolean == b->boolean;
	case AAC_VALUE_INT:
		return a->integer == b->integer;
	case AAC_VALUE_REAL:
		return a->real == b->real;
	case AAC_VALUE_STRING:
		return equal_bytes(a, b);
	case AAC_VALUE_LIST:
		return equal_lists(a, b);
	case AAC_VALUE_OBJECT:
		return equal_objects(a->object, b->object);
	case AAC_VALUE_NULL:
	default:
		return true;
	}
}

static void print_json(struct buf *out, const json_t *json)
{
	char *text = json_dumps(json, JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS);

	buf_puts(out, text ? text : "null");
	free(text);
}

static void print_object(struct buf *out, const struct aac_node *object)
{
	json_t *json = load(object);

	print_json(out, json);
	json_decref(json);
}

static void print_real(struct buf *out, double real)
{
	json_t *json = json_real(real);

	print_json(out, json);
	json_decref(json);
}

static void print_list(struct buf *out, const struct aac_value *value)
{
	buf_putc(out, '[');
	for (size_t i = 0; i < value->count; i++) {
		if (i)
			buf_putc(out, ',');
		aac_value_print(out, &value->items[i]);
	}
	buf_putc(out, ']');
}

void aac_value_print(struct buf *out, const struct aac_value *value)
{
	switch (value->type) {
	case AAC_VALUE_BOOL:
		buf_puts(out, value->boolean ? "true" : "false");
		break;
	case AAC_VALUE_INT:
		buf_printf(out, "%jd", (intmax_t)value->integer);
		break;
	case AAC_VALUE_REAL:
		print_real(out, value->real);
		break;
	case AAC_VALUE_STRING:
		aac_json_string(out, value->text, value->len);
		break;
	case AAC_VALUE_LIST:
		print_list(out, value);
		break;
	case AAC_VALUE_OBJECT:
		print_object(out, value->object);
		break;
	case AAC_VALUE_NULL:
	default:
		buf_puts(out, "null");
		break;
	}
}

static void put_step(struct buf *out, const struct aac_trail *step)
{
	buf_putc(out, '/');
	if (!step->key) {
		buf_printf(out, "%zu", step->index);
		return;
	}
	for (const char *at = step->key; *at; at++) {
		if (*at == '~')
			buf_puts(out, "~0");
		else if (*at == '/')
			buf_puts(out, "~1");
		else
			buf_putc(out, *at);
	}
}

const char *aac_trail_pointer(struct arena *arena, const struct aac_trail *trail)
{
	CLEANUP_BUF out = { 0 };
	const struct aac_trail **steps;
	size_t count = 0;

	for (const struct aac_trail *at = trail; at && (at->up || at->key); at = at->up)
		count++; /* a node that is neither key nor element is the root itself */
	steps = ARENA_ARRAY(arena, const struct aac_trail *, count);
	for (size_t i = count; i > 0; trail = trail->up)
		steps[--i] = trail;
	for (size_t i = 0; i < count; i++)
		put_step(&out, steps[i]);
	return arena_strndup(arena, buf_str(&out), out.len);
}
