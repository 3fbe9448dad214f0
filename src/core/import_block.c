/*
 * Blocks of qualifiers in AppArmor's text.  In the language they hold for every rule; of
 * apparmor_parser 3.0 and 4.1 it was measured which rules they hold for.  Those about
 * files and change_profile come out as if the qualifiers stood before each; the rest is
 * read, and forgotten.  What was not measured to be equal, such as a deny inside of an
 * audit, is no plain block.
 */
#include "core/import_block.h"

#include <string.h>

#include "base/buf.h"
#include "core/ast.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/kind.h"
#include "core/rule.h"

struct editing {
	struct aac_context *ctx;
	const struct aac_source *source;
	struct buf out;
	uint32_t done; /* of the source */
};

enum { OUTER_ACCESS = 1, OUTER_DENY = 2, OUTER_OWNER = 4 };

static unsigned int sort_of(const struct aac_quals *quals)
{
	unsigned int sort = 0;

	for (const struct aac_qual *q = quals->head; q; q = q->next) {
		if (q->type == AAC_QUAL_OWNER || q->type == AAC_QUAL_OTHER)
			sort |= OUTER_OWNER;
		else if (q->type == AAC_QUAL_DENY)
			sort |= OUTER_DENY;
		else if (q->type == AAC_QUAL_AUDIT || q->type == AAC_QUAL_ALLOW)
			sort |= OUTER_ACCESS;
		else
			return ~0u;
	}
	return sort;
}

static const char *keyword_of(const struct aac_stmt *stmt)
{
	const struct aac_arg *first = stmt->shape->args.head;

	return first && first->word && !first->word->quoted ? first->word->text : "";
}

/* Does the block hold for this rule?  Bare words of permissions begin file rules. */
static bool is_kept(const struct aac_stmt *stmt)
{
	const char *word = keyword_of(stmt);
	const struct aac_kind *kind = strcmp(word, "set") == 0
					      ? aac_kind_get(AAC_KIND_RLIMIT)
					      : aac_kind_find(word);

	return !kind || kind->id == AAC_KIND_FILE || kind->id == AAC_KIND_LINK ||
	       kind->id == AAC_KIND_CHANGE_PROFILE;
}

bool aac_import_block_plain(const struct aac_stmt *block)
{
	unsigned int outer = sort_of(&block->shape->quals);

	if (outer == ~0u || (outer & OUTER_OWNER && outer != OUTER_OWNER))
		return false;
	for (const struct aac_stmt *s = block->body.head; s; s = s->next) {
		unsigned int inner = s->shape ? sort_of(&s->shape->quals) : ~0u;

		if (s->type != AAC_STMT_RULE || s->shape->include != AAC_INCLUDE_NONE ||
		    s->shape->assign || inner & OUTER_DENY ||
		    (outer & (OUTER_DENY | OUTER_OWNER) && inner & OUTER_ACCESS) ||
		    (outer & OUTER_OWNER &&
		     (inner || strcmp(keyword_of(s), "change_profile") == 0)))
			return false;
	}
	return true;
}

/* RULE as a comment on a line of its own. */
static void leave_out(struct editing *e, const struct aac_stmt *rule)
{
	struct aac_span at = rule->shape->span;

	aac_hint(e->ctx->diags,
		 aac_report(e->ctx->diags, AAC_WARNING, "qualifier-block-forgets", at,
			    "apparmor_parser forgets '%.40s' in a block of qualifiers: "
			    "it is left out",
			    keyword_of(rule)),
		 "write the qualifiers before the rule, outside of the block, if it is "
		 "meant");
	buf_putn(&e->out, e->source->text + e->done, at.begin - e->done);
	buf_puts(&e->out, "\n# forgotten by apparmor_parser: ");
	for (uint32_t i = at.begin; i < at.end; i++) {
		char c = e->source->text[i];

		buf_putc(&e->out, c == '\n' || c == '\r' ? ' ' : c);
	}
	buf_putc(&e->out, '\n');
	e->done = at.end;
}

/* Blocks nest no deeper than the parser lets them. */
static void edit(struct editing *e, const struct aac_stmts *stmts)
{
	for (const struct aac_stmt *stmt = stmts->head; stmt; stmt = stmt->next) {
		if (stmt->type != AAC_STMT_QUALIFIED) {
			edit(e, &stmt->body);
			continue;
		}
		if (!aac_import_block_plain(stmt))
			continue;
		for (const struct aac_stmt *s = stmt->body.head; s; s = s->next)
			if (!is_kept(s))
				leave_out(e, s);
	}
}

const struct aac_source *aac_import_blocks(struct aac_context *ctx,
					   const struct aac_source *source,
					   const struct aac_file *file)
{
	struct editing e = { .ctx = ctx, .source = source };
	const struct aac_source *edited = source;

	edit(&e, &file->stmts);
	if (e.done) {
		buf_putn(&e.out, source->text + e.done, source->size - e.done);
		edited = aac_source_new(ctx->arena, source->name, source->logical,
					buf_str(&e.out), e.out.len);
	}
	buf_fini(&e.out);
	return edited;
}
