#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/edit.h"

struct aac_source;
struct arena;

/*
 * Edits of one member of an object in a valid JSON text, in the style that the text has
 * already: OBJECT is the offset of the object's '{'.  Of a key that stands there several
 * times the last one counts, as for every reader.  All bytes but the edit's stay.
 */

/* The text of KEY's value as it is spelt; NULL when there is no such member. */
const char *aac_json_member_text(struct arena *arena, const struct aac_source *source,
				 uint32_t object, const char *key);
/* Does KEY hold the string VALUE, however it is spelt? */
bool aac_json_member_says(const struct aac_source *source, uint32_t object,
			  const char *key, const char *value);
/* Give KEY the value whose JSON text is VALUE; a missing member comes after the last one.
 */
struct aac_edit aac_json_edit_set(struct arena *arena, const struct aac_source *source,
				  uint32_t object, const char *key, const char *value);
/* Take the member out, with the comma that joins it to the others: what set() has added
 * goes without a trace.  False: there is none. */
bool aac_json_edit_remove(const struct aac_source *source, uint32_t object,
			  const char *key, struct aac_edit *edit);
