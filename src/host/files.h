#pragma once

#include <stdbool.h>
#include <stddef.h>

struct aac_context;
struct aac_host;

/*
 * Write several files of one folder, all or none as far as a file system lets us: each is
 * written beside its place and synced first, then all are renamed.  A file that holds the
 * same bytes already is not touched; a symbolic link is refused, not followed.
 */
struct aac_output {
	const char *name; /* in the folder; no '/' */
	const char *text;
	size_t len;
	bool written; /* set: the bytes changed */
};

/* Creates DIR (and what is above it) when missing.  False after reporting (exit 3). */
bool aac_files_write(struct aac_context *ctx, struct aac_host *host, const char *dir,
		     struct aac_output *outputs, size_t count);
/* Remove DIR/NAME; a missing file is fine. */
bool aac_files_remove(struct aac_context *ctx, struct aac_host *host, const char *dir,
		      const char *name);
