#pragma once

#include "cli/run.h"

/*
 * RUN as it would have been at a commit of the repository that its first rule folder lies
 * in: rules, templates and containers are those of the commit as far as they lie in it,
 * and those of now where not.  Target and options are the same.
 */
struct aac_revision {
	struct aac_run run; /* shares arena and diagnostics with the run it is made of */
	const char *name;
};

/* Compose REVISION of RUN, which has its target; NAME is what git takes for a commit.
 * False after reporting. */
bool aac_revision_compose(struct aac_run *run, const char *name,
			  struct aac_revision *revision);
/* Give RUN what is wrong with REVISION. */
void aac_revision_tell(struct aac_run *run, struct aac_revision *revision);
void aac_revision_fini(struct aac_revision *revision);
