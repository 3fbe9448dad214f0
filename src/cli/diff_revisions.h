#pragma once

#include "cli/diff_text.h"

/*
 * Add to DIFF what two commits make of the containers, those of the command line or all:
 * container by container, whatever their profiles are called.  --revisions names the
 * commits; without ".." the second is what is there now.  False after reporting.
 */
bool aac_diff_revisions(struct aac_run *run, struct aac_diff *diff);
