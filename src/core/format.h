#pragma once

#include <stddef.h>

struct aac_context;
struct aac_source;

/*
 * The canonical layout of a rule file: one statement a line, four blanks a block, what
 * belongs together in columns.  Comments, groups between blank lines, the order of
 * everything and the spelling of every word stay.
 *
 * In the context's arena, *LEN bytes, NULs among them when SOURCE has some; NULL after
 * reporting, when the text is not of the language. What is given has the same tokens and
 * comments as SOURCE, which is looked at, and is laid out as it would be laid out again.
 */
const char *aac_format(struct aac_context *ctx, const struct aac_source *source,
		       size_t *len);
