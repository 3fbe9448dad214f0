#pragma once

#include "core/ast.h"

struct aac_context;

/*
 * Parse a rule file.  Problems go to ctx->diags; the result holds whatever was
 * well-formed, and is never NULL.
 */
const struct aac_file *aac_parse(struct aac_context *ctx,
				 const struct aac_source *source);

/* The same for AppArmor's own profile text: preamble and profiles, in file->stmts. */
const struct aac_file *aac_parse_profile(struct aac_context *ctx,
					 const struct aac_source *source);

/* The same for one access, as a line of `expect` without its verdict, `;` at its end or
 * not; in file->stmts. */
const struct aac_file *aac_parse_access_text(struct aac_context *ctx,
					     const struct aac_source *source);

/* aac_parse, and the tokens of the file in file->tokens. */
const struct aac_file *aac_parse_tokens(struct aac_context *ctx,
					const struct aac_source *source);
