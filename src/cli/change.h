#pragma once

#include "cli/run.h"
#include "core/plan.h"
#include "host/snapshot.h"
#include "host/store.h"

/*
 * What apply and revert share: the lock, what an earlier run has left, the plan, and
 * carrying it out or showing it.
 */
struct aac_changing {
	struct aac_run *run;
	struct aac_store store;
	struct aac_snapshot snapshot;
	const struct aac_receipts *receipts;
	const struct aac_plan *plan;
	bool dry;
};

/* Take the lock (not when it is only to be shown) and finish what a run that was broken
 * off has left.  False after reporting; aac_change_end all the same. */
bool aac_change_begin(struct aac_changing *change, struct aac_run *run);
/* INPUT without what a change knows itself; false after reporting. */
bool aac_change_plan(struct aac_changing *change, struct aac_plan_input *input);
/* Say what there is to say, then carry the plan out, or print it as a diff.  False after
 * reporting. */
bool aac_change_perform(struct aac_changing *change);
/* The result: SUBJECT is what was done, such as "4 containers have their profiles". */
void aac_change_summary(struct aac_changing *change, const char *subject);
void aac_change_end(struct aac_changing *change);
