/*
 * Where the checks of texts get their rules from: takes declarations, or AppArmor's own
 * text, and hands each rule and each body on.  Nothing is compiled here.  Not obvious:
 * what the tables refuse of AppArmor's own text is reported by the way, since nobody else
 * looks at it; a declaration's rules were looked at by aac_resolve.
 */
#include <string.h>

#include "base/arena.h"
#include "base/macro.h"
#include "base/map.h"
#include "core/context.h"
#include "core/head.h"
#include "core/lint.h"
#include "core/rule.h"

#define DEPTH_MAX 64

struct walk {
	struct aac_lint *lint;
	const struct aac_decl *decl; /* NULL: AppArmor's own text */
	unsigned int depth;
};

/* ---- rules ------------------------------------------------------------------------- */

static void run_rule(struct walk *w, const struct aac_rule *rule, bool guarded)
{
	struct aac_lint_rule one = { rule, w->decl, guarded };

	for (size_t i = 0; i < aac_check_count; i++) {
		w->lint->check = aac_checks[i];
		if (aac_checks[i]->rule)
			aac_checks[i]->rule(w->lint, &one);
	}
}

static const struct aac_check *check_of(const char *slug)
{
	for (size_t i = 0; i < aac_check_count; i++)
		if (aac_checks[i]->diag && strcmp(aac_checks[i]->diag, slug) == 0)
			return aac_checks[i];
	return NULL;
}

void aac_lint_pass_on(struct aac_lint *lint, const struct aac_diags *from)
{
	struct aac_diags *to = lint->ctx->diags;

	for (const struct aac_diag *d = from->head; d; d = d->next) {
		struct aac_diag *copy;

		lint->check = check_of(d->slug);
		if (lint->check) {
			aac_lint_tell(lint, NULL, NULL, NULL, d->span, "%s", d->message);
			continue;
		}
		copy = aac_report(to, d->severity, d->slug, d->span, "%s", d->message);
		if (d->hint)
			aac_hint(to, copy, "%s", d->hint);
		for (const struct aac_diag *n = d->notes; n; n = n->next)
			aac_note(to, copy, n->span, "%s", n->message);
	}
}

static const struct aac_rule *build(struct walk *w, const struct aac_shape *shape)
{
	struct aac_context ctx = *w->lint->ctx;
	const struct aac_rule *rule;
	struct aac_diags own;

	aac_diags_init(&own, ctx.arena);
	ctx.diags = &own;
	rule = aac_rule_build(&ctx, shape);
	aac_lint_pass_on(w->lint, &own);
	return rule;
}

static bool asks_target(const struct aac_expr *expr)
{
	if (!expr)
		return false;
	if (expr->type >= AAC_EXPR_TARGET_IS && expr->type <= AAC_EXPR_TARGET_KERNEL)
		return true;
	return asks_target(expr->left) || asks_target(expr->right);
}

static void walk(struct walk *w, const struct aac_stmts *stmts, bool guarded)
{
	if (w->depth == DEPTH_MAX)
		return;
	w->depth++;
	for (const struct aac_stmt *stmt = stmts->head; stmt; stmt = stmt->next) {
		bool below = guarded || asks_target(stmt->expr);

		if (stmt->type == AAC_STMT_RULE) {
			const struct aac_rule *rule =
				stmt->resolved ? stmt->resolved : build(w, stmt->shape);

			if (rule)
				run_rule(w, rule, guarded);
		}
		if (stmt->type == AAC_STMT_EXPECT || stmt->type == AAC_STMT_QUALIFIED)
			continue;
		walk(w, &stmt->body, below);
		walk(w, &stmt->orelse, below);
	}
	w->depth--;
}

/* ---- bodies ------------------------------------------------------------------------ */

static void run_body(struct aac_lint *lint, const struct aac_lint_body *body)
{
	for (size_t i = 0; i < aac_check_count; i++) {
		lint->check = aac_checks[i];
		if (aac_checks[i]->body)
			aac_checks[i]->body(lint, body);
	}
}

void aac_lint_decl(struct aac_lint *lint, const struct aac_decl *decl,
		   const struct aac_stmts *body)
{
	struct walk w = { .lint = lint, .decl = decl };
	struct aac_lint_body one = { .decl = decl, .stmts = body };

	lint->unit = NULL;
	walk(&w, body, false);
	run_body(lint, &one);
}

/* The head of a profile or a hat; NULL for everything else. */
static const struct aac_head *head_of(struct aac_context *from,
				      const struct aac_stmt *stmt, bool top)
{
	struct aac_context ctx = *from;
	const struct aac_head *head;
	struct aac_diags silent;

	if (stmt->type != AAC_STMT_BLOCK)
		return NULL;
	aac_diags_init(&silent, ctx.arena);
	ctx.diags = &silent;
	head = aac_head_build(&ctx, stmt->shape, top);
	return head && head->name ? head : NULL;
}

void aac_lint_written(struct aac_lint *lint, const struct aac_file *file)
{
	struct walk w = { .lint = lint };
	struct aac_lint_body one = { .file = file, .stmts = &file->stmts };

	lint->unit = NULL;
	walk(&w, &file->stmts, false);
	run_body(lint, &one);
	for (const struct aac_stmt *s = file->stmts.head; s; s = s->next) {
		one.head = head_of(lint->ctx, s, true);
		one.stmts = &s->body;
		if (one.head)
			run_body(lint, &one);
	}
}

/* ---- units ------------------------------------------------------------------------- */

struct units {
	struct aac_context ctx;
	const struct aac_file *file;
	struct aac_lint_unit *items;
	size_t count, cap;
};

/* Without the variables that abstractions use nothing of it would compile; see
 * missing-preamble. */
static const char *complete(struct arena *arena, const char *preamble)
{
	if (strstr(preamble, "@{") || strstr(preamble, "<tunables/"))
		return preamble;
	return arena_printf(arena, "include <tunables/global>\n%s", preamble);
}

static void add_unit(struct units *u, const char *name, struct aac_span span)
{
	struct aac_lint_unit *unit;

	if (u->count == u->cap) {
		size_t cap = u->cap ? u->cap * 2 : 8;
		struct aac_lint_unit *grown =
			ARENA_ARRAY(u->ctx.arena, struct aac_lint_unit, cap);

		if (u->count)
			memcpy(grown, u->items, u->count * sizeof(*grown));
		u->items = grown;
		u->cap = cap;
	}
	unit = &u->items[u->count++];
	*unit = (struct aac_lint_unit){ .name = name, .file = u->file, .span = span };
	unit->rules = aac_lone_written(&u->ctx, u->file, name);
	unit->rules.preamble = complete(u->ctx.arena, unit->rules.preamble);
}

static void add_units(struct units *u, const struct aac_stmts *stmts, const char *above,
		      unsigned int depth)
{
	for (const struct aac_stmt *s = stmts->head; s && depth < DEPTH_MAX;
	     s = s->next) {
		const struct aac_head *head = head_of(&u->ctx, s, !above);
		const char *name;

		if (!head)
			continue;
		name = above ? arena_printf(u->ctx.arena, "%s//%s", above, head->name)
			     : head->name;
		add_unit(u, name, s->shape->span);
		add_units(u, &s->body, name, depth + 1);
	}
}

const struct aac_lint_unit *aac_lint_units_written(struct aac_context *ctx,
						   const struct aac_file *file,
						   size_t *count)
{
	struct units units = { .ctx = *ctx, .file = file };
	struct aac_diags silent;

	aac_diags_init(&silent, ctx->arena);
	units.ctx.diags = &silent;
	add_units(&units, &file->stmts, NULL, 0);
	*count = units.count;
	return units.items;
}

/* ---- a fragment alone -------------------------------------------------------------- */

/* A value of TYPE that no rule means in particular; of a list one element. */
static const struct aac_literal *stand_in(struct arena *arena,
					  const struct aac_param *param)
{
	struct aac_literal *one = ARENA_NEW(arena, struct aac_literal);
	struct aac_literal *list = ARENA_NEW(arena, struct aac_literal);

	*one = (struct aac_literal){ .span = param->span, .type = AAC_LIT_STRING };
	one->text = arena_printf(arena, "aa-compose-%s", param->name);
	if (param->type.base == AAC_TYPE_PATH)
		one->text = arena_printf(arena, "/aa-compose/%s", param->name);
	else if (param->type.base == AAC_TYPE_ENUM && param->type.choices.head)
		one->text = param->type.choices.head->text;
	else if (param->type.base == AAC_TYPE_INT)
		one->type = AAC_LIT_INT;
	else if (param->type.base == AAC_TYPE_BOOL)
		one->type = AAC_LIT_BOOL;
	if (!param->type.list)
		return one;
	*list = (struct aac_literal){ .span = param->span,
				      .type = AAC_LIT_LIST,
				      .items = one };
	return list;
}

static bool lacks_value(const struct aac_param *param, bool own)
{
	const struct aac_literal *fallback = param->fallback;

	return !fallback || (own && fallback->type == AAC_LIT_LIST && !fallback->items);
}

static void bind_one(struct arena *arena, const struct aac_fragment *fragment, bool lists,
		     struct aac_bindings *bindings)
{
	const struct aac_param *p = fragment->decl->params.head;

	for (; p; p = p->next) {
		struct aac_binding *one;

		if (!lacks_value(p, lists))
			continue;
		one = ARENA_NEW(arena, struct aac_binding);
		*one = (struct aac_binding){ .span = p->span,
					     .name_span = p->name_span,
					     .fragment = fragment->name,
					     .param = p->name,
					     .value = stand_in(arena, p) };
		LIST_APPEND(bindings, one);
	}
}

/* The parameters of FRAGMENT and of what it requires; LISTS: its empty lists, too. */
static void bind(struct arena *arena, const struct aac_fragment *fragment, bool lists,
		 struct aac_bindings *bindings)
{
	CLEANUP_MAP all = { 0 };

	map_add(&all, fragment->name, strlen(fragment->name),
		(void *)(uintptr_t)fragment);
	for (size_t i = 0; i < all.count; i++) {
		const struct aac_fragment *f = all.entries[i].value;

		bind_one(arena, f, lists && f == fragment, bindings);
		for (size_t j = 0; j < f->requires.count; j++) {
			const struct aac_fragment *next = f->requires.items[j];

			map_add(&all, next->name, strlen(next->name),
				(void *)(uintptr_t)next);
		}
	}
}

static void use(struct arena *arena, const struct aac_fragment *fragment,
		struct aac_name ***tail)
{
	struct aac_name *name = ARENA_NEW(arena, struct aac_name);

	*name = (struct aac_name){ .span = fragment->decl->name_span,
				   .text = fragment->name };
	**tail = name;
	*tail = &name->next;
}

const struct aac_profile_decl *aac_lint_alone(struct aac_context *ctx,
					      const struct aac_fragment *fragment,
					      bool without, bool lists)
{
	struct aac_profile_decl *profile = ARENA_NEW(ctx->arena, struct aac_profile_decl);
	struct aac_decl *decl = ARENA_NEW(ctx->arena, struct aac_decl);
	struct aac_name **tail = &decl->uses.head;

	*decl = (struct aac_decl){ .span = fragment->decl->span,
				   .name_span = fragment->decl->name_span,
				   .type = AAC_DECL_PROFILE,
				   .name = "lxc-lint" };
	bind(ctx->arena, fragment, lists, &decl->bindings);
	if (!without)
		use(ctx->arena, fragment, &tail);
	for (size_t i = 0; without && i < fragment->requires.count; i++)
		use(ctx->arena, fragment->requires.items[i], &tail);
	*profile = (struct aac_profile_decl){ .name = decl->name,
					      .decl = decl,
					      .template_name = "lxc" };
	return profile;
}
