#pragma once

/* What the pieces of the cache share.  Private to src/host/cache*.c. */

#include "base/arena.h"
#include "base/map.h"
#include "host/cache.h"

struct aac_cache {
	struct arena *arena;
	const char *folder;
	size_t limit;
	int fd;	     /* the folder, -1: not there, or not to be trusted */
	bool opened; /* it was tried */
	bool wrote;
	struct map files; /* path -> struct file of cache_key.c, as they were read */
	struct aac_cache_use use;
};

/* All of the file, to the end of BYTES; false: it cannot be read, or has more than LIMIT
 * bytes. */
bool aac_cache_read(int fd, size_t limit, struct buf *bytes);
