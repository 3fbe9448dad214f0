/*
 * The union: walks the bodies of the fragments for one set of values, and lays what
 * stands in them: rules (compose_rule.c), children, `lxc` lines and lines of `expect`.
 */
#include "core/compose.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/macro.h"
#include "core/compose_rules.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/target.h"

struct aac_composer *aac_composer_new(struct aac_context *ctx)
{
	struct aac_composer *composer = ARENA_NEW(ctx->arena, struct aac_composer);

	composer->ctx = ctx;
	return composer;
}

void aac_composer_lend(struct aac_composer *composer, struct aac_context *ctx)
{
	composer->ctx = ctx;
}

void aac_composer_next(struct aac_composer *composer)
{
	composer->container++;
}

void aac_composer_free(struct aac_composer *composer)
{
	if (!composer)
		return;
	map_fini(&composer->texts);
	map_fini(&composer->prepared);
	map_fini(&composer->judgements);
	map_fini(&composer->told);
	map_fini(&composer->seen);
	map_fini(&composer->expects);
	map_fini(&composer->relations);
}

/* ---- statements
 * ------------------------------------------------------------------------ */

static const char *loop_label(struct aac_laying *l, const struct aac_expr *list)
{
	struct aac_segment hole = { .text = list->text, .field = list->field };
	const char *label = NULL;

	if (list->type == AAC_EXPR_PATH)
		return list->path->text;
	aac_scope_name(l->scope, list->text, &label);
	return aac_compose_label(l, &hole, label);
}

static void lay_for(struct aac_laying *l, const struct aac_stmt *stmt)
{
	struct aac_value list = aac_expr_value(l->scope, stmt->list);
	struct aac_loop loop = { .up = l->scope->loops,
				 .name = stmt->var,
				 .label = loop_label(l, stmt->list) };
	const struct aac_value *items = list.type == AAC_VALUE_LIST ? list.items : &list;
	size_t count =
		list.type == AAC_VALUE_LIST ? list.count : list.type != AAC_VALUE_NULL;

	l->scope->loops = &loop;
	for (size_t i = 0; i < count && !aac_diags_full(l->ctx.diags); i++) {
		loop.value = &items[i];
		if (items[i].type != AAC_VALUE_NULL)
			aac_compose_body(l, &stmt->body);
	}
	l->scope->loops = loop.up;
}

/* What an expect asks for decides no rule. */
static void lay_expects(struct aac_laying *l, const struct aac_stmt *stmt)
{
	bool *reads = l->scope->reads;

	if (l->quiet)
		return;
	l->scope->reads = NULL;
	aac_compose_body(l, &stmt->body);
	l->scope->reads = reads;
}

static void lay_stmt(struct aac_laying *l, const struct aac_stmt *stmt)
{
	switch (stmt->type) {
	case AAC_STMT_RULE:
		if (stmt->resolved)
			aac_compose_rule(l, stmt->resolved);
		break;
	case AAC_STMT_IF:
		aac_compose_body(l, aac_expr_true(l->scope, stmt->expr) ? &stmt->body
									: &stmt->orelse);
		break;
	case AAC_STMT_FOR:
		lay_for(l, stmt);
		break;
	case AAC_STMT_LXC:
		aac_compose_lxc(l, stmt);
		break;
	case AAC_STMT_BLOCK:
		aac_compose_child(l, stmt);
		break;
	case AAC_STMT_EXPECT:
		lay_expects(l, stmt);
		break;
	case AAC_STMT_ACCESS:
		aac_compose_expect(l, stmt);
		break;
	case AAC_STMT_INLINE:
	case AAC_STMT_QUALIFIED:
	default:
		break;
	}
}

/* Blocks nest no deeper than the parser lets them. */
void aac_compose_body(struct aac_laying *l, const struct aac_stmts *body)
{
	for (const struct aac_stmt *stmt = body->head; stmt; stmt = stmt->next)
		lay_stmt(l, stmt);
}

void aac_compose_section(struct aac_laying *l, const struct aac_decl *decl, bool own)
{
	struct aac_laid_section *section =
		ARENA_NEW(l->ctx.arena, struct aac_laid_section);

	section->section = (struct aac_section){ .name = decl->name,
						 .summary = decl->summary,
						 .own = own,
						 .accepts = decl->accepts.head };
	section->tail = &section->section.grants;
	*l->section_tail = &section->section;
	l->section_tail = &section->section.next;
	l->section = section;
	l->decl = decl;
}

static void lay_all(struct aac_laying *l, struct aac_fragments fragments,
		    const struct aac_profile_decl *profile)
{
	l->scope->first_setting = 0;
	for (size_t i = 0; i < fragments.count; i++) {
		l->scope->fragment = fragments.items[i];
		aac_compose_section(l, fragments.items[i]->decl, false);
		aac_compose_body(l, &fragments.items[i]->body);
		l->scope->first_setting += fragments.items[i]->params.count;
	}
	l->scope->fragment = NULL;
	if (!profile)
		return;
	for (const struct aac_word *flag = profile->decl->flags.head; flag;
	     flag = flag->next)
		l->ok &= aac_flag_supported(&l->ctx, flag->span, flag->text);
	aac_compose_section(l, profile->decl, true);
	aac_compose_body(l, &profile->body);
	l->asserting = true;
	aac_compose_body(l, &profile->never);
	l->asserting = false;
}

bool aac_compose(struct aac_composer *composer, struct arena *arena,
		 struct aac_scope *scope, struct aac_fragments fragments,
		 const struct aac_profile_decl *profile, bool quiet,
		 struct aac_composition *composition)
{
	struct aac_laying l = {
		.composer = composer,
		.ctx = *composer->ctx,
		.scope = scope,
		.quiet = quiet,
		.ok = true,
	};

	l.ctx.arena = arena;
	l.section_tail = &l.sections;
	l.dropped_tail = &l.dropped;
	l.assertion_tail = &l.assertions;
	l.lxc_tail = &l.lxc;
	l.preamble_tail = &l.preamble;
	scope->reads = ARENA_ARRAY(arena, bool, scope->setting_count + 1);
	composition->reads = scope->reads;
	lay_all(&l, fragments, profile);
	scope->reads = NULL;
	map_fini(&l.by_text);
	map_fini(&l.by_name);
	map_fini(&l.places);
	map_fini(&l.lxc_by_text);
	map_fini(&l.expected);
	if (!aac_compose_judge_children(&l, l.children, quiet) || !l.ok ||
	    !aac_compose_judge(composer, scope->scratch, &l.entries, quiet))
		return false;
	composition->policy = aac_compose_policy(&l, fragments, profile);
	composition->lxc = l.lxc;
	return true;
}
