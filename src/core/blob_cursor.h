#pragma once

/*
 * A cursor over the elements of compiled policy: a byte that tells the type, then the
 * value; a name may stand before any of them.  Numbers are little-endian.  Everything
 * that is asked for is optional: what does not stand next leaves the cursor where it is.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

enum aac_element {
	AAC_ELEMENT_U8,
	AAC_ELEMENT_U16,
	AAC_ELEMENT_U32,
	AAC_ELEMENT_U64,
	AAC_ELEMENT_NAME,
	AAC_ELEMENT_STRING,
	AAC_ELEMENT_BLOB,
	AAC_ELEMENT_STRUCT,
	AAC_ELEMENT_STRUCT_END,
	AAC_ELEMENT_LIST,
	AAC_ELEMENT_LIST_END,
	AAC_ELEMENT_ARRAY,
	AAC_ELEMENT_ARRAY_END,
};

struct aac_cursor {
	const uint8_t *bytes;
	size_t size, at;
	const char *why; /* the first error, or NULL */
	size_t why_at;
};

/* Do LEN bytes stand at AT of SIZE? */
static inline bool aac_bytes_hold(size_t size, size_t at, size_t len)
{
	return at <= size && len <= size - at;
}

/* The number of WIDTH bytes that stands there, its lowest byte first. */
static inline uint64_t aac_bytes_number(const uint8_t *bytes, size_t width)
{
	uint64_t value = 0;

	for (size_t i = width; i > 0; i--)
		value = value << 8 | bytes[i - 1];
	return value;
}

/* Remember the first error; false. */
bool aac_cursor_fail(struct aac_cursor *cursor, const char *why);
/* The same, at an offset of its own. */
bool aac_cursor_fail_at(struct aac_cursor *cursor, size_t at, const char *why);

/* Elements without a value of their own (STRUCT …).  NAME NULL: with any name, or none.
 */
bool aac_cursor_mark(struct aac_cursor *cursor, enum aac_element type, const char *name);
bool aac_cursor_u8(struct aac_cursor *cursor, const char *name, uint8_t *value);
bool aac_cursor_u16(struct aac_cursor *cursor, const char *name, uint16_t *value);
bool aac_cursor_u32(struct aac_cursor *cursor, const char *name, uint32_t *value);
bool aac_cursor_u64(struct aac_cursor *cursor, const char *name, uint64_t *value);
bool aac_cursor_array(struct aac_cursor *cursor, const char *name, uint16_t *count);
/* LEN is without the closing NUL; the bytes belong to the cursor's. */
bool aac_cursor_string(struct aac_cursor *cursor, const char *name, const char **text,
		       size_t *len);
bool aac_cursor_blob(struct aac_cursor *cursor, const char *name, const uint8_t **bytes,
		     size_t *size);
