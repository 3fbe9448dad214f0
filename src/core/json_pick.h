#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "core/json_scan.h"

struct aac_source;
struct arena;

/*
 * A value out of a JSON text by its path, as ranges of the text, so that numbers keep
 * their spelling and objects the order of their keys.  The paths are those of the
 * language (aaf(5)) and jq's other ways to name one place: .a."b c"["d"][0].e[], and $.a
 * from the root of the file.  Every step is null-safe: what is missing, null or of
 * another type gives nothing.
 */
struct aac_pick;

/* NULL when TEXT is no path: *PROBLEM is a sentence's end, *HINT the cure or NULL. */
const struct aac_pick *aac_pick_parse(struct arena *arena, const char *text,
				      const char **problem, const char **hint);

struct aac_picked {
	const struct aac_json_range *items; /* none is null */
	size_t count;
	bool list; /* the path steps through a list: any number; else one or none */
};

/* What stands at PICK below the container CTID; JSON is valid JSON, an object. */
struct aac_picked aac_pick(struct arena *arena, const struct aac_pick *pick,
			   const struct aac_source *json, const char *ctid);
/* The elements of the list at RANGE; as items, the null ones left out. */
struct aac_picked aac_pick_elements(struct arena *arena, const struct aac_source *json,
				    struct aac_json_range range);
