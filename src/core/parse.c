/*
 * From a source to its declarations: sets up the lexer and the parser and lets them run.
 * What they build is in ast.h; nothing of the lexer outlives the call.
 */
#include "core/parse.h"

#include "base/arena.h"
#include "core/context.h"
#include "grammar.h"

static const struct aac_file *parse(struct aac_context *ctx,
				    const struct aac_source *source, bool whole)
{
	struct aac_file *file = ARENA_NEW(ctx->arena, struct aac_file);
	struct aac_parse *parse = ARENA_NEW(ctx->arena, struct aac_parse);

	file->source = source;
	*parse = (struct aac_parse){
		.ctx = ctx, .source = source, .file = file, .whole = whole
	};
	if (whole)
		parse->blocks[0] = AAC_BLOCK_APPARMOR;
	aac_lex_run(parse);
	return file;
}

const struct aac_file *aac_parse(struct aac_context *ctx, const struct aac_source *source)
{
	return parse(ctx, source, false);
}

const struct aac_file *aac_parse_profile(struct aac_context *ctx,
					 const struct aac_source *source)
{
	return parse(ctx, source, true);
}
