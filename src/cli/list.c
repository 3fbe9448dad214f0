/*
 * What the rule files declare, printed: fragments with their parameters, profiles,
 * conditions. It takes the library and appends to the result.  Not obvious: an
 * expression or a default is shown as it stands in the rule file, so what is listed is
 * what can be searched for.
 */
#include "cli/list.h"

#include "base/arena.h"
#include "cli/place.h"
#include "cli/text.h"
#include "core/library.h"

/* ---- pieces ---------------------------------------------------------------- */

static const char *describe_type(struct arena *arena, const struct aac_type *type)
{
	static const char *const names[] = {
		[AAC_TYPE_PATH] = "path", [AAC_TYPE_STRING] = "string",
		[AAC_TYPE_INT] = "int",	  [AAC_TYPE_BOOL] = "bool",
		[AAC_TYPE_NAME] = "name", [AAC_TYPE_ENUM] = "enum",
	};
	const char *text = type->span.source ? aac_span_text(arena, type->span) : "";

	if (*text)
		return text;
	return arena_printf(arena, "%s%s", type->list ? "list of " : "",
			    names[type->base]);
}

static const char *join_paths(struct arena *arena, const struct aac_paths *paths)
{
	CLEANUP_BUF out = { 0 };

	for (const struct aac_path *p = paths->head; p; p = p->next) {
		if (out.len > 0)
			buf_puts(&out, ", ");
		buf_puts(&out, p->text);
	}
	return arena_strndup(arena, buf_str(&out), out.len);
}

static const char *join_names(struct arena *arena, const struct aac_names *names)
{
	CLEANUP_BUF out = { 0 };

	for (const struct aac_name *n = names->head; n; n = n->next) {
		if (out.len > 0)
			buf_puts(&out, ", ");
		buf_puts(&out, n->text);
		if (n->when)
			buf_printf(&out, " when %s", aac_span_text(arena, n->when->span));
	}
	return arena_strndup(arena, buf_str(&out), out.len);
}

static const char *join_whens(struct arena *arena, const struct aac_exprs *whens)
{
	CLEANUP_BUF out = { 0 };

	for (const struct aac_expr *e = whens->head; e; e = e->next) {
		if (out.len > 0)
			buf_puts(&out, " or ");
		buf_puts(&out, aac_span_text(arena, e->span));
	}
	return arena_strndup(arena, buf_str(&out), out.len);
}

static void put_field(struct aac_run *run, const char *label, const char *text)
{
	if (!text || !*text)
		return;
	buf_printf(&run->out, "      %-10s ", label);
	aac_put_safe(&run->out, text);
	buf_putc(&run->out, '\n');
}

/* The first line of an entry; AT tells the first entry, which no empty line precedes. */
static void put_title(struct aac_run *run, size_t at, const struct aac_decl *decl)
{
	if (at > 0)
		buf_putc(&run->out, '\n');
	buf_puts(&run->out, "  ");
	aac_put_safe(&run->out, decl->name);
	if (decl->summary) {
		buf_puts(&run->out, "  ");
		aac_put_safe(&run->out, decl->summary);
	}
	buf_putc(&run->out, '\n');
	put_field(run, "at", aac_place_text(run->arena, decl->name_span));
}

static void put_names_json(struct aac_json *json, const char *key,
			   const struct aac_names *names)
{
	aac_json_begin(json, key, '[');
	for (const struct aac_name *n = names->head; n; n = n->next)
		aac_json_put(json, NULL, n->text);
	aac_json_end(json, ']');
}

static void put_whens_json(struct arena *arena, struct aac_json *json,
			   const struct aac_exprs *whens)
{
	aac_json_begin(json, "when", '[');
	for (const struct aac_expr *e = whens->head; e; e = e->next)
		aac_json_put(json, NULL, aac_span_text(arena, e->span));
	aac_json_end(json, ']');
}

static void put_head_json(struct aac_json *json, const struct aac_decl *decl)
{
	aac_json_put(json, "name", decl->name);
	aac_json_put(json, "summary", decl->summary);
	aac_json_place(json, decl->name_span);
}

/* ---- fragments ------------------------------------------------------------- */

static void put_params(struct aac_run *run, const struct aac_decl *decl)
{
	struct aac_table table = { .arena = run->arena, .columns = 4 };

	for (const struct aac_param *p = decl->params.head; p; p = p->next) {
		const char *value = "(must be given)";
		const char *from = join_paths(run->arena, &p->from);

		if (p->fallback)
			value = arena_printf(
				run->arena, "= %s",
				aac_span_text(run->arena, p->fallback->span));
		if (*from)
			from = arena_printf(run->arena, "from %s", from);
		AAC_TABLE_ADD(&table, p->name, describe_type(run->arena, &p->type), value,
			      from);
	}
	if (!table.head)
		return;
	buf_puts(&run->out, "      parameters\n");
	aac_table_put(&table, &run->out, 8);
}

/* Where it is amended. */
static const char *join_amends(struct arena *arena, const struct aac_fragment *fragment)
{
	CLEANUP_BUF out = { 0 };

	for (const struct aac_amend *a = fragment->amends; a; a = a->next) {
		struct aac_span at = a->decl->name_span;

		buf_printf(&out, "%s%s:%u", out.len ? ", " : "", at.source->name,
			   aac_source_place(at.source, at.begin).line);
	}
	return arena_strndup(arena, buf_str(&out), out.len);
}

void aac_list_fragments(struct aac_run *run)
{
	const struct aac_library *library = run->library;

	for (size_t i = 0; i < library->fragment_count; i++) {
		const struct aac_decl *decl = library->fragments[i]->decl;

		put_title(run, i, decl);
		put_field(run, "requires", join_names(run->arena, &decl->requires));
		put_field(run, "conflicts", join_names(run->arena, &decl->conflicts));
		put_field(run, "when", join_whens(run->arena, &decl->whens));
		put_field(run, "deprecated", decl->deprecated);
		put_field(run, "amended", join_amends(run->arena, library->fragments[i]));
		put_params(run, decl);
	}
}

static void put_param_json(struct arena *arena, struct aac_json *json,
			   const struct aac_param *param)
{
	aac_json_begin(json, NULL, '{');
	aac_json_put(json, "name", param->name);
	aac_json_put(json, "type", describe_type(arena, &param->type));
	aac_json_put(json, "default",
		     param->fallback ? aac_span_text(arena, param->fallback->span)
				     : NULL);
	aac_json_begin(json, "from", '[');
	for (const struct aac_path *p = param->from.head; p; p = p->next)
		aac_json_put(json, NULL, p->text);
	aac_json_end(json, ']');
	aac_json_put(json, "summary", param->doc);
	aac_json_place(json, param->name_span);
	aac_json_end(json, '}');
}

void aac_list_fragments_json(struct aac_run *run, struct aac_json *json)
{
	for (size_t i = 0; i < run->library->fragment_count; i++) {
		const struct aac_fragment *fragment = run->library->fragments[i];
		const struct aac_decl *decl = fragment->decl;

		aac_json_begin(json, NULL, '{');
		put_head_json(json, decl);
		aac_json_put(json, "slug", fragment->slug);
		aac_json_put(json, "deprecated", decl->deprecated);
		put_names_json(json, "requires", &decl->requires);
		put_names_json(json, "conflicts", &decl->conflicts);
		put_whens_json(run->arena, json, &decl->whens);
		aac_json_begin(json, "amended", '[');
		for (const struct aac_amend *a = fragment->amends; a; a = a->next) {
			aac_json_begin(json, NULL, '{');
			aac_json_place(json, a->decl->name_span);
			aac_json_end(json, '}');
		}
		aac_json_end(json, ']');
		aac_json_begin(json, "parameters", '[');
		for (const struct aac_param *p = decl->params.head; p; p = p->next)
			put_param_json(run->arena, json, p);
		aac_json_end(json, ']');
		aac_json_end(json, '}');
	}
}

/* ---- profiles -------------------------------------------------------------- */

static const char *join_flags(struct arena *arena, const struct aac_profile_decl *profile)
{
	CLEANUP_BUF out = { 0 };

	for (size_t i = 0; i < profile->flag_count; i++)
		buf_printf(&out, "%s%s", i ? ", " : "", profile->flags[i]);
	return arena_strndup(arena, buf_str(&out), out.len);
}

void aac_list_profiles(struct aac_run *run)
{
	for (size_t i = 0; i < run->library->profile_count; i++) {
		const struct aac_profile_decl *profile = run->library->profiles[i];
		const struct aac_decl *decl = profile->decl;

		put_title(run, i, decl);
		put_field(run, "template", profile->template_name);
		put_field(run, "flags", join_flags(run->arena, profile));
		put_field(run, "use", join_names(run->arena, &decl->uses));
		put_field(run, "without", join_names(run->arena, &decl->leaves_out));
		put_field(run, "when", join_whens(run->arena, &decl->whens));
		for (const struct aac_binding *b = decl->bindings.head; b; b = b->next)
			put_field(run, "param",
				  arena_printf(
					  run->arena, "%s.%s = %s", b->fragment, b->param,
					  aac_span_text(run->arena, b->value->span)));
	}
}

void aac_list_profiles_json(struct aac_run *run, struct aac_json *json)
{
	for (size_t i = 0; i < run->library->profile_count; i++) {
		const struct aac_profile_decl *profile = run->library->profiles[i];
		const struct aac_decl *decl = profile->decl;

		aac_json_begin(json, NULL, '{');
		put_head_json(json, decl);
		aac_json_put(json, "template", profile->template_name);
		aac_json_begin(json, "flags", '[');
		for (size_t f = 0; f < profile->flag_count; f++)
			aac_json_put(json, NULL, profile->flags[f]);
		aac_json_end(json, ']');
		put_names_json(json, "use", &decl->uses);
		put_names_json(json, "without", &decl->leaves_out);
		put_whens_json(run->arena, json, &decl->whens);
		aac_json_end(json, '}');
	}
}

/* ---- conditions ------------------------------------------------------------ */

void aac_list_conditions(struct aac_run *run)
{
	for (size_t i = 0; i < run->library->condition_count; i++) {
		const struct aac_decl *decl = run->library->conditions[i]->decl;

		put_title(run, i, decl);
		put_field(run, "is", aac_span_text(run->arena, decl->expr->span));
	}
}

void aac_list_conditions_json(struct aac_run *run, struct aac_json *json)
{
	for (size_t i = 0; i < run->library->condition_count; i++) {
		const struct aac_decl *decl = run->library->conditions[i]->decl;

		aac_json_begin(json, NULL, '{');
		put_head_json(json, decl);
		aac_json_put(json, "expression",
			     aac_span_text(run->arena, decl->expr->span));
		aac_json_end(json, '}');
	}
}
