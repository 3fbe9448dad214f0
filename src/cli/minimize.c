/*
 * build --minimize: has a profile compiled without the rules that others cover, all at
 * once, and by halves should that change something; what changes nothing is left out.
 * Each set is tried on top of what is left out already.
 */
#include "cli/minimize.h"

#include "base/arena.h"
#include "cli/blobs.h"
#include "cli/run.h"
#include "cli/selection.h"
#include "cli/term.h"
#include "core/blob.h"
#include "core/compare.h"
#include "core/lone.h"
#include "core/minimize.h"

struct minimizing {
	struct aac_run *run;
	const struct aac_profile_text *text;
	const struct aac_blob *whole; /* the profile as it was composed */
	struct aac_lone_rules rules;
	bool *left_out;	       /* by rule */
	const size_t *indexes; /* of the candidates */
};

static bool equal(struct aac_context *ctx, const struct aac_blob *whole,
		  const struct aac_blob *less)
{
	for (; whole && less; whole = whole->next, less = less->next)
		if (!aac_equal(ctx->arena, whole, less))
			return false;
	return !whole && !less;
}

static bool stays_equal(struct minimizing *m)
{
	const struct aac_source *source =
		aac_minimize_text(&m->run->ctx, m->text, &m->rules, m->left_out);
	const struct aac_blob *less = aac_blobs_of_source(m->run, source, true);

	return less && equal(&m->run->ctx, m->whole, less);
}

static void set_all(struct minimizing *m, size_t begin, size_t end, bool out)
{
	for (size_t i = begin; i < end; i++)
		m->left_out[m->indexes[i]] = out;
}

/* Leave out what can be of the candidates BEGIN to END; no deeper than their logarithm.
 */
static void leave_out(struct minimizing *m, size_t begin, size_t end)
{
	size_t middle = begin + (end - begin) / 2;

	if (begin == end || m->run->refused)
		return;
	set_all(m, begin, end, true);
	if (stays_equal(m))
		return;
	set_all(m, begin, end, false);
	if (end - begin == 1)
		return;
	leave_out(m, begin, middle);
	leave_out(m, middle, end);
}

static const struct aac_profile_text *minimize(struct aac_run *run,
					       const struct aac_profile_text *text)
{
	struct minimizing m = { .run = run, .text = text };
	const struct aac_source *source;
	const struct aac_grant **by;
	const struct aac_blob *blobs;
	size_t *indexes, count = 0;

	m.rules = aac_lone_composed(&run->ctx, text, NULL);
	source = aac_lone_text(&run->ctx, &m.rules);
	blobs = source ? aac_blobs_of_source(run, source, true) : NULL;
	m.whole = blobs ? aac_blobs_of_text(run, text) : NULL;
	if (!m.whole)
		return text;
	aac_lone_take(&m.rules, blobs);
	by = ARENA_ARRAY(run->arena, const struct aac_grant *, m.rules.count);
	indexes = ARENA_ARRAY(run->arena, size_t, m.rules.count);
	m.left_out = ARENA_ARRAY(run->arena, bool, m.rules.count);
	m.indexes = indexes;
	if (aac_minimize_candidates(&run->ctx, &m.rules, by) == 0)
		return text;
	for (size_t i = 0; i < m.rules.count; i++)
		if (by[i])
			indexes[count++] = i;
	leave_out(&m, 0, count);
	return aac_render_policy(run, aac_minimize_policy(&run->ctx, text->policy,
							  &m.rules, m.left_out, by));
}

bool aac_minimize_wanted(struct aac_run *run, const struct aac_selection *selection,
			 const struct aac_profile_text **texts)
{
	char verb[] = "minimizing";
	bool progress = aac_run_shows_progress(run);
	size_t done = 0;

	for (size_t i = 0; i < run->fleet->policy_count && !run->refused; i++) {
		if (!selection->wanted[i])
			continue;
		texts[i] = minimize(run, texts[i]);
		if (progress)
			aac_term_progress(verb, ++done, selection->profiles);
	}
	return aac_run_ok(run);
}
