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
	struct aac_laid_child *child = l->children;
	struct aac_laid_child **tail = &l->children;

	for (; child && strcmp(child->head->name, head->name) != 0; child = child->next)
		tail = &child->next;
	if (!child) {
		child = ARENA_NEW(l->ctx.arena, struct aac_laid_child);
		child->head = head;
		child->section_tail = &child->sections;
		*tail = child;
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
				       .children = l->children };

	l->entries = child->entries;
	l->by_text = child->by_text;
	l->section = child->section;
	l->sections = child->sections;
	l->section_tail = child->section_tail;
	l->children = child->children;
	child->entries = mine.entries;
	child->by_text = mine.by_text;
	child->section = mine.section;
	child->sections = mine.sections;
	child->section_tail = mine.section_tail;
	child->children = mine.children;
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
		fine &= aac_compose_judge(l->composer, l->scope->scratch, &child->entries,
					  quiet);
		fine &= aac_compose_judge_children(l, child->children, quiet);
	}
	return fine;
}
