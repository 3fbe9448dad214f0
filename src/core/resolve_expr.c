/*
 * Names inside conditions and holes: parameters, loop variables, conditions, fragments.
 * Notes on the way which parts of the container's JSON a body reads.
 */
#include <string.h>

#include "base/arena.h"
#include "base/suggest.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/kind.h"
#include "core/resolve.h"
#include "core/scope.h"
#include "core/target.h"

static void suggest_in(struct suggest *suggest, const struct map *names)
{
	for (size_t i = 0; i < names->count; i++)
		suggest_offer(suggest, names->entries[i].key);
}

static void unknown(struct aac_resolver *r, const char *slug, const char *what,
		    const char *name, struct aac_span at, const struct suggest *suggest)
{
	struct aac_diag *diag = aac_report(r->ctx->diags, AAC_ERROR, slug, at,
					   "there is no %s '%s'", what, name);

	if (suggest_best(suggest))
		aac_hint(r->ctx->diags, diag, "did you mean '%s'?",
			 suggest_best(suggest));
}

void aac_resolve_reading(struct aac_resolver *r, const struct aac_expr *expr)
{
	struct aac_reading *reading;

	if (!r->readings)
		return;
	reading = ARENA_NEW(r->ctx->arena, struct aac_reading);
	*reading = (struct aac_reading){ r->readings->list, expr, r->in_expect };
	r->readings->list = reading;
}

static bool builtin(struct aac_resolver *r, const char *name)
{
	bool ctid = strcmp(name, "ctid") == 0, profile = strcmp(name, "profile") == 0;
	struct aac_readings *readings = r->readings;

	if (readings && ctid)
		*(r->in_expect ? &readings->expect_ctid : &readings->ctid) = true;
	if (readings && profile)
		*(r->in_expect ? &readings->expect_profile : &readings->profile) = true;
	return ctid || (profile && !r->in_when);
}

static void no_fields(struct aac_resolver *r, const char *name, const char *field,
		      struct aac_span at)
{
	if (field)
		aac_report(r->ctx->diags, AAC_ERROR, "no-such-field", at,
			   "'%s' is no object, so it has no '%s'", name, field);
}

const struct aac_param *aac_resolve_hole(struct aac_resolver *r, const char *name,
					 const char *field, struct aac_span at)
{
	const struct aac_param *param;
	struct suggest suggest = { .word = name };

	for (const struct aac_names_scope *loop = r->loops; loop; loop = loop->up) {
		if (strcmp(loop->name, name) != 0)
			continue;
		if (loop->scalar)
			no_fields(r, name, field, at);
		return NULL;
	}
	param = r->in_when ? NULL : aac_param_find(&r->params, name);
	if (param || builtin(r, name)) {
		no_fields(r, name, field, at);
		return param;
	}
	if (r->in_when) {
		aac_report(
			r->ctx->diags, AAC_ERROR, "param-in-when", at,
			"'${%s}' cannot stand here: which fragments a container gets is "
			"decided before parameters have values",
			name);
		return NULL;
	}
	/* `param a.b`, which was refused where it stands. */
	if (field) {
		const char *dotted = arena_printf(r->ctx->arena, "%s.%s", name, field);

		if (aac_param_find(&r->params, dotted))
			return NULL;
	}
	suggest_offer(&suggest, "ctid");
	suggest_offer(&suggest, "profile");
	for (const struct aac_param *p = r->decl ? r->decl->params.head : NULL; p;
	     p = p->next)
		suggest_offer(&suggest, p->name);
	unknown(r, "unknown-param", "parameter", name, at, &suggest);
	return NULL;
}

static void resolve_condition(struct aac_resolver *r, const struct aac_expr *expr)
{
	struct suggest suggest = { .word = expr->text };

	if (map_get_str(&r->conditions, expr->text)) {
		aac_resolve_reading(r, expr);
		return;
	}
	suggest_in(&suggest, &r->conditions);
	unknown(r, "unknown-condition", "condition", expr->text, expr->span, &suggest);
}

static void resolve_with(struct aac_resolver *r, const struct aac_expr *expr)
{
	struct suggest suggest = { .word = expr->text };

	if (r->in_when) {
		aac_report(r->ctx->diags, AAC_ERROR, "with-in-when", expr->span,
			   "'with' cannot stand here: it asks for what is being decided");
		return;
	}
	if (map_get_str(&r->fragments, expr->text))
		return;
	suggest_in(&suggest, &r->fragments);
	unknown(r, "unknown-fragment", "fragment", expr->text, expr->span, &suggest);
}

/* Any path may be one of some kernel's features, so only what is a slip of the finger
 * away from a kind's name is told. */
static void resolve_supports(struct aac_resolver *r, const struct aac_expr *expr)
{
	struct suggest suggest = { .word = expr->text };

	if (aac_mount_option_find(expr->text) ||
	    (r->ctx->target && aac_target_supports(r->ctx->target, expr->text)))
		return;
	for (int i = 0; i < AAC_KIND_COUNT; i++)
		suggest_offer(&suggest, aac_kind_get(i)->keyword);
	if (suggest_best(&suggest) && suggest.distance == 1)
		aac_hint(r->ctx->diags,
			 aac_report(r->ctx->diags, AAC_WARNING, "unknown-feature",
				    expr->span, "no kernel is known to support '%s'",
				    expr->text),
			 "did you mean '%s'?", suggest_best(&suggest));
}

/* Another machine may have targets of its own, so it is no more than a warning. */
static void resolve_target(struct aac_resolver *r, const struct aac_expr *expr)
{
	const char *const *name = r->ctx->target_names;
	struct suggest suggest = { .word = expr->text };
	struct aac_diag *diag;

	if (!name || strcmp(expr->text, "host") == 0)
		return;
	for (; *name; name++) {
		if (strcmp(*name, expr->text) == 0)
			return;
		suggest_offer(&suggest, *name);
	}
	diag = aac_report(r->ctx->diags, AAC_WARNING, "unknown-target", expr->span,
			  "there is no target '%s', so this is never true", expr->text);
	if (suggest_best(&suggest))
		aac_hint(r->ctx->diags, diag, "did you mean '%s'?",
			 suggest_best(&suggest));
	else
		aac_hint(r->ctx->diags, diag,
			 "'aa-compose list targets' tells what there is");
}

static void resolve_version(struct aac_resolver *r, const struct aac_expr *expr)
{
	if (!aac_version_valid(expr->text))
		aac_report(r->ctx->diags, AAC_ERROR, "bad-version", expr->span,
			   "'%s' is not a version such as \"3.0.10\"", expr->text);
}

static void resolve_matches(struct aac_resolver *r, const struct aac_expr *glob)
{
	const char *fault = aac_wildcard_fault(glob->text);

	if (fault)
		aac_hint(r->ctx->diags,
			 aac_report(r->ctx->diags, AAC_ERROR, "bad-glob", glob->span,
				    "'%.200s' is not a pattern: %s", glob->text, fault),
			 "write the ']', or '[[]' for the byte itself");
}

void aac_resolve_expr(struct aac_resolver *r, const struct aac_expr *expr)
{
	if (!expr)
		return;
	if (expr->type == AAC_EXPR_PARAM)
		aac_resolve_hole(r, expr->text, expr->field, expr->span);
	else if (expr->type == AAC_EXPR_CONDITION)
		resolve_condition(r, expr);
	else if (expr->type == AAC_EXPR_PATH)
		aac_resolve_reading(r, expr);
	else if (expr->type == AAC_EXPR_MATCHES)
		resolve_matches(r, expr->right);
	else if (expr->type == AAC_EXPR_WITH)
		resolve_with(r, expr);
	else if (expr->type == AAC_EXPR_TARGET_IS)
		resolve_target(r, expr);
	else if (expr->type == AAC_EXPR_TARGET_SUPPORTS)
		resolve_supports(r, expr);
	else if (expr->type == AAC_EXPR_TARGET_PARSER ||
		 expr->type == AAC_EXPR_TARGET_KERNEL)
		resolve_version(r, expr);
	aac_resolve_expr(r, expr->left);
	aac_resolve_expr(r, expr->right);
}
