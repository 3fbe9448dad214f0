/*
 * Child profiles and hats: a fragment may bring one, and two fragments may add to the
 * same.  Each is a composition of its own, with the same judgement: what is equal is said
 * once, what is covered dropped, what clashes told.  While a child is laid, the laying's
 * lists are the child's.
 */
#include <string.h>

#include "base/arena.h"
#include "core/compose_rules.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/head.h"

/* The child of the profile at hand that HEAD names, made if it is new; NULL after
 * reporting that its head was different before. */
static struct aac_laid_child *find_child(struct aac_laying *l,
					 const struct aac_head *head)
{
	const struct map *names = &l->by_name;
	struct aac_laid_child *last =
		names->count ? names->entries[names->count - 1].value : NULL;
	void **slot = map_slot(&l->by_name, head->name, strlen(head->name));
	struct aac_laid_child *child = *slot;

	if (!child) {
		child = ARENA_NEW(l->ctx.arena, struct aac_laid_child);
		child->head = head;
		child->section_tail = &child->sections;
		*(last ? &last->next : &l->children) = child;
		*slot = child;
		return child;
	}
	if (strcmp(child->head->text, head->text) == 0)
		return child;
	struct aac_diag *diag =
		aac_report(l->ctx.diags, AAC_ERROR, "child-clash", head->shape->span,
			   "'%s' and '%s' are one child profile with two heads",
			   head->text, child->head->text);

	aac_note(l->ctx.diags, diag, child->head->shape->span, "the other head");
	aac_hint(l->ctx.diags, diag, "give both the same kind, attachment and flags");
	return NULL;
}

/* Change the laying's lists with the child's; the same again changes them back. */
static void exchange(struct aac_laying *l, struct aac_laid_child *child)
{
	struct aac_laid_child mine = { .entries = l->entries,
				       .by_text = l->by_text,
				       .section = l->section,
				       .sections = l->sections,
				       .section_tail = l->section_tail,
				       .children = l->children,
				       .by_name = l->by_name };

	l->entries = child->entries;
	l->by_text = child->by_text;
	l->section = child->section;
	l->sections = child->sections;
	l->section_tail = child->section_tail;
	l->children = child->children;
	l->by_name = child->by_name;
	child->entries = mine.entries;
	child->by_text = mine.by_text;
	child->section = mine.section;
	child->sections = mine.sections;
	child->section_tail = mine.section_tail;
	child->children = mine.children;
	child->by_name = mine.by_name;
}

/* A list that is empty ends at its own field, which lies elsewhere after an exchange. */
static void mend_tail(struct aac_laying *l)
{
	if (!l->sections)
		l->section_tail = &l->sections;
}

void aac_compose_child(struct aac_laying *l, const struct aac_stmt *stmt)
{
	const struct aac_head *head = stmt->resolved;
	const struct aac_decl *decl = l->decl;
	bool own = l->section->section.own;
	struct aac_laid_child *child;

	if (!head)
		return;
	child = find_child(l, head);
	if (!child || !aac_head_supported(&l->ctx, head)) {
		l->ok = false;
		return;
	}
	exchange(l, child);
	mend_tail(l);
	if (!l->section || strcmp(l->section->section.name, decl->name) != 0)
		aac_compose_section(l, decl, own);
	aac_compose_body(l, &stmt->body);
	exchange(l, child);
	if (!l->sections)
		l->section_tail = &l->sections;
}

bool aac_compose_judge_children(struct aac_laying *l, struct aac_laid_child *children,
				bool quiet)
{
	bool fine = true;

	for (struct aac_laid_child *child = children; child; child = child->next) {
		map_fini(&child->by_text);
		map_fini(&child->by_name);
		fine &= aac_compose_judge(l->composer, l->scope->scratch, &child->entries,
					  quiet);
		fine &= aac_compose_judge_children(l, child->children, quiet);
	}
	return fine;
}
