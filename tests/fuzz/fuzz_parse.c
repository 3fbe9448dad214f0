/*
 * Any bytes as a rule file: parsed, and what was found wrong rendered in both forms.
 * Whatever the input, the parser ends, gives a file, and points inside the text.
 */
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct aac_diags diags;
	struct aac_context ctx = { .arena = arena, .diags = &diags };
	struct buf out = { 0 };

	aac_diags_init(&diags, arena);
	if (!aac_parse(&ctx, aac_source_new(arena, "fuzz.aaf", "fuzz.aaf",
					    (const char *)data, size)))
		__builtin_trap();
	aac_diags_render(&diags, &(struct aac_diag_style){ .verbose = true }, &out);
	aac_diags_render_json(&diags, &(struct aac_diag_style){ .verbose = true }, &out);
	buf_fini(&out);
	arena_free(arena);
	return 0;
}
