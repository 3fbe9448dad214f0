/*
 * What A allows beyond B: the classes one after the other by the product walk, and the
 * parts of a profile that are plain numbers by comparing them.
 */
#include "core/beyond.h"

#include <string.h>

#include "base/arena.h"
#include "base/macro.h"
#include "core/blob.h"
#include "core/walk.h"

static void add_gain(struct walk *walk, const char *class, const char *what,
		     const char *access)
{
	struct aac_gain *gain = ARENA_NEW(walk->arena, struct aac_gain);

	*gain = (struct aac_gain){
		.class = class, .what = what, .allow = 1, .count = 1, .access = access
	};
	LIST_APPEND(&walk->gains, gain);
}

/* ptrace is mediated where its own class is, but matched in the one of labels. */
static bool is_mediated(const struct aac_policydb *db, enum aac_class class)
{
	if (class == AAC_CLASS_PTRACE)
		class = AAC_CLASS_PTRACE_MEDIATED;
	return aac_policydb_class(db, class) != AAC_DFA_DEAD;
}

/* In the class of labels a byte tells what is asked of the label. */
static uint32_t find_start(const struct aac_policydb *db, enum aac_class class)
{
	uint32_t start = aac_policydb_class(db, class);

	if (class != AAC_CLASS_PTRACE || start == AAC_DFA_DEAD)
		return start;
	return aac_dfa_step(db->dfa, start, AAC_CLASS_PTRACE_MEDIATED);
}

static void walk_one(struct walk *walk, const struct walk_class *class)
{
	if (!is_mediated(walk->b, class->id))
		return;
	if (!is_mediated(walk->a, class->id))
		add_gain(walk, class->name, "unmediated", "everything");
	else
		walk_run(walk, class, find_start(walk->a, class->id),
			 find_start(walk->b, class->id));
}

/* Without an automaton for files nothing is mediated. */
static void walk_files(struct walk *walk, const struct aac_blob *a,
		       const struct aac_blob *b)
{
	walk->a = &a->file;
	walk->b = &b->file;
	if (!b->file.dfa)
		return;
	if (!a->file.dfa)
		add_gain(walk, walk_file.name, "unmediated", "everything");
	else
		walk_run(walk, &walk_file, a->file.file_start, b->file.file_start);
}

static void compare_caps(struct walk *walk, const struct aac_blob *a,
			 const struct aac_blob *b)
{
	uint64_t gained = a->caps.allow & ~b->caps.allow;

	for (unsigned int i = 0; i < 64; i++)
		if (gained >> i & 1)
			add_gain(walk, "capability", "",
				 arena_printf(walk->arena, "number %u", i));
}

static void compare_limits(struct walk *walk, const struct aac_blob *a,
			   const struct aac_blob *b)
{
	for (unsigned int i = 0; i < AAC_LIMITS; i++) {
		bool set_a = a->limit_mask >> i & 1, set_b = b->limit_mask >> i & 1;

		if (set_b && (!set_a || a->limits[i] > b->limits[i]))
			add_gain(walk, "rlimit", "",
				 arena_printf(walk->arena, "number %u", i));
	}
}

static bool is_enforced(const struct aac_blob *blob)
{
	return blob->mode == AAC_MODE_ENFORCE || blob->mode == AAC_MODE_KILL;
}

const struct aac_gain *aac_beyond(struct arena *arena, const struct aac_blob *a,
				  const struct aac_blob *b)
{
	struct walk walk = { .arena = arena };

	if (!is_enforced(b))
		return NULL;
	if (!is_enforced(a)) {
		add_gain(&walk, "profile", "not enforced", "everything");
		return walk.gains.head;
	}
	compare_caps(&walk, a, b);
	walk_files(&walk, a, b);
	walk.a = &a->policy;
	walk.b = &b->policy;
	walk_one(&walk, &walk_mount);
	for (size_t i = 0; i < walk_class_count; i++)
		walk_one(&walk, &walk_classes[i]);
	compare_limits(&walk, a, b);
	map_fini(&walk.seen);
	return walk.gains.head;
}
