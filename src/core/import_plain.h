#pragma once

#include <stdbool.h>

struct aac_context;
struct aac_file;
struct aac_source;
struct buf;

/*
 * SOURCE, which FILE was read from, with plain rules in the place of what
 * apparmor_parser decides or reads in a way of its own: conditions, blocks of qualifiers,
 * abi rules inside of profiles.  What says nothing stays as a comment.
 * Warns of all that is not what it looks like.  SOURCE itself when nothing is to be done;
 * NULL after reporting.
 * PIECES gets where what was made comes from (core/import_edit.h), to be given back with
 * buf_fini.
 */
const struct aac_source *aac_import_plain(struct aac_context *ctx,
					  const struct aac_source *source,
					  const struct aac_file *file,
					  struct buf *pieces);
