#pragma once

#include <stdbool.h>
#include <stddef.h>

struct aac_blob;
struct aac_run;

/* Is WHAT a file or a folder, now or at a commit ("REVISION:PATH"), and no CTID or
 * profile? */
bool aac_policies_is_path(struct aac_run *run, const char *what);
/*
 * All compiled profiles of WHAT: a CTID, a composed profile, a file of profile text or
 * compiled policy, or a folder that build wrote.  False after reporting.
 */
bool aac_policies_find(struct aac_run *run, const char *what,
		       const struct aac_blob *const **policies, size_t *count);
