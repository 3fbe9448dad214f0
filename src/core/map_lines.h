#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct aac_context;
struct aac_source;

/* Where a line of a built profile comes from: what its map says. */
struct aac_map_line {
	uint32_t line; /* of the profile, from 1 */
	const char *file, *fragment;
	uint32_t source_line, source_column;
};

struct aac_map_lines {
	const struct aac_map_line *items; /* by line */
	size_t count;
};

/* The `lines` of PROFILE.map.json, which may be hostile.  False after reporting. */
bool aac_map_lines_read(struct aac_context *ctx, const struct aac_source *source,
			struct aac_map_lines *lines);
/* NULL when no rule wrote LINE. */
const struct aac_map_line *aac_map_line_find(const struct aac_map_lines *lines,
					     uint32_t line);
