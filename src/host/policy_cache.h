#pragma once

#include <stdbool.h>

struct aac_cache;
struct aac_context;
struct aac_host;
struct aac_source;
struct buf;

/*
 * Compiled policy kept for the next start: CACHE/ID.N/NAME, as libapparmor's
 * aa_policy_cache lays it out, where ID is of the kernel's features.  Beside each stands
 * .NAME.key, of which libapparmor takes no notice: the key of the compilation
 * (aac_cache_key in host/cache.h) and the digest of the policy, in hexadecimal, and a
 * newline.  An entry is what it says only when both hold; whatever else stands there is
 * none.
 */
#define AAC_POLICY_CACHE "/var/cache/aa-compose/policy"

struct aac_policy_cache {
	struct aac_context *ctx;
	struct aac_host *host;
	const char *folder; /* ID.N; NULL: it is not to be had, or not to be trusted */
	const char *base;   /* of the includes */
	const char *const *argv; /* of the parser */
	struct aac_cache *keys;	 /* what was read for keys */
	struct aac_cache *again; /* and once more, behind the compiler */
};

/* For ctx->target, which must be this kernel.  False after reporting, when there is no
 * parser; then it is to be closed, too.  A cache that cannot be made is a warning. */
bool aac_policy_cache_open(struct aac_context *ctx, struct aac_host *host,
			   struct aac_policy_cache *cache);
void aac_policy_cache_close(struct aac_policy_cache *cache);
/* Into *policy what the profile NAME's text compiles to; false: it is not known. *key is
 * for aac_policy_cache_put; NULL: it cannot be kept. */
bool aac_policy_cache_get(struct aac_policy_cache *cache, const char *name,
			  const struct aac_source *text, const char **key,
			  struct buf *policy);
/* Keep it, unless something that it depends on has changed since KEY was made; what is in
 * the way is a warning. */
void aac_policy_cache_put(struct aac_policy_cache *cache, const char *name,
			  const struct aac_source *text, const char *key,
			  const struct buf *policy);
