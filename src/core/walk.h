#pragma once

/*
 * The product walk: pairs of states of two automatons that the same bytes lead to,
 * breadth first, so the first access found of any sort is a shortest one.  What the bytes
 * mean is told by a class of mediation, as parts of an access one behind the other.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "core/beyond.h"
#include "core/blob.h"

/* Where a walk is.  Has no padding: it is a key as it stands in memory. */
struct walk_node {
	uint32_t a, b; /* states; AAC_DFA_DEAD once left */
	uint32_t part; /* of the access */
	uint32_t aux;  /* what else the class must remember */
};

enum walk_form {
	WALK_TEXT,    /* up to a NUL */
	WALK_NUMBERS, /* COUNT bytes, whatever they are */
	WALK_FLAGS,   /* a byte, its number and one, for each flag of mount(2) */
};

struct walk_part {
	const char *name;
	enum walk_form form;
	uint8_t count;	 /* NUMBERS: bytes; 0: nothing follows */
	bool nul_first;	 /* TEXT: a NUL at its start belongs to it */
	bool branches;	 /* NUMBERS: 1 goes on, anything else skips two parts */
	uint32_t before; /* accesses decided where the part begins */
	uint32_t within; /* accesses decided behind each of its bytes, and before them */
};

struct walk;

struct walk_class {
	const char *name;
	enum aac_class id;
	const struct walk_part *parts;
	uint32_t part_count;
	/* Where BYTE leads from AT; false: no access goes on so. */
	bool (*step)(const struct walk *walk, const struct walk_node *at, uint8_t byte,
		     struct walk_node *to);
	/* Tell walk_gain what A allows here and B does not. */
	void (*judge)(struct walk *walk, const struct walk_node *at);
};

struct walk_step {
	struct walk_node node;
	const struct walk_step *parent;
	struct walk_step *next; /* in the order of discovery */
	uint8_t byte;		/* that led here from the parent */
};

struct walk {
	struct arena *arena;
	const struct walk_class *class;
	const struct aac_policydb *a, *b;
	struct map seen;
	struct {
		struct walk_step *head, *last;
	} queue;
	const struct walk_step *at; /* the one that is judged */
	struct {
		struct aac_gain *head, *last;
	} gains;
};

/* Walk CLASS from a pair of states; gains are appended. */
void walk_run(struct walk *walk, const struct walk_class *class, uint32_t a, uint32_t b);
/* A allows ALLOW more than B at the step that is judged. */
void walk_gain(struct walk *walk, const char *what, uint32_t allow);
/* AT, with both states behind BYTE. */
struct walk_node walk_both(const struct walk *walk, const struct walk_node *at,
			   uint8_t byte);

/* Every class of the policy but files, which have an automaton of their own. */
extern const struct walk_class walk_classes[];
extern const size_t walk_class_count;
extern const struct walk_class walk_file;
/* One of walk_classes. */
extern const struct walk_class walk_mount;
