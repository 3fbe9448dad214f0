/*
 * One rule of a body: its holes are filled, it is made ready for the target, and every
 * distinct rule is kept once with all its origins, under the fragment that says it first.
 * A rule that is short for others is laid as its parts, all from the one place.
 */
#include <string.h>

#include "base/arena.h"
#include "base/macro.h"
#include "core/compose_rules.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/target.h"

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

/* Is the rule of TEXT worth keeping?  It has come in so many containers, or is made of
 * defaults alone. */
static bool seen_often(const struct aac_laying *l, const char *text, size_t len)
{
	struct aac_composer *composer = l->composer;
	struct aac_seen *seen;

	if (!l->own)
		return true;
	seen = map_get(&composer->seen, text, len);
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
					  const struct aac_rule *rule, bool as_written)
{
	struct aac_prepared *prepared =
		map_get(&composer->prepared, (const char *)&rule, sizeof(rule));
	const struct aac_rule **key, *narrow;

	if (prepared)
		return *prepared;
	prepared = ARENA_NEW(composer->ctx->arena, struct aac_prepared);
	prepared->written = rule;
	narrow = !as_written ? for_target(composer->ctx, rule, &prepared->why)
		 : aac_rule_known(composer->ctx, rule) ? rule
						       : NULL;
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
		.whole = prepared->whole,
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

void aac_compose_note_value(struct aac_laying *l, const struct aac_diag *before)
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
		seen_often(l, narrow->text, strlen(narrow->text));
	if (often)
		keeper = l->composer->ctx;
	fill = fill_rule(l, keeper, rule, prepared, &narrow);
	prepared->interned =
		often ? intern_shared(l->composer, narrow) : intern_own(keeper, narrow);
	return fill;
}

static void lay_assertion(struct aac_laying *l, const struct aac_prepared *prepared,
			  const struct aac_shape *shape)
{
	struct aac_assertion *assertion = ARENA_NEW(l->ctx.arena, struct aac_assertion);

	*assertion = (struct aac_assertion){
		.rule = prepared->interned->rule,
		.written = prepared->written,
		.span = shape->span,
	};
	*l->assertion_tail = assertion;
	l->assertion_tail = &assertion->next;
}

/* A profile under `template raw` gives an existing one back, as wide as that one. */
static bool stays_as_written(const struct aac_laying *l)
{
	return l->decl->type == AAC_DECL_PROFILE && l->decl->template_name &&
	       strcmp(l->decl->template_name, "raw") == 0;
}

/* PREPARED, which is laid for SHAPE. */
static void lay_prepared(struct aac_laying *l, const struct aac_prepared *prepared,
			 const struct aac_shape *shape)
{
	struct aac_entry *entry;
	void **slot;

	if (!prepared->interned) {
		l->ok = false;
		return;
	}
	if (l->asserting) {
		lay_assertion(l, prepared, shape);
		return;
	}
	slot = map_slot(&l->by_text, prepared->interned->rule->text,
			strlen(prepared->interned->rule->text));
	if (!*slot) {
		entry_new(l, prepared, shape);
		*slot = (void *)(uintptr_t)l->entries.count;
	}
	entry = &l->entries.items[(uintptr_t)*slot - 1];
	entry->accepted |=
		accepted_by(shape->accepts.head) | accepted_by(l->decl->accepts.head);
	add_origin(l, entry, prepared, shape);
}

/* A part of a rule with values.  OFTEN: it lives as long as the run. */
static struct aac_prepared prepare_part(struct aac_laying *l, const struct aac_rule *part,
					const char *whole, bool often)
{
	struct aac_context *ctx = often ? l->composer->ctx : &l->ctx;
	struct aac_prepared prepared = { .written = part, .whole = whole };
	const struct aac_rule *narrow = for_target(ctx, part, &prepared.why);

	if (narrow)
		prepared.interned = often ? intern_shared(l->composer, narrow)
					  : intern_own(ctx, narrow);
	return prepared;
}

/* The parts of RULE, which expands and has holes: kept as prepare_holes keeps rules. */
static enum aac_fill lay_filled_parts(struct aac_laying *l, const struct aac_rule *rule)
{
	struct aac_context brief = l->ctx, *keeper = &l->ctx;
	const struct aac_rule *filled;
	enum aac_fill fill;
	bool often;

	brief.arena = l->scope->scratch;
	fill = aac_rule_fill(&brief, rule, aac_compose_value, l, &filled);
	if (fill != AAC_FILL_DONE)
		return fill;
	often = seen_often(l, filled->text, strlen(filled->text));
	if (often)
		keeper = l->composer->ctx;
	fill = aac_rule_fill(keeper, rule, aac_compose_value, l, &filled);
	for (size_t i = 0; fill == AAC_FILL_DONE && i < filled->part_count; i++) {
		struct aac_prepared part =
			prepare_part(l, filled->parts[i], filled->text, often);

		lay_prepared(l, &part, rule->shape);
	}
	return fill;
}

static enum aac_fill lay_filled(struct aac_laying *l, const struct aac_rule *rule)
{
	struct aac_prepared prepared = { 0 };
	enum aac_fill fill;

	if (rule->expands)
		return lay_filled_parts(l, rule);
	fill = prepare_holes(l, rule, &prepared);
	if (fill == AAC_FILL_DONE)
		lay_prepared(l, &prepared, rule->shape);
	return fill;
}

/* A rule of an included file that the target knows and does not enforce, as
 * apparmor_parser leaves it out.  Of our own that is an error. */
static bool is_idle(struct aac_laying *l, const struct aac_rule *rule)
{
	struct aac_context silent = l->ctx;
	struct aac_diags diags;

	if (!rule->shape->inlined || !l->ctx.target)
		return false;
	aac_diags_init(&diags, l->scope->scratch);
	silent.diags = &diags;
	return !aac_rule_supported(&silent, rule) && aac_rule_known(&silent, rule);
}

/* RULE, without holes; WHOLE is what it is a part of, or NULL. */
static void lay_shared(struct aac_laying *l, const struct aac_rule *rule,
		       const char *whole)
{
	bool as_written = stays_as_written(l) || rule->shape->inlined;
	struct aac_prepared prepared;

	if (is_idle(l, rule)) {
		aac_compose_drop(l, rule, origin_new(l, rule->shape), NULL,
				 "the target's kernel does not mediate it");
		return;
	}
	prepared = prepare_shared(l->composer, rule, as_written);
	prepared.whole = whole;
	lay_prepared(l, &prepared, rule->shape);
}

void aac_compose_rule(struct aac_laying *l, const struct aac_rule *rule)
{
	const struct aac_diag *before = aac_diags_last(l->ctx.diags);
	enum aac_fill fill;

	l->used = NULL;
	l->trail = NULL;
	l->own = false;
	if (!rule->has_holes) {
		if (!rule->expands)
			lay_shared(l, rule, NULL);
		for (size_t i = 0; i < rule->part_count; i++)
			lay_shared(l, rule->parts[i], rule->text);
		return;
	}
	fill = lay_filled(l, rule);
	if (fill == AAC_FILL_ERROR)
		aac_compose_note_value(l, before);
	l->ok &= fill != AAC_FILL_ERROR;
}
