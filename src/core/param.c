/*
 * Parameters' values: a default, a profile's `param`, the container's JSON,
 * .apparmor.params and --set, in that order, the last one winning.
 */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/scope.h"

static bool refuse(struct aac_scope *scope, const struct aac_fragment *fragment,
		   const struct aac_param *param, const struct aac_value *wrong,
		   const char *problem)
{
	struct aac_context *ctx = scope->ctx;
	struct aac_span at = scope->config && wrong->trail
				     ? aac_config_place(scope->config, wrong->trail)
				     : param->name_span;
	CLEANUP_BUF shown = { 0 };
	struct aac_diag *diag;

	aac_value_print(&shown, wrong);
	diag = aac_report(ctx->diags, AAC_ERROR, "param-type", at,
			  "container %s: %s at %s %s, but '%s.%s' needs it",
			  scope->container ? scope->container->ctid : "(none)",
			  shown.len > 60 ? "the value" : buf_str(&shown),
			  aac_trail_pointer(ctx->arena, wrong->trail), problem,
			  fragment->name, param->name);
	aac_note(ctx->diags, diag, param->name_span, "'%s' is of type %s", param->name,
		 aac_type_name(ctx->arena, &param->type));
	return false;
}

static bool is_absent(const struct aac_param *param, const struct aac_value *value)
{
	if (value->type == AAC_VALUE_NULL)
		return true;
	for (const struct aac_word *word = param->absent.head; word; word = word->next)
		if (aac_value_is_word(value, word->text))
			return true;
	return false;
}

/* What stands at one path: split, absent words taken out; false when nothing is there. */
static bool read_path(const struct aac_scope *scope, const struct aac_param *param,
		      const struct aac_path *path, struct aac_value *value)
{
	struct aac_value *items;
	size_t count = 0;

	*value = aac_scope_path(scope, path);
	if (is_absent(param, value))
		return false;
	if (param->split)
		*value = aac_value_split(scope->scratch, value, param->split);
	if (value->type != AAC_VALUE_LIST)
		return true;
	items = ARENA_ARRAY(scope->scratch, struct aac_value, value->count);
	for (size_t i = 0; i < value->count; i++)
		if (!is_absent(param, &value->items[i]))
			items[count++] = value->items[i];
	value->items = items;
	value->count = count;
	/* a list that was there and held nothing but absent words is not there */
	return count > 0 || (!param->absent.head && value->trail);
}

/* A list that grows by doubling. */
struct growing {
	struct aac_value *items;
	size_t count, cap;
};

/* ONE, or its elements, behind the others. */
static void append(struct arena *arena, struct growing *list, const struct aac_value *one)
{
	const struct aac_value *more = one->type == AAC_VALUE_LIST ? one->items : one;
	size_t count = one->type == AAC_VALUE_LIST ? one->count : 1;

	if (list->count + count > list->cap) {
		struct aac_value *items;

		list->cap = 2 * (list->count + count);
		items = ARENA_ARRAY(arena, struct aac_value, list->cap);
		if (list->count)
			memcpy(items, list->items, list->count * sizeof(*items));
		list->items = items;
	}
	if (count)
		memcpy(list->items + list->count, more, count * sizeof(*more));
	list->count += count;
}

/* From all `from` paths: a list takes them all, a single value the first that is there.
 */
static bool read_json(const struct aac_scope *scope, const struct aac_param *param,
		      struct aac_value *value, struct buf *from)
{
	struct growing all = { 0 };
	bool found = false;

	for (const struct aac_path *path = param->from.head; path; path = path->next) {
		struct aac_value one;

		if (!read_path(scope, param, path, &one))
			continue;
		buf_printf(from, "%s%s", found ? ", " : "", path->text);
		found = true;
		*value = one;
		if (!param->type.list || one.type == AAC_VALUE_OBJECT)
			return true;
		append(scope->scratch, &all, &one);
		*value = (struct aac_value){ .type = AAC_VALUE_LIST,
					     .items = all.items,
					     .count = all.count,
					     .trail = one.trail };
	}
	return found;
}

/* "FRAGMENT.PARAM" */
static const char *full_name(const struct aac_scope *scope,
			     const struct aac_setting *setting)
{
	return arena_printf(scope->scratch, "%s.%s", setting->fragment->name,
			    setting->param->name);
}

/* .apparmor.params."FRAGMENT.PARAM" */
static bool read_override(const struct aac_scope *scope,
			  const struct aac_setting *setting, struct aac_value *value)
{
	struct aac_step key = { .key = full_name(scope, setting) };
	struct aac_step params = { .next = &key, .key = "params" };
	struct aac_step top = { .next = &params, .key = "apparmor" };
	struct aac_path path = { .steps = &top };

	*value = aac_scope_path(scope, &path);
	return value->type != AAC_VALUE_NULL;
}

static const struct aac_set *find_set(const struct aac_scope *scope,
				      const struct map *sets,
				      const struct aac_setting *setting)
{
	if (!sets || !sets->count || !scope->container)
		return NULL;
	return map_get_str(sets,
			   arena_printf(scope->scratch, "%s:%s", scope->container->ctid,
					full_name(scope, setting)));
}

/* What PROFILE binds, by "FRAGMENT.PARAM": of equals the last. */
static struct map index_bindings(const struct aac_scope *scope,
				 const struct aac_profile_decl *profile)
{
	const struct aac_binding *b = profile ? profile->decl->bindings.head : NULL;
	struct map bindings = { 0 };

	for (; b; b = b->next) {
		const char *name =
			arena_printf(scope->scratch, "%s.%s", b->fragment, b->param);

		*map_slot(&bindings, name, strlen(name)) = (void *)(uintptr_t)b;
	}
	return bindings;
}

/* The value that no container decides: the default, or the profile's. */
static bool bind_default(struct aac_scope *scope, const struct aac_bind *bind,
			 const struct map *bindings, struct aac_setting *setting)
{
	const struct aac_binding *binding =
		bindings->count ? map_get_str(bindings, full_name(scope, setting)) : NULL;

	if (binding) {
		setting->from = arena_printf(scope->ctx->arena, "profile %s",
					     bind->profile->name);
		return aac_param_literal(scope->ctx, setting->param, binding->value,
					 &setting->value);
	}
	if (!setting->param->fallback)
		return true;
	setting->from = "default";
	return aac_param_literal(scope->ctx, setting->param, setting->param->fallback,
				 &setting->value);
}

static bool bind_container(struct aac_scope *scope, const struct aac_bind *bind,
			   struct aac_setting *setting)
{
	const struct aac_set *set = find_set(scope, bind->sets, setting);
	struct aac_value value, wrong;
	CLEANUP_BUF from = { 0 };
	const char *problem;

	if (set) {
		setting->from = "--set";
		return aac_param_set(scope->ctx, setting->param, set, &setting->value);
	}
	if (read_override(scope, setting, &value))
		buf_puts(&from, ".apparmor.params");
	else if (!read_json(scope, setting->param, &value, &from))
		return true;
	problem = aac_type_take(scope->ctx->arena, &setting->param->type, &value, &wrong);
	if (problem)
		return refuse(scope, setting->fragment, setting->param, &wrong, problem);
	setting->value = value;
	setting->from = arena_strdup(scope->ctx->arena, buf_str(&from));
	return true;
}

static bool bind_one(struct aac_scope *scope, const struct aac_bind *bind,
		     const struct map *bindings, struct aac_setting *setting)
{
	struct aac_context *ctx = scope->ctx;

	if (!bind_default(scope, bind, bindings, setting) ||
	    (!bind->defaults_only && !bind_container(scope, bind, setting)))
		return false;
	if (setting->from || bind->defaults_only)
		return true;
	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_ERROR, "param-missing",
			    setting->param->name_span,
			    "container %s: parameter '%s.%s' has no default and no value",
			    scope->container ? scope->container->ctid : "(none)",
			    setting->fragment->name, setting->param->name),
		 "give it in the container's JSON as .apparmor.params.\"%s.%s\"",
		 setting->fragment->name, setting->param->name);
	return false;
}

bool aac_param_bind(struct aac_scope *scope, struct aac_fragments fragments,
		    const struct aac_bind *bind, const struct aac_setting **settings,
		    size_t *count)
{
	CLEANUP_MAP bindings = index_bindings(scope, bind->profile);
	struct aac_setting *items;
	size_t n = 0;
	bool ok = true;

	for (size_t i = 0; i < fragments.count; i++)
		n += fragments.items[i]->params.count;
	items = ARENA_ARRAY(scope->ctx->arena, struct aac_setting, n);
	n = 0;
	for (size_t i = 0; i < fragments.count; i++) {
		for (const struct aac_param *p = fragments.items[i]->decl->params.head; p;
		     p = p->next) {
			items[n].fragment = fragments.items[i];
			items[n].param = p;
			ok &= bind_one(scope, bind, &bindings, &items[n]);
			n++;
		}
	}
	*settings = items;
	*count = n;
	return ok;
}
