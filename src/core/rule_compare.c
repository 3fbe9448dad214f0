/*
 * Questions about two rules without holes: takes what the kinds know about their fields,
 * adds what the qualifiers say.  Every "yes" is proved; where the proof fails the answer
 * is the harmless one, so a rule is never dropped and a warning never given on a guess.
 */
#include <string.h>

#include "core/field.h"
#include "core/mount_view.h"
#include "core/perms.h"
#include "core/rule.h"

static bool is_mount(const struct aac_rule *rule)
{
	return rule->kind->id == AAC_KIND_MOUNT || rule->kind->id == AAC_KIND_REMOUNT;
}

/* Of WIDE and NARROW, which may be of different kinds that speak about the same thing. */
static bool body_covers(const struct aac_rule *wide, const struct aac_rule *narrow)
{
	if (is_mount(wide) && is_mount(narrow))
		return aac_mount_covers(wide, narrow);
	if (wide->kind != narrow->kind)
		return false;
	if (wide->kind->covers)
		return wide->kind->covers(wide, narrow);
	return aac_fields_cover(wide, narrow, 0, wide->kind->field_count);
}

static bool speaks_of_access(const struct aac_rule *rule)
{
	return rule->kind->id != AAC_KIND_INCLUDE && rule->kind->id != AAC_KIND_RLIMIT;
}

static enum aac_answer body_overlaps(const struct aac_rule *a, const struct aac_rule *b)
{
	if (is_mount(a) && is_mount(b))
		return aac_mount_overlaps(a, b);
	if (a->kind->id == AAC_KIND_ALL || b->kind->id == AAC_KIND_ALL)
		return speaks_of_access(a) && speaks_of_access(b) ? AAC_YES : AAC_NO;
	if (a->kind->id == AAC_KIND_LINK && b->kind->id == AAC_KIND_FILE)
		return aac_file_links(b, a);
	if (a->kind->id == AAC_KIND_FILE && b->kind->id == AAC_KIND_LINK)
		return aac_file_links(a, b);
	if (a->kind != b->kind)
		return AAC_NO;
	if (a->kind->overlaps)
		return (enum aac_answer)a->kind->overlaps(a, b);
	return aac_fields_overlap(a, b, 0, a->kind->field_count);
}

static int priority_of(const struct aac_rule *rule)
{
	return rule->has_priority ? rule->priority : 0;
}

static bool owners_meet(const struct aac_rule *a, const struct aac_rule *b)
{
	return a->owner == AAC_OWNER_ANY || b->owner == AAC_OWNER_ANY ||
	       a->owner == b->owner;
}

static bool owner_covers(const struct aac_rule *wide, const struct aac_rule *narrow)
{
	return wide->owner == AAC_OWNER_ANY || wide->owner == narrow->owner;
}

bool aac_rule_covers(const struct aac_rule *wide, const struct aac_rule *narrow)
{
	if (!wide->text || !narrow->text)
		return false;
	if (strcmp(wide->text, narrow->text) == 0)
		return true;
	if (wide->deny != narrow->deny || priority_of(wide) != priority_of(narrow) ||
	    !owner_covers(wide, narrow))
		return false;
	/* An allow may not lose its logging; a deny may not gain silence, nor lose it: an
	 * audit deny is logged, a plain one is quiet, and quiet wins. */
	if (narrow->deny ? wide->audit && !narrow->audit : narrow->audit && !wide->audit)
		return false;
	return body_covers(wide, narrow);
}

enum aac_overlap aac_rule_overlap(const struct aac_rule *allow,
				  const struct aac_rule *deny)
{
	if (!allow->text || !deny->text || allow->deny || !deny->deny ||
	    priority_of(allow) > priority_of(deny) || !owners_meet(allow, deny))
		return AAC_OVERLAP_NONE;
	if (deny->kind->id == AAC_KIND_ALL)
		return body_overlaps(allow, deny) == AAC_YES ? AAC_OVERLAP_WHOLE
							     : AAC_OVERLAP_NONE;
	if (body_covers(deny, allow))
		return owner_covers(deny, allow) ? AAC_OVERLAP_WHOLE : AAC_OVERLAP_PART;
	return body_overlaps(allow, deny) == AAC_YES ? AAC_OVERLAP_PART
						     : AAC_OVERLAP_NONE;
}

static bool same_text(const struct aac_rule *a, const struct aac_rule *b, size_t field)
{
	const struct aac_pattern *x = a->fields[field].patterns,
				 *y = b->fields[field].patterns;

	return !x || !y ? x == y : strcmp(x->text, y->text) == 0;
}

/* One program and one profile, once `unsafe` and once not. */
static bool changes_conflict(const struct aac_rule *a, const struct aac_rule *b)
{
	enum { MODE, EXEC, PROFILE };

	return a->text && b->text && a->kind->id == AAC_KIND_CHANGE_PROFILE &&
	       b->kind == a->kind && a->deny == b->deny &&
	       a->fields[EXEC].patterns &&
	       a->fields[MODE].set != b->fields[MODE].set && same_text(a, b, EXEC) &&
	       same_text(a, b, PROFILE);
}

bool aac_rule_conflict(const struct aac_rule *a, const struct aac_rule *b,
		       const char *parser)
{
	if (changes_conflict(a, b))
		return true;
	if (!a->text || !b->text || a->deny || b->deny || a->kind->id != AAC_KIND_FILE ||
	    b->kind->id != AAC_KIND_FILE || !owners_meet(a, b))
		return false;
	return aac_file_exec_conflict(a, b, parser);
}

bool aac_rule_silences(const struct aac_rule *deny, const struct aac_rule *audit_deny)
{
	if (!deny->text || !audit_deny->text || !deny->deny || deny->audit ||
	    !audit_deny->deny || !audit_deny->audit ||
	    priority_of(deny) != priority_of(audit_deny) ||
	    !owners_meet(deny, audit_deny))
		return false;
	return body_covers(deny, audit_deny) ||
	       body_overlaps(deny, audit_deny) == AAC_YES;
}
