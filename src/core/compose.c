/*
 * The union: walks the bodies of the fragments for one set of values, fills holes, makes
 * each rule ready for the target, and keeps every distinct rule once with all its
 * origins, under the fragment that says it first.
 */
#include "core/compose.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "core/compose_rules.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/target.h"

struct aac_composer *aac_composer_new(struct aac_context *ctx)
{
	struct aac_composer *composer = ARENA_NEW(ctx->arena, struct aac_composer);

	composer->ctx = ctx;
	return composer;
}

void aac_composer_next(struct aac_composer *composer)
{
	composer->container++;
}

void aac_composer_free(struct aac_composer *composer)
{
	if (!composer)
		return;
	map_fini(&composer->texts);
	map_fini(&composer->prepared);
	map_fini(&composer->judgements);
	map_fini(&composer->told);
	map_fini(&composer->seen);
	map_fini(&composer->relations);
}

/* ---- rules --------------------------------------------------------------------------
 */

/* A rule that no fragment shares: it lives as long as this composition. */
static struct aac_interned *intern_own(struct aac_context *ctx,
				       const struct aac_rule *rule)
{
	struct aac_interned *interned = ARENA_NEW(ctx->arena, struct aac_interned);

	interned->rule = rule;
	interned->widened = aac_rule_widened(ctx, rule);
	return interned;
}

static struct aac_interned *intern_shared(struct aac_composer *composer,
					  const struct aac_rule *rule)
{
	void **slot = map_slot(&composer->texts, rule->text, strlen(rule->text));
	struct aac_interned *interned = *slot;

	if (!interned) {
		interned = ARENA_NEW(composer->ctx->arena, struct aac_interned);
		*interned = (struct aac_interned){
			.rule = rule,
			.id = composer->count++,
			.shared = true,
			.widened = aac_rule_widened(composer->ctx, rule),
		};
		*slot = interned;
	}
	return interned;
}

/* RULE as the target must see it, and NULL where the target does not know it. */
static const struct aac_rule *for_target(struct aac_context *ctx,
					 const struct aac_rule *rule, const char **why)
{
	if (!ctx->target)
		return rule;
	return aac_rule_supported(ctx, rule) ? aac_rule_narrow(ctx, rule, why) : NULL;
}

/* Has TEXT come in so many containers that its rule is worth keeping? */
static bool seen_often(struct aac_composer *composer, const char *text, size_t len)
{
	struct aac_seen *seen = map_get(&composer->seen, text, len);

	if (!seen) {
		seen = ARENA_NEW(composer->ctx->arena, struct aac_seen);
		map_add(&composer->seen, arena_strndup(composer->ctx->arena, text, len),
			len, seen);
	}
	if (seen->last != composer->container || !seen->count)
		seen->count++;
	seen->last = composer->container;
	return seen->count >= AAC_SEEN_SHARED;
}

/* The same for a rule without holes: once per run, errors too. */
static struct aac_prepared prepare_shared(struct aac_composer *composer,
					  const struct aac_rule *rule)
{
	struct aac_prepared *prepared =
		map_get(&composer->prepared, (const char *)&rule, sizeof(rule));
	const struct aac_rule **key, *narrow;

	if (prepared)
		return *prepared;
	prepared = ARENA_NEW(composer->ctx->arena, struct aac_prepared);
	prepared->written = rule;
	narrow = for_target(composer->ctx, rule, &prepared->why);
	if (narrow)
		prepared->interned = intern_shared(composer, narrow);
	key = ARENA_NEW(composer->ctx->arena, const struct aac_rule *);
	*key = rule;
	map_add(&composer->prepared, (const char *)key, sizeof(rule), prepared);
	return *prepared;
}

static unsigned int accepted_by(const struct aac_accept *accepts)
{
	unsigned int accepted = 0;

	for (const struct aac_accept *a = accepts; a; a = a->next) {
		if (strcmp(a->slug, "deny-overrides") == 0)
			accepted |= AAC_ACCEPTS_OVERRIDE;
		else if (strcmp(a->slug, "audit-silenced") == 0)
			accepted |= AAC_ACCEPTS_SILENCE;
		else if (strcmp(a->slug, "mount-widened") == 0)
			accepted |= AAC_ACCEPTS_WIDENED;
	}
	return accepted;
}

static struct aac_entry *entry_new(struct aac_laying *l,
				   const struct aac_prepared *prepared,
				   const struct aac_shape *shape)
{
	struct aac_entries *entries = &l->entries;
	struct aac_entry *entry;

	if (entries->count == entries->cap) {
		size_t cap = entries->cap ? entries->cap * 2 : 128;
		struct aac_entry *items =
			ARENA_ARRAY(l->scope->scratch, struct aac_entry, cap);

		if (entries->count)
			memcpy(items, entries->items, entries->count * sizeof(*items));
		entries->items = items;
		entries->cap = cap;
	}
	entry = &entries->items[entries->count++];
	*entry = (struct aac_entry){ .interned = prepared->interned,
				     .section = l->section,
				     .by = -1 };
	entry->grant = ARENA_NEW(l->ctx.arena, struct aac_grant);
	*entry->grant = (struct aac_grant){
		.rule = prepared->interned->rule,
		.doc = shape->doc,
		.accepts = shape->accepts.head,
		.written = prepared->why ? prepared->written : NULL,
		.why = prepared->why,
		.widened = prepared->interned->widened,
	};
	entry->origin_tail = (struct aac_origin **)(uintptr_t)&entry->grant->origins;
	return entry;
}

static struct aac_origin *origin_new(struct aac_laying *l, const struct aac_shape *shape)
{
	struct aac_origin *origin = ARENA_NEW(l->ctx.arena, struct aac_origin);

	*origin = (struct aac_origin){ .span = shape->span,
				       .section = l->section->section.name,
				       .used = l->used };
	return origin;
}

/* Does ENTRY's grant have an origin at SHAPE?  It will. */
static bool has_origin(struct aac_laying *l, const struct aac_entry *entry,
		       const struct aac_shape *shape)
{
	const struct {
		const void *grant, *source;
		size_t begin;
	} place = { entry->grant, shape->span.source, shape->span.begin };
	void **slot = map_slot(&l->places, (const char *)&place, sizeof(place));
	bool there = *slot != NULL;

	if (!there) /* the key must outlive the map */
		l->places.entries[l->places.count - 1].key = arena_strndup(
			l->scope->scratch, (const char *)&place, sizeof(place));
	*slot = l;
	return there;
}

/* A rule that says the same as ENTRY's: one more origin, unless the place is there
 * already. */
static void add_origin(struct aac_laying *l, struct aac_entry *entry,
		       const struct aac_prepared *prepared, const struct aac_shape *shape)
{
	const struct aac_rule *first =
		entry->grant->written ? entry->grant->written : entry->grant->rule;
	struct aac_origin *origin;

	if (has_origin(l, entry, shape))
		return;
	origin = origin_new(l, shape);
	if (first != prepared->written &&
	    strcmp(first->text, prepared->written->text) != 0)
		aac_compose_drop(l, prepared->written, origin_new(l, shape), entry->grant,
				 "for this target it is the same rule");
	*entry->origin_tail = origin;
	entry->origin_tail =
		(struct aac_origin **)(uintptr_t) & (*entry->origin_tail)->next;
}

/* A rule's table has refused a value, unless BEFORE is still the last word (it was told):
 * where the value comes from. */
static void note_value(struct aac_laying *l, const struct aac_diag *before)
{
	struct aac_diag *diag = aac_diags_last(l->ctx.diags);

	if (diag == before || !l->trail || !l->scope->config || !l->scope->container)
		return;
	aac_note(l->ctx.diags, diag, aac_config_place(l->scope->config, l->trail),
		 "container %s: the value comes from %s", l->scope->container->ctid,
		 aac_trail_pointer(l->ctx.arena, l->trail));
}

/* RULE filled and ready for the target, in CTX's arena. */
static enum aac_fill fill_rule(struct aac_laying *l, struct aac_context *ctx,
			       const struct aac_rule *rule, struct aac_prepared *prepared,
			       const struct aac_rule **narrow)
{
	enum aac_fill fill =
		aac_rule_fill(ctx, rule, aac_compose_value, l, &prepared->written);

	if (fill == AAC_FILL_DONE)
		*narrow = for_target(ctx, prepared->written, &prepared->why);
	return fill;
}

/*
 * A rule with holes.  It is filled to be looked at, and once more to be kept, unless a
 * rule of the same text is kept already: one whose text comes often, as of a parameter
 * that most containers leave alone, counts as shared from then on.
 */
static enum aac_fill prepare_holes(struct aac_laying *l, const struct aac_rule *rule,
				   struct aac_prepared *prepared)
{
	struct aac_context brief = l->ctx, *keeper = &l->ctx;
	const struct aac_rule *narrow = NULL;
	enum aac_fill fill;
	bool often;

	brief.arena = l->scope->scratch;
	fill = fill_rule(l, &brief, rule, prepared, &narrow);
	if (fill != AAC_FILL_DONE || !narrow)
		return fill;
	prepared->interned =
		map_get(&l->composer->texts, narrow->text, strlen(narrow->text));
	if (prepared->interned && !prepared->why) {
		prepared->written = prepared->interned->rule;
		return fill;
	}
	often = prepared->interned ||
		seen_often(l->composer, narrow->text, strlen(narrow->text));
	if (often)
		keeper = l->composer->ctx;
	fill = fill_rule(l, keeper, rule, prepared, &narrow);
	prepared->interned =
		often ? intern_shared(l->composer, narrow) : intern_own(keeper, narrow);
	return fill;
}

static void lay_rule(struct aac_laying *l, const struct aac_rule *rule)
{
	const struct aac_diag *before = aac_diags_last(l->ctx.diags);
	struct aac_prepared prepared = { 0 };
	struct aac_entry *entry;
	enum aac_fill fill = AAC_FILL_DONE;
	void **slot;

	l->used = NULL;
	l->trail = NULL;
	if (rule->has_holes)
		fill = prepare_holes(l, rule, &prepared);
	else
		prepared = prepare_shared(l->composer, rule);
	if (fill != AAC_FILL_DONE) {
		if (fill == AAC_FILL_ERROR)
			note_value(l, before);
		l->ok &= fill == AAC_FILL_NONE;
		return;
	}
	if (!prepared.interned) {
		l->ok = false;
		return;
	}
	slot = map_slot(&l->by_text, prepared.interned->rule->text,
			strlen(prepared.interned->rule->text));
	if (!*slot) {
		entry_new(l, &prepared, rule->shape);
		*slot = (void *)(uintptr_t)l->entries.count;
	}
	entry = &l->entries.items[(uintptr_t)*slot - 1];
	entry->accepted |= accepted_by(rule->shape->accepts.head) |
			   accepted_by(l->decl->accepts.head);
	add_origin(l, entry, &prepared, rule->shape);
}

/* ---- statements
 * ------------------------------------------------------------------------ */

static const char *loop_label(struct aac_laying *l, const struct aac_expr *list)
{
	struct aac_segment hole = { .text = list->text, .field = list->field };
	const char *label = NULL;

	if (list->type == AAC_EXPR_PATH)
		return list->path->text;
	aac_scope_name(l->scope, list->text, &label);
	return aac_compose_label(l, &hole, label);
}

static void lay_for(struct aac_laying *l, const struct aac_stmt *stmt)
{
	struct aac_value list = aac_expr_value(l->scope, stmt->list);
	struct aac_loop loop = { .up = l->scope->loops,
				 .name = stmt->var,
				 .label = loop_label(l, stmt->list) };
	const struct aac_value *items = list.type == AAC_VALUE_LIST ? list.items : &list;
	size_t count =
		list.type == AAC_VALUE_LIST ? list.count : list.type != AAC_VALUE_NULL;

	l->scope->loops = &loop;
	for (size_t i = 0; i < count && !aac_diags_full(l->ctx.diags); i++) {
		loop.value = &items[i];
		if (items[i].type != AAC_VALUE_NULL)
			aac_compose_body(l, &stmt->body);
	}
	l->scope->loops = loop.up;
}

static void lay_stmt(struct aac_laying *l, const struct aac_stmt *stmt)
{
	switch (stmt->type) {
	case AAC_STMT_RULE:
		if (stmt->resolved)
			lay_rule(l, stmt->resolved);
		break;
	case AAC_STMT_IF:
		aac_compose_body(l, aac_expr_true(l->scope, stmt->expr) ? &stmt->body
									: &stmt->orelse);
		break;
	case AAC_STMT_FOR:
		lay_for(l, stmt);
		break;
	case AAC_STMT_LXC:
		aac_compose_lxc(l, stmt);
		break;
	case AAC_STMT_BLOCK:
		aac_compose_child(l, stmt);
		break;
	case AAC_STMT_EXPECT:
	case AAC_STMT_ACCESS:
	default:
		break;
	}
}

/* Blocks nest no deeper than the parser lets them. */
void aac_compose_body(struct aac_laying *l, const struct aac_stmts *body)
{
	for (const struct aac_stmt *stmt = body->head; stmt; stmt = stmt->next)
		lay_stmt(l, stmt);
}

void aac_compose_section(struct aac_laying *l, const struct aac_decl *decl, bool own)
{
	struct aac_laid_section *section =
		ARENA_NEW(l->ctx.arena, struct aac_laid_section);

	section->section = (struct aac_section){ .name = decl->name,
						 .summary = decl->summary,
						 .own = own,
						 .accepts = decl->accepts.head };
	section->tail = &section->section.grants;
	*l->section_tail = &section->section;
	l->section_tail = &section->section.next;
	l->section = section;
	l->decl = decl;
}

static void lay_all(struct aac_laying *l, struct aac_fragments fragments,
		    const struct aac_profile_decl *profile)
{
	l->scope->first_setting = 0;
	for (size_t i = 0; i < fragments.count; i++) {
		l->scope->fragment = fragments.items[i];
		aac_compose_section(l, fragments.items[i]->decl, false);
		aac_compose_body(l, &fragments.items[i]->body);
		l->scope->first_setting += fragments.items[i]->params.count;
	}
	l->scope->fragment = NULL;
	if (!profile)
		return;
	for (const struct aac_word *flag = profile->decl->flags.head; flag;
	     flag = flag->next)
		l->ok &= aac_flag_supported(&l->ctx, flag->span, flag->text);
	aac_compose_section(l, profile->decl, true);
	aac_compose_body(l, &profile->body);
}

bool aac_compose(struct aac_composer *composer, struct arena *arena,
		 struct aac_scope *scope, struct aac_fragments fragments,
		 const struct aac_profile_decl *profile, bool quiet,
		 struct aac_composition *composition)
{
	struct aac_laying l = {
		.composer = composer, .ctx = *composer->ctx, .scope = scope, .ok = true
	};

	l.ctx.arena = arena;
	l.section_tail = &l.sections;
	l.dropped_tail = &l.dropped;
	l.lxc_tail = &l.lxc;
	l.preamble_tail = &l.preamble;
	scope->reads = ARENA_ARRAY(arena, bool, scope->setting_count + 1);
	composition->reads = scope->reads;
	lay_all(&l, fragments, profile);
	scope->reads = NULL;
	map_fini(&l.by_text);
	map_fini(&l.by_name);
	map_fini(&l.places);
	map_fini(&l.lxc_by_text);
	if (!aac_compose_judge_children(&l, l.children, quiet) || !l.ok ||
	    !aac_compose_judge(composer, scope->scratch, &l.entries, quiet))
		return false;
	composition->policy = aac_compose_policy(&l, fragments, profile);
	composition->lxc = l.lxc;
	return true;
}
