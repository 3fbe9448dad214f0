/*
 * Which fragments does a container get?  Those that its JSON lists; else those of a
 * declared profile, pinned, or fitting by its `when`, or named; else every fragment whose
 * own `when` holds.  Always with what they require, laid dependencies first, and with the
 * reason for each.
 */
#include "core/select.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/suggest.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/name.h"

struct picking {
	struct aac_scope *scope;
	const char **why; /* by fragment index; NULL: not picked */
	bool *required;	  /* picked only because another requires it */
	bool *left_out;	  /* the profile is without it */
	const struct aac_fragment **queue;
	size_t count;
};

static struct picking picking_new(struct aac_scope *scope)
{
	size_t n = scope->library->fragment_count;

	return (struct picking){
		.scope = scope,
		.why = ARENA_ARRAY(scope->scratch, const char *, n),
		.required = ARENA_ARRAY(scope->scratch, bool, n),
		.left_out = ARENA_ARRAY(scope->scratch, bool, n),
		.queue = ARENA_ARRAY(scope->scratch, const struct aac_fragment *, n),
	};
}

static void pick(struct picking *p, const struct aac_fragment *fragment, const char *why,
		 bool required)
{
	size_t i = fragment->index;

	if (p->left_out[i])
		return;
	if (!p->why[i]) {
		p->why[i] = why;
		p->required[i] = required;
		p->queue[p->count++] = fragment;
	} else if (p->required[i] && !required) {
		p->why[i] = why;
		p->required[i] = false;
	}
}

static void pick_requirements(struct picking *p)
{
	for (size_t i = 0; i < p->count; i++) {
		const struct aac_fragment *fragment = p->queue[i];

		for (size_t j = 0; j < fragment->requires.count; j++) {
			const struct aac_fragment *need = fragment->requires.items[j];

			if (!p->why[need->index])
				pick(p, need,
				     arena_printf(p->scope->ctx->arena, "required by %s",
						  fragment->name),
				     true);
		}
	}
}

static int by_order(const void *a, const void *b)
{
	const struct aac_fragment *x = *(const struct aac_fragment *const *)a;
	const struct aac_fragment *y = *(const struct aac_fragment *const *)b;

	return (x->order > y->order) - (x->order < y->order);
}

static const char *who(const struct aac_scope *scope)
{
	return scope->container ? arena_printf(scope->ctx->arena, "container %s",
					       scope->container->ctid)
				: "the profile";
}

static void tell_conflict(const struct picking *p, const struct aac_fragment *fragment,
			  const struct aac_fragment *other, struct aac_span at)
{
	struct aac_context *ctx = p->scope->ctx;

	aac_note(ctx->diags,
		 aac_report(ctx->diags, AAC_ERROR, "fragment-conflict", at,
			    "%s gets '%s' and '%s', which conflict (%s; %s)",
			    who(p->scope), fragment->name, other->name,
			    p->why[fragment->index], p->why[other->index]),
		 other->decl->name_span, "'%s' is declared here", other->name);
}

static bool check_conflicts(const struct picking *p)
{
	const struct aac_library *library = p->scope->library;
	bool ok = true;

	for (size_t i = 0; i < p->count; i++) {
		const struct aac_name *name = p->queue[i]->decl->conflicts.head;

		for (; name; name = name->next) {
			const struct aac_fragment *other =
				aac_library_fragment(library, name->text);

			if (!other || !p->why[other->index])
				continue;
			tell_conflict(p, p->queue[i], other, name->span);
			ok = false;
		}
	}
	return ok;
}

/* A deprecated fragment that is chosen by name. */
static void warn_deprecated(struct aac_scope *scope, const struct aac_fragment *fragment,
			    struct aac_span at)
{
	if (fragment->decl->deprecated)
		aac_hint(scope->ctx->diags,
			 aac_report(scope->ctx->diags, AAC_WARNING, "deprecated", at,
				    "fragment '%s' is deprecated", fragment->name),
			 "%s", fragment->decl->deprecated);
}

static bool finish(struct picking *p, struct aac_selection *selection)
{
	struct arena *arena = p->scope->ctx->arena;
	struct aac_choice *choices;
	const struct aac_fragment **items;
	bool *members;

	for (size_t i = 0; i < p->scope->extra.count; i++)
		pick(p, p->scope->extra.items[i], "added", false);
	pick_requirements(p);
	qsort(p->queue, p->count, sizeof(*p->queue), by_order);
	items = ARENA_ARRAY(arena, const struct aac_fragment *, p->count);
	choices = ARENA_ARRAY(arena, struct aac_choice, p->count);
	members = ARENA_ARRAY(p->scope->scratch, bool, p->scope->library->fragment_count);
	for (size_t i = 0; i < p->count; i++) {
		size_t index = p->queue[i]->index;

		items[i] = p->queue[i];
		members[index] = true;
		choices[i] = (struct aac_choice){ items[i], p->why[index],
						  p->required[index] };
	}
	selection->fragments = (struct aac_fragments){ items, p->count };
	selection->choices = choices;
	selection->members = members;
	return check_conflicts(p);
}

/* "when wants_docker": the text of the condition, on one line. */
static const char *when_text(struct aac_scope *scope, const char *prefix,
			     const struct aac_expr *expr)
{
	enum { WIDEST = 60 };
	const char *from = expr->span.source->text + expr->span.begin;
	size_t len = expr->span.end - expr->span.begin, n = 0;
	char text[WIDEST + 8];

	for (size_t i = 0; i < len && n < WIDEST; i++) {
		bool blank = strchr(" \t\r\n", from[i]) != NULL;

		if (blank && n > 0 && text[n - 1] == ' ')
			continue;
		text[n++] = blank ? ' ' : from[i];
	}
	while (n > 0 && n == WIDEST && ((unsigned char)text[n - 1] & 0xc0) == 0x80)
		n--;
	memcpy(text + n, n >= WIDEST ? "…" : "", n >= WIDEST ? 4 : 1);
	return arena_printf(scope->ctx->arena, "%swhen %s", prefix, text);
}

static const struct aac_expr *first_true(const struct aac_scope *scope,
					 const struct aac_exprs *whens)
{
	for (const struct aac_expr *when = whens->head; when; when = when->next)
		if (aac_expr_true(scope, when))
			return when;
	return NULL;
}

/* ---- case 1: .apparmor_fragments -------------------------------------------------- */

static struct aac_value read_key(const struct aac_scope *scope, const char *first,
				 const char *second)
{
	struct aac_step last = { .key = second };
	struct aac_step step = { .next = second ? &last : NULL, .key = first };
	struct aac_path path = { .steps = &step };

	return aac_scope_path(scope, &path);
}

static const char *text_of(struct aac_scope *scope, const struct aac_value *value)
{
	return arena_strndup(scope->ctx->arena, value->text, value->len);
}

static bool pick_listed(struct picking *p, const struct aac_value *item)
{
	struct aac_context *ctx = p->scope->ctx;
	struct aac_span at = aac_config_place(p->scope->config, item->trail);
	struct suggest suggest = { 0 };
	const struct aac_fragment *fragment;
	struct aac_diag *diag;

	if (item->type != AAC_VALUE_STRING) {
		aac_hint(ctx->diags,
			 aac_report(ctx->diags, AAC_ERROR, "config-type", at,
				    "%s: .apparmor_fragments is a list of fragment names",
				    who(p->scope)),
			 "write: \"apparmor_fragments\": [\"base\", …]");
		return false;
	}
	suggest.word = text_of(p->scope, item);
	fragment = aac_library_fragment(p->scope->library, suggest.word);
	if (fragment) {
		warn_deprecated(p->scope, fragment, at);
		pick(p, fragment, "listed in .apparmor_fragments", false);
		return true;
	}
	for (size_t i = 0; i < p->scope->library->fragment_count; i++)
		suggest_offer(&suggest, p->scope->library->fragments[i]->name);
	diag = aac_report(ctx->diags, AAC_ERROR, "unknown-fragment", at,
			  "%s: there is no fragment '%s'", who(p->scope), suggest.word);
	if (suggest_best(&suggest))
		aac_hint(ctx->diags, diag, "did you mean '%s'?", suggest_best(&suggest));
	return false;
}

/* .apparmor_profile as a name of a profile: NULL when it is not there or no name. */
static const char *given_name(struct aac_scope *scope)
{
	static const char *const words[] = { "unconfined", "generated", "unchanged" };
	struct aac_value value = read_key(scope, "apparmor_profile", NULL);

	if (value.type != AAC_VALUE_STRING && value.type != AAC_VALUE_NULL &&
	    scope->config && value.trail)
		aac_report(scope->ctx->diags, AAC_ERROR, "config-type",
			   aac_config_place(scope->config, value.trail),
			   "%s: .apparmor_profile is not a string", who(scope));
	if (value.type != AAC_VALUE_STRING || value.len == 0)
		return NULL;
	for (size_t i = 0; i < 3; i++)
		if (aac_value_is_word(&value, words[i]))
			return NULL;
	return text_of(scope, &value);
}

static bool select_list(struct aac_scope *scope, const struct aac_value *list,
			struct aac_selection *selection)
{
	struct picking p = picking_new(scope);
	bool ok = true;

	if (list->type != AAC_VALUE_LIST) {
		aac_hint(scope->ctx->diags,
			 aac_report(scope->ctx->diags, AAC_ERROR, "config-type",
				    aac_config_place(scope->config, list->trail),
				    "%s: .apparmor_fragments is not a list", who(scope)),
			 "write: \"apparmor_fragments\": [\"base\", …]");
		return false;
	}
	if (list->count == 0) {
		selection->why = "opted out: .apparmor_fragments is empty";
		return true;
	}
	for (size_t i = 0; i < list->count; i++)
		ok &= pick_listed(&p, &list->items[i]);
	selection->how = AAC_SELECTED_LIST;
	selection->name = given_name(scope);
	selection->why = "listed in .apparmor_fragments";
	return finish(&p, selection) && ok;
}

/* ---- case 2: a declared profile ------------------------------------------------------
 */

bool aac_select_profile(struct aac_scope *scope, const struct aac_profile_decl *profile,
			struct aac_selection *selection)
{
	struct picking p = picking_new(scope);
	const char *why =
		arena_printf(scope->ctx->arena, "used by profile %s", profile->name);

	for (const struct aac_name *out = profile->decl->leaves_out.head; out;
	     out = out->next) {
		const struct aac_fragment *f =
			aac_library_fragment(scope->library, out->text);

		if (f)
			p.left_out[f->index] = true;
	}
	for (const struct aac_name *use = profile->decl->uses.head; use;
	     use = use->next) {
		const struct aac_fragment *f =
			aac_library_fragment(scope->library, use->text);

		if (!f || (use->when && !aac_expr_true(scope, use->when)))
			continue;
		warn_deprecated(scope, f, use->span);
		pick(&p, f,
		     use->when ? when_text(scope,
					   arena_printf(scope->ctx->arena, "%s ", why),
					   use->when)
			       : why,
		     false);
	}
	selection->how = AAC_SELECTED_PROFILE;
	selection->profile = profile;
	return finish(&p, selection);
}

/* .apparmor.profile: *found stays NULL when there is none; false after reporting. */
static bool pinned(struct aac_scope *scope, const struct aac_profile_decl **found)
{
	struct aac_value value = read_key(scope, "apparmor", "profile");
	struct suggest suggest = { 0 };
	struct aac_diag *diag;
	struct aac_span at;

	if (value.type == AAC_VALUE_NULL)
		return true;
	at = aac_config_place(scope->config, value.trail);
	if (value.type != AAC_VALUE_STRING) {
		aac_report(scope->ctx->diags, AAC_ERROR, "config-type", at,
			   "%s: .apparmor.profile is not a string", who(scope));
		return false;
	}
	suggest.word = text_of(scope, &value);
	*found = aac_library_profile(scope->library, suggest.word);
	if (*found)
		return true;
	for (size_t i = 0; i < scope->library->profile_count; i++)
		suggest_offer(&suggest, scope->library->profiles[i]->name);
	diag = aac_report(scope->ctx->diags, AAC_ERROR, "unknown-profile", at,
			  "%s: there is no profile '%s'", who(scope), suggest.word);
	if (suggest_best(&suggest))
		aac_hint(scope->ctx->diags, diag, "did you mean '%s'?",
			 suggest_best(&suggest));
	return false;
}

/* The profile whose `when` holds; two are an error. */
static bool fitting(struct aac_scope *scope, const struct aac_profile_decl **found,
		    const struct aac_expr **when)
{
	for (size_t i = 0; i < scope->library->profile_count; i++) {
		const struct aac_profile_decl *profile = scope->library->profiles[i];
		const struct aac_expr *holds = first_true(scope, &profile->decl->whens);
		struct aac_diag *diag;

		if (!holds)
			continue;
		if (!*found) {
			*found = profile;
			*when = holds;
			continue;
		}
		diag = aac_report(scope->ctx->diags, AAC_ERROR, "two-profiles",
				  holds->span, "%s fits two profiles, '%s' and '%s'",
				  who(scope), (*found)->name, profile->name);
		aac_note(scope->ctx->diags, diag, (*when)->span, "'%s' fits by this",
			 (*found)->name);
		aac_hint(scope->ctx->diags, diag,
			 "pin one with .apparmor.profile in the container's JSON");
		return false;
	}
	return true;
}

/* Sets *profile and *why; false after reporting. */
static bool find_profile(struct aac_scope *scope, const struct aac_profile_decl **profile,
			 const char **why)
{
	const struct aac_expr *when = NULL;
	const char *name;

	if (!pinned(scope, profile))
		return false;
	if (*profile) {
		*why = "pinned by .apparmor.profile";
		return true;
	}
	if (!fitting(scope, profile, &when))
		return false;
	if (*profile) {
		*why = when_text(scope, "", when);
		return true;
	}
	name = given_name(scope);
	*profile = name ? aac_library_profile(scope->library, name) : NULL;
	if (*profile && (*profile)->decl->whens.head)
		*profile = NULL;
	*why = "named by .apparmor_profile";
	return true;
}

/* ---- case 3: each fragment's own `when`
 * -------------------------------------------------- */

static bool select_whens(struct aac_scope *scope, struct aac_selection *selection)
{
	struct picking p = picking_new(scope);

	for (size_t i = 0; i < scope->library->fragment_count; i++) {
		const struct aac_fragment *fragment = scope->library->fragments[i];
		const struct aac_expr *when = first_true(scope, &fragment->decl->whens);

		if (when)
			pick(&p, fragment, when_text(scope, "", when), false);
	}
	if (p.count == 0) {
		selection->why = "nothing in its JSON selects a fragment";
		return true;
	}
	selection->how = AAC_SELECTED_WHEN;
	selection->why = "its fragments' conditions hold";
	return finish(&p, selection);
}

bool aac_select(struct aac_scope *scope, struct aac_selection *selection)
{
	struct aac_value list = read_key(scope, "apparmor_fragments", NULL);
	const struct aac_profile_decl *profile = NULL;

	*selection = (struct aac_selection){ .how = AAC_SELECTED_NONE };
	if (list.type != AAC_VALUE_NULL)
		return select_list(scope, &list, selection);
	if (!find_profile(scope, &profile, &selection->why))
		return false;
	if (profile)
		return aac_select_profile(scope, profile, selection);
	return select_whens(scope, selection);
}
