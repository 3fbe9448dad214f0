#pragma once

#include "cli/selection.h"

/* What is not compiled cannot be tested: are the rule files' expects decided? */
bool aac_vet_tests(const struct aac_run *run);
/*
 * Whether apparmor_parser takes the wanted TEXTS, and whether they are what the rule
 * files expect, as far as the options ask for it.  False after reporting.  *EXPECTS is
 * how many lines were decided.
 */
bool aac_vet(struct aac_run *run, const struct aac_selection *selection,
	       const struct aac_profile_text *const *texts, size_t *expects);
