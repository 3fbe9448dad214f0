#pragma once

/*
 * The fleet: every container with its choice of fragments, its parameters and its
 * profile.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/config.h"
#include "core/policy.h"

struct aac_composer;
struct aac_context;

/* Why a fragment is in a composition. */
struct aac_choice {
	const struct aac_fragment *fragment;
	const char *why; /* "when wants_docker", "required by docker", "listed in
			    apparmor_fragments", … */
	bool required_only;
};

/* A parameter's value in one container. */
struct aac_setting {
	const struct aac_fragment *fragment;
	const struct aac_param *param;
	struct aac_value value;
	const char *from; /* "default", "profile NAME", ".gpu_assignment",
			     "apparmor.params", "--set" */
};

struct aac_member {
	const struct aac_container
		*container;		 /* NULL: a profile that is no container's */
	const struct aac_policy *policy; /* NULL: the container gets no profile */
	const char *why; /* how the profile was found, or why there is none */
	const struct aac_choice *choices; /* in the order they are laid */
	size_t choice_count;
	const struct aac_setting *settings; /* by fragment order, then as declared */
	size_t setting_count;
	const struct aac_lxc_line *lxc; /* lines for this container's LXC configuration */
	bool runs_unconfined;		/* .apparmor_profile is "unconfined" */
};

/* One --set CTID:FRAGMENT.PARAM=VALUE */
struct aac_set {
	const struct aac_set *next;
	const char *ctid, *fragment, *param, *value;
};

struct aac_fleet_options {
	const struct aac_set *sets;
	bool per_container;
	/* What every container that gets a profile gets, too; of the library. */
	struct aac_fragments extra;
	/* What earlier fleets have found out of the same rules, and this one will; NULL:
	 * begin anew. */
	struct aac_composer *composer;
	const char *name; /* of the one profile that is composed; NULL: as it comes */
	/* The prefix of a template ("lxc-"), or NULL when there is no such template. */
	const char *(*template_prefix)(void *env, const char *name);
	/* Told now and then while containers are composed; or NULL. */
	void (*progress)(void *env, size_t done, size_t count);
	void *env;
};

struct aac_fleet {
	const struct aac_member *members; /* in the order of config->containers */
	size_t count;
	const struct aac_policy *const *policies; /* distinct, by name */
	size_t policy_count;
};

/* Never NULL; reports what is wrong.  CONFIG may be NULL: only profiles that are no
 * container's are composed. */
const struct aac_fleet *aac_fleet_compose(struct aac_context *ctx,
					  const struct aac_library *library,
					  const struct aac_config *config,
					  const struct aac_fleet_options *options);
/* The declared profile NAME with default parameters, for `show PROFILE`; NULL after
 * reporting. */
const struct aac_policy *aac_fleet_declared(struct aac_context *ctx,
					    const struct aac_library *library,
					    const struct aac_profile_decl *profile,
					    const struct aac_fleet_options *options);
