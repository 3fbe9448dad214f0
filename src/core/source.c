/*
 * Sources: a text in memory with its name and its table of line starts.  The text is
 * copied into the arena, so spans stay good as long as the run.  A line ends after its
 * '\n'; text after the last one, also no text at all, is a line of its own.
 */
#include "core/source.h"

#include <string.h>

#include "base/arena.h"

static uint32_t count_lines(const char *text, size_t size)
{
	const char *end = text + size;
	uint32_t count = 1;

	for (const char *at = text; at < end; count++) {
		at = memchr(at, '\n', (size_t)(end - at));
		if (!at)
			break;
		at++;
	}
	return count;
}

static void index_lines(struct aac_source *source, struct arena *arena)
{
	const char *at = source->text;
	const char *end = at + source->size;

	source->line_count = count_lines(at, source->size);
	source->lines = ARENA_ARRAY(arena, uint32_t, source->line_count);
	for (uint32_t i = 1; i < source->line_count; i++) {
		at = (const char *)memchr(at, '\n', (size_t)(end - at)) + 1;
		source->lines[i] = (uint32_t)(at - source->text);
	}
}

const struct aac_source *aac_source_new(struct arena *arena, const char *name,
					const char *logical, const char *text,
					size_t size)
{
	struct aac_source *source = ARENA_NEW(arena, struct aac_source);

	if (size > AAC_SOURCE_MAX)
		size = AAC_SOURCE_MAX;
	source->name = arena_strdup(arena, name);
	source->logical = arena_strdup(arena, logical ? logical : name);
	source->text = arena_strndup(arena, text, size);
	source->size = (uint32_t)size;
	index_lines(source, arena);
	return source;
}

const struct aac_source *aac_source_line(struct arena *arena, const char *name,
					 const char *text, size_t size, uint32_t line)
{
	struct aac_source *source = ARENA_NEW(arena, struct aac_source);

	*source = *aac_source_new(arena, name, NULL, text, size);
	source->before = line - 1;
	return source;
}

struct aac_place aac_source_place(const struct aac_source *source, uint32_t offset)
{
	uint32_t low = 0, high = source->line_count;

	if (offset > source->size)
		offset = source->size;
	while (high - low > 1) {
		uint32_t mid = low + (high - low) / 2;

		if (source->lines[mid] <= offset)
			low = mid;
		else
			high = mid;
	}
	return (struct aac_place){ source->before + low + 1,
				   offset - source->lines[low] + 1 };
}

struct aac_span aac_span_join(struct aac_span a, struct aac_span b)
{
	if (!a.source)
		return b;
	if (b.source == a.source && b.end > a.end)
		a.end = b.end;
	return a;
}
