#pragma once

/*
 * Verdicts that are kept: that all lines of `expect` and all assertions of a profile
 * hold.  Such a verdict depends on the compiled policy, on the lines as they are filled
 * for the profile, and on this program, and is kept in the cache of what the parser
 * answers.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/digest.h"

struct aac_profile_text;
struct aac_run;
struct buf;
struct map;

struct aac_verdict_key {
	struct digest digest;
	bool named; /* false: it is not known on what it depends, or nothing is kept */
};

/* PRINTED remembers lines from one profile to the next. */
struct aac_verdict_key aac_verdict_key(struct aac_run *run,
				       const struct aac_profile_text *text,
				       const struct buf *policy, struct map *printed);
/* Is it kept that all of them hold, and how many are they? */
bool aac_verdict_find(struct aac_run *run, const struct aac_verdict_key *key,
		      size_t *count);
void aac_verdict_keep(struct aac_run *run, const struct aac_verdict_key *key,
		      size_t count);
