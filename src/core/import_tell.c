/*
 * The messages of import about blocks and conditions: takes a place and what was found
 * there.  Each says what apparmor_parser makes of the text, and what to write instead.
 */
#include "core/import_tell.h"

#include "core/ast.h"
#include "core/context.h"
#include "core/diag.h"
#include "core/head.h"

void aac_import_tell_forgotten(struct aac_context *ctx, struct aac_span at,
			       const struct aac_stmt *stmt, bool in_block)
{
	const struct aac_arg *first = stmt->shape->args.head;

	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_WARNING,
			    in_block ? "qualifier-block-forgets" : "condition-forgets",
			    at, "apparmor_parser forgets '%.40s' in a %s: it is left out",
			    first && first->word ? first->word->text : "",
			    in_block ? "block of qualifiers" : "condition"),
		 stmt->type == AAC_STMT_BLOCK
			 ? "move it out of the block, if it is meant"
		 : in_block ? "write the qualifiers before the rule, outside of the "
			      "block, if it is meant"
			    : "write the rule outside of the condition, if it is meant");
}

void aac_import_tell_read(struct aac_context *ctx, struct aac_span at,
			  const struct aac_import_quals *quals)
{
	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_WARNING, "qualifier-block-read", at,
			    "apparmor_parser reads '%s%s' in the blocks around it",
			    quals->audit ? "audit " : "", quals->deny ? "deny" : "allow"),
		 "write the qualifiers that are meant before a rule outside of blocks");
}

void aac_import_tell_refused(struct aac_context *ctx, struct aac_span at,
			     enum aac_import_hold hold)
{
	const char *slug = "not-importable", *problem, *cure;

	if (hold == AAC_IMPORT_REFUSED) {
		slug = "bad-combination";
		problem = "apparmor_parser takes no such rule in this block of "
			  "qualifiers";
		cure = "write the qualifiers before each rule that has them";
	} else if (hold == AAC_IMPORT_DIFFERS) {
		problem = "the parsers read this rule differently in the block around "
			  "it";
		cure = "say with --target which one reads it";
	} else {
		problem = "apparmor_parser makes of this rule in the block around it "
			  "what no rule alone says";
		cure = "write it outside of the block, with the qualifiers before it";
	}
	aac_hint(ctx->diags, aac_report(ctx->diags, AAC_ERROR, slug, at, "%s", problem),
		 "%s", cure);
}

void aac_import_tell_twice(struct aac_context *ctx, struct aac_span at)
{
	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_WARNING, "included-twice", at,
			    "apparmor_parser has read this file in this profile: here "
			    "its rules are left out"),
		 "include it once, where it counts");
}

void aac_import_tell_decided(struct aac_context *ctx, struct aac_span at,
			     const struct aac_head *head, bool holds)
{
	aac_hint(ctx->diags,
		 aac_report(ctx->diags, AAC_WARNING, "condition-decided", at,
			    "'%.100s' %s: %s", head->text,
			    holds ? "holds" : "does not hold",
			    holds ? "its rules are kept, without the condition"
				  : "its rules stay as comments"),
		 "apparmor_parser decides it when it compiles, by the variables that it "
		 "has then");
}
