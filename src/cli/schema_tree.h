#pragma once

#include <stdbool.h>
#include <stddef.h>

struct aac_param;
struct aac_library;
struct arena;

/*
 * What the rules read of the container file, as a tree of its keys, in the order in which
 * the library names them.  Lives in the arena it was made in.
 */

/* A parameter that takes its value from here. */
struct aac_schema_source {
	const struct aac_schema_source *next;
	const char *fragment;
	const struct aac_param *param;
};

/* A value that a condition compares with what stands here, as JSON. */
struct aac_schema_example {
	const struct aac_schema_example *next;
	const char *json;
};

/* "condition wants_docker" */
struct aac_schema_reader {
	const struct aac_schema_reader *next;
	const char *who;
};

struct aac_schema_node {
	const char *key; /* NULL: the elements of a list */
	size_t id;
	struct aac_schema_node *next;
	struct aac_schema_node *child, *last_child; /* by key */
	struct aac_schema_node *items;		    /* NULL: nothing steps into a list */
	bool ours; /* below .apparmor: no other program's */
	struct aac_schema_source *source, *last_source;
	struct aac_schema_reader *reader, *last_reader;
	struct aac_schema_example *example, *last_example;
	size_t example_count;
};

struct aac_schema_tree {
	struct aac_schema_node *container; /* below a CTID */
	struct aac_schema_node *root;	   /* of the file: paths that begin with $ */
};

struct aac_schema_tree aac_schema_tree_new(struct arena *arena,
					   const struct aac_library *library);
/* The child of NODE called KEY, or NULL. */
const struct aac_schema_node *aac_schema_child(const struct aac_schema_node *node,
					       const char *key);
