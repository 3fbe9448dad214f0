/*
 * Rules from their text: takes one rule as it stands in a fragment, gives what the
 * library makes of it.  Texts that are returned live as long as the process.
 */
#include "support/rule_text.h"

#include "base/arena.h"
#include "base/buf.h"
#include "core/parse.h"

/* Every context there is, so that what was returned stays. */
static struct kept {
	struct kept *next;
	struct arena *arena;
} * kept;

struct aac_context *rule_context(void)
{
	struct arena *arena = arena_new();
	struct aac_context *ctx = ARENA_NEW(arena, struct aac_context);
	struct kept *keep = ARENA_NEW(arena, struct kept);

	*keep = (struct kept){ kept, arena };
	kept = keep;
	ctx->arena = arena;
	ctx->diags = ARENA_NEW(arena, struct aac_diags);
	aac_diags_init(ctx->diags, arena);
	return ctx;
}

const struct aac_shape *rule_shape(struct aac_context *ctx, const char *text)
{
	CLEANUP_BUF wrapped = { 0 };
	const struct aac_file *file;
	const struct aac_stmt *stmt;

	buf_printf(&wrapped, "fragment f {\n%s\n}\n", text);
	file = aac_parse(ctx, aac_source_new(ctx->arena, "f.aaf", "f.aaf", wrapped.data,
					     wrapped.len));
	stmt = file->decls.head ? file->decls.head->body.head : NULL;
	if (ctx->diags->errors)
		return NULL;
	if (!stmt || stmt->next || stmt->type != AAC_STMT_RULE) {
		aac_report(ctx->diags, AAC_ERROR, "syntax", (struct aac_span){ 0 },
			   "not one rule");
		return NULL;
	}
	return stmt->shape;
}

const struct aac_rule *rule_new(struct aac_context *ctx, const char *text)
{
	const struct aac_shape *shape = rule_shape(ctx, text);

	return shape ? aac_rule_build(ctx, shape) : NULL;
}

const char *rule_slug(const char *text)
{
	struct aac_context *ctx = rule_context();

	rule_new(ctx, text);
	return ctx->diags->head ? ctx->diags->head->slug : NULL;
}

const char *rule_text(const char *text)
{
	struct aac_context *ctx = rule_context();
	const struct aac_rule *rule = rule_new(ctx, text);
	const struct aac_diag *diag = ctx->diags->head;

	if (rule)
		return rule->text ? rule->text : "(holes)";
	return arena_printf(ctx->arena, "%s: %s", diag ? diag->slug : "silent",
			    diag ? diag->message : "");
}

const char *rule_hint(const char *text)
{
	struct aac_context *ctx = rule_context();

	rule_new(ctx, text);
	return ctx->diags->head && ctx->diags->head->hint ? ctx->diags->head->hint : "";
}
