#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A scanner over the text of a JSON document that is known to be valid: finds where
 * members and elements stand, which jansson does not keep.  Offsets are into TEXT;
 * nothing recurses.
 */
struct aac_json_range {
	uint32_t begin, end;
};

/* Walks the members of an object or the elements of a list, one call after the other. */
struct aac_json_walk {
	const char *text;
	uint32_t at;
	bool object;
	struct aac_json_range key; /* with its quotes; of an object's member */
	struct aac_json_range value;
};

uint32_t aac_json_skip_space(const char *text, uint32_t at, uint32_t end);
/* Past the value that begins at AT. */
uint32_t aac_json_skip_value(const char *text, uint32_t at);
/* False when what begins at AT is neither object nor list. */
bool aac_json_walk_start(struct aac_json_walk *walk, const char *text, uint32_t at);
bool aac_json_walk_next(struct aac_json_walk *walk);
/* Decodes the string of RANGE (escapes too) into OUT, which has room for as many bytes as
 * the range has; returns how many it wrote. */
size_t aac_json_decode(const char *text, struct aac_json_range range, char *out);
/* Does the string of RANGE say KEY, once its escapes are decoded? */
bool aac_json_says(const char *text, struct aac_json_range range, const char *key);
