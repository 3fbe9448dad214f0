#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

/*
 * Compiled policy of one profile called FROM, as apparmor_parser writes it for the same
 * text under the name TO, onto OUT.  False, with OUT as it was, where that is not known:
 * the bytes are not of just one profile of that name, or hold the name once more.
 * Whether the profile's rules speak of its name is the caller's to know.
 *
 * The name is one element; behind it only the padding changes that has each automaton
 * begin at a multiple of eight.  So write apparmor_parser 3.0.8 and 4.1.0.
 */
bool aac_blob_rename(const uint8_t *bytes, size_t size, const char *from, const char *to,
		     struct buf *out);

/* The same with other automata: AUTOMATA (COUNT of them) in the place of the first, the
 * second and so on; false also where there are not as many. */
bool aac_blob_replace(const uint8_t *bytes, size_t size, const char *from, const char *to,
		      const struct buf *const *automata, size_t count, struct buf *out);
