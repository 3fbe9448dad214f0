/*
 * Bodies: every rule gets its meaning (core/rule.h), every name in an `if`, a `for` or a
 * hole is looked up.  Gives a copy; the parser's statements stay as they are.
 */
#include <string.h>

#include "base/arena.h"
#include "base/macro.h"
#include "core/access.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/head.h"
#include "core/resolve.h"
#include "core/rule.h"

/* A list of paths would make one rule of many places, and no alternation can hold a '/'.
 */
static void refuse_path_list(struct aac_resolver *r, const struct aac_segment *hole)
{
	aac_hint(r->ctx->diags,
		 aac_report(r->ctx->diags, AAC_ERROR, "path-list-in-rule", hole->span,
			    "'%s' is a list of paths: it may stand in 'for' only",
			    hole->text),
		 "write: for p in ${%s} { … ${p} … }", hole->text);
}

static void resolve_word(struct aac_resolver *r, const struct aac_word *word, bool plain)
{
	for (const struct aac_segment *s = word->segments; s; s = s->next) {
		const struct aac_param *param;

		if (!s->hole)
			continue;
		param = aac_resolve_hole(r, s->text, s->field, s->span);
		if (param && param->type.list && plain)
			aac_hint(r->ctx->diags,
				 aac_report(r->ctx->diags, AAC_ERROR, "list-in-string",
					    s->span,
					    "'%s' is a list: a string holds one value",
					    s->text),
				 "write: for x in ${%s} { … ${x} … }", s->text);
		else if (param && param->type.list && param->type.base == AAC_TYPE_PATH)
			refuse_path_list(r, s);
	}
}

/* Lists nest two deep at most: peer=(name=…). */
static void resolve_args(struct aac_resolver *r, const struct aac_args *args,
			 unsigned int depth)
{
	for (const struct aac_arg *arg = args->head; arg && depth < 4; arg = arg->next) {
		if (arg->word)
			resolve_word(r, arg->word, false);
		resolve_args(r, &arg->list, depth + 1);
	}
}

static void resolve_shape(struct aac_resolver *r, const struct aac_shape *shape)
{
	resolve_args(r, &shape->args, 0);
	if (shape->path)
		resolve_word(r, shape->path, false);
	for (const struct aac_word *value = shape->values.head; value;
	     value = value->next)
		resolve_word(r, value, false);
}

static void resolve_for(struct aac_resolver *r, const struct aac_stmt *stmt,
			struct aac_stmt *copy)
{
	struct aac_names_scope loop = { .up = r->loops, .name = stmt->var };

	if (stmt->list->type == AAC_EXPR_PATH) {
		aac_resolve_reading(r, stmt->list);
		loop.objects = true;
	} else if (stmt->list->type == AAC_EXPR_PARAM) {
		const struct aac_param *param = aac_resolve_hole(
			r, stmt->list->text, stmt->list->field, stmt->list->span);

		if (param && !param->type.list)
			aac_report(r->ctx->diags, AAC_ERROR, "not-a-list",
				   stmt->list->span, "'%s' is not a list", param->name);
		loop.scalar = param != NULL;
	}
	r->loops = &loop;
	copy->body = aac_resolve_body(r, &stmt->body);
	r->loops = loop.up;
}

/* `abi`, variables and aliases: only where the profile brings its own preamble. */
static void check_preamble(struct aac_resolver *r, const struct aac_rule *rule)
{
	const struct aac_decl *decl = r->decl;

	if (!rule || !rule->kind->preamble ||
	    (!r->child_depth && decl->type == AAC_DECL_PROFILE && decl->template_name &&
	     strcmp(decl->template_name, "raw") == 0))
		return;
	aac_hint(r->ctx->diags,
		 aac_report(r->ctx->diags, AAC_ERROR, "misplaced-rule", rule->shape->span,
			    "this stands before the profiles of a file, in no %s",
			    r->child_depth ? "child profile" : "fragment"),
		 "only a profile under 'template raw' has a preamble of its own; a "
		 "fragment has 'param' and 'tunables \"FILE\"'");
}

/* What a child profile cannot hold. */
static void check_child(struct aac_resolver *r, const struct aac_stmt *stmt)
{
	if (r->child_depth &&
	    (stmt->type == AAC_STMT_LXC || stmt->type == AAC_STMT_EXPECT))
		aac_hint(r->ctx->diags,
			 aac_report(r->ctx->diags, AAC_ERROR, "misplaced-directive",
				    stmt->span, "'%s' stands in a child profile",
				    stmt->type == AAC_STMT_LXC ? "lxc" : "expect"),
			 "write it in the fragment, outside of the child");
}

static void resolve_child(struct aac_resolver *r, const struct aac_stmt *stmt,
			  struct aac_stmt *copy)
{
	const struct aac_head *head;

	resolve_shape(r, stmt->shape);
	head = aac_head_build(r->ctx, stmt->shape, false);
	if (head && !head->name) {
		aac_hint(r->ctx->diags,
			 aac_report(r->ctx->diags, AAC_ERROR, "bad-head",
				    stmt->shape->span,
				    "this is AppArmor's own condition, which stands in "
				    "profile text only"),
			 "write 'if EXPR { … }'");
		head = NULL;
	}
	copy->resolved = head;
	r->child_depth++;
	copy->body = aac_resolve_body(r, &stmt->body);
	r->child_depth--;
}

static void resolve_stmt(struct aac_resolver *r, const struct aac_stmt *stmt,
			 struct aac_stmt *copy)
{
	check_child(r, stmt);
	switch (stmt->type) {
	case AAC_STMT_RULE:
		resolve_shape(r, stmt->shape);
		copy->resolved = aac_rule_build(r->ctx, stmt->shape);
		check_preamble(r, copy->resolved);
		break;
	case AAC_STMT_BLOCK:
		resolve_child(r, stmt, copy);
		break;
	case AAC_STMT_ACCESS:
		resolve_shape(r, stmt->shape);
		aac_access_check(r->ctx, stmt->shape);
		break;
	case AAC_STMT_LXC:
		resolve_word(r, stmt->key, true);
		resolve_word(r, stmt->value, true);
		break;
	case AAC_STMT_IF:
		aac_resolve_expr(r, stmt->expr);
		copy->body = aac_resolve_body(r, &stmt->body);
		copy->orelse = aac_resolve_body(r, &stmt->orelse);
		break;
	case AAC_STMT_FOR:
		resolve_for(r, stmt, copy);
		break;
	case AAC_STMT_EXPECT:
	default:
		copy->body = aac_resolve_body(r, &stmt->body);
		break;
	}
}

struct aac_stmts aac_resolve_body(struct aac_resolver *r, const struct aac_stmts *body)
{
	struct aac_stmts out = { 0 };

	for (const struct aac_stmt *stmt = body->head; stmt; stmt = stmt->next) {
		struct aac_stmt *copy = ARENA_NEW(r->ctx->arena, struct aac_stmt);

		*copy = *stmt;
		copy->next = NULL;
		resolve_stmt(r, stmt, copy);
		LIST_APPEND(&out, copy);
	}
	return out;
}
