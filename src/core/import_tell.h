#pragma once

#include <stdbool.h>

#include "core/import_block.h"
#include "core/source.h"

struct aac_context;
struct aac_head;
struct aac_stmt;

/* What import says of the text at AT, which is where the user's own file says it. */

/* STMT says nothing to apparmor_parser, in a block of qualifiers or a condition. */
void aac_import_tell_forgotten(struct aac_context *ctx, struct aac_span at,
			       const struct aac_stmt *stmt, bool in_block);
/* A rule is not read as the words before it and its blocks say. */
void aac_import_tell_read(struct aac_context *ctx, struct aac_span at,
			  const struct aac_import_quals *quals);
/* A rule cannot be imported, for what HOLD says. */
void aac_import_tell_refused(struct aac_context *ctx, struct aac_span at,
			     enum aac_import_hold hold);
/* An include says nothing, since the file was read before. */
void aac_import_tell_twice(struct aac_context *ctx, struct aac_span at);
/* The condition of HEAD was decided. */
void aac_import_tell_decided(struct aac_context *ctx, struct aac_span at,
			     const struct aac_head *head, bool holds);
