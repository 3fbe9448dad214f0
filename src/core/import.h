#pragma once

#include <stdbool.h>

#include "base/map.h"

struct aac_context;
struct aac_fleet_options;
struct aac_library;
struct aac_source;
struct buf;

struct aac_import_options {
	bool split; /* rules into fragments by what they are about */
	/* Fragments that give rules already, composed for ctx->target; NULL: none. */
	const struct aac_library *against;
	const struct aac_fleet_options *fleet; /* how those are composed */
};

/*
 * A file of AppArmor's own as profiles of the language: each becomes a `profile` under
 * `template raw` that gives the same policy, with the preamble of its file, its rules as
 * they stand and their comments.
 *
 * Appends the text, laid out, to OUT.  NAMES has the names that were given so far, for
 * several files.  False after reporting: the text is none that apparmor_parser takes, or
 * it holds what the language does not have.
 */
bool aac_import(struct aac_context *ctx, const struct aac_source *source,
		const struct aac_import_options *options, struct map *names,
		struct buf *out);
