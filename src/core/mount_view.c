/*
 * Mount rules compared: takes mount and remount rules without holes, says what is proved
 * both for parsers that encode flags exactly (3.0.10 and later) and for those before,
 * which read plain flags beside a command as a new mount with just these flags (rules
 * that could be narrowed have been, see kind_mount.c).
 *
 * The kernel compares a bind's flags bind and rec only, a move's none, a propagation
 * change's own flags with rec and silent; a new mount's and a remount's all.  It knows a
 * source for new mounts, binds and moves, a type for new mounts only.
 */
#include "core/field.h"
#include "core/mount_view.h"

#define COMMANDS (MOUNT_REMOUNT | MOUNT_BIND | MOUNT_MOVE | MOUNT_PROPAGATION)

enum aac_mount_class aac_mount_class(uint32_t flags)
{
	if (flags & MOUNT_REMOUNT)
		return AAC_MOUNT_REMOUNT;
	if (flags & MOUNT_BIND)
		return AAC_MOUNT_BIND;
	if (flags & MOUNT_PROPAGATION)
		return AAC_MOUNT_PROPAGATION;
	return flags & MOUNT_MOVE ? AAC_MOUNT_MOVE : AAC_MOUNT_NEW;
}

/* FLAGS as the kernel compares them. */
static uint32_t kernel_flags(uint32_t flags)
{
	switch (aac_mount_class(flags)) {
	case AAC_MOUNT_BIND:
		return flags & (MOUNT_BIND | MOUNT_REC);
	case AAC_MOUNT_PROPAGATION:
		return flags & (MOUNT_PROPAGATION | MOUNT_REC | MOUNT_SILENT);
	case AAC_MOUNT_MOVE:
		return MOUNT_MOVE;
	case AAC_MOUNT_REMOUNT:
	case AAC_MOUNT_NEW:
	default:
		return flags;
	}
}

struct aac_mount_view aac_mount_view(const struct aac_rule *rule)
{
	bool remount = rule->kind->id == AAC_KIND_REMOUNT;
	uint64_t exact = rule->fields[MOUNT_OPTIONS].set,
		 in = rule->fields[MOUNT_OPTIONS_IN].set;
	struct aac_mount_view view = { .how = remount ? AAC_MOUNT_ANY_REMOUNT
						      : AAC_MOUNT_ANY };
	uint32_t cleared;

	if (!exact && !in)
		return view;
	view.flags = aac_mount_flags(exact | in, &cleared);
	view.inverse = cleared;
	view.how = exact ? AAC_MOUNT_EXACT : AAC_MOUNT_IN;
	if ((exact && in) || (in && (remount || view.flags & COMMANDS)))
		view.how = AAC_MOUNT_OPAQUE;
	if (remount) {
		view.flags |= MOUNT_REMOUNT;
		view.inverse = false; /* no new mount is read into a remount rule without
					 flags */
	}
	return view;
}

/* ---- covers ------------------------------------------------------------------------ */

static bool field_covers(const struct aac_rule *wide, const struct aac_rule *narrow,
			 size_t field)
{
	return aac_field_is_any(wide, field) || aac_field_covers(wide, narrow, field);
}

/* Under a deny it is the kernel's view that counts: what could be asked at all is denied.
 */
static bool exact_covers(const struct aac_mount_view *wide,
			 const struct aac_mount_view *narrow, bool kernel_view)
{
	if (kernel_view)
		return kernel_flags(wide->flags) == kernel_flags(narrow->flags);
	if (wide->flags != narrow->flags)
		return false;
	return !(narrow->flags & COMMANDS) || wide->inverse || !narrow->inverse;
}

static bool flags_cover(const struct aac_mount_view *wide,
			const struct aac_mount_view *narrow, bool kernel_view)
{
	switch (wide->how) {
	case AAC_MOUNT_ANY:
		return true;
	case AAC_MOUNT_EXACT:
		return narrow->how == AAC_MOUNT_EXACT &&
		       exact_covers(wide, narrow, kernel_view);
	case AAC_MOUNT_IN:
		/* No flags at all are left out: apparmor.d(5) and the parser disagree. */
		return (narrow->how == AAC_MOUNT_EXACT || narrow->how == AAC_MOUNT_IN) &&
		       narrow->flags && !(narrow->flags & COMMANDS) &&
		       !(narrow->flags & ~wide->flags);
	case AAC_MOUNT_ANY_REMOUNT:
		return narrow->how == AAC_MOUNT_ANY_REMOUNT ||
		       (narrow->how == AAC_MOUNT_EXACT &&
			narrow->flags == MOUNT_REMOUNT && !narrow->inverse);
	case AAC_MOUNT_OPAQUE:
	default:
		return false;
	}
}

bool aac_mount_covers(const struct aac_rule *wide, const struct aac_rule *narrow)
{
	struct aac_mount_view w = aac_mount_view(wide), n = aac_mount_view(narrow);

	/* The cheap question stands first. */
	if (!flags_cover(&w, &n, wide->deny && !narrow->deny))
		return false;
	for (size_t i = 0; i < MOUNT_FIELDS; i++)
		if (i != MOUNT_OPTIONS && i != MOUNT_OPTIONS_IN &&
		    !field_covers(wide, narrow, i))
			return false;
	return true;
}

/* ---- overlaps ---------------------------------------------------------------------- */

static enum aac_answer overlap_for(const struct aac_rule *a, const struct aac_rule *b,
				   enum aac_mount_class class)
{
	bool source = class != AAC_MOUNT_REMOUNT && class != AAC_MOUNT_PROPAGATION;
	enum aac_answer answer = aac_field_overlaps(a, b, MOUNT_TARGET);

	if (class != AAC_MOUNT_NEW &&
	    (a->fields[MOUNT_FSTYPE].present || b->fields[MOUNT_FSTYPE].present))
		return AAC_NO;
	if (!source &&
	    (a->fields[MOUNT_SOURCE].present || b->fields[MOUNT_SOURCE].present))
		return AAC_NO;
	answer = aac_answer_and(answer, aac_field_overlaps(a, b, MOUNT_SOURCE));
	return aac_answer_and(answer, aac_field_overlaps(a, b, MOUNT_FSTYPE));
}

/* B is as wide or narrow as comes; A is exact. */
static enum aac_answer exact_overlaps(const struct aac_rule *a,
				      const struct aac_mount_view *va,
				      const struct aac_rule *b,
				      const struct aac_mount_view *vb)
{
	enum aac_mount_class class = aac_mount_class(va->flags);

	switch (vb->how) {
	case AAC_MOUNT_ANY:
		return overlap_for(a, b, class);
	case AAC_MOUNT_EXACT:
		return kernel_flags(va->flags) == kernel_flags(vb->flags)
			       ? overlap_for(a, b, class)
			       : AAC_NO;
	case AAC_MOUNT_IN:
		return class == AAC_MOUNT_NEW && !(va->flags & ~vb->flags)
			       ? overlap_for(a, b, class)
			       : AAC_NO;
	case AAC_MOUNT_ANY_REMOUNT:
		if (class != AAC_MOUNT_REMOUNT)
			return AAC_NO;
		return va->flags == MOUNT_REMOUNT ? overlap_for(a, b, class)
						  : AAC_UNKNOWN;
	case AAC_MOUNT_OPAQUE:
	default:
		return AAC_UNKNOWN;
	}
}

enum aac_answer aac_mount_overlaps(const struct aac_rule *a, const struct aac_rule *b)
{
	struct aac_mount_view va = aac_mount_view(a), vb = aac_mount_view(b);
	bool remount;

	if (va.how == AAC_MOUNT_EXACT)
		return exact_overlaps(a, &va, b, &vb);
	if (vb.how == AAC_MOUNT_EXACT)
		return exact_overlaps(b, &vb, a, &va);
	if (va.how == AAC_MOUNT_OPAQUE || vb.how == AAC_MOUNT_OPAQUE)
		return AAC_UNKNOWN;
	remount = va.how == AAC_MOUNT_ANY_REMOUNT || vb.how == AAC_MOUNT_ANY_REMOUNT;
	if (va.how == AAC_MOUNT_IN && vb.how == AAC_MOUNT_IN && !(va.flags & vb.flags))
		return AAC_UNKNOWN; /* whether a mount with no flags is meant depends on
				       the parser */
	if (remount && (va.how == AAC_MOUNT_IN || vb.how == AAC_MOUNT_IN))
		return AAC_NO;
	return overlap_for(a, b, remount ? AAC_MOUNT_REMOUNT : AAC_MOUNT_NEW);
}
