#pragma once

/*
 * The world as a seam: everything that can fail for reasons outside the text goes through
 * here.  Tests pass a scratch root and a countdown that makes the Nth write fail.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/source.h"

struct aac_cache;
struct aac_context;
struct aac_kernel;

struct aac_host {
	const char *root;     /* --root; "" or NULL when not given */
	const char *parser;   /* --parser, not below root; NULL: looked for */
	struct aac_cache *cache; /* what the parser has answered; NULL: it is asked */
	const struct aac_kernel *kernel; /* loads profiles; NULL: nothing does */
	int fail_write_after; /* tests: the Nth write (from 1) fails with EIO; 0: none */
	bool fail_on;	      /* and so do all behind it, with ENOSPC */
	int writes;	      /* so far */
	void (*on_write)(void *what, int number); /* tests: before each; or NULL */
	void *on_write_what;
	size_t write_chunk; /* tests: so many bytes are one write; 0: no limit */
	void (*on_read)(void *what); /* tests: after each piece of a file; or NULL */
	void *on_read_what;
};

/* Asked before each system call that changes a file system; false: it fails, as errno
 * says. */
bool aac_host_may_write(struct aac_host *host);
/* Write all of TEXT to FD; false with errno. */
bool aac_host_write(struct aac_host *host, int fd, const char *text, size_t len);

/* PATH as it is on this host: below root when it is absolute and not there already.
 * In the arena. */
const char *aac_host_path(struct aac_context *ctx, const struct aac_host *host,
			  const char *path);

/* The whole of a regular file (or a pipe).  NULL after reporting (slug file-unreadable,
 * with errno in words or that it is being written, or file-too-large).  LOGICAL may be
 * NULL: the base name.  At most LIMIT bytes. */
const struct aac_source *aac_host_read(struct aac_context *ctx,
				       const struct aac_host *host, const char *path,
				       const char *logical, size_t limit);
bool aac_host_exists(struct aac_context *ctx, const struct aac_host *host,
		     const char *path);
bool aac_host_is_folder(struct aac_context *ctx, const struct aac_host *host,
			const char *path);

/* Names of the entries of the folder PATH that end in SUFFIX, in byte order; hidden ones
 * and folders left out.  False after reporting. */
bool aac_host_list(struct aac_context *ctx, const struct aac_host *host, const char *path,
		   const char *suffix, const char *const **names, size_t *count);
/* The same for its folders, hidden ones left out. */
bool aac_host_folders(struct aac_context *ctx, const struct aac_host *host,
		      const char *path, const char *const **names, size_t *count);
