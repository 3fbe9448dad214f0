#pragma once

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct buf;

/*
 * AppArmor's globs (apparmor.d(5), "Globbing"), and the questions that composing asks
 * about the sets of names they stand for.  Text is as in a rule, without surrounding
 * quotes: `*`, `**`, `?`, `[abc]`, `[^a-c]`, `{a,b}`, `\c`, `\ooo`, `\xHH`, `@{VAR}`.
 *
 * Variables are opaque: one matches only itself, at the same place.  An answer is given
 * only when it is proved; where the work would exceed a fixed bound the answer is
 * "unknown".
 *
 * The language is the same wherever a glob may stand, but for "//": it is squeezed in
 * paths, not in labels, names and filesystem types.  A glob does not know where it
 * stands, so an answer holds for both.  NUL (\000) is a byte like any other: abstract
 * sockets may hold it.
 */
struct aac_glob;

/* NULL when TEXT is malformed: *error then says how (static text), *at is its offset. */
const struct aac_glob *aac_glob_new(struct arena *arena, const char *text,
				    const char **error, size_t *at);

/* No glob and no variable: it stands for exactly one name. */
bool aac_glob_is_literal(const struct aac_glob *glob);
/* Holds a @{VAR}. */
bool aac_glob_has_variable(const struct aac_glob *glob);
/* The bytes that every name begins with, "//" not squeezed.  Two globs of which neither
 * prefix begins with the other neither cover each other nor are proved to overlap. */
const unsigned char *aac_glob_prefix(const struct aac_glob *glob, size_t *len);
/* The same for the bytes that every name ends with. */
const unsigned char *aac_glob_suffix(const struct aac_glob *glob, size_t *len);
/* One name that it matches, "//" not squeezed; NULL: none is known. */
const unsigned char *aac_glob_sample(const struct aac_glob *glob, size_t *len);

/* What stands at one slash: with no bytes nothing is known. */
struct aac_glob_part {
	const unsigned char *bytes;
	size_t len;
	bool inner; /* a wildcard stands between it and the end of the name */
};

enum { AAC_GLOB_PARTS = 8 };

/*
 * The bytes right behind the first, the second, … slash of every name that TEXT, a well
 * formed glob, matches; BACKWARDS: those right before the last, the last but one, ….  For
 * two globs and one slash the same holds as for their prefixes and suffixes.
 */
void aac_glob_parts(struct arena *arena, const char *text, bool backwards,
		    struct aac_glob_part parts[AAC_GLOB_PARTS]);
/* Every name begins with '/' (variables count as doing so). */
bool aac_glob_is_path(const struct aac_glob *glob);

/* Every name that NARROW matches is matched by WIDE: proved. */
bool aac_glob_covers(const struct aac_glob *wide, const struct aac_glob *narrow);

enum aac_answer { AAC_NO, AAC_YES, AAC_UNKNOWN };

/* Is there a name that both match? */
enum aac_answer aac_glob_overlaps(const struct aac_glob *a, const struct aac_glob *b);

/*
 * Append BYTES as a literal: [A-Za-z0-9/._-] as they are, every other byte as \ooo, which
 * apparmor_parser 3.0.8, 4.1 and 5.0 read as exactly that byte, quoted or not.
 */
void aac_glob_escape(struct buf *out, const char *bytes, size_t len);
