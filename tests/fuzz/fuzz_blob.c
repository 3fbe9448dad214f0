/*
 * Compiled policy: it is read or refused with a reason, and what is read allows nothing
 * beyond itself.
 */
#include "core/beyond.h"
#include "core/blob.h"
#include "fuzz/stage.h"

/* A walk takes time as there are pairs of states: enough to be met, little enough to go
 * on. */
#define STATES_MAX 512

static bool is_small(const struct aac_policydb *db)
{
	return !db->dfa || db->dfa->state_count <= STATES_MAX;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct aac_blob *blob;
	struct stage stage;

	stage_begin(&stage);
	blob = aac_blob_read(&stage.ctx, "fuzz", data, size);
	if (!blob != (stage.diags.errors > 0))
		stage_fail("it is refused without a word", NULL);
	for (; blob; blob = blob->next)
		if (is_small(&blob->policy) && is_small(&blob->file) &&
		    aac_beyond(stage.arena, blob, blob))
			stage_fail("it allows more than itself", blob->name);
	stage_end(&stage);
	return 0;
}
