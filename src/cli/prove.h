#pragma once

#include <stdbool.h>

struct aac_profile_text;
struct aac_run;
struct aac_selection;

/*
 * Prove of each wanted text of TEXTS that composing changed nothing, and tell what only
 * compiled policy tells of denies over allows.  False after reporting.
 */
bool aac_prove_wanted(struct aac_run *run, const struct aac_selection *selection,
		      const struct aac_profile_text *const *texts);
