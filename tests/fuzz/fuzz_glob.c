/*
 * Two lines as two globs: the automata answer whatever they are given, overlapping is
 * the same from both sides, and every glob covers itself.  What is left of the first
 * without the second is made of globs of which none meets the second.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "core/glob.h"
#include "core/glob_except.h"

/* "//" has two readings, and a rung is about the one; so it is where a class or an
 * empty alternative lets two slashes meet, and a backslash may spell a NUL, which no name
 * holds.  tests/property/except.sh goes through what is not plain name by name. */
static bool has_one_reading(const char *text)
{
	return !strstr(text, "//") && !strpbrk(text, "[{\\");
}

static void check_ladder(struct arena *arena, const char *first, const char *second,
			 const struct aac_glob *b)
{
	struct aac_ladder ladder;
	const char *error;
	size_t at;

	if (!aac_glob_except(arena, first, &second, 1, &ladder))
		return;
	for (size_t i = 0; i < ladder.count; i++) {
		const struct aac_glob *rung =
			aac_glob_new(arena, ladder.texts[i], &error, &at);

		if (!rung || (has_one_reading(first) && has_one_reading(second) &&
			      aac_glob_overlaps(rung, b) == AAC_YES))
			__builtin_trap();
	}
}

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
	if (a && b)
		check_ladder(arena, first, second ? second : "/**", b);
	if (a && b && aac_glob_covers(a, b) && !aac_glob_covers(b, b))
		__builtin_trap();
	arena_free(arena);
	return 0;
}
