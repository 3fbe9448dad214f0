/*
 * From a source to its declarations: sets up the lexer and the parser and lets them run.
 * What they build is in ast.h; nothing of the lexer outlives the call.
 */
#include "core/parse.h"

#include "base/arena.h"
#include "core/context.h"
#include "grammar.h"

const struct aac_file *aac_parse(struct aac_context *ctx, const struct aac_source *source)
{
	struct aac_file *file = ARENA_NEW(ctx->arena, struct aac_file);
	struct aac_parse *parse = ARENA_NEW(ctx->arena, struct aac_parse);

	file->source = source;
	*parse = (struct aac_parse){ .ctx = ctx, .source = source, .file = file };
	aac_lex_run(parse);
	return file;
}
