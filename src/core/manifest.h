#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "base/buf.h"
#include "core/fleet.h"
#include "core/render.h"

struct aac_context;
struct arena;

/* PROFILE.map.json: `lines[{line file source_line source_column fragment doc? parameters?
 * origins? narrowed? widened?}] dropped[{rule reason file source_line by?}]`, ends with a
 * newline. */
const char *aac_map_text(struct arena *arena, const struct aac_profile_text *profile,
			 size_t *len);

struct aac_input {
	const struct aac_input *next;
	const char *file; /* logical name */
	struct digest digest;
};

#define AAC_MANIFEST_VERSION 1

/* manifest.json for the whole fleet, as aac_manifest_text would write it; TEXTS are the
 * rendered fleet->policies, in that order.  The caller owns the buffer. */
struct buf aac_manifest_fleet(const struct aac_fleet *fleet,
			      const struct aac_profile_text *const *texts,
			      const char *target, const struct aac_input *inputs);
/* The same as a tree; the caller owns the reference. */
json_t *aac_manifest_new(const struct aac_fleet *fleet,
			 const struct aac_profile_text *const *texts, const char *target,
			 const struct aac_input *inputs);

/* The manifest of a build of some containers only: OLD with the containers named in CTIDS
 * (and the profiles that they have) taken from NEW; profiles that no container has are
 * gone. A new reference. */
json_t *aac_manifest_merge(const json_t *old, const json_t *new_,
			   const char *const *ctids, size_t count);

/* Canonical text: keys in a fixed order, two spaces, ends with a newline. malloc'ed. */
char *aac_manifest_text(const json_t *manifest);

/*
 * Read a manifest that may be hostile: NULL after reporting.  Every profile name and file
 * in it is checked (core/name.h), so that a file name never leaves the output folder.
 */
json_t *aac_manifest_parse(struct aac_context *ctx, const struct aac_source *source);
