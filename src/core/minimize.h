#pragma once

/*
 * Rules that another rule of a profile covers by meaning, which their texts do not tell:
 * which they are, and the profile without them.  That nothing changes is still to be
 * proved of what is left out together; this is for whoever has the parser run.
 */

#include <stdbool.h>
#include <stddef.h>

struct aac_context;
struct aac_grant;
struct aac_lone_rules;
struct aac_policy;
struct aac_profile_text;
struct aac_source;

/*
 * Of RULES, a composed profile's one by one and compiled: those that another covers,
 * which stays.  BY, of as many elements, becomes that rule for each of them, for others
 * NULL.  Returns how many there are.
 */
size_t aac_minimize_candidates(struct aac_context *ctx,
			       const struct aac_lone_rules *rules,
			       const struct aac_grant **by);
/* TEXT without the rules of RULES that are LEFT_OUT, by index. */
const struct aac_source *aac_minimize_text(struct aac_context *ctx,
					   const struct aac_profile_text *text,
					   const struct aac_lone_rules *rules,
					   const bool *left_out);
/* POLICY without them: they are listed as dropped for BY. */
const struct aac_policy *aac_minimize_policy(struct aac_context *ctx,
					     const struct aac_policy *policy,
					     const struct aac_lone_rules *rules,
					     const bool *left_out,
					     const struct aac_grant *const *by);
