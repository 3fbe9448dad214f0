/*
 * Compiled policy: it is read or refused with a reason, what is read does not differ from
 * itself, and what it shares with the profile behind it can be told.
 */
#include "core/blob.h"
#include "core/compare.h"
#include "fuzz/stage.h"

/* A walk takes time as there are pairs of states: enough to be met, little enough to go
 * on. */
#define STATES_MAX 48

static bool is_small(const struct aac_policydb *db)
{
	return !db->dfa || db->dfa->state_count <= STATES_MAX;
}

static const struct aac_common_options everything = { .file_bits = UINT32_MAX };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct aac_blob *blob;
	struct stage stage;

	stage_begin(&stage);
	blob = aac_blob_read(&stage.ctx, "fuzz", data, size);
	if (!blob != (stage.diags.errors > 0))
		stage_fail("it is refused without a word", NULL);
	for (; blob; blob = blob->next) {
		if (!is_small(&blob->policy) || !is_small(&blob->file) ||
		    !is_small(&blob->attach))
			continue;
		if (aac_compare(stage.arena, blob, blob).findings)
			stage_fail("it differs from itself", blob->name);
		if (blob->next && is_small(&blob->next->policy) &&
		    is_small(&blob->next->file) && is_small(&blob->next->attach)) {
			aac_compare(stage.arena, blob, blob->next);
			aac_common(stage.arena, blob, blob->next, &everything);
		}
	}
	stage_end(&stage);
	return 0;
}
