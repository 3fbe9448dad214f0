/*
 * Files, and what stands in their automaton beside them: pairs for links, labels for
 * change_profile.  A pair is asked for only behind a name that may be linked, or that may
 * go on to a label at exec.
 *
 * Source: queries of files and links answered by Linux 6.1 and 6.12.
 */
#include <string.h>

#include "base/macro.h"
#include "core/walk.h"

enum { PART_PATH, PART_LABEL, PART_PAIR };

static const struct walk_part file_parts[] = {
	[PART_PATH] = { .name = "path" },
	[PART_LABEL] = { .name = "label" },
	[PART_PAIR] = { .name = "to" },
};

#define OF_PATH                                                                          \
	(AAC_ACCESS_EXEC | AAC_ACCESS_WRITE | AAC_ACCESS_READ | AAC_ACCESS_APPEND |      \
	 AAC_ACCESS_CREATE | AAC_ACCESS_DELETE | AAC_ACCESS_OPEN | AAC_ACCESS_SETATTR |  \
	 AAC_ACCESS_CHMOD | AAC_ACCESS_CHOWN | AAC_ACCESS_LOCK | AAC_ACCESS_MMAP |       \
	 AAC_ACCESS_CHANGE_PROFILE)
#define LEADS_ON (AAC_ACCESS_LINK | AAC_ACCESS_ONEXEC)

/* Aux: a byte has been read. */
#define BEGUN 1u

static bool leads_on(const struct aac_policydb *db, uint32_t state)
{
	return (aac_policydb_file_perms(db, state, true).allow |
		aac_policydb_file_perms(db, state, false).allow) &
	       LEADS_ON;
}

static bool step_file(const struct walk *walk, const struct walk_node *at, uint8_t byte,
		      struct walk_node *to)
{
	*to = walk_both(walk, at, byte);
	to->aux = BEGUN;
	if (byte == 0) {
		if (!at->aux || at->part == PART_PAIR)
			return false;
		if (!leads_on(walk->a, at->a))
			to->a = AAC_DFA_DEAD;
		if (!leads_on(walk->b, at->b))
			to->b = AAC_DFA_DEAD;
		to->part = PART_PAIR;
	} else if (!at->aux) {
		to->part = byte == '/' ? PART_PATH : PART_LABEL;
	}
	return true;
}

/* Do both lead to the same profile? */
static bool same_exec(const struct walk *walk, uint32_t a, uint32_t b)
{
	if (!(a & b & AAC_EXEC_TABLE))
		return a == b;
	return (a & ~AAC_EXEC_INDEX) == (b & ~AAC_EXEC_INDEX) &&
	       strcmp(walk->a->targets[a & AAC_EXEC_INDEX],
		      walk->b->targets[b & AAC_EXEC_INDEX]) == 0;
}

static void judge_path(struct walk *walk, const struct aac_perms *a,
		       const struct aac_perms *b, const char *who, const char *exec)
{
	walk_gain(walk, who, a->allow & ~b->allow & OF_PATH);
	if (a->allow & b->allow & AAC_ACCESS_EXEC && !same_exec(walk, a->exec, b->exec))
		walk_gain(walk, exec, AAC_ACCESS_EXEC);
}

/* A link that need not be a subset is allowed more than one that must. */
static void judge_pair(struct walk *walk, const struct aac_perms *a,
		       const struct aac_perms *b, const char *who, const char *subset)
{
	walk_gain(walk, who, a->allow & ~b->allow & LEADS_ON);
	if (a->allow & b->allow & AAC_ACCESS_LINK &&
	    ~a->allow & b->allow & AAC_ACCESS_LOCK)
		walk_gain(walk, subset, AAC_ACCESS_LINK);
}

static void judge_file(struct walk *walk, const struct walk_node *at)
{
	struct aac_perms a = aac_policydb_file_perms(walk->a, at->a, true);
	struct aac_perms b = aac_policydb_file_perms(walk->b, at->b, true);
	struct aac_perms other_a = aac_policydb_file_perms(walk->a, at->a, false);
	struct aac_perms other_b = aac_policydb_file_perms(walk->b, at->b, false);

	if (!at->aux)
		return;
	if (at->part == PART_LABEL) {
		walk_gain(walk, "",
			  a.allow & ~b.allow &
				  (AAC_ACCESS_CHANGE_PROFILE | AAC_ACCESS_ONEXEC));
	} else if (at->part == PART_PATH) {
		judge_path(walk, &a, &b, "owner", "owner, to another profile");
		judge_path(walk, &other_a, &other_b, "other",
			   "other, to another profile");
	} else {
		judge_pair(walk, &a, &b, "owner", "owner, not a subset");
		judge_pair(walk, &other_a, &other_b, "other", "other, not a subset");
	}
}

const struct walk_class walk_file = {
	.name = "file",
	.id = AAC_CLASS_FILE,
	.parts = file_parts,
	.part_count = ARRAY_SIZE(file_parts),
	.step = step_file,
	.judge = judge_file,
};
