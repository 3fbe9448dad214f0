#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct aac_source;
struct arena;

/* The bytes BEGIN to END of a text give way to TEXT; both may be empty. */
struct aac_edit {
	uint32_t begin, end;
	const char *text; /* LEN bytes, borrowed */
	size_t len;
};

/* SOURCE with the EDITS, which may come in any order and must not overlap.  Sorts EDITS.
 * The result is in the arena and NUL-terminated. */
const char *aac_edits_apply(struct arena *arena, const struct aac_source *source,
			    struct aac_edit *edits, size_t count, size_t *len);
