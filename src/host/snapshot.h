#pragma once

#include <stdbool.h>

#include "base/map.h"
#include "core/lxc_effective.h"

struct aac_host;

/*
 * The host's files as one moment has them: each is read once, so that a plan judges and
 * changes the same text.
 *
 * A stored path is absolute and means what stands below --root.  One that begins with
 * "//" means the host itself: a container file that was named by a relative path.
 */
struct aac_snapshot {
	struct aac_context *ctx;
	const struct aac_host *host;
	struct map files; /* stored path -> struct aac_source, or a mark for none */
	bool failed;	  /* a file could not be read; reported */
	struct aac_conf_world world;
};

void aac_snapshot_init(struct aac_snapshot *snapshot, struct aac_context *ctx,
		       const struct aac_host *host);
void aac_snapshot_fini(struct aac_snapshot *snapshot);
/* NULL: it is not there, or FAILED is set. */
const struct aac_source *aac_snapshot_read(struct aac_snapshot *snapshot,
					   const char *path);

/* A stored path as it is on this host. */
const char *aac_stored_path(struct aac_context *ctx, const struct aac_host *host,
			    const char *stored);
/* How PATH, as it was named on the command line, is stored.  NULL after reporting. */
const char *aac_store_path(struct aac_context *ctx, const struct aac_host *host,
			   const char *path);
