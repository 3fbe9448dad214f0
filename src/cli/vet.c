/*
 * Vetting profiles before they are written or brought into use: apparmor_parser compiles
 * each, and what the rule files expect is decided on what it made.
 */
#include "cli/vet.h"

#include "base/arena.h"
#include "base/map.h"
#include "cli/expects.h"
#include "cli/verdict.h"

bool aac_vet_tests(const struct aac_run *run)
{
	return !aac_option_given(run->opts, AAC_OPT_NO_CHECK) &&
	       !aac_option_given(run->opts, AAC_OPT_NO_TEST);
}

/* One profile, unless it is known that all of it holds. */
static void try_one(struct aac_expects *all, const struct aac_profile_text *text,
		    const struct buf *policy, struct map *printed)
{
	struct aac_verdict_key key = aac_verdict_key(all->run, text, policy, printed);
	size_t before = all->count, failed = all->failed, kept = 0;
	struct aac_diag **said = all->run->diags.tail; /* nothing was added to it */

	if (aac_verdict_find(all->run, &key, &kept)) {
		all->count += kept;
		return;
	}
	if (aac_expects_try(all, text, policy) && all->failed == failed &&
	    all->run->diags.tail == said)
		aac_verdict_keep(all->run, &key, all->count - before);
}

/* What is expected of the wanted profiles, compiled in POLICIES; false: it does not hold,
 * or something is wrong. */
static bool test(struct aac_run *run, const struct aac_selection *selection,
		 const struct aac_profile_text *const *texts, struct buf *policies,
		 size_t *expects)
{
	struct aac_expects all = { .run = run,
				   .tell = aac_expects_report,
				   .diags = &run->diags };
	unsigned int errors = run->diags.errors;
	CLEANUP_MAP printed = { 0 };

	for (size_t i = 0; i < run->fleet->policy_count; i++) {
		if (selection->wanted[i])
			try_one(&all, texts[i], &policies[i], &printed);
		buf_fini(&policies[i]);
	}
	run->findings += aac_expects_end(&all);
	*expects = all.count;
	return run->diags.errors == errors;
}

bool aac_vet(struct aac_run *run, const struct aac_selection *selection,
	     const struct aac_profile_text *const *texts, size_t *expects)
{
	size_t count = run->fleet->policy_count;
	struct buf *policies = NULL;

	*expects = 0;
	if (aac_option_given(run->opts, AAC_OPT_NO_CHECK))
		return true;
	if (aac_vet_tests(run))
		policies = ARENA_ARRAY(run->arena, struct buf, count);
	if (aac_check_wanted(run, selection, texts, policies))
		return !policies || test(run, selection, texts, policies, expects);
	for (size_t i = 0; policies && i < count; i++)
		buf_fini(&policies[i]);
	return false;
}
