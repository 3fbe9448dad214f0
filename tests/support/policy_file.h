#pragma once

/* Files of compiled policy, for the tools of tests/property. */

#include <stdbool.h>

struct aac_blob;
struct arena;
struct buf;

/* All bytes of the file PATH, behind what OUT holds. */
bool policy_file_bytes(const char *path, struct buf *out);
/* All profiles of the file; NULL after telling on standard error why there are none. */
const struct aac_blob *policy_file_read(struct arena *arena, const char *path);
/* The one of them that is called NAME; or NULL. */
const struct aac_blob *policy_file_find(const struct aac_blob *blobs, const char *name);
