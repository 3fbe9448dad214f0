/*
 * Compiled policy as it stands in a file: takes a path, gives its profiles.  It is no
 * part of libaatest, which needs Criterion; the tools do not.
 */
#include "support/policy_file.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "core/blob.h"
#include "core/context.h"
#include "core/diag.h"

bool policy_file_bytes(const char *path, struct buf *out)
{
	FILE *file = fopen(path, "rb");
	char bytes[65536];
	size_t len;

	if (!file)
		return false;
	while ((len = fread(bytes, 1, sizeof(bytes), file)) > 0)
		buf_putn(out, bytes, len);
	return fclose(file) == 0;
}

const struct aac_blob *policy_file_read(struct arena *arena, const char *path)
{
	struct aac_diags diags;
	struct aac_context ctx = { .arena = arena, .diags = &diags };
	const struct aac_blob *blob;
	CLEANUP_BUF bytes = { 0 };

	aac_diags_init(&diags, arena);
	if (!policy_file_bytes(path, &bytes)) {
		fprintf(stderr, "%s: cannot be read\n", path);
		return NULL;
	}
	blob = aac_blob_read(&ctx, path, (const uint8_t *)buf_str(&bytes), bytes.len);
	if (!blob)
		fprintf(stderr, "%s\n", diags.head->message);
	return blob;
}

const struct aac_blob *policy_file_find(const struct aac_blob *blobs, const char *name)
{
	while (blobs && strcmp(blobs->name, name) != 0)
		blobs = blobs->next;
	return blobs;
}
