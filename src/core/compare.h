#pragma once

/*
 * Two compiled profiles compared: their automatons are walked in step, so the answer is
 * of all accesses that a kernel can ask for, not of samples.  What is found is told with
 * a shortest access, decided again by aac_decide on both sides before it is told.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct aac_blob;
struct aac_query;
struct arena;

enum aac_finding_kind {
	AAC_FINDING_LOST,     /* A allows it, B does not */
	AAC_FINDING_GAINED,   /* B allows it, A does not */
	AAC_FINDING_CHANGED,  /* both allow it, but it leads elsewhere; or a setting */
	AAC_FINDING_LOGGED,   /* the same outcome, which B logs and A does not */
	AAC_FINDING_SILENCED, /* the same outcome, which A logs and B does not */
};

struct aac_example {
	struct aac_example *next;
	const struct aac_query *query;
};

/* Accesses of one sort that differ in one way. */
struct aac_finding {
	struct aac_finding *next;
	enum aac_finding_kind kind;
	bool granted; /* LOGGED, SILENCED: the access is allowed */
	/* "file", "link", "mount", …: what the access's line begins with; "profile",
	 * "attachment" and "unknown class" have no accesses. */
	const char *class;
	const char *what; /* sort within the class: "a remount", "at exec", …; "" */
	bool owner_only, other_only; /* of files: not for whoever owns the file */
	uint32_t request; /* bits of the class, those that others imply left out */
	size_t count;	  /* pairs of states that differ so */
	/* A shortest access of the sort; NULL: it is no access. */
	const struct aac_query *witness;
	/* Further ones, each shortest of another pair of states; as many as were asked
	 * for. */
	const struct aac_example *others;
	/* CHANGED: what it is on either side.  Else, where there is no witness, TO is
	 * what differs. */
	const char *from, *to;
};

struct aac_comparison {
	const struct aac_finding *findings; /* class by class, then by length */
	/* Sorts of states that differ without any access that shows it, and classes with
	 * more states than can be looked at: 0 where all that differs has been found. */
	size_t unproved;
};

/* Everything is the arena's; the other profiles of the blobs are not looked at. */
struct aac_comparison aac_compare(struct arena *arena, const struct aac_blob *a,
				  const struct aac_blob *b);
/* The same with up to EXAMPLES accesses of each sort. */
struct aac_comparison aac_compare_more(struct arena *arena, const struct aac_blob *a,
				       const struct aac_blob *b, size_t examples);
/* Proved: no access that a kernel can ask for is decided or logged differently. */
bool aac_equal(struct arena *arena, const struct aac_blob *a, const struct aac_blob *b);
/* Of what both allow: */
struct aac_common_options {
	uint32_t file_bits; /* these bits of files only */
	/* Is this access meant?  NULL: each is. */
	bool (*takes)(const void *env, const struct aac_query *query);
	const void *env;
};

/*
 * What both allow, class by class: GAINED findings; NULL: nothing.  A is a set of
 * accesses: what it does not mediate is not in it, and its links need be no subset of
 * their targets.  What B does not mediate it allows.
 */
const struct aac_finding *aac_common(struct arena *arena, const struct aac_blob *a,
				     const struct aac_blob *b,
				     const struct aac_common_options *options);
