#pragma once

#include "base/map.h"

struct aac_context;
struct aac_host;
struct buf;

/*
 * The policy that the kernel holds, as it shows it in apparmorfs/policy.  Measured on
 * Linux 6.1 and 6.12: `profiles/NAME.N` with `name`, `mode`, `sha1` (6.1) or `sha256`
 * (6.12), and `raw_data`, the bytes of the whole load that brought it, which the kernel
 * keeps compressed and shows as they were; children and hats in its `profiles`, with
 * their last names; `namespaces/SPACE` with the same again.  The digest is that of the
 * version in the profile's header (u32, little-endian) and of the profile's bytes behind
 * the header, which a namespace may end.
 * It is empty with apparmor.hash_policy=N, and raw_data is not there with
 * apparmor.export_binary=N.
 */
struct aac_kernel_policy {
	struct aac_context *ctx;
	const struct aac_host *host;
	struct map folders;  /* of profiles, by full name: `:SPACE:NAME//CHILD` */
	size_t listed;	     /* folders that were looked into */
	const char *problem; /* why it cannot be looked into; or NULL */
};

enum aac_equality {
	AAC_EQUALITY_UNKNOWN,
	AAC_EQUALITY_SAME,
	AAC_EQUALITY_OTHER,
};

struct aac_kernel_comparison {
	enum aac_equality equality;
	const char *why; /* it is not known, or what differs; or NULL */
};

void aac_kernel_policy_open(struct aac_context *ctx, const struct aac_host *host,
			    struct aac_kernel_policy *policy);
void aac_kernel_policy_close(struct aac_kernel_policy *policy);
/* Is what the kernel has of the profile NAME, its children too, what BYTES (compiled
 * policy) would make it? */
struct aac_kernel_comparison aac_kernel_policy_compare(struct aac_kernel_policy *policy,
						       const char *name,
						       const struct buf *bytes);
