/*
 * Any bytes as the container JSON: read, each container's place looked up, and what was
 * found wrong rendered.
 */
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/config.h"
#include "core/context.h"
#include "core/diag.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct aac_diags diags;
	struct aac_context ctx = { .arena = arena, .diags = &diags };
	struct aac_config *config;
	struct buf out = { 0 };

	aac_diags_init(&diags, arena);
	config = aac_config_parse(&ctx, aac_source_new(arena, "fuzz.json", "fuzz.json",
						       (const char *)data, size));
	for (size_t i = 0; config && i < config->count; i++) {
		struct aac_span at;

		at = aac_config_place(config, config->containers[i].trail);
		if (at.begin > at.end || at.end > size)
			__builtin_trap();
	}
	aac_diags_render(&diags, &(struct aac_diag_style){ .verbose = true }, &out);
	buf_fini(&out);
	aac_config_free(config);
	arena_free(arena);
	return 0;
}
