#pragma once

/*
 * The container JSON: read by jansson, with positions found again by a scanner of our own
 * (jansson keeps none).
 */

#include <stddef.h>

#include <jansson.h>

#include "core/source.h"
#include "core/value.h"

struct aac_context;

struct aac_container {
	const char *ctid;
	const char *name;   /* .name, when that is a string; else NULL */
	const json_t *json; /* what stands under the CTID; may be anything, null too */
	const struct aac_trail *trail; /* /lxc_configs/CTID */
};

struct aac_config {
	const struct aac_source *source;
	json_t *root; /* owned: aac_config_free */
	const struct aac_container
		*containers; /* by CTID: numbers by value, then others by bytes */
	size_t count;
	struct aac_positions *positions;
};

/* NULL after reporting (bad JSON, duplicate keys, no .lxc_configs map, bad CTIDs …). */
struct aac_config *aac_config_parse(struct aac_context *ctx,
				    const struct aac_source *source);
/* Gives the document back; NULL is fine. */
void aac_config_free(struct aac_config *config);
/* The order of CTIDs: numbers by value, then others by bytes. */
int aac_ctid_compare(const char *a, const char *b);
const struct aac_container *aac_config_find(const struct aac_config *config,
					    const char *ctid);

/* The place of a value (of its key, where the value is missing: of the nearest thing
 * above that is there). */
struct aac_span aac_config_place(const struct aac_config *config,
				 const struct aac_trail *trail);
