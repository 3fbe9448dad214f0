/*
 * mount, umount and pivot_root: one class, whose decision depends on the place in the
 * access.  Which parts a mount(2) has is decided by its flags, in the kernel's order:
 * remount, bind, change of propagation, move, else a new mount.  Only accesses that the
 * kernel can ask for are judged; a rule's automaton has many more.
 *
 * Source: mount(2) under confinement on Linux 6.1 and 6.12, 1133 calls each.
 */
#include <string.h>

#include "core/mount_view.h"
#include "core/walk.h"

enum { PART_TARGET, PART_SOURCE, PART_TYPE, PART_FLAGS, PART_DATA };

#define DATA_MATTERS AAC_ACCESS_OPEN

/* Aux: the path of the part, or the byte of the last flag; then what is known so far. */
#define AT 0x3fu
#define TARGET_FOLDER (1u << 6)
#define SOURCE_FOLDER (1u << 7)
#define WITH_SOURCE (1u << 8)
#define SOURCE_NO_PATH (1u << 9)
#define WITH_TYPE (1u << 10)
#define TYPE_KNOWN (1u << 11)
#define HAS_REMOUNT (1u << 13)
#define HAS_BIND (1u << 14)
#define HAS_MOVE (1u << 15)
#define HAS_PROPAGATION (1u << 16)
#define HAS_PROPAGATIONS (1u << 17) /* more than one: EINVAL */
#define HAS_REC (1u << 18)
#define HAS_SILENT (1u << 19)
#define HAS_OTHER (1u << 20)
#define HAS_UNUSED (1u << 21)
#define FROZEN_A (1u << 22) /* decided before the data */
#define FROZEN_B (1u << 23)

/* Flags that mount(2) takes away or refuses before the kernel asks. */
#define NEVER_ASKED (1u << 22 | 1u << 28 | 1u << 29 | 1u << 30 | 1u << 31)
/* Bits that mean nothing to it, but are asked for. */
#define UNUSED (1u << 9 | 1u << 26 | 1u << 27)

/* Types that programs mount.  The first ones are mounted from a device, whose path is the
 * source then. */
static const char *const types[] = {
	"ext4",	   "ext3",	"ext2",	   "xfs",	  "btrfs",	"vfat",
	"iso9660", "squashfs",	"udf",	   "f2fs",	  "exfat",	"ntfs3",
	"proc",	   "sysfs",	"tmpfs",   "devpts",	  "devtmpfs",	"overlay",
	"cgroup",  "cgroup2",	"mqueue",  "bpf",	  "debugfs",	"tracefs",
	"fuse",	   "fusectl",	"fuseblk", "binfmt_misc", "securityfs", "configfs",
	"pstore",  "hugetlbfs", "ramfs",   "efivarfs",	  "rpc_pipefs", "autofs",
	"nfs",	   "nfs4",	"cifs",	   "9p",	  "ceph",	"aufs",
	"zfs",	   "selinuxfs", NULL
};
enum { DEVICE_TYPES = 12 };

/* ---- flags ------------------------------------------------------------------------- */

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
	if (flag & UNUSED)
		return HAS_UNUSED;
	if (!(flag & MOUNT_PROPAGATION))
		return HAS_OTHER;
	return aux & HAS_PROPAGATION ? HAS_PROPAGATIONS : HAS_PROPAGATION;
}

static bool source_is_path(uint32_t aux)
{
	return aux & WITH_SOURCE && !(aux & SOURCE_NO_PATH);
}

/* One end is a folder and the other is not. */
static bool ends_differ(uint32_t aux)
{
	return !(aux & TARGET_FOLDER) != !(aux & SOURCE_FOLDER);
}

/* What nobody writes but to get past a rule. */
enum { ODD = 16 };

static const char *new_mount(uint32_t aux, unsigned int *odd)
{
	*odd = (aux & WITH_TYPE ? 0 : 4) + (aux & TYPE_KNOWN ? 0 : 2) +
	       (aux & SOURCE_FOLDER ? 1 : 0) +
	       (aux & TARGET_FOLDER ? 0 : 2) + (aux & WITH_SOURCE ? 0 : 1);
	/* Of a new mount, rec is one of the bits that mean nothing. */
	if (!(aux & (HAS_UNUSED | HAS_REC)) && aux & WITH_TYPE)
		return "a new mount";
	*odd += ODD;
	return "an odd new mount";
}

/* What the flags make of it; NULL: the kernel never asks so. */
static const char *kind_of_mount(uint32_t aux, unsigned int *odd)
{
	uint32_t others =
		HAS_PROPAGATION | HAS_MOVE | HAS_SILENT | HAS_OTHER | HAS_UNUSED;

	*odd = aux & TARGET_FOLDER ? 0 : 1;
	if (aux & HAS_REMOUNT) {
		/* Beside remount the kernel heeds neither move nor propagation. */
		if (aux & (WITH_TYPE | WITH_SOURCE))
			return NULL;
		if (!(aux & (HAS_MOVE | HAS_PROPAGATION | HAS_UNUSED)))
			return "a remount";
		*odd += ODD;
		return "an odd remount";
	}
	if (aux & HAS_BIND) {
		*odd = ends_differ(aux);
		return aux & (WITH_TYPE | others) || !source_is_path(aux) ? NULL
									  : "a bind";
	}
	if (aux & HAS_PROPAGATION)
		return aux & (WITH_TYPE | WITH_SOURCE | HAS_PROPAGATIONS | HAS_MOVE |
			      HAS_OTHER | HAS_UNUSED)
			       ? NULL
			       : "a change of propagation";
	if (aux & HAS_MOVE) {
		*odd = aux & WITH_SOURCE ? (unsigned int)ends_differ(aux) : 2;
		return aux & (WITH_TYPE | HAS_REC | HAS_SILENT | HAS_OTHER |
			      HAS_UNUSED) ||
				       (aux & WITH_SOURCE && !source_is_path(aux))
			       ? NULL
			       : "a move";
	}
	return new_mount(aux, odd);
}

static uint32_t allowed(const struct walk_side *side, uint32_t state)
{
	return walk_perms(side, state).allow;
}

/* A side that has allowed it does not look at the data, nor does one that need not. */
static bool is_frozen(const struct walk_side *side, uint32_t state)
{
	uint32_t allow = allowed(side, state);

	return allow & AAC_MAY_MOUNT || !(allow & DATA_MATTERS);
}

static bool enter_data(struct walk *walk, const struct walk_node *at,
		       struct walk_node *to)
{
	bool a = is_frozen(&walk->a, at->a), b = is_frozen(&walk->b, at->b);

	if ((a && b) || (at->aux & (HAS_BIND | HAS_MOVE | HAS_PROPAGATION) &&
			 !(at->aux & HAS_REMOUNT)))
		return false;
	*to = walk_move(walk, at, 0);
	to->part = PART_DATA;
	to->aux &= ~AT;
	if (a) {
		to->aux |= FROZEN_A;
		to->a = at->a;
	}
	if (b) {
		to->aux |= FROZEN_B;
		to->b = at->b;
	}
	return true;
}

static bool step_flags(struct walk *walk, const struct walk_node *at, uint8_t byte,
		       struct walk_node *to)
{
	unsigned int odd;
	uint32_t flag;

	if (byte == 0)
		return enter_data(walk, at, to);
	if (byte > 31 || byte <= (at->aux & AT))
		return false;
	flag = (uint32_t)1 << (byte - 1);
	if (flag & NEVER_ASKED)
		return false;
	*to = walk_move(walk, at, byte);
	to->aux = (to->aux & ~AT) | byte | kind_of_flag(flag, at->aux);
	return kind_of_mount(to->aux, &odd);
}

static bool step_data(struct walk *walk, const struct walk_node *at, uint8_t byte,
		      struct walk_node *to)
{
	*to = walk_move(walk, at, byte);
	if (at->aux & FROZEN_A)
		to->a = at->a;
	if (at->aux & FROZEN_B)
		to->b = at->b;
	return byte != 0;
}

/* ---- texts ------------------------------------------------------------------------- */

static bool step_target(struct walk_node *to, uint8_t byte)
{
	enum walk_path path = to->aux & AT;

	if (byte == 0) {
		to->aux = path == WALK_PATH_SLASH ? TARGET_FOLDER : 0;
		to->part = PART_SOURCE;
		return walk_path_ends(path);
	}
	if (!walk_path_step(&path, byte))
		return false;
	to->aux = path;
	return true;
}

static bool step_source(struct walk_node *to, uint8_t byte)
{
	enum walk_path path = to->aux & AT;

	to->aux &= ~AT;
	if (byte == 0) {
		if (path == WALK_PATH_SLASH)
			to->aux |= SOURCE_FOLDER;
		if (path && !walk_path_ends(path))
			to->aux |= SOURCE_NO_PATH;
		to->part = PART_TYPE;
		return true;
	}
	to->aux |= WITH_SOURCE;
	if (to->aux & SOURCE_NO_PATH)
		return true;
	if (walk_path_step(&path, byte))
		to->aux |= path;
	else
		to->aux |= SOURCE_NO_PATH;
	return true;
}

static bool step_type(struct walk_node *to, uint8_t byte)
{
	if (byte == 0) {
		to->part = PART_FLAGS;
		return true;
	}
	to->aux |= WITH_TYPE;
	return !(to->aux & TYPE_KNOWN);
}

static bool step_mount(struct walk *walk, const struct walk_node *at, uint8_t byte,
		       struct walk_node *to)
{
	if (at->part == PART_FLAGS)
		return step_flags(walk, at, byte, to);
	if (at->part == PART_DATA)
		return step_data(walk, at, byte, to);
	*to = walk_move(walk, at, byte);
	if (at->part == PART_TARGET)
		return step_target(to, byte);
	return at->part == PART_SOURCE ? step_source(to, byte) : step_type(to, byte);
}

static const char *const *words_mount(const struct walk_node *at)
{
	if (at->part != PART_TYPE || at->aux & (WITH_TYPE | TYPE_KNOWN))
		return NULL;
	return source_is_path(at->aux) ? types : types + DEVICE_TYPES;
}

static bool step_mount_word(struct walk *walk, const struct walk_node *at,
			    const char *word, struct walk_node *to)
{
	*to = *at;
	for (const char *c = word; *c; c++)
		*to = walk_move(walk, to, (uint8_t)*c);
	to->aux |= WITH_TYPE | TYPE_KNOWN;
	return true;
}

static void special_mount(const struct walk *walk, const struct walk_node *at,
			  struct walk_bytes *bytes)
{
	(void)walk;
	walk_bytes_add_text(bytes);
	if (at->part == PART_FLAGS)
		walk_bytes_add_low(bytes, (at->aux & AT) + 1);
}

/* ---- decisions --------------------------------------------------------------------- */

static void judge_mount(struct walk *walk, const struct walk_node *at)
{
	enum walk_path path = at->aux & AT;
	struct walk_point point = {
		.what = NULL,
		.type = AAC_QUERY_MOUNT,
		.mask = AAC_MAY_MOUNT,
	};

	if (at->part == PART_TARGET && walk_path_ends(path)) {
		point.what = "";
		point.type = AAC_QUERY_UMOUNT;
		point.mask = AAC_MAY_UMOUNT;
		point.odd = path != WALK_PATH_SLASH;
	} else if (at->part == PART_SOURCE && at->aux & TARGET_FOLDER &&
		   path == WALK_PATH_SLASH) {
		point.what = "";
		point.type = AAC_QUERY_PIVOT_ROOT;
		point.mask = AAC_MAY_PIVOT;
	} else if (at->part >= PART_FLAGS) {
		point.what = kind_of_mount(at->aux, &point.odd);
	}
	if (!point.what)
		return;
	point.a = walk_perms(&walk->a, at->a);
	point.b = walk_perms(&walk->b, at->b);
	walk->found(walk, &point);
}

static bool is_device_type(const char *type)
{
	for (int i = 0; i < DEVICE_TYPES; i++)
		if (strcmp(types[i], type) == 0)
			return true;
	return false;
}

static bool ask_mount(const struct walk *walk, const struct walk_text *parts,
		      const struct walk_point *point, struct aac_query *query)
{
	query->type = point->type;
	query->name = parts[PART_TARGET].text;
	if (point->type == AAC_QUERY_UMOUNT)
		return true;
	query->other = parts[PART_SOURCE].text;
	if (point->type == AAC_QUERY_PIVOT_ROOT)
		return true;
	query->fstype = parts[PART_TYPE].text;
	for (size_t i = 0; i < parts[PART_FLAGS].len; i++)
		query->flags |= (uint32_t)1 << (parts[PART_FLAGS].text[i] - 1);
	if (walk->at->node.part == PART_DATA)
		query->data = parts[PART_DATA].text;
	return !is_device_type(query->fstype) || *query->other == '/';
}

const struct walk_class walk_mount = {
	.name = "mount",
	.special = special_mount,
	.step = step_mount,
	.words = words_mount,
	.step_word = step_mount_word,
	.judge = judge_mount,
	.ask = ask_mount,
};
