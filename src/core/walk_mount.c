/*
 * mount, umount and pivot_root: one class, whose decision depends on the place in the
 * access.  Which parts a mount(2) has is decided by its flags, in the kernel's order:
 * remount, bind, change of propagation, move, else a new mount.  Only accesses that the
 * kernel can ask for are judged; a rule's automaton has many more.
 *
 * Source: mount(2) under confinement on Linux 6.1 and 6.12, 1133 calls each.
 */
#include "base/macro.h"
#include "core/mount_view.h"
#include "core/walk.h"

enum { PART_TARGET, PART_SOURCE, PART_TYPE, PART_FLAGS, PART_DATA };

static const struct walk_part mount_parts[] = {
	[PART_TARGET] = { .name = "target" },
	[PART_SOURCE] = { .name = "source" },
	[PART_TYPE] = { .name = "type" },
	[PART_FLAGS] = { .name = "flags", .form = WALK_FLAGS },
	[PART_DATA] = { .name = "data" },
};

/* Permissions of the class. */
#define MAY_PIVOT 1u
#define MAY_MOUNT 2u
#define MAY_UMOUNT 4u
#define DATA_MATTERS 0x40u

/* Aux: the last flag's byte, then what is known of the parts so far. */
#define LAST_FLAG 0x3fu
#define ABSOLUTE_TARGET (1u << 6)
#define WITH_SOURCE (1u << 7)
#define ABSOLUTE_SOURCE (1u << 8)
#define WITH_TYPE (1u << 9)
#define HAS_REMOUNT (1u << 10)
#define HAS_BIND (1u << 11)
#define HAS_MOVE (1u << 12)
#define HAS_PROPAGATION (1u << 13)
#define HAS_PROPAGATIONS (1u << 14) /* more than one: EINVAL */
#define HAS_REC (1u << 15)
#define HAS_SILENT (1u << 16)
#define HAS_OTHER (1u << 17)
#define ALLOWED_BY_A (1u << 18) /* before the data */
#define ALLOWED_BY_B (1u << 19)

/* Flags that mount(2) takes away or refuses before the kernel asks, and bits that mean
 * nothing to it (9, 26, 27): parsers differ about what "any flags" holds of them. */
#define NEVER_ASKED                                                                      \
	(1u << 9 | 1u << 22 | 1u << 26 | 1u << 27 | 1u << 28 | 1u << 29 | 1u << 30 |     \
	 1u << 31)

static uint32_t kind_of_flag(uint32_t flag, uint32_t aux)
{
	switch (flag) {
	case MOUNT_REMOUNT:
		return HAS_REMOUNT;
	case MOUNT_BIND:
		return HAS_BIND;
	case MOUNT_MOVE:
		return HAS_MOVE;
	case MOUNT_REC:
		return HAS_REC;
	case MOUNT_SILENT:
		return HAS_SILENT;
	default:
		break;
	}
	if (!(flag & MOUNT_PROPAGATION))
		return HAS_OTHER;
	return aux & HAS_PROPAGATION ? HAS_PROPAGATIONS : HAS_PROPAGATION;
}

/* What the flags make of it; NULL: the kernel never asks so. */
static const char *kind_of_mount(uint32_t aux)
{
	bool typed = aux & WITH_TYPE, sourced = aux & WITH_SOURCE;

	/* Beside remount the kernel heeds neither move nor propagation. */
	if (aux & HAS_REMOUNT)
		return typed || sourced || aux & (HAS_MOVE | HAS_PROPAGATION)
			       ? NULL
			       : "a remount";
	if (aux & HAS_BIND)
		return typed || !(aux & ABSOLUTE_SOURCE) ||
				       aux & (HAS_PROPAGATION | HAS_MOVE | HAS_SILENT |
					      HAS_OTHER)
			       ? NULL
			       : "a bind";
	if (aux & HAS_PROPAGATION)
		return typed || sourced || aux & (HAS_PROPAGATIONS | HAS_MOVE | HAS_OTHER)
			       ? NULL
			       : "a change of propagation";
	if (aux & HAS_MOVE)
		return typed || (sourced && !(aux & ABSOLUTE_SOURCE)) ||
				       aux & (HAS_REC | HAS_SILENT | HAS_OTHER)
			       ? NULL
			       : "a move";
	/* Of a new mount rec says nothing; it is such a bit. */
	return typed && !(aux & HAS_REC) ? "a new mount" : NULL;
}

static uint32_t allowed(const struct aac_policydb *db, uint32_t state)
{
	return aac_policydb_perms(db, state).allow;
}

/* Into the data: a side that needs none stays allowed, one that does not look is out. */
static struct walk_node enter_data(const struct walk *walk, const struct walk_node *at)
{
	struct walk_node to = walk_both(walk, at, 0);
	uint32_t a = allowed(walk->a, at->a), b = allowed(walk->b, at->b);

	to.part = PART_DATA;
	to.aux &= ~LAST_FLAG;
	if (a & MAY_MOUNT)
		to.aux |= ALLOWED_BY_A;
	if (b & MAY_MOUNT)
		to.aux |= ALLOWED_BY_B;
	if (!(a & DATA_MATTERS))
		to.a = AAC_DFA_DEAD;
	if (!(b & DATA_MATTERS))
		to.b = AAC_DFA_DEAD;
	return to;
}

static bool step_flags(const struct walk *walk, const struct walk_node *at, uint8_t byte,
		       struct walk_node *to)
{
	uint32_t flag;

	if (byte == 0) {
		bool data = !(at->aux & (HAS_BIND | HAS_MOVE | HAS_PROPAGATION)) ||
			    at->aux & HAS_REMOUNT;

		*to = enter_data(walk, at);
		return data;
	}
	if (byte > 32 || byte <= (at->aux & LAST_FLAG))
		return false;
	flag = (uint32_t)1 << (byte - 1);
	if (flag & NEVER_ASKED)
		return false;
	*to = walk_both(walk, at, byte);
	to->aux = (to->aux & ~LAST_FLAG) | byte | kind_of_flag(flag, at->aux);
	return true;
}

static bool step_text(const struct walk *walk, const struct walk_node *at, uint8_t byte,
		      struct walk_node *to)
{
	bool slash = byte == '/';

	*to = walk_both(walk, at, byte);
	if (byte == 0) {
		to->part++;
		return at->aux & ABSOLUTE_TARGET;
	}
	switch (at->part) {
	case PART_TARGET:
		to->aux |= slash ? ABSOLUTE_TARGET : 0;
		return to->aux & ABSOLUTE_TARGET;
	case PART_SOURCE:
		if (!(at->aux & WITH_SOURCE) && slash)
			to->aux |= ABSOLUTE_SOURCE;
		to->aux |= WITH_SOURCE;
		return true;
	default:
		to->aux |= WITH_TYPE;
		return true;
	}
}

static bool step_mount(const struct walk *walk, const struct walk_node *at, uint8_t byte,
		       struct walk_node *to)
{
	if (at->part == PART_FLAGS)
		return step_flags(walk, at, byte, to);
	if (at->part < PART_FLAGS)
		return step_text(walk, at, byte, to);
	*to = walk_both(walk, at, byte);
	return byte != 0;
}

static void judge_mount(struct walk *walk, const struct walk_node *at)
{
	uint32_t a = allowed(walk->a, at->a), b = allowed(walk->b, at->b);

	switch (at->part) {
	case PART_TARGET:
		if (at->aux & ABSOLUTE_TARGET)
			walk_gain(walk, "umount", a & ~b & MAY_UMOUNT);
		return;
	case PART_SOURCE:
		if (at->aux & ABSOLUTE_SOURCE)
			walk_gain(walk, "pivot_root", a & ~b & MAY_PIVOT);
		return;
	case PART_TYPE:
		return;
	case PART_DATA:
		if (at->aux & ALLOWED_BY_A)
			a |= MAY_MOUNT;
		if (at->aux & ALLOWED_BY_B)
			b |= MAY_MOUNT;
		break;
	default:
		break;
	}
	if (kind_of_mount(at->aux))
		walk_gain(walk, kind_of_mount(at->aux), a & ~b & MAY_MOUNT);
}

const struct walk_class walk_mount = {
	.name = "mount",
	.id = AAC_CLASS_MOUNT,
	.parts = mount_parts,
	.part_count = ARRAY_SIZE(mount_parts),
	.step = step_mount,
	.judge = judge_mount,
};
