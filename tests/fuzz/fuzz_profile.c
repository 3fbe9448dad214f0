/*
 * Any bytes as AppArmor's own profile text: what is taken must print to a text that is
 * taken again and prints the same; what is refused must say why.
 */
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/parse.h"
#include "core/profile_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool print(struct arena *arena, const char *text, size_t len, struct buf *out)
{
	struct aac_diags diags;
	struct aac_context ctx = { .arena = arena, .diags = &diags };
	const struct aac_file *file;
	bool fine;

	aac_diags_init(&diags, arena);
	file = aac_parse_profile(&ctx, aac_source_new(arena, "p", "p", text, len));
	fine = diags.errors == 0 && aac_profile_print(&ctx, file, out);
	if (!fine && !diags.errors)
		__builtin_trap();
	return fine;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct buf once = { 0 }, twice = { 0 };

	if (print(arena, (const char *)data, size, &once) &&
	    (!print(arena, buf_str(&once), once.len, &twice) ||
	     strcmp(buf_str(&once), buf_str(&twice)) != 0))
		__builtin_trap();
	buf_fini(&once);
	buf_fini(&twice);
	arena_free(arena);
	return 0;
}
