/*
 * AppArmor's text with plain rules only.  What apparmor_parser decides when it compiles
 * is decided here, what it reads otherwise than it looks is written as it is read, and
 * what it forgets stays as a comment: the language says the same in other ways, or not at
 * all.  All the rest is copied.
 *
 * Not obvious: rules of an included file stand in the blocks around the include, too.
 */
#include "core/import_plain.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/ast.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/head.h"
#include "core/import_block.h"
#include "core/import_condition.h"
#include "core/import_edit.h"
#include "core/import_include.h"
#include "core/import_tell.h"
#include "core/inline.h"
#include "core/rule.h"

/* Includes are laid no deeper. */
enum { DEPTH_MAX = 32 };

struct plain {
	struct aac_context *ctx;
	struct aac_import_parsers parsers;
	struct aac_import_variables variables;
	struct aac_import_edit text;
	const struct aac_stmt *include; /* the outermost of those that are laid inline */
	struct aac_import_seen seen;	/* in this profile, child or hat */
	bool network; /* a rule about it stood before, in this condition or profile */
};

static void walk(struct plain *p, const struct aac_stmts *stmts,
		 const struct aac_import_around *around, bool top);

/* ---- text ----------------------------------------------------------------------- */

static struct aac_span span_of(const struct aac_stmt *stmt)
{
	return stmt->type == AAC_STMT_RULE ? stmt->shape->span : stmt->span;
}

/* STMT as it stands. */
static void keep(struct plain *p, const struct aac_stmt *stmt)
{
	struct aac_span at = span_of(stmt);

	if (!p->text.laid)
		return; /* it is copied with what follows */
	aac_import_put(&p->text, at.begin, at.end);
	buf_putc(&p->text.out, '\n');
	p->text.done = at.end;
}

static void comment_out(struct plain *p, const struct aac_stmt *stmt, const char *why)
{
	struct aac_span at = span_of(stmt);

	aac_import_copy(&p->text, at.begin);
	aac_import_begin_line(&p->text);
	aac_import_comment(&p->text, why, at.begin, at.end);
	p->text.done = at.end;
	aac_import_end_line(&p->text);
	p->text.edited = true;
}

/* ---- messages ------------------------------------------------------------------- */

/* Where the user's own file says it. */
static struct aac_span place(const struct plain *p, const struct aac_stmt *stmt)
{
	stmt = p->include ? p->include : stmt;
	return stmt->shape ? stmt->shape->span : stmt->span;
}

static void refuse(struct plain *p, const struct aac_stmt *stmt, const char *slug,
		   const char *problem, const char *cure)
{
	aac_hint(p->ctx->diags,
		 aac_report(p->ctx->diags, AAC_ERROR, slug, place(p, stmt), "%s",
			    problem),
		 "%s", cure);
}

static void forget(struct plain *p, const struct aac_import_around *around,
		   const struct aac_stmt *stmt)
{
	aac_import_tell_forgotten(p->ctx, place(p, stmt), stmt,
				  aac_import_in_block(around));
	comment_out(p, stmt, "forgotten by apparmor_parser: ");
}

/* ---- rules ---------------------------------------------------------------------- */

static void put_rule(struct plain *p, const struct aac_import_around *around,
		     const struct aac_stmt *stmt, const struct aac_import_quals *quals)
{
	struct aac_span at = stmt->shape->span;
	uint32_t body = stmt->shape->body.begin;

	if (!aac_import_said_quals(around, &stmt->shape->quals, quals))
		aac_import_tell_read(p->ctx, place(p, stmt), quals);
	if (aac_import_same_quals(quals, &stmt->shape->quals)) {
		keep(p, stmt);
		return;
	}
	aac_import_copy(&p->text, at.begin);
	if (quals->has_priority)
		buf_printf(&p->text.out, "priority=%d ", quals->priority);
	buf_printf(&p->text.out, "%s%s%s%s", quals->audit ? "audit " : "",
		   quals->deny ? "deny " : "", quals->owner ? "owner " : "",
		   quals->other ? "other " : "");
	aac_import_put(&p->text, body, at.end);
	if (p->text.laid)
		buf_putc(&p->text.out, '\n');
	p->text.done = at.end;
	p->text.edited = true;
}

static void walk_rule(struct plain *p, const struct aac_stmt *stmt,
		      const struct aac_import_around *around)
{
	struct aac_import_quals quals;
	enum aac_import_hold hold =
		aac_import_hold(p->ctx, &p->parsers, around, stmt, &quals);

	if (hold == AAC_IMPORT_HOLDS)
		put_rule(p, around, stmt, &quals);
	else if (hold == AAC_IMPORT_LOST)
		forget(p, around, stmt);
	else
		aac_import_tell_refused(p->ctx, place(p, stmt), hold);
}

/* ---- includes ------------------------------------------------------------------- */

struct changing {
	struct plain *p;
	const struct aac_import_around *around;
};

/* Does any rule of FILE say something else where it is included? */
static bool says_other(void *env, const struct aac_file *file)
{
	const struct changing *c = env;
	struct aac_import_quals quals;

	for (const struct aac_stmt *s = file->stmts.head; s; s = s->next)
		if (s->type == AAC_STMT_RULE && !s->shape->assign &&
		    s->shape->include == AAC_INCLUDE_NONE &&
		    aac_import_hold(c->p->ctx, &c->p->parsers, c->around, s, &quals) !=
			    AAC_IMPORT_HOLDS)
			return true; /* conditions change no qualifiers */
	return false;
}

/* Must what STMT includes be laid inline?  Not, when it was not read. */
static bool must_lay(struct plain *p, const struct aac_stmt *stmt,
		     const struct aac_import_around *around)
{
	struct changing changing = { p, around };

	return aac_import_in_block(around) ||
	       aac_import_leads_to_gone(p->ctx, &p->seen, stmt) ||
	       (around &&
		aac_import_reach(p->ctx, stmt, false, says_other, &changing));
}

/* What apparmor_parser has read before. */
static void skip(struct plain *p, const struct aac_stmt *stmt)
{
	aac_import_tell_twice(p->ctx, place(p, stmt));
	comment_out(p, stmt, "read before: ");
}

static void lay(struct plain *p, const struct aac_stmt *stmt,
		const struct aac_import_around *around)
{
	const struct aac_included *found = aac_import_included(p->ctx, stmt);
	const struct aac_source *source = p->text.source;
	uint32_t end = stmt->shape->span.end;

	if (p->text.laid >= DEPTH_MAX || !found ||
	    (!found->count && !stmt->shape->if_exists)) {
		refuse(p, stmt, "not-importable",
		       "this file is included in a block of qualifiers or a condition, "
		       "and cannot be read here",
		       "import where all files are that the profile includes");
		return;
	}
	comment_out(p, stmt, found->count ? "laid inline: " : "not there: ");
	if (!p->text.laid)
		p->include = stmt;
	p->text.laid++;
	end = p->text.done;
	for (size_t i = 0; i < found->count; i++) {
		if (aac_import_sight_file(&p->seen, found->files[i]) != AAC_IMPORT_FRESH)
			continue;
		aac_import_see_file(&p->seen, found->files[i], AAC_IMPORT_GONE);
		p->text.source = found->files[i]->source;
		p->text.done = 0;
		walk(p, &found->files[i]->stmts, around, false);
	}
	p->text.source = source;
	p->text.done = end;
	if (!--p->text.laid)
		p->include = NULL;
}

static void walk_include(struct plain *p, const struct aac_stmt *stmt,
			 const struct aac_import_around *around)
{
	bool fresh = aac_import_sight(p->ctx, &p->seen, stmt) == AAC_IMPORT_FRESH;

	if (!must_lay(p, stmt, around)) {
		if (fresh)
			aac_import_see(p->ctx, &p->seen, stmt, AAC_IMPORT_KEPT);
		keep(p, stmt);
	} else if (fresh) {
		lay(p, stmt, around);
	} else {
		skip(p, stmt);
	}
}

/* ---- blocks --------------------------------------------------------------------- */

/* The rules of BLOCK in its place, under the comment "BEFORE HEAD {". */
static void open_block(struct plain *p, const struct aac_stmt *block, const char *head)
{
	aac_import_copy(&p->text, block->span.begin);
	aac_import_begin_line(&p->text);
	buf_printf(&p->text.out, "# %s{", head);
	p->text.done = aac_import_body_begin(&p->text, block);
	aac_import_end_line(&p->text);
	p->text.edited = true;
}

static void close_block(struct plain *p, const struct aac_stmt *block)
{
	aac_import_copy(&p->text, block->span.end - 1);
	aac_import_begin_line(&p->text);
	buf_puts(&p->text.out, "# }");
	p->text.done = block->span.end;
}

/* BLOCK stays, since its rules say the same by themselves. */
static void walk_plain(struct plain *p, const struct aac_stmt *block,
		       const struct aac_import_around *inside)
{
	struct aac_import_quals quals;

	for (const struct aac_stmt *s = block->body.head; s; s = s->next) {
		struct aac_shape shape = *s->shape;

		if (aac_import_hold(p->ctx, &p->parsers, inside, s, &quals) ==
		    AAC_IMPORT_LOST) {
			forget(p, inside, s);
			continue;
		}
		if (!shape.quals.head)
			shape.quals = block->shape->quals;
		aac_rule_build(p->ctx, &shape); /* tells what the two cannot be */
	}
}

/* A block that the parser takes nowhere, not even where nothing counts. */
static bool refuse_deny(struct plain *p, const struct aac_stmt *block)
{
	if (p->parsers.late || !aac_import_denies(block))
		return false;
	refuse(p, block, "bad-combination",
	       "the target's apparmor_parser takes no block with a 'deny'",
	       "write 'deny' before each rule in it");
	return true;
}

static void walk_qualified(struct plain *p, const struct aac_stmt *block,
			   const struct aac_import_around *around)
{
	const struct aac_import_around inside = { around, &block->shape->quals, false };
	CLEANUP_BUF head = { 0 };

	if (refuse_deny(p, block))
		return;
	if (!p->text.laid && !aac_import_in_block(around) &&
	    aac_import_block_plain(&p->parsers, block)) {
		walk_plain(p, block, &inside);
		return;
	}
	aac_rule_print_quals(&head, &block->shape->quals);
	open_block(p, block, buf_str(&head));
	walk(p, &block->body, &inside, false);
	close_block(p, block);
	aac_import_end_line(&p->text);
}

/* ---- conditions ----------------------------------------------------------------- */

static const struct aac_head *condition_of(struct plain *p, const struct aac_stmt *stmt)
{
	const struct aac_arg *first;
	const char *word;

	if (!stmt || stmt->type != AAC_STMT_BLOCK)
		return NULL;
	first = stmt->shape->args.head;
	word = first && first->word && !first->word->quoted ? first->word->text : "";
	if (strcmp(word, "if") != 0 && strcmp(word, "else") != 0)
		return NULL;
	return aac_head_build(p->ctx, stmt->shape, false);
}

/*
 * What stands where nothing counts: a boolean that has no value and what no block may
 * hold are refused there, too, and a file is read.  CHILD: in a profile of its own there.
 */
static void check_unread(struct plain *p, const struct aac_stmts *stmts,
			 const struct aac_import_around *around, bool child)
{
	for (const struct aac_stmt *s = stmts->head; s; s = s->next) {
		const struct aac_head *head = condition_of(p, s);
		struct aac_import_around inside = { around, NULL, false };
		struct aac_import_quals quals;
		bool holds = true;

		if (s->type == AAC_STMT_RULE && s->shape->include != AAC_INCLUDE_NONE) {
			if (!child)
				aac_import_see(p->ctx, &p->seen, s, AAC_IMPORT_GONE);
		} else if (s->type == AAC_STMT_RULE && !s->shape->assign &&
			   aac_import_in_block(around) &&
			   aac_import_hold(p->ctx, &p->parsers, around, s, &quals) ==
				   AAC_IMPORT_REFUSED) {
			aac_import_tell_refused(p->ctx, place(p, s), AAC_IMPORT_REFUSED);
		}
		if (s->type == AAC_STMT_QUALIFIED) {
			if (refuse_deny(p, s))
				continue;
			inside.quals = &s->shape->quals;
		} else if (head && head->variable) {
			aac_import_condition(p->ctx, &p->parsers, &p->variables, head,
					     &holds);
		}
		if (s->type == AAC_STMT_BLOCK &&
		    (!head || !holds || head->type == AAC_HEAD_ELSE))
			inside = (struct aac_import_around){ 0 };
		check_unread(p, &s->body, &inside,
			     child || (s->type == AAC_STMT_BLOCK && !head));
	}
}

/* One branch; *taken: one before it was. */
static void walk_branch(struct plain *p, const struct aac_stmt *stmt,
			const struct aac_head *head,
			const struct aac_import_around *around, bool *taken)
{
	const struct aac_import_around inside = { around, NULL, p->network };
	bool holds = true;

	if (head->variable && !aac_import_condition(p->ctx, &p->parsers, &p->variables,
						    head, &holds))
		return;
	if (head->variable && !*taken)
		aac_import_tell_decided(p->ctx, place(p, stmt), head, holds);
	if (holds && !*taken) {
		*taken = true;
		p->network = false;
		walk(p, &stmt->body, &inside, false);
		p->network = inside.network;
		aac_import_copy(&p->text, stmt->span.end - 1);
		return;
	}
	check_unread(p, &stmt->body, NULL, false);
	if (stmt->span.end - 1 > p->text.done && !p->text.laid && stmt->body.head) {
		while (p->text.done < stmt->span.end - 1 &&
		       strchr(" \t\r\n", p->text.source->text[p->text.done]))
			p->text.done++;
		aac_import_comment(&p->text, "    ", p->text.done, stmt->span.end - 1);
	}
	p->text.done = stmt->span.end - 1;
}

/* An `if` with what belongs to it; returns the last of its branches. */
static const struct aac_stmt *walk_if(struct plain *p, const struct aac_stmt *stmt,
				      const struct aac_head *head,
				      const struct aac_import_around *around)
{
	bool taken = false;

	open_block(p, stmt, arena_printf(p->ctx->arena, "%s ", head->text));
	for (;;) {
		walk_branch(p, stmt, head, around, &taken);
		head = condition_of(p, stmt->next);
		if (!head || head->type != AAC_HEAD_ELSE)
			break;
		aac_import_begin_line(&p->text);
		stmt = stmt->next;
		buf_printf(&p->text.out, "# } %s {", head->text);
		p->text.done = aac_import_body_begin(&p->text, stmt);
		aac_import_end_line(&p->text);
	}
	close_block(p, stmt);
	aac_import_end_line(&p->text);
	return stmt;
}

/* ---- statements ----------------------------------------------------------------- */

static bool is_abi(const struct aac_stmt *stmt)
{
	const struct aac_arg *first = stmt->shape->args.head;

	return first && first->word && !first->word->quoted &&
	       strcmp(first->word->text, "abi") == 0;
}

static void walk_child(struct plain *p, const struct aac_stmt *stmt,
		       const struct aac_import_around *around)
{
	struct aac_import_seen seen = p->seen;
	bool network = p->network;

	if (aac_import_in_block(around)) {
		forget(p, around, stmt);
	} else if (p->text.laid) {
		keep(p, stmt);
	} else {
		p->network = false;
		p->seen = (struct aac_import_seen){ 0 };
		walk(p, &stmt->body, NULL, false);
		map_fini(&p->seen.files);
		p->seen = seen;
		p->network = network;
	}
}

/* Blocks nest no deeper than the parser lets them. */
static void walk(struct plain *p, const struct aac_stmts *stmts,
		 const struct aac_import_around *around, bool top)
{
	for (const struct aac_stmt *s = stmts->head; s; s = s->next) {
		const struct aac_head *head;

		if (s->type == AAC_STMT_QUALIFIED)
			walk_qualified(p, s, around);
		else if (s->type == AAC_STMT_BLOCK && (head = condition_of(p, s)))
			s = walk_if(p, s, head, around);
		else if (s->type == AAC_STMT_BLOCK)
			walk_child(p, s, around);
		else if (s->type != AAC_STMT_RULE || s->shape->assign)
			continue;
		else if (s->shape->include != AAC_INCLUDE_NONE)
			walk_include(p, s, around);
		else if (!top && is_abi(s))
			comment_out(p, s, "without effect here: ");
		else if (around)
			walk_rule(p, s, around);
		else
			keep(p, s);
		p->network = p->network ||
			     (p->parsers.early && !aac_import_in_block(around) &&
			      aac_import_has_network(p->ctx, s));
	}
}

const struct aac_source *aac_import_plain(struct aac_context *ctx,
					  const struct aac_source *source,
					  const struct aac_file *file,
					  struct buf *pieces)
{
	struct plain p = { .ctx = ctx,
			   .parsers = aac_import_parsers(ctx),
			   .text.source = source };
	unsigned int errors = ctx->diags->errors;
	const struct aac_source *edited = source;

	aac_import_variables(ctx, file, &p.variables);
	walk(&p, &file->stmts, NULL, true);
	if (p.text.edited) {
		aac_import_copy(&p.text, source->size);
		edited = aac_source_new(ctx->arena, source->name, source->logical,
					buf_str(&p.text.out), p.text.out.len);
	}
	map_fini(&p.seen.files);
	map_fini(&p.variables.by_name);
	buf_fini(&p.text.out);
	*pieces = p.text.pieces;
	return ctx->diags->errors == errors ? edited : NULL;
}
