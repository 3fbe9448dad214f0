#pragma once

#include <stdbool.h>

#include "cli/expects.h"

/*
 * `assert never` as outcomes of tests: each of its rules is a deny that holds, or fails
 * with an access that is allowed.
 */

/* The assertions of TEXT compiled one by one; none when there are none.  False after
 * reporting. */
bool aac_assertions_init(struct aac_run *run, const struct aac_profile_text *text,
			 struct aac_lone_rules *never);
/* Append to TRIAL what its profile makes of POLICY's assertions; of those that hold only
 * if HELD. */
void aac_assertions_try(struct aac_context *ctx, const struct aac_policy *policy,
			const struct aac_lone_rules *never, bool held,
			struct aac_trial *trial);
