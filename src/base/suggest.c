/*
 * "Did you mean": keeps the candidate with the smallest edit distance to a word. Swapping
 * two neighbours counts as one edit, since that is the commonest slip of the fingers.
 *
 * Words longer than MAX_WORD are never suggested: nobody mistypes those by a letter, and
 * the bound lets the three rows of the distance table stand on the stack.
 */
#include "base/suggest.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_WORD = 64 };

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Edit distance with transpositions of neighbours; both words are at most MAX_WORD. */
static size_t edit_distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t rows[3][MAX_WORD + 1];
	size_t *older = rows[0], *old = rows[1], *row = rows[2];

	for (size_t j = 0; j <= b_len; j++)
		old[j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t *next = older;

		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			size_t cost = a[i - 1] != b[j - 1];

			row[j] = least(least(old[j], row[j - 1]) + 1, old[j - 1] + cost);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				row[j] = least(row[j], older[j - 2] + 1);
		}
		older = old;
		old = row;
		row = next;
	}
	return old[b_len];
}

void suggest_offer(struct suggest *suggest, const char *candidate)
{
	size_t word_len = strlen(suggest->word), len = strlen(candidate);
	size_t limit = word_len / 3, distance;

	if (word_len > MAX_WORD || len > MAX_WORD)
		return;
	if (word_len > len + limit || len > word_len + limit)
		return;
	distance = edit_distance(suggest->word, word_len, candidate, len);
	if (distance > limit)
		return;
	if (suggest->best && distance > suggest->distance)
		return;
	if (suggest->best && distance == suggest->distance &&
	    strcmp(candidate, suggest->best) >= 0)
		return;
	suggest->best = candidate;
	suggest->distance = distance;
}

const char *suggest_best(const struct suggest *suggest)
{
	return suggest->best;
}
