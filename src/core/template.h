#pragma once

#include <stddef.h>

#include "core/source.h"

struct aac_context;

/*
 * A template: the frame of a profile's text.  A text file of lines:
 *   %prefix lxc-          every name of a profile under it begins so (may be empty)
 *   %summary TEXT         for `list`
 *   %% comment            not emitted
 *   anything else         emitted; @PROFILE@ is replaced inside a line, and a line that
 *                         is one of @HEADER@ @ABI@ @TUNABLES@ @RULES@ (after white
 *                         space) by that part, indented as the placeholder is; @FLAGS@
 *                         inside a line is " flags=(a, b)" or nothing, @ATTACH@
 *                         " GLOB…" or nothing.
 * Each of @PROFILE@ and @RULES@ must occur, @RULES@ once.
 */
struct aac_template_line {
	struct aac_template_line *next;
	const char *text; /* without the newline */
	struct aac_span span;
};

struct aac_template {
	const char *name, *prefix, *summary;
	const struct aac_template_line *lines;
	const struct aac_source *source;
};

/* NULL after reporting. */
const struct aac_template *aac_template_parse(struct aac_context *ctx, const char *name,
					      const struct aac_source *source);

/* What a line of a template stands for. */
enum aac_template_part {
	AAC_TEMPLATE_TEXT,
	AAC_TEMPLATE_HEADER,
	AAC_TEMPLATE_ABI,
	AAC_TEMPLATE_TUNABLES,
	AAC_TEMPLATE_RULES,
};

/* *indent: how many bytes of white space stand before the placeholder. */
enum aac_template_part aac_template_part(const char *line, size_t *indent);
