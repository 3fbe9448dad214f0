#pragma once

/*
 * Putting compiled policy into the running kernel, through libapparmor.  Below --root
 * apparmorfs may be a folder that looks like one.
 */

#include <stdbool.h>

struct aac_context;
struct aac_host;
struct buf;

/* Is there a kernel that takes policy?  False after reporting what it lacks. */
bool aac_policy_ready(struct aac_context *ctx, const struct aac_host *host);
/*
 * Are all profiles of POLICY of one namespace?  Linux 6.1 and 6.12 put all of a write
 * into the namespace of the one that names one, without a word.  False after reporting;
 * policy that cannot be read passes.
 */
bool aac_policy_one_space(struct aac_context *ctx, const struct buf *policy);
/*
 * All profiles of POLICY, compiled ones one behind the other, in one write: they replace
 * those of their names at once, or nothing changes.  False after reporting why not, and
 * of which profile, as far as the kernel tells.
 */
bool aac_policy_load(struct aac_context *ctx, const struct aac_host *host,
		     const struct buf *policy);

enum aac_removal {
	AAC_REMOVE_DONE,
	AAC_REMOVE_ABSENT,  /* it was not there */
	AAC_REMOVE_REFUSED, /* reported */
};

/* Take the profile NAME (`:SPACE:NAME` of another namespace), its children and hats too,
 * out of the kernel, whoever runs under it. */
enum aac_removal aac_policy_remove(struct aac_context *ctx, const struct aac_host *host,
				   const char *name);
