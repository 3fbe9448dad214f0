/*
 * Which fragments give rules of a profile already.  A fragment is taken when the profile
 * says all that it does, with what it requires, so that using it adds nothing; then the
 * rules that it covers can go.  Both are proved rule by rule, as composing does it, for
 * the target at hand and the fragment's defaults.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "core/config.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/fleet.h"
#include "core/import_split.h"
#include "core/library.h"
#include "core/policy.h"
#include "core/rule.h"

struct candidate {
	const struct aac_fragment *fragment;
	const struct aac_rule **rules; /* of its policy */
	size_t count;
};

/* The policy of NAME alone, or NULL: it needs values, or does not compose. */
static const struct aac_policy *compose_alone(struct aac_context *ctx,
					      const struct aac_import_options *options,
					      const char *name)
{
	const char *text = arena_printf(
		ctx->arena,
		"{ \"lxc_configs\": { \"1\": { \"apparmor_fragments\": [\"%s\"] } } }",
		name);
	struct aac_context silent = *ctx;
	const struct aac_policy *policy = NULL;
	const struct aac_fleet *fleet;
	struct aac_config *config;
	struct aac_diags diags;

	aac_diags_init(&diags, ctx->arena);
	silent.diags = &diags;
	config = aac_config_parse(
		&silent, aac_source_new(ctx->arena, "-", NULL, text, strlen(text)));
	if (!config)
		return NULL;
	fleet = aac_fleet_compose(&silent, options->against, config, options->fleet);
	if (!diags.errors && fleet->policy_count == 1)
		policy = fleet->policies[0];
	aac_config_free(config);
	return policy && !policy->children && !policy->preamble ? policy : NULL;
}

static void take_rules(struct aac_context *ctx, const struct aac_policy *policy,
		       struct candidate *candidate)
{
	size_t count = 0;

	for (const struct aac_section *s = policy->sections; s; s = s->next)
		for (const struct aac_grant *g = s->grants; g; g = g->next)
			count++;
	candidate->rules = ARENA_ARRAY(ctx->arena, const struct aac_rule *, count);
	for (const struct aac_section *s = policy->sections; s; s = s->next)
		for (const struct aac_grant *g = s->grants; g; g = g->next)
			candidate->rules[candidate->count++] = g->rule;
}

/* Does the profile say RULE? */
static bool is_said(const struct aac_pieces *pieces, const struct aac_rule *rule)
{
	for (size_t i = 0; i < pieces->count; i++) {
		const struct aac_rule *own = pieces->items[i].rule;

		if (own && own->kind == rule->kind &&
		    (strcmp(own->text, rule->text) == 0 || aac_rule_covers(own, rule)))
			return true;
	}
	for (size_t i = 0; i < pieces->count; i++)
		if (pieces->items[i].rule && aac_rule_covers(pieces->items[i].rule, rule))
			return true;
	return false;
}

static bool is_contained(const struct aac_pieces *pieces,
			 const struct candidate *candidate)
{
	for (size_t i = 0; i < candidate->count; i++)
		if (!is_said(pieces, candidate->rules[i]))
			return false;
	return candidate->count > 0;
}

/* Marks what CANDIDATE gives; false: nothing. */
static bool mark(struct aac_context *ctx, const struct candidate *candidate,
		 struct aac_pieces *pieces)
{
	bool any = false;

	for (size_t i = 0; i < pieces->count; i++) {
		struct aac_piece *piece = &pieces->items[i];
		bool given = false;

		if (!piece->rule || piece->given_by)
			continue;
		for (size_t k = 0; k < candidate->count && !given; k++)
			given = strcmp(candidate->rules[k]->text, piece->rule->text) ==
					0 ||
				(aac_rule_covers(candidate->rules[k], piece->rule) &&
				 aac_import_is_plain(ctx, piece->rule));
		if (!given)
			continue;
		piece->given_by = candidate->fragment->name;
		any = true;
	}
	return any;
}

static bool conflict(const struct aac_fragment *a, const struct aac_fragment *b)
{
	for (const struct aac_name *c = a->decl->conflicts.head; c; c = c->next)
		if (strcmp(c->text, b->name) == 0)
			return true;
	for (const struct aac_name *c = b->decl->conflicts.head; c; c = c->next)
		if (strcmp(c->text, a->name) == 0)
			return true;
	return false;
}

/* The most rules first; of as many, by name. */
static int by_rules(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return strcmp(x->fragment->name, y->fragment->name);
}

void aac_import_against(struct aac_context *ctx, const struct aac_import_options *options,
			struct aac_pieces *pieces, const char *const **used)
{
	const struct aac_library *library = options->against;
	struct candidate *candidates =
		ARENA_ARRAY(ctx->arena, struct candidate, library->fragment_count);
	const char **names =
		ARENA_ARRAY(ctx->arena, const char *, library->fragment_count + 1);
	size_t count = 0, taken = 0;

	for (size_t i = 0; i < library->fragment_count; i++) {
		const struct aac_fragment *fragment = library->fragments[i];
		const struct aac_policy *policy =
			compose_alone(ctx, options, fragment->name);

		if (!policy)
			continue;
		candidates[count].fragment = fragment;
		take_rules(ctx, policy, &candidates[count++]);
	}
	qsort(candidates, count, sizeof(*candidates), by_rules);
	for (size_t i = 0; i < count; i++) {
		bool clash = false;

		for (size_t k = 0; k < taken; k++)
			clash |= conflict(candidates[i].fragment,
					  aac_library_fragment(library, names[k]));
		if (!clash && is_contained(pieces, &candidates[i]) &&
		    mark(ctx, &candidates[i], pieces))
			names[taken++] = candidates[i].fragment->name;
	}
	*used = names;
}
