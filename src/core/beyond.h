#pragma once

/*
 * What one compiled profile allows beyond another: both automatons are walked in step, so
 * the answer is of all accesses, not of samples.
 */

#include <stddef.h>
#include <stdint.h>

struct aac_blob;
struct arena;

/* Accesses of one sort that A allows and B does not. */
struct aac_gain {
	struct aac_gain *next;
	const char *class; /* "file", "mount", … */
	const char *what;  /* "owner", "a remount", …; "" when there is one sort only */
	uint32_t allow;	   /* bits of aac_access; capabilities and so on: 1 */
	size_t count;	   /* pairs of states that differ so */
	/* The shortest access of the sort, its parts named: `target "/a/" flags "ro"`. */
	const char *access;
};

/* Sorted by class, then by length; NULL: B allows all that A does.  A class that only B
 * mediates is one gain: everything in it is allowed by A. */
const struct aac_gain *aac_beyond(struct arena *arena, const struct aac_blob *a,
				  const struct aac_blob *b);
