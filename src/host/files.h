#pragma once

#include <stdbool.h>
#include <stddef.h>

struct aac_context;
struct aac_host;
struct arena;

/*
 * Write several files of one folder, all or none as far as a file system lets us: each is
 * written beside its place and synced first, then all are renamed.  A file that holds the
 * same bytes already is not touched; a symbolic link is refused, not followed.
 */
struct aac_output {
	const char *name; /* in the folder; no '/' */
	const char *text; /* NULL: MAKE gives it, the same whenever it is asked */
	size_t len;
	const char *(*make)(struct arena *arena, const void *what, size_t *len);
	const void *what;
	/* Not NULL: the file is there, holds just these bytes and keeps its owner; or
	 * nothing is written. */
	const char *before;
	size_t before_len;
	bool written; /* set: the bytes changed */
};

/* OUTPUT with its text, which may lie in SCRATCH. */
struct aac_output aac_output_made(const struct aac_output *output, struct arena *scratch);

/* The file that PATH leads to, without symbolic links; NULL when there is none.  In the
 * arena. */
const char *aac_files_real(struct aac_context *ctx, const struct aac_host *host,
			   const char *path);

/* Does the file PATH, no symbolic link, hold just LEN bytes of TEXT? */
bool aac_files_hold(struct aac_context *ctx, const struct aac_host *host,
		    const char *path, const char *text, size_t len);

/* Creates DIR (and what is above it) when missing.  False after reporting (exit 3). */
bool aac_files_write(struct aac_context *ctx, struct aac_host *host, const char *dir,
		     struct aac_output *outputs, size_t count);
/* Remove DIR/NAME; a missing file is fine. */
bool aac_files_remove(struct aac_context *ctx, struct aac_host *host, const char *dir,
		      const char *name);
