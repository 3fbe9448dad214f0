/*
 * An administrator's changes to a fragment that somebody else declares: other defaults of
 * its parameters, rules that it shall not have, and more rules.  Not obvious: the
 * fragment's declaration is const, so that with other defaults is a copy.
 */
#include <string.h>

#include "base/arena.h"
#include "base/macro.h"
#include "base/suggest.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/resolve.h"

/* A copy of the fragment's declaration whose parameters may be changed. */
static struct aac_decl *copy_decl(struct aac_resolver *r, const struct aac_decl *decl)
{
	struct aac_decl *copy = ARENA_NEW(r->ctx->arena, struct aac_decl);

	*copy = *decl;
	copy->params = (struct aac_params){ 0 };
	for (const struct aac_param *p = decl->params.head; p; p = p->next) {
		struct aac_param *param = ARENA_NEW(r->ctx->arena, struct aac_param);

		*param = *p;
		param->next = NULL;
		LIST_APPEND(&copy->params, param);
	}
	copy->accepts = (struct aac_accepts){ 0 };
	return copy;
}

static void append_accepts(struct aac_resolver *r, struct aac_decl *decl,
			   const struct aac_accepts *more)
{
	for (const struct aac_accept *a = more->head; a; a = a->next) {
		struct aac_accept *accept = ARENA_NEW(r->ctx->arena, struct aac_accept);

		*accept = *a;
		accept->next = NULL;
		LIST_APPEND(&decl->accepts, accept);
	}
}

static void unknown_param(struct aac_resolver *r, const struct aac_decl *decl,
			  const struct aac_binding *wanted)
{
	struct suggest suggest = { .word = wanted->param };
	struct aac_diag *diag = aac_report(
		r->ctx->diags, AAC_ERROR, "unknown-param", wanted->name_span,
		"fragment '%s' has no parameter '%s'", decl->name, wanted->param);

	for (const struct aac_param *p = decl->params.head; p; p = p->next)
		suggest_offer(&suggest, p->name);
	if (suggest_best(&suggest))
		aac_hint(r->ctx->diags, diag, "did you mean '%s'?",
			 suggest_best(&suggest));
	else
		aac_hint(r->ctx->diags, diag,
			 "'aa-compose list fragments' tells the parameters of each");
}

/* The default that an earlier line of an amend gave PARAM, or NULL. */
static const struct aac_binding *find_default(const struct aac_fragment *fragment,
					      const char *param,
					      const struct aac_binding *before)
{
	for (const struct aac_amend *a = fragment->amends; a; a = a->next)
		for (const struct aac_binding *d = a->decl->defaults.head; d;
		     d = d->next) {
			if (d == before)
				return NULL;
			if (strcmp(d->param, param) == 0)
				return d;
		}
	return NULL;
}

static void set_default(struct aac_resolver *r, const struct aac_fragment *fragment,
			struct aac_decl *decl, const struct aac_binding *wanted)
{
	const struct aac_binding *first = find_default(fragment, wanted->param, wanted);
	struct aac_param *param = decl->params.head;

	while (param && strcmp(param->name, wanted->param) != 0)
		param = param->next;
	if (!param) {
		unknown_param(r, decl, wanted);
		return;
	}
	if (first) {
		struct aac_diag *diag = aac_report(
			r->ctx->diags, AAC_ERROR, "duplicate-directive", wanted->span,
			"the default of '%s' is given twice", wanted->param);

		aac_note(r->ctx->diags, diag, first->span, "first given here");
		aac_hint(r->ctx->diags, diag, "keep one of the two");
		return;
	}
	param->fallback = wanted->value;
}

void aac_resolve_amend(struct aac_resolver *r, const struct aac_decl *amend)
{
	struct aac_fragment *fragment =
		aac_resolve_fragment(r, amend->name, amend->name_span);
	struct aac_amend *node;
	const struct aac_amend **tail;
	struct aac_decl *decl;

	aac_resolve_places(r, amend);
	if (!fragment)
		return;
	node = ARENA_NEW(r->ctx->arena, struct aac_amend);
	node->decl = amend;
	for (tail = &fragment->amends; *tail;)
		tail = (const struct aac_amend **)(uintptr_t) & (*tail)->next;
	*tail = node;
	decl = copy_decl(r, fragment->decl);
	append_accepts(r, decl, &fragment->decl->accepts);
	append_accepts(r, decl, &amend->accepts);
	for (const struct aac_binding *d = amend->defaults.head; d; d = d->next)
		set_default(r, fragment, decl, d);
	fragment->decl = decl;
	fragment->params = aac_param_index_new(r->ctx->arena, &decl->params);
}

void aac_resolve_amended(struct aac_resolver *r, struct aac_fragment *fragment)
{
	for (const struct aac_amend *a = fragment->amends; a; a = a->next) {
		struct aac_stmts more;

		for (const struct aac_without *w = a->decl->withouts.head; w;
		     w = w->next) {
			struct aac_stmts wanted = aac_resolve_body(r, &w->rules);
			const char *where = arena_printf(r->ctx->arena, "fragment '%s'",
							 fragment->name);

			aac_resolve_without(r, &fragment->body, &wanted, where);
		}
		more = aac_resolve_body(r, &a->decl->body);
		if (!more.head)
			continue;
		if (fragment->body.last)
			fragment->body.last->next = more.head;
		else
			fragment->body.head = more.head;
		fragment->body.last = more.last;
	}
}
