#pragma once

/*
 * The container JSON.  Its text is read once, value by value, to see that it is right and
 * where each container stands; a container's tree is made when somebody asks for it.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/json_tree.h"
#include "core/source.h"
#include "core/value.h"

struct aac_context;
struct arena;

struct aac_container {
	const char *ctid;
	const char *name; /* .name, when that is a string; else NULL */
	uint32_t at;	  /* where what stands under the CTID begins in the source */
	enum aac_node_type type;       /* of it: may be anything */
	enum aac_node_type settings;   /* of its .apparmor; missing: AAC_NODE_NULL */
	const struct aac_trail *trail; /* /lxc_configs/CTID */
};

struct aac_config {
	const struct aac_source *source;
	struct aac_config_root *root; /* aac_config_root */
	const struct aac_container
		*containers; /* by CTID: numbers by value, then others by bytes */
	size_t count;
	struct aac_positions *positions;
};

/* NULL after reporting (bad JSON, duplicate keys, no .lxc_configs map, bad CTIDs …). */
struct aac_config *aac_config_parse(struct aac_context *ctx,
				    const struct aac_source *source);
/* Gives back what is not in the arena; NULL is fine. */
void aac_config_free(struct aac_config *config);
/* What stands under the CTID, in ARENA; but its strings are there for good. */
const struct aac_node *aac_config_json(const struct aac_config *config,
				       const struct aac_container *container,
				       struct arena *arena);
/* The whole document; read when somebody asks first. */
const struct aac_node *aac_config_root(const struct aac_config *config);
/* The order of CTIDs: numbers by value, then others by bytes. */
int aac_ctid_compare(const char *a, const char *b);
const struct aac_container *aac_config_find(const struct aac_config *config,
					    const char *ctid);

/* The place of a value (of its key, where the value is missing: of the nearest thing
 * above that is there). */
struct aac_span aac_config_place(const struct aac_config *config,
				 const struct aac_trail *trail);
