#pragma once

#include <stdbool.h>
#include <stddef.h>

struct aac_blob;
struct aac_pair;
struct aac_run;
struct buf;

/* What `diff` has found. */
struct aac_diff {
	struct aac_run *run;
	bool widening_only; /* tell only what the second side allows more */
	bool differs;	    /* something is told */
	size_t unproved;    /* what could not be decided */
	size_t compared;    /* pairs of profiles */
	struct aac_pair *head, *last;
};

/* Compare a pair of profiles; one of them may be NULL: it is on one side only. */
void aac_diff_add(struct aac_diff *diff, const struct aac_blob *a,
		  const struct aac_blob *b);
/* The whole as text, or as JSON with --format json. */
void aac_diff_print(const struct aac_diff *diff, struct buf *out);
