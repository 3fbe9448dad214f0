/*
 * build --prove: has each profile compiled as it was composed, as the plain union of its
 * rules, and rule by rule; what follows from these is core/prove.h's.
 */
#include "cli/prove.h"

#include "cli/blobs.h"
#include "cli/run.h"
#include "cli/selection.h"
#include "cli/term.h"
#include "core/lone.h"
#include "core/prove.h"

/* What cannot be compiled alone proves nothing, and is no error. */
static void tell_overridden(struct aac_run *run, const struct aac_profile_text *text)
{
	struct aac_lone_rules rules = aac_lone_composed(&run->ctx, text, NULL);
	const struct aac_source *source = aac_lone_text(&run->ctx, &rules);
	const struct aac_blob *blobs =
		source ? aac_blobs_of_source(run, source, true) : NULL;

	if (!blobs)
		return;
	aac_lone_take(&rules, blobs);
	aac_prove_overridden(&run->ctx, &rules);
}

static bool prove(struct aac_run *run, const struct aac_profile_text *text)
{
	const struct aac_source *naive = aac_prove_text(&run->ctx, text);
	const struct aac_blob *composed = aac_blobs_of_text(run, text);
	const struct aac_blob *other =
		composed ? aac_blobs_of_source(run, naive, false) : NULL;

	if (!other)
		return false;
	if (!aac_prove_equal(&run->ctx, composed, other)) {
		run->findings++;
		return false;
	}
	tell_overridden(run, text);
	return true;
}

bool aac_prove_wanted(struct aac_run *run, const struct aac_selection *selection,
		      const struct aac_profile_text *const *texts)
{
	char verb[] = "proving";
	bool progress = aac_run_shows_progress(run);
	size_t done = 0;

	for (size_t i = 0; i < run->fleet->policy_count; i++) {
		if (!selection->wanted[i])
			continue;
		if (!prove(run, texts[i]) && run->refused)
			return false;
		if (progress)
			aac_term_progress(verb, ++done, selection->profiles);
	}
	return aac_run_ok(run);
}
