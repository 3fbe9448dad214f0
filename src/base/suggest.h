#pragma once

#include <stddef.h>

/*
 * Did you mean: the candidate nearest to WORD, or NULL when none is near enough to be
 * helpful (edit distance with transpositions, at most a third of the word's length).
 * Start with `struct suggest s = { .word = w }`, offer candidates in any order; the
 * byte-wise smallest wins a tie.  Candidates are borrowed.
 */
struct suggest {
	const char *word;
	const char *best;
	size_t distance;
};

void suggest_offer(struct suggest *suggest, const char *candidate);
const char *suggest_best(const struct suggest *suggest);
