#pragma once

#include "cli/explain.h"
#include "core/compare.h"

/*
 * Changes that may cure something: each is composed when it is added, kept when it may
 * help, and compiled and asked with the others.
 */

/* Of one sort; more than these are not compiled for one profile. */
#define AAC_CURE_TRIALS_MAX 200

struct aac_cure_trial {
	struct aac_variant variant;
	bool lifts; /* some deny of the profile as it is */
	struct aac_comparison comparison;
	size_t opens, loses;
	bool compared, breaks; /* an `assert never` */
};

struct aac_cure_search {
	struct aac_explanation *all;
	struct aac_subject *subject;
	const struct aac_member *member;
	struct aac_cure_trial **trials;
	size_t count;
	struct map keys;  /* policies that were tried */
	struct map rules; /* of the profile as it is */
};

/* Is there no cure of ANSWER yet, and a use for one? */
bool aac_cure_wanted(const struct aac_explained *answer);
/* The rules of POLICY, by their text. */
void aac_cure_list_rules(const struct aac_policy *policy, struct map *rules);
/* Add VARIANT, but for its member, when it can be composed and may help. */
void aac_cure_try(struct aac_cure_search *s, struct aac_variant variant);
/* What was added is compiled and asked for everything that is wanted; then forgotten. */
void aac_cure_try_all(struct aac_cure_search *s);
