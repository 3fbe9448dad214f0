/*
 * A profile's declaration: its names are there, its flags and attachments are some, and
 * what belongs to a profile under `template raw` stands in one.
 */
#include <string.h>

#include "base/arena.h"
#include "base/macro.h"
#include "base/suggest.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/glob.h"
#include "core/head.h"
#include "core/resolve.h"
#include "core/rule.h"
#include "core/scope.h"

static void check_binding(struct aac_resolver *r, const struct aac_binding *binding)
{
	const struct aac_fragment *fragment =
		aac_resolve_fragment(r, binding->fragment, binding->name_span);
	struct suggest suggest = { .word = binding->param };
	const struct aac_param *param;
	struct aac_diag *diag;
	struct aac_value value;

	if (!fragment)
		return;
	param = aac_param_find(&fragment->params, binding->param);
	if (param) {
		aac_param_literal(r->ctx, param, binding->value, &value);
		return;
	}
	for (const struct aac_param *p = fragment->decl->params.head; p; p = p->next)
		suggest_offer(&suggest, p->name);
	diag = aac_report(r->ctx->diags, AAC_ERROR, "unknown-param", binding->name_span,
			  "fragment '%s' has no parameter '%s'", binding->fragment,
			  binding->param);
	if (suggest_best(&suggest))
		aac_hint(r->ctx->diags, diag, "did you mean '%s.%s'?", binding->fragment,
			 suggest_best(&suggest));
}

static void resolve_flags(struct aac_resolver *r, struct aac_profile_decl *profile)
{
	static const char *const usual[] = { "attach_disconnected", "mediate_deleted" };
	const struct aac_decl *decl = profile->decl;
	const char **flags;
	size_t count = 0;

	if (!decl->flags_span.source && strcmp(profile->template_name, "raw") == 0)
		return; /* it says all of itself */
	if (!decl->flags_span.source) {
		profile->flags = usual;
		profile->flag_count = ARRAY_SIZE(usual);
		return;
	}
	for (const struct aac_word *flag = decl->flags.head; flag; flag = flag->next)
		count++;
	flags = ARENA_ARRAY(r->ctx->arena, const char *, count);
	aac_flags_check(r->ctx, &decl->flags);
	for (const struct aac_word *flag = decl->flags.head; flag; flag = flag->next)
		flags[profile->flag_count++] = flag->text;
	profile->flags = flags;
}

/* What apparmor_parser takes as an attachment. */
static void check_attach(struct aac_context *ctx, const struct aac_word *word)
{
	const char *error = NULL;
	size_t at = 0;

	if (word->holes)
		aac_hint(ctx->diags,
			 aac_report(ctx->diags, AAC_ERROR, "bad-interpolation",
				    word->span, "an attachment cannot hold a parameter"),
			 "choose between profiles with 'when'");
	else if (*word->text != '/' && strncmp(word->text, "@{", 2) != 0)
		aac_hint(ctx->diags,
			 aac_report(ctx->diags, AAC_ERROR, "path-not-absolute",
				    word->span,
				    "'%.200s' is no attachment: it must begin with '/' "
				    "or a variable",
				    word->text),
			 "write the program's whole path");
	else if (!aac_glob_new(ctx->arena, word->text, &error, &at))
		aac_report(ctx->diags, AAC_ERROR, "bad-glob", word->span,
			   "'%.200s' is not a pattern: %s", word->text, error);
}

/* What only a profile that brings all of itself may say. */
static void refuse_own(struct aac_resolver *r, struct aac_span at, const char *what)
{
	aac_hint(r->ctx->diags,
		 aac_report(r->ctx->diags, AAC_ERROR, "misplaced-directive", at,
			    "'%s' stands in a profile under 'template raw' only", what),
		 "the template of this one brings it");
}

static void resolve_label(struct aac_resolver *r, const struct aac_decl *decl, bool raw)
{
	if (!decl->label)
		return;
	if (!raw)
		refuse_own(r, decl->label_span, "name");
	else if (!*decl->label || strpbrk(decl->label, "\n\r"))
		aac_hint(r->ctx->diags,
			 aac_report(r->ctx->diags, AAC_ERROR, "empty-word",
				    decl->label_span, "this is no name of a profile"),
			 "write it as AppArmor has it: \"/usr/bin/PROGRAM\"");
}

/* How much of TEXT is before one of ENDS; \" is none. */
static size_t span_value(const char *text, const char *ends)
{
	size_t len = 0;

	while (text[len] && !strchr(ends, text[len])) {
		bool pair = strncmp(text + len, "\\\"", 2) == 0 ||
			    strncmp(text + len, "\\\\", 2) == 0;

		len += pair ? 2 : 1;
	}
	return len;
}

/* NAME=VALUE for a head of ours: nothing in it ends the list, or begins another item. */
static bool is_xattr(const char *text)
{
	static const char ends[] = " \t\r\n(),\"#";
	size_t name = strcspn(text, "="), len = strlen(text);
	const char *value = text + name + 1;

	if (!name || strcspn(text, ends) < name)
		return false;
	if (name == len)
		return true;
	len -= name + 1;
	if (strchr(value, '\n'))
		return false;
	if (*value != '"')
		return len && span_value(value, ends) == len;
	return len > 2 && value[len - 1] == '"' &&
	       span_value(value + 1, "\"\r") == len - 2;
}

static void check_xattr(struct aac_context *ctx, const struct aac_word *word)
{
	const char *value = strchr(word->text, '='), *error = NULL;
	size_t where = 0, len;

	if (!is_xattr(word->text)) {
		aac_hint(ctx->diags,
			 aac_report(ctx->diags, AAC_ERROR, "bad-head", word->span,
				    "this is no extended attribute"),
			 "write 'xattrs \"user.NAME=VALUE\";'");
		return;
	}
	if (!value)
		return;
	value += value[1] == '"' ? 2 : 1;
	len = strlen(value) - (value[-1] == '"');
	if (!aac_glob_new(ctx->arena, arena_strndup(ctx->arena, value, len), &error,
			  &where))
		aac_report(ctx->diags, AAC_ERROR, "bad-glob", word->span,
			   "'%.200s' is not a pattern: %s", word->text, error);
}

static void resolve_xattrs(struct aac_resolver *r, const struct aac_decl *decl, bool raw)
{
	if (decl->xattrs.head && !raw)
		refuse_own(r, decl->xattrs.head->span, "xattrs");
	for (const struct aac_word *word = decl->xattrs.head; word; word = word->next)
		check_xattr(r->ctx, word);
}

static void resolve_preamble(struct aac_resolver *r, struct aac_profile_decl *profile,
			     bool raw)
{
	const struct aac_decl *decl = profile->decl;

	if (!decl->preamble_span.source)
		return;
	if (!raw) {
		refuse_own(r, decl->preamble_span, "preamble");
		return;
	}
	profile->preamble = aac_resolve_body(r, &decl->preamble);
	for (const struct aac_stmt *stmt = profile->preamble.head; stmt;
	     stmt = stmt->next) {
		const struct aac_rule *rule = stmt->resolved;

		if (stmt->type == AAC_STMT_RULE &&
		    (!rule || rule->kind->preamble ||
		     rule->shape->include != AAC_INCLUDE_NONE))
			continue;
		aac_hint(r->ctx->diags,
			 aac_report(r->ctx->diags, AAC_ERROR, "misplaced-rule",
				    stmt->shape ? stmt->shape->span : stmt->span,
				    "this stands in a profile, not before it"),
			 "a preamble holds 'abi', 'include', 'alias' and variables; "
			 "move the rest behind it");
	}
}

/* Marks all that DECL uses, and what those require, in REACHED, by index. */
static void reach(struct aac_resolver *r, const struct aac_decl *decl, bool *reached)
{
	const struct aac_fragment **queue = ARENA_ARRAY(
		r->ctx->arena, const struct aac_fragment *, r->fragments.count);
	size_t count = 0;

	for (const struct aac_name *use = decl->uses.head; use; use = use->next) {
		const struct aac_fragment *f = map_get_str(&r->fragments, use->text);

		if (f && !reached[f->index])
			reached[(queue[count++] = f)->index] = true;
	}
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < queue[i]->requires.count; k++) {
			const struct aac_fragment *f = queue[i]->requires.items[k];

			if (!reached[f->index])
				reached[(queue[count++] = f)->index] = true;
		}
}

/* `without FRAGMENT`: one that the profile would have, and does not name itself. */
static void check_leaves_out(struct aac_resolver *r, const struct aac_decl *decl)
{
	bool *reached = ARENA_ARRAY(r->ctx->arena, bool, r->fragments.count);

	if (decl->leaves_out.head)
		reach(r, decl, reached);
	for (const struct aac_name *out = decl->leaves_out.head; out; out = out->next) {
		const struct aac_fragment *f =
			aac_resolve_fragment(r, out->text, out->span);
		const struct aac_name *use = decl->uses.head;
		struct aac_diag *diag;

		while (use && strcmp(use->text, out->text) != 0)
			use = use->next;
		if (!f || (!use && reached[f->index]))
			continue;
		diag = aac_report(r->ctx->diags, AAC_ERROR, "without-unmatched",
				  out->span,
				  use ? "'%s' is used and left out"
				      : "'%s' is no part of this profile",
				  out->text);
		if (use)
			aac_note(r->ctx->diags, diag, use->span, "it is used here");
		aac_hint(r->ctx->diags, diag,
			 use ? "take it out of 'use', or out of 'without'"
			     : "leave out what a fragment under 'use' requires");
	}
}

void aac_resolve_profile(struct aac_resolver *r, struct aac_profile_decl *profile)
{
	const struct aac_decl *decl = profile->decl;
	bool raw;

	r->decl = decl;
	r->params =
		aac_param_index_new(r->ctx->arena, &decl->params); /* misplaced ones */
	aac_resolve_places(r, decl);
	raw = strcmp(profile->template_name, "raw") == 0;
	resolve_label(r, decl, raw);
	resolve_flags(r, profile);
	for (const struct aac_word *word = decl->attach.head; word; word = word->next)
		check_attach(r->ctx, word);
	resolve_xattrs(r, decl, raw);
	aac_resolve_names(r, &decl->uses);
	check_leaves_out(r, decl);
	r->in_when = true;
	for (const struct aac_name *use = decl->uses.head; use; use = use->next)
		aac_resolve_expr(r, use->when);
	aac_resolve_whens(r, &decl->whens);
	for (const struct aac_binding *b = decl->bindings.head; b; b = b->next)
		check_binding(r, b);
	r->readings = &profile->readings;
	profile->body = aac_resolve_body(r, &decl->body);
	resolve_preamble(r, profile, raw);
	r->readings = NULL;
	profile->never = aac_resolve_never(r, &decl->asserts);
	r->params = (struct aac_param_index){ 0 };
	r->decl = NULL;
}
