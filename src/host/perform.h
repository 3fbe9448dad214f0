#pragma once

#include <stdbool.h>

#include "core/plan.h"
#include "host/store.h"

/*
 * Carry out PLAN, all or none: what has changed since it was read is refused, and any
 * failure undoes what was done.  Needs the store's lock.  False after reporting; unless
 * that says otherwise (slug file-not-restored) nothing has changed.
 */
bool aac_perform(struct aac_store *store, const struct aac_plan *plan);

/*
 * Finish what a run that was broken off has left: undo it, or, when it had come to its
 * end, tidy up.  Needs the store's lock, and comes before anything is read.  False after
 * reporting.
 */
bool aac_recover(struct aac_store *store);
