/*
 * Elements of compiled policy, one at a time.  Each call looks at what stands next: if it
 * is of the type and name that are asked for it is taken, else nothing happens.  An
 * element that is cut off is an error, not one that is absent.
 */
#include "core/blob_cursor.h"

#include <string.h>

bool aac_cursor_fail_at(struct aac_cursor *cursor, size_t at, const char *why)
{
	if (!cursor->why) {
		cursor->why = why;
		cursor->why_at = at;
	}
	return false;
}

bool aac_cursor_fail(struct aac_cursor *cursor, const char *why)
{
	return aac_cursor_fail_at(cursor, cursor->at, why);
}

static bool has(const struct aac_cursor *cursor, size_t at, size_t len)
{
	return aac_bytes_hold(cursor->size, at, len);
}

static uint64_t number_at(const struct aac_cursor *cursor, size_t at, size_t width)
{
	return aac_bytes_number(cursor->bytes + at, width);
}

/* The name that stands at *AT, which moves behind it.  True without one, when none is
 * wanted. */
static bool take_name(struct aac_cursor *cursor, const char *wanted, size_t *at)
{
	const char *name;
	size_t len;

	if (!has(cursor, *at, 1) || cursor->bytes[*at] != AAC_ELEMENT_NAME)
		return !wanted;
	if (!has(cursor, *at + 1, 2))
		return aac_cursor_fail(cursor, "a name is cut off");
	len = number_at(cursor, *at + 1, 2);
	if (len == 0 || !has(cursor, *at + 3, len))
		return aac_cursor_fail(cursor, "a name is cut off");
	name = (const char *)cursor->bytes + *at + 3;
	if (name[len - 1] != '\0' || strlen(name) != len - 1)
		return aac_cursor_fail(cursor, "a name is not ended");
	*at += 3 + len;
	return !wanted || strcmp(name, wanted) == 0;
}

/* Behind the type byte when TYPE and NAME stand next; else false. */
static bool find(struct aac_cursor *cursor, enum aac_element type, const char *name,
		 size_t *at)
{
	*at = cursor->at;
	if (cursor->why || !take_name(cursor, name, at))
		return false;
	if (!has(cursor, *at, 1) || cursor->bytes[*at] != type)
		return false;
	++*at;
	return true;
}

bool aac_cursor_mark(struct aac_cursor *cursor, enum aac_element type, const char *name)
{
	size_t at;

	if (!find(cursor, type, name, &at))
		return false;
	cursor->at = at;
	return true;
}

static bool take_number(struct aac_cursor *cursor, enum aac_element type,
			const char *name, size_t width, uint64_t *value)
{
	size_t at;

	if (!find(cursor, type, name, &at))
		return false;
	if (!has(cursor, at, width))
		return aac_cursor_fail(cursor, "a number is cut off");
	*value = number_at(cursor, at, width);
	cursor->at = at + width;
	return true;
}

bool aac_cursor_u8(struct aac_cursor *cursor, const char *name, uint8_t *value)
{
	uint64_t wide;

	if (!take_number(cursor, AAC_ELEMENT_U8, name, 1, &wide))
		return false;
	*value = (uint8_t)wide;
	return true;
}

bool aac_cursor_u16(struct aac_cursor *cursor, const char *name, uint16_t *value)
{
	uint64_t wide;

	if (!take_number(cursor, AAC_ELEMENT_U16, name, 2, &wide))
		return false;
	*value = (uint16_t)wide;
	return true;
}

bool aac_cursor_u32(struct aac_cursor *cursor, const char *name, uint32_t *value)
{
	uint64_t wide;

	if (!take_number(cursor, AAC_ELEMENT_U32, name, 4, &wide))
		return false;
	*value = (uint32_t)wide;
	return true;
}

bool aac_cursor_u64(struct aac_cursor *cursor, const char *name, uint64_t *value)
{
	return take_number(cursor, AAC_ELEMENT_U64, name, 8, value);
}

bool aac_cursor_array(struct aac_cursor *cursor, const char *name, uint16_t *count)
{
	uint64_t wide;

	if (!take_number(cursor, AAC_ELEMENT_ARRAY, name, 2, &wide))
		return false;
	*count = (uint16_t)wide;
	return true;
}

bool aac_cursor_string(struct aac_cursor *cursor, const char *name, const char **text,
		       size_t *len)
{
	size_t at, size;

	if (!find(cursor, AAC_ELEMENT_STRING, name, &at))
		return false;
	if (!has(cursor, at, 2))
		return aac_cursor_fail(cursor, "a string is cut off");
	size = number_at(cursor, at, 2);
	if (size == 0 || !has(cursor, at + 2, size))
		return aac_cursor_fail(cursor, "a string is cut off");
	*text = (const char *)cursor->bytes + at + 2;
	*len = size - 1;
	if ((*text)[*len] != '\0')
		return aac_cursor_fail(cursor, "a string is not ended");
	cursor->at = at + 2 + size;
	return true;
}

bool aac_cursor_blob(struct aac_cursor *cursor, const char *name, const uint8_t **bytes,
		     size_t *size)
{
	size_t at;

	if (!find(cursor, AAC_ELEMENT_BLOB, name, &at))
		return false;
	if (!has(cursor, at, 4))
		return aac_cursor_fail(cursor, "a blob is cut off");
	*size = number_at(cursor, at, 4);
	if (!has(cursor, at + 4, *size))
		return aac_cursor_fail(cursor, "a blob is cut off");
	*bytes = cursor->bytes + at + 4;
	cursor->at = at + 4 + *size;
	return true;
}
