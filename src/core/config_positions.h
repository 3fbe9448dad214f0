#pragma once

#include <stdbool.h>

#include "core/source.h"
#include "core/value.h"

struct arena;
struct aac_positions;

/* Where the values of a JSON document stand; SOURCE must be valid JSON, an object.
 * Nothing is read before the first question. */
struct aac_positions *aac_positions_new(struct arena *arena,
					const struct aac_source *source);

/* Gives the index back; POSITIONS itself is in the arena. */
void aac_positions_fini(struct aac_positions *positions);

struct aac_position {
	bool found; /* the whole trail is there */
	/* Of the last step that is there, or of the one above it that has a key;
	 * .source is NULL when there is none. */
	struct aac_span key;
	/* Of the last step that is there. */
	struct aac_span value;
};

struct aac_position aac_positions_find(struct aac_positions *positions,
				       const struct aac_trail *trail);
