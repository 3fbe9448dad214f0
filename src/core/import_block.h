#pragma once

#include <stdbool.h>

struct aac_context;
struct aac_file;
struct aac_source;
struct aac_stmt;

/*
 * Blocks of qualifiers, `audit { … }`, as apparmor_parser reads them: the rules about
 * files in one have its qualifiers, all others are forgotten.
 */

/* Is BLOCK one of which the rules in it are known to say the same by themselves? */
bool aac_import_block_plain(const struct aac_stmt *block);

/* SOURCE, which FILE was read from, with what apparmor_parser forgets as comments, after
 * warning of each; SOURCE itself when there is nothing. */
const struct aac_source *aac_import_blocks(struct aac_context *ctx,
					   const struct aac_source *source,
					   const struct aac_file *file);
