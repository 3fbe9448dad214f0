/*
 * The targets of exec that states name.  Not obvious: where files are one class of an
 * automaton of all, what its other states accept is no exec.
 */
#include "core/blob_targets.h"

#include "base/arena.h"
#include "core/blob.h"

static bool holds(const struct aac_policydb *db, uint32_t state)
{
	for (int owner = 0; owner < 2; owner++) {
		struct aac_perms perms = aac_policydb_file_perms(db, state, owner);

		if (perms.exec & AAC_EXEC_TABLE &&
		    (perms.exec & AAC_EXEC_INDEX) >= db->target_count)
			return false;
	}
	return true;
}

/* Of the states to which a path leads. */
static bool hold_in_class(struct arena *arena, const struct aac_policydb *db)
{
	bool *found = ARENA_ARRAY(arena, bool, db->dfa->state_count);
	uint32_t *todo = ARENA_ARRAY(arena, uint32_t, db->dfa->state_count);
	uint32_t count = 0;

	found[AAC_DFA_DEAD] = true;
	if (!found[db->file_start]) {
		found[db->file_start] = true;
		todo[count++] = db->file_start;
	}
	while (count > 0) {
		uint32_t state = todo[--count], row[AAC_DFA_BYTES];

		if (!holds(db, state))
			return false;
		aac_dfa_row(db->dfa, state, row);
		for (unsigned int byte = 0; byte < AAC_DFA_BYTES; byte++)
			if (!found[row[byte]]) {
				found[row[byte]] = true;
				todo[count++] = row[byte];
			}
	}
	return true;
}

bool aac_blob_targets_hold(struct arena *arena, const struct aac_policydb *db, bool own)
{
	if (!own)
		return hold_in_class(arena, db);
	for (uint32_t i = 1; i < db->dfa->state_count; i++)
		if (!holds(db, i))
			return false;
	return true;
}
