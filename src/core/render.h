#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "core/policy.h"

struct aac_context;
struct aac_template;

/* What wrote a line of a profile's text. */
struct aac_line {
	const struct aac_grant *grant; /* NULL: the template, a comment, the preamble */
	const struct aac_template_line *frame; /* NULL: a grant or a comment */
};

struct aac_profile_text {
	const struct aac_policy *policy;
	const char *text; /* NUL-terminated; ends with a newline */
	size_t len;
	struct digest digest;
	const struct aac_line *lines; /* lines[0] is line 1 */
	size_t line_count;
};

/* Text for ctx->target.  Never NULL. */
const struct aac_profile_text *aac_render(struct aac_context *ctx,
					  const struct aac_policy *policy,
					  const struct aac_template *frame);
