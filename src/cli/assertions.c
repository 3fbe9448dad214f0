/*
 * `assert never` decided: takes the assertions of a profile, compiled one by one, and the
 * profile or a child of it; gives outcomes as lines of `expect` have them, so whoever
 * tells those tells these.
 */
#include "cli/assertions.h"

#include <string.h>

#include "base/arena.h"
#include "cli/blobs.h"
#include "cli/run.h"
#include "core/assertion.h"
#include "core/query_print.h"

bool aac_assertions_init(struct aac_run *run, const struct aac_profile_text *text,
			 struct aac_lone_rules *never)
{
	const struct aac_source *source;
	const struct aac_blob *blobs, **known;

	*never = aac_lone_never(&run->ctx, text);
	source = aac_lone_text(&run->ctx, never);
	if (!source)
		return true;
	/* Profiles that are one body ask the same. */
	known = map_get(&run->asserted, source->text, source->size);
	if (!known) {
		blobs = aac_blobs_of_source(run, source, false);
		if (!blobs)
			return false;
		known = ARENA_NEW(run->arena, const struct aac_blob *);
		*known = blobs;
		map_add(&run->asserted, source->text, source->size, known);
	}
	aac_lone_take(never, *known);
	return true;
}

static const struct aac_expect *expect_of(struct aac_context *ctx,
					  const struct aac_policy *policy,
					  const struct aac_assertion *assertion)
{
	struct aac_expect *expect = ARENA_NEW(ctx->arena, struct aac_expect);

	*expect = (struct aac_expect){
		.verdict = AAC_VERDICT_DENY,
		.never = true,
		.words = assertion->written,
		.span = assertion->span,
		.section = policy->decl ? policy->decl->name : policy->name,
	};
	return expect;
}

/* The rule itself, when it holds; else the access that is allowed. */
static struct aac_tried try_one(struct aac_context *ctx, const struct aac_policy *policy,
				const struct aac_assertion *assertion,
				const struct aac_violation *violation,
				const struct aac_trial *trial)
{
	struct aac_attempt *attempt = ARENA_NEW(ctx->arena, struct aac_attempt);
	struct aac_ruling *ruling = ARENA_NEW(ctx->arena, struct aac_ruling);
	struct aac_query *query = ARENA_NEW(ctx->arena, struct aac_query);
	size_t len = strlen(assertion->written->text);
	CLEANUP_BUF access = { 0 };

	*attempt = (struct aac_attempt){
		.kind = assertion->written->kind,
		.rule = assertion->written,
		.text = arena_strndup(ctx->arena, assertion->written->text,
				      len - (len > 0)),
		.queries = query,
	};
	*ruling = (struct aac_ruling){ .outcome = AAC_DENIED, .mediated = true };
	if (violation && violation->finding->witness) {
		*query = *violation->finding->witness;
		aac_query_print(&access, query);
		attempt->count = 1;
		attempt->text = arena_strdup(ctx->arena, buf_str(&access));
		*ruling = aac_access_decide(trial->scratch, trial->compiled.blob, attempt,
					    NULL);
	} else if (violation) {
		*ruling = (struct aac_ruling){ .outcome = AAC_ALLOWED };
	}
	return (struct aac_tried){ .expect = expect_of(ctx, policy, assertion),
				   .attempt = attempt,
				   .ruling = ruling,
				   .held = !violation };
}

void aac_assertions_try(struct aac_context *ctx, const struct aac_policy *policy,
			const struct aac_lone_rules *never, bool held,
			struct aac_trial *trial)
{
	const struct aac_violation *first, *violation;
	struct aac_tried *outcomes;
	size_t count = never->count;

	first = aac_assertions_check(ctx, policy, never, trial->compiled.blob);
	for (violation = first; violation; violation = violation->next)
		count++;
	outcomes = ARENA_ARRAY(ctx->arena, struct aac_tried, trial->count + count);
	if (trial->count)
		memcpy(outcomes, trial->outcomes, trial->count * sizeof(*outcomes));
	trial->outcomes = outcomes;
	violation = first;
	for (const struct aac_assertion *a = policy->assertions; a; a = a->next) {
		if (held && (!violation || violation->assertion != a))
			outcomes[trial->count++] = try_one(ctx, policy, a, NULL, trial);
		for (; violation && violation->assertion == a;
		     violation = violation->next) {
			outcomes[trial->count++] =
				try_one(ctx, policy, a, violation, trial);
			trial->failed++;
		}
	}
}
