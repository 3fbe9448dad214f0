/*
 * From files to a library: every declaration under its name, names looked up across
 * files, cycles refused, fragments put in the order they are laid (dependencies first,
 * then by name). Goes on after errors, so that one run tells all.
 */
#include "core/resolve.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "base/suggest.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/scope.h"

/* ---- names ------------------------------------------------------------------------ */

static const struct aac_decl *decl_of(enum aac_decl_type type, const void *node)
{
	if (type == AAC_DECL_FRAGMENT)
		return ((const struct aac_fragment *)node)->decl;
	if (type == AAC_DECL_PROFILE)
		return ((const struct aac_profile_decl *)node)->decl;
	return ((const struct aac_condition *)node)->decl;
}

static void *node_new(struct aac_resolver *r, const struct aac_decl *decl)
{
	if (decl->type == AAC_DECL_FRAGMENT) {
		struct aac_fragment *fragment =
			ARENA_NEW(r->ctx->arena, struct aac_fragment);

		*fragment = (struct aac_fragment){
			.name = decl->name,
			.decl = decl,
			.slug = decl->slug ? decl->slug : decl->name,
			.params = aac_param_index_new(r->ctx->arena, &decl->params)
		};
		return fragment;
	}
	if (decl->type == AAC_DECL_PROFILE) {
		struct aac_profile_decl *p =
			ARENA_NEW(r->ctx->arena, struct aac_profile_decl);

		*p = (struct aac_profile_decl){
			.name = decl->name,
			.decl = decl,
			.template_name =
				decl->template_name ? decl->template_name : "lxc"
		};
		return p;
	}
	struct aac_condition *condition = ARENA_NEW(r->ctx->arena, struct aac_condition);

	*condition = (struct aac_condition){ .name = decl->name, .decl = decl };
	return condition;
}

static void declare(struct aac_resolver *r, const struct aac_decl *decl)
{
	static const char *const what[] = {
		[AAC_DECL_FRAGMENT] = "fragment",
		[AAC_DECL_PROFILE] = "profile",
		[AAC_DECL_CONDITION] = "condition",
	};
	if (decl->type == AAC_DECL_AMEND)
		return; /* its fragment may be declared behind it */
	struct map *maps[] = { [AAC_DECL_FRAGMENT] = &r->fragments,
			       [AAC_DECL_PROFILE] = &r->profiles,
			       [AAC_DECL_CONDITION] = &r->conditions };
	void **slot = map_slot(maps[decl->type], decl->name, strlen(decl->name));

	if (!*slot) {
		*slot = node_new(r, decl);
		return;
	}
	aac_note(r->ctx->diags,
		 aac_report(r->ctx->diags, AAC_ERROR, "duplicate-name", decl->name_span,
			    "%s '%s' is declared twice", what[decl->type], decl->name),
		 decl_of(decl->type, *slot)->name_span, "first declared here");
}

static int by_key(const void *a, const void *b)
{
	return strcmp(((const struct map_entry *)a)->key,
		      ((const struct map_entry *)b)->key);
}

/* The values of MAP by name. */
static const void **sorted(struct aac_resolver *r, const struct map *map)
{
	struct map_entry *entries =
		ARENA_ARRAY(r->ctx->arena, struct map_entry, map->count);
	const void **out = ARENA_ARRAY(r->ctx->arena, const void *, map->count);

	if (map->count)
		memcpy(entries, map->entries, map->count * sizeof(*entries));
	qsort(entries, map->count, sizeof(*entries), by_key);
	for (size_t i = 0; i < map->count; i++)
		out[i] = entries[i].value;
	return out;
}

struct aac_fragment *aac_resolve_fragment(struct aac_resolver *r, const char *name,
					  struct aac_span at)
{
	struct aac_fragment *found = map_get_str(&r->fragments, name);
	struct suggest suggest = { .word = name };
	struct aac_diag *diag;

	if (found)
		return found;
	for (size_t i = 0; i < r->fragments.count; i++)
		suggest_offer(&suggest, r->fragments.entries[i].key);
	diag = aac_report(r->ctx->diags, AAC_ERROR, "unknown-fragment", at,
			  "there is no fragment '%s'", name);
	if (suggest_best(&suggest))
		aac_hint(r->ctx->diags, diag, "did you mean '%s'?",
			 suggest_best(&suggest));
	return NULL;
}

/* ---- directives ----------------------------------------------------------------------
 */

struct aac_fragments aac_resolve_names(struct aac_resolver *r,
					  const struct aac_names *names)
{
	const struct aac_fragment **items;
	size_t count = 0;

	for (const struct aac_name *name = names->head; name; name = name->next)
		count++;
	items = ARENA_ARRAY(r->ctx->arena, const struct aac_fragment *, count);
	count = 0;
	for (const struct aac_name *name = names->head; name; name = name->next) {
		const struct aac_fragment *found =
			aac_resolve_fragment(r, name->text, name->span);

		if (found)
			items[count++] = found;
	}
	return (struct aac_fragments){ items, count };
}

static void check_param(struct aac_resolver *r, const struct aac_param *param)
{
	const struct aac_param *first = aac_param_find(&r->params, param->name);
	struct aac_value value;

	if (first != param)
		aac_note(r->ctx->diags,
			 aac_report(r->ctx->diags, AAC_ERROR, "duplicate-param",
				    param->name_span, "parameter '%s' is declared twice",
				    param->name),
			 first->name_span, "first declared here");
	if (strcmp(param->name, "ctid") == 0 || strcmp(param->name, "profile") == 0)
		aac_report(r->ctx->diags, AAC_ERROR, "builtin-param", param->name_span,
			   "'%s' is built in and cannot be declared", param->name);
	else if (strchr(param->name, '.'))
		aac_hint(r->ctx->diags,
			 aac_report(r->ctx->diags, AAC_ERROR, "bad-name",
				    param->name_span, "a parameter's name holds no '.'"),
			 "write '-' or '_' instead");
	if (param->split && !*param->split)
		aac_report(r->ctx->diags, AAC_ERROR, "empty-separator", param->span,
			   "'split' needs a separator");
	if (param->split && !param->type.list)
		aac_report(r->ctx->diags, AAC_ERROR, "not-a-list", param->type.span,
			   "'split' makes a list, but '%s' is none", param->name);
	if (param->fallback)
		aac_param_literal(r->ctx, param, param->fallback, &value);
}

void aac_resolve_whens(struct aac_resolver *r, const struct aac_exprs *whens)
{
	r->in_when = true;
	for (const struct aac_expr *when = whens->head; when; when = when->next)
		aac_resolve_expr(r, when);
	r->in_when = false;
}

static void resolve_fragment(struct aac_resolver *r, struct aac_fragment *fragment)
{
	const struct aac_decl *decl = fragment->decl;

	r->decl = decl;
	r->params = fragment->params;
	aac_resolve_places(r, decl);
	fragment->requires = aac_resolve_names(r, &decl->requires);
	aac_resolve_names(r, &decl->conflicts);
	for (const struct aac_param *param = decl->params.head; param;
	     param = param->next)
		check_param(r, param);
	aac_resolve_whens(r, &decl->whens);
	r->readings = &fragment->readings;
	fragment->body = aac_resolve_body(r, &decl->body);
	aac_resolve_amended(r, fragment);
	r->readings = NULL;
	r->params = (struct aac_param_index){ 0 };
	r->decl = NULL;
}

/* ---- cycles and order
 * ------------------------------------------------------------------ */

/* State of a walk over conditions: 0 new, -1 on the way, else the length of its chain
 * + 1. */
struct chains {
	struct aac_resolver *r;
	struct map lengths; /* name -> int * */
};

static int chain_length(struct chains *chains, const struct aac_condition *condition,
			int depth);

static int expr_chain(struct chains *chains, const struct aac_expr *expr, int depth)
{
	const struct aac_condition *next;
	int a, b;

	if (!expr)
		return 0;
	if (expr->type == AAC_EXPR_CONDITION) {
		next = map_get_str(&chains->r->conditions, expr->text);
		return next ? chain_length(chains, next, depth + 1) : 0;
	}
	a = expr_chain(chains, expr->left, depth);
	b = expr_chain(chains, expr->right, depth);
	return a > b ? a : b;
}

static int chain_length(struct chains *chains, const struct aac_condition *condition,
			int depth)
{
	void **slot =
		map_slot(&chains->lengths, condition->name, strlen(condition->name));
	int *length = *slot;

	if (length && *length >= 0)
		return *length;
	if (length || depth > AAC_CONDITION_CHAIN) {
		aac_report(chains->r->ctx->diags, AAC_ERROR, "condition-cycle",
			   condition->decl->name_span,
			   length ? "condition '%s' depends on itself"
				  : "conditions are chained too long at '%s'",
			   condition->name);
		return 0;
	}
	length = ARENA_NEW(chains->r->ctx->arena, int);
	*length = -1;
	*slot = length;
	*length = expr_chain(chains, condition->decl->expr, depth) + 1;
	return *length;
}

static void check_conditions(struct aac_resolver *r, struct aac_library *library)
{
	struct chains chains = { .r = r };

	for (size_t i = 0; i < library->condition_count; i++) {
		r->in_when = true;
		aac_resolve_expr(r, library->conditions[i]->decl->expr);
		r->in_when = false;
		chain_length(&chains, library->conditions[i], 0);
	}
	map_fini(&chains.lengths);
}

/* ---- all of it
 * ---------------------------------------------------------------------------- */

static void fill_library(struct aac_resolver *r, struct aac_library *library)
{
	library->fragments = (const struct aac_fragment *const *)sorted(r, &r->fragments);
	library->fragment_count = r->fragments.count;
	library->profiles =
		(const struct aac_profile_decl *const *)sorted(r, &r->profiles);
	library->profile_count = r->profiles.count;
	library->conditions =
		(const struct aac_condition *const *)sorted(r, &r->conditions);
	library->condition_count = r->conditions.count;
	for (size_t i = 0; i < library->fragment_count; i++) {
		struct aac_fragment *f =
			map_get_str(&r->fragments, library->fragments[i]->name);

		f->index = i;
	}
	for (size_t i = 0; i < library->condition_count; i++) {
		struct aac_condition *c =
			map_get_str(&r->conditions, library->conditions[i]->name);

		c->index = i;
	}
}

const struct aac_library *aac_resolve(struct aac_context *ctx,
				      const struct aac_file *files)
{
	struct aac_library *library = ARENA_NEW(ctx->arena, struct aac_library);
	struct aac_resolver r = { .ctx = ctx };

	for (const struct aac_file *file = files; file; file = file->next)
		for (const struct aac_decl *decl = file->decls.head; decl;
		     decl = decl->next)
			declare(&r, decl);
	fill_library(&r, library);
	for (const struct aac_file *file = files; file; file = file->next)
		for (const struct aac_decl *decl = file->decls.head; decl;
		     decl = decl->next)
			if (decl->type == AAC_DECL_AMEND)
				aac_resolve_amend(&r, decl);
	library->files = files;
	for (size_t i = 0; i < r.fragments.count && !aac_diags_full(ctx->diags); i++)
		resolve_fragment(&r, r.fragments.entries[i].value);
	for (size_t i = 0; i < r.profiles.count && !aac_diags_full(ctx->diags); i++)
		aac_resolve_profile(&r, r.profiles.entries[i].value);
	check_conditions(&r, library);
	aac_resolve_order(&r, library);
	map_fini(&r.fragments);
	map_fini(&r.profiles);
	map_fini(&r.conditions);
	return library;
}
