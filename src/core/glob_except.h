#pragma once

#include <stdbool.h>
#include <stddef.h>

struct arena;

/*
 * What one pattern matches and others do not, as patterns: AppArmor has no complement, so
 * a word is spelled out, a pattern for each letter of it (a ladder).
 */
struct aac_ladder {
	const char *const *texts;
	size_t count; /* 0: nothing is left */
	/* Where there is none: what is wrong with the pattern WHICH (0: TEXT, n: the
	 * n-th exception), to go on behind it; static text. */
	const char *why;
	size_t which;
};

/* More patterns than this are too much for a rule. */
enum { AAC_LADDER_MAX = 2048 };

/*
 * The patterns that together match exactly what TEXT matches and none of the COUNT
 * patterns EXCEPT does, of names without "//", which the kernel never gives.  All are
 * well formed globs.  In an exception a `*` stands before a '/' or at its end, a `**` at
 * its end.  No variable may stand in either.  False with ladder->why.
 */
bool aac_glob_except(struct arena *arena, const char *text, const char *const *except,
		     size_t count, struct aac_ladder *ladder);
