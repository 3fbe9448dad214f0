#pragma once

#include "host/kernel_policy.h"

struct aac_kernel_view;
struct aac_profile_text;
struct aac_run;

/*
 * What the kernel holds of the profiles of the fleet that are loaded, beside what `load`
 * would give it: TEXTS by index of the fleet's policies, NULL for those that nobody asks
 * for.  The same index in the answer, in the arena.  What is in the way is told there,
 * not reported.
 */
const struct aac_kernel_comparison *
aac_loaded_compare(struct aac_run *run, const struct aac_kernel_view *view,
		   const struct aac_profile_text *const *texts);
