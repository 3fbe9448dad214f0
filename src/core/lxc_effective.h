#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "core/lxc_conf.h"

/* How included files are read: the host's side of it. */
struct aac_conf_world {
	/* NULL: not there, or not readable. */
	const struct aac_source *(*read)(void *env, const char *path);
	/* The names in the folder PATH, in byte order; false: PATH is none. */
	bool (*list)(void *env, const char *path, const char *const **names,
		     size_t *count);
	void *env;
};

/* The profile that liblxc would give the container. */
struct aac_effective {
	const char *profile; /* NULL: none is named */
	const char *path;    /* the file that names it; NULL: the configuration itself */
	bool unordered; /* files of a folder disagree, and their order is not known */
	/* Where a load would fail: the file, the line (from 1; 0: none), in words. */
	const char *problem;
	const char *problem_path;
	size_t problem_line;
};

/*
 * Read CONF as liblxc does: line by line, lxc.include at its place, the last
 * lxc.apparmor.profile wins, an empty value resets it.  Proxmox's own profile
 * ("generated") stands before the lines of its configuration.  Facts: confile.c; order,
 * reset, folders and what is refused were tried with lxc-info 5.0.2.
 */
struct aac_effective aac_conf_effective(struct arena *arena, const struct aac_conf *conf,
					const struct aac_conf_world *world);
