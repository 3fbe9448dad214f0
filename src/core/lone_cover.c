/*
 * Which rule of a profile covers another by meaning: both have been compiled alone, so
 * asking costs no run of the parser.  Not obvious: a witness of each sort of the narrow
 * rule's accesses is tried first, because walking two automata in step is dear.
 */
#include "base/arena.h"
#include "core/blob.h"
#include "core/compare.h"
#include "core/context.h"
#include "core/file_rule.h"
#include "core/lone.h"
#include "core/query.h"
#include "core/rule.h"
#include "core/rule_means.h"

const struct aac_finding *aac_lone_sorts(struct aac_context *ctx,
					 const struct aac_lone_rule *rule)
{
	const struct aac_common_options all = { .file_bits = UINT32_MAX };

	if (!rule->blob || rule->blob->limit_mask)
		return NULL;
	return aac_common(ctx->arena, rule->blob, rule->blob, &all);
}

/* The glob of a file rule that names one path, without variables; else NULL. */
static const struct aac_glob *only_path(const struct aac_rule *rule)
{
	const struct aac_pattern *path = rule->fields[FILE_PATH].patterns;

	return rule->kind->id == AAC_KIND_FILE && path && !path->next && path->glob &&
			       !aac_glob_has_variable(path->glob)
		       ? path->glob
		       : NULL;
}

/* Can NAME begin as every name of GLOB does, which knows nothing of '//'? */
static bool begins_like(const struct aac_glob *glob, const char *name)
{
	size_t len;
	const unsigned char *prefix = aac_glob_prefix(glob, &len);

	for (size_t i = 0; i < len; i++) {
		if (i > 0 && prefix[i] == '/' && prefix[i - 1] == '/')
			continue;
		if (!*name || (unsigned char)*name != prefix[i])
			return false;
		name++;
	}
	return true;
}

bool aac_lone_may_speak(const struct aac_lone_rule *rule, const struct aac_query *query)
{
	const struct aac_glob *glob = only_path(rule->rule);

	if (query->type != AAC_QUERY_FILE || !query->name || !glob)
		return true;
	return begins_like(glob, query->name);
}

const unsigned char *aac_lone_prefix(struct arena *arena,
				     const struct aac_lone_rule *rule, size_t *len)
{
	const struct aac_glob *glob = only_path(rule->rule);
	const unsigned char *prefix;
	unsigned char *squeezed;
	size_t all, count = 0;

	if (!glob)
		return NULL;
	prefix = aac_glob_prefix(glob, &all);
	squeezed = ARENA_ARRAY(arena, unsigned char, all);
	for (size_t i = 0; i < all; i++)
		if (i == 0 || prefix[i] != '/' || prefix[i - 1] != '/')
			squeezed[count++] = prefix[i];
	*len = count;
	return squeezed;
}

/* Does OTHER allow an access of each sort of RULE's?  It may cover it then. */
static bool may_cover(struct aac_context *ctx, const struct aac_lone_rule *other,
		      const struct aac_finding *sorts)
{
	for (; sorts; sorts = sorts->next) {
		struct aac_decision decision;

		if (!sorts->witness || !aac_lone_may_speak(other, sorts->witness))
			return false;
		decision = aac_decide(ctx->arena, other->blob, sorts->witness);
		if (!decision.mediated || sorts->request & ~decision.granted)
			return false;
	}
	return true;
}

/* Nothing is allowed, logged or led elsewhere by RULE that OTHER does not do as well. */
static bool is_within(struct aac_context *ctx, const struct aac_lone_rule *rule,
		      const struct aac_lone_rule *other, bool logging)
{
	struct aac_comparison comparison =
		aac_compare(ctx->arena, rule->blob, other->blob);

	for (const struct aac_finding *f = comparison.findings; f; f = f->next)
		if (f->kind == AAC_FINDING_LOST ||
		    (logging && (f->kind == AAC_FINDING_CHANGED ||
				 (f->kind == AAC_FINDING_SILENCED && f->granted))))
			return false;
	return !comparison.unproved;
}

static bool is_comparable(const struct aac_lone_rule *rule,
			  const struct aac_lone_rule *other)
{
	return other != rule && other->blob && other->deny == rule->deny &&
	       other->priority == rule->priority &&
	       (!rule->deny || other->audit == rule->audit) &&
	       (other->rule->kind->id == AAC_KIND_INCLUDE ||
		aac_rules_meet(other->rule, rule->rule));
}

/* Do the texts tell that OTHER has none of the names of RULE, which grants more than
 * links?  Asked before any automaton is walked. */
static bool are_apart(const struct aac_rule *rule, const struct aac_rule *other)
{
	const struct aac_glob *a = only_path(rule), *b = only_path(other);
	uint64_t links = FILE_BIT(FILE_L) | FILE_BIT(FILE_PAIR);
	const unsigned char *pa, *pb;
	size_t len_a, len_b;

	if (!a || !b || !(rule->fields[FILE_PERMS].set & ~links))
		return false;
	pa = aac_glob_prefix(a, &len_a);
	pb = aac_glob_prefix(b, &len_b);
	/* Where slashes may have been squeezed the names are compared, later. */
	for (size_t i = 0; i < len_a && i < len_b; i++) {
		if (i > 0 && pa[i] == '/' && pa[i - 1] == '/')
			return false;
		if (pa[i] != pb[i])
			return !(i > 0 && pb[i] == '/' && pb[i - 1] == '/');
	}
	return false;
}

const struct aac_lone_rule *aac_lone_cover(struct aac_context *ctx,
					   const struct aac_lone_rules *rules,
					   size_t index, const bool *covered)
{
	const struct aac_lone_rule *rule = &rules->items[index];
	const struct aac_finding *sorts = NULL;
	bool asked = false;

	if (rule->rule->kind->id == AAC_KIND_INCLUDE)
		return NULL;
	for (size_t i = 0; (!asked || sorts) && i < rules->count; i++) {
		const struct aac_lone_rule *other = &rules->items[i];

		if (covered[i] || !is_comparable(rule, other) ||
		    are_apart(rule->rule, other->rule))
			continue;
		if (!asked)
			sorts = aac_lone_sorts(ctx, rule);
		asked = true;
		if (sorts && may_cover(ctx, other, sorts) &&
		    is_within(ctx, rule, other, true))
			return other;
	}
	return NULL;
}

bool aac_lone_within(struct aac_context *ctx, const struct aac_lone_rule *rule,
		     const struct aac_finding *sorts, const struct aac_lone_rule *other)
{
	return sorts && other->blob && may_cover(ctx, other, sorts) &&
	       is_within(ctx, rule, other, false);
}
