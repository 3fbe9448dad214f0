#pragma once

#include <stdbool.h>

struct aac_profile_text;
struct aac_run;
struct aac_selection;

/* Replace each wanted text of TEXTS by one without the rules that its others cover, as
 * compiled.  False after reporting. */
bool aac_minimize_wanted(struct aac_run *run, const struct aac_selection *selection,
			 const struct aac_profile_text **texts);
