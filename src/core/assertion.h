#pragma once

/*
 * `assert never`: rules whose accesses a composed profile may not allow, none of them.
 * Each rule is compiled alone, as one that allows, and intersected with the profile, so
 * the answer is of all accesses.
 */

#include "core/compare.h"
#include "core/policy.h"

struct aac_blob;
struct aac_context;
struct aac_lone_rules;

/* Accesses of one sort that an assertion rules out and a profile allows. */
struct aac_violation {
	const struct aac_violation *next;
	const struct aac_assertion *assertion;
	/* With an access, but for a profile that is not enforced: then .witness is NULL.
	 */
	const struct aac_finding *finding;
};

/*
 * NEVER are POLICY's assertions by aac_lone_never, compiled; PROFILE is POLICY compiled,
 * or a child of it.  By assertion; NULL: they hold.
 */
const struct aac_violation *aac_assertions_check(struct aac_context *ctx,
						 const struct aac_policy *policy,
						 const struct aac_lone_rules *never,
						 const struct aac_blob *profile);
