#pragma once

/*
 * jq-guard: iterations of jq in shell scripts that fail on null, found and mended.  An
 * iteration is told where it stands; what would mend it are insertions only.  What only
 * the running script knows is told as undecided, and never touched.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/source.h"

struct aac_context;
struct arena;

/* A function or program whose argument is a filter. */
struct aac_guard_wrapper {
	const char *name;
	unsigned int argument; /* from 1; 0: each that looks like a filter */
};

struct aac_guard_finding {
	struct aac_guard_finding *next;
	bool undecided;
	struct aac_span span;
	const char *message, *hint;
};

/* TEXT goes in at the offset AT; in the order of the list. */
struct aac_guard_edit {
	uint32_t at;
	unsigned int rank; /* what belongs to the byte before comes first */
	const char *text;
};

struct aac_guard_file {
	const struct aac_source *source;
	struct aac_guard_finding *findings; /* in the order of the text */
	const struct aac_guard_edit *edits;
	size_t edit_count;
	size_t unsafe, undecided; /* findings */
};

struct aac_guard {
	const struct aac_guard_file *files; /* one for each source, in their order */
	size_t count;
};

/*
 * Looks at SOURCES together: a function of one may be called in another.  One whose name
 * ends in ".jq", or whose first line names jq, is a filter itself.  What cannot be read
 * is reported as an error; a script in another language is told with a warning and passed
 * over.
 */
const struct aac_guard *aac_guard_new(struct aac_context *ctx,
				      const struct aac_source *const *sources,
				      size_t count,
				      const struct aac_guard_wrapper *wrappers,
				      size_t wrapper_count);

/* The text of FILE with its edits made: *LEN bytes. */
const char *aac_guard_text(struct arena *arena, const struct aac_guard_file *file,
			   size_t *len);
