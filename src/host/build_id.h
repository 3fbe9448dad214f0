#pragma once

struct arena;

/* The build id of this program (NT_GNU_BUILD_ID, see ld(1), --build-id) in hex digits, in
 * the arena; NULL: it was linked without one. */
const char *aac_build_id(struct arena *arena);
