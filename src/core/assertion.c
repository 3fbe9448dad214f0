/*
 * Assertions: takes the rules of `assert never`, each compiled alone, and the compiled
 * profile, and tells what both allow.  Not obvious: the target's parser may read more
 * into a rule than it says (rule_means.h); what it does not say is not asserted.
 */
#include "core/assertion.h"

#include "base/arena.h"
#include "core/blob.h"
#include "core/context.h"
#include "core/lone.h"
#include "core/query.h"
#include "core/rule_means.h"

/* ---- checking ---------------------------------------------------------------------- */

static bool means(const void *env, const struct aac_query *query)
{
	return aac_rule_means(env, query);
}

struct checking {
	struct aac_context *ctx;
	const struct aac_violation **tail;
};

/* A change at exec, where one at once is told anyway. */
static bool is_implied(const struct aac_finding *finding)
{
	const struct aac_finding *f = finding->next;

	if (!finding->witness || finding->witness->type != AAC_QUERY_CHANGE_ONEXEC)
		return false;
	while (f && (!f->witness || f->witness->type != AAC_QUERY_CHANGE_PROFILE))
		f = f->next;
	return f;
}

static void check_one(struct checking *c, const struct aac_assertion *assertion,
		      const struct aac_blob *set, const struct aac_blob *profile)
{
	const struct aac_common_options options = {
		.file_bits = aac_rule_file_bits(assertion->written),
		.takes = means,
		.env = assertion->written,
	};
	const struct aac_finding *finding =
		aac_common(c->ctx->arena, set, profile, &options);

	for (; finding; finding = finding->next) {
		struct aac_violation *violation;

		if (is_implied(finding))
			continue;
		violation = ARENA_NEW(c->ctx->arena, struct aac_violation);
		*violation = (struct aac_violation){ .assertion = assertion,
						     .finding = finding };
		*c->tail = violation;
		c->tail = &violation->next;
	}
}

const struct aac_violation *aac_assertions_check(struct aac_context *ctx,
						 const struct aac_policy *policy,
						 const struct aac_lone_rules *never,
						 const struct aac_blob *profile)
{
	const struct aac_violation *first = NULL;
	struct checking c = { .ctx = ctx, .tail = &first };
	size_t i = 0;

	for (const struct aac_assertion *a = policy->assertions; a; a = a->next, i++)
		if (i < never->count && never->items[i].blob)
			check_one(&c, a, never->items[i].blob, profile);
	return first;
}
