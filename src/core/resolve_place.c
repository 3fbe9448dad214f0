/*
 * Directives where they do not belong: takes a declaration, says which of its directives
 * cannot stand in it, and which cannot stand together.
 */
#include <string.h>

#include "core/context.h"
#include "core/diag.h"
#include "core/resolve.h"

/* Conflicts that hold for every container: with itself, and with what it requires. */
static void check_conflicts(struct aac_resolver *r, const struct aac_decl *decl)
{
	for (const struct aac_name *c = decl->conflicts.head; c; c = c->next) {
		bool itself = strcmp(c->text, decl->name) == 0;
		const struct aac_name *need = decl->requires.head;

		while (need && strcmp(need->text, c->text) != 0)
			need = need->next;
		if (itself || need)
			aac_hint(r->ctx->diags,
				 aac_report(r->ctx->diags, AAC_ERROR, "fragment-conflict",
					    c->span,
					    itself ? "'%s' conflicts with itself"
						   : "'%s' is required by this fragment, "
						     "and cannot conflict with it",
					    c->text),
				 "take it out here%s",
				 itself ? "" : ", or out of 'requires'");
	}
}

static void misplaced(struct aac_resolver *r, bool there, struct aac_span at,
		      const char *what, const char *where)
{
	if (there)
		aac_hint(r->ctx->diags,
			 aac_report(r->ctx->diags, AAC_ERROR, "misplaced-directive", at,
				    "'%s' stands in %s %s only", what,
				    *where == 'a' ? "an" : "a", where),
			 "move it into %s %s, or take it out", *where == 'a' ? "an" : "a",
			 where);
}

/* What only a fragment says of itself. */
static void refuse_fragments(struct aac_resolver *r, const struct aac_decl *decl)
{
	const struct aac_name *name =
		decl->requires.head ? decl->requires.head : decl->conflicts.head;

	misplaced(r, name, name ? name->span : decl->name_span,
		  decl->requires.head ? "requires" : "conflicts", "fragment");
	misplaced(r, decl->slug, decl->slug_span, "slug", "fragment");
	misplaced(r, decl->deprecated, decl->deprecated_span, "deprecated", "fragment");
	misplaced(r, decl->params.head,
		  decl->params.head ? decl->params.head->span : decl->name_span,
		  "param NAME: TYPE", "fragment");
}

static void refuse_profiles(struct aac_resolver *r, const struct aac_decl *decl)
{
	const struct aac_name *out = decl->leaves_out.head;

	misplaced(r, decl->template_name, decl->template_span, "template", "profile");
	misplaced(r, decl->flags_span.source, decl->flags_span, "flags", "profile");
	misplaced(r, decl->uses.head,
		  decl->uses.head ? decl->uses.head->span : decl->name_span, "use",
		  "profile");
	misplaced(r, out, out ? out->span : decl->name_span, "without FRAGMENT",
		  "profile");
	misplaced(r, decl->attach.head,
		  decl->attach.head ? decl->attach.head->span : decl->name_span, "attach",
		  "profile");
	misplaced(r, decl->xattrs.head,
		  decl->xattrs.head ? decl->xattrs.head->span : decl->name_span, "xattrs",
		  "profile");
	misplaced(r, decl->label, decl->label_span, "name", "profile");
	misplaced(r, decl->preamble_span.source, decl->preamble_span, "preamble",
		  "profile");
	misplaced(r, decl->bindings.head,
		  decl->bindings.head ? decl->bindings.head->span : decl->name_span,
		  "param FRAGMENT.PARAM = VALUE", "profile");
	misplaced(r, decl->asserts.head,
		  decl->asserts.head ? decl->asserts.head->span : decl->name_span,
		  "assert never", "profile");
}

static void refuse_amends(struct aac_resolver *r, const struct aac_decl *decl)
{
	misplaced(r, decl->defaults.head,
		  decl->defaults.head ? decl->defaults.head->span : decl->name_span,
		  "default", "amend");
	misplaced(r, decl->withouts.head,
		  decl->withouts.head ? decl->withouts.head->span : decl->name_span,
		  "without { … }", "amend");
}

/* The grammar takes every directive in all; each has its place. */
void aac_resolve_places(struct aac_resolver *r, const struct aac_decl *decl)
{
	bool amend = decl->type == AAC_DECL_AMEND;

	if (decl->type == AAC_DECL_FRAGMENT)
		check_conflicts(r, decl);
	if (decl->type != AAC_DECL_FRAGMENT)
		refuse_fragments(r, decl);
	if (decl->type != AAC_DECL_PROFILE)
		refuse_profiles(r, decl);
	if (!amend)
		refuse_amends(r, decl);
	misplaced(r, amend && decl->whens.head,
		  decl->whens.head ? decl->whens.head->span : decl->name_span, "when",
		  "fragment or profile");
	misplaced(r, amend && decl->tunables.head,
		  decl->tunables.head ? decl->tunables.head->span : decl->name_span,
		  "tunables", "fragment or profile");
}
