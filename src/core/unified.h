#pragma once

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct buf;

/* One side of a comparison. */
struct aac_diff_side {
	const char *name; /* for the header; "/dev/null" for what is not there */
	const char *text; /* NULL: not there */
	size_t len;
};

/* The differences of two texts as patch(1) reads them, three lines of context; nothing
 * when they are equal. */
void aac_unified_diff(struct arena *arena, const struct aac_diff_side *old,
		      const struct aac_diff_side *new_, struct buf *out);
