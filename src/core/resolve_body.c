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
#include "core/lxc_line.h"
#include "core/resolve.h"
#include "core/rule.h"
#include "core/rule_text.h"

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
	for (const struct aac_word *not = word->except; not; not = not->next)
		resolve_word(r, not, plain);
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

/* One with holes is looked at when they are filled. */
static void check_key(struct aac_resolver *r, const struct aac_word *key)
{
	if (!key->holes && !aac_lxc_is_key(key->text))
		aac_hint(r->ctx->diags,
			 aac_report(r->ctx->diags, AAC_ERROR, "bad-lxc-key", key->span,
				    "'%.100s' is no key of LXC's configuration",
				    key->text),
			 "they begin with 'lxc.', as \"lxc.mount.auto\"; see "
			 "lxc.container.conf(5)");
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

/* SHAPE with what the blocks around it say. */
static const struct aac_shape *qualify(struct aac_resolver *r,
				       const struct aac_shape *shape)
{
	struct aac_shape *copy;

	if (!r->block && !r->inlining)
		return shape;
	copy = ARENA_NEW(r->ctx->arena, struct aac_shape);
	*copy = *shape;
	copy->inlined = r->inlining;
	copy->block = r->block;
	if (!copy->doc)
		copy->doc = r->block_doc;
	r->block_doc = NULL;
	return copy;
}

/* `audit { … }`: its statements stand as if they were written without it. */
static void resolve_qualified(struct aac_resolver *r, const struct aac_stmt *stmt,
			      struct aac_stmts *out)
{
	const struct aac_shape *outer = r->block;
	struct aac_shape *block = ARENA_NEW(r->ctx->arena, struct aac_shape);
	struct aac_stmts body;

	*block = *stmt->shape;
	block->block = outer;
	if (!aac_rule_block_check(r->ctx, block))
		block->quals = (struct aac_quals){ 0 };
	r->block = block;
	r->block_doc = block->doc;
	body = aac_resolve_body(r, &stmt->body);
	r->block = outer;
	r->block_doc = NULL;
	for (struct aac_stmt *inner = body.head, *next; inner; inner = next) {
		next = inner->next;
		inner->next = NULL;
		LIST_APPEND(out, inner);
	}
}

/* Its rules stand as if they were written here. */
static void resolve_inline(struct aac_resolver *r, const struct aac_stmt *stmt,
			   struct aac_stmts *out)
{
	struct aac_stmts rules = { 0 };

	resolve_shape(r, stmt->shape);
	if (aac_rule_build(r->ctx, qualify(r, stmt->shape)))
		rules = aac_resolve_inline(r, stmt);
	for (struct aac_stmt *rule = rules.head, *next; rule; rule = next) {
		next = rule->next;
		rule->next = NULL;
		LIST_APPEND(out, rule);
	}
}

/* What a block of qualifiers cannot hold. */
static void check_qualified(struct aac_resolver *r, const struct aac_stmt *stmt)
{
	const char *what = stmt->type == AAC_STMT_LXC	   ? "'lxc' stands"
			   : stmt->type == AAC_STMT_EXPECT ? "'expect' stands"
			   : stmt->type == AAC_STMT_BLOCK  ? "a profile stands"
							   : NULL;
	struct aac_diag *diag;

	if (!r->block || !what)
		return;
	diag = aac_report(r->ctx->diags, AAC_ERROR, "misplaced-directive",
			  stmt->shape ? stmt->shape->span : stmt->span,
			  "%s in a block of qualifiers, which are for rules", what);
	aac_note(r->ctx->diags, diag, r->block->span, "the block begins here");
	aac_hint(r->ctx->diags, diag, "write it outside of the block");
}

/* What says nothing of accesses that may not be allowed. */
static void check_never(struct aac_resolver *r, const struct aac_rule *rule)
{
	struct aac_diag *diag;

	if (rule->deny) {
		diag = aac_report(r->ctx->diags, AAC_ERROR, "qualifier-misplaced",
				  rule->shape->span, "'deny' stands in 'assert never'");
		aac_hint(r->ctx->diags, diag,
			 "remove it: the rules say what may never be allowed");
	} else if (rule->kind->id == AAC_KIND_RLIMIT ||
		   rule->kind->id == AAC_KIND_INCLUDE) {
		diag = aac_report(r->ctx->diags, AAC_ERROR, "misplaced-rule",
				  rule->shape->span, "%s stands in 'assert never'",
				  rule->kind->id == AAC_KIND_RLIMIT ? "a limit"
								    : "an include");
		aac_hint(r->ctx->diags, diag, "take it out: it allows no access itself");
	}
}

/* STMTS are resolved; blocks nest no deeper than the parser lets them. */
static void check_never_all(struct aac_resolver *r, const struct aac_stmts *stmts)
{
	for (const struct aac_stmt *stmt = stmts->head; stmt; stmt = stmt->next) {
		if (stmt->type == AAC_STMT_RULE && stmt->resolved) {
			check_never(r, stmt->resolved);
		} else if (stmt->type == AAC_STMT_IF || stmt->type == AAC_STMT_FOR) {
			check_never_all(r, &stmt->body);
			check_never_all(r, &stmt->orelse);
		} else if (stmt->type == AAC_STMT_BLOCK) {
			aac_hint(r->ctx->diags,
				 aac_report(r->ctx->diags, AAC_ERROR,
					    "misplaced-directive", stmt->shape->span,
					    "a profile stands in 'assert never', which "
					    "is for rules"),
				 "write it outside of the assertion");
		}
	}
}

struct aac_stmts aac_resolve_never(struct aac_resolver *r,
				   const struct aac_asserts *asserts)
{
	struct aac_stmts all = { 0 };

	for (const struct aac_assert *a = asserts->head; a; a = a->next) {
		struct aac_stmts rules = aac_resolve_body(r, &a->rules);

		check_never_all(r, &rules);
		if (!rules.head)
			continue;
		if (all.last)
			all.last->next = rules.head;
		else
			all.head = rules.head;
		all.last = rules.last;
	}
	return all;
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
	const struct aac_shape *outer = r->block;
	const struct aac_head *head;

	resolve_shape(r, stmt->shape);
	head = aac_rule_check_except(r->ctx, stmt->shape, NULL)
		       ? aac_head_build(r->ctx, stmt->shape, false)
		       : NULL;
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
	r->block = NULL;
	copy->body = aac_resolve_body(r, &stmt->body);
	r->block = outer;
	r->child_depth--;
}

/* One without holes is looked at as a whole already here. */
static const struct aac_rule *resolve_access(struct aac_resolver *r,
					     const struct aac_shape *shape)
{
	const struct aac_rule *words = aac_access_words(r->ctx, shape);

	if (words && !words->has_holes && !aac_access_new(r->ctx, words, ""))
		return NULL;
	return words;
}

static void resolve_stmt(struct aac_resolver *r, const struct aac_stmt *stmt,
			 struct aac_stmt *copy)
{
	check_child(r, stmt);
	check_qualified(r, stmt);
	switch (stmt->type) {
	case AAC_STMT_RULE:
		resolve_shape(r, stmt->shape);
		copy->shape = qualify(r, stmt->shape);
		copy->resolved = aac_rule_build(r->ctx, copy->shape);
		check_preamble(r, copy->resolved);
		break;
	case AAC_STMT_BLOCK:
		resolve_child(r, stmt, copy);
		break;
	case AAC_STMT_ACCESS:
		resolve_shape(r, stmt->shape);
		copy->resolved = resolve_access(r, stmt->shape);
		break;
	case AAC_STMT_LXC:
		resolve_word(r, stmt->key, true);
		resolve_word(r, stmt->value, true);
		check_key(r, stmt->key);
		break;
	case AAC_STMT_IF:
		aac_resolve_expr(r, stmt->expr);
		copy->body = aac_resolve_body(r, &stmt->body);
		copy->orelse = aac_resolve_body(r, &stmt->orelse);
		break;
	case AAC_STMT_FOR:
		resolve_for(r, stmt, copy);
		break;
	case AAC_STMT_INLINE:
	case AAC_STMT_QUALIFIED:
	case AAC_STMT_EXPECT:
	default:
		r->in_expect = true;
		copy->body = aac_resolve_body(r, &stmt->body);
		r->in_expect = false;
		break;
	}
}

struct aac_stmts aac_resolve_body(struct aac_resolver *r, const struct aac_stmts *body)
{
	struct aac_stmts out = { 0 };

	for (const struct aac_stmt *stmt = body->head;
	     stmt && !aac_diags_full(r->ctx->diags); stmt = stmt->next) {
		struct aac_stmt *copy;

		if (stmt->type == AAC_STMT_QUALIFIED) {
			resolve_qualified(r, stmt, &out);
			continue;
		}
		if (stmt->type == AAC_STMT_INLINE) {
			resolve_inline(r, stmt, &out);
			continue;
		}
		copy = ARENA_NEW(r->ctx->arena, struct aac_stmt);
		*copy = *stmt;
		copy->next = NULL;
		resolve_stmt(r, stmt, copy);
		LIST_APPEND(&out, copy);
	}
	return out;
}
