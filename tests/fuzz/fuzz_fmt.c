/*
 * Any bytes as a rule file to lay out: what can be read can be laid out, and is laid out
 * alike when that is done again.  That its tokens and comments are the same aac_format
 * itself looks at.
 */
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/format.h"
#include "core/parse.h"
#include "core/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *lay_out(struct arena *arena, const char *text, size_t *size)
{
	struct aac_diags diags;
	struct aac_context ctx = { .arena = arena, .diags = &diags };

	aac_diags_init(&diags, arena);
	return aac_format(&ctx, aac_source_new(arena, "fuzz.aaf", NULL, text, *size),
			  size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct aac_diags diags;
	struct aac_context ctx = { .arena = arena, .diags = &diags };
	const char *once, *twice;
	size_t len = size, again;

	aac_diags_init(&diags, arena);
	aac_parse(&ctx,
		  aac_source_new(arena, "fuzz.aaf", NULL, (const char *)data, size));
	once = lay_out(arena, (const char *)data, &len);
	if ((diags.errors == 0) != (once != NULL))
		__builtin_trap();
	if (once) {
		again = len;
		twice = lay_out(arena, once, &again);
		if (!twice || again != len || memcmp(once, twice, len) != 0)
			__builtin_trap();
	}
	arena_free(arena);
	return 0;
}
