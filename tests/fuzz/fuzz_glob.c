/*
 * Two lines as two globs: the automata answer whatever they are given, overlapping is
 * the same from both sides, and every glob covers itself.
 */
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "core/glob.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	char *first = arena_strndup(arena, (const char *)data, size);
	char *second = strchr(first, '\n');
	const struct aac_glob *a, *b;
	const char *error;
	size_t at;

	if (second)
		*second++ = '\0';
	a = aac_glob_new(arena, first, &error, &at);
	b = aac_glob_new(arena, second ? second : "/**", &error, &at);
	if (a && b && aac_glob_overlaps(a, b) != aac_glob_overlaps(b, a))
		__builtin_trap();
	if (a && b && aac_glob_covers(a, b) && !aac_glob_covers(b, b))
		__builtin_trap();
	arena_free(arena);
	return 0;
}
