#pragma once

struct aac_library;
struct arena;
struct buf;

/*
 * A JSON Schema of the container file (draft 2020-12): what LIBRARY's rules read of it,
 * with their words, for editors.  Keys that no rule reads may hold anything.
 */
void aac_schema_put(struct arena *arena, const struct aac_library *library,
		    struct buf *out);
