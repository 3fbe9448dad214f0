#pragma once

/*
 * Composing proved: what it drops changes nothing, and which denies override which allows
 * where the rules' texts do not tell.  Works on compiled policy, so whoever calls it has
 * the parser run.
 */

#include <stdbool.h>

struct aac_blob;
struct aac_context;
struct aac_lone_rules;
struct aac_profile_text;
struct aac_source;

/* TEXT's profile with each rule that composing dropped put back, behind the one that is
 * there for it. */
const struct aac_source *aac_prove_text(struct aac_context *ctx,
					const struct aac_profile_text *text);

/*
 * COMPOSED and NAIVE are a profile's text and that of aac_prove_text, compiled.  False
 * after reporting an access that differs: then composing is wrong, not the rules.
 */
bool aac_prove_equal(struct aac_context *ctx, const struct aac_blob *composed,
		     const struct aac_blob *naive);

/*
 * RULES are those of a composed profile, one by one and compiled.  Warn of each allow
 * that a deny overrides, wholly or in part, if aac_compose could not tell and no accept
 * settles it.
 */
void aac_prove_overridden(struct aac_context *ctx, const struct aac_lone_rules *rules);
