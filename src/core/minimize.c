/*
 * Minimizing a profile.  A rule is worth a try when another one, compiled, covers it
 * whatever its text is; both have been compiled alone, so asking costs no run of the
 * parser.  The rest is making the text and the policy without some.
 */
#include "core/minimize.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "core/context.h"
#include "core/lone.h"
#include "core/render.h"

/* ---- candidates -------------------------------------------------------------------- */

size_t aac_minimize_candidates(struct aac_context *ctx,
			       const struct aac_lone_rules *rules,
			       const struct aac_grant **by)
{
	bool *covered = ARENA_ARRAY(ctx->arena, bool, rules->count);
	size_t count = 0;

	for (size_t i = 0; i < rules->count; i++) {
		const struct aac_lone_rule *cover =
			aac_lone_cover(ctx, rules, i, covered);

		covered[i] = cover != NULL;
		by[i] = cover ? cover->grant : NULL;
		count += covered[i];
	}
	return count;
}

/* ---- without them ------------------------------------------------------------------ */

/* The grants that are left out, each with its index + 1. */
static void collect_grants(struct aac_context *ctx, const struct aac_lone_rules *rules,
			   const bool *left_out, struct map *grants)
{
	for (size_t i = 0; i < rules->count; i++) {
		const struct aac_grant **key;

		if (!left_out[i])
			continue;
		key = ARENA_NEW(ctx->arena, const struct aac_grant *);
		*key = rules->items[i].grant;
		map_add(grants, (const char *)key, sizeof(*key), &rules->items[i]);
	}
}

static const struct aac_lone_rule *find_grant(const struct map *grants,
					      const struct aac_grant *grant)
{
	return map_get(grants, (const char *)&grant, sizeof(grant));
}

const struct aac_source *aac_minimize_text(struct aac_context *ctx,
					   const struct aac_profile_text *text,
					   const struct aac_lone_rules *rules,
					   const bool *left_out)
{
	const char *at = text->text;
	CLEANUP_MAP grants = { 0 };
	CLEANUP_BUF out = { 0 };

	collect_grants(ctx, rules, left_out, &grants);
	for (size_t i = 0; i < text->line_count; i++) {
		size_t len = strcspn(at, "\n") + 1;

		if (!find_grant(&grants, text->lines[i].grant))
			buf_putn(&out, at, len);
		at += len;
	}
	return aac_source_new(ctx->arena, text->policy->name, NULL, buf_str(&out),
			      out.len);
}

static const struct aac_section *filter_sections(struct aac_context *ctx,
						 const struct aac_section *sections,
						 const struct map *grants)
{
	const struct aac_section *first = NULL, **tail = &first;

	for (; sections; sections = sections->next) {
		struct aac_section *copy = ARENA_NEW(ctx->arena, struct aac_section);
		const struct aac_grant **end = &copy->grants;

		*copy = *sections;
		copy->next = NULL;
		for (const struct aac_grant *g = sections->grants; g; g = g->next) {
			struct aac_grant *kept;

			if (find_grant(grants, g))
				continue;
			kept = ARENA_NEW(ctx->arena, struct aac_grant);
			*kept = *g;
			*end = kept;
			end = &kept->next;
		}
		*end = NULL;
		*tail = copy;
		tail = &copy->next;
	}
	return first;
}

/* What is there for GRANT, once those that are left out are no more. */
static const struct aac_grant *find_keeper(const struct map *grants,
					   const struct aac_lone_rules *rules,
					   const struct aac_grant *const *by,
					   const struct aac_grant *grant)
{
	const struct aac_lone_rule *rule;

	for (size_t steps = 0; steps < rules->count; steps++) {
		rule = find_grant(grants, grant);
		if (!rule)
			return grant;
		grant = by[rule - rules->items];
	}
	return NULL;
}

const struct aac_policy *aac_minimize_policy(struct aac_context *ctx,
					     const struct aac_policy *policy,
					     const struct aac_lone_rules *rules,
					     const bool *left_out,
					     const struct aac_grant *const *by)
{
	struct aac_policy *copy = ARENA_NEW(ctx->arena, struct aac_policy);
	const struct aac_dropped **tail = &copy->dropped;
	CLEANUP_MAP grants = { 0 };

	collect_grants(ctx, rules, left_out, &grants);
	*copy = *policy;
	copy->sections = filter_sections(ctx, policy->sections, &grants);
	for (const struct aac_dropped *d = policy->dropped; d; d = d->next) {
		struct aac_dropped *one = ARENA_NEW(ctx->arena, struct aac_dropped);

		*one = *d;
		one->by = find_keeper(&grants, rules, by, d->by);
		*tail = one;
		tail = &one->next;
	}
	for (size_t i = 0; i < rules->count; i++) {
		const struct aac_grant *grant = rules->items[i].grant;
		struct aac_dropped *one;

		if (!left_out[i])
			continue;
		one = ARENA_NEW(ctx->arena, struct aac_dropped);
		*one = (struct aac_dropped){
			.rule = grant->written ? grant->written : grant->rule,
			.origins = grant->origins,
			.by = find_keeper(&grants, rules, by, by[i]),
			.reason = "another rule covers it, as compiled",
		};
		*tail = one;
		tail = &one->next;
	}
	*tail = NULL;
	return copy;
}
