#pragma once

/* What a comparison has found so far: for compare.c. */

#include "core/compare.h"
#include "core/walk.h"

struct group;

struct comparing {
	struct walk walk; /* first: the walk's callback gets at the others by it */
	const struct aac_common_options *common; /* where the sides are to meet */
	size_t examples;  /* accesses of a sort that are wanted; 0: one */
	bool log_same;	  /* logging is not compared: a flag of the profile differs */
	/* Instead of the sort, where a side does not mediate the class; or NULL. */
	const char *unmediated;
	const char *unasked; /* the class, where nobody knows its accesses; or NULL */
	struct group *groups, *last_group;
	struct {
		struct aac_finding *head, *last;
	} findings;
	size_t unproved;
};

/* Callbacks of a walk. */
void comparing_differs(struct walk *walk, const struct walk_point *point);
void comparing_meets(struct walk *walk, const struct walk_point *point);
/* A difference between settings. */
struct aac_finding *comparing_add(struct comparing *c, enum aac_finding_kind kind,
				  const char *class, const char *what);
/* The groups of the class that was walked become findings. */
void comparing_flush(struct comparing *c);

/* Sockets have few families and types: one after the other (compare_network.c). */
void comparing_network(struct comparing *c);
