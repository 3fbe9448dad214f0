/*
 * A shell script, and behind a line "====" a second one that is looked at together with
 * it: jq-guard's reader of scripts and filters.  What is mended is found no more, and
 * nothing else is found instead.
 */
#include <string.h>

#include "base/arena.h"
#include "core/guard.h"
#include "fuzz/stage.h"

#define SCRIPTS 2

static const struct aac_guard *look(struct stage *stage,
				    const struct aac_source *const *sources, size_t count)
{
	const struct aac_guard_wrapper wrappers[] = { { "wrap", 0 }, { "second", 2 } };

	return aac_guard_new(&stage->ctx, sources, count, wrappers, 2);
}

/* Is TEXT what is left of MENDED when some bytes are taken out? */
static bool is_within(const struct aac_source *source, const char *mended, size_t len)
{
	size_t at = 0;

	for (size_t i = 0; i < len && at < source->size; i++)
		at += mended[i] == source->text[at];
	return at == source->size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stage_parts parts = stage_split(data, size);
	const struct aac_source *sources[SCRIPTS], *mended[SCRIPTS];
	const struct aac_guard *guard, *again;
	size_t count = parts.second ? 2 : 1;
	struct stage stage;

	stage_begin(&stage);
	sources[0] = stage_source(&stage, "a.sh", parts.first, parts.first_len);
	if (parts.second)
		sources[1] = stage_source(&stage, "b.jq", parts.second, parts.second_len);
	guard = look(&stage, sources, count);
	for (size_t i = 0; i < count; i++) {
		size_t len;
		const char *text = aac_guard_text(stage.arena, &guard->files[i], &len);

		if (!is_within(sources[i], text, len))
			stage_fail("bytes were lost", text);
		mended[i] = stage_source(&stage, sources[i]->name, text, len);
	}
	again = look(&stage, mended, count);
	for (size_t i = 0; i < count; i++)
		if (again->files[i].unsafe)
			stage_fail("what was mended is found again", mended[i]->text);
	stage_end(&stage);
	return 0;
}
