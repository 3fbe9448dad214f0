/*
 * Whole profile text: takes the statements of a file in AppArmor's own language, gives
 * each its meaning, and prints them canonically, four blanks an indentation.  Blocks nest
 * no deeper than the parser lets them.
 */
#include "core/profile_text.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/head.h"
#include "core/rule.h"

struct printer {
	struct aac_context *ctx;
	struct buf *out;
	struct map variables; /* that got a value by '=' */
	unsigned int depth;
	bool profiles; /* one was seen at the top */
	bool includes; /* so was an include: it may hold variables */
};

/* The names in one block, and the condition that an `else` may follow. */
struct block {
	struct map names; /* of profiles and hats -> their heads */
	const struct aac_head *before;
};

static void put_line(struct printer *p, const char *text, const char *end)
{
	buf_fill(p->out, ' ', (size_t)p->depth * 4);
	buf_puts(p->out, text);
	buf_puts(p->out, end);
	buf_putc(p->out, '\n');
}

static void refuse(struct printer *p, struct aac_span at, const char *slug,
		   const char *problem, const char *cure)
{
	aac_hint(p->ctx->diags,
		 aac_report(p->ctx->diags, AAC_ERROR, slug, at, "%s", problem), "%s",
		 cure);
}

/* ---- rules
 * ----------------------------------------------------------------------------- */

static void check_variable(struct printer *p, const struct aac_shape *shape)
{
	void **slot;

	if (shape->assign_more) {
		if (!p->includes &&
		    !map_get(&p->variables, shape->assign, strlen(shape->assign)))
			refuse(p, shape->span, "bad-variable",
			       "nothing can be added to a variable that has no value yet",
			       "write '=', or include the file that gives it one");
		return;
	}
	slot = map_slot(&p->variables, shape->assign, strlen(shape->assign));
	if (*slot)
		aac_note(p->ctx->diags,
			 aac_report(p->ctx->diags, AAC_ERROR, "bad-variable", shape->span,
				    "'%s' gets its value twice; '+=' adds to it",
				    shape->assign),
			 ((const struct aac_shape *)*slot)->span, "first here");
	else
		*slot = (void *)(uintptr_t)shape;
}

static void put_rule(struct printer *p, const struct aac_shape *shape)
{
	const struct aac_rule *rule = aac_rule_build(p->ctx, shape);

	if (!rule)
		return;
	if (rule->kind->preamble && rule->kind->id != AAC_KIND_ABI && p->depth)
		refuse(p, shape->span, "misplaced-rule",
		       "this stands before the profiles of a file, in none of them",
		       "move it above the first profile");
	else if (rule->kind->preamble && !p->depth && p->profiles)
		refuse(p, shape->span, "misplaced-rule",
		       "this stands before the first profile of a file",
		       "move it above the first profile");
	else if (!rule->kind->preamble && rule->kind->id != AAC_KIND_INCLUDE && !p->depth)
		refuse(p, shape->span, "misplaced-rule",
		       "a rule stands outside of every profile",
		       "put it into 'profile NAME { … }'");
	p->includes |= rule->kind->id == AAC_KIND_INCLUDE && !p->depth;
	if (shape->assign)
		check_variable(p, shape);
	if (p->ctx->target)
		aac_rule_known(p->ctx, rule);
	put_line(p, rule->text, "");
}

/* ---- blocks
 * ---------------------------------------------------------------------------- */

static void put_body(struct printer *p, const struct aac_stmts *body);

static void check_head(struct printer *p, struct block *block,
		       const struct aac_head *head)
{
	void **slot;

	if (head->type == AAC_HEAD_ELSE && (!block->before || block->before->last))
		refuse(p, head->shape->span, "bad-head",
		       "no 'if' stands before this 'else'",
		       "write 'if … { … } else { … }'");
	block->before =
		head->type == AAC_HEAD_IF || head->type == AAC_HEAD_ELSE ? head : NULL;
	if (!head->name)
		return;
	slot = map_slot(&block->names, head->name, strlen(head->name));
	if (*slot)
		aac_note(p->ctx->diags,
			 aac_report(p->ctx->diags, AAC_ERROR, "duplicate-name",
				    head->shape->span, "profile '%s' is declared twice",
				    head->name),
			 ((const struct aac_head *)*slot)->shape->span,
			 "first declared here");
	else
		*slot = (void *)(uintptr_t)head;
}

static void put_block(struct printer *p, struct block *block, const struct aac_stmt *stmt)
{
	const struct aac_head *head = aac_head_build(p->ctx, stmt->shape, !p->depth);

	if (!head)
		return;
	check_head(p, block, head);
	if (p->ctx->target)
		aac_head_supported(p->ctx, head);
	if (!p->depth && p->out->len)
		buf_putc(p->out, '\n');
	p->profiles = true;
	put_line(p, head->text, " {");
	p->depth++;
	put_body(p, &stmt->body);
	p->depth--;
	put_line(p, "}", "");
}

/* `audit { … }` stays a block: apparmor_parser reads file and change_profile rules in
 * it, and forgets the others. */
static void put_qualified(struct printer *p, const struct aac_stmt *stmt)
{
	CLEANUP_BUF line = { 0 };

	if (!p->depth && !p->ctx->diags->errors)
		refuse(p, stmt->shape->span, "misplaced-rule",
		       "a block of rules stands outside of every profile",
		       "put it into 'profile NAME { … }'");
	if (!aac_rule_block_check(p->ctx, stmt->shape))
		return;
	aac_rule_print_quals(&line, &stmt->shape->quals);
	put_line(p, buf_str(&line), "{");
	p->depth++;
	put_body(p, &stmt->body);
	p->depth--;
	put_line(p, "}", "");
}

static void put_body(struct printer *p, const struct aac_stmts *body)
{
	struct block block = { 0 };

	for (const struct aac_stmt *stmt = body->head;
	     stmt && !aac_diags_full(p->ctx->diags); stmt = stmt->next) {
		if (stmt->type == AAC_STMT_BLOCK) {
			put_block(p, &block, stmt);
			continue;
		}
		block.before = NULL;
		if (stmt->type == AAC_STMT_RULE)
			put_rule(p, stmt->shape);
		else if (stmt->type == AAC_STMT_QUALIFIED)
			put_qualified(p, stmt);
	}
	map_fini(&block.names);
}

bool aac_profile_print(struct aac_context *ctx, const struct aac_file *file,
		       struct buf *out)
{
	struct printer p = { .ctx = ctx, .out = out };
	unsigned int before = ctx->diags->errors;

	put_body(&p, &file->stmts);
	map_fini(&p.variables);
	return ctx->diags->errors == before && !aac_diags_full(ctx->diags);
}
