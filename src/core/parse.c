/*
 * From a source to its declarations: sets up the lexer and the parser and lets them run.
 * What they build is in ast.h; nothing of the lexer outlives the call.
 */
#include "core/parse.h"

#include "base/arena.h"
#include "core/context.h"
#include "grammar.h"

static const struct aac_file *parse(struct aac_context *ctx,
				    const struct aac_source *source,
				    enum aac_block block, bool tokens)
{
	struct aac_file *file = ARENA_NEW(ctx->arena, struct aac_file);
	struct aac_parse *parse = ARENA_NEW(ctx->arena, struct aac_parse);

	file->source = source;
	*parse = (struct aac_parse){ .ctx = ctx,
				     .source = source,
				     .file = file,
				     .whole = block == AAC_BLOCK_APPARMOR,
				     .access = block == AAC_BLOCK_EXPECT,
				     .keep_tokens = tokens };
	parse->blocks[0] = block;
	aac_lex_run(parse);
	return file;
}

const struct aac_file *aac_parse(struct aac_context *ctx, const struct aac_source *source)
{
	return parse(ctx, source, AAC_BLOCK_TOP, false);
}

const struct aac_file *aac_parse_profile(struct aac_context *ctx,
					 const struct aac_source *source)
{
	return parse(ctx, source, AAC_BLOCK_APPARMOR, false);
}

const struct aac_file *aac_parse_access_text(struct aac_context *ctx,
					     const struct aac_source *source)
{
	return parse(ctx, source, AAC_BLOCK_EXPECT, false);
}

const struct aac_file *aac_parse_tokens(struct aac_context *ctx,
					const struct aac_source *source)
{
	return parse(ctx, source, AAC_BLOCK_TOP, true);
}
