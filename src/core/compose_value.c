/*
 * What stands for a hole of the rule at hand: a parameter, a loop's variable, a built-in
 * name. A value that no rule can say is refused here, at its place in the container file;
 * every value that is used is noted for the map.
 */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/compose_rules.h"
#include "core/diag.h"

static void note_used(struct aac_laying *l, const char *name,
		      const struct aac_value *value)
{
	struct arena *arena = l->ctx.arena;
	const struct aac_used **at = &l->used;
	struct aac_used *used;
	CLEANUP_BUF text = { 0 };

	while (*at && strcmp((*at)->name, name) < 0)
		at = (const struct aac_used **)(uintptr_t) & (*at)->next;
	if (*at && strcmp((*at)->name, name) == 0)
		return;
	aac_value_print(&text, value);
	used = ARENA_NEW(arena, struct aac_used);
	*used = (struct aac_used){ *at, name, arena_strndup(arena, text.data, text.len) };
	*at = used;
}

static const struct aac_value *refuse(struct aac_laying *l,
				      const struct aac_segment *hole,
				      const struct aac_value *value, const char *problem)
{
	struct aac_context *ctx = &l->ctx;
	bool placed = value && value->trail && l->scope->config;
	struct aac_diag *diag;

	diag = aac_report(
		ctx->diags, AAC_ERROR, "value-refused",
		placed ? aac_config_place(l->scope->config, value->trail) : hole->span,
		"container %s: the value of '%s%s%s'%s%s %s",
		l->scope->container ? l->scope->container->ctid : "(none)", hole->text,
		hole->field ? "." : "", hole->field ? hole->field : "",
		placed ? " at " : "",
		placed ? aac_trail_pointer(ctx->arena, value->trail) : "", problem);
	if (placed)
		aac_note(ctx->diags, diag, hole->span, "used here");
	return NULL;
}

static const char *scalar_problem(const struct aac_value *value)
{
	if (value->type == AAC_VALUE_NULL)
		return "is not there, but a rule needs it";
	if (value->type == AAC_VALUE_OBJECT || value->type == AAC_VALUE_LIST)
		return "is no single value";
	if (value->type == AAC_VALUE_REAL)
		return "is no whole number";
	for (size_t i = 0; value->type == AAC_VALUE_STRING && i < value->len; i++)
		if ((unsigned char)value->text[i] < ' ' || value->text[i] == 0x7f)
			return "holds a control character, which no line can hold";
	return NULL;
}

const char *aac_compose_label(struct aac_laying *l, const struct aac_segment *hole,
			      const char *label)
{
	struct arena *arena = l->ctx.arena;

	if (label)
		return hole->field ? arena_printf(arena, "%s.%s", label, hole->field)
				   : label;
	if (l->scope->fragment && strcmp(hole->text, "ctid") != 0 &&
	    strcmp(hole->text, "profile") != 0)
		return arena_printf(arena, "%s.%s", l->scope->fragment->name, hole->text);
	return hole->text;
}

/* Is VALUE a parameter's default, or an element of one?  Every container that does not
 * say otherwise has it. */
static bool is_default(const struct aac_scope *scope, const struct aac_value *value)
{
	for (size_t i = 0; value && i < scope->setting_count; i++) {
		const struct aac_setting *setting = &scope->settings[i];

		if (!setting->from || strcmp(setting->from, "default") != 0)
			continue;
		if (value == &setting->value)
			return true;
		for (size_t k = 0;
		     setting->value.type == AAC_VALUE_LIST && k < setting->value.count;
		     k++)
			if (value == &setting->value.items[k])
				return true;
	}
	return false;
}

/* aac_lookup: what stands for a hole of the rule at hand. */
const struct aac_value *aac_compose_value(void *env, const struct aac_segment *hole)
{
	struct aac_laying *l = env;
	struct aac_value *value = ARENA_NEW(l->scope->scratch, struct aac_value);
	struct aac_expr param = { .type = AAC_EXPR_PARAM,
				  .text = hole->text,
				  .field = hole->field };
	const char *label = NULL, *problem = NULL;

	l->own |= !is_default(l->scope, aac_scope_name(l->scope, hole->text, &label));
	*value = aac_expr_value(l->scope, &param);
	if (value->type != AAC_VALUE_LIST)
		problem = scalar_problem(value);
	for (size_t i = 0; value->type == AAC_VALUE_LIST && i < value->count; i++) {
		problem = scalar_problem(&value->items[i]);
		if (problem)
			return refuse(l, hole, &value->items[i], problem);
	}
	if (problem)
		return refuse(l, hole, value, problem);
	note_used(l, aac_compose_label(l, hole, label), value);
	l->trail = value->type == AAC_VALUE_LIST && !value->trail && value->count
			   ? value->items[0].trail
			   : value->trail;
	return value;
}
