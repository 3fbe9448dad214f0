#pragma once

#include <stddef.h>

struct aac_context;
struct aac_host;
struct aac_target;

struct aac_targets {
	const struct aac_target *const *items; /* by name, `host` left out */
	size_t count;
};

/* All pinned targets of DIR (NAME.target and NAME.features). */
struct aac_targets aac_targets_load(struct aac_context *ctx, const struct aac_host *host,
				    const char *dir);

/*
 * The target NAME.  NULL or "host": this machine.  Its features are the running kernel's,
 * its parser the installed one; where the kernel has no AppArmor, the pinned target that
 * fits the installed parser stands in, with a note.  NULL after reporting.
 */
const struct aac_target *aac_target_choose(struct aac_context *ctx,
					   const struct aac_host *host,
					   const struct aac_targets *targets,
					   const char *name);
