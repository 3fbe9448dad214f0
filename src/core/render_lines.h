#pragma once

#include <stddef.h>

#include "base/buf.h"
#include "core/policy.h"
#include "core/render.h"

struct arena;

/* The text of a profile while it is written, with the record of each of its lines. */
struct aac_lines {
	struct buf text;
	struct buf records; /* of struct aac_line */
	size_t start;	    /* where the line that is being written begins */
	const char *indent; /* white space before every line of a part */
	size_t indent_len;
	unsigned int depth; /* of child profiles: so much more white space */
	const struct aac_template_line *frame; /* that is being filled in */
	const struct aac_grant *grant;	       /* that is being written */
};

void aac_lines_begin(struct aac_lines *lines);
void aac_lines_end(struct aac_lines *lines);
/* A comment line, LABEL in front of the text; each line of TEXT becomes one. */
void aac_lines_comment(struct aac_lines *lines, const char *label, const char *text);
/* All rules, by section, then the child profiles. */
void aac_lines_rules(struct aac_lines *lines, const struct aac_policy *policy);
/* What its `preamble { … }` says. */
void aac_lines_header(struct aac_lines *lines, const struct aac_policy *policy);
/* The preamble's rules of the kind `abi`, or all others. */
void aac_lines_preamble(struct aac_lines *lines, const struct aac_policy *policy,
			bool abi);
/* The records as an array in the arena; gives the buffers back. */
const struct aac_line *aac_lines_take(struct aac_lines *lines, struct arena *arena,
				      size_t *count);
