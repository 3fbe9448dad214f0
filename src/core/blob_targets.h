#pragma once

#include <stdbool.h>

struct aac_policydb;
struct arena;

/* Private to src/core/blob*.c: each exec of DB, of files, names a target that is there.
 * OWN: its automaton is of files alone. */
bool aac_blob_targets_hold(struct arena *arena, const struct aac_policydb *db, bool own);
