#pragma once

#include "cli/run.h"
#include "core/blob.h"

struct aac_rule;

/*
 * A container's profile with something changed: a value, a fragment or a rule more.  It
 * is composed, rendered and compiled as the profile itself is, so what it decides is what
 * the change would come to.
 */
struct aac_variant {
	const struct aac_member *member; /* whose profile it is */
	const struct aac_set *sets;	 /* parameters' values; or NULL */
	const char *fragment;		 /* composed, too; or NULL */
	const char *rule;		 /* a rule more, with its comma; or NULL */
	struct aac_composer *composer;	 /* that others of the run had, too; or NULL */
	/* What comes of it; NULL: it cannot be. */
	const struct aac_policy *policy;
	const struct aac_profile_text *text;
	const struct aac_blob *all;
};

/* Compose VARIANT.  False, without a word, when that cannot be. */
bool aac_variant_compose(struct aac_run *run, struct aac_variant *variant);
/* Compile those of the COUNT variants that are composed, and not yet compiled. */
void aac_variants_compile(struct aac_run *run, struct aac_variant *const *variants,
			  size_t count);
/* The profile of VARIANT, or its CHILD ("a//b"; NULL: itself); NULL: it is not there. */
const struct aac_blob *aac_variant_blob(const struct aac_run *run,
					const struct aac_variant *variant,
					const char *child);
