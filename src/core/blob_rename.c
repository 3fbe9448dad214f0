/*
 * A profile's compiled policy under another name.  Copies element after element, and
 * takes only what it knows: what stands in none of the types of blob_cursor.h, or is cut
 * off, has no other name.
 */
#include "core/blob_rename.h"

#include <string.h>

#include "base/buf.h"
#include "core/blob_cursor.h"

#define AUTOMATON "aadfa"

struct copying {
	const uint8_t *bytes;
	size_t size, at;
	const char *from, *to;
	struct buf *out;
	size_t start;			   /* of OUT */
	size_t renamed;			   /* how many names were written anew */
	bool profile;			   /* what stands next is a profile's name */
	const struct buf *const *automata; /* NULL: as they are */
	size_t automata_count, automata_seen;
};

static bool has(const struct copying *c, size_t at, size_t len)
{
	return aac_bytes_hold(c->size, at, len);
}

static size_t number(const struct copying *c, size_t at, size_t width)
{
	return aac_bytes_number(c->bytes + at, width);
}

static void put(struct copying *c, const void *bytes, size_t len)
{
	buf_putn(c->out, bytes, len);
}

static void put_number(struct copying *c, size_t value, size_t width)
{
	for (size_t i = 0; i < width; i++)
		buf_putc(c->out, (char)(value >> (8 * i) & 0xff));
}

/* LEN bytes as they stand. */
static bool copy(struct copying *c, size_t len)
{
	if (!has(c, c->at, len))
		return false;
	put(c, c->bytes + c->at, len);
	c->at += len;
	return true;
}

/* A name before an element; *NAME stays NULL without one. */
static bool copy_name(struct copying *c, const char **name)
{
	size_t len;

	if (c->bytes[c->at] != AAC_ELEMENT_NAME)
		return true;
	if (!has(c, c->at + 1, 2))
		return false;
	len = number(c, c->at + 1, 2);
	if (len == 0 || !has(c, c->at + 3, len) || c->bytes[c->at + 2 + len] != '\0')
		return false;
	*name = (const char *)c->bytes + c->at + 3;
	return copy(c, 3 + len);
}

/* The type byte is copied. */
static bool copy_string(struct copying *c)
{
	size_t len = strlen(c->from) + 1;

	if (!has(c, c->at, 2))
		return false;
	if (!c->profile)
		return copy(c, 2 + number(c, c->at, 2));
	if (number(c, c->at, 2) != len || !has(c, c->at + 2, len) ||
	    memcmp(c->bytes + c->at + 2, c->from, len) != 0)
		return false;
	put_number(c, strlen(c->to) + 1, 2);
	put(c, c->to, strlen(c->to) + 1);
	c->at += 2 + len;
	c->renamed++;
	return true;
}

/* An automaton begins with a byte that is not 0, behind its padding. */
static bool copy_blob(struct copying *c, bool automaton)
{
	size_t len, pad = 0, place, fresh;
	const struct buf *other = NULL;

	if (!has(c, c->at, 4))
		return false;
	len = number(c, c->at, 4);
	if (!automaton)
		return copy(c, 4 + len);
	if (!has(c, c->at + 4, len))
		return false;
	while (pad < len && pad < 8 && c->bytes[c->at + 4 + pad] == 0)
		pad++;
	place = c->at + 4 + pad;
	if (pad == 8 || place % 8 != 0)
		return false;
	if (c->automata && c->automata_seen < c->automata_count)
		other = c->automata[c->automata_seen];
	c->automata_seen++;
	fresh = (8 - (c->out->len - c->start + 4) % 8) % 8;
	put_number(c, (other ? other->len : len - pad) + fresh, 4);
	buf_fill(c->out, '\0', fresh);
	if (other)
		put(c, other->data, other->len);
	else
		put(c, c->bytes + place, len - pad);
	c->at += 4 + len;
	return true;
}

static bool copy_value(struct copying *c, unsigned int type, const char *name)
{
	switch (type) {
	case AAC_ELEMENT_U8:
		return copy(c, 1);
	case AAC_ELEMENT_U16:
	case AAC_ELEMENT_ARRAY:
		return copy(c, 2);
	case AAC_ELEMENT_U32:
		return copy(c, 4);
	case AAC_ELEMENT_U64:
		return copy(c, 8);
	case AAC_ELEMENT_STRING:
		return copy_string(c);
	case AAC_ELEMENT_BLOB:
		return copy_blob(c, name && strcmp(name, AUTOMATON) == 0);
	case AAC_ELEMENT_STRUCT:
	case AAC_ELEMENT_STRUCT_END:
	case AAC_ELEMENT_LIST:
	case AAC_ELEMENT_LIST_END:
	case AAC_ELEMENT_ARRAY_END:
		return true;
	default:
		return false;
	}
}

static bool copy_element(struct copying *c)
{
	const char *name = NULL;
	unsigned int type;
	bool good;

	if (!copy_name(c, &name) || !has(c, c->at, 1))
		return false;
	type = c->bytes[c->at];
	if (c->profile && type != AAC_ELEMENT_STRING)
		return false;
	good = copy(c, 1) && copy_value(c, type, name);
	c->profile = type == AAC_ELEMENT_STRUCT && name && strcmp(name, "profile") == 0;
	return good;
}

/* The name stands in the bytes once: no table of targets holds it. */
static bool holds_once(const uint8_t *bytes, size_t size, const char *name)
{
	size_t len = strlen(name);
	const uint8_t *first = len ? memmem(bytes, size, name, len) : NULL;
	size_t rest = first ? size - (size_t)(first - bytes) - 1 : 0;

	return first && !memmem(first + 1, rest, name, len);
}

bool aac_blob_replace(const uint8_t *bytes, size_t size, const char *from, const char *to,
		      const struct buf *const *automata, size_t count, struct buf *out)
{
	struct copying c = { .bytes = bytes,
			     .size = size,
			     .from = from,
			     .to = to,
			     .out = out,
			     .start = out->len,
			     .automata = automata,
			     .automata_count = count };

	if (!holds_once(bytes, size, from) || strlen(to) >= UINT16_MAX)
		return false;
	buf_reserve(out, size + strlen(to) + 64);
	while (c.at < size)
		if (!copy_element(&c))
			break;
	if (c.at == size && c.renamed == 1 && (!automata || c.automata_seen == count))
		return true;
	out->len = c.start;
	out->data[out->len] = '\0';
	return false;
}

bool aac_blob_rename(const uint8_t *bytes, size_t size, const char *from, const char *to,
		     struct buf *out)
{
	return aac_blob_replace(bytes, size, from, to, NULL, 0, out);
}
