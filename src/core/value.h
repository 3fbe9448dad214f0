#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/json_tree.h"

struct arena;
struct buf;

/* Where in the container's JSON a value stands: a chain from the leaf to the root. */
struct aac_trail {
	const struct aac_trail *up; /* NULL: the root of the file */
	const char *key;	    /* NULL: an element of a list */
	size_t index;
};

enum aac_value_type {
	AAC_VALUE_NULL,
	AAC_VALUE_BOOL,
	AAC_VALUE_INT,
	AAC_VALUE_REAL,
	AAC_VALUE_STRING,
	AAC_VALUE_LIST,
	AAC_VALUE_OBJECT,
};

/*
 * A value of a parameter or of a condition's operand.  Scalars and lists are copied or
 * borrowed from the arena and the JSON document; both outlive the value.
 */
struct aac_value {
	enum aac_value_type type;
	bool boolean;
	bool path; /* STRING of type path: normalised, so '/' + '/' melts into one */
	int64_t integer;
	double real;
	const char *text; /* STRING: len bytes, may hold NUL; borrowed */
	size_t len;
	const struct aac_value *items; /* LIST */
	size_t count;
	const struct aac_node *object; /* OBJECT */
	const struct aac_trail *trail; /* NULL: not from the JSON */
};

/* The JSON value as it stands; lists are converted, objects wrapped.  NULL is null. */
struct aac_value aac_value_from_json(struct arena *arena, const struct aac_node *json,
				     const struct aac_trail *trail);
/* Equality as `==` of the language: type and value; INT and REAL by number. */
bool aac_value_equal(const struct aac_value *a, const struct aac_value *b);
/* Canonical spelling as JSON text: sorted keys, no spaces; for digests and for people. */
void aac_value_print(struct buf *out, const struct aac_value *value);
/* RFC 6901 pointer of the place, e.g. /lxc_configs/953/volumes/0/mount_point. */
const char *aac_trail_pointer(struct arena *arena, const struct aac_trail *trail);
