/*
 * Compiled policy for commands that compare: takes text, has the parser compile it, reads
 * what it gives.
 */
#include "cli/blobs.h"

#include "base/arena.h"
#include "cli/run.h"
#include "core/blob.h"
#include "host/compiler.h"

static const struct aac_blob *read_policy(struct aac_context *ctx, const char *name,
					  const struct buf *bytes)
{
	return aac_blob_read(ctx, name, (const uint8_t *)buf_str(bytes), bytes->len);
}

const struct aac_blob *aac_blobs_of_source(struct aac_run *run,
					   const struct aac_source *source, bool quiet)
{
	CLEANUP_BUF bytes = { 0 };
	struct aac_context *ctx = &run->ctx;
	enum aac_check_result result = aac_compile_source(
		ctx, &run->host, source, run->opts->parser_timeout, quiet, &bytes);

	run->refused |= result == AAC_CHECK_HOST;
	return result == AAC_CHECK_OK ? read_policy(ctx, source->name, &bytes) : NULL;
}

const struct aac_blob *aac_blobs_of_text(struct aac_run *run,
					 const struct aac_profile_text *text)
{
	CLEANUP_BUF bytes = { 0 };
	struct aac_context ctx = run->ctx;
	struct aac_diags silent;
	struct aac_check_options options = { .jobs = 1,
					     .seconds = run->opts->parser_timeout,
					     .policies = &bytes };
	enum aac_check_result result;

	aac_diags_init(&silent, run->arena);
	ctx.diags = &silent;
	result = aac_check(&ctx, &run->host, &text, 1, &options);
	run->refused |= result == AAC_CHECK_HOST;
	return result == AAC_CHECK_OK ? read_policy(&run->ctx, text->policy->name, &bytes)
				      : NULL;
}
